//! Why a version looks the way it does: of all that happened, what is still to be seen.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{AdvisoryId, Happening, LogEntry, Version, Why};

/// What of `entries`, which are about one version and its package, made the version what it is.
pub(super) fn why(entries: &[LogEntry], version: &Version) -> Why {
    let mut why = Why::default();
    let mut digest = None;
    let mut advisories: BTreeMap<&AdvisoryId, usize> = BTreeMap::new();
    for (at, entry) in entries.iter().enumerate() {
        let is_own = entry.about.version.as_ref() == Some(version);
        match &entry.what {
            Happening::Defined { digest: defined, .. } => digest = Some(*defined),
            Happening::Undefined => digest = None,
            Happening::Overridden { .. } | Happening::OverrideRemoved { .. } => why.overrides.push(at),
            Happening::StatusSet { .. } | Happening::StatusRemoved { .. } if is_own => why.status = Some(at),
            Happening::StatusSet { .. } | Happening::StatusRemoved { .. } => why.package_status = Some(at),
            // Of an advisory that gives ranges, the index says which versions are in them.
            Happening::Advisory(id, _) if is_own => {
                advisories.insert(id, at);
            }
            Happening::Affected { added, removed } => {
                advisories.retain(|id, _| !removed.contains(id));
                advisories.extend(added.iter().map(|id| (id, at)));
            }
            Happening::Published { .. } => (why.published, why.unpublished) = (Some(at), None),
            Happening::Unpublished { .. } | Happening::Withdrawn => why.unpublished = Some(at),
            _ => {}
        }
    }
    let is_it = |entry: &LogEntry| matches!(&entry.what, Happening::Defined { digest: it, .. } if Some(*it) == digest);
    why.definition = entries.iter().position(is_it);
    let told: BTreeSet<usize> = advisories.into_values().collect();
    why.advisories = told.into_iter().collect();
    why
}
