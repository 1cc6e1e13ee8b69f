//! The table `[[store]]`: a folder, a bucket or the releases of a repository, and never half of two.

use serde::Deserialize;

use crate::model::{Bucket, BucketError, BucketKeys, KeysError, ReleaseLayout, Releases, RepositoryName};

use super::Environment;

/// A table `[[store]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(try_from = "StoreTable")]
pub struct StoreSection {
    /// The name that messages call the store by.
    pub name: String,
    /// Where it is.
    pub place: StorePlace,
    /// Where clients download from: a URL with `{name}` and `{version}` in it, and in releases `{release}`.
    pub url: Option<String>,
}

/// Where a store is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StorePlace {
    /// In a folder, relative to the registry.
    Directory(String),
    /// In a bucket.
    Bucket {
        /// Which one.
        bucket: Bucket,
        /// How the environment variables begin that hold its keys.
        credentials: String,
    },
    /// In the releases of a repository.
    Releases(Releases),
}

impl StoreSection {
    /// Where clients download from, as far as that is known.
    #[must_use]
    pub fn download_url(&self) -> Option<String> {
        match &self.place {
            StorePlace::Releases(releases) => self.url.clone().or_else(|| Some(releases.download_url())),
            StorePlace::Directory(_) | StorePlace::Bucket { .. } => self.url.clone(),
        }
    }
}

/// A table `[[store]]` as it is written.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StoreTable {
    name: String,
    path: Option<String>,
    bucket: Option<String>,
    prefix: Option<String>,
    region: Option<String>,
    endpoint: Option<String>,
    credentials: Option<String>,
    github: Option<RepositoryName>,
    layout: Option<ReleaseLayout>,
    url: Option<String>,
}

/// Why a `[[store]]` is none.
#[derive(Debug, thiserror::Error)]
enum StoreTableError {
    #[error(
        "the store '{0}' has no place: give it a path, which is a folder, a bucket, which is S3's, or the name of a repository \
         under github, whose releases hold the archives"
    )]
    Nowhere(String),
    #[error("the store '{0}' has two places, {1} and {2}: leave one of them out, or make two stores of it")]
    Twice(String, &'static str, &'static str),
    #[error("the store '{store}' is {place}, and '{key}' is said of {of} only")]
    OfOthers { store: String, place: &'static str, key: &'static str, of: &'static str },
    #[error("the store '{store}' cannot take its keys from '{prefix}': write the beginning of the variables, like AWS")]
    Credentials { store: String, prefix: String },
    #[error("the store '{store}': {error}")]
    Bucket { store: String, error: BucketError },
}

impl TryFrom<StoreTable> for StoreSection {
    type Error = StoreTableError;

    fn try_from(table: StoreTable) -> Result<Self, StoreTableError> {
        let store = || table.name.clone();
        let place = match (&table.path, &table.bucket, &table.github) {
            (None, None, None) => return Err(StoreTableError::Nowhere(store())),
            (Some(_), Some(_), _) => return Err(StoreTableError::Twice(store(), "a path", "a bucket")),
            (Some(_), _, Some(_)) => return Err(StoreTableError::Twice(store(), "a path", "releases on GitHub")),
            (_, Some(_), Some(_)) => return Err(StoreTableError::Twice(store(), "a bucket", "releases on GitHub")),
            (Some(path), None, None) => {
                table.refuse("a folder", "buckets", table.of_buckets())?;
                table.refuse("a folder", "releases", table.of_releases())?;
                StorePlace::Directory(path.clone())
            }
            (None, None, Some(repository)) => {
                table.refuse("releases on GitHub", "buckets", table.of_buckets())?;
                let layout = table.layout.unwrap_or_default();
                StorePlace::Releases(Releases { repository: repository.clone(), layout })
            }
            (None, Some(name), None) => {
                table.refuse("a bucket", "releases", table.of_releases())?;
                let bucket =
                    table.to_bucket(name).map_err(|error| StoreTableError::Bucket { store: store(), error })?;
                let credentials = table.credentials.clone().unwrap_or_else(|| Environment::STORE_KEYS.to_owned());
                let plain = |byte: u8| byte.is_ascii_uppercase() || byte.is_ascii_digit() || byte == b'_';
                if !credentials.starts_with(|c: char| c.is_ascii_uppercase()) || !credentials.bytes().all(plain) {
                    return Err(StoreTableError::Credentials { store: store(), prefix: credentials });
                }
                StorePlace::Bucket { bucket, credentials }
            }
        };
        Ok(Self { name: table.name, place, url: table.url })
    }
}

