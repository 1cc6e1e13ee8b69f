//! Which of many versions can stand together: those whose dependencies can be resolved among them and what is there
//! already.
//!
//! Of the 10,686 versions of the Bower days 8,388 could not (registry-dev #669), so that the common case is a refusal. First
//! whatever has a dependency without any version in range goes, and what depended on that, in a time that grows with
//! the number of dependencies alone. What remains is resolved. A resolution of one version is one of every version in
//! it, so that most are never resolved themselves; and a version that cannot be resolved is in no resolution of
//! another one, so that taking it away changes nothing for those that were resolved before: one pass is enough.

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet, VecDeque};

use rayon::prelude::*;

use crate::model::{Dependencies, PackageName, Range, Version};
use crate::rules::report::words;
use crate::rules::resolve::{Resolver, Unsolvable};

use super::refusal::{Refusal, RefusalKind};

/// Versions and what they depend on.
pub type Offers = BTreeMap<PackageName, BTreeMap<Version, Dependencies>>;

/// What became of the offers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Selection {
    /// Those that can stand together with what is there already.
    pub kept: BTreeSet<(PackageName, Version)>,
    /// Why each of the others cannot.
    pub refused: BTreeMap<(PackageName, Version), Refusal>,
}

/// The most steps of one resolution: a tenth of what a review allows, since thousands of versions wait behind it.
const BUDGET: u32 = 200_000;

/// What offers stand among.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Surroundings {
    /// The versions that are there already, and stay whatever becomes of the offers.
    pub present: Offers,
    /// Of every package that was asked the versions that could not be read.
    pub unread: BTreeMap<PackageName, BTreeSet<Version>>,
    /// The packages that were not asked for all their versions yet.
    pub pending: BTreeSet<PackageName>,
}

/// Selects from `offers` what can stand together with what surrounds it.
#[must_use]
pub fn select(surroundings: &Surroundings, offers: &Offers) -> Selection {
    let mut table = Table { surroundings, offers, alive: offers.clone(), refused: BTreeMap::new() };
    table.drop_unsatisfiable();
    // A search that was given up says nothing of the other resolutions that the version is in: then look again.
    while table.drop_unsolvable() {
        table.drop_unsatisfiable();
    }
    let kept = table.alive.iter().flat_map(|(name, versions)| versions.keys().map(|it| (name.clone(), it.clone())));
    Selection { kept: kept.collect(), refused: table.refused }
}

struct Table<'a> {
    surroundings: &'a Surroundings,
    offers: &'a Offers,
    /// The offers that were not refused yet.
    alive: Offers,
    refused: BTreeMap<(PackageName, Version), Refusal>,
}

