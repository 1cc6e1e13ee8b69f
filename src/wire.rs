//! Joins ports to the hands that do the work: the only place that knows both.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use crate::adapters::git::{GitSettings, GitSources, ReplaceError, resolve_replacement};
use crate::adapters::{Directory, Encoders, Folder, Objects, Places, full_path, holds, read_file};
use crate::config::{CONFIG_FILE, Config, ConfigError, Environment};
use crate::model::{Fault, IndexConfig, IndexStore, Limits, PathError, TreePath};
use crate::ports::{Curator, Ports, Progress, RepoError, Role, Workspace as _, WorkspaceError};

pub use crate::adapters::{interrupted, now};

/// The hands of the embedded default: plain folders, git, and the encoders.
#[derive(Debug)]
pub struct Hands;

impl Ports for Hands {
    type Registry = Directory;
    type Index = Directory;
    type Store = Objects;
    type Sources = GitSources;
    type Encoder = Encoders;
}

/// What the command line says about places, over what `curator.toml` says.
#[derive(Debug, Clone, Default)]
pub struct Overrides {
    /// The registry.
    pub registry: Option<PathBuf>,
    /// The index.
    pub index: Option<PathBuf>,
    /// The stores, instead of the configured ones.
    pub stores: Vec<PathBuf>,
}

/// What a command does with the index.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Access {
    /// It reads.
    Read,
    /// It publishes: no other writer may be at work.
    Write,
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
    /// The registry's folder as the user's own files.
    pub workspace: Folder,
    places: Places,
}

impl Wired {
    /// The path, from the registry's folder, of a file that a person names.
    #[must_use]
    pub fn in_registry(&self, file: &Path) -> Option<TreePath> {
        self.places.in_registry(file)
    }

    /// The registry's folder as a person would name it; empty for the current folder itself.
    #[must_use]
    pub fn root(&self) -> String {
        self.places.shown()
    }
}

/// Why the hands could not be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// There is no registry.
    #[error("there is no registry at {0}: it has no curator.toml")]
    NoRegistry(String),
    /// `curator.toml` cannot be read as a file.
    #[error("{file} cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the operating system said.
        message: String,
    },
    /// `curator.toml` says something that it cannot say.
    #[error("{file}: {error}")]
    Config {
        /// The file.
        file: String,
        /// Its text.
        text: String,
        /// What is wrong with it.
        error: ConfigError,
    },
    /// A replacement under `[fetch] replace` cannot be used.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// A file that came with the registry cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The index cannot be opened.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// Two places that are written in their own ways lie in each other.
    #[error("{outer} holds {inner}: registry, index and stores need folders of their own")]
    Overlap {
        /// The outer place.
        outer: String,
        /// The inner place.
        inner: String,
    },
}

impl WireError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Repo(error) => error.fault(),
            _ => Fault::Operator,
        }
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::NoRegistry(_) => Some("name the registry with --registry, or make one with `curator init DIR`"),
            Self::Repo(error) => error.way_out(),
            _ => None,
        }
    }
}

/// Reads the configuration and joins the hands.
///
/// # Errors
/// [`WireError`] says what is missing or wrong.
pub fn wire(
    overrides: &Overrides,
    access: Access,
    described: Described,
    progress: Progress,
) -> Result<Wired, WireError> {
    let places = Places::find(overrides.registry.as_deref());
    let limits = Limits::default();
    let config = read_config(&places.registry, described)?;
    let index = overrides.index.clone().unwrap_or_else(|| places.from_registry(&config.index.path));
    let stores = store_folders(overrides, &places, &config);
    if access == Access::Write {
        keep_apart(&places, &index, &stores)?;
    }
    let curator = Curator {
        registry: Directory::reading(&places.registry, Role::Registry),
        index: match access {
            Access::Read => Directory::reading(&index, Role::Index),
            Access::Write => Directory::writing(&index, Role::Index)?,
        },
        stores: stores.iter().map(|(name, folder)| Objects::directory(name, folder)).collect(),
        sources: sources(&places, &config, &limits)?,
        encoder: Encoders::default(),
        policy: config.policy(),
        encoder_name: config.archive.encoder,
        index_config: index_config(&config),
        limits: limits.clone(),
        progress,
    };
    Ok(Wired { curator, workspace: Folder::new(&places.registry, limits), places })
}

