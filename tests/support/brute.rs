//! The impact of a change by brute force: every package resolved in both universes, each time by a solver that knows
//! nothing yet, and the answers compared.
#![allow(clippy::unwrap_used, reason = "functions that tests share")]

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{Dependencies, Impact, Move, PackageName, Rerouted, Root, Stranded, Version};
use curator::rules::impact::Offer;
use curator::rules::resolve::{Resolver, Universe as _, Unsolvable};

/// Every version of every package with its dependencies.
pub(crate) type Packages = BTreeMap<PackageName, BTreeMap<Version, Dependencies>>;

/// All of them on offer.
pub(crate) fn offer(packages: &Packages) -> Offer<'_> {
    let mut offer = Offer::default();
    for (name, versions) in packages {
        for (version, dependencies) in versions {
            offer.put(name, version, dependencies);
        }
    }
    offer
}

/// What a package comes to: its newest version, and what that resolves to.
type Answer = (Option<Version>, Option<Result<BTreeMap<PackageName, Version>, Unsolvable>>);

fn answer(offer: &Offer<'_>, name: &PackageName) -> Answer {
    let newest = offer.releases(name).unwrap_or_default().into_iter().map(|release| release.version.clone()).max();
    let resolution = newest.as_ref().map(|version| Resolver::new(offer).resolve_version(name, version));
    (newest, resolution.map(|resolution| resolution.map(|picks| picks.0)))
}

/// What is otherwise with `after` than with `before`. Nothing is pinned.
pub(crate) fn impact(before: &Offer<'_>, after: &Offer<'_>) -> Impact {
    let names = before.names_with(after);
    let mut impact = Impact { roots_examined: names.len(), roots_resolved: names.len(), ..Impact::default() };
    for name in names {
        let ((newest_before, before), (newest_after, after)) = (answer(before, name), answer(after, name));
        let root = Root { name: name.clone(), before: newest_before, after: newest_after };
        match (before, after) {
            (Some(Ok(before)), Some(Ok(after))) if before != after => {
                let all: BTreeSet<&PackageName> = before.keys().chain(after.keys()).collect();
                let differing = all.into_iter().filter(|name| before.get(*name) != after.get(*name));
                let moved = |name: &PackageName| Move {
                    name: name.clone(),
                    before: before.get(name).cloned(),
                    after: after.get(name).cloned(),
                };
                impact.resolves_differently.push(Rerouted { root, moves: differing.map(moved).collect() });
            }
            (Some(Ok(_)), Some(Ok(_))) => {}
            (Some(Ok(_)), Some(Err(why))) => {
                impact.became_unsolvable.push(Stranded { root, why: Some(why.to_string()) });
            }
            (Some(Ok(_)), None) => impact.became_unsolvable.push(Stranded { root, why: None }),
            (_, Some(Ok(_))) => impact.became_solvable.push(root),
            _ => {}
        }
    }
    impact
}

/// The same, without the number of packages that were resolved: brute force resolves all.
pub(crate) fn as_brute(impact: &Impact) -> Impact {
    Impact { roots_resolved: impact.roots_examined, ..impact.clone() }
}
