//! A place that archives can be had from: a store, or any URL that an index names.

use std::path::Path;

use crate::model::{ArtifactKey, Limits};
use crate::ports::{ArtifactRequest, ArtifactSource, ArtifactStore as _, StoreError, Workspace as _};

use super::asked::Asked;
use super::http::HttpArtifacts;
use super::store::Store;
use super::workspace::Folder;

/// The most bytes that are read of an archive elsewhere. The largest of the real registry has a hundredth of them.
const MOST_BYTES: u64 = 256 << 20;

/// A place that archives can be had from.
pub enum Depot {
    /// A folder on this machine, by its name: read without the detours of a store that may be elsewhere, since whoever
    /// verifies a mirror reads ten thousand archives. No link in it is followed.
    Folder(String, Folder),
    /// A folder, a bucket or the releases of a repository, by its own protocol.
    Store(Store),
    /// A URL for each archive.
    Web(Box<HttpArtifacts>),
}

impl Depot {
    /// The store `name` in a folder.
    #[must_use]
    pub fn folder(name: &str, folder: &Path) -> Self {
        Self::Folder(name.to_owned(), Folder::new(folder, Limits::default()))
    }
}

impl ArtifactSource for Depot {
    fn name(&self) -> &str {
        match self {
            Self::Folder(name, _) => name,
            Self::Store(it) => it.name(),
            Self::Web(it) => it.name(),
        }
    }

    async fn fetch(&self, wanted: &ArtifactRequest<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        let key = ArtifactKey::archive(wanted.name, wanted.version);
        match self {
            Self::Folder(store, folder) => {
                let key = key.to_string();
                let unusable = |message: String| Asked { store, key: &key }.unusable(message);
                let path = key.parse().map_err(|error: crate::model::PathError| unusable(error.to_string()))?;
                folder.read(&path).map_err(|error| unusable(error.to_string()))
            }
            Self::Store(it) => it.get(&key).await,
            Self::Web(it) => {
                // An index may say that an archive is larger than this machine's memory.
                let bytes = wanted.bytes.min(MOST_BYTES);
                it.fetch(&ArtifactRequest { bytes, ..*wanted }).await
            }
        }
    }
}
