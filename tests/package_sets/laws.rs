//! What holds of every next set, whatever is for sale, in the set and wished for.

use std::collections::BTreeMap;

use curator::model::{PackageName, PackageSet, Range, Version};
use curator::rules::package_set::{Edit, Edits, Hold, Origin, Proposal, Shelf, Wanted, applied};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, proptest};

use crate::market::{Market, version};

const NAMES: [&str; 7] = ["ape", "bee", "cow", "dog", "elk", "fox", "gnu"];

/// A version of one of the names: what it depends on, whether it is new, and whether it was yanked.
type Sold = (usize, u64, Vec<(usize, u64, u64)>, bool, bool);

fn sold() -> impl Strategy<Value = Sold> {
    let dependency = (0..NAMES.len(), 1..4_u64, 1..4_u64);
    let dependencies = proptest::collection::vec(dependency, 0..3);
    (0..NAMES.len(), 1..4_u64, dependencies, any::<bool>(), proptest::bool::weighted(0.1))
}

/// A wish for a version, or for a removal.
type Wish = (usize, Option<u64>);

fn markets() -> impl Strategy<Value = Market> {
    let wish = (0..NAMES.len(), proptest::option::weighted(0.7, 1..5_u64));
    let sold = proptest::collection::vec(sold(), 1..24);
    let members = proptest::collection::vec((0..NAMES.len(), 1..4_u64), 0..7);
    let wishes = proptest::collection::vec(wish, 0..3);
    (sold, members, wishes).prop_map(|(sold, members, wishes)| market(sold, &members, &wishes))
}

fn market(sold: Vec<Sold>, members: &[(usize, u64)], wishes: &[Wish]) -> Market {
    let sold: BTreeMap<(usize, u64), Sold> = sold.into_iter().map(|it| ((it.0, it.1), it)).collect();
    let mut market = Market::new();
    for (of, major, dependencies, is_new, is_yanked) in sold.into_values() {
        let texts: Vec<(&str, String)> = dependencies
            .iter()
            .filter(|(dependency, ..)| *dependency != of)
            .map(|(dependency, from, length)| (NAMES[*dependency], format!(">={from}.0.0 <{}.0.0", from + length)))
            .collect();
        let dependencies: Vec<(&str, &str)> = texts.iter().map(|(name, range)| (*name, range.as_str())).collect();
        let text = format!("{major}.0.0");
        market = if is_new {
            market.offers(NAMES[of], &text, &dependencies)
        } else {
            market.sells(NAMES[of], &text, &dependencies)
        };
        if is_yanked {
            market = market.yanks(NAMES[of], &text);
        }
    }
    for (of, wish) in wishes {
        market = match wish {
            Some(major) => market.wishes(NAMES[*of], &format!("{major}.0.0")),
            None => market.drops(NAMES[*of]),
        };
    }
    let closed = closed(&market, members);
    let members: Vec<(&str, String)> =
        closed.iter().map(|(name, version)| (name.as_str(), version.to_string())).collect();
    let members: Vec<(&str, &str)> = members.iter().map(|(name, version)| (*name, version.as_str())).collect();
    market.has(&members)
}

/// Those members that are there and find all that they need, whatever the range.
fn closed(market: &Market, members: &[(usize, u64)]) -> BTreeMap<PackageName, Version> {
    let shelf = Shelf::read(market.files()).unwrap();
    let mut closed: BTreeMap<PackageName, Version> = members
        .iter()
        .map(|(of, major)| (NAMES[*of].parse().unwrap(), version(&format!("{major}.0.0"))))
        .filter(|(name, version)| shelf.index.manifest(name, version).is_some())
        .collect();
    loop {
        let lacks = |(name, version): &(&PackageName, &Version)| {
            needs(&shelf, name, version).keys().any(|needed| !closed.contains_key(needed))
        };
        let Some(name) = closed.iter().find(lacks).map(|(name, _)| name.clone()) else { return closed };
        closed.remove(&name);
    }
}

fn needs<'s>(shelf: &'s Shelf, name: &PackageName, version: &Version) -> &'s BTreeMap<PackageName, Range> {
    &shelf.index.manifest(name, version).unwrap().dependencies
}

/// Whether the edits fit: the rule of the house, read off the result and of nothing else.
fn fits(shelf: &Shelf, before: &BTreeMap<PackageName, Version>, edits: &Edits) -> bool {
    let after = applied(before, edits);
    after.iter().all(|(name, version)| {
        needs(shelf, name, version).iter().all(|(dependency, range)| {
            let Some(found) = after.get(dependency) else { return false };
            let was_left = before.get(dependency).is_some_and(|before| !range.includes(before));
            range.includes(found) || !edits.contains_key(name) && was_left
        })
    })
}

fn shelf_of(market: &Market) -> Shelf {
    Shelf::read(market.files()).unwrap()
}

fn members(set: Option<&PackageSet>) -> BTreeMap<PackageName, Version> {
    set.map(|set| set.packages.clone()).unwrap_or_default()
}

