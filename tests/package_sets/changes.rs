//! What is told of a set's changes, in which order they are made, and the version that comes of them: the cases of the
//! PureScript registry's own tests, and what they leave out.

use curator::rules::package_set::{Edit, Edits, Offer, Shelf, in_order, next_version};
use curator::rules::report::changelog;

use crate::market::{Market, name, set, version};

fn put(of: &str, at: &str) -> (curator::model::PackageName, Edit) {
    (name(of), Edit::Put(version(at)))
}

fn remove(of: &str) -> (curator::model::PackageName, Edit) {
    (name(of), Edit::Remove)
}

/// The set of the PureScript registry's test.
fn before() -> curator::model::PackageSet {
    set("4.2.0", &[("assert", "6.0.0"), ("console", "6.0.0"), ("effect", "4.0.0"), ("prelude", "6.0.0")])
}

#[test]
fn the_changelog_of_additions_updates_and_removals() {
    let edits = Edits::from([remove("assert"), put("effect", "4.0.1"), put("math", "1.0.0")]);
    let expected = "Release 2.0.0 package set.\n\nNew packages:\n  - math@1.0.0\n\nUpdated packages:\n  - effect@4.0.0 -> 4.0.1\n\nRemoved packages:\n  - assert@6.0.0\n";
    assert_eq!(changelog(Some(&before()), &edits, &version("2.0.0")), expected);
}

#[test]
fn the_changelog_without_updates() {
    let edits = Edits::from([remove("assert"), put("math", "1.0.0")]);
    let expected =
        "Release 2.0.0 package set.\n\nNew packages:\n  - math@1.0.0\n\nRemoved packages:\n  - assert@6.0.0\n";
    assert_eq!(changelog(Some(&before()), &edits, &version("2.0.0")), expected);
}

#[test]
fn the_changelog_of_another_compiler_alone() {
    assert_eq!(changelog(Some(&before()), &Edits::new(), &version("5.0.0")), "Release 5.0.0 package set.\n");
    let first = Edits::from([put("math", "1.0.0")]);
    assert_eq!(
        changelog(None, &first, &version("0.0.1")),
        "Release 0.0.1 package set.\n\nNew packages:\n  - math@1.0.0\n"
    );
}

/// The order in which the edits are tried, where `foo` needs `bar` in these versions of both.
fn order(sold: &Market, members: &[(&str, &str)], edits: &[(curator::model::PackageName, Edit)]) -> Vec<String> {
    let shelf = Shelf::read(sold.files()).unwrap();
    let offer = Offer { index: &shelf.index, is_usable: &|_, _| true, is_withheld: &|_, _| false };
    let members = set("1.0.0", members).packages;
    in_order(&offer, &members, &edits.iter().cloned().collect()).iter().map(ToString::to_string).collect()
}

const BAR: [(&str, &str); 1] = [("bar", ">=1.0.0 <3.0.0")];

#[test]
fn removals_go_before_what_they_need() {
    let market = Market::new().sells("bar", "1.0.0", &[]).sells("foo", "1.0.0", &BAR);
    let members = [("bar", "1.0.0"), ("foo", "1.0.0")];
    assert_eq!(order(&market, &members, &[remove("bar"), remove("foo")]), ["foo", "bar"]);
}

#[test]
fn updates_go_after_what_they_need() {
    let market = Market::new().sells("bar", "2.0.0", &[]).sells("foo", "2.0.0", &BAR);
    let members = [("bar", "1.0.0"), ("foo", "1.0.0")];
    assert_eq!(order(&market, &members, &[put("bar", "2.0.0"), put("foo", "2.0.0")]), ["bar", "foo"]);
    // Also where the names and the times say otherwise.
    let market = Market::new().sells("zoo", "2.0.0", &[]).at("zoo", "2026-05-01T00:00:00Z");
    let market = market.sells("ape", "2.0.0", &[("zoo", ">=2.0.0 <3.0.0")]);
    assert_eq!(order(&market, &[], &[put("ape", "2.0.0"), put("zoo", "2.0.0")]), ["zoo", "ape"]);
}

#[test]
fn updates_go_before_removals() {
    let market = Market::new().sells("bar", "1.0.0", &[]).sells("foo", "2.0.0", &[]);
    let members = [("bar", "1.0.0"), ("foo", "1.0.0")];
    assert_eq!(order(&market, &members, &[remove("bar"), put("foo", "2.0.0")]), ["foo", "bar"]);
}

#[test]
fn of_two_that_do_not_need_each_other_the_older_goes_first() {
    let market = Market::new().sells("ape", "1.0.0", &[]).at("ape", "2026-02-02T00:00:00Z").sells("bee", "1.0.0", &[]);
    let market = market.at("bee", "2026-02-01T00:00:00Z").sells("cow", "1.0.0", &[]).at("cow", "2026-02-02T00:00:00Z");
    let edits = [put("ape", "1.0.0"), put("bee", "1.0.0"), put("cow", "1.0.0")];
    assert_eq!(order(&market, &[], &edits), ["bee", "ape", "cow"]);
}

#[test]
fn names_that_need_each_other_in_a_circle_are_all_there() {
    let market = Market::new().sells("ape", "1.0.0", &[("bee", ">=1.0.0 <2.0.0")]);
    let market = market.sells("bee", "1.0.0", &[("ape", ">=1.0.0 <2.0.0")]).sells("cow", "1.0.0", &BAR);
    let edits = [put("ape", "1.0.0"), put("bee", "1.0.0"), put("cow", "1.0.0")];
    assert_eq!(order(&market, &[], &edits), ["cow", "ape", "bee"]);
}

#[test]
fn the_version_says_what_a_set_does_to_its_users() {
    for (edits, compiler, expected) in [
        (vec![], "0.15.15", "4.2.0"),
        (vec![put("effect", "4.0.1")], "0.15.15", "4.2.1"),
        (vec![put("effect", "4.1.0")], "0.15.15", "4.3.0"),
        (vec![put("effect", "5.0.0")], "0.15.15", "5.0.0"),
        (vec![put("math", "0.0.1")], "0.15.15", "4.3.0"),
        (vec![put("math", "7.0.0"), put("effect", "4.0.1")], "0.15.15", "4.3.0"),
        (vec![remove("assert")], "0.15.15", "5.0.0"),
        // What goes down breaks whoever used what was new in it.
        (vec![put("console", "5.9.9")], "0.15.15", "5.0.0"),
        (vec![], "0.15.16", "4.3.0"),
        (vec![put("effect", "4.0.1")], "0.15.16", "4.3.0"),
        (vec![], "0.16.0", "5.0.0"),
        (vec![], "1.0.0", "5.0.0"),
        (vec![put("effect", "5.0.0")], "0.15.16", "5.0.0"),
    ] {
        let told = format!("{edits:?} {compiler}");
        let next = next_version(&before(), &version(compiler), &edits.into_iter().collect());
        assert_eq!(next, version(expected), "{told}");
    }
}
