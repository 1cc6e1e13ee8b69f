//! Making published what is wanted: plan, prepare, put, commit. Run again, it does nothing and says so.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    Area, Artifact, ArtifactKey, Finding, Manifest, NonEmpty, PackageName, Place, Prepared, Publication, Published,
    Sha256, Step, SyncReport, Timestamp, TreePath, Version,
};
use crate::ports::{ArtifactStore, Change, Ports, Repo as _, RepoError, StoreError};
use crate::rules::check;
use crate::rules::index::{IndexFile, MetadataFile, metadata_path, shard_path};
use crate::rules::registry::{PackageState, World};
use crate::rules::report::Texts;
use crate::rules::report::words::{self, Wording};

use super::plan::{self, Planned};
use super::reader::{Reader, bug};
use super::restock::restock;
use super::{Curator, Stop};

/// How often a run starts over because another curator was faster.
const TRIES: usize = 5;

/// What a sync did, and the texts that its findings point into.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Synced {
    /// What it did.
    pub report: SyncReport,
    /// The texts.
    pub texts: Texts,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

/// Publishes every wanted version that nothing stands against, in one commit of the index, dated `published_time`.
///
/// # Errors
/// [`Stop`] where registry, index, a store or the machine is at fault. Then nothing new is visible; archives that were
/// stored already are found again by the next run.
pub async fn sync<P: Ports>(curator: &Arc<Curator<P>>, published_time: Timestamp) -> Result<Synced, Stop> {
    let mut tries = 1;
    loop {
        match sync_once(curator, published_time).await {
            Err(Stop::Repo(RepoError::Moved { .. })) if tries < TRIES => tries += 1,
            done => return done,
        }
    }
}

async fn sync_once<P: Ports>(curator: &Arc<Curator<P>>, published_time: Timestamp) -> Result<Synced, Stop> {
    let reader = Reader::open(curator.as_ref()).await?;
    let mut planned = plan::read(curator, &reader).await?;
    planned.prepare(curator).await?;
    let mut batch = Batch::new(&mut planned);
    batch.settle();
    batch.put(curator).await?;
    batch.settle();
    let change = batch.change(curator, &reader, published_time)?;
    if !change.is_empty() {
        curator.index.commit(reader.index_revision(), &change, &batch.message()).await?;
        for (publication, artifact) in batch.accepted() {
            let manifest = &publication.definition.manifest;
            tracing::info!(package.name = %manifest.name, package.version = %manifest.version, hash = %artifact.hash, "published");
        }
    }
    let published: Vec<(PackageName, Version, Sha256)> = batch.accepted().map(|(p, a)| identity(p, a)).collect();
    let mut failed: Vec<(PackageName, Version)> = batch.failed();
    let mut findings = batch.findings;
    let restocks = planned.report.plan.steps.into_iter().filter_map(|step| match step {
        Step::Restock(restock) => Some(*restock),
        Step::Publish(_) => None,
    });
    let restocked = restock(curator, restocks.collect()).await?;
    findings.extend(restocked.findings);
    failed.extend(restocked.failed);
    let total = planned.report.published + published.len();
    let report = SyncReport { published, restocked: restocked.stored, failed, findings, total };
    Ok(Synced { report, texts: planned.report.texts, transient: planned.report.transient })
}

/// The publications of a run, and what stands against some of them.
struct Batch {
    world: World,
    prepared: Vec<Prepared>,
    findings: Vec<Finding>,
}

impl Batch {
    /// Takes over what was prepared, with its archives.
    fn new(planned: &mut Planned) -> Self {
        let prepared = std::mem::take(&mut planned.report.prepared);
        let mut findings = std::mem::take(&mut planned.report.findings);
        findings.extend(prepared.iter().flat_map(|prepared| prepared.findings.iter().cloned()));
        let world = Arc::unwrap_or_clone(std::mem::take(&mut planned.world));
        let mut batch = Self { world, prepared, findings };
        let broken: Vec<usize> = batch.indices(|prepared| prepared.publishable().is_none());
        for at in broken {
            batch.fail(at);
        }
        batch
    }

