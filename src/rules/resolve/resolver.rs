//! The search: `pubgrub` over numbered packages, tried only where the straight walk meets a conflict.

use std::cell::{Cell, RefCell};
use std::cmp::Reverse;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt;

use pubgrub::{Dependencies, DependencyConstraints, DependencyProvider, PackageResolutionStatistics, PubGrubError};

use super::conflict::{self, Derivation};
use super::memory::{Memory, Need, PackageId};
use super::places::{Place, Places};
use super::{Resolution, Universe, Unsolvable, walk};
use crate::model::{PackageName, Range, Version};

/// The most steps of one resolution: about fifty times what the hardest of the 1,158 newest PureScript packages would take, and
/// half a second for the worst universe we could think of.
const BUDGET: u32 = 2_000_000;

/// What a decision, or one dependency of what was decided, counts for; a conflict that has to be kept in mind counts for one.
const STEPS_EACH: u32 = 40;

/// Resolves over one universe, any number of times; what one resolution looks up, the next one finds.
///
/// It is for one thread: give each its own.
pub struct Resolver<'u, U> {
    memory: RefCell<Memory<'u, U>>,
    budget: u32,
}

impl<U> fmt::Debug for Resolver<'_, U> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Resolver").field("budget", &self.budget).finish_non_exhaustive()
    }
}

impl<'u, U: Universe> Resolver<'u, U> {
    /// A resolver that has looked at nothing yet.
    #[must_use]
    pub fn new(universe: &'u U) -> Self {
        Self { memory: RefCell::new(Memory::new(universe)), budget: BUDGET }
    }

    /// The same resolver, allowed `steps` steps for each resolution: forty for each decision and each dependency looked at, and one
    /// for each conflict that a package was in, each time that package is weighed again. A walk without conflicts counts nothing.
    #[must_use]
    pub fn with_budget(self, steps: u32) -> Self {
        Self { budget: steps, ..self }
    }

    /// The highest versions that satisfy `roots` and, in turn, everything that those versions depend on.
    ///
    /// # Errors
    /// [`Unsolvable`], with the reason in words.
    pub fn resolve(&self, roots: &BTreeMap<PackageName, Range>) -> Result<Resolution, Unsolvable> {
        let needs = self.memory.borrow_mut().needs(roots);
        self.answer(&Root { id: PackageId::REQUEST, place: 0, dependencies: roots, needs })
    }

    /// The highest versions that `version` of `name` can be used with, itself included.
    ///
    /// # Errors
    /// [`Unsolvable`], with the reason in words; [`Unsolvable::NotOnOffer`] when there is no such version.
    pub fn resolve_version(&self, name: &PackageName, version: &Version) -> Result<Resolution, Unsolvable> {
        let root = {
            let mut memory = self.memory.borrow_mut();
            let id = memory.id(name);
            let place = memory.package(id).and_then(|package| package.place(version));
            place.and_then(|place| {
                let needs = memory.needs_of(id, place).to_vec();
                let dependencies = memory.package(id)?.release(place)?.dependencies;
                Some(Root { id, place, dependencies, needs })
            })
        };
        match root {
            Some(root) => self.answer(&root),
            None => Err(Unsolvable::NotOnOffer { name: name.clone(), version: version.clone() }),
        }
    }

    fn answer(&self, root: &Root<'_>) -> Result<Resolution, Unsolvable> {
        let steps = Cell::new(0);
        match self.search(root, &steps) {
            Ok(resolution) => Ok(resolution),
            Err(Stop::OverBudget) => Err(Unsolvable::OverBudget { steps: self.budget }),
            Err(Stop::NoSolution(derivation)) => {
                let mut explanation = conflict::explain(&derivation, &self.memory.borrow(), root);
                let retry = |needs| self.search(&Root { needs, ..*root }, &steps).ok();
                let admitted = |dependency: &PackageName| {
                    let needs = self.widened(root, dependency)?;
                    retry(needs)?.0.remove(dependency)
                };
                explanation.look_for_remedies(admitted);
                Err(Unsolvable::Conflict(Box::new(explanation)))
            }
        }
    }

    /// The needs of `root` with every version of `dependency` admitted.
    fn widened(&self, root: &Root<'_>, dependency: &PackageName) -> Option<Vec<Need>> {
        let memory = self.memory.borrow();
        let id = memory.known(dependency)?;
        let every = Places::span(0, memory.package(id)?.end());
        let mut needs = root.needs.clone();
        needs.iter_mut().find(|(needed, _)| *needed == id && id != root.id)?.1 = every;
        Some(needs)
    }

    fn search(&self, root: &Root<'_>, steps: &Cell<u32>) -> Result<Resolution, Stop> {
        let picks = walk::without_conflict(&mut self.memory.borrow_mut(), root);
        if let Some(picks) = picks { Ok(self.memory.borrow().named(picks)) } else { self.solve(root, steps) }
    }

    fn solve(&self, root: &Root<'_>, steps: &Cell<u32>) -> Result<Resolution, Stop> {
        let search = Search { memory: &self.memory, root, steps, budget: self.budget };
        match pubgrub::resolve(&search, root.id, root.place) {
            Ok(picks) => Ok(self.memory.borrow().named(picks)),
            Err(PubGrubError::NoSolution(tree)) => Err(Stop::NoSolution(Derivation::new(tree))),
            // Of all questions to the provider only `should_cancel` has an error.
            Err(_) => Err(Stop::OverBudget),
        }
    }
}

/// What a resolution starts from: a request, or one version of one package.
pub(super) struct Root<'r> {
    pub(super) id: PackageId,
    pub(super) place: Place,
    /// What it depends on, as it was written.
    pub(super) dependencies: &'r BTreeMap<PackageName, Range>,
    /// The same for the solver.
    pub(super) needs: Vec<Need>,
}

