//! The package sets of the PureScript registry: each is sound, and what would have come of each is held against what came.
//!
//! Reads `index/`, `metadata/` and `package-sets/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::time::Instant;

use curator::adapters::Directory;
use curator::model::{Area, Date, PackageName, PackageSet, Place, SetWishes, TreePath, Version};
use curator::ports::{Repo as _, Role};
use curator::rules::package_set::{Hold, Offer, Proposal, SetCase, SetRequest, Shelf, check_set_file, propose};

use crate::market::{edits, held};
use crate::program::run;

fn real() -> PathBuf {
    PathBuf::from(
        std::env::var_os("CURATOR_REAL_DATA").expect("CURATOR_REAL_DATA names the directory of the real data"),
    )
}

fn files(folder: &str) -> Vec<(TreePath, Vec<u8>)> {
    let directory = Directory::reading(&real().join(folder), Role::Registry);
    let wait = tokio::runtime::Runtime::new().unwrap();
    let head = wait.block_on(directory.head()).unwrap();
    directory.read_all(&head, None).unwrap()
}

fn shelf() -> Shelf {
    let mut all = files("index");
    for folder in ["metadata", "package-sets"] {
        let within = |(path, bytes): (TreePath, Vec<u8>)| (format!("{folder}/{path}").parse().unwrap(), bytes);
        all.extend(files(folder).into_iter().map(within));
    }
    Shelf::read(all).unwrap()
}

fn today() -> Date {
    "2026-08-18".parse().unwrap()
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn every_set_is_sound_but_for_ranges() {
    let shelf = shelf();
    let offer = Offer { index: &shelf.index, is_usable: &|_, _| true, is_withheld: &|_, _| false };
    let (mut beyond, started) = (0, Instant::now());
    for (version, bytes) in &shelf.sets {
        let previous = shelf.before(version).unwrap();
        let case = SetCase { offer, previous: previous.as_ref(), today: today() };
        let found = check_set_file(&case, Some(version), &Place::file(Area::Registry, "set"), bytes);
        assert!(found.iter().all(|finding| !finding.is_error()), "{version}: {found:#?}");
        beyond += found.len();
    }
    eprintln!("{} sets, {beyond} of them beyond some range, in {:?}", shelf.sets.len(), started.elapsed());
    assert_eq!((shelf.sets.len(), beyond), (501, 167));
}

/// What the next set after `newest` would be on a day, had nothing been published after that day.
fn next(shelf: &Shelf, newest: &PackageSet, wishes: &SetWishes, day: Date) -> Proposal {
    let is_usable = |name: &PackageName, version: &Version| {
        shelf.index.published(name, version).is_some_and(|facts| facts.published_time.date() <= day)
    };
    let offer = Offer { index: &shelf.index, is_usable: &is_usable, is_withheld: &|_, _| false };
    propose(&SetRequest { offer, newest: Some(newest), wishes, today: day }, &mut |_| Ok(()))
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_next_set_holds_together_and_is_explained() {
    let shelf = shelf();
    let newest = shelf.newest().unwrap().unwrap();
    let started = Instant::now();
    let proposal = next(&shelf, &newest, &SetWishes::default(), today());
    let took = started.elapsed();
    eprintln!(
        "after {} with {} packages, in {took:?}: {}",
        newest.version,
        newest.packages.len(),
        edits(&proposal.edits)
    );
    for line in held(&proposal) {
        eprintln!("  held back: {line}");
    }
    assert!(took.as_secs() < 5);
    assert_eq!(proposal.findings, []);
    let set = proposal.next.unwrap_or(newest.clone());
    for (name, version) in &set.packages {
        assert!(newest.packages.get(name).is_none_or(|old| version >= old));
        let manifest = shelf.index.manifest(name, version).unwrap();
        assert!(manifest.dependencies.keys().all(|dependency| set.packages.contains_key(dependency)));
    }
    assert!(newest.packages.keys().all(|name| set.packages.contains_key(name)));
    // A set from nothing: whatever fits of everything.
    let started = Instant::now();
    let wishes = SetWishes { compiler: Some(newest.compiler.clone()), ..SetWishes::default() };
    let offer = Offer { index: &shelf.index, is_usable: &|_, _| true, is_withheld: &|_, _| false };
    let first = propose(&SetRequest { offer, newest: None, wishes: &wishes, today: today() }, &mut |_| Ok(()));
    let packages = first.next.unwrap().packages.len();
    eprintln!("a first set: {packages} packages, {} held back, in {:?}", first.held.len(), started.elapsed());
    assert!(packages > 300 && started.elapsed().as_secs() < 20);
}

/// The sets of a year, each as it would have come of the one before it.
#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_sets_of_the_past_are_told_anew() {
    let shelf = shelf();
    let sets: Vec<PackageSet> = shelf.sets.values().map(|bytes| serde_json::from_slice(bytes).unwrap()).collect();
    let recent = &sets[sets.len() - 60..];
    let (mut same, mut more, mut fewer) = (0, 0, BTreeMap::<&str, usize>::new());
    for pair in recent.windows(2) {
        let [before, after] = pair else { panic!("two at a time") };
        let proposal = next(&shelf, before, &SetWishes::default(), after.published);
        assert_eq!(proposal.findings, [], "{}", after.version);
        let ours = proposal.next.as_ref().map_or(&before.packages, |set| &set.packages);
        for (name, version) in &after.packages {
            if before.packages.get(name) == Some(version) {
                continue;
            }
            if ours.get(name) == Some(version) {
                same += 1;
                continue;
            }
            let why = proposal
                .held
                .iter()
                .find(|held| matches!(&held.wanted, curator::rules::package_set::Wanted::Version(of, _) if of == name));
            *fewer
                .entry(match why.map(|held| &held.why) {
                    Some(Hold::Clash(clash)) if clash.found.is_some() => "a range would be left",
                    Some(Hold::Clash(_)) => "a dependency is missing",
                    Some(_) => "it was not compiled",
                    None => "it is no news, or another version comes",
                })
                .or_default() += 1;
        }
        more += ours.iter().filter(|(name, version)| after.packages.get(*name) != Some(*version)).count();
    }
    eprintln!("{same} changes of {} sets told anew, {more} more, {fewer:?} fewer", recent.len() - 1);
    // Where theirs took a range for a wish or left out what did not compile, ours differs: the counts say how often.
    let fewer: Vec<(&str, usize)> = fewer.into_iter().collect();
    let expected =
        [("a range would be left", 46), ("it is no news, or another version comes", 30), ("it was not compiled", 15)];
    assert_eq!((same, more, fewer.as_slice()), (88, 488, &expected[..]));
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_program_reads_a_plain_copy() {
    let home = tempfile::tempdir().unwrap();
    let (registry, index) = (real(), real().join("index"));
    let places = ["--registry", registry.to_str().unwrap(), "--index", index.to_str().unwrap()];
    let started = Instant::now();
    let checked = run(home.path(), [&["package-set", "check"][..], &places].concat()).ends(0);
    checked.prints(&["warning[A013]", "package-sets/80.8.0.json", "0 errors, 1 warning"]);
    run(home.path(), [&["package-set", "check", "61.0.0"][..], &places].concat()).ends(0);
    let said = run(home.path(), [&["package-set", "propose"][..], &places].concat()).ends(0);
    eprintln!("{}\nin {:?}", said.out, started.elapsed());
    run(home.path(), [&["package-set", "update"][..], &places].concat()).ends(3);
}
