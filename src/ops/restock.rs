//! Filling the gaps of a store: an archive that it lacks comes from another store, or is packed again. Either way it
//! must equal the index.

use std::sync::Arc;

use crate::model::{Area, ArtifactKey, Finding, PackageName, Place, Restock, Sha256, Version};
use crate::ports::{ArtifactStore as _, Ports};
use crate::rules::report::words;

use super::inspect::Repacked;
use super::parallel::in_order;
use super::sync::put;
use super::{Curator, Event, Stop};

/// What came of restocking.
#[derive(Debug, Default)]
pub(super) struct Restocked {
    /// The archives that a store has again.
    pub(super) stored: Vec<(PackageName, Version, String)>,
    /// The versions of which it still lacks the archive.
    pub(super) failed: Vec<(PackageName, Version)>,
    /// Why.
    pub(super) findings: Vec<Finding>,
}

/// Restocks every gap, several at a time.
pub(super) async fn restock<P: Ports>(curator: &Arc<Curator<P>>, gaps: Vec<Restock>) -> Result<Restocked, Stop> {
    (curator.progress)(Event::Total(gaps.len()));
    let shared = Arc::clone(curator);
    let outcomes = in_order(gaps, move |gap| {
        let curator = Arc::clone(&shared);
        async move {
            let outcome = fill(&curator, &gap).await?;
            Ok((gap, outcome))
        }
    });
    let mut restocked = Restocked::default();
    for (gap, outcome) in outcomes.await? {
        let (name, version) = (gap.recipe.manifest.name, gap.recipe.manifest.version);
        match outcome {
            None => restocked.stored.push((name, version, gap.store)),
            Some(finding) => {
                restocked.findings.push(finding);
                restocked.failed.push((name, version));
            }
        }
    }
    Ok(restocked)
}

/// Fills one gap, or says why it stays.
async fn fill<P: Ports>(curator: &Curator<P>, gap: &Restock) -> Result<Option<Finding>, Stop> {
    let (name, version) = (&gap.recipe.manifest.name, &gap.recipe.manifest.version);
    (curator.progress)(Event::Begin(format!("{name}@{version}")));
    let place = Place::file(Area::Store, &ArtifactKey::archive(name, version));
    let bytes = match stored(curator, name, version, &gap.hash).await? {
        Some(bytes) => Ok(bytes),
        None if gap.recipe.encoder.is_none() => Err(words::audit::without_recipe(name, version)),
        None => match curator.repack(&gap.recipe).await? {
            Repacked::Archive(artifact) if artifact.hash == gap.hash => Ok(artifact.bytes),
            Repacked::Archive(artifact) => Err(words::audit::not_reproduced(name, version, &artifact.hash, &gap.hash)),
            Repacked::NoSource(reason) | Repacked::NoArchive(reason) => {
                Err(words::audit::not_rebuilt(name, version, &reason))
            }
        },
    };
    (curator.progress)(Event::Done);
    match bytes {
        Err(wording) => Ok(Some(wording.of(name, version, place))),
        Ok(bytes) => {
            for store in curator.stores.iter().filter(|store| store.name() == gap.store) {
                if let Some(conflict) = put(store, name, version, &bytes).await? {
                    return Ok(Some(conflict));
                }
            }
            Ok(None)
        }
    }
}

/// The archive from any store that has it with the recorded hash.
async fn stored<P: Ports>(
    curator: &Curator<P>,
    name: &PackageName,
    version: &Version,
    hash: &Sha256,
) -> Result<Option<Vec<u8>>, Stop> {
    for store in &curator.stores {
        let bytes = store.get(&ArtifactKey::archive(name, version)).await?;
        if let Some(bytes) = bytes.filter(|bytes| Sha256::of(bytes) == *hash) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}
