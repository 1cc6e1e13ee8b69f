//! What a project can choose from: the published versions, without those that must not be chosen.

mod offer;
mod tree;

use std::collections::BTreeMap;

use crate::model::{Advisory, Caution, CautionKind, LockFile, LockedVersion, PackageName, Version};
use crate::rules::index::Index;

pub use offer::Offer;
pub use tree::{Branch, tree};

/// The lock file of these versions; `None` for a version that the index does not have.
#[must_use]
pub fn locked(index: &Index, versions: &BTreeMap<PackageName, Version>) -> Option<LockFile> {
    let lock = |(name, version): (&PackageName, &Version)| {
        let hash = index.published(name, version)?.hash;
        Some((name.clone(), LockedVersion { version: version.clone(), hash }))
    };
    Some(LockFile { index: None, packages: versions.iter().map(lock).collect::<Option<_>>()? })
}

/// What somebody should know who uses these versions.
#[must_use]
pub fn cautions(index: &Index, advisories: &[Advisory], versions: &BTreeMap<PackageName, Version>) -> Vec<Caution> {
    let mut cautions = Vec::new();
    for (name, version) in versions {
        let Some(facts) = index.published(name, version) else { continue };
        let mut add = |kind| cautions.push(Caution { name: name.clone(), version: version.clone(), kind });
        if let Some(mark) = &facts.yanked {
            add(CautionKind::Yanked(mark.clone()));
        }
        if let Some(mark) = &facts.deprecated {
            add(CautionKind::Deprecated(mark.clone()));
        }
        for id in &facts.advisories {
            let advisory = advisories.iter().find(|advisory| advisory.id == *id);
            add(CautionKind::Advisory(id.clone(), advisory.map(|it| it.level(name)).unwrap_or_default()));
        }
    }
    cautions
}
