//! The archives that this machine keeps, by what they hash to: whatever project they were got for.

use crate::model::Sha256;

use super::workspace::WorkspaceError;

/// Archives by digest. What it gives may have been damaged on the disk: whoever asks hashes it.
pub trait ArchiveCache: Sync {
    /// The bytes that were kept under `hash`.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`] where there are some and they cannot be read.
    fn get(&self, hash: &Sha256) -> Result<Option<Vec<u8>>, WorkspaceError>;

    /// Keeps `bytes`, which hash to `hash`, in place of what was kept under it. Several programs may do so at once.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`].
    fn put(&self, hash: &Sha256, bytes: &[u8]) -> Result<(), WorkspaceError>;
}
