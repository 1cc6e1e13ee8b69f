//! The changes of a package set: what comes of them, and in which order they are tried.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageName, PackageSet, Version};

use super::offer::Offer;

/// What happens to a package in a set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Edit {
    /// It comes, or has another version.
    Put(Version),
    /// It leaves.
    Remove,
}

/// What happens to each package that does not stay as it is.
pub type Edits = BTreeMap<PackageName, Edit>;

/// The members of a set.
pub(super) type Members = BTreeMap<PackageName, Version>;

/// The members after the edits.
#[must_use]
pub fn applied(members: &BTreeMap<PackageName, Version>, edits: &Edits) -> BTreeMap<PackageName, Version> {
    let mut members = members.clone();
    for (name, edit) in edits {
        match edit {
            Edit::Put(version) => members.insert(name.clone(), version.clone()),
            Edit::Remove => members.remove(name),
        };
    }
    members
}

/// The version of the set that comes of `before`, as the PureScript registry counts: major where something is lost,
/// breaks or needs a compiler that breaks; minor where something is new; else patch. What goes down breaks.
#[must_use]
pub fn next_version(before: &PackageSet, compiler: &Version, edits: &Edits) -> Version {
    let line = |version: &Version| (version.major(), version.minor());
    let is_break = |(name, edit): (&PackageName, &Edit)| match (edit, before.packages.get(name)) {
        (Edit::Remove, _) => true,
        (Edit::Put(version), Some(old)) => *version >= old.bump_major() || version < old,
        (Edit::Put(_), None) => false,
    };
    let is_feature = |(name, edit): (&PackageName, &Edit)| match (edit, before.packages.get(name)) {
        (Edit::Put(version), Some(old)) => *version >= old.bump_minor(),
        (Edit::Put(_), None) => true,
        (Edit::Remove, _) => false,
    };
    if line(compiler) > line(&before.compiler) || edits.iter().any(is_break) {
        before.version.bump_major()
    } else if *compiler > before.compiler || edits.iter().any(is_feature) {
        before.version.bump_minor()
    } else if edits.is_empty() {
        before.version.clone()
    } else {
        before.version.bump_patch()
    }
}

/// The order in which edits of `members` are tried: dependencies before what needs them, of two that do not need each other
/// the one that was published first; then what leaves, before what it needs. A package that comes or changes can make a
/// removal possible, and never the reverse.
#[must_use]
pub fn in_order(offer: &Offer<'_>, members: &BTreeMap<PackageName, Version>, edits: &Edits) -> Vec<PackageName> {
    let needs = |name: &PackageName, version: &Version| {
        let dependencies = offer.dependencies(name, version).into_iter().flat_map(|it| it.keys());
        dependencies.filter(|dependency| *dependency != name).cloned().collect()
    };
    let (mut comes, mut leaves) = (BTreeMap::new(), BTreeMap::new());
    for (name, edit) in edits {
        match (edit, members.get(name)) {
            (Edit::Put(version), _) => {
                let time = offer.index.published(name, version).map(|facts| facts.published_time);
                comes.insert(name.clone(), (time, needs(name, version)));
            }
            (Edit::Remove, Some(version)) => {
                leaves.insert(name.clone(), ((), needs(name, version)));
            }
            (Edit::Remove, None) => {}
        }
    }
    let mut order = topological(comes);
    order.extend(topological(leaves).into_iter().rev());
    order
}

/// The names, each after those of the others that it needs; where that leaves a choice, by rank and name. Of names that
/// need each other in a circle the first comes first.
fn topological<R: Ord + Clone>(mut waiting: BTreeMap<PackageName, (R, BTreeSet<PackageName>)>) -> Vec<PackageName> {
    let mut needed_by: BTreeMap<PackageName, Vec<PackageName>> = BTreeMap::new();
    let names: BTreeSet<PackageName> = waiting.keys().cloned().collect();
    for (name, (_, needs)) in &mut waiting {
        needs.retain(|needed| names.contains(needed));
        for needed in &*needs {
            needed_by.entry(needed.clone()).or_default().push(name.clone());
        }
    }
    let is_free = |(_, (_, needs)): &(&PackageName, &(R, BTreeSet<PackageName>))| needs.is_empty();
    let mut free: BTreeSet<(R, PackageName)> =
        waiting.iter().filter(is_free).map(|(name, (rank, _))| (rank.clone(), name.clone())).collect();
    let mut order = Vec::with_capacity(waiting.len());
    loop {
        let bound = || waiting.iter().map(|(name, (rank, _))| (rank.clone(), name.clone())).min();
        let Some((_, name)) = free.pop_first().or_else(bound) else { return order };
        waiting.remove(&name);
        for dependant in needed_by.remove(&name).unwrap_or_default() {
            let Some((rank, needs)) = waiting.get_mut(&dependant) else { continue };
            needs.remove(&name);
            if needs.is_empty() {
                free.insert((rank.clone(), dependant));
            }
        }
        order.push(name);
    }
}
