//! What of the candidates fits, alone and together.

use curator::model::PackageSet;

use crate::market::{Market, edits, held};

const ONE: &str = ">=1.0.0 <2.0.0";
const TWO: &str = ">=2.0.0 <3.0.0";
const BOTH: &str = ">=1.0.0 <3.0.0";

#[test]
fn what_needs_a_package_that_is_no_member_is_held_back() {
    let market = Market::new().has(&[]).sells("ancient", "1.0.0", &[]).offers("apps", "1.0.0", &[("ancient", ONE)]);
    let (edits, held) = market.clone().told();
    assert_eq!(edits, "");
    assert_eq!(held, ["apps@1.0.0: it needs ancient >=1.0.0 <2.0.0, which the set would not have"]);
    // Whoever wants it wishes for what it needs.
    let (edits, held) = market.wishes("ancient", "1.0.0").told();
    assert_eq!((edits.as_str(), held.len()), ("ancient 1.0.0, apps 1.0.0", 0));
}

#[test]
fn new_packages_that_need_each_other_come_together() {
    let market = Market::new().has(&[]).offers("apps", "1.0.0", &[("logs", ONE)]).offers("logs", "1.0.0", &[]);
    assert_eq!(market.told().0, "apps 1.0.0, logs 1.0.0");
}

#[test]
fn what_is_new_finds_what_it_needs_in_its_range() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]);
    let (edits, held) = market.offers("apps", "1.0.0", &[("logs", TWO)]).told();
    assert_eq!(edits, "");
    assert_eq!(held, ["apps@1.0.0: it needs logs >=2.0.0 <3.0.0, and would get 1.0.0"]);
}

/// `apps` needs `logs` 1, and there is `logs` 2.
fn left_behind() -> Market {
    let market = Market::new().has(&[("apps", "1.0.0"), ("logs", "1.0.0")]).sells("logs", "1.0.0", &[]);
    market.sells("apps", "1.0.0", &[("logs", ONE)]).offers("logs", "2.0.0", &[])
}

#[test]
fn an_update_that_leaves_a_member_behind_is_held_back() {
    let (edits, held) = left_behind().told();
    assert_eq!(edits, "");
    assert_eq!(held, ["logs@2.0.0: apps@1.0.0 needs logs >=1.0.0 <2.0.0, and would get 2.0.0"]);
}

#[test]
fn updates_that_only_fit_together_come_together() {
    let market = left_behind().offers("apps", "2.0.0", &[("logs", TWO)]);
    assert_eq!(market.told(), ("apps 2.0.0, logs 2.0.0".to_owned(), Vec::new()));
    // Also where something else stands in the way of a third.
    let market = market.offers("maps", "1.0.0", &[("logs", ONE)]);
    let (edits, held) = market.told();
    assert_eq!(edits, "apps 2.0.0, logs 2.0.0");
    assert_eq!(held, ["maps@1.0.0: it needs logs >=1.0.0 <2.0.0, and would get 2.0.0"]);
}

#[test]
fn a_range_that_was_left_before_holds_up_nothing() {
    let market = left_behind().offers("logs", "3.0.0", &[]);
    let market = market.follows(crate::market::set("4.2.0", &[("apps", "1.0.0"), ("logs", "2.0.0")]));
    assert_eq!(market.told(), ("logs 3.0.0".to_owned(), Vec::new()));
}

#[test]
fn what_is_held_back_holds_back_what_needs_it_and_nothing_else() {
    let market = left_behind().offers("maps", "1.0.0", &[("logs", TWO)]).offers("sums", "1.0.0", &[("logs", BOTH)]);
    let (edits, held) = market.told();
    assert_eq!(edits, "sums 1.0.0");
    assert_eq!(held.len(), 2, "{held:?}");
    assert_eq!(held[1], "maps@1.0.0: it needs logs >=2.0.0 <3.0.0, and would get 1.0.0");
}

#[test]
fn a_set_that_is_tried_is_tried_whole_first_and_then_one_by_one() {
    let market = Market::new().has(&[]).offers("ape", "1.0.0", &[]).offers("bee", "1.0.0", &[("ape", ONE)]);
    let market = market.offers("cow", "1.0.0", &[]);
    let mut tried = Vec::new();
    let mut verify = |broken: &'static str, set: &PackageSet| {
        let names: Vec<&str> = set.packages.keys().map(curator::model::PackageName::as_str).collect();
        tried.push(names.join(" "));
        if names.contains(&broken) { Err(format!("{broken} does not compile\n::error::x")) } else { Ok(()) }
    };
    let all = market.verified(&mut |set| verify("none", set));
    assert_eq!((edits(&all.edits), held(&all).len()), ("ape 1.0.0, bee 1.0.0, cow 1.0.0".to_owned(), 0));
    let some = market.verified(&mut |set| verify("ape", set));
    assert_eq!(edits(&some.edits), "cow 1.0.0");
    let reason = "the set with it fails: ape does not compile\\u{a}\\u{3a}:error::x";
    assert_eq!(held(&some)[0], format!("ape@1.0.0: {reason}"));
    assert_eq!(held(&some)[1], "bee@1.0.0: it needs ape >=1.0.0 <2.0.0, which the set would not have");
    assert_eq!(tried, ["ape bee cow", "ape bee cow", "ape", "cow"]);
}

#[test]
fn a_member_that_is_gone_is_nothing_to_build_on() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "0.9.0", &[]).sells("logs", "1.0.0", &[]);
    let market = market.offers("maps", "1.0.0", &[]);
    for (market, said) in [
        (
            market.clone().unpublishes("logs", "1.0.0"),
            "the set names logs@1.0.0, which nobody can install: unpublished",
        ),
        (market.withholds("logs", "1.0.0"), "the set names logs@1.0.0, which nobody should install: quarantined"),
    ] {
        let proposal = market.proposal();
        assert_eq!(proposal.next, None);
        assert_eq!(proposal.findings.iter().map(|it| it.message.as_str()).collect::<Vec<_>>(), [said]);
        assert_eq!(market.clone().drops("logs").told().0, "logs -, maps 1.0.0");
        assert_eq!(market.wishes("logs", "0.9.0").told().0, "logs 0.9.0, maps 1.0.0");
    }
}
