//! What lets the curator in at a host: handed to git through its environment, never in an argument or a URL, which
//! everybody on the machine can see.

use std::collections::BTreeMap;
use std::ffi::OsString;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;

use crate::model::Secret;

/// The user that a secret without a name of its own is sent for. GitHub wants this one, other forges take any.
const TOKEN_USER: &str = "x-access-token";

/// Hosts and what lets the curator in there: `user:password`, or a token alone.
#[derive(Clone, Default)]
pub struct Credentials {
    secrets: BTreeMap<String, Secret>,
    missing: BTreeMap<String, String>,
}

impl Credentials {
    /// These credentials, each for one host, spelled in lower case.
    #[must_use]
    pub fn new(hosts: BTreeMap<String, Secret>) -> Self {
        Self { secrets: hosts, missing: BTreeMap::new() }
    }

    /// The same, with the hosts for which a variable is named that is not set. That is told when such a host is asked:
    /// whoever asks others needs nothing of it.
    #[must_use]
    pub fn without(self, missing: BTreeMap<String, String>) -> Self {
        Self { missing, ..self }
    }

    /// The variable that should hold what lets the curator in at `host`, and does not.
    pub(super) fn missing(&self, host: &str) -> Option<&String> {
        self.missing.get(host)
    }

    /// The variables that make git send the credentials of `host` to `origin` (`https://host[:port]`) and to no other
    /// place; none where there are no credentials.
    pub(in crate::adapters) fn environment(&self, host: &str, origin: &str) -> Vec<(OsString, OsString)> {
        let Some(secret) = self.secrets.get(host) else { return Vec::new() };
        let secret = secret.reveal();
        let pair = if secret.contains(':') { secret.to_owned() } else { format!("{TOKEN_USER}:{secret}") };
        let header = format!("Authorization: Basic {}", STANDARD.encode(pair));
        [
            ("GIT_CONFIG_COUNT", "1".to_owned()),
            ("GIT_CONFIG_KEY_0", format!("http.{origin}/.extraHeader")),
            ("GIT_CONFIG_VALUE_0", header),
        ]
        .map(|(name, value)| (name.into(), value.into()))
        .into()
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::Credentials;
    use crate::model::Secret;

    #[test]
    fn a_secret_goes_to_its_own_host_alone() {
        let hosts = [("git.example.org", "bob:s3cret"), ("github.com", "t0ken")];
        let hosts: BTreeMap<_, _> =
            hosts.map(|(host, secret)| (host.to_owned(), Secret::new(secret.to_owned()))).into();
        let credentials = Credentials::new(hosts);
        let said = |host: &str| {
            let pairs = credentials.environment(host, &format!("https://{host}"));
            pairs.into_iter().map(|(_, value)| value.into_string().unwrap()).collect::<Vec<_>>()
        };
        let header = "Authorization: Basic Ym9iOnMzY3JldA==";
        assert_eq!(said("git.example.org"), ["1", "http.https://git.example.org/.extraHeader", header]);
        assert_eq!(said("github.com")[2], "Authorization: Basic eC1hY2Nlc3MtdG9rZW46dDBrZW4=");
        assert_eq!(said("example.org"), [""; 0]);
    }
}
