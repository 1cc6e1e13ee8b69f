//! Registry and index: which place each of them is, and the hand that holds it.

use std::collections::BTreeMap;
use std::fmt;
use std::path::{Path, PathBuf};

use crate::adapters::git::Credentials;
use crate::adapters::{
    Address, Directory, GitPlace, GitRepo, Place, Places, RemoteSettings, RemoteUrl, Writer, exists,
};
use crate::config::{COMMITTER, CONFIG_FILE, Config, Environment};
use crate::model::{Branch, Secret, TreePath};
use crate::ports::{RepoError, Revision, Role};

use super::sources::secrets;
use super::{Access, Overrides, WireError};

/// The branch of a registry, and of an index in a repository of its own.
pub(super) const MAIN: &str = "main";
/// The branch of an index that is in one repository with its registry.
const INDEX: &str = "index";

/// A registry, not read yet.
pub(super) enum Registry {
    /// In a folder.
    Folder(PathBuf),
    /// In git.
    Repository {
        /// The hand.
        repo: Box<GitRepo>,
        /// Where it is.
        address: GitAddress,
    },
}

/// A branch of a repository, and the folder of its tree that is meant.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct GitAddress {
    pub(super) repository: Address,
    pub(super) branch: Branch,
    pub(super) folder: Option<TreePath>,
}

/// Where an index is.
pub(super) enum IndexAddress {
    /// In a folder.
    Folder(PathBuf),
    /// In git.
    Repository(GitAddress),
}

/// What decides about registry and index.
pub(super) struct Repositories<'a> {
    pub(super) overrides: &'a Overrides,
    pub(super) environment: &'a Environment,
    pub(super) access: Access,
    /// The forge's token for git, and the host that it is for.
    pub(super) forge_token: Option<(String, Secret)>,
}

