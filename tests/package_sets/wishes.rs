//! What people wish for, and what comes of it.

use crate::market::Market;

const ONE: &str = ">=1.0.0 <2.0.0";

/// `logs` 1.0.0 to 1.2.0, of which the set has 1.1.0; `apps` needs any of them.
fn market() -> Market {
    let market = Market::new().has(&[("apps", "1.0.0"), ("logs", "1.1.0")]).sells("apps", "1.0.0", &[("logs", ONE)]);
    market.sells("logs", "1.0.0", &[]).sells("logs", "1.1.0", &[]).sells("logs", "1.2.0", &[])
}

#[test]
fn what_is_wished_comes_and_nothing_newer() {
    let market = market().sells("logs", "1.3.0", &[]);
    let (edits, held) = market.wishes("logs", "1.2.0").told();
    assert_eq!(edits, "logs 1.2.0");
    assert_eq!(held, ["logs@1.3.0: package-set.json asks for 1.2.0"]);
}

#[test]
fn a_wish_that_is_fulfilled_changes_nothing_and_stands() {
    let (edits, held) = market().wishes("logs", "1.1.0").drops("none").told();
    assert_eq!(edits, "");
    assert_eq!(held, ["logs@1.2.0: package-set.json asks for 1.1.0"]);
    let (edits, held) = market().wishes("logs", "1.2.0").told();
    assert_eq!((edits.as_str(), held.len()), ("logs 1.2.0", 0));
}

#[test]
fn a_version_can_be_lowered_and_stays_low() {
    let lowered = market().wishes("logs", "1.0.0");
    assert_eq!(lowered.told().0, "logs 1.0.0");
    let next = lowered.proposal().next.unwrap();
    assert_eq!(next.version.to_string(), "5.0.0");
    let again = lowered.follows(next);
    assert_eq!(again.told().0, "", "the wish keeps it there");
}

#[test]
fn a_package_leaves_when_nothing_needs_it() {
    let (edits, held) = market().wishes("apps", "1.0.0").drops("logs").told();
    assert_eq!(edits, "");
    assert_eq!(
        held,
        [
            "logs, to be removed: apps@1.0.0 needs logs >=1.0.0 <2.0.0, which the set would not have",
            "logs@1.2.0: package-set.json keeps the package out"
        ]
    );
    assert_eq!(market().drops("logs").drops("apps").told().0, "apps -, logs -");
    let without = market().offers("apps", "2.0.0", &[]).drops("logs");
    assert_eq!(without.told().0, "apps 2.0.0, logs -", "an update makes the removal possible");
}

#[test]
fn what_leaves_does_not_come_back_while_the_wish_stands() {
    let market = market().drops("logs").drops("apps").offers("logs", "1.3.0", &[]);
    let next = market.proposal().next.unwrap();
    assert!(next.packages.is_empty());
    let again = market.follows(next);
    assert_eq!(again.told().0, "");
}

#[test]
fn a_removal_goes_before_news_that_would_need_the_package() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]).drops("logs");
    let (edits, held) = market.offers("apps", "1.0.0", &[("logs", ONE)]).told();
    assert_eq!(edits, "logs -");
    assert_eq!(held, ["apps@1.0.0: it needs logs >=1.0.0 <2.0.0, which the set would not have"]);
}

#[test]
fn what_cannot_be_had_is_told() {
    let market = market().unpublishes("logs", "1.2.0").yanks("logs", "1.0.0").sells("maps", "1.0.0", &[]);
    let market = market.with("maps", &["0.15.14"], None);
    for (of, at, said) in [
        ("nothing", "1.0.0", "there is no such package"),
        ("logs", "9.9.9", "there is no such version"),
        ("logs", "1.2.0", "it was unpublished"),
        ("logs", "1.0.0", "it is yanked, deprecated or quarantined"),
        ("maps", "1.0.0", "it was not compiled with 0.15.15, the compiler of the set"),
    ] {
        let (edits, held) = market.clone().wishes(of, at).told();
        assert_eq!((edits.as_str(), held), ("", vec![format!("{of}@{at}: {said}")]));
    }
}

#[test]
fn a_wish_leaves_no_member_behind_either() {
    let (edits, held) = market().sells("logs", "2.0.0", &[]).wishes("logs", "2.0.0").told();
    assert_eq!(edits, "");
    assert_eq!(held, ["logs@2.0.0: apps@1.0.0 needs logs >=1.0.0 <2.0.0, and would get 2.0.0"]);
}
