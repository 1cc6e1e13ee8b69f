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

mod real;

use std::collections::BTreeMap;

use curator::model::{PackageName, Range, Version};
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