impl Repositories<'_> {
    /// Whether a registry is named, or here.
    pub(super) fn has_registry(&self) -> bool {
        let is_named = self.overrides.registry.is_some() || self.overrides.registry_path.is_some();
        is_named || exists(&Places::find(None).registry.join(CONFIG_FILE))
    }

    /// The registry, and where paths start that its configuration gives.
    pub(super) fn registry(&self) -> Result<(Registry, Places), WireError> {
        let given = self.overrides.registry.as_deref();
        let folder = self.overrides.registry_path.clone();
        let address = given.map(Address::parse).transpose()?.filter(|address| !matches!(address, Address::Folder(_)));
        let Some(repository) = address else {
            if self.overrides.registry_branch.is_some() {
                return Err(WireError::NoBranches("registry"));
            }
            let given = match (given.map(Address::parse).transpose()?, &folder) {
                (Some(Address::Folder(given)), Some(folder)) => Some(given.join(folder.as_str())),
                (None, Some(folder)) => Some(PathBuf::from(folder.as_str())),
                (Some(Address::Folder(given)), None) => Some(given),
                _ => None,
            };
            let places = Places::find(given.as_deref());
            return Ok((Registry::Folder(places.registry.clone()), places));
        };
        let branch = match &self.overrides.registry_branch {
            Some(branch) => branch.clone(),
            None => branch(MAIN)?,
        };
        let address = GitAddress { repository, branch, folder };
        let repo = Box::new(self.open(&address, Role::Registry, BTreeMap::new())?);
        // Paths of a registry in git lead to where they would if it stood in the folder `registry` here.
        Ok((Registry::Repository { repo, address }, Places::find(Some(Path::new("registry")))))
    }

    /// Where the index is.
    pub(super) fn index_address(
        &self,
        registry: &Registry,
        places: &Places,
        config: &Config,
    ) -> Result<IndexAddress, WireError> {
        let section = &config.index;
        let repository = match (&self.overrides.index, &section.git, registry) {
            (Some(given), ..) => match Address::parse(given)? {
                Address::Folder(_) if self.overrides.index_branch.is_some() => {
                    return Err(WireError::NoBranches("index"));
                }
                // A disk that is not mounted, or a slip: beside a registry in git a new index would be a second one.
                Address::Folder(folder) if registry.folder().is_none() && !exists(&folder) => {
                    return Err(WireError::NoIndex(folder.display().to_string()));
                }
                Address::Folder(folder) => return Ok(IndexAddress::Folder(folder)),
                repository => repository,
            },
            (None, Some(url), _) => Address::Remote(RemoteUrl::parse(url)?),
            (None, None, Registry::Folder(_)) => {
                return Ok(IndexAddress::Folder(places.from_registry(section.folder())));
            }
            (None, None, Registry::Repository { address, .. }) => address.repository.clone(),
        };
        let is_shared =
            matches!(registry, Registry::Repository { address, .. } if address.repository.is_same(&repository));
        let branch = match self.overrides.index_branch.as_ref().or(section.branch.as_ref()) {
            Some(branch) => branch.clone(),
            None => branch(if is_shared { INDEX } else { MAIN })?,
        };
        Ok(IndexAddress::Repository(GitAddress { repository, branch, folder: None }))
    }

    /// The hand that reads a place which is nobody's of this curator: no configuration speaks of it.
    pub(super) fn foreign(&self, place: &Path, role: Role) -> Result<Place, WireError> {
        let (named, folder) = match role {
            Role::Registry => (&self.overrides.registry_branch, self.overrides.registry_path.clone()),
            Role::Index => (&self.overrides.index_branch, None),
        };
        let repository = match (Address::parse(place)?, &folder) {
            (Address::Folder(place), Some(folder)) => {
                return Ok(Place::Folder(Box::new(Directory::reading(&place.join(folder.as_str()), role))));
            }
            (Address::Folder(place), None) => return Ok(Place::Folder(Box::new(Directory::reading(&place, role)))),
            (repository, _) => repository,
        };
        let branch = named.clone().map_or_else(|| branch(MAIN), Ok)?;
        Ok(Place::Repository(Box::new(self.open(&GitAddress { repository, branch, folder }, role, BTreeMap::new())?)))
    }

    /// The hand that holds the index.
    pub(super) fn index(&self, address: IndexAddress, config: &Config) -> Result<Place, WireError> {
        match (address, self.access) {
            (IndexAddress::Folder(folder), Access::Read | Access::Show(_)) => {
                Ok(Place::Folder(Box::new(Directory::reading(&folder, Role::Index))))
            }
            (IndexAddress::Folder(folder), Access::Write(_)) => {
                Ok(Place::Folder(Box::new(Directory::writing(&folder, Role::Index)?)))
            }
            (IndexAddress::Repository(address), _) => {
                Ok(Place::Repository(Box::new(self.open(&address, Role::Index, secrets(config))?)))
            }
        }
    }

    /// The hand that holds a branch of a repository.
    pub(super) fn open(
        &self,
        address: &GitAddress,
        role: Role,
        secrets: BTreeMap<String, Secret>,
    ) -> Result<GitRepo, WireError> {
        let writer = match self.access {
            Access::Write(time) if role == Role::Index => Some(Writer { name: COMMITTER.to_owned(), time }),
            _ => None,
        };
        let place = GitPlace { role, branch: address.branch.clone(), folder: address.folder.clone(), writer };
        let cache = self.overrides.cache.clone();
        let cache = cache.or_else(|| Some(self.environment.cache_home.as_ref()?.join("curator")));
        match &address.repository {
            Address::Remote(url) => {
                let cache = cache.ok_or(WireError::NoCache)?;
                Ok(GitRepo::remote(url.clone(), place, &cache, &self.remote_settings(url, secrets))?)
            }
            Address::Repository(git_dir) => Ok(GitRepo::local(git_dir, place, cache.as_deref())?),
            Address::Folder(folder) => {
                let place = folder.display().to_string();
                Err(RepoError::Missing { role: role.as_str(), place }.into())
            }
        }
    }

    /// What git may use to reach `url`. The token goes to hosts that the command line names: which others `curator.toml`
    /// names is not the operator's word.
    fn remote_settings(&self, url: &RemoteUrl, mut secrets: BTreeMap<String, Secret>) -> RemoteSettings {
        let named = [&self.overrides.registry, &self.overrides.index];
        let is_named = named
            .into_iter()
            .flatten()
            .any(|place| matches!(Address::parse(place), Ok(Address::Remote(named)) if named.origin() == url.origin()));
        let forge_token = self.forge_token.iter().find(|(host, _)| host == url.host()).map(|(_, token)| token);
        let token = self.environment.git_token.as_ref().or(forge_token).cloned();
        let token = token.filter(|_| is_named && url.protocol() == "https");
        secrets.extend(token.map(|token| (url.host().to_owned(), token)));
        RemoteSettings {
            git: PathBuf::from("git"),
            env: self.environment.git.clone(),
            credentials: Credentials::new(secrets),
        }
    }
}

pub(super) fn branch(name: &str) -> Result<Branch, WireError> {
    name.parse().map_err(|error| super::unreadable(Path::new(name), &format!("{error}")))
}

impl IndexAddress {
    /// The folder of an index that is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Repository(_) => None,
        }
    }
}

impl Registry {
    /// Whether it comes from another machine.
    pub(super) fn is_remote(&self) -> bool {
        matches!(self, Self::Repository { address: GitAddress { repository: Address::Remote(_), .. }, .. })
    }

    /// The folder of a registry that is one.
    pub(super) fn folder(&self) -> Option<&Path> {
        match self {
            Self::Folder(folder) => Some(folder),
            Self::Repository { .. } => None,
        }
    }

    /// The hand, which begins with the state whose configuration was read.
    pub(super) fn kept_at(self, at: Option<Revision>) -> Place {
        match self {
            Self::Folder(folder) => Place::Folder(Box::new(Directory::reading(&folder, Role::Registry))),
            Self::Repository { repo, .. } => {
                if let Some(at) = at {
                    repo.keep(at);
                }
                Place::Repository(repo)
            }
        }
    }
}

impl fmt::Display for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Folder(folder) => folder.display().fmt(f),
            Self::Repository { address, .. } => address.fmt(f),
        }
    }
}

impl fmt::Display for GitAddress {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.folder {
            Some(folder) => write!(f, "{} (branch {}, folder {folder})", self.repository, self.branch),
            None => write!(f, "{} (branch {})", self.repository, self.branch),
        }
    }
}
