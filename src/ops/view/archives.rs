//! The archives of a view: from the first store that has them as they were published.

use crate::model::{ArtifactKey, LeftOutReason, PackageName, Published, Sha256, Version};
use crate::ops::{Curator, Stop};
use crate::ports::{ArtifactStore as _, Ports};
use crate::rules::report;

/// The archive of a published version, or why no store has it.
///
/// # Errors
/// [`Stop::Store`] where none has it and one of them could not be asked.
pub(super) async fn archive<P: Ports>(
    curator: &Curator<P>,
    name: &PackageName,
    version: &Version,
    facts: &Published,
) -> Result<Result<Vec<u8>, LeftOutReason>, Stop> {
    let (key, mut unasked, mut other) = (ArtifactKey::archive(name, version), None, None);
    for store in &curator.stores {
        match store.get(&key).await {
            Ok(Some(bytes)) if Sha256::of(&bytes) == facts.hash => return Ok(Ok(bytes)),
            Ok(Some(_)) => other = Some(store.name().to_owned()),
            Ok(None) => {}
            Err(error) => unasked = Some(error),
        }
    }
    match unasked {
        Some(error) => Err(error.into()),
        None => Ok(Err(LeftOutReason::Archive(report::view_no_archive(other.as_deref())))),
    }
}
