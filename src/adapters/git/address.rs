//! The address of a repository on a network: judged after the URL parser read it, so that nothing is hidden in its
//! spelling (threats 1 to 6).

use std::collections::BTreeSet;

use url::{Host, Url};

/// A URL that git may be given: https, a name of a host, a plain path, and nothing else in it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Address {
    url: Url,
    host: String,
    port: u16,
}

/// Why a URL is not fetched.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub(super) enum AddressError {
    /// Another scheme: git would run a program for some of them, and read this machine's files for others.
    #[error("only https:// is fetched")]
    Scheme,
    /// A character that some reader could take for something else.
    #[error("its URL has more in it than letters, digits and . / _ ~ - @")]
    Alphabet,
    /// A user or a password stands before the host.
    #[error("a user or a password stands in its URL; [fetch] credentials in curator.toml has room for them")]
    UserInfo,
    /// The host is an IP address, in some spelling.
    #[error("its host is an address; a name is needed")]
    Literal,
    /// The host is read in another way than it is spelled.
    #[error("its host is not spelled plainly: it is '{0}'")]
    Disguised(String),
    /// A port, where none may be.
    #[error("a port stands in its URL")]
    Port,
    /// No path, or one with `..` or empty parts in it.
    #[error("its URL has no plain path to a repository")]
    Path,
    /// The registry does not fetch from there.
    #[error("its host '{0}' is not among [fetch] allow_hosts in curator.toml")]
    Host(String),
}

impl Address {
    /// The address of a location in the registry, on one of the allowed hosts.
    pub(super) fn of_location(text: &str, allow_hosts: &BTreeSet<String>) -> Result<Self, AddressError> {
        let address = Self::parse(text)?;
        if address.url.port().is_some() {
            return Err(AddressError::Port);
        }
        let is_allowed = allow_hosts.iter().any(|host| host.eq_ignore_ascii_case(&address.host));
        if is_allowed { Ok(address) } else { Err(AddressError::Host(address.host)) }
    }

    /// The address of a mirror that the operator named: on any host, with any port.
    pub(super) fn of_mirror(text: &str) -> Result<Self, AddressError> {
        Self::parse(text)
    }

    /// What git is given.
    pub(super) fn as_str(&self) -> &str {
        self.url.as_str()
    }

    /// The host, in lower case.
    pub(super) fn host(&self) -> &str {
        &self.host
    }

    /// The port.
    pub(super) fn port(&self) -> u16 {
        self.port
    }

    /// The scheme, the host and, where it is not that of https, the port.
    pub(super) fn origin(&self) -> String {
        self.url.origin().ascii_serialization()
    }

