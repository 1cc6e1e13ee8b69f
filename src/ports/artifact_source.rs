//! Where clients get artifacts from: any place that may have them. What it gives is believed after it was hashed.

use std::future::Future;

use crate::model::{PackageName, ReleaseTag, Version};

use super::store::StoreError;

/// An archive that somebody wants to have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ArtifactRequest<'a> {
    /// The package.
    pub name: &'a PackageName,
    /// The version.
    pub version: &'a Version,
    /// The release that holds it, where the index names one.
    pub release: Option<&'a ReleaseTag>,
    /// Its size in bytes by the index: a source stops reading where it passes this.
    pub bytes: u64,
}

/// A place that archives can be had from, and that may lie.
pub trait ArtifactSource: Sync {
    /// Its name, by which it is accused.
    fn name(&self) -> &str;

    /// What the place gives for the archive, true or not; `None` where it has nothing.
    ///
    /// # Errors
    /// [`StoreError`], as the place fails.
    fn fetch(&self, wanted: &ArtifactRequest<'_>) -> impl Future<Output = Result<Option<Vec<u8>>, StoreError>> + Send;
}
