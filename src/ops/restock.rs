//! Filling the gaps of a store: an archive that it lacks comes from another store, or is packed again. Either way it
//! must equal the index.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{Area, ArtifactKey, Finding, PackageName, Place, Published, ReleaseTag, Restock, Sha256, Version};
use crate::ports::{ArtifactStore, Change, Ports, Repo as _, Revision, StoreError};
use crate::rules::index::{MetadataFile, MetadataFileError, metadata_path};
use crate::rules::report::words;

use super::batch::Gaps;
use super::inspect::Repacked;
use super::parallel::in_order;
use super::reader::bug;
use super::{Curator, Event, Stop};

/// What came of restocking.
#[derive(Debug, Default)]
pub(super) struct Restocked {
    /// The archives that a store has again.
    pub(super) stored: Vec<(PackageName, Version, String)>,
    /// The releases that archives of the primary store are in now.
    releases: BTreeMap<(PackageName, Version), ReleaseTag>,
    /// The versions of which a store still lacks the archive, the stores, and why.
    pub(super) gaps: Gaps,
    /// The same as findings.
    pub(super) findings: Vec<Finding>,
}

impl Restocked {
    /// The versions of which a store still lacks the archive.
    pub(super) fn failed(&self) -> impl Iterator<Item = (PackageName, Version)> {
        self.gaps.keys().cloned()
    }

    /// Adds to `change` the metadata of what is in another release than the index, at this state, says: clients find
    /// archives by it.
    pub(super) fn moved<P: Ports>(
        &self,
        curator: &Curator<P>,
        index: &Revision,
        mut change: Change,
    ) -> Result<Change, Stop> {
        for ((name, version), release) in &self.releases {
            let path = metadata_path(name).map_err(bug)?;
            let bytes = match change.get(&path) {
                Some(changed) => changed.clone(),
                None => curator.index.read(index, &path)?,
            };
            let unreadable =
                |error: MetadataFileError| Stop::IndexFile { file: path.to_string(), reason: error.to_string() };
            let mut file = MetadataFile::parse(&bytes.unwrap_or_default()).map_err(unreadable)?;
            let Some(facts) = file.metadata().published.get(version) else { continue };
            if facts.release.as_ref() != Some(release) {
                let facts = Published { release: Some(release.clone()), ..facts.clone() };
                file.update(version, &facts).map_err(unreadable)?;
                change.insert(path, Some(file.text().as_bytes().to_vec()));
            }
        }
        Ok(change)
    }
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
            Kept::Whole(release) => {
                let is_primary = curator.stores.first().is_some_and(|primary| primary.name() == gap.store);
                let release = release.filter(|_| is_primary);
                restocked.releases.extend(release.map(|release| ((name.clone(), version.clone()), release)));
                restocked.stored.push((name, version, gap.store));
            }
            Kept::Conflict(finding) => {
                let (stores, _) =
                    restocked.gaps.entry((name, version)).or_insert_with(|| (Vec::new(), finding.message.clone()));
                stores.push(gap.store);
                restocked.findings.push(finding);
            }
        }
    }
    Ok(restocked)
}