    fn parse(text: &str) -> Result<Self, AddressError> {
        let rest = text.strip_prefix("https://").ok_or(AddressError::Scheme)?;
        // No backslash, percent sign, blank, control or letter outside ASCII: each is read in several ways.
        let is_plain = |byte: u8| byte.is_ascii_alphanumeric() || b"./_~-@:+".contains(&byte);
        if !rest.bytes().all(is_plain) {
            return Err(AddressError::Alphabet);
        }
        let (authority, path) = rest.split_at(rest.find('/').unwrap_or(rest.len()));
        let url = Url::parse(text).map_err(|_| AddressError::Disguised(authority.to_owned()))?;
        if !url.username().is_empty() || url.password().is_some() || authority.contains('@') {
            return Err(AddressError::UserInfo);
        }
        let host = match url.host() {
            Some(Host::Domain(host)) => host.to_owned(),
            _ => return Err(AddressError::Literal),
        };
        let spelled = authority.split_once(':').map_or(authority, |(host, _)| host);
        let labels_are_plain = host.split('.').all(|label| {
            let letters = label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-');
            letters && !label.is_empty() && !label.starts_with('-') && !label.ends_with('-')
        });
        if !spelled.eq_ignore_ascii_case(&host) || !labels_are_plain {
            return Err(AddressError::Disguised(host));
        }
        let parts = path.strip_prefix('/').unwrap_or_default();
        let parts = parts.strip_suffix('/').unwrap_or(parts);
        // The parser takes `.` and `..` out; a server could take them another way.
        if url.path() != path || parts.is_empty() || parts.split('/').any(str::is_empty) {
            return Err(AddressError::Path);
        }
        let port = url.port_or_known_default().ok_or(AddressError::Port)?;
        Ok(Self { url, host, port })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::{Address, AddressError};

    fn location(text: &str) -> Result<Address, AddressError> {
        Address::of_location(text, &BTreeSet::from(["github.com".to_owned(), "Git.Example.Org".to_owned()]))
    }

    #[test]
    fn plain_addresses_are_taken() {
        let taken = [
            ("https://github.com/o/r.git", "github.com"),
            ("https://GitHub.com/o/r", "github.com"),
            ("https://git.example.org/~user/@scope/r.git/", "git.example.org"),
        ];
        for (text, host) in taken {
            let address = location(text).unwrap();
            assert_eq!((address.host(), address.port()), (host, 443), "{text}");
            assert_eq!(address.origin(), format!("https://{host}"));
        }
        let mirror = Address::of_mirror("https://mirror.example.net:8443/o/r.git").unwrap();
        assert_eq!((mirror.port(), mirror.origin().as_str()), (8443, "https://mirror.example.net:8443"));
        assert_eq!(location("https://github.com:8443/o/r.git"), Err(AddressError::Port));
    }

    #[test]
    fn other_schemes_are_refused() {
        for text in [
            "http://github.com/o/r",
            "git://github.com/o/r",
            "ssh://github.com/o/r",
            "ext::sh -c touch% x",
            "fd::17",
            "file:///etc",
            "/etc",
            "github.com:o/r",
            "--upload-pack=touch x",
            "HTTPS://github.com/o/r",
            "",
        ] {
            assert_eq!(location(text), Err(AddressError::Scheme), "{text}");
        }
    }

    #[test]
    fn this_machine_has_many_names_and_none_is_taken() {
        for host in [
            "127.0.0.1",
            "127.1",
            "127.0.1",
            "2130706433",
            "0x7f000001",
            "0x7f.1",
            "0177.0.0.1",
            "017700000001",
            "127.0.0.1.",
            "0",
            "0.0.0.0",
            "169.254.169.254",
            "169.254.43518",
            "2852039166",
            "0xa9fea9fe",
            "10.0.0.1",
            "192.168.1.1",
            "255.255.255.255",
            "[::1]",
            "[::]",
            "[::ffff:127.0.0.1]",
            "[64:ff9b::127.0.0.1]",
            "[fe80::1]",
            "\u{ff11}\u{ff12}\u{ff17}.0.0.1",
            "127\u{3002}0\u{3002}0\u{3002}1",
            "\u{2460}27.0.0.1",
            "%31%32%37.0.0.1",
            "localhost",
            "localhost.",
            "ip6-localhost",
            "metadata.google.internal",
        ] {
            let text = format!("https://{host}/o/r.git");
            assert!(location(&text).is_err(), "{text}");
        }
        for host in ["127.1", "2130706433", "0x7f.1", "0177.0.0.1", "169.254.169.254"] {
            assert_eq!(Address::of_mirror(&format!("https://{host}:8443/o/r")), Err(AddressError::Literal), "{host}");
        }
    }

    #[test]
    fn nothing_hides_the_host() {
        for text in [
            "https://github.com@evil.example/o/r",
            "https://github.com:pw@evil.example/o/r",
            "https://@evil.example/o/r",
            "https://evil.example\\@github.com/o/r",
            "https://evil.example%2f@github.com/o/r",
            "https://evil.example/@github.com/o/r",
            "https://github.com.evil.example/o/r",
            "https://github.com./o/r",
            "https://g\u{131}thub.com/o/r",
            "https://g\u{456}thub.com/o/r",
            "https://xn--gthub-4ve.com/o/r",
            "https://github\u{ad}.com/o/r",
            "https://git hub.com/o/r",
            "https://github.com\t/o/r",
            "https:///github.com/o/r",
            "https://github.com#@evil.example/o/r",
            "https://github.com?@evil.example/o/r",
            "https:github.com/o/r",
            "https://github..com/o/r",
            "https://-github.com/o/r",
            "https://git_hub.com/o/r",
        ] {
            assert!(location(text).is_err(), "{text}");
        }
        assert_eq!(location("https://bob@github.com/o/r"), Err(AddressError::UserInfo));
    }

    #[test]
    fn a_path_is_plain() {
        for path in
            ["", "/", "//", "//o/r", "/o//r", "/o/../r", "/./o/r", "/o/r/..", "/o/%2e%2e/r", "/o/r?x", "/o/r#x", "/o r"]
        {
            assert!(location(&format!("https://github.com{path}")).is_err(), "{path}");
        }
    }
}
