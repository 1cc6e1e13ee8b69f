//! What the environment says: read once, at the start.

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::path::PathBuf;

use crate::model::{AddressRange, AddressRangeError, Secret};

use super::GitHubVariables;

/// What the environment says.
#[derive(Clone, Default)]
pub struct Environment {
    /// Whether colours are unwanted (`NO_COLOR`, <https://no-color.org>).
    pub no_color: bool,
    /// The time to publish at, in seconds since 1970 (`SOURCE_DATE_EPOCH`, reproducible-builds.org).
    pub source_date_epoch: Option<String>,
    /// What to log (`CURATOR_LOG`), in the syntax of tracing's `EnvFilter`.
    pub log: Option<String>,
    /// Where caches belong (`XDG_CACHE_HOME`, else `~/.cache`).
    pub cache_home: Option<PathBuf>,
    /// The index that users of packages read (`CURATOR_INDEX`), as `--index` takes it.
    pub index: Option<PathBuf>,
    /// What lets the curator in at the remotes that its command line names (`CURATOR_GIT_TOKEN`): a token, or
    /// `user:password`.
    pub git_token: Option<Secret>,
    /// What git may see where it speaks to the remotes of the registry and the index: [`GIT_VARIABLES`].
    pub git: Vec<(OsString, OsString)>,
    /// Addresses beyond those of the public internet that a fetch may connect to (`CURATOR_ALLOW_ADDRESSES`), separated
    /// by commas.
    pub allow_addresses: Option<String>,
    /// What is said of GitHub.
    pub github: GitHubVariables,
    /// What webhooks are signed with (`CURATOR_WEBHOOK_SECRET`).
    pub webhook_secret: Option<Secret>,
    /// What opens a private key that a person signs with (`CURATOR_KEY_PASSPHRASE`).
    pub key_passphrase: Option<Secret>,
    /// Whether a sandbox may be made by sudo (`CURATOR_SANDBOX_SUDO=1`), where nobody else may make one.
    pub sandbox_sudo: bool,
}

/// The variables that git may see where it speaks to the remotes of the operator: what ssh needs, and proxies and CA
/// files for https.
pub const GIT_VARIABLES: [&str; 13] = [
    "HOME",
    "SSH_AUTH_SOCK",
    "GIT_SSH_COMMAND",
    "HTTPS_PROXY",
    "https_proxy",
    "ALL_PROXY",
    "all_proxy",
    "NO_PROXY",
    "no_proxy",
    "GIT_SSL_CAINFO",
    "GIT_SSL_CAPATH",
    "SSL_CERT_FILE",
    "SSL_CERT_DIR",
];

/// Who the curator is in the commits that it makes.
pub const COMMITTER: &str = "curator <curator@localhost>";

/// Whether a variable of that name seems to hold a secret. Regions of Amazon are none.
fn looks_secret(name: &str) -> bool {
    let name = name.to_ascii_uppercase();
    let is_about = |word: &str| {
        matches!(word, "TOKEN" | "SECRET" | "KEY" | "PASSWORD" | "PASSWD" | "PASSPHRASE" | "CREDENTIAL" | "CREDENTIALS")
    };
    let is_of_amazon = name.starts_with("AWS_") && !name.ends_with("_REGION");
    is_of_amazon || name.split(|c: char| !c.is_ascii_alphanumeric()).any(is_about)
}

impl Environment {
    /// Reads the variables that the curator knows.
    #[must_use]
    pub fn read() -> Self {
        // A relative folder would be another one wherever the program is started (XDG Base Directory Specification).
        let folder = |name| std::env::var_os(name).map(PathBuf::from).filter(|folder| folder.is_absolute());
        let text = |name: &str| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Self {
            no_color: text("NO_COLOR").is_some(),
            source_date_epoch: text("SOURCE_DATE_EPOCH"),
            log: text("CURATOR_LOG"),
            cache_home: folder("XDG_CACHE_HOME").or_else(|| Some(folder("HOME")?.join(".cache"))),
            index: text("CURATOR_INDEX").map(PathBuf::from),
            git_token: text("CURATOR_GIT_TOKEN").map(Secret::new),
            git: Self::pass(&GIT_VARIABLES.map(str::to_owned).into()),
            allow_addresses: text("CURATOR_ALLOW_ADDRESSES"),
            github: GitHubVariables::read(text),
            webhook_secret: text("CURATOR_WEBHOOK_SECRET").map(Secret::new),
            key_passphrase: text("CURATOR_KEY_PASSPHRASE").map(Secret::new),
            sandbox_sudo: text("CURATOR_SANDBOX_SUDO").as_deref() == Some("1"),
        }
    }

    /// The blocks of addresses that the operator opened.
    ///
    /// # Errors
    /// The first text that is no such block.
    pub fn opened(&self) -> Result<Vec<AddressRange>, AddressRangeError> {
        let texts = self.allow_addresses.iter().flat_map(|texts| texts.split(','));
        texts.map(str::trim).filter(|text| !text.is_empty()).map(str::parse).collect()
    }

    /// The names of the variables that look as if they held a secret: what runs a stranger's code wants none of them near.
    #[must_use]
    pub fn secret_names() -> BTreeSet<String> {
        let names = std::env::vars_os().filter(|(_, value)| !value.is_empty());
        names.map(|(name, _)| name.to_string_lossy().into_owned()).filter(|name| looks_secret(name)).collect()
    }

    /// What the variable `name` holds, out of sight; `None` where it is not set.
    #[must_use]
    pub fn secret(name: &str) -> Option<Secret> {
        std::env::var(name).ok().filter(|value| !value.is_empty()).map(Secret::new)
    }

    /// Those of `names` that are set, with their values.
    #[must_use]
    pub fn pass(names: &BTreeSet<String>) -> Vec<(OsString, OsString)> {
        names.iter().filter_map(|name| Some((name.into(), std::env::var_os(name)?))).collect()
    }
}
