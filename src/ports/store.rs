//! Keeping artifacts, write-once.

use std::future::Future;

use crate::model::{ArtifactKey, Fault, PackageName, ReleaseTag, Sha256, Version, Withdrawn};

/// What became of a put.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Put {
    /// The bytes are in the store now.
    Stored,
    /// The very same bytes were there before.
    AlreadyThere,
}

/// A file that a store holds.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct StoredFile {
    /// Its path in the store.
    pub path: String,
    /// Its size in bytes.
    pub size: u64,
}

/// Why a store did not do its part.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum StoreError {
    /// The store has other bytes under the name. They are never overwritten.
    #[error("the store '{store}' has other bytes under {key}: {found}, not {offered}")]
    Conflict {
        /// The store.
        store: String,
        /// The file.
        key: String,
        /// The digest of the bytes in the store.
        found: Sha256,
        /// The digest of the bytes that were offered.
        offered: Sha256,
    },
    /// There is no room for the file.
    #[error("the store '{store}' is full: {message}")]
    Full {
        /// The store.
        store: String,
        /// What the operating system said.
        message: String,
    },
    /// The store did not answer, or not in time, or with an error that may pass.
    #[error("the store '{store}' cannot be reached ({key}): {message}")]
    Unreachable {
        /// The store.
        store: String,
        /// The file; empty where the store as a whole was asked.
        key: String,
        /// What went wrong.
        message: String,
    },
    /// The store does not let the curator in.
    #[error("the store '{store}' refuses access ({key}): {message}")]
    Denied {
        /// The store.
        store: String,
        /// The file; empty where the store as a whole was asked.
        key: String,
        /// What the store said.
        message: String,
    },
    /// What holds the files of the version is frozen, and the file is not among them.
    #[error("the store '{store}' cannot take {key}: {message}")]
    Frozen {
        /// The store.
        store: String,
        /// The file.
        key: String,
        /// What is frozen, and the way out.
        message: String,
    },
    /// There is no such bucket or repository.
    #[error("the store '{store}' is not there: {message}")]
    Absent {
        /// The store.
        store: String,
        /// What the store said.
        message: String,
    },
    /// The store could not be read or written.
    #[error("the store '{store}' cannot be used ({key}): {message}")]
    Unusable {
        /// The store.
        store: String,
        /// The file.
        key: String,
        /// What went wrong.
        message: String,
    },
}

impl StoreError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unreachable { .. } => Fault::Transient,
            Self::Conflict { .. }
            | Self::Full { .. }
            | Self::Denied { .. }
            | Self::Frozen { .. }
            | Self::Absent { .. }
            | Self::Unusable { .. } => Fault::Operator,
        }
    }
}

/// A place for artifacts in which nothing changes once it is there, and nothing goes but what was unpublished.
pub trait ArtifactStore: Sync {
    /// The store's name in the configuration.
    fn name(&self) -> &str;

    /// Stores `bytes` under `key` unless they are there already.
    ///
    /// # Errors
    /// [`StoreError::Conflict`] when other bytes are there; they stay. Otherwise as the store fails.
    fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> impl Future<Output = Result<Put, StoreError>> + Send;

    /// Hears that a version has all its files: a store that freezes what it holds freezes it now, and the version can be
    /// downloaded from then on. Gives the release that holds it, where clients need that to find it.
    ///
    /// # Errors
    /// [`StoreError`], as the store fails. It may be told again.
    fn complete(
        &self,
        name: &PackageName,
        version: &Version,
    ) -> impl Future<Output = Result<Option<ReleaseTag>, StoreError>> + Send;

    /// The bytes under `key`, if there are any.
    ///
    /// # Errors
    /// [`StoreError`], as the store fails.
    fn get(&self, key: &ArtifactKey) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;

    /// Lets go of every file of a version that is gone for good. What is gone already is no error.
    ///
    /// # Errors
    /// [`StoreError`], as the store fails; [`StoreError::Frozen`] where it lets nothing go.
    fn remove(&self, withdrawn: &Withdrawn) -> impl Future<Output = Result<(), StoreError>> + Send;

    /// Every file of the store, sorted by path.
    ///
    /// # Errors
    /// [`StoreError`], as the store fails.
    fn list(&self) -> impl Future<Output = Result<Vec<StoredFile>, StoreError>> + Send;
}
