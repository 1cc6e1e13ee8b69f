//! Which versions can stand together: the reasons, the proof, and the time that it takes.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Instant;

use curator::model::{Dependencies, PackageName, Range, Version};
use curator::rules::import::{Offers, RefusalKind, Surroundings, select};
use curator::rules::resolve::{resolve, verify};
use proptest::prelude::{Strategy, prop_assert, prop_assert_eq, proptest};

fn dependencies(pairs: &[(&str, &str)]) -> Dependencies {
    pairs.iter().map(|(name, range)| (name.parse().unwrap(), Range::parse_lenient(range).unwrap())).collect()
}

/// Offers from `name@version` and what each depends on.
fn offers(versions: &[(&str, &[(&str, &str)])]) -> Offers {
    let mut offers = Offers::new();
    for (version, needs) in versions {
        let (name, version) = version.split_once('@').unwrap();
        offers.entry(name.parse().unwrap()).or_default().insert(version.parse().unwrap(), dependencies(needs));
    }
    offers
}

#[test]
fn a_refusal_names_its_kind_and_draws_in_what_depends_on_it() {
    let surroundings = Surroundings {
        present: offers(&[("old@1.0.0", &[])]),
        unread: BTreeMap::from([
            ("lost".parse().unwrap(), BTreeSet::from(["1.0.0".parse().unwrap()])),
            ("mute".parse().unwrap(), BTreeSet::new()),
        ]),
        pending: BTreeSet::from(["later".parse().unwrap()]),
    };
    let offers = offers(&[
        ("a@1.0.0", &[("old", "^1.0.0")]),
        ("a@2.0.0", &[("old", "^2.0.0")]),
        ("b@1.0.0", &[("a", "^2.0.0")]),
        ("c@1.0.0", &[("b", "^1.0.0")]),
        ("d@1.0.0", &[("d", "^1.0.0")]),
        ("e@1.0.0", &[("nobody", "^1.0.0")]),
        ("f@1.0.0", &[("lost", "^1.0.0")]),
        ("f@2.0.0", &[("lost", "^2.0.0")]),
        ("g@1.0.0", &[("later", "^1.0.0")]),
        ("h@1.0.0", &[("mute", "^1.0.0")]),
        ("x@1.0.0", &[("a", "1.0.0"), ("y", "^1.0.0")]),
        ("y@1.0.0", &[("x", "^1.0.0")]),
        ("z@1.0.0", &[("l", "^1.0.0"), ("r", "^1.0.0")]),
        ("l@1.0.0", &[("s", "1.0.0")]),
        ("r@1.0.0", &[("s", "2.0.0")]),
        ("s@1.0.0", &[]),
        ("s@2.0.0", &[]),
        ("zz@1.0.0", &[("z", "^1.0.0")]),
    ]);
    let selection = select(&surroundings, &offers);
    let kept: Vec<String> = selection.kept.iter().map(|(name, version)| format!("{name}@{version}")).collect();
    assert_eq!(kept, ["a@1.0.0", "l@1.0.0", "r@1.0.0", "s@1.0.0", "s@2.0.0", "x@1.0.0", "y@1.0.0"]);
    let refused: Vec<(String, RefusalKind)> =
        selection.refused.iter().map(|((name, version), it)| (format!("{name}@{version}"), it.kind)).collect();
    let expected = [
        ("a@2.0.0", RefusalKind::DependencyRange),
        ("b@1.0.0", RefusalKind::DependencyRefused),
        ("c@1.0.0", RefusalKind::DependencyRefused),
        ("d@1.0.0", RefusalKind::DependencyItself),
        ("e@1.0.0", RefusalKind::DependencyUnknown),
        ("f@1.0.0", RefusalKind::DependencyRefused),
        ("f@2.0.0", RefusalKind::DependencyRange),
        ("g@1.0.0", RefusalKind::DependencyPending),
        ("h@1.0.0", RefusalKind::DependencyRange),
        ("z@1.0.0", RefusalKind::Unsolvable),
        ("zz@1.0.0", RefusalKind::Unsolvable),
    ];
    assert_eq!(refused, expected.map(|(version, kind)| (version.to_owned(), kind)));
}