/// Why a search ended without picks.
enum Stop {
    NoSolution(Derivation),
    OverBudget,
}

/// The universe as `pubgrub` asks for it, for one search.
struct Search<'s, 'u, U> {
    memory: &'s RefCell<Memory<'u, U>>,
    root: &'s Root<'s>,
    /// Steps taken, over all searches that serve the same resolution.
    steps: &'s Cell<u32>,
    budget: u32,
}

#[derive(Debug, thiserror::Error)]
#[error("the budget of steps is used up")]
struct OverBudget;

impl<U> Search<'_, '_, U> {
    fn count(&self, steps: u32) {
        self.steps.set(self.steps.get().saturating_add(steps));
    }
}

impl<U: Universe> DependencyProvider for Search<'_, '_, U> {
    type P = PackageId;
    type V = Place;
    type VS = Places;
    type M = Infallible;
    type Err = OverBudget;
    type Priority = (u32, Reverse<u32>);

    /// Packages that were in conflicts first, then those with the fewest versions left: the order of `pubgrub`'s own example provider.
    fn prioritize(&self, _: &PackageId, places: &Places, statistics: &PackageResolutionStatistics) -> Self::Priority {
        // Conflicts leave learned facts behind that every later step has to look at: what was in many of them counts for more.
        self.count(statistics.conflict_count());
        match places.count() {
            0 => (u32::MAX, Reverse(0)),
            count => (statistics.conflict_count(), Reverse(count)),
        }
    }

    fn choose_version(&self, id: &PackageId, places: &Places) -> Result<Option<Place>, OverBudget> {
        Ok(self.memory.borrow().choose(*id, places))
    }

    fn get_dependencies(
        &self,
        id: &PackageId,
        place: &Place,
    ) -> Result<Dependencies<PackageId, Places, Infallible>, OverBudget> {
        let needs: DependencyConstraints<_, _> = if *id == self.root.id {
            self.root.needs.iter().cloned().collect()
        } else {
            self.memory.borrow_mut().needs_of(*id, *place).iter().cloned().collect()
        };
        self.count(u32::try_from(needs.iter().count()).unwrap_or(u32::MAX).saturating_mul(STEPS_EACH));
        Ok(Dependencies::Available(needs))
    }

    fn should_cancel(&self) -> Result<(), OverBudget> {
        self.count(STEPS_EACH);
        if self.steps.get() > self.budget { Err(OverBudget) } else { Ok(()) }
    }
}

#[cfg(test)]
mod tests {
    use std::cell::Cell;
    use std::collections::BTreeMap;

    use proptest::prelude::{Strategy, prop_assert_eq, proptest};

    use super::{PackageId, Resolution, Resolver, Root, walk};
    use crate::model::{PackageName, Range, Version};
    use crate::rules::resolve::{Preference, Release, Universe};

    type Dependencies = BTreeMap<PackageName, Range>;

    fn name(number: u64) -> PackageName {
        format!("p{number}").parse().unwrap()
    }

    fn version(number: u64) -> Version {
        Version::new(number, 0, 0).unwrap()
    }

    fn dependencies(most: usize) -> impl Strategy<Value = Dependencies> {
        let range =
            (0..4u64, 2..6u64).prop_map(|(lower, length)| Range::new(version(lower), version(lower + length)).unwrap());
        proptest::collection::btree_map((0..12u64).prop_map(name), range, 0..=most)
    }

    fn universes() -> impl Strategy<Value = BTreeMap<PackageName, BTreeMap<Version, Dependencies>>> {
        let versions = proptest::collection::btree_map((0..6u64).prop_map(version), dependencies(3), 2..6);
        proptest::collection::vec(versions, 12).prop_map(|packages| (0..).map(name).zip(packages).collect())
    }

    /// A universe that prefers one version of every package, or the lowest of all.
    #[derive(Debug)]
    struct Preferring {
        universe: BTreeMap<PackageName, BTreeMap<Version, Dependencies>>,
        this: Option<Version>,
    }

    impl Universe for Preferring {
        fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
            self.universe.releases(name)
        }

        fn preference(&self, _: &PackageName) -> Preference<'_> {
            self.this.as_ref().map_or(Preference::Lowest, Preference::This)
        }
    }

    fn both_ways<U: Universe>(universe: &U, roots: &Dependencies) -> Option<(Resolution, Option<Resolution>)> {
        let resolver = Resolver::new(universe);
        let needs = resolver.memory.borrow_mut().needs(roots);
        let root = Root { id: PackageId::REQUEST, place: 0, dependencies: roots, needs };
        let walked = walk::without_conflict(&mut resolver.memory.borrow_mut(), &root)?;
        let walked = resolver.memory.borrow().named(walked);
        Some((walked, resolver.solve(&root, &Cell::new(0)).ok()))
    }

    proptest! {
        /// The walk is a promise about what `pubgrub` does: it stands or falls with this, whatever version of it comes.
        #[test]
        fn the_walk_makes_the_picks_of_the_solver(universe in universes(), roots in dependencies(5)) {
            if let Some((walked, solved)) = both_ways(&universe, &roots) {
                prop_assert_eq!(Some(walked), solved);
            }
        }

        /// The same where versions are preferred; what is preferred and fits is chosen.
        #[test]
        fn preferences_change_nothing_about_that(
            universe in universes(), roots in dependencies(5), this in proptest::option::of((0..6u64).prop_map(version))
        ) {
            let preferring = Preferring { universe, this };
            if let Some((walked, solved)) = both_ways(&preferring, &roots) {
                prop_assert_eq!(Some(walked), solved);
            }
        }
    }
}
