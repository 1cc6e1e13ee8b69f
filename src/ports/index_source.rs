//! What clients read: a published index, one small file at a time, wherever it lies.

use std::future::Future;

use crate::model::{CommitId, TreePath};

use super::repo::RepoError;

/// A published index to read from: a git remote, a folder, or files on a web server. It shows one state from the moment it
/// was opened, as far as the place can hold one still.
pub trait IndexSource: Sync {
    /// The place, as a person would name it.
    fn place(&self) -> String;

    /// Looks for the newest state; of an index in git, the commit.
    ///
    /// # Errors
    /// [`RepoError::Missing`] where there is no index, and as the place fails.
    fn open(&self) -> impl Future<Output = Result<Option<CommitId>, RepoError>> + Send;

    /// The bytes of each of these files, in the order of `paths`; `None` for one that is not there.
    ///
    /// # Errors
    /// [`RepoError`], as the place fails.
    fn read(&self, paths: &[TreePath]) -> impl Future<Output = Result<Vec<Option<Vec<u8>>>, RepoError>> + Send;

    /// Every file below `under` (all of them, for `None`) with its bytes, sorted by path.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where the place cannot tell what files it has.
    fn read_all(
        &self,
        under: Option<&TreePath>,
    ) -> impl Future<Output = Result<Vec<(TreePath, Vec<u8>)>, RepoError>> + Send;
}
