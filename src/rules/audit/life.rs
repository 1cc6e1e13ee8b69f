//! Whether the index says of each version what the registry says of it, and its bounds are those of the newest revision.

use std::collections::BTreeMap;

use crate::model::{Area, Finding, Manifest, Metadata, PackageName, Place, Published, StatusKind, TreePath, Version};
use crate::rules::index::{IndexLine, metadata_path, shard_path};
use crate::rules::registry::Said;
use crate::rules::report::words::{self, Wording};

use super::ledger::Ledger;

/// What the registry says of each package beside its definitions.
pub(super) type Sayings = BTreeMap<PackageName, Said>;

/// Revisions that do not ascend, or that the line of their version does not carry.
#[must_use]
pub fn check_revisions(ledger: &Ledger) -> Vec<Finding> {
    let mut findings = Vec::new();
    for line in ledger.files.iter().flat_map(|file| file.lines.lines()) {
        let IndexLine { manifest: Manifest { name, version, .. }, revision, .. } = line;
        let facts = ledger.metadata.get(name).and_then(|metadata| metadata.published.get(version));
        let wording = facts.and_then(|facts| unlike(facts, *revision));
        if let (Some(wording), Ok(path)) = (wording, shard_path(name)) {
            findings.push(wording.of(name, version, Place::file(Area::Index, &path)));
        }
    }
    findings
}

fn unlike(facts: &Published, line: Option<u64>) -> Option<Wording> {
    let numbers: Vec<u64> = facts.revisions.iter().map(|revised| revised.revision).collect();
    let ascend = numbers.windows(2).all(|pair| matches!(pair, [before, after] if before < after));
    let newest = numbers.last().copied().or(facts.revision);
    if !ascend || newest != facts.revision {
        return Some(words::audit::revisions_disordered());
    }
    // A line that an older curator wrote has no number.
    let is_old = line.is_none() && numbers.is_empty();
    (line != facts.revision && !is_old).then(|| words::audit::revision_differs(line, facts.revision))
}

/// The versions of which registry and index say other things.
pub(super) fn check_statuses(ledger: &Ledger, sayings: &Sayings) -> Vec<Finding> {
    let nothing = Said::default();
    let mut findings = Vec::new();
    for (name, metadata) in &ledger.metadata {
        let said = sayings.get(name).unwrap_or(&nothing);
        let Ok(path) = metadata_path(name) else { continue };
        for (version, kind) in unlike_statuses(metadata, said) {
            findings.push(finding(name, version, kind, &path));
        }
    }
    findings
}

fn finding(name: &PackageName, version: &Version, kind: StatusKind, path: &TreePath) -> Finding {
    words::audit::status_differs(name, version, kind).of(name, version, Place::file(Area::Index, path))
}

fn unlike_statuses<'m>(metadata: &'m Metadata, said: &Said) -> Vec<(&'m Version, StatusKind)> {
    let mut unlike = Vec::new();
    for (version, facts) in &metadata.published {
        if said.has(version, StatusKind::Unpublished) {
            unlike.push((version, StatusKind::Unpublished));
            continue;
        }
        for kind in [StatusKind::Quarantined, StatusKind::Yanked, StatusKind::Deprecated] {
            if facts.marks().any(|(marked, _)| marked == kind) != said.has(version, kind) {
                unlike.push((version, kind));
            }
        }
    }
    unlike
}