fn after(proposal: &Proposal) -> BTreeMap<PackageName, Version> {
    members(proposal.next.as_ref().or(proposal.before.as_ref()))
}

/// The edits that were possible and did not fit.
fn clashing(proposal: &Proposal) -> Vec<(PackageName, Edit)> {
    let clashes = proposal.held.iter().filter(|held| matches!(held.why, Hold::Clash(_)));
    let edit = |wanted: &Wanted| match wanted {
        Wanted::Version(name, version) => (name.clone(), Edit::Put(version.clone())),
        Wanted::Removal(name) => (name.clone(), Edit::Remove),
        other => panic!("{other:?} does not clash"),
    };
    clashes.map(|held| edit(&held.wanted)).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn the_next_set_holds_together(market in markets()) {
        let (shelf, proposal) = (shelf_of(&market), market.proposal());
        prop_assert_eq!(&proposal.findings, &[]);
        prop_assert!(fits(&shelf, &members(market.newest.as_ref()), &proposal.edits), "{proposal:#?}");
        prop_assert_eq!(proposal.next.is_some(), !proposal.edits.is_empty());
    }

    #[test]
    fn nothing_goes_down_or_away_without_a_wish(market in markets()) {
        let (before, next) = (members(market.newest.as_ref()), after(&market.proposal()));
        for (name, old) in &before {
            let wish = market.wishes.packages.get(name);
            match next.get(name) {
                Some(version) if version >= old => {}
                other => prop_assert_eq!(wish.map(Option::as_ref), Some(other), "{}", name),
            }
        }
    }

    #[test]
    fn a_wish_decides_about_its_package(market in markets()) {
        let (before, next) = (members(market.newest.as_ref()), after(&market.proposal()));
        for (name, wish) in &market.wishes.packages {
            prop_assert!(next.get(name) == wish.as_ref() || next.get(name) == before.get(name), "{name}");
        }
    }

    #[test]
    fn the_answer_depends_on_what_is_there_and_not_on_its_order(
        (market, order) in markets().prop_flat_map(|market| {
            let files = market.files();
            (Just(market), Just(files).prop_shuffle())
        }),
    ) {
        let shuffled = market.proposed(&Shelf::read(order).unwrap(), market.newest.as_ref(), &mut |_| Ok(()));
        prop_assert_eq!(market.proposal(), shuffled);
    }

    #[test]
    fn what_was_proposed_leaves_nothing_to_propose(market in markets()) {
        let proposal = market.proposal();
        let again = market.proposed(&shelf_of(&market), proposal.next.as_ref().or(market.newest.as_ref()), &mut |_| Ok(()));
        prop_assert_eq!(again.next, None);
        prop_assert_eq!(again.edits, Edits::new());
    }

    /// No choice of what was held back would have fitted besides: found by trying every one.
    #[test]
    fn nothing_is_held_back_that_could_come(market in markets()) {
        let (shelf, proposal) = (shelf_of(&market), market.proposal());
        let (held, base) = (clashing(&proposal), after(&proposal));
        for choice in 1..1_usize << held.len() {
            let chosen: Edits =
                held.iter().enumerate().filter(|(at, _)| choice >> at & 1 == 1).map(|(_, edit)| edit.clone()).collect();
            prop_assert!(!fits(&shelf, &base, &chosen), "{chosen:?} would fit: {proposal:#?}");
        }
    }

    #[test]
    fn only_what_was_tried_is_released(market in markets(), broken in 0..NAMES.len()) {
        let broken: PackageName = NAMES[broken].parse().unwrap();
        let before = members(market.newest.as_ref());
        let mut passed = Vec::new();
        let proposal = market.verified(&mut |set| {
            if set.packages.get(&broken) != before.get(&broken) {
                return Err("it fails".to_owned());
            }
            passed.push(set.clone());
            Ok(())
        });
        let next = after(&proposal);
        prop_assert_eq!(next.get(&broken), before.get(&broken));
        prop_assert!(fits(&shelf_of(&market), &before, &proposal.edits));
        prop_assert!(proposal.next.is_none_or(|next| passed.contains(&next)));
    }

    /// Where all else is yanked, only wishes are left.
    #[test]
    fn a_wish_that_could_be_had_alone_is_had(market in markets()) {
        let mut alone = market.clone();
        for (name, major) in NAMES.into_iter().flat_map(|name| (1..4_u64).map(move |major| (name, major))) {
            let text = format!("{major}.0.0");
            let is_wished = market.wishes.packages.get(&crate::market::name(name)) == Some(&Some(version(&text)));
            alone = if is_wished { alone } else { alone.yanks(name, &text) };
        }
        let (some, all) = (alone.proposal(), market.proposal());
        for (name, edit) in &some.edits {
            prop_assert_eq!(all.edits.get(name), Some(edit));
        }
        let first_news = all.held.iter().position(|held| held.by == Origin::News).unwrap_or(all.held.len());
        prop_assert!(all.held[first_news..].iter().all(|held| held.by == Origin::News), "wishes come first");
    }
}
