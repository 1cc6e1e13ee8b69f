//! The hands of a user of packages: an index to read, places that have archives, and a project's folder.

use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::{
    Address, ArchiveShelf, ClientIndex, Depot, Folder, HttpArtifacts, HttpIndex, HttpPatience, NamedBy, Offline, Place,
    RepoIndex, Unpacked, exists,
};
use crate::config::Environment;
use crate::model::{IndexConfig, Limits, MirrorConfig, Project};
use crate::ports::{Client, ClientPorts, IndexSource as _, Progress, Role, StoreError};

use super::repositories::{IndexAddress, Repositories};
use super::stores::{Named, named_stores, open};
use super::{Access, Described, Overrides, WireError, read_config};

/// The hands that a user of packages works with.
#[derive(Debug)]
pub struct ClientHands;

impl ClientPorts for ClientHands {
    type Index = ClientIndex;
    type Source = Depot;
    type Cache = ArchiveShelf;
    type Project = Folder;
    type Installation = Unpacked;
}

/// A user of packages, shared by the tasks of a run.
pub type User = Arc<Client<ClientHands>>;

/// What decides about the hands of a user of packages.
#[derive(Debug)]
pub struct ClientRequest<'a> {
    /// The folder of the project.
    pub project: &'a Path,
    /// What its file says of places; nothing, where there is none.
    pub says: &'a Project,
    /// Whether other machines may be asked.
    pub offline: Offline,
}

/// An index that was found, and where its archives may be besides the places that it names itself.
struct Found {
    index: ClientIndex,
    stores: Vec<Named>,
    /// Who named it: the store of a mirror on a web server is told once it was opened.
    named_by: NamedBy,
}

/// Joins the hands of a user of packages.
///
/// # Errors
/// [`WireError`]: [`WireError::NoIndexNamed`] where nothing tells which registry is meant.
pub async fn client(
    overrides: &Overrides,
    environment: &Environment,
    request: &ClientRequest<'_>,
    progress: Progress,
) -> Result<Client<ClientHands>, WireError> {
    let ClientRequest { project, says, offline } = *request;
    let cache = overrides.cache.clone();
    let cache = cache.or_else(|| Some(environment.cache_home.as_ref()?.join("curator")));
    let seeking = Seeking { overrides, environment, cache: cache.as_deref(), offline };
    let found = seeking.index(project, says).await?;
    let sources = seeking.sources(project, says, &found.index, found.stores, found.named_by).await?;
    let limits = Limits::default();
    Ok(Client {
        sources,
        index: found.index,
        cache: ArchiveShelf::new(cache.as_deref()),
        project: Folder::new(project, limits.clone()),
        installation: Unpacked::new(project),
        limits,
        progress,
    })
}

/// What decides where things are.
struct Seeking<'a> {
    overrides: &'a Overrides,
    environment: &'a Environment,
    /// Where what is read is kept; nowhere, for `None`.
    cache: Option<&'a Path>,
    offline: Offline,
}

