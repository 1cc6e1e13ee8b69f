//! Versions that somebody chose already, in a package set or in a lock file: whether they still are there and fit.

use std::collections::BTreeMap;

use crate::model::{
    Breach, BreachKind, LockFile, PackageName, PackageSet, Pinning, PinningPlace, StatusKind, TreePath, Version,
};

use super::Offer;

/// Versions that were chosen together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinned {
    /// Where they stand.
    pub place: PinningPlace,
    /// The version of each package.
    pub versions: BTreeMap<PackageName, Version>,
}

impl Pinned {
    /// Those of a package set.
    #[must_use]
    pub fn by_set(set: &PackageSet) -> Self {
        Self { place: PinningPlace::PackageSet(set.version.clone()), versions: set.packages.clone() }
    }

    /// Those of a lock file of the registry.
    #[must_use]
    pub fn by_lock(file: &TreePath, lock: &LockFile) -> Self {
        Self { place: PinningPlace::LockFile(file.clone()), versions: lock.versions() }
    }

    /// What is wrong with them, by name.
    #[must_use]
    pub fn breaches(&self, offer: &Offer<'_>) -> Vec<Breach> {
        let mut breaches = Vec::new();
        for (name, version) in &self.versions {
            let mut push = |kind| breaches.push(Breach { name: name.clone(), version: version.clone(), kind });
            let Some(offered) = offer.get(name, version) else {
                push(BreachKind::Absent);
                continue;
            };
            if let Some(kind) = offered.withdrawn {
                push(BreachKind::Withdrawn(kind));
                if kind == StatusKind::Unpublished {
                    continue;
                }
            }
            for (dependency, range) in offered.dependencies {
                let (dependency, range) = (dependency.clone(), range.clone());
                match self.versions.get(&dependency) {
                    None => push(BreachKind::Missing { dependency, range }),
                    Some(chosen) if !range.includes(chosen) => {
                        push(BreachKind::OutOfRange { dependency, range, chosen: chosen.clone() });
                    }
                    Some(_) => {}
                }
            }
        }
        breaches
    }

    /// What becomes of them.
    pub(super) fn compared(&self, before: &Offer<'_>, after: &Offer<'_>) -> Pinning {
        let (before, after) = (self.breaches(before), self.breaches(after));
        let only = |these: &[Breach], those: &[Breach]| -> Vec<Breach> {
            these.iter().filter(|breach| !those.contains(breach)).cloned().collect()
        };
        let broken = only(&after, &before);
        Pinning {
            place: self.place.clone(),
            packages: self.versions.len(),
            mended: only(&before, &after),
            unchanged: after.len() - broken.len(),
            broken,
        }
    }
}
