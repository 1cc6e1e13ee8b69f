//! Publishing a folder of this machine into a registry of plain folders: definition, artifact and index in one go.
//!
//! The order is that in which a run can end anywhere. The archive comes first, which nobody sees; then the definition, which
//! names no commit: with its archive in the store it is what a sync would publish, so it is never there without that. Then
//! the publication itself is that of a sync, for this version alone: one commit of the index makes it visible. Whoever runs
//! this again, or runs a sync, completes what was begun.

mod archived;
mod draft;
mod refusal;

use std::sync::Arc;

use crate::model::{Area, Artifact, ArtifactKey, Definition, Finding, Place, Sha256, Timestamp, TreePath, Version};
use crate::ports::{ArtifactStore as _, Ports, StoreError, Workspace, WorkspaceError};
use crate::rules::index::{metadata_path, shard_path};
use crate::rules::provenance::check_provenance;
use crate::rules::registry::World;
use crate::rules::report::{Texts, words};

use super::inspect::{Inspection, Stage, Subject};
use super::kept::halves;
use super::reader::{Reader, bug};
use super::restock::{Kept, put};
use super::sync::{Synced, sync_one};
use super::{Curator, Stop};
pub(super) use archived::recognize;
use draft::Draft;
pub use refusal::PublishRefusal;

/// What to publish.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PublishRequest {
    /// The folder, as a person named it.
    pub place: String,
    /// The compiler that the version was written for; where none is named, the newest that published packages name.
    pub compiler: Option<Version>,
    /// The provenance of the archive, and the name of its file.
    pub provenance: Option<(String, Vec<u8>)>,
}

/// A folder that can be published, or what stands against it. Nothing is written yet.
#[derive(Debug, Clone, PartialEq)]
pub struct LocalPublication {
    /// What is defined.
    pub definition: Definition,
    /// The files of the registry: the definition last, and before it the registration of a new package.
    pub files: Vec<(TreePath, Vec<u8>)>,
    /// The files of the index that change.
    pub indexed: Vec<TreePath>,
    /// The archive; `None` where it cannot be made.
    pub artifact: Option<Artifact>,
    /// Its provenance.
    pub provenance: Option<Vec<u8>>,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub texts: Texts,
}

impl LocalPublication {
    /// The archive, where nothing stands against publishing it.
    #[must_use]
    pub fn publishable(&self) -> Option<&Artifact> {
        self.artifact.as_ref().filter(|_| !self.findings.iter().any(Finding::is_error))
    }
}

/// Reads a folder, packs it, and runs every check on it that `check` and `sync` would run. Nothing is written.
///
/// # Errors
/// [`Stop`]: [`PublishRefusal`] where the version cannot be published from there at all; where registry, index, the primary
/// store or the machine is at fault.
pub async fn prepare_publication<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    folder: &W,
    request: PublishRequest,
) -> Result<LocalPublication, Stop> {
    let source = draft::read(curator, folder, &request.place)?;
    let reader = Reader::open(curator.as_ref()).await?;
    reader.own_index()?;
    draft::refuse_taken(curator, &reader, &source)?;
    let mut findings = Vec::new();
    let (draft, world) = draft::draft(&reader, &source, request.compiler.as_ref(), &mut findings)?;
    let inspection = inspect(curator, &reader, &source, &draft, &world)?;
    findings.extend(inspection.findings);
    let Draft { definition, files } = draft;
    if let Some(artifact) = &inspection.artifact {
        findings.extend(conflict(curator, &definition, artifact).await?);
        if let Some((file, bytes)) = &request.provenance {
            let checked = check_provenance(bytes, &artifact.hash, curator.limits.json_bytes);
            checked.map_err(|error| PublishRefusal::Provenance { file: file.clone(), error })?;
        }
    }
    findings.sort_by(Finding::by_place);
    findings.dedup();
    let text = |(path, bytes): &(TreePath, Vec<u8>)| (path.to_string(), String::from_utf8_lossy(bytes).into_owned());
    let texts = files.iter().map(text).collect();
    let (indexed, artifact) = (indexed(curator, &reader, &definition)?, inspection.artifact);
    let provenance = request.provenance.map(|(_, bytes)| bytes);
    Ok(LocalPublication { definition, files, indexed, artifact, provenance, findings, texts })
}

