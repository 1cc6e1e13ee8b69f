//! The folder of a mirror: plain files, as any web server serves them.

use std::collections::BTreeMap;

use crate::model::TreePath;

use super::workspace::WorkspaceError;

/// A folder of plain files that one program at a time writes, while others read.
pub trait MirrorFolder: Sync {
    /// Its place, as a person would name it.
    fn place(&self) -> String;

    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`], also where something else than a plain file stands there.
    fn read(&self, path: &TreePath) -> Result<Option<Vec<u8>>, WorkspaceError>;

    /// The size of every file below `under` (of all of them, for `None`), drafts of cut off writers left out.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn sizes(&self, under: Option<&TreePath>) -> Result<BTreeMap<TreePath, u64>, WorkspaceError>;

    /// Puts bytes in the place of a file, all of them or none.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn put(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError>;

    /// Takes a file away; one that is not there is gone already.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn remove(&self, path: &TreePath) -> Result<(), WorkspaceError>;
}
