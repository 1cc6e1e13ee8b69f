//! A registry or an index that is a plain directory: read at one moment, changed as a whole.

mod lock;
mod snapshot;
mod staging;

use std::fs::File;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, OnceLock, PoisonError};

use crate::model::{CommitId, TreePath};
use crate::ports::{
    Change, Differences, History, Logged, ObjectId, Proposal, Proposals, Repo, RepoEntry, RepoEntryKind, RepoError,
    Revision, Role,
};

use super::beneath::is_full;
use super::repository::WorkTree;
use snapshot::{Snapshot, foreign};
use staging::Staging;

/// A plain directory as a repository.
///
/// A state of it can be read until the next call of `head` or `commit`; whatever another program changes in the
/// meantime is noticed and told as [`RepoError::Moved`], never mixed in. All calls block on the disk.
///
/// Beside the directory `x` stand, while they are needed: `.x.lock` (who may write), `.x.next` (the state to come) and,
/// on file systems that cannot exchange two names, `.x.old`.
#[derive(Debug)]
pub struct Directory {
    siblings: Siblings,
    role: Role,
    /// Held as long as this value lives; `None` where it was opened for reading.
    lock: Option<File>,
    newest: Mutex<Option<Arc<Snapshot>>>,
    /// The git work tree that it lies in; looked for when somebody asks for its past.
    past: OnceLock<Result<Option<WorkTree>, RepoError>>,
}

impl Directory {
    /// The directory at `place`, for reading.
    #[must_use]
    pub fn reading(place: &Path, role: Role) -> Self {
        let place = std::path::absolute(place).unwrap_or_else(|_| place.to_owned());
        Self { siblings: Siblings::of(place), role, lock: None, newest: Mutex::new(None), past: OnceLock::new() }
    }

    /// The directory at `place` as its only writer. What a writer that was killed left behind is tidied up first.
    ///
    /// # Errors
    /// [`RepoError::Locked`] while another writer lives, [`RepoError::Unusable`] where the lock file cannot be written.
    pub fn writing(place: &Path, role: Role) -> Result<Self, RepoError> {
        let siblings = Siblings::of(resolve(place).map_err(|error| failed(place, error))?);
        let lock = lock::take(&siblings)?;
        staging::recover(&siblings)?;
        Ok(Self { siblings, role, lock: Some(lock), newest: Mutex::new(None), past: OnceLock::new() })
    }

    /// The state `at`, if it is still the one that was read last.
    fn at(&self, at: &Revision) -> Result<Arc<Snapshot>, RepoError> {
        let newest = self.newest.lock().unwrap_or_else(PoisonError::into_inner);
        newest
            .as_ref()
            .filter(|newest| newest.revision == *at)
            .map(Arc::clone)
            .ok_or_else(|| moved(&self.siblings.live))
    }

    /// The work tree that the directory lies in.
    fn past(&self) -> Result<&WorkTree, RepoError> {
        match self.past.get_or_init(|| WorkTree::of(&self.siblings.live)) {
            Ok(Some(past)) => Ok(past),
            Ok(None) => Err(unusable(&self.siblings.live, "a plain directory keeps no history".to_owned())),
            Err(error) => Err(error.clone()),
        }
    }

    fn remember(&self, newest: Snapshot) -> Revision {
        let revision = newest.revision.clone();
        *self.newest.lock().unwrap_or_else(PoisonError::into_inner) = Some(Arc::new(newest));
        revision
    }
}

impl Repo for Directory {
    async fn head(&self) -> Result<Revision, RepoError> {
        let newest = Snapshot::take(&self.siblings)?;
        if newest.root().is_none() && self.role == Role::Registry {
            let place = self.siblings.live.display().to_string();
            return Err(RepoError::Missing { role: self.role.as_str(), place });
        }
        Ok(self.remember(newest))
    }

    fn list(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<RepoEntry>, RepoError> {
        if WorkTree::is_commit(at) {
            return self.past()?.list(at, under);
        }
        let snapshot = self.at(at)?;
        let entries = snapshot.below(under).iter();
        Ok(entries.map(|entry| RepoEntry { path: entry.path.clone(), kind: entry.kind }).collect())
    }

    fn read(&self, at: &Revision, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        if WorkTree::is_commit(at) { self.past()?.read(at, path) } else { self.at(at)?.read(path) }
    }

    fn read_all(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        if WorkTree::is_commit(at) { self.past()?.read_all(at, under) } else { self.at(at)?.read_all(under) }
    }

    /// Switches to a directory that has the unchanged files (as hard links) and the new ones. At every moment the old
    /// state or the new one is there as a whole, also after a crash or a power cut. A plain directory has no history,
    /// so the message is not kept.
    async fn commit(&self, parent: &Revision, change: &Change, _message: &str) -> Result<Revision, RepoError> {
        let live = &self.siblings.live;
        if self.lock.is_none() {
            return Err(unusable(live, "it was opened for reading only".to_owned()));
        }
        let base = self.at(parent)?;
        refuse_to_drop(&base, live)?;
        let staging = Staging::fill(&self.siblings, &base, change)?;
        let next = staging.snapshot()?;
        // As late as can be: what another program changes after this look is lost.
        if Snapshot::take(&self.siblings)?.revision != base.revision {
            return Err(moved(live));
        }
        staging.switch(&base)?;
        Ok(self.remember(next))
    }
}

/// The files of a plain directory have no past of their own. Where it lies in a git work tree, it can be compared with the
/// commits there, and those can be read.
impl History for Directory {
    fn describe(&self, at: &Revision) -> Result<Option<Logged>, RepoError> {
        if WorkTree::is_commit(at) { self.past()?.describe(at).map(Some) } else { Ok(None) }
    }

