//! Every version of every package as a change finds it, or leaves it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Dependencies, PackageName, StatusKind, Version};
use crate::rules::registry::World;
use crate::rules::resolve::{Release, Universe};

/// The versions that are there, and those of them that a resolver may take.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Offer<'u> {
    packages: BTreeMap<&'u PackageName, BTreeMap<&'u Version, Offered<'u>>>,
}

/// A version that is there.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Offered<'u> {
    /// What it depends on.
    pub dependencies: &'u Dependencies,
    /// The status with which no resolver takes it.
    pub withdrawn: Option<StatusKind>,
}

impl<'u> Offer<'u> {
    /// What is published of the packages of `world`, and wanted.
    #[must_use]
    pub fn of(world: &'u World) -> Self {
        let mut offer = Self::default();
        for (name, state) in world.packages.iter().filter(|(_, state)| state.exists()) {
            offer.packages.entry(name).or_default();
            for manifest in state.manifests() {
                offer.put(name, &manifest.version, &manifest.dependencies);
            }
        }
        offer
    }

    /// Adds a version, or gives a version that is there these dependencies.
    pub fn put(&mut self, name: &'u PackageName, version: &'u Version, dependencies: &'u Dependencies) {
        let new = || Offered { dependencies, withdrawn: None };
        let versions = self.packages.entry(name).or_default();
        versions.entry(version).or_insert_with(new).dependencies = dependencies;
    }

    /// Gives a status to a version that is there; for `None`, to every version of the package. One that a version has
    /// already gives way to a graver one alone; one with which resolvers still take a version is none here.
    pub fn mark(&mut self, name: &PackageName, version: Option<&Version>, kind: StatusKind) {
        let versions = self.packages.get_mut(name).into_iter().flatten();
        for (_, offered) in versions.filter(|(it, _)| version.is_none_or(|version| **it == version)) {
            if gravity(Some(kind)) > gravity(offered.withdrawn) {
                offered.withdrawn = Some(kind);
            }
        }
    }

    /// What is there of a version.
    #[must_use]
    pub fn get(&self, name: &PackageName, version: &Version) -> Option<Offered<'u>> {
        self.packages.get(name)?.get(version).copied()
    }

    /// The newest version of a package that a resolver may take.
    #[must_use]
    pub fn newest(&self, name: &PackageName) -> Option<&'u Version> {
        let versions = self.packages.get(name)?;
        versions.iter().rev().find(|(_, offered)| offered.withdrawn.is_none()).map(|(version, _)| *version)
    }

    /// Every name here or in `other`.
    #[must_use]
    pub fn names_with<'o>(&'o self, other: &'o Self) -> BTreeSet<&'o PackageName> {
        self.packages.keys().chain(other.packages.keys()).copied().collect()
    }

    /// The versions of a package that a resolver may take, and what each depends on, ascending.
    pub(super) fn usable<'o>(&'o self, name: &PackageName) -> impl Iterator<Item = Release<'u>> + use<'o, 'u> {
        let versions = self.packages.get(name).into_iter().flatten();
        let usable = versions.filter(|(_, offered)| offered.withdrawn.is_none());
        usable.map(|(version, offered)| Release { version, dependencies: offered.dependencies })
    }

    /// Whether anybody published the package, whatever became of its versions.
    pub(super) fn knows(&self, name: &PackageName) -> bool {
        self.packages.contains_key(name)
    }
}

impl Universe for Offer<'_> {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        self.knows(name).then(|| self.usable(name).collect())
    }
}

/// How far a status keeps resolvers off; nothing, where it does not.
fn gravity(kind: Option<StatusKind>) -> u8 {
    match kind {
        None | Some(StatusKind::Deprecated) => 0,
        Some(StatusKind::Yanked) => 1,
        Some(StatusKind::Quarantined) => 2,
        Some(StatusKind::Unpublished) => 3,
    }
}
