//! What could come into the next set by itself.

use crate::market::{Market, edits, held};

#[test]
fn what_is_newer_than_the_set_comes_whenever_it_was_published() {
    let market = Market::new().sells("logs", "1.0.0", &[]).sells("logs", "1.1.0", &[]).sells("logs", "1.2.0", &[]);
    let (edits, held) = market.has(&[("logs", "1.0.0")]).told();
    assert_eq!((edits.as_str(), held.as_slice()), ("logs 1.2.0", &[][..]));
}

#[test]
fn another_package_comes_if_it_was_published_since() {
    let market = Market::new().has(&[]).sells("ancient", "1.0.0", &[]).offers("fresh", "0.1.0", &[]);
    let (edits, held) = market.told();
    assert_eq!((edits.as_str(), held.as_slice()), ("fresh 0.1.0", &[][..]));
}

#[test]
fn the_day_of_the_set_counts_and_the_day_before_does_not() {
    let market = Market::new().has(&[]).sells("early", "1.0.0", &[]).at("early", "2026-05-31T23:59:59.999Z");
    let market = market.sells("late", "1.0.0", &[]).at("late", "2026-06-01T00:00:00.000Z");
    assert_eq!(market.told().0, "late 1.0.0");
}

#[test]
fn a_fix_of_an_old_line_brings_no_package_in() {
    let market = Market::new().has(&[]).sells("logs", "2.0.0", &[]).offers("logs", "1.9.1", &[]);
    assert_eq!(market.told(), (String::new(), Vec::new()), "the next set would have 2.0.0, which is no news");
    assert_eq!(market.clone().wishes("logs", "1.9.1").told().0, "logs 1.9.1");
    // Where the newest cannot be had, the fix is the newest.
    assert_eq!(market.yanks("logs", "2.0.0").told().0, "logs 1.9.1");
}

#[test]
fn what_is_lower_or_the_same_is_no_news() {
    let market = Market::new().has(&[("logs", "2.0.0")]).sells("logs", "2.0.0", &[]).offers("logs", "1.9.1", &[]);
    assert_eq!(market.told(), (String::new(), Vec::new()));
}

#[test]
fn what_is_yanked_is_passed_over() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]);
    let market = market.offers("logs", "1.1.0", &[]).offers("logs", "1.2.0", &[]).yanks("logs", "1.2.0");
    let (edits, held) = market.clone().told();
    assert_eq!(edits, "logs 1.1.0");
    assert_eq!(held, ["logs@1.2.0: it is yanked, deprecated or quarantined"]);
    assert_eq!(market.yanks("logs", "1.1.0").told().0, "");
}

#[test]
fn what_was_compiled_with_other_compilers_is_passed_over() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]).offers("logs", "1.1.0", &[]);
    let (edits, held) = market.clone().with("logs", &["0.15.14", "0.15.16"], None).told();
    assert_eq!((edits.as_str(), held.len()), ("", 1));
    assert_eq!(held, ["logs@1.1.0: it was not compiled with 0.15.15, the compiler of the set"]);
    assert_eq!(market.clone().with("logs", &["0.15.14"], Some(true)).told().0, "");
    // Of what nobody compiled only its author's own compiler is known.
    assert_eq!(market.with("logs", &["0.15.14"], Some(false)).told().0, "logs 1.1.0");
}

#[test]
fn what_was_unpublished_is_not_there() {
    let market = Market::new().has(&[("logs", "1.0.0")]).sells("logs", "1.0.0", &[]).offers("logs", "1.1.0", &[]);
    assert_eq!(market.unpublishes("logs", "1.1.0").told(), (String::new(), Vec::new()));
}

#[test]
fn a_first_set_has_all_that_fits_and_needs_a_compiler() {
    let market = Market::new().sells("logs", "1.0.0", &[]).sells("apps", "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    let market = market.sells("odd", "1.0.0", &[("logs", ">=2.0.0 <3.0.0")]);
    let without = market.proposal();
    assert_eq!((without.next.is_none(), held(&without).len()), (true, 1));
    assert!(held(&without)[0].starts_with("a first package set: there is no package set yet"));
    let first = market.compiles_with("0.15.15").proposal();
    assert_eq!(edits(&first.edits), "apps 1.0.0, logs 1.0.0");
    assert_eq!(held(&first), ["odd@1.0.0: it needs logs >=2.0.0 <3.0.0, and would get 1.0.0"]);
    let next = first.next.unwrap();
    assert_eq!((next.version.to_string(), next.published.to_string()), ("0.0.1".to_owned(), "2026-08-01".to_owned()));
    let nothing = Market::new().compiles_with("0.15.15").proposal();
    assert_eq!((&nothing.next, held(&nothing)), (&None, Vec::new()));
}

#[test]
fn a_set_is_not_dated_before_the_one_that_it_follows() {
    let mut market = Market::new().has(&[]).offers("logs", "1.0.0", &[]).at("logs", "2027-01-02T00:00:00Z");
    market.newest.as_mut().unwrap().published = "2027-01-01".parse().unwrap();
    assert_eq!(market.proposal().next.unwrap().published.to_string(), "2027-01-01");
}
