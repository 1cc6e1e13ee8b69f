//! Resolving with Cargo's ranges and pre-releases: what is found holds, and what is not found is nowhere.

use std::collections::BTreeMap;

use curator::model::{PackageName, Profile, Range, Version};
use curator::rules::resolve::{Resolution, Resolver, Unsolvable, verify};
use proptest::prelude::{ProptestConfig, Strategy, prop, prop_assert_eq, proptest};

type Dependencies = BTreeMap<PackageName, Range>;
type Packages = BTreeMap<PackageName, BTreeMap<Version, Dependencies>>;

const VERSIONS: [&str; 8] = ["0.1.0", "1.0.0-rc.1", "1.0.0", "1.1.0-a", "1.1.0-b", "1.1.0", "2.0.0-beta.2", "2.0.0"];
const RANGES: [&str; 12] = [
    "*",
    "^1",
    "1.*",
    "~1.0",
    "=1.1.0-a",
    "^1.1.0-a",
    ">=1.1.0-b, <2",
    "^2.0.0-beta",
    ">1.0.0",
    "<1.0.0",
    ">=0.1, <1.1.0-b",
    "=2",
];

fn name(number: usize) -> PackageName {
    Profile::Generic.name(&format!("@p/p{number}")).unwrap()
}

fn version(text: &str) -> Version {
    Profile::Generic.version(text).unwrap()
}

fn range(text: &str) -> Range {
    Profile::Generic.range(text).unwrap()
}

fn dependencies(most: usize) -> impl Strategy<Value = Dependencies> {
    let entry = (0..5_usize, prop::sample::select(RANGES.to_vec()));
    prop::collection::vec(entry, 0..=most)
        .prop_map(|all| all.into_iter().map(|(at, it)| (name(at), range(it))).collect())
}

fn packages() -> impl Strategy<Value = Packages> {
    let versions = prop::collection::btree_map(prop::sample::select(VERSIONS.to_vec()), dependencies(2), 1..5);
    let parsed = versions.prop_map(|all| all.into_iter().map(|(text, needs)| (version(text), needs)).collect());
    prop::collection::vec(parsed, 5).prop_map(|all| (0..).map(name).zip(all).collect())
}

/// Whether some choice of versions satisfies everything, tried one by one.
fn has_solution(packages: &Packages, roots: &Dependencies) -> bool {
    fn extend(packages: &Packages, open: &[(PackageName, Range)], chosen: &mut BTreeMap<PackageName, Version>) -> bool {
        let Some(((name, range), rest)) = open.split_first() else { return true };
        if let Some(version) = chosen.get(name) {
            return range.includes(version) && extend(packages, rest, chosen);
        }
        for (version, needs) in packages.get(name).into_iter().flatten().filter(|(version, _)| range.includes(version))
        {
            chosen.insert(name.clone(), version.clone());
            let mut open = rest.to_vec();
            open.extend(needs.iter().map(|(name, range)| (name.clone(), range.clone())));
            if extend(packages, &open, chosen) {
                return true;
            }
            chosen.remove(name);
        }
        false
    }
    let open: Vec<_> = roots.iter().map(|(name, range)| (name.clone(), range.clone())).collect();
    extend(packages, &open, &mut BTreeMap::new())
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn what_is_found_holds_and_what_is_not_is_nowhere(packages in packages(), roots in dependencies(3)) {
        match Resolver::new(&packages).resolve(&roots) {
            Ok(resolution) => prop_assert_eq!(verify(&resolution, &packages, &roots), vec![]),
            Err(Unsolvable::Conflict(explanation)) => {
                prop_assert_eq!(has_solution(&packages, &roots), false, "{}", explanation);
            }
            Err(other) => panic!("{other}"),
        }
    }
}

#[test]
fn nobody_gets_a_prerelease_without_asking() {
    let needs = |text: &str| Dependencies::from([(name(0), range(text))]);
    let versions = VERSIONS.map(|text| (version(text), Dependencies::new()));
    let packages = Packages::from([(name(0), BTreeMap::from(versions))]);
    for (text, expected) in [
        ("*", Some("2.0.0")),
        ("^1", Some("1.1.0")),
        ("<1.1.0", Some("1.0.0")),
        (">=1.1.0-a, <1.1.0", Some("1.1.0-b")),
        ("=1.1.0-a", Some("1.1.0-a")),
        ("^2.0.0-beta, <2.0.0", Some("2.0.0-beta.2")),
        ("<0.1.0", None),
        (">2", None),
    ] {
        let found = Resolver::new(&packages).resolve(&needs(text)).ok();
        let found = found.map(|Resolution(picks)| picks[&name(0)].to_string());
        assert_eq!(found.as_deref(), expected, "{text}");
    }
}