impl Table<'_> {
    /// Refuses what has a dependency with no version in range, and what depended on that.
    fn drop_unsatisfiable(&mut self) {
        let mut dependents: BTreeMap<&PackageName, BTreeSet<&PackageName>> = BTreeMap::new();
        for (name, versions) in self.offers {
            for dependency in versions.values().flat_map(Dependencies::keys) {
                dependents.entry(dependency).or_default().insert(name);
            }
        }
        let mut queue: VecDeque<&PackageName> = self.offers.keys().collect();
        let mut waiting: BTreeSet<&PackageName> = queue.iter().copied().collect();
        while let Some(name) = queue.pop_front() {
            waiting.remove(name);
            let unsatisfiable: Vec<(Version, Refusal)> = self.unsatisfiable(name);
            if unsatisfiable.is_empty() {
                continue;
            }
            for (version, refusal) in unsatisfiable {
                self.refuse(name, version, refusal);
            }
            let again = dependents.get(name).into_iter().flatten().filter(|dependent| waiting.insert(dependent));
            queue.extend(again);
        }
    }

    /// The versions of a package with a dependency that has no version in range.
    fn unsatisfiable(&self, name: &PackageName) -> Vec<(Version, Refusal)> {
        let versions = self.alive.get(name).into_iter().flatten();
        let found = versions.filter_map(|(version, dependencies)| {
            let refusal = dependencies.iter().find_map(|(dependency, range)| self.lacks(name, dependency, range))?;
            Some((version.clone(), refusal))
        });
        found.collect()
    }

    /// Why a dependency cannot be satisfied by anything.
    fn lacks(&self, name: &PackageName, dependency: &PackageName, range: &Range) -> Option<Refusal> {
        if name == dependency {
            let reason = words::refusal::depends_on_itself(name);
            return Some(Refusal::new(RefusalKind::DependencyItself, reason));
        }
        let any = |offers: &Offers| {
            offers.get(dependency).is_some_and(|versions| versions.keys().any(|version| range.includes(version)))
        };
        let Surroundings { present, unread, pending } = self.surroundings;
        if any(&self.alive) || any(present) {
            return None;
        }
        let was_unread = unread.get(dependency).is_some_and(|it| it.iter().any(|version| range.includes(version)));
        let is_known = [self.offers, present].iter().any(|offers| offers.contains_key(dependency));
        let refusal = if pending.contains(dependency) {
            Refusal::new(RefusalKind::DependencyPending, words::refusal::dependency_pending(dependency, range))
        } else if any(self.offers) || was_unread {
            Refusal::new(RefusalKind::DependencyRefused, words::refusal::dependency_refused(dependency, range))
        } else if is_known || unread.contains_key(dependency) {
            Refusal::new(RefusalKind::DependencyRange, words::refusal::dependency_range(dependency, range))
        } else {
            Refusal::new(RefusalKind::DependencyUnknown, words::refusal::dependency_unknown(dependency))
        };
        Some(refusal)
    }

    /// Refuses what cannot be resolved; whether some search was given up.
    fn drop_unsolvable(&mut self) -> bool {
        let mut universe = self.surroundings.present.clone();
        for (name, versions) in &self.alive {
            universe.entry(name.clone()).or_default().extend(versions.clone());
        }
        // The newest versions first: what they resolve to is new as well, and most others are in it.
        let queue: Vec<(&PackageName, &Version)> =
            self.alive.iter().flat_map(|(name, versions)| versions.keys().rev().map(move |it| (name, it))).collect();
        let chunk = queue.len().div_ceil(rayon::current_num_threads().max(1)).max(1);
        let parts: Vec<Vec<(PackageName, Version, Unsolvable)>> =
            queue.par_chunks(chunk).map(|part| unsolvable(&universe, part)).collect();
        let mut given_up = false;
        for (name, version, why) in parts.into_iter().flatten() {
            given_up |= matches!(why, Unsolvable::OverBudget { .. });
            let reason = words::refusal::unsolvable(&why.to_string());
            self.refuse(&name, version, Refusal::new(RefusalKind::Unsolvable, reason));
        }
        given_up
    }

    fn refuse(&mut self, name: &PackageName, version: Version, refusal: Refusal) {
        if let Some(versions) = self.alive.get_mut(name) {
            versions.remove(&version);
            if versions.is_empty() {
                self.alive.remove(name);
            }
        }
        self.refused.insert((name.clone(), version), refusal);
    }
}

/// Those of `part` that cannot be resolved, and why.
fn unsolvable(universe: &Offers, part: &[(&PackageName, &Version)]) -> Vec<(PackageName, Version, Unsolvable)> {
    let resolver = Resolver::new(universe).with_budget(BUDGET);
    let mut stands: HashMap<PackageName, HashSet<Version>> = HashMap::new();
    let mut failed = Vec::new();
    for (name, version) in part {
        if stands.get(*name).is_some_and(|versions| versions.contains(version)) {
            continue;
        }
        match resolver.resolve_version(name, version) {
            Ok(resolution) => {
                for (name, version) in resolution.0 {
                    stands.entry(name).or_default().insert(version);
                }
            }
            Err(why) => failed.push(((*name).clone(), (*version).clone(), why)),
        }
    }
    failed
}
