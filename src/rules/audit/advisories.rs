//! Which published versions have a known weakness, and who gets one of them.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::model::{
    Advisory, Area, Ecosystem, Finding, Manifest, PackageName, Place, Published, Range, StatusKind, Terms, TreePath,
    Version,
};
use crate::rules::check::check_advisory;
use crate::rules::registry::{AdvisoryFile, RegistryPath};
use crate::rules::report::words;
use crate::rules::report::words::advisory::Dependants;

use super::ledger::{Found, Ledger, Manifests};

/// Advisories that cannot be read, and the published versions that the others are about, where `terms` is the most bytes
/// that one may have. Of a registry's entries in them those of `ecosystem` count.
#[must_use]
pub fn check_advisories(ledger: &Ledger, registry: &[Found], terms: Terms, ecosystem: &Ecosystem) -> Vec<Finding> {
    let mut findings = Vec::new();
    let mut index: Option<Dependencies<'_>> = None;
    for (path, bytes) in registry.iter().filter_map(|found| Some((&found.path, found.bytes.as_ref().ok()?))) {
        if !matches!(RegistryPath::of(path), RegistryPath::Advisory(_)) {
            continue;
        }
        let file = AdvisoryFile::parse(path, bytes, terms, ecosystem);
        match file.advisory() {
            Some(advisory) => {
                let index = index.get_or_insert_with(|| Dependencies::of(ledger));
                findings.extend(affected(ledger, index, advisory, path));
            }
            None => findings.extend(unreadable(&file)),
        }
    }
    findings
}

fn unreadable(file: &AdvisoryFile) -> Option<Finding> {
    let reason = check_advisory(file).into_iter().find(Finding::is_error)?.message;
    Some(words::audit::registry_unreadable(&reason).at(Place::file(Area::Registry, &file.file)))
}

/// A finding for each package of which the advisory is about published versions.
fn affected(ledger: &Ledger, index: &Dependencies<'_>, advisory: &Advisory, path: &TreePath) -> Vec<Finding> {
    let finding = |name: &PackageName| {
        let published = ledger.metadata.get(name)?.published.iter();
        let affected = published.filter(|(version, _)| advisory.affects(name, version));
        let versions: BTreeMap<&Version, Option<StatusKind>> =
            affected.map(|(version, facts)| (version, facts.marks().next().map(|(kind, _)| kind))).collect();
        if versions.is_empty() {
            return None;
        }
        let wording = words::advisory::affected(advisory, name, &versions, &index.dependants(name, &versions));
        let place = Place::file(Area::Registry, path);
        Some(match versions.keys().next() {
            Some(version) if versions.len() == 1 => wording.of(name, version, place),
            _ => wording.about(name, place),
        })
    };
    advisory.packages().into_iter().filter_map(finding).collect()
}

/// The dependencies between the versions of an index, by who is named.
struct Dependencies<'l> {
    /// What resolvers choose from: what is yanked they leave to lock files.
    offered: Manifests<'l>,
    naming: BTreeMap<&'l PackageName, Vec<(&'l Manifest, &'l Range)>>,
}

/// A version of a package.
type Key<'l> = (&'l PackageName, &'l Version);

impl<'l> Dependencies<'l> {
    /// Those of versions that can be had: neither unpublished nor in quarantine.
    fn of(ledger: &'l Ledger) -> Self {
        let facts = |name: &PackageName, version: &Version| ledger.metadata.get(name)?.published.get(version);
        let is_marked = |name: &PackageName, version: &Version, mark: fn(&Published) -> bool| {
            facts(name, version).is_some_and(mark)
        };
        let mut manifests = ledger.manifests();
        for (name, versions) in &mut manifests {
            versions.retain(|version, _| {
                !ledger.is_unpublished(name, version) && !is_marked(name, version, |it| it.quarantined.is_some())
            });
        }
        let mut offered = manifests.clone();
        for (name, versions) in &mut offered {
            versions.retain(|version, _| !is_marked(name, version, |it| it.yanked.is_some()));
        }
        let mut naming: BTreeMap<&PackageName, Vec<(&Manifest, &Range)>> = BTreeMap::new();
        for manifest in manifests.values().flat_map(BTreeMap::values) {
            for (name, range) in &manifest.dependencies {
                naming.entry(name).or_default().push((manifest, range));
            }
        }
        Self { offered, naming }
    }

    /// The packages whose newest version leads to one of `versions` of `name`, by itself or through others: always, where
    /// every range is given its highest version, or where some version in a range does.
    fn dependants(
        &self,
        name: &'l PackageName,
        versions: &BTreeMap<&'l Version, Option<StatusKind>>,
    ) -> Dependants<'l> {
        let can_be_had = versions.iter().filter(|(_, mark)| **mark != Some(StatusKind::Quarantined));
        let start: Vec<Key<'l>> = can_be_had.map(|(version, _)| (name, *version)).collect();
        let is_given = |name: &PackageName, range: &Range, version| self.highest(name, range) == Some(version);
        let given = self.newest(name, &self.reached(&start, is_given));
        let mut allowed = self.newest(name, &self.reached(&start, |_, range, version| range.includes(version)));
        allowed.retain(|name| !given.contains(name));
        Dependants { given, allowed }
    }

    /// The highest version that a range lets in.
    fn highest(&self, name: &PackageName, range: &Range) -> Option<&'l Version> {
        let versions = self.offered.get(name)?;
        let mut inside = versions.range::<Version, _>(range.bounds()).map(|(version, _)| *version);
        inside.rfind(|version| range.includes(version))
    }

    /// Every version from which a way leads to one of `start`, step by step along the dependencies that `leads` lets pass.
    fn reached(
        &self,
        start: &[Key<'l>],
        leads: impl Fn(&PackageName, &Range, &'l Version) -> bool,
    ) -> BTreeSet<Key<'l>> {
        let (mut reached, mut queue) = (BTreeSet::new(), VecDeque::from(start.to_vec()));
        while let Some((name, version)) = queue.pop_front() {
            for (manifest, range) in self.naming.get(name).into_iter().flatten() {
                let key = (&manifest.name, &manifest.version);
                if leads(name, range, version) && reached.insert(key) {
                    queue.push_back(key);
                }
            }
        }
        reached
    }

    /// The packages other than `name` whose newest version is among `reached`.
    fn newest(&self, name: &PackageName, reached: &BTreeSet<Key<'l>>) -> BTreeSet<&'l PackageName> {
        let newest = self.offered.iter().filter_map(|(name, versions)| Some((*name, *versions.keys().next_back()?)));
        newest.filter(|key| key.0 != name && reached.contains(key)).map(|(name, _)| name).collect()
    }
}
