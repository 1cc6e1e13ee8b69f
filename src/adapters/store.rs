//! A store of artifacts, whatever it is kept in.

use crate::model::{ArtifactKey, PackageName, ReleaseTag, Version, Withdrawn};
use crate::ports::{ArtifactStore, Put, StoreError, StoredFile};

use super::github::ReleaseStore;
use super::objects::Objects;

/// A store of artifacts.
pub enum Store {
    /// A folder or a bucket.
    Objects(Objects),
    /// The releases of a repository on GitHub.
    Releases(Box<ReleaseStore>),
}

impl ArtifactStore for Store {
    fn name(&self) -> &str {
        match self {
            Self::Objects(it) => it.name(),
            Self::Releases(it) => it.name(),
        }
    }

    async fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Put, StoreError> {
        match self {
            Self::Objects(it) => it.put(key, bytes).await,
            Self::Releases(it) => it.put(key, bytes).await,
        }
    }

    async fn complete(&self, name: &PackageName, version: &Version) -> Result<Option<ReleaseTag>, StoreError> {
        match self {
            Self::Objects(it) => it.complete(name, version).await,
            Self::Releases(it) => it.complete(name, version).await,
        }
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Objects(it) => it.get(key).await,
            Self::Releases(it) => it.get(key).await,
        }
    }

    async fn remove(&self, withdrawn: &Withdrawn) -> Result<(), StoreError> {
        match self {
            Self::Objects(it) => it.remove(withdrawn).await,
            Self::Releases(it) => it.remove(withdrawn).await,
        }
    }

    async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        match self {
            Self::Objects(it) => it.list().await,
            Self::Releases(it) => it.list().await,
        }
    }
}
