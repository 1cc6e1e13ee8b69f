//! The packages that a project has unpacked.

use std::collections::BTreeMap;

use crate::model::{Files, PackageName, Sha256};

use super::workspace::WorkspaceError;

/// The unpacked packages of a project, each in a folder of its own, under the name that the project calls it by.
pub trait Installation: Sync {
    /// What is there and whole: the digest of the archive that each folder was unpacked from.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn present(&self) -> Result<BTreeMap<PackageName, Sha256>, WorkspaceError>;

    /// Puts the files of the archive with the digest `hash` into the folder `name`, in place of what is there: all of them,
    /// or, where it is cut off, what is not taken for whole.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn put(&self, name: &PackageName, hash: &Sha256, files: &Files) -> Result<(), WorkspaceError>;

    /// Takes the folder `name` away.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn remove(&self, name: &PackageName) -> Result<(), WorkspaceError>;

    /// Where the folders are, as a person would name it.
    fn place(&self) -> String;
}
