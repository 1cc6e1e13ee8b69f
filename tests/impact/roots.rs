//! Packages at their newest versions: which are lost, found, or come to others.

use curator::model::{Impact, Move, StatusKind, Version};
use curator::rules::impact::{Offer, impact};

use crate::brute::{Packages, as_brute, impact as brute, offer};
use crate::{dependencies, name, packages, told, town, version};

/// What a change makes of the town. Whatever a test says of it, brute force says, too.
fn after<'t>(town: &'t Packages, change: impl FnOnce(&mut Offer<'t>)) -> Impact {
    let before = offer(town);
    let mut after = before.clone();
    change(&mut after);
    let found = impact(&before, &after, &[]);
    assert_eq!(as_brute(&found), brute(&before, &after));
    found
}

fn moves(moves: &[Move]) -> Vec<String> {
    let at = |version: &Option<Version>| version.as_ref().map_or("-".to_owned(), ToString::to_string);
    moves.iter().map(|it| format!("{} {} -> {}", it.name, at(&it.before), at(&it.after))).collect()
}

#[test]
fn without_a_change_nothing_is_resolved() {
    let found = after(&town(), |_| {});
    assert_eq!(found, Impact { roots_examined: 5, ..Impact::default() });
    assert!(found.is_none());
    // The same ranges once more are no change, and neither is a status that keeps nobody off.
    let same = dependencies(&[("core", ">=1.0.0 <3.0.0")]);
    let (lists, newest) = (name("lists"), version("2.0.0"));
    let town = town();
    let before = offer(&town);
    let mut later = before.clone();
    later.put(&lists, &newest, &same);
    later.mark(&lists, None, StatusKind::Deprecated);
    assert_eq!(impact(&before, &later, &[]), found);
}

#[test]
fn narrower_bounds_can_make_others_unsolvable() {
    let narrow = dependencies(&[("core", ">=1.0.0 <2.0.0")]);
    let (maps, first) = (name("maps"), version("1.0.0"));
    let none = dependencies(&[("core", ">=7.0.0 <8.0.0")]);
    let town = town();
    let found = after(&town, |offer| offer.put(&maps, &first, &none));
    let lost: Vec<String> = found.became_unsolvable.iter().map(|it| told(&it.root)).collect();
    assert_eq!(lost, ["app 1.0.0 -> 1.0.0", "maps 1.0.0 -> 1.0.0"]);
    let why = found.became_unsolvable[0].why.as_ref().unwrap();
    assert!(why.contains("maps 1.0.0 depends on core >=7.0.0 <8.0.0, but core only has"), "{why}");
    assert_eq!((found.resolves_differently.len(), found.roots_resolved, found.is_none()), (0, 2, false));
    // With bounds that can be met, both come down to the older core instead.
    let found = after(&town, |offer| offer.put(&maps, &first, &narrow));
    let rerouted: Vec<_> = found.resolves_differently.iter().map(|it| (told(&it.root), moves(&it.moves))).collect();
    let core = || vec!["core 2.0.0 -> 1.0.0".to_owned()];
    assert_eq!(rerouted, [("app 1.0.0 -> 1.0.0".to_owned(), core()), ("maps 1.0.0 -> 1.0.0".to_owned(), core())]);
    assert!(found.became_unsolvable.is_empty() && found.became_solvable.is_empty());
}

#[test]
fn wider_bounds_can_make_others_solvable() {
    let town = packages(&[
        ("core@2.0.0", &[]),
        ("lists@1.0.0", &[("core", ">=1.0.0 <2.0.0")]),
        ("app@1.0.0", &[("lists", ">=1.0.0 <2.0.0")]),
    ]);
    let wide = dependencies(&[("core", ">=1.0.0 <3.0.0")]);
    let (lists, first) = (name("lists"), version("1.0.0"));
    let found = after(&town, |offer| offer.put(&lists, &first, &wide));
    let gained: Vec<String> = found.became_solvable.iter().map(told).collect();
    assert_eq!(gained, ["app 1.0.0 -> 1.0.0", "lists 1.0.0 -> 1.0.0"]);
}

