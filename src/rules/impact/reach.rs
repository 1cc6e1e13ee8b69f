//! How far a change reaches: the packages whose resolution may differ.

use std::collections::{BTreeSet, HashMap};

use crate::model::PackageName;

use super::Offer;

/// The packages that differ, and all that depend on them, directly or through others, in any version before or after.
pub(super) fn reached<'o>(before: &'o Offer<'_>, after: &'o Offer<'_>) -> BTreeSet<&'o PackageName> {
    let differing = differing(before, after);
    if differing.is_empty() {
        return differing;
    }
    let dependants = dependants(before, after, &differing);
    let mut open: Vec<&PackageName> = differing.iter().copied().collect();
    let mut reached = differing;
    while let Some(name) = open.pop() {
        for dependant in dependants.get(name).into_iter().flatten() {
            if reached.insert(dependant) {
                open.push(dependant);
            }
        }
    }
    reached
}

/// The packages of which a resolver sees other versions or other ranges, or that came or went.
fn differing<'o>(before: &'o Offer<'_>, after: &'o Offer<'_>) -> BTreeSet<&'o PackageName> {
    let differs = |name: &&PackageName| {
        before.knows(name) != after.knows(name) || {
            let (mut before, mut after) = (before.usable(name), after.usable(name));
            loop {
                match (before.next(), after.next()) {
                    (None, None) => return false,
                    (Some(before), Some(after)) if before.version == after.version => {
                        // Most are one and the same, and need not be compared.
                        let (before, after) = (before.dependencies, after.dependencies);
                        if !std::ptr::eq(before, after) && before != after {
                            return true;
                        }
                    }
                    _ => return true,
                }
            }
        }
    };
    before.names_with(after).into_iter().filter(differs).collect()
}

/// Who names each package, in any version of before, and of after where that is another one.
fn dependants<'o>(
    before: &'o Offer<'_>,
    after: &'o Offer<'_>,
    differing: &BTreeSet<&'o PackageName>,
) -> HashMap<&'o PackageName, Vec<&'o PackageName>> {
    let mut dependants: HashMap<&PackageName, Vec<&PackageName>> = HashMap::new();
    for name in before.names_with(after) {
        let later = differing.contains(name).then(|| after.usable(name)).into_iter().flatten();
        for release in before.usable(name).chain(later) {
            for dependency in release.dependencies.keys() {
                let known = dependants.entry(dependency).or_default();
                // All versions of a package come one after the other.
                if known.last() != Some(&name) {
                    known.push(name);
                }
            }
        }
    }
    dependants
}
