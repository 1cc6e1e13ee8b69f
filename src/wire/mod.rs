//! Joins ports to the hands that do the work: the only place that knows both.

mod client;
mod compile;
mod docs;
mod error;
mod files;
mod forge;
mod import;
mod made;
mod mirror;
mod repositories;
mod serve;
mod sources;
mod stores;
mod views;

use std::path::{Path, PathBuf};

use crate::adapters::{DocsShelf, Encoders, GitHub, Place, Places, Sources, Store, exists};
use crate::config::{CONFIG_FILE, Config, Environment};
use crate::model::{
    AddressRange, Branch, ClaimSource, IndexConfig, IndexStore, Limits, PackRules, PathError, RepositoryName,
    ReviewPlace, Timestamp, TreePath,
};
use crate::ports::{Curator, Ports, Progress, Repo as _, RepoError, Revision, Workspace as _};

pub use crate::adapters::github::GitHubRepository;
pub use crate::adapters::{Folder, Offline, Sandbox, elapsed, forbid_core_dumps, interrupted, now};
pub use client::{ClientHands, ClientRequest, User, client};
pub use compile::sandbox;
pub use error::WireError;
use files::unreadable;
pub use files::{
    encoders, folder, out_file, owner_key, pack_hands, read_authorization, read_definition, read_if_there,
};
use forge::git_token;
pub use forge::{door, forge, identities, repository_name, usage};
pub use import::{import_source, import_target};
pub use mirror::{mirror_target, mirrored_registry, restoration};
use repositories::{MAIN, Registry, Repositories};
pub use serve::{readers_door, served};
use sources::sources;
use stores::{keep_apart, named_stores, open};

/// The hands that the program works with: registry and index in folders or in git, and the encoders.
#[derive(Debug)]
pub struct Hands;

impl Ports for Hands {
    type Registry = Place;
    type Index = Place;
    type Store = Store;
    type Sources = Sources;
    type Encoder = Encoders;
    type Compiler = Sandbox;
    type DocsHost = DocsShelf;
}

/// A curator with those hands.
pub type Assembled = Curator<Hands>;

/// What the command line says about places, over what `curator.toml` says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The registry: a folder, a repository on this machine or a URL.
    pub registry: Option<PathBuf>,
    /// The folder in there.
    pub registry_path: Option<TreePath>,
    /// The branch of a registry in git.
    pub registry_branch: Option<Branch>,
    /// The registry's repository on the forge.
    pub repository: Option<RepositoryName>,
    /// The forge, where it has been spoken to already: git uses its token.
    pub forge: Option<GitHub>,
    /// The index, likewise.
    pub index: Option<PathBuf>,
    /// The branch of an index in git.
    pub index_branch: Option<Branch>,
    /// The stores, instead of the configured ones: folders, buckets as `s3://bucket/prefix`, and releases as `github:owner/name`.
    pub stores: Vec<PathBuf>,
    /// Where archives are read from, and nowhere else; where nothing is said, from every place that is known.
    pub archives: Vec<PathBuf>,
    /// Where remotes are kept between runs.
    pub cache: Option<PathBuf>,
    /// Where all sources are fetched from: a folder, or a URL template.
    pub mirror: Option<String>,
    /// Addresses beyond those of the public internet that a fetch may connect to.
    pub allow_addresses: Vec<AddressRange>,
    /// Whether programs may be run that a `curator.toml` on this machine names.
    pub trust: Trust,
}

/// Whether programs may be run that a `curator.toml` names. One on a remote branch is written by the registry's own
/// people; one on this machine may come from anybody.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Trust {
    /// Nobody said so.
    #[default]
    Withheld,
    /// They may.
    Given,
}

impl Overrides {
    /// Where the registry is, as pull requests speak of it.
    #[must_use]
    pub fn review_place(&self) -> ReviewPlace {
        let branch = self.registry_branch.as_ref().map_or(MAIN, Branch::as_str).to_owned();
        let folder = self.registry_path.as_ref().map(ToString::to_string).unwrap_or_default();
        ReviewPlace { branch, folder }
    }
}

