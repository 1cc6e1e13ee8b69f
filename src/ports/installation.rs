//! The packages that a project has unpacked.

use std::collections::BTreeMap;

use crate::model::{Files, PackageName, Sha256};

use super::workspace::WorkspaceError;

/// The unpacked packages of a project, each in a folder of its own, under the name that the project calls it by.
pub trait Installation: Sync {
    /// A package that is unpacked and not in its place yet.
    type Ready: Send + 'static;

    /// What is there: the digest of the archive that each folder was unpacked from; `None` for one that was cut off, or
    /// that somebody took away.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn present(&self) -> Result<BTreeMap<PackageName, Option<Sha256>>, WorkspaceError>;

    /// Unpacks the files of an archive beside the packages. Nothing that is there changes, and what is not put into its
    /// place goes with the run.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn unpack(&self, files: &Files) -> Result<Self::Ready, WorkspaceError>;

    /// Puts what was unpacked from the archive with the digest `hash` into the folder `name`, in place of what is there:
    /// all of it, or, where it is cut off, what is not taken for whole.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn put(&self, name: &PackageName, hash: &Sha256, ready: Self::Ready) -> Result<(), WorkspaceError>;

    /// Takes the folder `name` away.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn remove(&self, name: &PackageName) -> Result<(), WorkspaceError>;

    /// Where the folders are, as a person would name it.
    fn place(&self) -> String;
}
