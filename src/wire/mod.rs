//! Joins ports to the hands that do the work: the only place that knows both.

mod error;
mod files;
mod import;
mod sources;
mod stores;

use std::path::{Path, PathBuf};

use crate::adapters::git::GitSources;
use crate::adapters::{Directory, Encoders, Folder, Objects, Places};
use crate::config::{CONFIG_FILE, Config};
use crate::model::{AddressRange, IndexConfig, IndexStore, Limits, PathError, TreePath};
use crate::ports::{Curator, Ports, Progress, Role, Workspace as _};

pub use crate::adapters::{interrupted, now};
pub use error::WireError;
use files::unreadable;
pub use files::{encoders, folder, out_file, pack_hands, read_definition};
pub use import::{import_source, import_target};
use sources::sources;
use stores::{Named, keep_apart, named_stores};

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
    /// The stores, instead of the configured ones: folders, and buckets as `s3://bucket/prefix`.
    pub stores: Vec<PathBuf>,
    /// Where all sources are fetched from: a folder, or a URL template.
    pub mirror: Option<String>,
    /// Addresses beyond those of the public internet that a fetch may connect to.
    pub allow_addresses: Vec<AddressRange>,
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
    let stores = named_stores(overrides, &places, &config)?;
    if access == Access::Write {
        keep_apart(&places, &index, &stores)?;
    }
    let curator = Curator {
        registry: Directory::reading(&places.registry, Role::Registry),
        index: match access {
            Access::Read => Directory::reading(&index, Role::Index),
            Access::Write => Directory::writing(&index, Role::Index)?,
        },
        stores: stores.iter().map(Named::open).collect(),
        sources: sources(overrides, &places, &config, &limits)?,
        encoder: Encoders::default(),
        policy: config.policy(),
        encoder_name: config.archive.encoder,
        index_config: index_config(&config),
        limits: limits.clone(),
        progress,
    };
    Ok(Wired { curator, workspace: Folder::new(&places.registry, limits), places })
}

fn index_config(config: &Config) -> IndexConfig {
    let stores = config.store.iter().map(|store| IndexStore { name: store.name.clone(), url: store.url.clone() });
    let adopted = config.adopted.iter().map(|it| IndexStore { name: it.name.clone(), url: Some(it.url.clone()) });
    IndexConfig {
        format: IndexConfig::FORMAT,
        name: config.registry.name.clone(),
        stores: stores.chain(adopted).collect(),
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