#[test]
fn a_yank_of_the_newest_version_leads_to_the_one_before() {
    let town = town();
    for kind in [StatusKind::Yanked, StatusKind::Quarantined, StatusKind::Unpublished] {
        let found = after(&town, |offer| offer.mark(&name("lists"), Some(&version("2.0.0")), kind));
        // The older lists wants the older core, and maps the newer one.
        let lost: Vec<String> = found.became_unsolvable.iter().map(|it| told(&it.root)).collect();
        assert_eq!(lost, ["app 1.0.0 -> 1.0.0"], "{kind:?}");
        let rerouted: Vec<_> = found.resolves_differently.iter().map(|it| (told(&it.root), moves(&it.moves))).collect();
        let expected = vec!["core 2.0.0 -> 1.0.0".to_owned(), "lists 2.0.0 -> 1.0.0".to_owned()];
        assert_eq!(rerouted, [("lists 2.0.0 -> 1.0.0".to_owned(), expected)], "{kind:?}");
    }
    // A yank of what nobody takes reaches some, and changes nothing.
    let found = after(&town, |offer| offer.mark(&name("lists"), Some(&version("1.0.0")), StatusKind::Yanked));
    assert!(found.is_none() && found.roots_resolved == 2, "{found:?}");
}

#[test]
fn a_package_without_a_version_left_is_lost_with_all_that_need_it() {
    let town = town();
    let found = after(&town, |offer| offer.mark(&name("core"), None, StatusKind::Quarantined));
    let lost: Vec<_> = found.became_unsolvable.iter().map(|it| (told(&it.root), it.why.is_some())).collect();
    let expected = [
        ("app 1.0.0 -> 1.0.0", true),
        ("core 2.0.0 -> -", false),
        ("lists 2.0.0 -> 2.0.0", true),
        ("maps 1.0.0 -> 1.0.0", true),
    ];
    assert_eq!(lost, expected.map(|(root, has_reason)| (root.to_owned(), has_reason)));
    // The graver status counts, in whichever order they are told.
    let before = offer(&town);
    let mut mixed = before.clone();
    mixed.mark(&name("core"), None, StatusKind::Quarantined);
    mixed.mark(&name("core"), Some(&version("1.0.0")), StatusKind::Yanked);
    let withdrawn = mixed.get(&name("core"), &version("1.0.0")).unwrap().withdrawn;
    assert_eq!(withdrawn, Some(StatusKind::Quarantined));
}

#[test]
fn new_versions_are_taken_and_new_packages_appear() {
    let town = town();
    let (core, third, fresh) = (name("core"), version("2.1.0"), name("fresh"));
    let (nothing, needs) = (dependencies(&[]), dependencies(&[("core", ">=2.0.0 <3.0.0")]));
    let found = after(&town, |offer| {
        offer.put(&core, &third, &nothing);
        offer.put(&fresh, &third, &needs);
    });
    assert_eq!(found.became_solvable.iter().map(told).collect::<Vec<_>>(), ["fresh - -> 2.1.0"]);
    let rerouted: Vec<String> = found.resolves_differently.iter().map(|it| told(&it.root)).collect();
    assert_eq!(rerouted, ["app 1.0.0 -> 1.0.0", "core 2.0.0 -> 2.1.0", "lists 2.0.0 -> 2.0.0", "maps 1.0.0 -> 1.0.0"]);
    assert_eq!((found.roots_examined, found.roots_resolved), (6, 5));
}

/// Every pigeon must have a hole of its own, and there is one hole too few: no solver finds that out quickly.
#[test]
fn where_a_search_is_given_up_nobody_knows() {
    let count = 40u64;
    let exact = |number: u64| format!(">={number}.0.0 <{number}.0.1");
    let mut town = town();
    let mut all = Vec::new();
    for pigeon in 0..count {
        let (hen, hole) = (format!("pigeon-{pigeon}"), format!("hole-{pigeon}"));
        for number in 0..count {
            let at = version(&format!("{number}.0.0"));
            town.entry(name(&hole)).or_default().insert(at.clone(), dependencies(&[]));
            if number + 1 < count {
                let needs = dependencies(&[(&format!("hole-{number}"), &exact(pigeon))]);
                town.entry(name(&hen)).or_default().insert(at, needs);
            }
        }
        all.push((name(&hen), ">=0.0.0 <99.0.0".parse().unwrap()));
    }
    let (alone, first, pigeons) = (name("alone"), version("1.0.0"), all.into_iter().collect());
    let before = offer(&town);
    let mut later = before.clone();
    later.put(&alone, &first, &pigeons);
    let found = impact(&before, &later, &[]);
    assert_eq!(found.undecided.iter().map(told).collect::<Vec<_>>(), ["alone 1.0.0 -> 1.0.0"]);
    assert!(found.became_unsolvable.is_empty() && !found.is_none());
}
