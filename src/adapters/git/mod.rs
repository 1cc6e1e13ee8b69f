//! The hand that fetches sources with git: from servers, and from bundles and directories inside the registry directory.
//!
//! One fetch goes through these files: `remote` is the other side (a directory stands behind a `facade`; a server is an
//! `address` that `resolver` and `network` made safe), `store` keeps one scratch repository a clone URL, `fetching` knows
//! what a request needs, `ask` has `program` bring it and `verdict` says what it means that it did not, `objects` reads
//! the tree out of the store.

mod address;
mod ask;
pub(super) mod credentials;
pub(super) mod facade;
mod fetching;
mod listing;
pub(super) mod message;
mod mirror;
mod network;
mod objects;
mod patience;
pub(super) mod program;
mod reach;
pub(super) mod refs;
mod remote;
mod replace;
pub(super) mod resolver;
mod store;
pub(super) mod tree_object;
pub(super) mod verdict;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use tempfile::TempDir;
use tokio::sync::{Mutex, OnceCell, OwnedMutexGuard};
use tokio::time::Instant;

use crate::adapters::Laid;
use crate::model::{Limits, Location};
use crate::ports::{FetchError, Source, SourceFetcher, SourceRequest, Tag, Wanted};

use address::Address;
pub use credentials::Credentials;
use fetching::{Fetching, Found};
use mirror::Mirrored;
pub use mirror::{Mirror, MirrorError};
pub use network::NetworkSettings;
use network::{Network, check_version};
use patience::Patience;
use program::Program;
pub use replace::{ReplaceError, resolve_replacement};
pub use resolver::{Lookup, Resolver, SystemResolver};
use store::{Origin, Store};

/// For how long a server that failed as a whole is not asked again for a location: the versions of a package come one
/// after another, and must not each wait for a host that is down.
const REMEMBERED: Duration = Duration::from_mins(2);

/// What a fetch may use.
#[derive(Clone)]
pub struct GitSettings {
    /// `[fetch] replace`: clone URL to the bundle or directory that stands in for it, as [`resolve_replacement`] made
    /// it.
    pub replace: BTreeMap<String, PathBuf>,
    /// `[fetch] pass_env`: what git may see of the curator's environment, besides `PATH`.
    pub pass_env: Vec<(OsString, OsString)>,
    /// The budgets.
    pub limits: Limits,
    /// The `git` program: a name that `PATH` knows, or a path.
    pub git: PathBuf,
    /// How networks may be used.
    pub network: NetworkSettings,
}

/// Fetches sources with the `git` program and reads them with libgit2.
///
/// It keeps one scratch repository a clone URL for as long as it lives, so that the versions of a package share what
/// was fetched.
pub struct GitSources {
    replace: BTreeMap<String, PathBuf>,
    limits: Limits,
    program: Program,
    network: NetworkSettings,
    is_new_enough: OnceCell<()>,
    /// The inner lock is held while a location's repository is filled: other locations go on meanwhile.
    slots: Mutex<BTreeMap<String, Arc<Mutex<Slot>>>>,
    /// Keeps what stands in for sources on the disk.
    _laid: Option<Laid>,
}

/// What is known of one clone URL.
#[derive(Default)]
struct Slot {
    store: Option<Store>,
    /// When and why the location failed as a whole.
    failure: Option<(Instant, FetchError)>,
}

/// Where a source is to be had, by name.
enum Place {
    Folder(PathBuf),
    Network(Address),
}

impl GitSources {
    /// A fetcher that has fetched nothing yet.
    #[must_use]
    pub fn new(settings: GitSettings) -> Self {
        let program = Program::new(settings.git, settings.pass_env, &settings.limits);
        Self {
            replace: settings.replace,
            limits: settings.limits,
            program,
            network: settings.network,
            is_new_enough: OnceCell::new(),
            slots: Mutex::default(),
            _laid: None,
        }
    }

    /// The same, keeping `laid`, which its replacements lie in.
    #[must_use]
    pub fn holding(self, laid: Option<Laid>) -> Self {
        Self { _laid: laid, ..self }
    }

    /// Where the source of `location` is to be had: what `[fetch] replace` names, else the mirror, else its own URL.
    fn place(&self, location: &Location) -> Result<Place, FetchError> {
        let url = location.clone_url();
        if let Some(replacement) = self.replace.get(&url) {
            return Ok(Place::Folder(replacement.clone()));
        }
        if let Some(mirror) = &self.network.mirror {
            return mirror.find(location).map(|mirrored| match mirrored {
                Mirrored::Folder(copy) => Place::Folder(copy),
                Mirrored::Network(address) => Place::Network(address),
            });
        }
        let address = Address::of_location(&url, &self.network.allow_hosts);
        let refused = |error: address::AddressError| FetchError::Refused {
            location: location.to_string(),
            reason: error.to_string(),
        };
        address.map(Place::Network).map_err(refused)
    }

