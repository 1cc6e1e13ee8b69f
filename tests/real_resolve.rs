//! Resolving the real PureScript registry: every newest version, each with a checked answer or an explanation.
//!
//! Reads `index/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "data that does not read as the index does is a failed test"
)]
#![allow(clippy::print_stderr, reason = "the counts are what one runs this for")]

#[path = "support/brute.rs"]
mod brute;
mod real;

use std::collections::{BTreeMap, BTreeSet};
use std::time::{Duration, Instant};

use curator::model::{Breach, BreachKind, Dependencies, Impact, PackageName, PackageSet, Range, StatusKind, Version};
use curator::rules::impact::{Offer, Pinned, impact};
use curator::rules::resolve::{Lack, Resolution, Resolver, Unsolvable, verify};

use real::Packages;

fn read_all() -> Packages {
    real::packages(&real::directory().expect("CURATOR_REAL_DATA names the directory of the real data"))
}

fn newest(versions: &BTreeMap<Version, BTreeMap<PackageName, Range>>) -> &Version {
    versions.keys().next_back().expect("a package has a version")
}

/// How many requests ended which way.
#[derive(Default)]
struct Counts {
    solved: usize,
    explained: usize,
    with_remedy: usize,
    longest: String,
}

impl Counts {
    fn take(
        &mut self,
        answer: Result<Resolution, Unsolvable>,
        universe: &Packages,
        wanted: &BTreeMap<PackageName, Range>,
    ) {
        match answer {
            Ok(resolution) => {
                assert_eq!(verify(&resolution, universe, wanted), [], "{wanted:?}");
                self.solved += 1;
            }
            Err(Unsolvable::Conflict(explanation)) => {
                let words = explanation.to_string();
                let mut facts = explanation.steps.iter().flat_map(|step| &step.facts);
                let unknown = facts.any(|fact| fact.lack == Some(Lack::Unknown));
                assert!(explanation.packages().len() >= 2 || unknown, "{words}");
                self.explained += 1;
                self.with_remedy += usize::from(!explanation.remedies.is_empty());
                if words.lines().count() > self.longest.lines().count() {
                    self.longest = words;
                }
            }
            Err(other) => panic!("{wanted:?}: {other}"),
        }
    }

    fn report(&self, what: &str) {
        let Self { solved, explained, with_remedy, longest } = self;
        eprintln!("{what}: {solved} solved, {explained} explained ({with_remedy} with a bound that would help)");
        if !longest.is_empty() {
            eprintln!("the longest explanation:\n{longest}");
        }
    }
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_newest_version_resolves_or_is_explained() {
    let universe = read_all();
    let resolver = Resolver::new(&universe);
    let mut counts = Counts::default();
    for (name, versions) in &universe {
        let version = newest(versions);
        let itself = BTreeMap::from([(name.clone(), Range::exact(version))]);
        counts.take(resolver.resolve_version(name, version), &universe, &itself);
    }
    counts.report("every newest version");
    assert_eq!(counts.solved + counts.explained, universe.len());
}

/// The real registry has no conflicts of its own: these ask for every newest version beside a `prelude` that is years older.
#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_newest_version_with_an_old_prelude_is_explained() {
    let universe = read_all();
    let resolver = Resolver::new(&universe);
    let prelude: PackageName = "prelude".parse().unwrap();
    let old: Range = ">=4.0.0 <5.0.0".parse().unwrap();
    let mut counts = Counts::default();
    for (name, versions) in universe.iter().filter(|(name, _)| **name != prelude) {
        let wanted = BTreeMap::from([(name.clone(), Range::exact(newest(versions))), (prelude.clone(), old.clone())]);
        counts.take(resolver.resolve(&wanted), &universe, &wanted);
    }
    counts.report("every newest version with prelude 4");
    assert!(counts.explained > 500);
}

/// What a change makes of the real registry, which is what brute force finds, and in how much time.
fn changed<'u>(universe: &'u Packages, what: &str, change: impl FnOnce(&mut Offer<'u>)) -> Impact {
    let before = brute::offer(universe);
    let mut after = before.clone();
    change(&mut after);
    let start = Instant::now();
    let found = impact(&before, &after, &[]);
    let ours = start.elapsed();
    let start = Instant::now();
    let expected = brute::impact(&before, &after);
    let theirs = start.elapsed();
    assert!(brute::as_brute(&found) == expected, "{what}: {found:#?}\n{expected:#?}");
    let Impact { roots_examined, roots_resolved, became_unsolvable, resolves_differently, .. } = &found;
    eprintln!(
        "{what}: {roots_resolved} of {roots_examined} resolved, {} become unsolvable, {} resolve differently: {ours:?}, \
         brute force {theirs:?}",
        became_unsolvable.len(),
        resolves_differently.len()
    );
    assert!(ours < Duration::from_secs(20), "{what}: {ours:?}");
    found
}

