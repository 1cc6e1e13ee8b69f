//! Resolving: what holds of every answer, against a solver that tries everything, on small universes of any shape.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the numbers below are small"
)]

use std::collections::BTreeMap;

use curator::model::{PackageName, Range, Version};
use curator::rules::resolve::{Fact, Release, Resolver, Span, Universe, Unsolvable, Violation, resolve, verify};
use proptest::prelude::{Just, Strategy, any, prop_assert, prop_assert_eq, proptest};

type Roots = BTreeMap<PackageName, Range>;
type Packages = BTreeMap<PackageName, BTreeMap<Version, Roots>>;

fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

fn major(number: u64) -> Version {
    Version::new(number, 0, 0).unwrap()
}

const PACKAGES: u64 = 5;
const VERSIONS: u64 = 4;

fn ranges() -> impl Strategy<Value = Range> {
    (0..VERSIONS, 1..=VERSIONS).prop_map(|(lower, length)| Range::new(major(lower), major(lower + length)).unwrap())
}

/// Dependencies on packages `p0` to `p5`, of which the last is never published.
fn dependencies(most: usize) -> impl Strategy<Value = Roots> {
    proptest::collection::btree_map((0..=PACKAGES).prop_map(|number| name(&format!("p{number}"))), ranges(), 0..=most)
}

fn universes() -> impl Strategy<Value = Packages> {
    let release = (0..PACKAGES, 0..VERSIONS, dependencies(2));
    proptest::collection::vec(release, 1..=18).prop_map(|releases| {
        let mut packages = Packages::new();
        for (package, version, dependencies) in releases {
            packages.entry(name(&format!("p{package}"))).or_default().insert(major(version), dependencies);
        }
        packages
    })
}

/// Whether any choice of versions at all satisfies every range: tries them all.
fn solvable(universe: &Packages, chosen: &mut BTreeMap<PackageName, Version>, open: &[(PackageName, Range)]) -> bool {
    let Some(((package, range), rest)) = open.split_first() else { return true };
    if let Some(version) = chosen.get(package) {
        return range.includes(version) && solvable(universe, chosen, rest);
    }
    let Some(versions) = universe.get(package) else { return false };
    for (version, dependencies) in versions.iter().filter(|(version, _)| range.includes(version)) {
        chosen.insert(package.clone(), version.clone());
        let mut open = rest.to_vec();
        open.extend(dependencies.iter().map(|(dependency, range)| (dependency.clone(), range.clone())));
        let found = solvable(universe, chosen, &open);
        chosen.remove(package);
        if found {
            return true;
        }
    }
    false
}

fn is_about(fact: &Fact, dependent: Option<(&PackageName, &Version)>) -> bool {
    match (&fact.dependent, dependent) {
        (None, None) => true,
        (Some(told), Some((name, version))) => {
            told.name == *name
                && told.spans.iter().any(|span| match span {
                    Span::One(one) => one == version,
                    Span::Run(range) => range.includes(version),
                })
        }
        _ => false,
    }
}

/// A universe that lists its releases in an order of its own.
struct Shuffled<'p>(Vec<(&'p PackageName, &'p Version, &'p Roots)>);

impl Universe for Shuffled<'_> {
    fn releases(&self, name: &PackageName) -> Option<Vec<Release<'_>>> {
        let named = self.0.iter().filter(|(package, ..)| *package == name);
        let releases: Vec<_> = named.map(|(_, version, dependencies)| Release { version, dependencies }).collect();
        (!releases.is_empty()).then_some(releases)
    }
}

proptest! {
    #[test]
    fn finds_a_resolution_exactly_when_there_is_one(universe in universes(), wanted in dependencies(3)) {
        let open: Vec<_> = wanted.clone().into_iter().collect();
        let expected = solvable(&universe, &mut BTreeMap::new(), &open);
        match resolve(&universe, &wanted) {
            Ok(resolution) => {
                prop_assert!(expected);
                prop_assert_eq!(verify(&resolution, &universe, &wanted), Vec::<Violation>::new());
            }
            Err(Unsolvable::Conflict(explanation)) => {
                prop_assert!(!expected);
                prop_assert!(!explanation.packages().is_empty());
            }
            Err(other) => prop_assert!(false, "{}", other),
        }
    }

    /// A universe that has nothing but the told facts in it is unsolvable still.
    #[test]
    fn the_told_facts_prove_the_conflict(universe in universes(), wanted in dependencies(3)) {
        let Err(Unsolvable::Conflict(explanation)) = resolve(&universe, &wanted) else { return Ok(()) };
        let facts: Vec<&Fact> = explanation.steps.iter().flat_map(|step| &step.facts).collect();
        let told = |dependent: Option<(&PackageName, &Version)>, dependencies: &Roots| -> Roots {
            let is_told = |name: &PackageName, range: &Range| facts.iter().any(|fact| {
                fact.dependency == *name && fact.ranges.contains(range) && is_about(fact, dependent)
            });
            let told = dependencies.iter().filter(|(name, range)| is_told(name, range));
            told.map(|(name, range)| (name.clone(), range.clone())).collect()
        };
        let mut reduced = universe.clone();
        for (name, versions) in &mut reduced {
            for (version, dependencies) in versions {
                *dependencies = told(Some((name, version)), dependencies);
            }
        }
        let open: Vec<_> = told(None, &wanted).into_iter().collect();
        prop_assert!(!solvable(&reduced, &mut BTreeMap::new(), &open), "{}", explanation);
    }

    #[test]
    fn no_pick_can_be_raised_by_itself(universe in universes(), wanted in dependencies(3)) {
        let Ok(resolution) = resolve(&universe, &wanted) else { return Ok(()) };
        for (package, version) in &resolution.0 {
            for higher in universe.get(package).unwrap().keys().filter(|other| *other > version) {
                let mut raised = resolution.clone();
                raised.0.insert(package.clone(), higher.clone());
                let wrong = verify(&raised, &universe, &wanted);
                let only_left_over = wrong.iter().all(|violation| matches!(violation, Violation::Unneeded { .. }));
                prop_assert!(!only_left_over, "{} could be {}", package, higher);
            }
        }
    }

    #[test]
    fn the_order_of_the_universe_does_not_matter(
        (universe, order) in universes().prop_flat_map(|universe| {
            let count = universe.values().map(BTreeMap::len).sum();
            (Just(universe), Just((0..count).collect::<Vec<usize>>()).prop_shuffle())
        }),
        wanted in dependencies(3),
    ) {
        let listed: Vec<_> = universe.iter()
            .flat_map(|(name, versions)| versions.iter().map(move |(version, dependencies)| (name, version, dependencies)))
            .collect();
        let shuffled = Shuffled(order.into_iter().map(|index| listed.get(index).copied().unwrap()).collect());
        prop_assert_eq!(resolve(&shuffled, &wanted), resolve(&universe, &wanted));
    }

    /// What a resolver remembers of one resolution changes neither the picks nor the words of another.
    #[test]
    fn memory_does_not_matter(universe in universes(), before in dependencies(4), wanted in dependencies(3), again in any::<bool>()) {
        let resolver = Resolver::new(&universe);
        let _ = resolver.resolve(&before);
        if again {
            let _ = resolver.resolve(&wanted);
        }
        prop_assert_eq!(resolver.resolve(&wanted), resolve(&universe, &wanted));
    }
}
