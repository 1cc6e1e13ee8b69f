//! Whether the lines of the index and the published facts belong together.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Area, Finding, Manifest, PackageName, Place, Range, TreePath, Version};
use crate::rules::index::{IndexLine, shard_path};
use crate::rules::report::words::{self, Wording};

use super::ledger::{Ledger, Manifests, ManifestsFile};

/// Lines that are misplaced, out of order, without facts, or in need of what is not there; facts without a line.
#[must_use]
pub fn check_index(ledger: &Ledger) -> Vec<Finding> {
    let manifests = ledger.manifests();
    let mut findings = Vec::new();
    for file in &ledger.files {
        findings.extend(misplaced(file));
        findings.extend(out_of_order(file));
        for line in file.lines.lines() {
            findings.extend(facts(ledger, &line.manifest).map(|wording| at_line(wording, file, line)));
            let wordings = unsatisfied(ledger, &manifests, &line.manifest);
            findings.extend(wordings.into_iter().map(|wording| at_line(wording, file, line)));
        }
    }
    findings.extend(without_line(ledger, &manifests));
    findings.extend(circular(ledger, &manifests));
    findings
}

fn at_line(wording: Wording, file: &ManifestsFile, line: &IndexLine) -> Finding {
    let place = Place::file(Area::Index, &file.path).at(line.span.clone());
    wording.of(&line.manifest.name, &line.manifest.version, place)
}

/// The lines of other packages. A file that is misplaced as a whole is reported already.
fn misplaced(file: &ManifestsFile) -> Vec<Finding> {
    let Some(owner) = &file.owner else { return Vec::new() };
    let misplaced = file.lines.misplaced(owner).map(|line| {
        let belongs = shard_path(&line.manifest.name).ok();
        at_line(words::audit::misplaced(belongs.as_ref().map(TreePath::as_str)), file, line)
    });
    misplaced.collect()
}

fn out_of_order(file: &ManifestsFile) -> Vec<Finding> {
    let lines = file.lines.out_of_order();
    lines.map(|line| at_line(words::audit::out_of_order(&line.manifest.version), file, line)).collect()
}

/// What the facts say against a line.
fn facts(ledger: &Ledger, manifest: &Manifest) -> Option<Wording> {
    let (name, version) = (&manifest.name, &manifest.version);
    if ledger.is_unpublished(name, version) {
        return Some(words::audit::resurrected(name, version));
    }
    let metadata = ledger.metadata.get(name);
    let known = metadata.is_some_and(|metadata| metadata.published.contains_key(version));
    (!known && !ledger.hides_metadata(name)).then(|| words::audit::metadata_missing(name, version))
}

/// The dependencies that no version in the index satisfies.
fn unsatisfied(ledger: &Ledger, manifests: &Manifests<'_>, manifest: &Manifest) -> Vec<Wording> {
    let (name, version) = (&manifest.name, &manifest.version);
    let wording = |(dependency, range): (&PackageName, &Range)| match manifests.get(dependency) {
        Some(versions) if is_satisfied(ledger, dependency, range, versions) => None,
        _ if ledger.hides_manifests(dependency) => None,
        Some(_) => {
            let wording = words::audit::dependency_range(name, version, dependency, range);
            // What a trustee unpublished in the knowledge of that is no damage.
            Some(if was_satisfied(ledger, dependency, range) { wording.as_warning() } else { wording })
        }
        None if was_satisfied(ledger, dependency, range) => {
            Some(words::audit::dependency_range(name, version, dependency, range).as_warning())
        }
        None => Some(words::audit::dependency_unknown(name, version, dependency)),
    };
    manifest.dependencies.iter().filter_map(wording).collect()
}

fn is_satisfied(
    ledger: &Ledger,
    dependency: &PackageName,
    range: &Range,
    versions: &BTreeMap<&Version, &Manifest>,
) -> bool {
    let mut inside = versions.range::<Version, _>(range.bounds());
    inside.any(|(version, _)| range.includes(version) && !ledger.is_unpublished(dependency, version))
}

/// Whether a version was in the range that is unpublished now.
fn was_satisfied(ledger: &Ledger, dependency: &PackageName, range: &Range) -> bool {
    let gone = ledger.metadata.get(dependency).map(|metadata| &metadata.unpublished);
    gone.is_some_and(|gone| gone.keys().any(|version| range.includes(version)))
}

/// The published versions of which the index has no manifest.
fn without_line(ledger: &Ledger, manifests: &Manifests<'_>) -> Vec<Finding> {
    let missing = ledger.published().filter_map(|(name, version, _)| {
        let present = manifests.get(name).is_some_and(|versions| versions.contains_key(version));
        let path = shard_path(name).ok().filter(|_| !present && !ledger.hides_manifests(name))?;
        let wording = words::audit::manifest_missing(name, version);
        Some(wording.of(name, version, Place::file(Area::Index, &path)))
    });
    missing.collect()
}

/// The versions that can never be built, because each that they may take needs them again. Circles of names are sound, and
/// so is one that a version outside of it opens (registry-dev, `maximalIndex`).
fn circular(ledger: &Ledger, manifests: &Manifests<'_>) -> Vec<Finding> {
    let mut open: Vec<&Manifest> = manifests.values().flat_map(BTreeMap::values).copied().collect();
    open.retain(|manifest| !ledger.is_unpublished(&manifest.name, &manifest.version));
    let mut buildable: BTreeMap<&PackageName, BTreeSet<&Version>> = BTreeMap::new();
    loop {
        let before = open.len();
        open.retain(|manifest| {
            let is_open = manifest.dependencies.iter().any(|(dependency, range)| {
                let versions = buildable.get(dependency);
                let has_one = versions
                    .is_some_and(|it| it.range::<Version, _>(range.bounds()).any(|version| range.includes(version)));
                // What is missing altogether is reported as that.
                !has_one && manifests.get(dependency).is_some_and(|it| is_satisfied(ledger, dependency, range, it))
            });
            if !is_open {
                buildable.entry(&manifest.name).or_default().insert(&manifest.version);
            }
            is_open
        });
        if open.len() == before {
            break;
        }
    }
    let finding = |manifest: &Manifest| {
        let wording = words::audit::dependency_circle(&manifest.name, &manifest.version);
        let place = Place::file(Area::Index, &shard_path(&manifest.name).ok()?);
        Some(wording.of(&manifest.name, &manifest.version, place))
    };
    open.into_iter().filter_map(finding).collect()
}
