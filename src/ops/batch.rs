//! The publications of a run: what stands against some of them, and what the others change.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    Amendment, AmendmentDeed, Area, Artifact, ArtifactKey, Dependencies, Finding, Manifest, PackageName, Place,
    Prepared, Publication, Published, ReleaseTag, Removal, Sha256, Timestamp, TreePath, Version,
};
use crate::ports::{ArtifactStore as _, Change, Ports};
use crate::rules::check;
use crate::rules::compile::is_compiled;
use crate::rules::index::{AmendError, Package, amend, list, metadata_path, shard_path};
use crate::rules::plan::{amendments, removal};
use crate::rules::registry::{PackageState, World};
use crate::rules::report::commit_message;
use crate::rules::report::words::{self, Wording};

use super::plan::Planned;
use super::reader::{Reader, bug};
use super::restock::{Kept, provenance, put};
use super::{Curator, Stop};

/// The publications of a run, and what stands against some of them.
pub(super) struct Batch {
    world: World,
    prepared: Vec<Prepared>,
    /// What stands against some of them, and what is told besides.
    pub(super) findings: Vec<Finding>,
    /// The mirrors that could not take an archive, and why.
    gaps: Gaps,
    /// The releases that the primary store put archives into, where it is a store of releases.
    releases: BTreeMap<(PackageName, Version), ReleaseTag>,
    /// What the index says from now on of each package of which it says something else.
    packages: BTreeMap<PackageName, Package>,
    /// What changes besides publications.
    amended: Vec<Amendment>,
}

/// The stores that lack the archive of a version, and why.
pub(super) type Gaps = BTreeMap<(PackageName, Version), (Vec<String>, String)>;

impl Batch {
    /// Takes over what was prepared, with its archives.
    pub(super) fn new(planned: &mut Planned) -> Self {
        let prepared = std::mem::take(&mut planned.report.prepared);
        let mut findings = std::mem::take(&mut planned.report.findings);
        findings.extend(prepared.iter().flat_map(|prepared| prepared.findings.iter().cloned()));
        let world = Arc::unwrap_or_clone(std::mem::take(&mut planned.world));
        let (gaps, releases, packages) = (Gaps::new(), BTreeMap::new(), BTreeMap::new());
        let mut batch = Self { world, prepared, findings, gaps, releases, packages, amended: Vec::new() };
        let broken: Vec<usize> = batch.indices(|prepared| prepared.publishable().is_none());
        for at in broken {
            batch.fail(at);
        }
        batch
    }

    /// The publications that nothing stands against, with their archives.
    pub(super) fn accepted(&self) -> impl Iterator<Item = (&Publication, &Artifact)> {
        let sound = self.prepared.iter().filter(|prepared| !self.has_failed(prepared));
        sound.filter_map(|prepared| Some((&prepared.publication, prepared.publishable()?)))
    }