    /// The publications that nothing stands against, with their archives.
    fn accepted(&self) -> impl Iterator<Item = (&Publication, &Artifact)> {
        let sound = self.prepared.iter().filter(|prepared| !self.has_failed(prepared));
        sound.filter_map(|prepared| Some((&prepared.publication, prepared.publishable()?)))
    }

    fn failed(&self) -> Vec<(PackageName, Version)> {
        let failed = |(name, state): (&PackageName, &PackageState)| {
            let broken = state.wanted.iter().filter(|(_, candidate)| candidate.effective_manifest().is_none());
            let versions = state.failed.iter().chain(broken.map(|(version, _)| version));
            versions.map(|version| (name.clone(), version.clone())).collect::<Vec<_>>()
        };
        self.world.packages.iter().flat_map(failed).collect()
    }

    fn has_failed(&self, prepared: &Prepared) -> bool {
        let manifest = &prepared.publication.definition.manifest;
        self.world.packages.get(&manifest.name).is_none_or(|state| state.failed.contains(&manifest.version))
    }

    fn indices(&self, chosen: impl Fn(&Prepared) -> bool) -> Vec<usize> {
        self.prepared.iter().enumerate().filter(|(_, prepared)| chosen(prepared)).map(|(at, _)| at).collect()
    }

    fn fail(&mut self, at: usize) {
        let Some(prepared) = self.prepared.get(at) else { return };
        let manifest = &prepared.publication.definition.manifest;
        if let Some(state) = self.world.packages.get_mut(&manifest.name) {
            state.failed.insert(manifest.version.clone());
        }
    }

    /// Holds back whatever depends on what failed, until nothing more does. Whether the rest can be resolved is asked
    /// only where nothing waits any more: to wait is the plainer reason.
    fn settle(&mut self) {
        while self.hold(check::waits) || self.hold(check::unsolvable) {}
    }

    /// Holds back what `reason` stands against; whether that was anything.
    fn hold(&mut self, reason: fn(&World, &Manifest) -> Option<Wording>) -> bool {
        let mut held = Vec::new();
        for at in self.indices(|prepared| !self.has_failed(prepared)) {
            let Some(prepared) = self.prepared.get(at) else { continue };
            let manifest = prepared.publication.effective_manifest();
            if let Some(wording) = reason(&self.world, &manifest) {
                let place = Place::file(Area::Registry, &prepared.publication.file);
                held.push((at, wording.of(&manifest.name, &manifest.version, place)));
            }
        }
        let any = !held.is_empty();
        for (at, finding) in held {
            self.fail(at);
            self.findings.push(finding);
        }
        any
    }

    /// Puts every accepted archive into every store, the primary one first. Other bytes under a name hold back that
    /// version alone.
    async fn put<P: Ports>(&mut self, curator: &Curator<P>) -> Result<(), Stop> {
        for at in self.indices(|prepared| !self.has_failed(prepared)) {
            let Some(prepared) = self.prepared.get(at) else { continue };
            let Some(artifact) = prepared.publishable() else { continue };
            let manifest = &prepared.publication.definition.manifest;
            for store in &curator.stores {
                if let Some(conflict) = put(store, &manifest.name, &manifest.version, &artifact.bytes).await? {
                    self.findings.push(conflict);
                    self.fail(at);
                    break;
                }
            }
        }
        Ok(())
    }

