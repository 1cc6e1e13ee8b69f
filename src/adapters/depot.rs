//! A place that archives can be had from: a store, or any URL that an index names.

use crate::model::ArtifactKey;
use crate::ports::{ArtifactRequest, ArtifactSource, ArtifactStore as _, StoreError};

use super::http::HttpArtifacts;
use super::store::Store;

/// The most bytes that are read of an archive elsewhere. The largest of the real registry has a hundredth of them.
const MOST_BYTES: u64 = 256 << 20;

/// A place that archives can be had from.
pub enum Depot {
    /// A folder, a bucket or the releases of a repository, by its own protocol.
    Store(Store),
    /// A URL for each archive.
    Web(Box<HttpArtifacts>),
}

impl ArtifactSource for Depot {
    fn name(&self) -> &str {
        match self {
            Self::Store(it) => it.name(),
            Self::Web(it) => it.name(),
        }
    }

    async fn fetch(&self, wanted: &ArtifactRequest<'_>) -> Result<Option<Vec<u8>>, StoreError> {
        match self {
            Self::Store(it) => it.get(&ArtifactKey::archive(wanted.name, wanted.version)).await,
            Self::Web(it) => {
                // An index may say that an archive is larger than this machine's memory.
                let bytes = wanted.bytes.min(MOST_BYTES);
                it.fetch(&ArtifactRequest { bytes, ..*wanted }).await
            }
        }
    }
}
