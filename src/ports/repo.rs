//! A versioned tree of files: the registry and the index.

use std::collections::BTreeMap;
use std::future::Future;

use crate::model::{Fault, TreePath};

use super::proposals::Unmergeable;

/// A state of a repository that can be read and built upon.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Revision(pub String);

/// What stands at a path of a repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RepoEntryKind {
    /// A plain file.
    File,
    /// A symbolic link, a submodule or a device: nothing that a registry may hold.
    Foreign,
}

/// Which tree of files a repository holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Role {
    /// What is wanted. It must be there.
    Registry,
    /// What is published. Where it is not there, nothing has been published yet.
    Index,
}

impl Role {
    /// The word for it in a message.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Registry => "registry",
            Self::Index => "index",
        }
    }
}

/// An entry of a listing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RepoEntry {
    /// Where it stands.
    pub path: TreePath,
    /// What it is.
    pub kind: RepoEntryKind,
}

/// What a commit changes: new bytes by path, or `None` to remove the file.
pub type Change = BTreeMap<TreePath, Option<Vec<u8>>>;

/// Why a repository could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RepoError {
    /// There is nothing at the place.
    #[error("there is no {role} at {place}")]
    Missing {
        /// Registry or index.
        role: &'static str,
        /// The place.
        place: String,
    },
    /// Another curator is writing.
    #[error("another curator is writing to {place} ({holder})")]
    Locked {
        /// The place.
        place: String,
        /// What the lock file says of its holder.
        holder: String,
    },
    /// Another curator was faster: read again and plan again.
    #[error("{place} has moved on since it was read")]
    Moved {
        /// The place.
        place: String,
    },
    /// The repository does not have the state.
    #[error("{place} does not have the commit {revision}")]
    Unknown {
        /// The place.
        place: String,
        /// The state.
        revision: String,
    },
    /// What was there before is no longer part of the history: somebody forced a push, or the place was exchanged.
    #[error("the history of {place} was rewritten: {seen} was there before and is no longer part of it (now: {now})")]
    Rewritten {
        /// The place.
        place: String,
        /// The state that was seen before.
        seen: String,
        /// The state that is there now.
        now: String,
    },
    /// The other side cannot be reached or is in trouble.
    #[error("{place} cannot be reached: {message}")]
    Unreachable {
        /// The place.
        place: String,
        /// What went wrong.
        message: String,
    },
    /// The other side does not let us in, or does not take what we bring.
    #[error("{place} refuses: {message}")]
    Denied {
        /// The place.
        place: String,
        /// What it said.
        message: String,
    },
    /// Nothing is asked of other machines, and the file is not kept here.
    #[error("{file} of {place} is not kept here, and without a network it cannot be had")]
    NotKept {
        /// The place.
        place: String,
        /// The file.
        file: String,
    },
    /// There is no room to write.
    #[error("{place} cannot be written: the disk is full ({message})")]
    Full {
        /// The place.
        place: String,
        /// What the operating system said.
        message: String,
    },
    /// Nobody can tell what would come of merging what was proposed.
    #[error("{place} cannot take what is proposed: {why}")]
    Unmergeable {
        /// The place.
        place: String,
        /// Why.
        why: Unmergeable,
    },
    /// Reading or writing failed.
    #[error("{place} cannot be used: {message}")]
    Unusable {
        /// The file or folder.
        place: String,
        /// What went wrong.
        message: String,
    },
}

impl RepoError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Moved { .. } | Self::Locked { .. } | Self::Unreachable { .. } => Fault::Transient,
            Self::Unmergeable { .. } => Fault::Author,
            _ => Fault::Operator,
        }
    }
}

impl RepoError {
    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::Missing { .. } => Some("name the registry with --registry, or make one with `curator init DIR`"),
            Self::Locked { .. } => {
                Some("wait for the other run to end and run this again; the curator's own locks go with their process")
            }
            Self::Moved { .. } | Self::Unreachable { .. } => Some("run this again"),
            Self::Rewritten { .. } => Some(
                "nothing was written: find out who rewrote it and restore what was there; only if you mean the new history, \
                 remove the curator's cache of it and run `curator sync --full` once",
            ),
            Self::Denied { .. } => {
                Some("give the curator a credential that may read there, and push where it is to publish")
            }
            Self::Unknown { .. } => Some("run this with --full"),
            Self::Full { .. } => Some("make room and run this again; nothing of this run is visible"),
            Self::NotKept { .. } => Some("run this once without --offline"),
            Self::Unmergeable { .. } => Some("make the change anew on top of the branch"),
            Self::Unusable { .. } => None,
        }
    }
}

/// A tree of files that changes by whole commits, each built on the state that was read.
pub trait Repo: Sync {
    /// The newest state.
    ///
    /// # Errors
    /// [`RepoError::Missing`] where there is nothing.
    fn head(&self) -> impl Future<Output = Result<Revision, RepoError>> + Send;

    /// Every entry below `under` (everything, for `None`), sorted by path. A folder that is not there has no entries.
    ///
    /// # Errors
    /// [`RepoError::Unusable`].
    fn list(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<RepoEntry>, RepoError>;

    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// [`RepoError::Unusable`], also where a link stands at the path.
    fn read(&self, at: &Revision, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError>;

    /// Every file below `under` (everything, for `None`) with its bytes, sorted by path: the way to load an index or a
    /// registry, as fast as the place allows.
    ///
    /// # Errors
    /// [`RepoError::Unusable`], also where an entry is foreign: nothing is silently left out.
    fn read_all(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError>;

    /// Makes `change` visible, all of it or nothing, if the newest state is still `parent`.
    ///
    /// # Errors
    /// [`RepoError::Moved`] when it is not.
    fn commit(
        &self,
        parent: &Revision,
        change: &Change,
        message: &str,
    ) -> impl Future<Output = Result<Revision, RepoError>> + Send;
}
