//! Whatever changes, looking only where the change can reach finds what brute force finds.

use curator::model::{Dependencies, PackageName, Range, StatusKind, Version};
use curator::rules::impact::impact;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_oneof, proptest};

use crate::brute::{Packages, as_brute, impact as brute, offer};

const PACKAGES: u64 = 10;

fn package(number: u64) -> PackageName {
    format!("p{number}").parse().unwrap()
}

fn major(number: u64) -> Version {
    Version::new(number, 0, 0).unwrap()
}

fn ranges() -> impl Strategy<Value = Range> {
    (0..4u64, 1..4u64).prop_map(|(lower, length)| Range::new(major(lower), major(lower + length)).unwrap())
}

/// Dependencies, on a name that nobody has among others.
fn some_dependencies() -> impl Strategy<Value = Dependencies> {
    proptest::collection::btree_map((0..=PACKAGES).prop_map(package), ranges(), 0..=3)
}

fn universes() -> impl Strategy<Value = Packages> {
    let versions = proptest::collection::btree_map((0..5u64).prop_map(major), some_dependencies(), 1..4);
    let count = usize::try_from(PACKAGES).unwrap();
    proptest::collection::vec(versions, count).prop_map(|packages| (0..).map(package).zip(packages).collect())
}

/// One thing that changes.
#[derive(Debug, Clone)]
enum Edit {
    /// A version has other ranges, or is new.
    Put(PackageName, Version, Dependencies),
    /// A version, or a whole package, gets a status.
    Mark(PackageName, Option<Version>, StatusKind),
    /// The ranges of all that a version depends on are replaced by this one, as an override does.
    Revise(PackageName, usize, Range),
}

fn edits() -> impl Strategy<Value = Edit> {
    let kinds = prop_oneof![
        Just(StatusKind::Yanked),
        Just(StatusKind::Deprecated),
        Just(StatusKind::Quarantined),
        Just(StatusKind::Unpublished)
    ];
    let name = || (0..=PACKAGES).prop_map(package);
    prop_oneof![
        1 => (name(), (0..6u64).prop_map(major), some_dependencies()).prop_map(|(n, v, d)| Edit::Put(n, v, d)),
        1 => (name(), proptest::option::of((0..5u64).prop_map(major)), kinds).prop_map(|(n, v, k)| Edit::Mark(n, v, k)),
        2 => (name(), any::<usize>(), ranges()).prop_map(|(n, at, range)| Edit::Revise(n, at, range)),
    ]
}

/// The universe with all that is only put, so that it can be borrowed.
fn edited(packages: &Packages, edits: &[Edit]) -> Packages {
    let mut edited = packages.clone();
    for edit in edits {
        match edit {
            Edit::Put(name, version, dependencies) => {
                edited.entry(name.clone()).or_default().insert(version.clone(), dependencies.clone());
            }
            Edit::Revise(name, at, range) => {
                let Some(versions) = edited.get_mut(name) else { continue };
                let at = at % versions.len();
                let dependencies = versions.values_mut().nth(at).unwrap();
                for known in dependencies.values_mut() {
                    *known = range.clone();
                }
            }
            Edit::Mark(..) => {}
        }
    }
    edited
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn the_fast_way_finds_what_brute_force_finds(
        packages in universes(),
        already in proptest::collection::vec(edits(), 0..3),
        change in proptest::collection::vec(edits(), 1..4),
    ) {
        let (first, second) = (edited(&packages, &already), edited(&edited(&packages, &already), &change));
        let (mut before, mut after) = (offer(&first), offer(&second));
        for edit in &already {
            if let Edit::Mark(name, version, kind) = edit {
                before.mark(name, version.as_ref(), *kind);
                after.mark(name, version.as_ref(), *kind);
            }
        }
        for edit in &change {
            if let Edit::Mark(name, version, kind) = edit {
                after.mark(name, version.as_ref(), *kind);
            }
        }
        for (before, after) in [(&before, &after), (&after, &before)] {
            assert_eq!(as_brute(&impact(before, after, &[])), brute(before, after));
        }
    }
}
