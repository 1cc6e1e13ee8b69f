//! The stores, and the places that must not lie in each other.

use std::path::{Path, PathBuf};

use crate::adapters::github::{Patience as ForgePatience, ReleaseStore};
use crate::adapters::{Address, GitHub, Objects, Patience, Places, Store, exists};
use crate::config::{Config, Environment, StorePlace};
use crate::model::{Bucket, MirrorConfig, Releases};

use super::forge::github;
use super::made::{apart, outside};
use super::repositories::{IndexAddress, Registry};
use super::{Overrides, WireError};

/// A store by name, and where it is.
pub(super) struct Named {
    name: String,
    place: Found,
}

/// Where a store is.
enum Found {
    Directory(PathBuf),
    Bucket {
        bucket: Bucket,
        credentials: String,
    },
    Releases(Releases),
    /// A URL with `{name}` and `{version}` in it: for reading alone.
    Template(String),
}

/// The stores: those of the command line, or else the configured ones.
pub(super) fn named_stores(overrides: &Overrides, places: &Places, config: &Config) -> Result<Vec<Named>, WireError> {
    if overrides.stores.is_empty() {
        let place = |place: &StorePlace| match place {
            StorePlace::Directory(path) => Found::Directory(places.from_registry(path)),
            StorePlace::Bucket { bucket, credentials } => {
                Found::Bucket { bucket: bucket.clone(), credentials: credentials.clone() }
            }
            StorePlace::Releases(releases) => Found::Releases(releases.clone()),
        };
        let configured = config.store.iter();
        return Ok(configured.map(|store| Named { name: store.name.clone(), place: place(&store.place) }).collect());
    }
    overrides.stores.iter().map(|place| Named::of(place)).collect()
}

impl Named {
    /// The folder `folder`, as a store of this name.
    pub(super) fn folder_of(name: &str, folder: PathBuf) -> Self {
        Self { name: name.to_owned(), place: Found::Directory(folder) }
    }

    /// The store that a project's file names.
    pub(super) fn of_project(project: &Path, place: &str) -> Result<Self, WireError> {
        let found = super::client::of_project(project, place)?;
        let name = place.to_owned();
        let place = if place.starts_with("https://") { Found::Template(name.clone()) } else { Found::Directory(found) };
        Ok(Self { name, place })
    }

    /// Its name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// The URL of its archives, where it is one to read from.
    pub(super) fn template(&self) -> Option<&str> {
        match &self.place {
            Found::Template(template) => Some(template),
            _ => None,
        }
    }

    /// The store that a person names, or a URL with `{name}` and `{version}` in it where archives are only read.
    pub(super) fn to_read(place: &Path) -> Result<Self, WireError> {
        let mirror = place.join(MirrorConfig::FILE);
        match place.to_str() {
            Some(url) if url.starts_with("http") && url.contains("://") && url.ends_with('/') => {
                let template = format!("{url}{}", MirrorConfig::ARCHIVE);
                Ok(Self { name: url.to_owned(), place: Found::Template(template) })
            }
            Some(name) if exists(&mirror) => Ok(Self::folder_of(name, place.join(MirrorConfig::STORE))),
            Some(url) if url.starts_with("https://") || url.starts_with("http://") => {
                Ok(Self { name: url.to_owned(), place: Found::Template(url.to_owned()) })
            }
            _ => Self::of(place),
        }
    }

    /// The store that a person names: a folder, a bucket as `s3://bucket/prefix`, or releases as `github:owner/name`.
    fn of(place: &Path) -> Result<Self, WireError> {
        let name = place.display().to_string();
        let place = if name.starts_with("s3:") {
            let bucket = Environment::locate(name.parse()?)?;
            Found::Bucket { bucket, credentials: Environment::STORE_KEYS.to_owned() }
        } else if name.starts_with("github:") {
            Found::Releases(name.parse()?)
        } else if name.contains("://") {
            return Err(WireError::StoreScheme(name));
        } else {
            Found::Directory(place.to_owned())
        };
        Ok(Self { name, place })
    }

    fn open(&self, on: &mut Option<GitHub>, environment: &Environment) -> Result<Store, WireError> {
        let objects = match &self.place {
            Found::Directory(folder) => Objects::directory(&self.name, folder),
            Found::Bucket { bucket, credentials } => {
                let keys = Environment::bucket_keys(credentials);
                Objects::bucket(&self.name, bucket.clone(), keys, Patience::default())
            }
            Found::Releases(Releases { repository, layout }) => {
                let github = match on.take() {
                    Some(github) => github,
                    None => github(environment, Some(repository), ForgePatience::default())?,
                };
                let repository = on.insert(github).repository(repository.clone());
                return Ok(Store::Releases(Box::new(ReleaseStore::new(&self.name, repository, *layout))));
            }
            Found::Template(url) => return Err(WireError::StoreScheme(url.clone())),
        };
        Ok(Store::Objects(objects))
    }

    /// The folder of a store that is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match &self.place {
            Found::Directory(folder) => Some(folder),
            Found::Bucket { .. } | Found::Releases(_) | Found::Template(_) => None,
        }
    }
}

/// The stores themselves. All that are on GitHub share one client, and so its limits.
pub(super) fn open(
    stores: &[Named],
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Vec<Store>, WireError> {
    let mut github = overrides.forge.clone();
    stores.iter().map(|store| store.open(&mut github, environment)).collect()
}

/// Refuses an index that holds the registry, a store or the documentation, and one of these that holds the index: an index
/// is switched as a whole folder, with everything in it.
pub(super) fn keep_apart(
    registry: &Registry,
    index: &IndexAddress,
    stores: &[Named],
    docs: Option<&Path>,
) -> Result<(), WireError> {
    if let (IndexAddress::Folder(index), Registry::Folder(registry)) = (index, registry) {
        outside(index, registry)?;
    }
    let index: &Path = match (index, registry) {
        // People write the one and the curator the other: on one branch, each would undo the other.
        (IndexAddress::Repository(index), Registry::Repository { address, .. })
            if index.repository.is_same(&address.repository) && index.branch == address.branch =>
        {
            return Err(WireError::Overlap { outer: index.to_string(), inner: address.to_string() });
        }
        (IndexAddress::Folder(index), _) => index,
        (IndexAddress::Repository(index), _) => match &index.repository {
            Address::Repository(git_dir) => git_dir,
            _ => return Ok(()),
        },
    };
    stores.iter().filter_map(Named::folder).chain(docs).try_for_each(|store| apart(index, store))
}