    pub(super) fn failed(&self) -> Vec<(PackageName, Version)> {
        let failed = |(name, state): (&PackageName, &PackageState)| {
            let broken = state.wanted.iter().filter(|(_, candidate)| candidate.effective_manifest().is_none());
            let versions = state.failed.iter().chain(broken.map(|(version, _)| version));
            let versions = versions.filter(|version| !state.postponed.contains(*version));
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
    pub(super) fn settle(&mut self) {
        while self.hold(check::waits) || self.hold(check::unsolvable) {}
    }

    /// Holds back what `reason` stands against; whether that was anything.
    fn hold(&mut self, reason: fn(&World, &Manifest) -> Option<Wording>) -> bool {
        let mut held = Vec::new();
        for at in self.indices(|prepared| !self.has_failed(prepared)) {
            let Some(prepared) = self.prepared.get(at) else { continue };
            let manifest = prepared.publication.listed_manifest();
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

    /// Puts every accepted archive into the primary store. Other bytes under a name hold back that version alone.
    pub(super) async fn put<P: Ports>(&mut self, curator: &Curator<P>) -> Result<(), Stop> {
        let Some(primary) = curator.stores.first() else { return Ok(()) };
        for at in self.indices(|prepared| !self.has_failed(prepared)) {
            let Some((manifest, artifact)) = self.archive(at) else { continue };
            let (name, version) = (manifest.name.clone(), manifest.version.clone());
            match put(primary, &name, &version, &artifact.bytes, None).await? {
                Kept::Whole(release) => {
                    self.releases.extend(release.map(|release| ((name, version), release)));
                }
                Kept::Conflict(conflict) => {
                    self.findings.push(conflict);
                    self.fail(at);
                }
            }
        }
        Ok(())
    }

    /// Puts every accepted archive into the mirrors. A mirror that does not take one holds up nothing: what it lacks is
    /// written down in the very commit that publishes the version, so that no crash forgets it.
    pub(super) async fn mirror<P: Ports>(&mut self, curator: &Curator<P>) {
        for store in curator.stores.iter().skip(1) {
            for at in self.indices(|prepared| !self.has_failed(prepared)) {
                let Some((manifest, artifact)) = self.archive(at) else { continue };
                let (name, version) = (manifest.name.clone(), manifest.version.clone());
                let provenance = provenance(curator, &name, &version, artifact.commit.is_none()).await;
                let why = match put(store, &name, &version, &artifact.bytes, provenance.as_deref()).await {
                    Ok(Kept::Whole(_)) => continue,
                    Ok(Kept::Conflict(conflict)) => conflict.message,
                    Err(error) => error.to_string(),
                };
                let place = Place::file(Area::Store, &ArtifactKey::archive(&name, &version));
                self.findings.push(words::audit::mirror_lacks(&why).of(&name, &version, place));
                let gap = self.gaps.entry((name, version)).or_insert_with(|| (Vec::new(), why));
                gap.0.push(store.name().to_owned());
            }
        }
    }

    fn archive(&self, at: usize) -> Option<(&Manifest, &Artifact)> {
        let prepared = self.prepared.get(at)?;
        Some((&prepared.publication.definition.manifest, prepared.publishable()?))
    }

    /// What was wanted, and what became of it.
    pub(super) fn world(&self) -> &World {
        &self.world
    }

    /// The mirrors that could not take an archive.
    pub(super) fn gaps(&self) -> &Gaps {
        &self.gaps
    }

    /// Works out what the index says of each package from now on: what is published, and then what becomes of it, which may
    /// be wanted in the same run. A version is dated by what brought its definition; `now` where that is not known.
    pub(super) fn amend<P: Ports>(&mut self, curator: &Curator<P>, now: Timestamp) -> Result<(), Stop> {
        let mut states: BTreeMap<PackageName, PackageState> = BTreeMap::new();
        for (publication, artifact) in self.accepted() {
            let name = &publication.definition.manifest.name;
            let Some(before) = self.world.packages.get(name) else { continue };
            let state = states.entry(name.clone()).or_insert_with(|| before.clone());
            let manifest = publication.effective_manifest();
            let release = self.releases.get(&(name.clone(), manifest.version.clone())).cloned();
            let published_time = publication.merge.as_ref().map_or(now, |merge| merge.time);
            let is_compiled = is_compiled(&curator.claim, curator.compile.as_ref(), publication, artifact);
            let facts = facts(publication, artifact, release, published_time, is_compiled);
            state.wanted.remove(&manifest.version);
            state.originals.insert(manifest.version.clone(), publication.definition.manifest.clone());
            list(&mut state.published, publication.registration.as_ref(), manifest, &facts).map_err(rejected(name))?;
        }
        for (name, before) in &self.world.packages {
            let state = states.get(name).unwrap_or(before);
            let amendments = amendments(name, state).list;
            if amendments.is_empty() && !states.contains_key(name) {
                continue;
            }
            let mut package = state.published.clone();
            for amendment in amendments {
                amend(&mut package, state.registration.as_ref(), &amendment).map_err(rejected(name))?;
                self.amended.push(amendment);
            }
            self.packages.insert(name.clone(), package);
        }
        Ok(())
    }

    /// What changed besides publications.
    pub(super) fn amended(&self) -> &[Amendment] {
        &self.amended
    }

    /// The archives that no store is to have any more once the change is made.
    pub(super) fn removals<P: Ports>(&self, curator: &Curator<P>) -> Vec<Removal> {
        let gone = self.amended.iter().filter(|it| matches!(it.deed, AmendmentDeed::Unpublish { .. }));
        let removals = gone.filter_map(|amendment| {
            let (package, version) = (self.packages.get(&amendment.name)?, amendment.version()?);
            let stores = curator.stores.iter();
            Some(stores.filter_map(move |store| removal(package, &amendment.name, version, store.name())))
        });
        removals.flatten().collect()
    }

    /// The files of the index that change, besides those of `change`: those of each package of which something else is
    /// said, and the index's description.
    pub(super) fn change<P: Ports>(
        &self,
        curator: &Curator<P>,
        reader: &Reader<'_, P>,
        mut change: Change,
    ) -> Result<Change, Stop> {
        for (name, package) in &self.packages {
            let before = self.world.packages.get(name).map(|state| &state.published);
            let had_lines = before.is_some_and(|package| package.manifests.is_some());
            let lines = package.manifests.as_ref().map(|lines| lines.text().as_bytes().to_vec());
            if lines.is_some() || had_lines {
                change.insert(shard_path(name).map_err(bug)?, lines);
            }
            if let Some(metadata) = &package.metadata {
                change.insert(metadata_path(name).map_err(bug)?, Some(metadata.text().as_bytes().to_vec()));
            }
        }
        let path: TreePath = "config.json".parse().map_err(bug)?;
        let config = curator.index_config.to_file().map_err(|error| Stop::Bug(error.to_string()))?.into_bytes();
        let present = reader.index_file(&path)?;
        // An index begins with the first thing that is written into it.
        if present.as_ref() != Some(&config) && (present.is_some() || !change.is_empty()) {
            change.insert(path, Some(config));
        }
        Ok(change)
    }

    /// The title of the commit that makes the change, and what is in it.
    pub(super) fn message(&self) -> String {
        let published = self.accepted().map(|(it, _)| &it.definition.manifest);
        let published: Vec<(&PackageName, &Version)> = published.map(|it| (&it.name, &it.version)).collect();
        commit_message(&published, &self.amended)
    }
}

/// What an index file that cannot say what it is to say stops the run with.
fn rejected(name: &PackageName) -> impl Fn(AmendError) -> Stop {
    move |error| Stop::IndexFile { file: name.to_string(), reason: error.to_string() }
}

/// A published version and the hash of its archive.
pub(super) fn identity(publication: &Publication, artifact: &Artifact) -> (PackageName, Version, Sha256) {
    let manifest = &publication.definition.manifest;
    (manifest.name.clone(), manifest.version.clone(), artifact.hash)
}

/// What the metadata says of a version from now on.
fn facts(
    publication: &Publication,
    artifact: &Artifact,
    release: Option<ReleaseTag>,
    published_time: Timestamp,
    is_compiled: bool,
) -> Published {
    let compiler = publication.definition.compiler.clone();
    Published {
        advisories: BTreeSet::new(),
        archive_dependencies: Dependencies::new(),
        bytes: artifact.bytes.len() as u64,
        commit: artifact.commit,
        compiled: Some(is_compiled),
        compilers: compiler.into_iter().collect(),
        content_hash: Some(artifact.content_hash),
        definition: Some(publication.file_digest),
        encoder: Some(artifact.encoder),
        hash: artifact.hash,
        published_time,
        reference: Some(String::new()),
        release,
        revision: publication.bound_override.as_ref().map(|bound_override| bound_override.revision),
        revisions: Vec::new(),
        deprecated: None,
        quarantined: None,
        yanked: None,
    }
}