    async fn log(&self, _since: Option<&Revision>, _until: &Revision) -> Result<Vec<Logged>, RepoError> {
        Ok(Vec::new())
    }

    fn difference(&self, from: Option<&Revision>, to: &Revision) -> Result<Differences, RepoError> {
        let past = self.past()?;
        if WorkTree::is_commit(to) {
            return past.between(from, to);
        }
        let snapshot = self.at(to)?;
        past.edited(from, &|path| snapshot.read(path))
    }

    fn bytes(&self, object: &ObjectId) -> Result<Vec<u8>, RepoError> {
        self.past()?.bytes(object)
    }

    async fn fork_point(&self, name: &str, _at: &Revision) -> Result<Option<Revision>, RepoError> {
        self.past()?.fork_point(name)
    }
}

impl Proposals for Directory {
    async fn proposed(&self, _reference: &str) -> Result<CommitId, RepoError> {
        Err(self.no_proposals())
    }

    async fn propose(&self, _reference: &str, _head: &CommitId, _base: &Revision) -> Result<Proposal, RepoError> {
        Err(self.no_proposals())
    }

    async fn newest(&self) -> Result<Revision, RepoError> {
        self.head().await
    }
}

impl Directory {
    fn no_proposals(&self) -> RepoError {
        let message = "nobody can propose a change to a plain folder: name the repository itself, bare or by its URL";
        unusable(&self.siblings.live, message.to_owned())
    }
}

/// Refuses to change a directory that holds what a change would not carry over.
fn refuse_to_drop(base: &Snapshot, live: &Path) -> Result<(), RepoError> {
    if let Some(entry) = base.entries.iter().find(|entry| entry.kind == RepoEntryKind::Foreign) {
        return Err(foreign(live, &entry.path));
    }
    let Some(name) = base.unlisted.first() else { return Ok(()) };
    let message = if name.as_os_str() == ".git" {
        "it is the work tree of a git repository: name the repository itself as the index, or a folder of its own"
            .to_owned()
    } else {
        format!("it holds '{}', which does not belong there: move that away", name.display())
    };
    Err(unusable(live, message))
}

/// A directory and the names beside it that a writer uses. They are on the same file system, so a rename can switch
/// them.
#[derive(Debug)]
struct Siblings {
    live: PathBuf,
    next: PathBuf,
    old: PathBuf,
    lock: PathBuf,
}

impl Siblings {
    fn of(live: PathBuf) -> Self {
        let beside = |suffix: &str| {
            let mut name = std::ffi::OsString::from(".");
            name.push(live.file_name().unwrap_or_default());
            name.push(suffix);
            live.with_file_name(name)
        };
        Self { next: beside(".next"), old: beside(".old"), lock: beside(".lock"), live }
    }

    /// The folder that they all stand in.
    fn parent(&self) -> &Path {
        self.live.parent().unwrap_or(Path::new("/"))
    }
}

/// The real path of a directory that may not be there yet. Where a link leads to the directory, the directory is
/// switched, not the link.
fn resolve(place: &Path) -> io::Result<PathBuf> {
    match place.canonicalize() {
        Err(error) if error.kind() == io::ErrorKind::NotFound && !place.is_symlink() => {}
        resolved => return resolved,
    }
    let absolute = std::path::absolute(place)?;
    let (Some(parent), Some(name)) = (absolute.parent(), absolute.file_name()) else { return Ok(absolute) };
    std::fs::create_dir_all(parent)?;
    Ok(parent.canonicalize()?.join(name))
}

/// The port's error for one of the operating system.
fn failed(place: &Path, error: impl Into<io::Error>) -> RepoError {
    let error = error.into();
    if is_full(&error) {
        return RepoError::Full { place: place.display().to_string(), message: error.to_string() };
    }
    unusable(place, error.to_string())
}

fn unusable(place: &Path, message: String) -> RepoError {
    RepoError::Unusable { place: place.display().to_string(), message }
}

fn moved(place: &Path) -> RepoError {
    RepoError::Moved { place: place.display().to_string() }
}
