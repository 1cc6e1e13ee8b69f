//! Where a registry or an index is, as a person names it: a folder, a repository on this machine, or a remote.

use std::fmt;
use std::path::{Path, PathBuf};

/// Where a registry or an index is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Address {
    /// A plain folder, also one in a work tree.
    Folder(PathBuf),
    /// A repository on this machine: a bare one, or the `.git` of another.
    Repository(PathBuf),
    /// A repository elsewhere.
    Remote(RemoteUrl),
}

/// The URL of a repository elsewhere: `https://…`, `ssh://…` or `user@host:path`. It holds no secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RemoteUrl {
    text: String,
    protocol: &'static str,
    host: String,
}

/// Why a place cannot be a registry or an index.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{place} cannot be used: {reason}")]
pub struct AddressError {
    /// The place, without what may be a secret in it.
    place: String,
    reason: &'static str,
}

impl Address {
    /// What a person means by `place`. What is on the disk decides between a folder and a repository.
    ///
    /// # Errors
    /// [`AddressError`] where it is a URL that the curator does not speak.
    pub fn parse(place: &Path) -> Result<Self, AddressError> {
        let text = place.to_str().unwrap_or_default();
        if let Some(path) = text.strip_prefix("file://") {
            let local = path.strip_prefix("localhost").unwrap_or(path);
            let refused = |reason| AddressError { place: text.to_owned(), reason };
            let path = decoded(local).filter(|path| path.starts_with('/'));
            return Ok(Self::on_disk(Path::new(&path.ok_or_else(|| refused("a file:// URL names an absolute path"))?)));
        }
        if text.contains("://") || RemoteUrl::is_scp_like(text) && !place.exists() {
            return RemoteUrl::parse(text).map(Self::Remote);
        }
        Ok(Self::on_disk(place))
    }

    /// Whether both are one repository, however it is spelled: through a link, as a `file://` URL, or with and without
    /// `.git` at the end of a URL.
    #[must_use]
    pub fn is_same(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Repository(a), Self::Repository(b)) => a == b || a.canonicalize().ok() == b.canonicalize().ok(),
            (Self::Remote(a), Self::Remote(b)) => a.plain() == b.plain(),
            _ => false,
        }
    }

    /// The folder or the repository at `path`. A work tree is a folder: its files are what a person sees there.
    fn on_disk(path: &Path) -> Self {
        let is_repository = path.join("HEAD").is_file() && path.join("objects").is_dir() && path.join("refs").is_dir();
        if is_repository { Self::Repository(path.to_owned()) } else { Self::Folder(path.to_owned()) }
    }
}

impl RemoteUrl {
    /// The URL as it is compared: its end says nothing, and hosts do not know letter cases.
    fn plain(&self) -> String {
        let text = self.as_str().trim_end_matches('/');
        let text = text.strip_suffix(".git").unwrap_or(text);
        text.replacen(self.host(), &self.host().to_ascii_lowercase(), 1)
    }

    /// The URL.
    ///
    /// # Errors
    /// [`AddressError`]: another protocol, or something that could be a secret or an option in it.
    pub fn parse(text: &str) -> Result<Self, AddressError> {
        let refused = |reason| AddressError { place: without_user(text), reason };
        if !text.chars().all(|c| c.is_ascii_graphic()) || text.contains(['\\', '"', '\'', '`', '$']) {
            return Err(refused("a URL has no blanks, quotes, backslashes or letters outside of ASCII"));
        }
        let (protocol, authority, path) = match text.split_once("://") {
            Some((scheme @ ("https" | "ssh"), rest)) => {
                let (authority, path) = rest.split_once('/').ok_or_else(|| refused("the URL names no repository"))?;
                (if scheme == "https" { "https" } else { "ssh" }, authority, path)
            }
            Some(_) => return Err(refused("a remote is reached over https or ssh alone")),
            None if Self::is_scp_like(text) => {
                let (authority, path) = text.split_once(':').unwrap_or_default();
                ("ssh", authority, path)
            }
            None => {
                return Err(refused("it is no URL: write https://HOST/PATH, ssh://USER@HOST/PATH or USER@HOST:PATH"));
            }
        };
        let (user, host_and_port) = authority.rsplit_once('@').unwrap_or(("", authority));
        if protocol == "https" && authority.contains('@') || user.contains(':') {
            return Err(refused(
                "everybody on the machine can see what is in a URL: give the credential by the environment",
            ));
        }
        let (host, port) = host_and_port.split_once(':').unwrap_or((host_and_port, "0"));
        let is_host = host.starts_with(|c: char| c.is_ascii_alphanumeric())
            && host.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '.' | '-' | '_'));
        if !is_host || port.parse::<u16>().is_err() || user.starts_with('-') {
            return Err(refused("the URL names no host"));
        }
        if path.is_empty() || path.starts_with('-') {
            return Err(refused("the URL names no repository"));
        }
        Ok(Self { text: text.to_owned(), protocol, host: host.to_ascii_lowercase() })
    }

    /// `user@host:path`, as scp writes it. A helper of git's (`ext::sh -c …`) is none.
    fn is_scp_like(text: &str) -> bool {
        let Some((authority, path)) = text.split_once(':') else { return false };
        authority.contains('@') && !authority.contains('/') && !path.starts_with(':')
    }

    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The one protocol that git may speak to it.
    #[must_use]
    pub fn protocol(&self) -> &'static str {
        self.protocol
    }

    /// The host, in lower case.
    #[must_use]
    pub fn host(&self) -> &str {
        &self.host
    }

    /// `https://host[:port]`.
    #[must_use]
    pub fn origin(&self) -> String {
        let rest = self.text.split_once("://").map_or("", |(_, rest)| rest);
        format!("{}://{}", self.protocol, rest.split('/').next().unwrap_or_default())
    }
}