    /// An empty scratch repository for what is at `place`.
    async fn open(&self, place: Place, location: &str, deadline: Instant) -> Result<Store, FetchError> {
        let origin = match place {
            Place::Folder(folder) => Origin::Place(folder),
            Place::Network(address) => {
                let check = || async {
                    let folder = TempDir::with_prefix("curator-git-");
                    let folder = folder.map_err(|error| local("making a scratch folder", &error))?;
                    check_version(&self.program, folder.path(), deadline).await
                };
                self.is_new_enough.get_or_try_init(check).await?;
                let mut patience = Patience::until(deadline);
                loop {
                    let (address, limits) = (address.clone(), &self.limits);
                    match Network::open(address, location, &self.program, &self.network, limits, deadline).await {
                        Ok(network) => break Origin::Network(network),
                        Err(error) if patience.allows(&error).await => {}
                        Err(error) => return Err(error),
                    }
                }
            }
        };
        Store::open(origin, location.to_owned(), self.limits.clone()).await
    }

    /// The scratch repository of `location`, out of its slot.
    async fn take(&self, location: &Location) -> Result<(OwnedMutexGuard<Slot>, Store, Instant), FetchError> {
        let place = self.place(location)?;
        let slot = Arc::clone(self.slots.lock().await.entry(location.clone_url()).or_default());
        let mut slot = slot.lock_owned().await;
        let deadline = Instant::now() + self.limits.fetch_time;
        match &slot.failure {
            Some((when, error)) if when.elapsed() < REMEMBERED => return Err(error.clone()),
            _ => slot.failure = None,
        }
        // Out of its slot meanwhile: where git is killed, also because this fetch is given up, it leaves lock files and
        // parts of packs behind, and the next fetch starts afresh.
        if let Some(store) = slot.store.take() {
            return Ok((slot, store, deadline));
        }
        let is_far = matches!(place, Place::Network(_));
        match self.open(place, &location.to_string(), deadline).await {
            Ok(store) => Ok((slot, store, deadline)),
            Err(error) => {
                if is_far {
                    slot.remember(&error);
                }
                Err(error)
            }
        }
    }
}

impl Slot {
    /// Takes the store back, where what happened left it sound.
    fn end<T>(&mut self, store: Store, result: &Result<T, FetchError>) {
        let is_sound = match result {
            Ok(_) => true,
            Err(error) => matches!(
                error,
                FetchError::NoRef { .. }
                    | FetchError::NoCommit { .. }
                    | FetchError::NotACommit { .. }
                    | FetchError::NotReachable { .. }
            ),
        };
        if let (Err(error), Origin::Network(_)) = (result, &store.origin) {
            self.remember(error);
        }
        if is_sound {
            self.store = Some(store);
        }
    }

    /// Keeps a failure that is one of the whole location, and not of a version.
    fn remember(&mut self, error: &FetchError) {
        let is_of_all = matches!(
            error,
            FetchError::Unreachable { .. }
                | FetchError::Refused { .. }
                | FetchError::TimedOut { .. }
                | FetchError::NoRepository { .. }
                | FetchError::Private { .. }
                | FetchError::Relocated { .. }
        );
        if is_of_all {
            self.failure = Some((Instant::now(), error.clone()));
        }
    }
}

impl SourceFetcher for GitSources {
    async fn fetch(&self, request: &SourceRequest, wanted: Wanted<'_>) -> Result<Source, FetchError> {
        let (mut slot, mut store, deadline) = self.take(&request.location).await?;
        let location = request.location.to_string();
        let brought = Fetching::new(&mut store, &self.program, &self.limits, location, deadline).bring(request).await;
        slot.end(store, &brought);
        drop(slot);
        let (Found { commit, resolved }, objects) = brought?;
        let subdir = request.location.subdir().cloned();
        let (objects, listing) = blocking(move || {
            let listing = objects.list(commit, subdir.as_ref())?;
            Ok((objects, listing))
        })
        .await?;
        let chosen: Vec<_> = listing
            .into_iter()
            .map(|(path, item)| {
                let read = wanted(&path);
                (path, item, read)
            })
            .collect();
        let tree = blocking(move || objects.read_files(chosen)).await?;
        Ok(Source { commit, resolved, tree })
    }

    async fn tags(&self, location: &Location) -> Result<Vec<Tag>, FetchError> {
        let (mut slot, mut store, deadline) = self.take(location).await?;
        let tags = Fetching::new(&mut store, &self.program, &self.limits, location.to_string(), deadline).tags().await;
        slot.end(store, &tags);
        tags
    }
}

/// Does work that blocks on the disk away from the threads that must answer others.
async fn blocking<T: Send + 'static>(
    work: impl FnOnce() -> Result<T, FetchError> + Send + 'static,
) -> Result<T, FetchError> {
    tokio::task::spawn_blocking(work).await.unwrap_or_else(|stopped| Err(local("reading a repository", &stopped)))
}

/// A failure of this machine, while `doing` something.
fn local(doing: &str, error: &dyn Display) -> FetchError {
    FetchError::Local { message: format!("{doing}: {error}") }
}

/// What `location` sent is not sound.
fn unsound(location: &str, message: String) -> FetchError {
    FetchError::Unsound { location: location.to_owned(), message }
}
