//! The places of views.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::{Address, AddressError, Directory, Place, Places, RemoteUrl, holds};
use crate::config::{Config, Environment, ViewPlaceSection};
use crate::model::{Branch, Secret, ViewPart};
use crate::ports::{OpenViewPlace, RepoError, Role, ViewDesk, ViewMemory, ViewPlace};

use super::repositories::{GitAddress, IndexAddress, MAIN, Registry, Repositories, branch};
use super::sources::secrets;
use super::stores::Named;
use super::{Access, Overrides, WireError};

/// A place that is somebody else's: no view may come into it.
#[derive(Clone)]
enum Taken {
    Folder(PathBuf),
    Branch(GitAddress),
}

/// What opens the places of the views.
struct Opener {
    overrides: Overrides,
    environment: Environment,
    access: Access,
    forge_token: Option<(String, Secret)>,
    secrets: BTreeMap<String, Secret>,
    places: Places,
    taken: Vec<Taken>,
}

/// The views that `config` describes. Nothing is opened yet: what is wrong with the place of a view is the view's own
/// matter.
pub(super) fn views(
    repositories: &Repositories<'_>,
    places: &Places,
    config: &Config,
    (registry, index): (&Registry, &IndexAddress),
    stores: &[Named],
) -> Vec<ViewDesk<Place>> {
    if config.view.is_empty() {
        return Vec::new();
    }
    let registry = match registry {
        Registry::Folder(folder) => Taken::Folder(folder.clone()),
        Registry::Repository { address, .. } => Taken::Branch(address.clone()),
    };
    let index = match index {
        IndexAddress::Folder(folder) => Taken::Folder(folder.clone()),
        IndexAddress::Repository(address) => Taken::Branch(address.clone()),
    };
    let stores = stores.iter().filter_map(Named::folder).map(|folder| Taken::Folder(folder.to_owned()));
    let docs = super::docs::folder(places, config).map(Taken::Folder);
    let opener = Arc::new(Opener {
        overrides: repositories.overrides.clone(),
        environment: repositories.environment.clone(),
        access: repositories.access,
        forge_token: repositories.forge_token.clone(),
        secrets: secrets(config),
        places: places.clone(),
        taken: [registry, index].into_iter().chain(stores).chain(docs).collect(),
    });
    let all: Vec<(usize, &ViewPlaceSection)> =
        config.view.iter().flat_map(|view| &view.places).map(|(_, place)| place).enumerate().collect();
    let mut number = 0;
    let mut desks = Vec::new();
    for view in &config.view {
        let mut parts: Vec<(ViewPart, OpenViewPlace<Place>)> = Vec::new();
        for (part, place) in &view.places {
            let others =
                all.iter().filter(|(at, _)| *at != number).map(|(_, place)| (*place).clone()).collect::<Vec<_>>();
            let (opener, place) = (Arc::clone(&opener), place.clone());
            parts.push((*part, Arc::new(move || opener.open(&place, &others))));
            number += 1;
        }
        desks.push(ViewDesk { name: view.name.clone(), format: view.format, parts });
    }
    desks
}

impl Opener {
    fn open(&self, section: &ViewPlaceSection, others: &[ViewPlaceSection]) -> Result<ViewPlace<Place>, RepoError> {
        let place = self.locate(section)?;
        // What is wrong with another view is that view's own matter.
        let others: Vec<Taken> = others.iter().filter_map(|other| self.locate(other).ok()).collect();
        for taken in self.taken.iter().chain(&others) {
            if let Some(message) = overlap(&place, taken) {
                return Err(RepoError::Unusable { place: shown(&place), message });
            }
        }
        match place {
            Taken::Folder(folder) => {
                let directory = match self.access {
                    Access::Read => Directory::reading(&folder, Role::Index),
                    Access::Write(_) | Access::Show(_) => Directory::writing(&folder, Role::Index)?,
                };
                Ok(ViewPlace { repo: Place::Folder(Box::new(directory)), memory: ViewMemory::File })
            }
            Taken::Branch(address) => {
                // Whoever shows the index commits to its views.
                let access = match self.access {
                    Access::Show(time) => Access::Write(time),
                    access => access,
                };
                let repositories = Repositories {
                    overrides: &self.overrides,
                    environment: &self.environment,
                    access,
                    forge_token: self.forge_token.clone(),
                };
                let repo = repositories.open(&address, Role::Index, self.secrets.clone());
                let repo = repo.map_err(|error| match error {
                    WireError::Repo(error) => error,
                    error => RepoError::Unusable { place: address.to_string(), message: error.to_string() },
                })?;
                Ok(ViewPlace { repo: Place::Repository(Box::new(repo)), memory: ViewMemory::Message })
            }
        }
    }

    fn locate(&self, section: &ViewPlaceSection) -> Result<Taken, RepoError> {
        let refused = |place: &str, error: AddressError| RepoError::Unusable {
            place: place.to_owned(),
            message: error.to_string(),
        };
        let (repository, name) = match section {
            ViewPlaceSection::Path(path, name) => {
                let address = Address::parse(&self.places.from_registry(path)).map_err(|error| refused(path, error))?;
                match address {
                    Address::Folder(folder) if name.is_some() => {
                        let place = folder.display().to_string();
                        let message =
                            "it is a folder, which has no branches: make a repository there, or leave out `branch`";
                        return Err(RepoError::Unusable { place, message: message.to_owned() });
                    }
                    Address::Folder(folder) => return Ok(Taken::Folder(folder)),
                    repository => (repository, name),
                }
            }
            ViewPlaceSection::Git(url, name) => {
                (Address::Remote(RemoteUrl::parse(url).map_err(|error| refused(url, error))?), name)
            }
        };
        let name: Result<Branch, WireError> = name.clone().map_or_else(|| branch(MAIN), Ok);
        let unusable = |error: WireError| RepoError::Unusable { place: MAIN.to_owned(), message: error.to_string() };
        Ok(Taken::Branch(GitAddress { repository, branch: name.map_err(unusable)?, folder: None }))
    }
}

/// Why a view cannot stand in `place` where `taken` is; `None` where it can.
fn overlap(place: &Taken, taken: &Taken) -> Option<String> {
    let within = |place: &Path, taken: &Path| holds(place, taken) || holds(taken, place);
    let is_shared = match (place, taken) {
        (Taken::Folder(place), Taken::Folder(taken)) => within(place, taken),
        (Taken::Branch(place), Taken::Branch(taken)) => {
            place.branch == taken.branch && place.repository.is_same(&taken.repository)
        }
        (Taken::Folder(folder), Taken::Branch(git)) | (Taken::Branch(git), Taken::Folder(folder)) => {
            matches!(&git.repository, Address::Repository(git_dir) if within(folder, git_dir))
        }
    };
    is_shared.then(|| format!("{} stands there: a view needs a place of its own", shown(taken)))
}

fn shown(place: &Taken) -> String {
    match place {
        Taken::Folder(folder) => folder.display().to_string(),
        Taken::Branch(address) => address.to_string(),
    }
}