impl fmt::Display for RemoteUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Display for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(path) | Self::Repository(path) => path.display().fmt(f),
            Self::Remote(url) => url.fmt(f),
        }
    }
}

/// A refused URL, which may hold a secret before its `@`.
fn without_user(text: &str) -> String {
    let (scheme, rest) = text.split_once("://").unwrap_or(("", text));
    let authority = rest.split('/').next().unwrap_or_default();
    match authority.rsplit_once('@') {
        Some((user, _)) => format!("{scheme}://…{}", &rest.get(user.len()..).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// The path of a `file://` URL, where `%20` is a blank.
fn decoded(path: &str) -> Option<String> {
    let mut bytes = Vec::with_capacity(path.len());
    let mut rest = path.bytes();
    while let Some(byte) = rest.next() {
        if byte != b'%' {
            bytes.push(byte);
            continue;
        }
        let digit = |byte: Option<u8>| char::from(byte?).to_digit(16);
        let (high, low) = (digit(rest.next())?, digit(rest.next())?);
        bytes.push(u8::try_from(high << 4 | low).ok()?);
    }
    String::from_utf8(bytes).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn takes_what_is_spoken() {
        for (text, protocol, host) in [
            ("https://Example.org/a/b.git", "https", "example.org"),
            ("https://example.org:8443/a", "https", "example.org"),
            ("ssh://git@example.org:22/a.git", "ssh", "example.org"),
            ("git@example.org:a/b.git", "ssh", "example.org"),
        ] {
            let Ok(Address::Remote(url)) = Address::parse(Path::new(text)) else { panic!("{text}") };
            assert_eq!((url.protocol(), url.host(), url.as_str()), (protocol, host, text));
        }
        assert_eq!(Address::parse(Path::new("file:///a%20b")), Ok(Address::Folder("/a b".into())));
        assert_eq!(Address::parse(Path::new("some/folder")), Ok(Address::Folder("some/folder".into())));
    }

    #[test]
    fn refuses_the_rest_and_repeats_no_secret() {
        for text in [
            "http://example.org/a",
            "git://example.org/a",
            "ext::sh -c x://",
            "https://example.org",
            "https:///a",
            "https://bob:s3cret@example.org/a",
            "https://s3cret@example.org/a",
            "ssh://bob:s3cret@example.org/a",
            "ssh://-oProxyCommand=x/a",
            "ssh://-x@example.org/a",
            "-x@example.org:a",
            "git@-oProxyCommand=x:a",
            "git@example.org:-x",
            "https://example.org\\@evil/a",
            "https://exämple.org/a",
            "https://[::1]/a",
            "file://host/a",
        ] {
            let refused = Address::parse(Path::new(text)).unwrap_err().to_string();
            assert!(!refused.contains("s3cret"), "{refused}");
        }
        // No URL at all: a folder that is not there.
        assert_eq!(Address::parse(Path::new("ext::sh -c x")), Ok(Address::Folder("ext::sh -c x".into())));
    }
}
