//! The one reader of `curator.toml` and of the environment.
#![allow(clippy::disallowed_methods, reason = "the environment is read here, once")]

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::ops::Range;

use serde::Deserialize;

use crate::model::{AddressRange, AddressRangeError, EncoderName, PackageName, Policy, Secret, TreePath};

/// The path of the configuration in a registry.
pub const CONFIG_FILE: &str = "curator.toml";

/// What `curator.toml` says. Unknown keys are refused: a misspelt rule must not be a missing rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the registry is.
    pub registry: RegistrySection,
    /// Where the index is.
    #[serde(default)]
    pub index: IndexSection,
    /// Where the archives are: the first store is the primary one.
    #[serde(default = "default_stores")]
    pub store: Vec<StoreSection>,
    /// How archives are made.
    #[serde(default)]
    pub archive: ArchiveSection,
    /// Where sources may come from.
    #[serde(default)]
    pub fetch: FetchSection,
    /// What is allowed.
    #[serde(default)]
    pub policy: PolicySection,
}

/// The table `[registry]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RegistrySection {
    /// The name that people call the registry by.
    pub name: String,
    /// The language whose rules hold.
    #[serde(default)]
    pub profile: Profile,
}

/// The languages whose rules the curator knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Default)]
#[serde(rename_all = "lowercase")]
pub enum Profile {
    /// The formats of the PureScript registry.
    #[default]
    Purescript,
}

/// The table `[index]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct IndexSection {
    /// The folder of the index, relative to the registry.
    pub path: String,
}

impl Default for IndexSection {
    fn default() -> Self {
        Self { path: "../index".to_owned() }
    }
}

/// A table `[[store]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoreSection {
    /// The name that messages call the store by.
    pub name: String,
    /// The folder of the store, relative to the registry.
    pub path: String,
    /// Where clients download from: a URL with `{name}` and `{version}` in it.
    pub url: Option<String>,
}

fn default_stores() -> Vec<StoreSection> {
    vec![StoreSection { name: "local".to_owned(), path: "../.curator/store".to_owned(), url: None }]
}

/// The table `[archive]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct ArchiveSection {
    /// How the tar is compressed.
    #[serde(default)]
    pub encoder: EncoderName,
}

/// The table `[fetch]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct FetchSection {
    /// The hosts that a source may lie on.
    #[serde(default = "default_hosts")]
    pub allow_hosts: BTreeSet<String>,
    /// Environment variables that the `git` program may see, such as proxies and CA files.
    #[serde(default)]
    pub pass_env: BTreeSet<String>,
    /// What lets the curator in at a host: the host, and the name of the environment variable that holds it.
    #[serde(default)]
    pub credentials: BTreeMap<String, String>,
    /// Clone URLs that are read from a folder or git bundle inside the registry instead.
    #[serde(default)]
    pub replace: BTreeMap<String, TreePath>,
}

fn default_hosts() -> BTreeSet<String> {
    BTreeSet::from(["github.com".to_owned()])
}

impl Default for FetchSection {
    fn default() -> Self {
        Self {
            allow_hosts: default_hosts(),
            pass_env: BTreeSet::new(),
            credentials: BTreeMap::new(),
            replace: BTreeMap::new(),
        }
    }
}

/// The table `[policy]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct PolicySection {
    /// Names that nobody may register, besides those that never work.
    #[serde(default)]
    pub reserved_names: BTreeSet<PackageName>,
}

/// Why `curator.toml` cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{message}")]
pub struct ConfigError {
    /// The place in the file, in bytes.
    pub span: Option<Range<usize>>,
    /// What is wrong there.
    pub message: String,
}