impl StoreTable {
    /// The first key that is there and is said of buckets only.
    fn of_buckets(&self) -> Option<&'static str> {
        let keys = [
            ("prefix", &self.prefix),
            ("region", &self.region),
            ("endpoint", &self.endpoint),
            ("credentials", &self.credentials),
        ];
        keys.into_iter().find(|(_, value)| value.is_some()).map(|(key, _)| key)
    }

    fn of_releases(&self) -> Option<&'static str> {
        self.layout.map(|_| "layout")
    }

    fn refuse(&self, place: &'static str, of: &'static str, key: Option<&'static str>) -> Result<(), StoreTableError> {
        let refused = |key| StoreTableError::OfOthers { store: self.name.clone(), place, key, of };
        key.map_or(Ok(()), |key| Err(refused(key)))
    }

    fn to_bucket(&self, name: &str) -> Result<Bucket, BucketError> {
        let mut bucket = Bucket::new(name)?;
        if let Some(prefix) = &self.prefix {
            bucket = bucket.below(prefix)?;
        }
        if let Some(region) = &self.region {
            bucket = bucket.in_region(region)?;
        }
        if let Some(endpoint) = &self.endpoint {
            bucket = bucket.at(endpoint)?;
        }
        Ok(bucket)
    }
}

impl Environment {
    /// How the variables of a bucket's keys begin where nothing else is configured.
    pub const STORE_KEYS: &str = "AWS";

    /// The keys to a bucket: `<prefix>_ACCESS_KEY_ID`, `<prefix>_SECRET_ACCESS_KEY` and, for keys that last for a while,
    /// `<prefix>_SESSION_TOKEN`. Nothing else is looked at: no file, and no server that hands out keys.
    ///
    /// # Errors
    /// [`KeysError`] names what is not set.
    pub fn bucket_keys(prefix: &str) -> Result<BucketKeys, KeysError> {
        let secret = |suffix: &str| {
            let name = format!("{prefix}_{suffix}");
            Self::secret(&name).ok_or(name)
        };
        match (secret("ACCESS_KEY_ID"), secret("SECRET_ACCESS_KEY")) {
            (Ok(key_id), Ok(secret_key)) => {
                Ok(BucketKeys { key_id, secret_key, session_token: secret("SESSION_TOKEN").ok() })
            }
            (key_id, secret_key) => Err(KeysError([key_id.err(), secret_key.err()].into_iter().flatten().collect())),
        }
    }

    /// The bucket with the region and the server that the environment names for it, in the variables of Amazon's own
    /// tools: for a bucket that is named on the command line.
    ///
    /// # Errors
    /// [`BucketError`] where they cannot be used.
    pub fn locate(bucket: Bucket) -> Result<Bucket, BucketError> {
        let first =
            |names: [&str; 2]| names.iter().find_map(|name| std::env::var(name).ok().filter(|it| !it.is_empty()));
        let bucket = match first(["AWS_REGION", "AWS_DEFAULT_REGION"]) {
            Some(region) => bucket.in_region(&region)?,
            None => bucket,
        };
        match first(["AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT_URL"]) {
            Some(endpoint) => bucket.at(&endpoint),
            None => Ok(bucket),
        }
    }
}