/// What a command does with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It reads.
    Read,
    /// It publishes, dated so.
    Write(Timestamp),
    /// It reads, and writes views of it, dated so.
    Show(Timestamp),
}

/// Whether a registry must say what it is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Described {
    /// There must be a `curator.toml`.
    Always,
    /// Where there is none, nothing is configured: a plain copy of the PureScript registry can be looked at, too.
    IfPossible,
}

/// A curator, and what the command line needs besides it.
pub struct Wired {
    /// The curator.
    pub curator: Curator<Hands>,
    /// The registry's folder as the user's own files; `None` where the registry is in git.
    pub workspace: Option<Folder>,
    places: Places,
    /// The folder of the index, where that is not there.
    pub missing_index: Option<String>,
    /// Whether the registry, and so what it says of itself, comes from elsewhere.
    pub is_remote: bool,
    /// Whether the folder of the index is the work tree of a git repository.
    is_index_tracked: bool,
}

impl Wired {
    /// The curator, which believes of versions that they compile where this says so.
    #[must_use]
    pub fn believing(self, claim: ClaimSource) -> Assembled {
        Curator { claim, ..self.curator }
    }

    /// The path, from the registry's folder, of a file that a person names.
    #[must_use]
    pub fn in_registry(&self, file: &Path) -> Option<TreePath> {
        match self.workspace {
            Some(_) => self.places.in_registry(file),
            None => file.to_str()?.parse().ok(),
        }
    }

    /// The same of several.
    ///
    /// # Errors
    /// The first that is none.
    pub fn files_in_registry<'f>(&self, files: &'f [PathBuf]) -> Result<Vec<TreePath>, &'f Path> {
        files.iter().map(|file| self.in_registry(file).ok_or(file.as_path())).collect()
    }

    /// The folder beside the registry in which an import keeps what it was told.
    #[must_use]
    pub fn import_state(&self) -> Folder {
        folder(&self.places.from_registry("../.curator/import"))
    }

    /// The registry's folder as a person would name it; empty for the current folder itself, and where there is none.
    #[must_use]
    pub fn root(&self) -> String {
        self.workspace.as_ref().map(|_| self.places.shown()).unwrap_or_default()
    }

    /// The registry's folder, where registry and index are plain folders both.
    ///
    /// # Errors
    /// [`WireError::InGit`] where one of them is not.
    pub fn plain_folder(&self) -> Result<&Folder, WireError> {
        let is_folder = matches!(self.curator.index, Place::Folder(_)) && !self.is_index_tracked;
        self.workspace
            .as_ref()
            .ok_or(WireError::InGit("registry"))
            .and_then(|folder| if is_folder { Ok(folder) } else { Err(WireError::InGit("index")) })
    }

    /// The user's own files.
    ///
    /// # Errors
    /// [`WireError::NoFolder`] where the registry is in git.
    pub fn folder(&self) -> Result<&Folder, WireError> {
        self.workspace.as_ref().ok_or(WireError::NoFolder)
    }
}