impl Config {
    /// Reads the text of `curator.toml`.
    ///
    /// # Errors
    /// [`ConfigError`] with the place of the first error.
    pub fn parse(text: &str) -> Result<Self, ConfigError> {
        let config: Self = toml::from_str(text)
            .map_err(|error| ConfigError { span: error.span(), message: error.message().to_owned() })?;
        let mut names = BTreeSet::new();
        if config.store.is_empty() {
            let message = "there is no [[store]]: archives need a place".to_owned();
            return Err(ConfigError { span: None, message });
        }
        for store in &config.store {
            if !names.insert(store.name.as_str()) {
                let message = format!("two stores have the name '{}'", store.name);
                return Err(ConfigError { span: None, message });
            }
        }
        if let Some(message) = config.fetch.problem() {
            return Err(ConfigError { span: None, message });
        }
        Ok(config)
    }
}

/// How the names of variables with credentials begin.
const CREDENTIAL: &str = "CURATOR_CREDENTIAL";

impl FetchSection {
    /// What it says that no curator may do, whoever says it.
    ///
    /// Who clones a registry runs with its `curator.toml`: that must not be able to send the rest of their environment to
    /// a host of its choice, nor switch off what protects a fetch.
    fn problem(&self) -> Option<String> {
        let is_foreign = |name: &&String| {
            let rest = name.strip_prefix(CREDENTIAL);
            rest.is_none_or(|rest| !rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
        };
        if let Some((host, name)) = self.credentials.iter().find(|(_, name)| is_foreign(name)) {
            return Some(format!(
                "[fetch] credentials gives {host} the variable '{name}'; only variables whose names begin with \
                 {CREDENTIAL} are sent to a host"
            ));
        }
        if let Some(host) = self.credentials.keys().find(|host| **host != host.to_ascii_lowercase()) {
            return Some(format!("[fetch] credentials names '{host}'; write a host in lower case"));
        }
        let steers = |name: &&String| {
            let name = name.to_ascii_uppercase();
            let speaks = ["GIT_SSL_", "GIT_PROXY_SSL_", "GIT_SSH"].iter().any(|prefix| name.starts_with(prefix));
            name.starts_with("GIT_") && (!speaks || name == "GIT_SSL_NO_VERIFY")
        };
        let steering = self.pass_env.iter().find(steers)?;
        Some(format!(
            "[fetch] pass_env names {steering}, which would steer git; of git's own variables, only those of TLS and ssh \
             may be passed, and not GIT_SSL_NO_VERIFY"
        ))
    }
}

impl Config {
    /// What holds where there is no `curator.toml`: nothing is allowed, and archives are nowhere.
    #[must_use]
    pub fn undescribed() -> Self {
        Self {
            registry: RegistrySection { name: String::new(), profile: Profile::default() },
            index: IndexSection::default(),
            store: Vec::new(),
            archive: ArchiveSection::default(),
            fetch: FetchSection::default(),
            policy: PolicySection::default(),
        }
    }

    /// What the registry allows.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy { reserved_names: self.policy.reserved_names.clone(), allow_hosts: self.fetch.allow_hosts.clone() }
    }
}

/// What the environment says.
#[derive(Debug, Clone, Default)]
pub struct Environment {
    /// Whether colours are unwanted (`NO_COLOR`, <https://no-color.org>).
    pub no_color: bool,
    /// The time to publish at, in seconds since 1970 (`SOURCE_DATE_EPOCH`, reproducible-builds.org).
    pub source_date_epoch: Option<String>,
    /// What to log (`CURATOR_LOG`), in the syntax of tracing's `EnvFilter`.
    pub log: Option<String>,
    /// Addresses beyond those of the public internet that a fetch may connect to (`CURATOR_ALLOW_ADDRESSES`), separated
    /// by commas.
    pub allow_addresses: Option<String>,
}

impl Environment {
    /// Reads the variables that the curator knows.
    #[must_use]
    pub fn read() -> Self {
        let text = |name| std::env::var(name).ok().filter(|value: &String| !value.is_empty());
        Self {
            no_color: text("NO_COLOR").is_some(),
            source_date_epoch: text("SOURCE_DATE_EPOCH"),
            log: text("CURATOR_LOG"),
            allow_addresses: text("CURATOR_ALLOW_ADDRESSES"),
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
