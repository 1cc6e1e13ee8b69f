//! Resolving: the PureScript registry's own cases, the words of a failure, and universes made to hurt.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the fixtures below are literals, and a test may fail"
)]

use std::collections::BTreeMap;

use curator::model::{PackageName, Range, Version};
use curator::rules::resolve::{
    Explanation, Release, Resolution, Resolver, Universe, Unsolvable, With, resolve, verify,
};

type Roots = BTreeMap<PackageName, Range>;
type Packages = BTreeMap<PackageName, BTreeMap<Version, Roots>>;

fn name(text: &str) -> PackageName {
    text.parse().unwrap()
}

fn major(number: u64) -> Version {
    Version::new(number, 0, 0).unwrap()
}

/// `prelude 0 2` is `prelude >=0.0.0 <2.0.0`; several are separated by commas.
fn roots(text: &str) -> Roots {
    let root = |part: &str| {
        let [package, lower, upper] = part.split_whitespace().collect::<Vec<_>>().try_into().unwrap();
        (name(package), Range::new(major(lower.parse().unwrap()), major(upper.parse().unwrap())).unwrap())
    };
    text.split(',').map(str::trim).filter(|part| !part.is_empty()).map(root).collect()
}

/// One release a line: `simple 1: prelude 1 2`.
fn packages(text: &str) -> Packages {
    let mut packages = Packages::new();
    for line in text.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let (release, dependencies) = line.split_once(':').unwrap();
        let (package, version) = release.split_once(' ').unwrap();
        packages.entry(name(package)).or_default().insert(major(version.parse().unwrap()), roots(dependencies));
    }
    packages
}

fn picks(text: &str) -> Resolution {
    let pick = |part: &str| {
        let (package, version) = part.trim().split_once(' ').unwrap();
        (name(package), major(version.parse().unwrap()))
    };
    Resolution(text.split(',').map(pick).collect())
}

fn conflict(universe: &impl Universe, wanted: &Roots) -> Explanation {
    match resolve(universe, wanted) {
        Err(Unsolvable::Conflict(explanation)) => *explanation,
        other => panic!("expected a conflict for {wanted:?}, got {other:?}"),
    }
}

/// The nine packages that the PureScript registry tests its solver with, by their meaning.
fn nine() -> Packages {
    packages(
        "prelude 0:
         prelude 1:
         prelude 2:
         prelude 3:
         prelude 4:
         prelude 5:
         simple 0: prelude 0 1
         simple 1: prelude 1 2
         only-simple 0: simple 0 1
         broken-fixed 0: does-not-exist 0 4
         broken-fixed 1: prelude 0 1
         fixed-broken 0: prelude 0 1
         fixed-broken 1: prelude 1 2
         fixed-broken 2: does-not-exist 0 5
         broken-broken 0: does-not-exist 0 5
         broken-broken 1: does-not-exist 0 5
         transitive-broken 0: fixed-broken 2 3
         transitive-broken 1: broken-fixed 0 1
         chaotic 1: prelude 0 1
         chaotic 2: prelude 5 6
         chaotic 3: prelude 5 6
         qaotic 1: prelude 0 1
         qaotic 2: prelude 5 6",
    )
}

#[test]
fn solves_what_the_purescript_registry_solves() {
    let universe = nine();
    for (wanted, expected) in [
        ("simple 0 1", "simple 0, prelude 0"),
        ("simple 0 2", "simple 1, prelude 1"),
        ("prelude 0 2, simple 0 2", "simple 1, prelude 1"),
        ("simple 0 2, prelude 0 1", "simple 0, prelude 0"),
        ("simple 0 2, prelude 1 2", "simple 1, prelude 1"),
        ("prelude 0 2, simple 0 1", "simple 0, prelude 0"),
        ("prelude 0 2, simple 1 2", "simple 1, prelude 1"),
        ("only-simple 0 1", "only-simple 0, simple 0, prelude 0"),
        ("broken-fixed 0 2", "broken-fixed 1, prelude 0"),
        ("fixed-broken 0 2", "fixed-broken 1, prelude 1"),
        // Version 2 is in range and broken: the highest that works is behind it.
        ("fixed-broken 0 3", "fixed-broken 1, prelude 1"),
    ] {
        let wanted = roots(wanted);
        let resolution = resolve(&universe, &wanted).unwrap();
        assert_eq!(resolution, picks(expected), "{wanted:?}");
        assert_eq!(verify(&resolution, &universe, &wanted), []);
    }
}

