//! The past of a repository: what the registry and the index were before, and who changed what.

use std::future::Future;

use crate::model::{Timestamp, TreePath};

use super::repo::{RepoEntryKind, RepoError, Revision};

/// A state as it was recorded: a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The state.
    pub revision: Revision,
    /// The state it was built on, along first parents; `None` for the first one.
    pub parent: Option<Revision>,
    /// What was merged into it besides: the other parents.
    pub merged: Vec<Revision>,
    /// Who made the change, as `Name <address>`: a stranger's words, never safe to show as they are.
    pub author: String,
    /// Who recorded it, in the same way.
    pub committer: String,
    /// When it was recorded (git's committer time).
    pub time: Timestamp,
    /// What was said of it.
    pub message: String,
}

impl Logged {
    /// The first line of the message: a stranger's words, too.
    #[must_use]
    pub fn title(&self) -> &str {
        self.message.lines().next().unwrap_or_default()
    }
}

/// The identity of the bytes of a file: the same id, the same bytes. It says nothing between repositories of different
/// kinds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ObjectId(pub [u8; 20]);

/// What stood or stands at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// What it is.
    pub kind: RepoEntryKind,
    /// Its bytes.
    pub object: ObjectId,
}

/// A path at which two states differ. A renamed file is one that went and one that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Changed {
    /// Where.
    pub path: TreePath,
    /// What stood there; `None` where nothing did.
    pub before: Option<Standing>,
    /// What stands there now; `None` where nothing does.
    pub after: Option<Standing>,
}

/// Everything at which two states differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Differences {
    /// The paths, sorted.
    pub changed: Vec<Changed>,
    /// Changed names that no tree of ours can have (see [`TreePath`]), as far as they can be shown; sorted.
    pub unlisted: Vec<String>,
}

/// The past of a repository. A plain directory has none: then there is nothing to describe, and no log.
pub trait History: Sync {
    /// What is recorded of a state.
    ///
    /// # Errors
    /// [`RepoError::Unknown`] where the repository does not have the state.
    fn describe(&self, at: &Revision) -> Result<Option<Logged>, RepoError>;

    /// The states after `since` (all, for `None`) up to `until`, along first parents, oldest first.
    ///
    /// # Errors
    /// [`RepoError::Rewritten`] where `until` does not descend from `since`.
    fn log(
        &self,
        since: Option<&Revision>,
        until: &Revision,
    ) -> impl Future<Output = Result<Vec<Logged>, RepoError>> + Send;

    /// What differs between two states; `from` is the empty tree, for `None`. The cost is that of the difference.
    ///
    /// # Errors
    /// [`RepoError::Unknown`] where the repository does not have one of the states.
    fn difference(&self, from: Option<&Revision>, to: &Revision) -> Result<Differences, RepoError>;

    /// The bytes of a file that a difference named: without the way through the folders, which is long where a folder has
    /// thousands of files and thousands of states are looked at.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where the repository has no such file.
    fn bytes(&self, object: &ObjectId) -> Result<Vec<u8>, RepoError>;

    /// The state from which `at` forked off what a person names: a branch, a tag or a commit. `None` where nothing has
    /// that name.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where the place keeps no history.
    fn fork_point(&self, name: &str, at: &Revision)
    -> impl Future<Output = Result<Option<Revision>, RepoError>> + Send;
}
