//! The part of registry and index that a change can reach: its package, its dependencies, and theirs.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Advisory, Manifest, PackageName, Range, Registration, StatusKind, Version};
use crate::rules::index::{IndexFile, MetadataFile, Package};
use crate::rules::resolve::{Release, Universe};

use super::candidate::Candidate;
use super::timeline::{Said, Timeline};

/// What is wanted and what is published, by package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct World {
    /// Each package that was read. One that is neither registered nor published has an empty state.
    pub packages: BTreeMap<PackageName, PackageState>,
}

impl World {
    /// Whether versions of `name` in `range` are wanted, while none is published or could be in this run.
    #[must_use]
    pub fn waits_for(&self, name: &PackageName, range: &Range) -> bool {
        self.packages.get(name).is_some_and(|state| {
            !state.manifests().any(|manifest| range.includes(&manifest.version))
                && state.wanted.keys().any(|version| range.includes(version))
        })
    }

    /// Marks as failed what waits for a definition that cannot be read, and what waits for that in turn: no run can
    /// publish them before the definition is mended.
    pub fn fail_what_waits(&mut self) {
        loop {
            let mut waiting = Vec::new();
            for (name, state) in &self.packages {
                for (version, candidate) in &state.wanted {
                    let mut dependencies = candidate.listed_manifest().into_iter().flat_map(|it| &it.dependencies);
                    let known = state.failed.contains(version) || state.postponed.contains(version);
                    if !known && dependencies.any(|(name, range)| self.waits_for(name, range)) {
                        waiting.push((name.clone(), version.clone()));
                    }
                }
            }
            if waiting.is_empty() {
                return;
            }
            for (name, version) in waiting {
                self.packages.entry(name).or_default().failed.insert(version);
            }
        }
    }
}

/// Which published versions count for what depends on them.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Regard {
    /// Those that a resolver would take: neither yanked nor quarantined ones.
    #[default]
    OnOffer,
    /// Every one that there ever was: what is published now was reviewed when it was still on offer.
    Ever,
}

/// What is wanted and what is published of one package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct PackageState {
    /// What the index holds.
    pub published: Package,
    /// What the name stands for, where its file can be read.
    pub registration: Option<Registration>,
    /// Which of the published versions count for those that depend on them.
    pub regard: Regard,
    /// What the registry says of it beside its definitions.
    pub said: Said,
    /// Since when it says that, as far as that was looked at.
    pub timeline: Timeline,
    /// The advisories of the registry; `None` where nobody read them.
    pub advisories: Option<Arc<Vec<Advisory>>>,
    /// The manifests of the definitions that published versions with an override were made of.
    pub originals: BTreeMap<Version, Manifest>,
    /// The definitions of versions that are gone for good.
    pub withdrawn: BTreeMap<Version, Candidate>,
    /// The definitions that are not published yet.
    pub wanted: BTreeMap<Version, Candidate>,
    /// The wanted versions that cannot be published in this run: nothing may depend on them.
    pub failed: BTreeSet<Version>,
    /// The wanted versions that this run does not try: nothing may depend on them either.
    pub postponed: BTreeSet<Version>,
}

impl PackageState {
    /// Takes the definitions of what was unpublished out of what is wanted.
    pub fn withdraw(&mut self) {
        let (said, wanted) = (&self.said, std::mem::take(&mut self.wanted));
        let is_gone = |version: &Version| said.has(version, StatusKind::Unpublished);
        let (gone, wanted) = wanted.into_iter().partition(|(version, _)| is_gone(version));
        (self.withdrawn, self.wanted) = (gone, wanted);
    }

    /// Whether somebody registered the name, published it, or wants to.
    #[must_use]
    pub fn exists(&self) -> bool {
        self.registration.is_some() || self.published.metadata.is_some() || !self.wanted.is_empty()
    }

    /// Whether the version is published.
    #[must_use]
    pub fn is_published(&self, version: &Version) -> bool {
        self.published.metadata.as_ref().is_some_and(|file| file.metadata().published.contains_key(version))
    }

    /// The manifests that others can depend on: published ones, and wanted ones that have not failed. A line without
    /// facts is none of them: clients do not see such a version.
    pub fn manifests(&self) -> impl Iterator<Item = &Manifest> {
        let published = self.published.manifests.iter().flat_map(IndexFile::manifests);
        let metadata = self.published.metadata.as_ref().map(MetadataFile::metadata);
        let listed = published.filter(move |manifest| {
            let facts = metadata.and_then(|metadata| metadata.published.get(&manifest.version));
            facts.is_some_and(|facts| self.regard == Regard::Ever || facts.is_on_offer())
        });
        let gone = self.withdrawn.values().filter(|_| self.regard == Regard::Ever);
        let gone = gone.filter_map(|candidate| candidate.placed_definition().map(|definition| &definition.manifest));
        let is_tried = |version: &Version| !self.failed.contains(version) && !self.postponed.contains(version);
        let wanted = self.wanted.iter().filter(move |(version, _)| is_tried(version));
        listed.chain(wanted.filter_map(|(_, candidate)| candidate.listed_manifest())).chain(gone)
    }
}

impl Universe for World {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        let state = self.packages.get(name).filter(|state| state.exists())?;
        let releases = state.manifests();
        Some(releases.map(|it| Release { version: &it.version, dependencies: &it.dependencies }).collect())
    }
}