#[test]
fn explains_what_the_purescript_registry_explains() {
    let universe = nine();
    for (wanted, mentions) in [
        ("does-not-exist 0 4", &["there is no package does-not-exist", ">=0.0.0 <4.0.0"] as &[&str]),
        ("prelude 20 50", &["prelude >=20.0.0 <50.0.0", "prelude only has >=0.0.0 <5.0.1"]),
        ("broken-fixed 0 1", &["broken-fixed 0.0.0 depends on does-not-exist >=0.0.0 <4.0.0"]),
        (
            "transitive-broken 0 1",
            &[
                "transitive-broken 0.0.0 depends on fixed-broken >=2.0.0 <3.0.0",
                "fixed-broken 2.0.0 depends on does-not-exist",
            ],
        ),
        ("broken-broken 0 2", &["every version of broken-broken depends on does-not-exist >=0.0.0 <5.0.0"]),
        (
            "simple 0 1, prelude 1 2",
            &["simple 0.0.0 depends on prelude >=0.0.0 <1.0.0", "prelude >=1.0.0 <2.0.0 is asked for"],
        ),
        (
            "only-simple 0 4, prelude 1 2",
            &["only-simple 0.0.0 depends on simple >=0.0.0 <1.0.0", "simple 0.0.0 depends on prelude >=0.0.0 <1.0.0"],
        ),
        ("broken-fixed 0 1, fixed-broken 2 3", &["there is no package does-not-exist"]),
        (
            "chaotic 1 3, prelude 2 4",
            &["chaotic 1.0.0 depends on prelude >=0.0.0 <1.0.0", "chaotic 2.0.0 depends on prelude >=5.0.0 <6.0.0"],
        ),
        (
            "chaotic 1 4, prelude 2 4",
            // Neighbours that depend alike are told as one.
            &[
                "chaotic 1.0.0 depends on prelude >=0.0.0 <1.0.0",
                "chaotic >=2.0.0 <3.0.1 depends on prelude >=5.0.0 <6.0.0",
            ],
        ),
        (
            "qaotic 1 3, prelude 2 4",
            &["qaotic 1.0.0 depends on prelude >=0.0.0 <1.0.0", "qaotic 2.0.0 depends on prelude >=5.0.0 <6.0.0"],
        ),
    ] {
        let words = conflict(&universe, &roots(wanted)).to_string();
        for mention in mentions {
            assert!(words.contains(mention), "'{wanted}' is explained without '{mention}':\n{words}");
        }
    }
}

#[test]
fn a_conflict_reads_as_claim_facts_and_remedy() {
    let words = conflict(&nine(), &roots("simple 0 1, prelude 1 2")).to_string();
    assert_eq!(
        words,
        "what is asked for cannot be resolved:
  - prelude >=1.0.0 <2.0.0 is asked for
  - simple >=0.0.0 <1.0.0 is asked for
  - simple 0.0.0 depends on prelude >=0.0.0 <1.0.0
It would resolve with any one of these changes:
  - let prelude >=1.0.0 <2.0.0 admit 0.0.0
  - let simple >=0.0.0 <1.0.0 admit 1.0.0"
    );
}

