//! An index in a folder or in git, for those who only read it.

use std::sync::{Mutex, PoisonError};

use crate::model::{CommitId, TreePath};
use crate::ports::{IndexSource, Repo as _, RepoError, Revision};

use super::http::Offline;
use super::place::Place;

/// An index in a folder or in git.
pub struct RepoIndex {
    place: Place,
    shown: String,
    offline: Offline,
    at: Mutex<Option<Revision>>,
}

impl RepoIndex {
    /// The index at `place`, which messages call `shown`. Offline, a repository elsewhere shows what was seen of it last.
    #[must_use]
    pub fn new(place: Place, shown: String, offline: Offline) -> Self {
        Self { place, shown, offline, at: Mutex::default() }
    }

    /// The state that was opened.
    fn at(&self) -> Result<Revision, RepoError> {
        let at = self.at.lock().unwrap_or_else(PoisonError::into_inner).clone();
        at.ok_or_else(|| RepoError::Unusable { place: self.shown.clone(), message: "it was not opened".to_owned() })
    }
}

impl IndexSource for RepoIndex {
    fn place(&self) -> String {
        self.shown.clone()
    }

    async fn open(&self) -> Result<Option<CommitId>, RepoError> {
        if let (Place::Repository(repo), Offline::Yes) = (&self.place, self.offline) {
            repo.keep_last_seen()?;
        }
        let head = self.place.head().await?;
        let missing = || RepoError::Missing { role: "index", place: self.shown.clone() };
        let commit = match &self.place {
            // A branch that is not there is an empty index to whoever is about to write it, and none to others.
            Place::Repository(_) => Some(head.0.parse().map_err(|_| missing())?),
            Place::Folder(_) => None,
        };
        *self.at.lock().unwrap_or_else(PoisonError::into_inner) = Some(head);
        Ok(commit)
    }

    async fn read(&self, paths: &[TreePath]) -> Result<Vec<Option<Vec<u8>>>, RepoError> {
        let at = self.at()?;
        paths.iter().map(|path| self.place.read(&at, path)).collect()
    }

    async fn read_all(&self, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        self.place.read_all(&self.at()?, under)
    }
}
