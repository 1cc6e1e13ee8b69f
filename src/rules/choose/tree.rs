//! What a project uses, and through what: each package once, where it is met first.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageName, Version};
use crate::rules::index::Index;

/// A package in a tree of dependencies.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Branch {
    /// How many packages lie between it and the project.
    pub depth: usize,
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// Whether what it needs is told above, and left out here.
    pub repeated: bool,
}

/// The tree of what `roots` need, by the manifests of these versions, in the order in which it is printed.
#[must_use]
pub fn tree(
    index: &Index,
    versions: &BTreeMap<PackageName, Version>,
    roots: impl IntoIterator<Item = PackageName>,
) -> Vec<Branch> {
    let (mut branches, mut told) = (Vec::new(), BTreeSet::new());
    // No recursion: strangers choose how deep it goes.
    let mut waiting: Vec<(usize, PackageName)> = roots.into_iter().map(|name| (0, name)).collect();
    waiting.reverse();
    while let Some((depth, name)) = waiting.pop() {
        let Some(version) = versions.get(&name) else { continue };
        let needs = index.manifest(&name, version).map(|manifest| &manifest.dependencies);
        let is_new = told.insert(name.clone());
        let has_needs = needs.is_some_and(|needs| !needs.is_empty());
        if is_new {
            let needs = needs.into_iter().flat_map(|needs| needs.keys().rev());
            waiting.extend(needs.map(|name| (depth + 1, name.clone())));
        }
        branches.push(Branch { depth, name, version: version.clone(), repeated: !is_new && has_needs });
    }
    branches
}