#[test]
fn names_the_one_bound_to_change() {
    let mut universe = nine();
    universe.extend(packages("app 3: simple 0 2, prelude 2 3, only-simple 0 1"));
    let error = Resolver::new(&universe).resolve_version(&name("app"), &major(3)).unwrap_err();
    let Unsolvable::Conflict(explanation) = &error else { panic!("{error}") };
    let bound = explanation.bound().unwrap();
    assert_eq!((bound.dependency.as_str(), &bound.admit), ("prelude", &major(0)));
    assert!(
        error
            .to_string()
            .ends_with("It would resolve with one change of app 3.0.0: let prelude >=2.0.0 <3.0.0 admit 0.0.0."),
        "{error}"
    );
}

#[test]
fn a_remedy_makes_it_resolve() {
    let universe = nine();
    for wanted in
        ["simple 0 1, prelude 1 2", "only-simple 0 4, prelude 1 2", "chaotic 1 4, prelude 2 4", "prelude 20 50"]
    {
        let mut wanted = roots(wanted);
        let explanation = conflict(&universe, &wanted);
        assert!(!explanation.remedies.is_empty(), "{explanation}");
        for remedy in &explanation.remedies {
            let before =
                wanted.insert(remedy.dependency.clone(), remedy.range.union(&Range::exact(&remedy.admit))).unwrap();
            let resolution = resolve(&universe, &wanted).unwrap();
            assert_eq!(verify(&resolution, &universe, &wanted), []);
            wanted.insert(remedy.dependency.clone(), before);
        }
    }
}

#[test]
fn a_release_under_review_is_resolved_without_being_published() {
    let universe = nine();
    let (package, version, dependencies) = (name("fresh"), major(1), roots("simple 0 2"));
    let release = Release { version: &version, dependencies: &dependencies };
    let reviewed = With { base: &universe, name: &package, release };
    let resolution = Resolver::new(&reviewed).resolve_version(&package, &version).unwrap();
    assert_eq!(resolution, picks("fresh 1, simple 1, prelude 1"));
    assert!(matches!(Resolver::new(&universe).resolve_version(&package, &version), Err(Unsolvable::NotOnOffer { .. })));
}

#[test]
fn an_override_stands_in_for_the_published_bounds() {
    let universe = nine();
    let (package, version, dependencies) = (name("simple"), major(1), roots("prelude 3 5"));
    let release = Release { version: &version, dependencies: &dependencies };
    let overridden = With { base: &universe, name: &package, release };
    assert_eq!(resolve(&overridden, &roots("simple 0 2")).unwrap(), picks("simple 1, prelude 4"));
    assert_eq!(resolve(&universe, &roots("simple 0 2")).unwrap(), picks("simple 1, prelude 1"));
}

#[test]
fn a_dependency_on_itself_holds_or_forbids() {
    let universe = packages(
        "fine 1: fine 1 2
         never 1: never 2 3
         never 2: never 1 2",
    );
    assert_eq!(resolve(&universe, &roots("fine 1 2")).unwrap(), picks("fine 1"));
    let words = conflict(&universe, &roots("never 1 3")).to_string();
    assert!(words.contains("never 2.0.0 depends on itself as >=1.0.0 <2.0.0, which it is not"), "{words}");
    let error = Resolver::new(&universe).resolve_version(&name("never"), &major(1)).unwrap_err().to_string();
    assert!(error.contains("never 1.0.0 depends on itself as >=2.0.0 <3.0.0"), "{error}");
}

#[test]
fn packages_may_need_each_other() {
    let universe = packages(
        "a 1: b 1 2
         a 2: b 2 3
         b 1: a 1 2
         b 2: a 1 2",
    );
    assert_eq!(resolve(&universe, &roots("a 1 3")).unwrap(), picks("a 1, b 1"));
    let error = Resolver::new(&universe).resolve_version(&name("a"), &major(2)).unwrap_err().to_string();
    assert!(error.contains("b 2.0.0 depends on a >=1.0.0 <2.0.0"), "{error}");
}