    /// The files of the index that change: a line and the facts of each accepted version, and the index's description.
    fn change<P: Ports>(
        &self,
        curator: &Curator<P>,
        reader: &Reader<'_, P>,
        published_time: Timestamp,
    ) -> Result<Change, Stop> {
        let mut files: BTreeMap<&PackageName, (IndexFile, MetadataFile)> = BTreeMap::new();
        for (publication, artifact) in self.accepted() {
            let manifest = publication.effective_manifest();
            let name = &publication.definition.manifest.name;
            if !files.contains_key(name) {
                files.insert(name, self.files(publication)?);
            }
            let Some((lines, metadata)) = files.get_mut(name) else { continue };
            let rejected = |file: &str, error: &dyn std::error::Error| Stop::IndexFile {
                file: file.to_owned(),
                reason: error.to_string(),
            };
            let facts = facts(publication, artifact, published_time)?;
            metadata.insert(&manifest.version, &facts).map_err(|error| rejected(name.as_str(), &error))?;
            lines.insert(manifest).map_err(|error| rejected(name.as_str(), &error))?;
        }
        let mut change = Change::new();
        for (name, (lines, metadata)) in files {
            change.insert(shard_path(name).map_err(bug)?, Some(lines.text().as_bytes().to_vec()));
            change.insert(metadata_path(name).map_err(bug)?, Some(metadata.text().as_bytes().to_vec()));
        }
        let path: TreePath = "config.json".parse().map_err(bug)?;
        let config = curator.index_config.to_file().map_err(|error| Stop::Bug(error.to_string()))?.into_bytes();
        let present = reader.index_file(&path)?;
        // An index begins with its first version.
        if present.as_ref() != Some(&config) && (present.is_some() || !change.is_empty()) {
            change.insert(path, Some(config));
        }
        Ok(change)
    }

    fn files(&self, publication: &Publication) -> Result<(IndexFile, MetadataFile), Stop> {
        let name = &publication.definition.manifest.name;
        let published = self.world.packages.get(name).map(|state| state.published.clone()).unwrap_or_default();
        let unregistered = || Stop::Bug(format!("{name} was accepted without a registration"));
        let metadata = match published.metadata {
            Some(metadata) => metadata,
            None => MetadataFile::of(publication.registration.as_ref().ok_or_else(unregistered)?)
                .map_err(|error| Stop::Bug(error.to_string()))?,
        };
        Ok((published.manifests.unwrap_or_else(IndexFile::empty), metadata))
    }

    fn message(&self) -> String {
        let names: Vec<String> = self
            .accepted()
            .map(|(it, _)| format!("{}@{}", it.definition.manifest.name, it.definition.manifest.version))
            .collect();
        match names.as_slice() {
            [] => "Describe the index".to_owned(),
            [one] => format!("Publish {one}"),
            many => format!("Publish {} versions\n\n{}", many.len(), many.join("\n")),
        }
    }
}

/// Puts an archive and its checksum into a store. Other bytes under one of the two names stay, and are a finding.
pub(super) async fn put<S: ArtifactStore>(
    store: &S,
    name: &PackageName,
    version: &Version,
    bytes: &[u8],
) -> Result<Option<Finding>, Stop> {
    let (archive, checksum) = (ArtifactKey::archive(name, version), ArtifactKey::checksum(name, version));
    let text = ArtifactKey::checksum_text(name, version, &Sha256::of(bytes));
    for (key, bytes) in [(&archive, bytes), (&checksum, text.as_bytes())] {
        match store.put(key, bytes).await {
            Ok(_) => {}
            Err(error @ StoreError::Conflict { .. }) => {
                let wording = words::audit::artifact_conflict(&error.to_string());
                return Ok(Some(wording.of(name, version, Place::file(Area::Store, &archive))));
            }
            Err(error) => return Err(error.into()),
        }
    }
    Ok(None)
}

fn identity(publication: &Publication, artifact: &Artifact) -> (PackageName, Version, Sha256) {
    let manifest = &publication.definition.manifest;
    (manifest.name.clone(), manifest.version.clone(), artifact.hash)
}

/// What the metadata says of a version from now on.
fn facts(publication: &Publication, artifact: &Artifact, published_time: Timestamp) -> Result<Published, Stop> {
    let compiler = publication.definition.compiler.clone();
    let no_compiler = || Stop::Bug("a definition without a compiler was accepted".to_owned());
    let compilers = NonEmpty::try_from(compiler.into_iter().collect::<Vec<_>>()).map_err(|_| no_compiler())?;
    Ok(Published {
        bytes: artifact.bytes.len() as u64,
        commit: artifact.commit,
        compiled: Some(false),
        compilers,
        content_hash: Some(artifact.content_hash),
        definition: Some(publication.file_digest),
        encoder: Some(artifact.encoder),
        hash: artifact.hash,
        published_time,
        reference: Some(String::new()),
        revision: publication.bound_override.as_ref().map(|bound_override| bound_override.revision),
    })
}