/// Reads the configuration and joins the hands.
///
/// # Errors
/// [`WireError`] says what is missing or wrong.
pub async fn wire(
    overrides: &Overrides,
    environment: &Environment,
    access: Access,
    described: Described,
    progress: Progress,
) -> Result<Wired, WireError> {
    let limits = Limits::default();
    let forge_token = git_token(overrides, environment).await?;
    let repositories = Repositories { overrides, environment, access, forge_token };
    let (registry, places) = repositories.registry()?;
    let (config, at) = read_config(&registry, described).await?;
    let index = repositories.index_address(&registry, &places, &config)?;
    let stores = named_stores(overrides, &places, &config)?;
    if access != Access::Read {
        keep_apart(&registry, &index, &stores, docs::folder(&places, &config).as_deref())?;
    }
    let sources = sources(overrides, &registry, at.as_ref(), &config, &limits)?;
    let workspace = registry.folder().map(|folder| Folder::new(folder, limits.clone()));
    let missing_index = index.folder().filter(|folder| !exists(folder)).map(|folder| folder.display().to_string());
    let is_index_tracked = index.folder().is_some_and(|folder| exists(&folder.join(".git")));
    let views = views::views(&repositories, &places, &config, (&registry, &index), &stores);
    let index = repositories.index(index, &config)?;
    let is_remote = registry.is_remote();
    let trust = if is_remote { Trust::Given } else { overrides.trust };
    let docs = docs::desk(overrides, environment, &places, &config, trust);
    let registry = registry.kept_at(at);
    let curator = Curator {
        registry,
        index,
        stores: open(&stores, overrides, environment)?,
        sources,
        encoder: Encoders::default(),
        policy: config.policy(),
        encoder_name: config.archive.encoder,
        index_config: index_config(&config),
        limits,
        compile: config.verify.rules(),
        claim: ClaimSource::default(),
        docs,
        views,
        progress,
    };
    Ok(Wired { curator, workspace, places, missing_index, is_remote, is_index_tracked })
}

fn index_config(config: &Config) -> IndexConfig {
    let stores = config.store.iter().map(|store| IndexStore { name: store.name.clone(), url: store.download_url() });
    let adopted = config.adopted.iter().map(|it| IndexStore { name: it.name.clone(), url: Some(it.url.clone()) });
    let manifest = config.policy().package.map(|package| package.manifest);
    let profile = config.registry.profile;
    IndexConfig { profile, manifest, ..IndexConfig::purescript(&config.registry.name, stores.chain(adopted).collect()) }
}

/// The rules by which a package is packed: those of the registry that is named, or here; PureScript's own, where there is
/// none.
///
/// # Errors
/// Whatever keeps the registry's `curator.toml` from being read.
pub async fn pack_rules(overrides: &Overrides, environment: &Environment) -> Result<PackRules, WireError> {
    let repositories = Repositories { overrides, environment, access: Access::Read, forge_token: None };
    if !repositories.has_registry() {
        return Ok(PackRules::default());
    }
    let (registry, _) = repositories.registry()?;
    let (config, _) = read_config(&registry, Described::Always).await?;
    Ok(PackRules { profile: config.registry.profile, package: config.policy().package })
}

/// What `curator.toml` says, and for a registry in git the commit that says so.
async fn read_config(registry: &Registry, described: Described) -> Result<(Config, Option<Revision>), WireError> {
    let file: TreePath =
        CONFIG_FILE.parse().map_err(|error: PathError| unreadable(Path::new(CONFIG_FILE), &error.to_string()))?;
    let (bytes, shown, at) = match registry {
        // Whoever may change the registry must not choose which file of the operator's the rules are read from.
        Registry::Folder(folder) => {
            let bytes = Folder::new(folder, Limits::default()).read(&file)?;
            (bytes, folder.join(CONFIG_FILE).display().to_string(), None)
        }
        Registry::Repository { repo, address } => match repo.head().await {
            Ok(head) => (repo.read(&head, &file)?, format!("{address}: {CONFIG_FILE}"), Some(head)),
            Err(RepoError::Missing { .. }) if described == Described::IfPossible => (None, String::new(), None),
            Err(error) => return Err(error.into()),
        },
    };
    let Some(bytes) = bytes else {
        return match described {
            Described::Always => Err(WireError::NoRegistry(registry.to_string())),
            Described::IfPossible => Ok((Config::undescribed(), at)),
        };
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(Path::new(&shown), "it is not UTF-8 text"))?;
    match Config::parse(&text) {
        Ok(config) => Ok((config, at)),
        Err(error) => Err(WireError::Config { file: shown, text, error }),
    }
}
