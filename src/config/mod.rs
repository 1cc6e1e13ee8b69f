//! The one reader of `curator.toml` and of the environment.
#![allow(clippy::disallowed_methods, reason = "the environment is read here, once")]

mod docs;
mod environment;
mod github;
mod package;
mod policy;
mod store;
mod verify;
mod view;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use serde::Deserialize;

use crate::model::{Branch, EncoderName, Policy, Profile, TreePath};

pub use docs::{DocsCommandSection, DocsSection};
pub use environment::{COMMITTER, Environment, GIT_VARIABLES};
pub use github::{GitHubVariables, Runner};
pub use package::PackageSection;
pub use policy::{PolicySection, ReviewSection, TeamName, TrusteesSection};
pub use store::{StorePlace, StoreSection};
pub use verify::{CompileSection, ToolSection, VerifySection};
pub use view::{ViewPlaceSection, ViewSection};

/// The path of the configuration in a registry.
pub const CONFIG_FILE: &str = "curator.toml";

/// What `curator.toml` says. Unknown keys are refused: a misspelt rule must not be a missing rule.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Config {
    /// What the registry is.
    pub registry: RegistrySection,
    /// The files of its packages, where the language leaves them to it.
    pub package: Option<PackageSection>,
    /// Where the index is.
    #[serde(default)]
    pub index: IndexSection,
    /// Where the archives are: the first store is the primary one.
    #[serde(default = "default_stores")]
    pub store: Vec<StoreSection>,
    /// Where the archives of adopted versions are, which the curator does not write.
    #[serde(default)]
    pub adopted: Vec<AdoptedSection>,
    /// How archives are made.
    #[serde(default)]
    pub archive: ArchiveSection,
    /// Where sources may come from.
    #[serde(default)]
    pub fetch: FetchSection,
    /// What is allowed.
    #[serde(default)]
    pub policy: PolicySection,
    /// Who looks after the registry.
    #[serde(default)]
    pub trustees: TrusteesSection,
    /// How versions are compiled.
    #[serde(default)]
    pub verify: VerifySection,
    /// What a review looks at besides the change.
    #[serde(default)]
    pub review: ReviewSection,
    /// What makes documentation, and where it goes.
    pub docs: Option<DocsSection>,
    /// In which other formats the index is shown, and where.
    #[serde(default)]
    pub view: Vec<ViewSection>,
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

/// The table `[index]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize, Default)]
#[serde(deny_unknown_fields)]
pub struct IndexSection {
    /// The folder of the index, relative to the registry's folder.
    pub path: Option<String>,
    /// The URL of the repository that holds the index.
    pub git: Option<String>,
    /// The branch that holds the index.
    pub branch: Option<Branch>,
}

impl IndexSection {
    /// The folder of the index of a registry that is a folder, relative to it.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.path.as_deref().unwrap_or("../index")
    }

    /// Why it says too much or too little; `None` where it says enough.
    fn fault(&self) -> Option<&'static str> {
        match self {
            Self { path: Some(_), git: Some(_), .. } => Some("an index has a path or a git URL, not both"),
            // A path of the machine would be a stranger's choice on everybody's machine: those are typed.
            Self { git: Some(url), .. } if !["https://", "ssh://"].iter().any(|scheme| url.starts_with(scheme)) => {
                Some("the git URL of an index starts with https:// or ssh://; name any other place with --index")
            }
            _ => None,
        }
    }
}

/// A table `[[adopted]]`.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct AdoptedSection {
    /// The name that the index calls the place by.
    pub name: String,
    /// Where clients download from: a URL with `{name}` and `{version}` in it.
    pub url: String,
}

fn default_stores() -> Vec<StoreSection> {
    let place = StorePlace::Directory("../.curator/store".to_owned());
    vec![StoreSection { name: "local".to_owned(), place, url: None }]
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
        if let Some(fault) = config.index.fault() {
            return Err(ConfigError { span: None, message: fault.to_owned() });
        }
        let mut names = BTreeSet::new();
        if config.store.is_empty() {
            let message = "there is no [[store]]: archives need a place".to_owned();
            return Err(ConfigError { span: None, message });
        }
        let adopted = config.adopted.iter().map(|adopted| &adopted.name);
        for name in config.store.iter().map(|store| &store.name).chain(adopted) {
            if !names.insert(name.as_str()) {
                let message = format!("two stores have the name '{name}'");
                return Err(ConfigError { span: None, message });
            }
        }
        if let Some(message) = config.misplaced_package() {
            return Err(ConfigError { span: None, message: message.to_owned() });
        }
        if let Some(message) = config.fetch.problem().or_else(|| view::clash(&config.view)) {
            return Err(ConfigError { span: None, message });
        }
        Ok(config)
    }
}

/// How the names of variables with credentials begin.
const CREDENTIAL: &str = "CURATOR_CREDENTIAL";

/// Whether a variable may be sent to a host that a `curator.toml` names.
fn is_credential(name: &str) -> bool {
    let rest = name.strip_prefix(CREDENTIAL);
    rest.is_some_and(|rest| rest.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_'))
}

impl FetchSection {
    /// What it says that no curator may do, whoever says it.
    ///
    /// Who clones a registry runs with its `curator.toml`: that must not be able to send the rest of their environment to
    /// a host of its choice, nor switch off what protects a fetch.
    fn problem(&self) -> Option<String> {
        if let Some((host, name)) = self.credentials.iter().find(|(_, name)| !is_credential(name)) {
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
            package: None,
            index: IndexSection::default(),
            store: Vec::new(),
            adopted: Vec::new(),
            archive: ArchiveSection::default(),
            fetch: FetchSection::default(),
            policy: PolicySection::default(),
            trustees: TrusteesSection::default(),
            verify: VerifySection::default(),
            review: ReviewSection::default(),
            docs: None,
            view: Vec::new(),
        }
    }

    /// What the registry allows.
    #[must_use]
    pub fn policy(&self) -> Policy {
        Policy {
            profile: self.registry.profile,
            package: self.package_rules(),
            reserved_names: self.policy.reserved_names.clone(),
            allow_hosts: self.fetch.allow_hosts.clone(),
            upper_bounds: self.policy.upper_bounds,
            sequential_versions: self.policy.sequential_versions,
            review: self.trustees.review(&self.policy, &self.review),
        }
    }
}