/// Publishes what was prepared and nothing stands against. Run again after whatever happened, it completes that.
///
/// # Errors
/// [`Stop`] as a sync, and where a file of the registry cannot be written.
pub async fn publish<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    registry: &W,
    prepared: &LocalPublication,
    now: Timestamp,
) -> Result<Synced, Stop> {
    let manifest = &prepared.definition.manifest;
    let identity = (manifest.name.clone(), manifest.version.clone());
    let mut held = Synced { texts: prepared.texts.clone(), ..Synced::default() };
    held.report.failed.push(identity.clone());
    let Some(artifact) = prepared.publishable() else { return Ok(held) };
    let Some(primary) = curator.stores.first() else { return Err(Stop::Usage(words::publish::NO_STORE.to_owned())) };
    let (name, version) = &identity;
    match put(primary, name, version, &artifact.bytes, prepared.provenance.as_deref()).await? {
        Kept::Whole(_) => {}
        Kept::Conflict(conflict) => {
            held.report.findings.push(conflict);
            return Ok(held);
        }
    }
    for (path, bytes) in &prepared.files {
        write(registry, path, bytes)?;
    }
    sync_one(curator, now, &identity).await
}

/// Runs every check on the folder, as if its definition stood in the registry.
fn inspect<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    source: &draft::Source,
    draft: &Draft,
    world: &World,
) -> Result<Inspection, Stop> {
    let manifest = &draft.definition.manifest;
    let state = world.packages.get(&manifest.name);
    let candidate = state.and_then(|state| state.wanted.get(&manifest.version));
    let candidate = candidate.ok_or_else(|| Stop::Bug(format!("{} has no definition", manifest.name)))?;
    let names: Vec<_> = reader.names()?.into_iter().collect();
    let subject = Subject { candidate, world, names: &names, stage: Stage::Review };
    let mut inspection = curator.inspect_tree(subject, &source.tree, None, None)?;
    if let Some(state) = state {
        inspection.findings.extend(halves(&manifest.name, state)?);
    }
    Ok(inspection)
}

/// The files of the index that a publication changes: what it says of itself is among them where that is news.
fn indexed<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    definition: &Definition,
) -> Result<Vec<TreePath>, Stop> {
    let name = &definition.manifest.name;
    let mut indexed = vec![shard_path(name).map_err(bug)?, metadata_path(name).map_err(bug)?];
    let config: TreePath = "config.json".parse().map_err(bug)?;
    let text = curator.index_config.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    if reader.index_file(&config)?.as_deref() != Some(text.as_bytes()) {
        indexed.push(config);
    }
    Ok(indexed)
}

/// Other bytes that the primary store has under the name of the archive: those of an earlier run, or of somebody else.
async fn conflict<P: Ports>(
    curator: &Curator<P>,
    definition: &Definition,
    artifact: &Artifact,
) -> Result<Option<Finding>, Stop> {
    let (name, version) = (&definition.manifest.name, &definition.manifest.version);
    let Some(primary) = curator.stores.first() else { return Ok(None) };
    let key = ArtifactKey::archive(name, version);
    let Some(bytes) = primary.get(&key).await?.filter(|bytes| *bytes != artifact.bytes) else { return Ok(None) };
    let (store, found) = (primary.name().to_owned(), Sha256::of(&bytes));
    let error = StoreError::Conflict { store, key: key.to_string(), found, offered: artifact.hash };
    let wording = words::audit::artifact_conflict(&error.to_string());
    Ok(Some(wording.of(name, version, Place::file(Area::Store, &key))))
}

/// Writes a file of the registry, unless an earlier run has.
fn write<W: Workspace>(registry: &W, path: &TreePath, bytes: &[u8]) -> Result<(), Stop> {
    match registry.create(path, bytes) {
        Err(WorkspaceError::Exists { .. }) if registry.read(path)?.as_deref() == Some(bytes) => Ok(()),
        created => Ok(created?),
    }
}