/// `p0` needs `p1` needs `p2` … and the last one needs what `last` says.
fn chain(length: usize, last: &str) -> Packages {
    let link = |index: usize| {
        let needs = if index + 1 < length { roots(&format!("p{} 1 2", index + 1)) } else { roots(last) };
        (name(&format!("p{index}")), BTreeMap::from([(major(1), needs)]))
    };
    (0..length).map(link).collect()
}

#[test]
fn a_long_chain_resolves() {
    let wanted = roots("p0 1 2");
    let universe = chain(5_000, "");
    let resolution = resolve(&universe, &wanted).unwrap();
    assert_eq!(resolution.0.len(), 5_000);
    assert_eq!(verify(&resolution, &universe, &wanted), []);
}

/// The proof is as deep as the chain: neither reading, telling nor dropping it may use the stack for that.
#[test]
fn a_long_chain_that_ends_nowhere_is_explained() {
    let explanation = conflict(&chain(5_000, "absent 1 2"), &roots("p0 1 2"));
    assert_eq!(explanation.packages().len(), 5_001);
    let words = explanation.to_string();
    assert!(words.contains("p0 >=1.0.0 <2.0.0 is asked for"), "{words}");
    assert!(words.contains("p4999 1.0.0 depends on absent >=1.0.0 <2.0.0, but there is no package absent"), "{words}");
    assert!(words.lines().count() < 30, "{words}");
}

/// Every `q` must differ from every other and there is one value too few: no solver finds that out quickly.
fn pigeonholes(count: u64) -> (Packages, Roots) {
    let mut universe = Packages::new();
    let hole = |hole: u64, pigeon: u64| (name(&format!("hole-{hole}")), Range::exact(&major(pigeon)));
    for pigeon in 0..count {
        let choices = (0..count - 1).map(|choice| (major(choice), BTreeMap::from([hole(choice, pigeon)])));
        universe.insert(name(&format!("pigeon-{pigeon}")), choices.collect());
        universe
            .insert(name(&format!("hole-{pigeon}")), (0..count).map(|pigeon| (major(pigeon), Roots::new())).collect());
    }
    let wanted =
        (0..count).map(|pigeon| (name(&format!("pigeon-{pigeon}")), Range::new(major(0), major(count)).unwrap()));
    let wanted = wanted.collect();
    (universe, wanted)
}

#[test]
fn a_hostile_universe_is_given_up() {
    let (small, wanted) = pigeonholes(3);
    assert_eq!(conflict(&small, &wanted).packages().len(), 5);
    let (tangled, wanted) = pigeonholes(6);
    let words = conflict(&tangled, &wanted).to_string();
    assert!(words.len() < 20_000, "{} characters:\n{words}", words.len());
    let (large, wanted) = pigeonholes(40);
    assert!(matches!(resolve(&large, &wanted), Err(Unsolvable::OverBudget { .. })));
}

#[test]
fn the_checker_sees_each_kind_of_wrong() {
    let universe = nine();
    let wanted = roots("simple 0 2");
    let kinds = |text: &str| {
        let violations = verify(&picks(text), &universe, &wanted);
        violations.iter().map(ToString::to_string).collect::<Vec<_>>()
    };
    assert_eq!(kinds("prelude 1"), ["simple is needed by the roots and absent", "nothing needs prelude"]);
    assert_eq!(kinds("simple 1"), ["prelude is needed by simple and absent"]);
    assert_eq!(kinds("simple 1, prelude 0"), ["prelude 0.0.0 is outside >=1.0.0 <2.0.0 of simple"]);
    assert_eq!(
        kinds("simple 7, prelude 0"),
        ["simple 7.0.0 is outside >=0.0.0 <2.0.0 of the roots", "there is no simple 7.0.0", "nothing needs prelude",]
    );
    assert_eq!(kinds("simple 1, prelude 1, chaotic 1"), ["nothing needs chaotic"]);
}