/// Fills one gap, or says why it stays.
async fn fill<P: Ports>(curator: &Curator<P>, gap: &Restock) -> Result<Kept, Stop> {
    let (name, version) = (&gap.recipe.manifest.name, &gap.recipe.manifest.version);
    (curator.progress)(Event::Begin(format!("{name}@{version}")));
    let place = Place::file(Area::Store, &ArtifactKey::archive(name, version));
    let bytes = match stored(curator, name, version, &gap.hash).await? {
        Some(bytes) => Ok(bytes),
        None if gap.recipe.is_local() => Err(words::audit::local_source(name, version)),
        None if gap.recipe.encoder.is_none() => Err(words::audit::without_recipe(name, version)),
        None => match curator.repack(&gap.recipe).await? {
            Repacked::Archive(artifact) if artifact.hash == gap.hash => Ok(artifact.bytes),
            Repacked::Archive(artifact) => Err(words::audit::not_reproduced(name, version, &artifact.hash, &gap.hash)),
            Repacked::NoSource(error) => Err(words::audit::not_rebuilt(name, version, &error.to_string())),
            Repacked::NoArchive(reason) => Err(words::audit::not_rebuilt(name, version, &reason)),
        },
    };
    (curator.progress)(Event::Done);
    match bytes {
        Err(wording) => Ok(Kept::Conflict(wording.of(name, version, place))),
        Ok(bytes) => {
            let store = curator.stores.iter().enumerate().find(|(_, store)| store.name() == gap.store);
            let provenance = provenance(curator, name, version, gap.recipe.is_local()).await;
            let provenance = provenance.as_deref();
            match store {
                // A store that the configuration no longer names is owed nothing.
                None => Ok(Kept::Whole(None)),
                Some((0, store)) => put(store, name, version, &bytes, provenance).await,
                Some((_, mirror)) => Ok(match put(mirror, name, version, &bytes, provenance).await {
                    Ok(kept) => kept,
                    Err(error) => {
                        Kept::Conflict(words::audit::mirror_lacks(&error.to_string()).of(name, version, place))
                    }
                }),
            }
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
    for (at, store) in curator.stores.iter().enumerate() {
        let bytes = match store.get(&ArtifactKey::archive(name, version)).await {
            // What a mirror cannot give, another store or the source may.
            Err(_) if at > 0 => continue,
            bytes => bytes?,
        };
        if let Some(bytes) = bytes.filter(|bytes| Sha256::of(bytes) == *hash) {
            return Ok(Some(bytes));
        }
    }
    Ok(None)
}

/// The provenance beside the archive of a version, from the first store that has it. Only what was published from a local
/// folder can have one; a store that cannot be asked holds up nothing.
pub(super) async fn provenance<P: Ports>(
    curator: &Curator<P>,
    name: &PackageName,
    version: &Version,
    is_local: bool,
) -> Option<Vec<u8>> {
    for store in curator.stores.iter().filter(|_| is_local) {
        if let Ok(Some(bytes)) = store.get(&ArtifactKey::provenance(name, version)).await {
            return Some(bytes);
        }
    }
    None
}

/// What became of an archive that was put into a store.
pub(super) enum Kept {
    /// It is there with its checksum: in this release, where the store is one of releases.
    Whole(Option<ReleaseTag>),
    /// It is not there, and why.
    Conflict(Finding),
}

/// Puts an archive, its checksum and its provenance, where there is one, into a store. Other bytes under one of the names
/// stay, and are a finding; so is a version whose files are frozen without it.
pub(super) async fn put<S: ArtifactStore>(
    store: &S,
    name: &PackageName,
    version: &Version,
    bytes: &[u8],
    provenance: Option<&[u8]>,
) -> Result<Kept, Stop> {
    let archive = ArtifactKey::archive(name, version);
    match put_files(store, &archive, bytes, provenance).await {
        Ok(release) => Ok(Kept::Whole(release)),
        Err(error) => {
            let wording = match error {
                StoreError::Conflict { .. } => words::audit::artifact_conflict(&error.to_string()),
                StoreError::Frozen { .. } => words::audit::artifact_frozen(&error.to_string()),
                _ => return Err(error.into()),
            };
            Ok(Kept::Conflict(wording.of(name, version, Place::file(Area::Store, &archive))))
        }
    }
}

async fn put_files<S: ArtifactStore>(
    store: &S,
    archive: &ArtifactKey,
    bytes: &[u8],
    provenance: Option<&[u8]>,
) -> Result<Option<ReleaseTag>, StoreError> {
    let ArtifactKey { name, version, .. } = archive;
    let text = ArtifactKey::checksum_text(name, version, &Sha256::of(bytes));
    store.put(archive, bytes).await?;
    store.put(&ArtifactKey::checksum(name, version), text.as_bytes()).await?;
    if let Some(provenance) = provenance {
        store.put(&ArtifactKey::provenance(name, version), provenance).await?;
    }
    store.complete(name, version).await
}