fn universes() -> impl Strategy<Value = Offers> {
    let name = |number: u64| -> PackageName { format!("p{number}").parse().unwrap() };
    let version = |number: u64| Version::new(number, 0, 0).unwrap();
    let range =
        (0..4_u64, 1..3_u64).prop_map(move |(low, length)| Range::new(version(low), version(low + length)).unwrap());
    let needs = proptest::collection::btree_map((0..9_u64).prop_map(name), range, 0..3);
    let versions = proptest::collection::btree_map((0..4_u64).prop_map(version), needs, 1..4);
    proptest::collection::vec(versions, 1..8).prop_map(move |packages| (0..).map(name).zip(packages).collect())
}

proptest! {
    /// Whatever is kept resolves within what is kept, and whatever is refused would not even resolve within all of it.
    #[test]
    fn what_is_kept_stands_and_nothing_else_could(offers in universes(), present in universes()) {
        let surroundings = Surroundings { present: present.clone(), ..Surroundings::default() };
        // What depends on itself is refused without a look at the rest, and is told by a test of its own.
        let sound = |name: &PackageName, needs: &Dependencies| !needs.contains_key(name);
        let new: Offers = offers.iter().map(|(name, versions)| {
            let absent = |version: &Version| !present.get(name).is_some_and(|there| there.contains_key(version));
            (name.clone(), versions.iter().filter(|(v, needs)| absent(v) && sound(name, needs)).map(|(v, d)| (v.clone(), d.clone())).collect())
        }).collect();
        let selection = select(&surroundings, &new);
        prop_assert_eq!(selection.kept.len() + selection.refused.len(), new.values().map(BTreeMap::len).sum::<usize>());
        let universe = |chosen: &dyn Fn(&PackageName, &Version) -> bool| {
            let mut all = present.clone();
            for (name, versions) in &new {
                let chosen = versions.iter().filter(|(version, _)| chosen(name, version));
                all.entry(name.clone()).or_default().extend(chosen.map(|(v, d)| (v.clone(), d.clone())));
            }
            all
        };
        let kept = universe(&|name, version| selection.kept.contains(&(name.clone(), version.clone())));
        for (name, version) in &selection.kept {
            let roots = BTreeMap::from([(name.clone(), Range::exact(version))]);
            let resolution = resolve(&kept, &roots);
            prop_assert!(resolution.as_ref().is_ok_and(|it| verify(it, &kept, &roots).is_empty()), "{name}@{version}: {resolution:?}");
        }
        let all = universe(&|_, _| true);
        for (name, version) in selection.refused.keys() {
            let roots = BTreeMap::from([(name.clone(), Range::exact(version))]);
            prop_assert!(resolve(&all, &roots).is_err(), "{name}@{version}");
        }
    }
}

/// As many versions as the Bower days had, of which as many do not resolve: the real ones, and copies of them that ask for
/// versions from before or after their dependencies' time.
#[test]
#[allow(clippy::print_stderr, reason = "the figures are what one runs this for")]
#[ignore = "needs the data of the PureScript registry in CURATOR_REAL_DATA"]
fn thousands_of_versions_are_selected_in_seconds() {
    let directory = crate::real::directory().expect("CURATOR_REAL_DATA names the directory of the real data");
    let real: Offers = crate::real::packages(&directory);
    let copy = |versions: &BTreeMap<Version, Dependencies>, at: usize| -> BTreeMap<Version, Dependencies> {
        let mut stale = Vec::new();
        for (version, needs) in versions {
            let mut needs = needs.clone();
            // One bound of each copy is that of the oldest version there is.
            if let Some((name, range)) = needs.iter_mut().nth(at % versions.len().max(1)) {
                let oldest = real.get(name).and_then(|versions| versions.keys().next().cloned());
                *range = oldest.map_or_else(|| range.clone(), |oldest| Range::exact(&oldest));
            }
            stale.push((Version::new(version.major() + 1000, version.minor(), version.patch()).unwrap(), needs));
        }
        versions.clone().into_iter().chain(stale).collect()
    };
    let offers: Offers =
        real.iter().enumerate().map(|(at, (name, versions))| (name.clone(), copy(versions, at))).collect();
    for offers in [real.clone(), offers] {
        let began = Instant::now();
        let selection = select(&Surroundings::default(), &offers);
        let mut kinds: BTreeMap<RefusalKind, usize> = BTreeMap::new();
        selection.refused.values().for_each(|refusal| *kinds.entry(refusal.kind).or_default() += 1);
        eprintln!("{} kept, refused {kinds:?}, {:?}", selection.kept.len(), began.elapsed());
    }
}