fn sources(places: &Places, config: &Config, limits: &Limits) -> Result<GitSources, WireError> {
    let replace: Result<BTreeMap<String, PathBuf>, ReplaceError> = config
        .fetch
        .replace
        .iter()
        .map(|(url, value)| Ok((url.clone(), resolve_replacement(&places.registry, value)?)))
        .collect();
    let pass_env = Environment::pass(&config.fetch.pass_env);
    Ok(GitSources::new(GitSettings { replace: replace?, pass_env, limits: limits.clone(), git: PathBuf::from("git") }))
}

/// The name and the folder of each store.
fn store_folders(overrides: &Overrides, places: &Places, config: &Config) -> Vec<(String, PathBuf)> {
    if overrides.stores.is_empty() {
        let configured = config.store.iter();
        return configured.map(|store| (store.name.clone(), places.from_registry(&store.path))).collect();
    }
    overrides.stores.iter().map(|folder| (folder.display().to_string(), folder.clone())).collect()
}

/// Refuses an index that holds the registry or a store, and a store that holds the index: an index is switched as a whole
/// folder, with everything in it.
fn keep_apart(places: &Places, index: &Path, stores: &[(String, PathBuf)]) -> Result<(), WireError> {
    let overlap = |outer: &Path, inner: &Path| WireError::Overlap {
        outer: outer.display().to_string(),
        inner: inner.display().to_string(),
    };
    if holds(index, &places.registry) {
        return Err(overlap(index, &places.registry));
    }
    for (_, store) in stores {
        if holds(index, store) {
            return Err(overlap(index, store));
        }
        if holds(store, index) {
            return Err(overlap(store, index));
        }
    }
    Ok(())
}

fn index_config(config: &Config) -> IndexConfig {
    let stores = config.store.iter();
    IndexConfig {
        format: IndexConfig::FORMAT,
        name: config.registry.name.clone(),
        stores: stores.map(|store| IndexStore { name: store.name.clone(), url: store.url.clone() }).collect(),
    }
}

fn read_config(registry: &Path, described: Described) -> Result<Config, WireError> {
    let path = registry.join(CONFIG_FILE);
    let file: TreePath = CONFIG_FILE.parse().map_err(|error: PathError| unreadable(&path, &error.to_string()))?;
    // Whoever may change the registry must not choose which file of the operator's the rules are read from.
    let Some(bytes) = Folder::new(registry, Limits::default()).read(&file)? else {
        return match described {
            Described::Always => Err(WireError::NoRegistry(registry.display().to_string())),
            Described::IfPossible => Ok(Config::undescribed()),
        };
    };
    let text = String::from_utf8(bytes).map_err(|_| unreadable(&path, "it is not UTF-8 text"))?;
    Config::parse(&text).map_err(|error| WireError::Config { file: path.display().to_string(), text, error })
}

/// The hands that packing needs by itself: a fetcher that knows `repository` as `url`, and the encoders.
///
/// # Errors
/// [`WireError::Unreadable`] where there is no such repository.
pub fn pack_hands(repository: &Path, url: &str) -> Result<(GitSources, Encoders), WireError> {
    let place = full_path(repository).map_err(|error| unreadable(repository, &error.to_string()))?;
    let replace = BTreeMap::from([(url.to_owned(), place)]);
    let settings = GitSettings { replace, pass_env: Vec::new(), limits: Limits::default(), git: PathBuf::from("git") };
    Ok((GitSources::new(settings), encoders()))
}

/// The encoders.
#[must_use]
pub fn encoders() -> Encoders {
    Encoders::default()
}

/// A folder of the user's.
#[must_use]
pub fn folder(root: &Path) -> Folder {
    Folder::new(root, Limits::default())
}

/// The folder and the name of a file that is to be written.
///
/// # Errors
/// [`WireError::Unreadable`] where the path names no file.
pub fn out_file(path: &Path) -> Result<(Folder, TreePath), WireError> {
    let name = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.parse().ok());
    let name = name.ok_or_else(|| unreadable(path, "it names no file"))?;
    let parent = path.parent().filter(|parent| !parent.as_os_str().is_empty()).unwrap_or(Path::new("."));
    Ok((folder(parent), name))
}

/// The bytes of a definition that a person names.
///
/// # Errors
/// [`WireError::Unreadable`] where there is no such file.
pub fn read_definition(path: &Path) -> Result<Vec<u8>, WireError> {
    let bytes = read_file(path).map_err(|error| unreadable(path, &error.to_string()))?;
    bytes.ok_or_else(|| unreadable(path, "there is no such file"))
}

fn unreadable(path: &Path, message: &str) -> WireError {
    WireError::Unreadable { file: path.display().to_string(), message: message.to_owned() }
}
