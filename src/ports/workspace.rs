//! The user's own files.

use crate::model::{Fault, SourceTree, TreePath};

use super::fetch::Wanted;

/// Why a file of the user could not be read or written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum WorkspaceError {
    /// The file is there already.
    #[error("{place} exists already")]
    Exists {
        /// The file.
        place: String,
    },
    /// The folder cannot be packed as it is.
    #[error("{place}: {message}")]
    Unpackable {
        /// The file or folder.
        place: String,
        /// What is wrong.
        message: String,
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

impl WorkspaceError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unpackable { .. } => Fault::Author,
            _ => Fault::Operator,
        }
    }
}

/// A folder of the user's, read and written only when a command says so.
pub trait Workspace {
    /// The bytes of a file, if it is there.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn read(&self, path: &TreePath) -> Result<Option<Vec<u8>>, WorkspaceError>;

    /// Writes a file that is not there yet, with the folders above it.
    ///
    /// # Errors
    /// [`WorkspaceError::Exists`]; the file that is there stays.
    fn create(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError>;

    /// Puts new bytes in the place of a file, all of them or none.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn replace(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError>;

    /// Takes a plain file away.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`], also where there is none.
    fn remove(&self, path: &TreePath) -> Result<(), WorkspaceError>;

    /// The folder as the source of a package.
    ///
    /// # Errors
    /// [`WorkspaceError::Unpackable`] where a path is unsafe or a limit is passed.
    fn source(&self, wanted: Wanted<'_>) -> Result<SourceTree, WorkspaceError>;
}