/// The dependencies of the newest version of `name`, with `range` for one of them.
fn revised(universe: &Packages, name: &PackageName, dependency: &PackageName, range: &str) -> Dependencies {
    let versions = &universe[name];
    let mut dependencies = versions[newest(versions)].clone();
    *dependencies.get_mut(dependency).expect("it depends on that") = range.parse().unwrap();
    dependencies
}

/// `prelude` depends on nothing, so that its bounds cannot change: `effect`, on which as many rest, stands in for it.
#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_impact_of_a_change_is_what_brute_force_finds() {
    let universe = read_all();
    let [prelude, effect] = ["prelude", "effect"].map(|name| name.parse::<PackageName>().unwrap());
    let latest = |name: &PackageName| newest(&universe[name]).clone();

    let bounds = revised(&universe, &effect, &prelude, ">=6.0.0 <6.0.2");
    let version = latest(&effect);
    let narrowed = changed(&universe, "effect takes an older prelude", |offer| offer.put(&effect, &version, &bounds));
    // Many go down with it, and some need the newest.
    assert!(narrowed.resolves_differently.len() > 400 && narrowed.became_unsolvable.len() > 100);

    let bounds = revised(&universe, &effect, &prelude, ">=5.0.0 <6.0.0");
    let lost = changed(&universe, "effect takes no prelude of today", |offer| offer.put(&effect, &version, &bounds));
    assert!(lost.became_unsolvable.len() > 200, "{}", lost.became_unsolvable.len());

    let yanked = changed(&universe, "the newest prelude is yanked", |offer| {
        offer.mark(&prelude, Some(&latest(&prelude)), StatusKind::Yanked);
    });
    assert!(yanked.resolves_differently.len() > 400 && yanked.became_unsolvable.len() > 100);

    let named: BTreeSet<&PackageName> = universe.values().flatten().flat_map(|(_, needs)| needs.keys()).collect();
    let is_leaf = |(name, versions): &(&PackageName, &BTreeMap<_, _>)| {
        !named.contains(*name) && versions[newest(versions)].contains_key(&prelude)
    };
    let (leaf, _) = universe.iter().find(is_leaf).expect("some package is needed by none");
    let bounds = revised(&universe, leaf, &prelude, ">=1.0.0 <1.0.1");
    let version = latest(leaf);
    let alone = changed(&universe, &format!("{leaf} takes no prelude"), |offer| offer.put(leaf, &version, &bounds));
    assert_eq!((alone.roots_resolved, alone.became_unsolvable.len()), (1, 1));
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_newest_real_package_set_is_closed_and_the_impact_on_it_is_told() {
    let universe = read_all();
    let folder = real::directory().unwrap().join("package-sets");
    let version = |entry: std::fs::DirEntry| entry.file_name().to_str()?.strip_suffix(".json")?.parse::<Version>().ok();
    let newest = std::fs::read_dir(&folder).unwrap().filter_map(|entry| version(entry.unwrap())).max().unwrap();
    let text = std::fs::read_to_string(folder.join(format!("{newest}.json"))).unwrap();
    let set: PackageSet = serde_json::from_str(&text).unwrap();
    let (before, pinned) = (brute::offer(&universe), Pinned::by_set(&set));
    // It is closed. Its makers ask whether it compiles, and not for all ranges: that is no matter of a change.
    let breaches = pinned.breaches(&before);
    let fits = |breach: &&Breach| !matches!(breach.kind, BreachKind::OutOfRange { .. });
    assert_eq!(breaches.iter().find(fits), None, "{newest}");
    eprintln!("package set {newest}: {} members, {} ranges do not hold", set.packages.len(), breaches.len());
    let prelude: PackageName = "prelude".parse().unwrap();
    let effect: PackageName = "effect".parse().unwrap();
    let bounds = revised(&universe, &effect, &prelude, ">=6.0.0 <6.0.1");
    let mut after = before.clone();
    after.put(&effect, &set.packages[&effect], &bounds);
    let found = impact(&before, &after, &[pinned]);
    let pinning = &found.pinnings[0];
    assert_eq!((pinning.packages, pinning.broken.len(), pinning.unchanged), (set.packages.len(), 1, breaches.len()));
}