impl Seeking<'_> {
    /// The places that may have archives, in the order in which they are asked.
    async fn sources(
        &self,
        project: &Path,
        says: &Project,
        index: &ClientIndex,
        beside: Vec<Named>,
        named_by: NamedBy,
    ) -> Result<Vec<Depot>, WireError> {
        let only = &self.overrides.archives;
        let typed = if only.is_empty() { &self.overrides.stores } else { only };
        let mut named: Vec<(Named, NamedBy)> = Vec::new();
        for place in typed {
            named.push((Named::to_read(place)?, NamedBy::Operator));
        }
        if only.is_empty() {
            for place in &says.stores {
                named.push((Named::of_project(project, place)?, NamedBy::Stranger));
            }
            named.extend(beside.into_iter().map(|store| (store, NamedBy::Operator)));
        }
        let folders_alone = self.offline == Offline::Yes;
        named.retain(|(store, _)| !folders_alone || store.folder().is_some());
        let mut sources: Vec<Depot> = Vec::new();
        for (store, named_by) in &named {
            if let Some(template) = store.template() {
                sources.push(self.web(store.name(), template, *named_by)?);
            } else if let Some(folder) = store.folder() {
                sources.push(Depot::folder(store.name(), folder));
            } else {
                let opened = open(std::slice::from_ref(store), self.overrides, self.environment)?;
                sources.extend(opened.into_iter().map(Depot::Store));
            }
        }
        if only.is_empty() && !folders_alone {
            sources.extend(self.named_by_index(index, named_by).await?);
        }
        Ok(sources)
    }

    /// The index that the command line names, or else the environment, the project, or the registry that is here.
    async fn index(&self, project: &Path, says: &Project) -> Result<Found, WireError> {
        if let Some(place) = self.overrides.index.as_ref().or(self.environment.index.as_ref()) {
            return self.at(place, NamedBy::Operator);
        }
        if let Some(place) = &says.index {
            return self.at(&of_project(project, place)?, NamedBy::Stranger);
        }
        self.of_registry().await
    }

    /// The index at a place: files on a web server, where it is a URL that ends in a slash.
    fn at(&self, place: &Path, named_by: NamedBy) -> Result<Found, WireError> {
        let text = place.to_str().unwrap_or_default();
        if (text.starts_with("https://") || text.starts_with("http://")) && text.ends_with('/') {
            let opened = self.overrides.allow_addresses.clone();
            let index = HttpIndex::new(text, self.cache, self.offline, opened, HttpPatience::default())?;
            let index = ClientIndex::web(index.named_by(named_by));
            return Ok(Found { index, stores: Vec::new(), named_by });
        }
        let mirror = place.join(MirrorConfig::FILE);
        let (place, stores) = match Address::parse(place)? {
            Address::Folder(folder) if exists(&mirror) => {
                (folder.join("index"), vec![Named::folder_of("mirror", folder.join("store"))])
            }
            _ => (place.to_owned(), Vec::new()),
        };
        let repositories = self.repositories();
        let hand = repositories.foreign(&place, Role::Index)?;
        Ok(Found { index: self.repo(hand, &place), stores, named_by: NamedBy::Stranger })
    }

    /// The index of the registry that is named, or that is here.
    async fn of_registry(&self) -> Result<Found, WireError> {
        let repositories = self.repositories();
        if !repositories.has_registry() {
            return Err(WireError::NoIndexNamed);
        }
        let (registry, places) = repositories.registry()?;
        let (config, _) = read_config(&registry, Described::Always).await?;
        let address = repositories.index_address(&registry, &places, &config)?;
        let shown = match &address {
            IndexAddress::Folder(folder) => folder.clone(),
            IndexAddress::Repository(address) => PathBuf::from(address.to_string()),
        };
        let hand = repositories.index(address, &config)?;
        let stores = named_stores(&Overrides { stores: Vec::new(), ..self.overrides.clone() }, &places, &config)?;
        Ok(Found { index: self.repo(hand, &shown), stores, named_by: NamedBy::Stranger })
    }

    fn repositories(&self) -> Repositories<'_> {
        Repositories {
            overrides: self.overrides,
            environment: self.environment,
            access: Access::Read,
            forge_token: None,
        }
    }

    fn repo(&self, hand: Place, shown: &Path) -> ClientIndex {
        ClientIndex::repo(RepoIndex::new(hand, shown.display().to_string(), self.offline))
    }

    /// The places that the index itself names. One that this program does not understand is none.
    async fn named_by_index(&self, index: &ClientIndex, named_by: NamedBy) -> Result<Vec<Depot>, WireError> {
        // Whether it is there, whoever reads it says.
        if index.open().await.is_err() {
            return Ok(Vec::new());
        }
        let mirror = index.mirror_store().map(|template| self.web("mirror", &template, named_by));
        let mut depots: Vec<Depot> = mirror.into_iter().collect::<Result<_, _>>()?;
        let Ok(path) = "config.json".parse() else { return Ok(depots) };
        let bytes = index.read(&[path]).await.ok().and_then(|mut files| files.pop().flatten());
        let config = bytes.and_then(|bytes| serde_json::from_slice::<IndexConfig>(&bytes).ok());
        for store in config.into_iter().flat_map(|config| config.stores) {
            let depot = store.url.map(|template| self.web(&store.name, &template, NamedBy::Stranger));
            depots.extend(depot.and_then(Result::ok));
        }
        Ok(depots)
    }

    fn web(&self, name: &str, template: &str, named_by: NamedBy) -> Result<Depot, StoreError> {
        let opened = self.overrides.allow_addresses.clone();
        HttpArtifacts::new(name, template, named_by, opened, HttpPatience::default()).map(|it| Depot::Web(Box::new(it)))
    }
}

/// A place that a project's file names: an https URL, or a folder, from the folder of the project.
pub(super) fn of_project(project: &Path, place: &str) -> Result<PathBuf, WireError> {
    if place.starts_with("https://") {
        return Ok(PathBuf::from(place));
    }
    // A project may be anybody's: it makes nobody run ssh, nor read a bucket with their keys.
    if place.contains(':') {
        return Err(WireError::ProjectPlace(place.to_owned()));
    }
    Ok(project.join(place))
}
