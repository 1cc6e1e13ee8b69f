//! A bucket of an object store that speaks S3, and the keys to it.

use std::fmt;
use std::str::FromStr;

use url::{Host, Url};

use super::secret::Secret;

/// Where a bucket is, and the part of it that holds the artifacts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Bucket {
    name: String,
    prefix: Option<String>,
    region: String,
    endpoint: Option<String>,
}

/// Why a text cannot be a part of a bucket's address.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum BucketError {
    /// The name is not one that a bucket can have.
    #[error("'{0}' is no name of a bucket: 3 to 63 lower-case letters, digits, dots and dashes")]
    Name(String),
    /// The prefix is not a plain path.
    #[error("'{0}' is no prefix: names of letters, digits, '.', '_' and '-', joined by single slashes")]
    Prefix(String),
    /// The region is not one word.
    #[error("'{0}' is no region: write it like eu-central-1")]
    Region(String),
    /// The endpoint is not a URL that may be spoken to.
    #[error("'{0}' is no endpoint: write it as https://host; http is for this machine (127.0.0.1) alone")]
    Endpoint(String),
    /// The address does not begin like one.
    #[error("'{0}' is no address of a bucket: write it as s3://bucket or s3://bucket/prefix")]
    Address(String),
}

impl Bucket {
    /// The region that is meant where none is named.
    pub const DEFAULT_REGION: &str = "us-east-1";

    /// The bucket `name` of Amazon's S3, as a whole.
    ///
    /// # Errors
    /// [`BucketError::Name`].
    pub fn new(name: &str) -> Result<Self, BucketError> {
        let odd = |byte: u8| !(byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-'));
        let edge = |byte: Option<&u8>| byte.is_some_and(u8::is_ascii_alphanumeric);
        let bytes = name.as_bytes();
        let sound = (3..=63).contains(&name.len()) && !name.bytes().any(odd) && !name.contains("..");
        if !(sound && edge(bytes.first()) && edge(bytes.last())) {
            return Err(BucketError::Name(name.to_owned()));
        }
        Ok(Self { name: name.to_owned(), prefix: None, region: Self::DEFAULT_REGION.to_owned(), endpoint: None })
    }

    /// The same, keeping the artifacts below `prefix`.
    ///
    /// # Errors
    /// [`BucketError::Prefix`].
    pub fn below(self, prefix: &str) -> Result<Self, BucketError> {
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let sound = |part: &str| !matches!(part, "" | "." | "..") && part.bytes().all(plain);
        if prefix.len() > 512 || !prefix.split('/').all(sound) {
            return Err(BucketError::Prefix(prefix.to_owned()));
        }
        Ok(Self { prefix: Some(prefix.to_owned()), ..self })
    }

    /// The same, in `region`.
    ///
    /// # Errors
    /// [`BucketError::Region`].
    pub fn in_region(self, region: &str) -> Result<Self, BucketError> {
        let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        if region.is_empty() || region.len() > 64 || !region.bytes().all(plain) {
            return Err(BucketError::Region(region.to_owned()));
        }
        Ok(Self { region: region.to_owned(), ..self })
    }

    /// The same, at the server that `endpoint` names instead of Amazon's.
    ///
    /// # Errors
    /// [`BucketError::Endpoint`] where it is no URL of a server; `http` is for this machine alone, since what is sent in
    /// the clear can be changed on its way.
    pub fn at(self, endpoint: &str) -> Result<Self, BucketError> {
        let refused = || BucketError::Endpoint(endpoint.to_owned());
        let url = Url::parse(endpoint).map_err(|_| refused())?;
        let here = match url.host() {
            Some(Host::Ipv4(address)) => address.is_loopback(),
            Some(Host::Ipv6(address)) => address.is_loopback(),
            Some(Host::Domain(name)) => name == "localhost",
            None => return Err(refused()),
        };
        let open = match url.scheme() {
            "https" => true,
            "http" => here,
            _ => false,
        };
        let named = url.username().is_empty() && url.password().is_none();
        let bare = url.path() == "/" && url.query().is_none() && url.fragment().is_none();
        // The parser takes a backslash for a slash; whoever reads the configuration may not.
        if !(open && named && bare) || endpoint.contains(['\\', '@']) {
            return Err(refused());
        }
        Ok(Self { endpoint: Some(url.as_str().trim_end_matches('/').to_owned()), ..self })
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The part of it that holds the artifacts, as a path with slashes.
    #[must_use]
    pub fn prefix(&self) -> Option<&str> {
        self.prefix.as_deref()
    }

    /// The region.
    #[must_use]
    pub fn region(&self) -> &str {
        &self.region
    }

    /// The server, where it is not Amazon's.
    #[must_use]
    pub fn endpoint(&self) -> Option<&str> {
        self.endpoint.as_deref()
    }
}

impl FromStr for Bucket {
    type Err = BucketError;

    /// Reads `s3://bucket` and `s3://bucket/prefix`.
    fn from_str(text: &str) -> Result<Self, BucketError> {
        let address = text.strip_prefix("s3://").ok_or_else(|| BucketError::Address(text.to_owned()))?;
        match address.split_once('/') {
            Some((name, prefix)) => Self::new(name)?.below(prefix),
            None => Self::new(address),
        }
    }
}

impl fmt::Display for Bucket {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "s3://{}", self.name)?;
        self.prefix.iter().try_for_each(|prefix| write!(f, "/{prefix}"))
    }
}

/// The keys that a bucket is opened with.
#[derive(Clone, PartialEq, Eq)]
pub struct BucketKeys {
    /// Which key it is. No secret by itself, but nobody's business either.
    pub key_id: Secret,
    /// The key.
    pub secret_key: Secret,
    /// What goes with keys that last for a while only.
    pub session_token: Option<Secret>,
}

/// The keys to a bucket are not there. The text names the environment variables that are missing.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not set in the environment: {}", .0.join(" and "))]
pub struct KeysError(pub Vec<String>);
