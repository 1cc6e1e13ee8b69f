//! The hand that fetches sources with git: bundles and directories inside the registry directory, so far.
//!
//! One fetch goes through these files: `remote` is the other side (a directory stands behind a `facade`), `store` keeps
//! one scratch repository a clone URL and asks `program` to fill it, `objects` reads the tree out of it. A network is
//! one more `remote::Remote` of the same fetch.

pub(super) mod credentials;
mod facade;
pub(super) mod message;
mod objects;
pub(super) mod program;
mod refs;
mod remote;
mod replace;
mod store;
mod tree_object;

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fmt::Display;
use std::path::PathBuf;
use std::sync::Arc;

use tokio::sync::Mutex;

use crate::model::{Limits, Location};
use crate::ports::{FetchError, Source, SourceFetcher, SourceRequest, Tag, Wanted};

pub use credentials::Credentials;
use objects::Objects;
use program::Program;
pub use replace::{ReplaceError, resolve_replacement};
use store::{Found, Store};

/// What a fetch may use.
#[derive(Debug, Clone)]
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
}

/// Fetches sources with the `git` program and reads them with libgit2.
///
/// It keeps one scratch repository a clone URL for as long as it lives, so that the versions of a package share what
/// was fetched.
pub struct GitSources {
    replace: BTreeMap<String, PathBuf>,
    limits: Limits,
    program: Program,
    /// The inner lock is held while a location's repository is filled: other locations go on meanwhile.
    stores: Mutex<BTreeMap<String, Arc<Mutex<Option<Store>>>>>,
}

impl GitSources {
    /// A fetcher that has fetched nothing yet.
    #[must_use]
    pub fn new(settings: GitSettings) -> Self {
        let program = Program::new(settings.git, settings.pass_env, &settings.limits);
        Self { replace: settings.replace, limits: settings.limits, program, stores: Mutex::default() }
    }

    /// What stands in for `location`.
    fn replacement(&self, location: &Location) -> Result<&PathBuf, FetchError> {
        let url = location.clone_url();
        self.replace.get(&url).ok_or_else(|| FetchError::Refused {
            location: location.to_string(),
            reason: format!(
                "this build does not fetch from networks yet; give '{url}' a bundle or directory under [fetch] replace \
                 in curator.toml"
            ),
        })
    }

    /// Brings the objects of `request` into the scratch repository of its location.
    async fn bring(&self, request: &SourceRequest) -> Result<(Found, Objects), FetchError> {
        let replacement = self.replacement(&request.location)?;
        let location = request.location.to_string();
        let slot = Arc::clone(self.stores.lock().await.entry(request.location.clone_url()).or_default());
        let mut slot = slot.lock().await;
        // Out of its slot meanwhile: where git is killed, also because this fetch is given up, it leaves lock files and
        // parts of packs behind, and the next fetch starts afresh.
        let mut store = match slot.take() {
            Some(store) => store,
            None => Store::open(replacement.clone(), location.clone(), self.limits.clone()).await?,
        };
        let objects = store.objects(location, self.limits.clone());
        let found = store.bring(&self.program, request, &objects).await;
        let is_sound = match &found {
            Ok(_) => true,
            Err(error) => {
                matches!(error, FetchError::NoRef { .. } | FetchError::NoCommit { .. } | FetchError::NotACommit { .. })
            }
        };
        if is_sound {
            *slot = Some(store);
        }
        Ok((found?, objects))
    }
}

impl SourceFetcher for GitSources {
    async fn fetch(&self, request: &SourceRequest, wanted: Wanted<'_>) -> Result<Source, FetchError> {
        let (Found { commit, resolved }, objects) = self.bring(request).await?;
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
        let reason = "the tags of a replacement under [fetch] replace cannot be listed yet".to_owned();
        Err(FetchError::Refused { location: location.to_string(), reason })
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
