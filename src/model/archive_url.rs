//! Where an archive of a source is on the web.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// The URL of an archive, or of a folder of archives: `https://host/path` in letters that need no escape, without a
/// password, a query or a fragment. A port may follow the host.
///
/// A folder ends without a slash. That a URL leads to an archive shows at its end: `.tar.gz` or `.tgz`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArchiveUrl(String);

/// Why a text is not such a URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ArchiveUrlError {
    /// Nothing protects the way.
    #[error("an archive is fetched over https: write https://host/path")]
    Scheme,
    /// There is no host, or something else than one.
    #[error("an archive is on a host in lower case, with a port where it is not 443: https://host/path")]
    Host,
    /// The path has a letter that would have to be escaped, or a query.
    #[error("the URL of an archive has letters, digits and /._~@+- only behind its host: no query and no escapes")]
    Alphabet,
    /// A part of the path is empty, `.` or `..`, or there is none.
    #[error("the URL of an archive has a path whose parts are neither empty, nor '.' or '..'")]
    Path,
}

/// The ends of the names of archives.
const ENDS: [&str; 2] = [".tar.gz", ".tgz"];

impl ArchiveUrl {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// Whether a text ends as the URL of an archive does.
    #[must_use]
    pub fn is_meant(text: &str) -> bool {
        text.starts_with("https://") && ENDS.iter().any(|end| text.ends_with(end))
    }

    /// Whether it leads to an archive, and not to a folder of them.
    #[must_use]
    pub fn is_archive(&self) -> bool {
        Self::is_meant(&self.0)
    }

    /// The host, with its port where it is not the usual one.
    #[must_use]
    pub fn host(&self) -> &str {
        let rest = self.0.strip_prefix("https://").unwrap_or_default();
        rest.split('/').next().unwrap_or_default()
    }

    /// Whether it is the folder of `other`, or of a folder around that.
    #[must_use]
    pub fn holds(&self, other: &Self) -> bool {
        other.0.strip_prefix(&self.0).is_some_and(|rest| rest.starts_with('/'))
    }

    /// The folder of all archives of a package, as this one of `version` shows it: what stands before the first part of
    /// the path that names the version; `None` where an archive is at the top of its host.
    #[must_use]
    pub fn folder(&self, version: &str) -> Option<Self> {
        let top = "https://".len() + self.host().len();
        let file = self.0.rfind('/')?;
        let named = self.0.match_indices('/').map(|(at, _)| at).filter(|at| *at >= top);
        let mut parts = named.filter(|at| {
            let part = self.0.get(at + 1..).unwrap_or_default().split('/').next().unwrap_or_default();
            part.contains(version)
        });
        let end = parts.next().unwrap_or(file);
        self.0.get(..end).filter(|_| end > top).and_then(|text| text.parse().ok())
    }
}

impl FromStr for ArchiveUrl {
    type Err = ArchiveUrlError;

    fn from_str(text: &str) -> Result<Self, ArchiveUrlError> {
        let rest = text.strip_prefix("https://").ok_or(ArchiveUrlError::Scheme)?;
        let (authority, path) = rest.split_once('/').ok_or(ArchiveUrlError::Path)?;
        let (host, port) = authority.split_once(':').map_or((authority, None), |(host, port)| (host, Some(port)));
        let in_host = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || matches!(byte, b'.' | b'-');
        let is_port = |port: &str| port.parse::<u16>().is_ok_and(|number| number > 0 && number.to_string() == port);
        let starts = host.as_bytes().first().is_some_and(u8::is_ascii_alphanumeric);
        if !starts || !host.bytes().all(in_host) || host.contains("..") || !port.is_none_or(is_port) {
            return Err(ArchiveUrlError::Host);
        }
        let allowed =
            |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'/' | b'.' | b'_' | b'~' | b'@' | b'+' | b'-');
        if !path.bytes().all(allowed) {
            return Err(ArchiveUrlError::Alphabet);
        }
        if path.split('/').any(|part| matches!(part, "" | "." | "..")) {
            return Err(ArchiveUrlError::Path);
        }
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Display for ArchiveUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for ArchiveUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(ArchiveUrl);
