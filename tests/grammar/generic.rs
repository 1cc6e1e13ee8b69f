//! The wider grammars of profile `generic`: versions of `SemVer` 2.0, ranges of Cargo, names with scopes; and that none of
//! them is in the grammars of profile `purescript`.

use std::collections::BTreeSet;

use curator::model::{
    ArchiveUrl, NameError, PackageName, Profile, Range, RangeError, ReleaseTag, TreePath, Version, VersionError,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::{keeps_by, refuses_by, refuses_with_by};

const GENERIC: Profile = Profile::Generic;

fn version(text: &str) -> Version {
    GENERIC.version(text).unwrap()
}

fn range(text: &str) -> Range {
    GENERIC.range(text).unwrap()
}

fn name(text: &str) -> PackageName {
    GENERIC.name(text).unwrap()
}

#[test]
fn versions() {
    keeps_by(
        |text| GENERIC.version(text),
        &["0.0.0", "1.2.3", "1.0.0-alpha", "1.0.0-0", "1.0.0-rc.1", "1.0.0-0a.-.x--1", "2147483647.0.0-1"],
    );
    let shape =
        ["", "1.0", "1", "1.0.0-", "1.0.0-01", "1.0.0-a..b", "1.0.0-a_b", "1.0.0-é", "v1.0.0", " 1.0.0-a", "01.0.0-a"];
    for text in shape {
        assert_eq!(GENERIC.version(text), Err(VersionError::Shape), "{text:?}");
    }
    refuses_with_by(
        |text| GENERIC.version(text),
        &[
            ("1.0.0+build", VersionError::Build),
            ("1.0.0-rc.1+build", VersionError::Build),
            ("2147483648.0.0-rc.1", VersionError::TooLarge),
        ],
    );
    refuses_with_by(|text| Profile::Purescript.version(text), &[("1.0.0-rc.1", VersionError::Suffix)]);
    assert!(!Profile::Purescript.admits_version(&version("1.0.0-rc.1")));
}

/// SemVer 2.0, §11: the order that it spells out, and more of the same.
#[test]
fn versions_sort_as_semver_says() {
    let ascending = [
        "1.0.0-0",
        "1.0.0-2",
        "1.0.0-10",
        "1.0.0-alpha",
        "1.0.0-alpha.1",
        "1.0.0-alpha.beta",
        "1.0.0-beta",
        "1.0.0-beta.2",
        "1.0.0-beta.11",
        "1.0.0-rc.1",
        "1.0.0-rc.1.0",
        "1.0.0",
        "1.0.1-0",
        "1.0.1",
    ];
    let mut sorted = ascending.map(version);
    sorted.reverse();
    sorted.sort();
    assert_eq!(sorted.map(|version| version.to_string()), ascending);
}

#[test]
fn a_version_without_a_prerelease_is_small() {
    assert!(size_of::<Version>() <= 24, "an index holds a hundred thousand of them");
    assert!(size_of::<Range>() <= 48, "and more ranges");
}

#[test]
fn successors_leave_nothing_between() {
    let cases = [("1.2.3", "1.2.4-0"), ("1.2.3-rc.1", "1.2.3-rc.1.0"), ("0.0.2147483647", "0.1.0-0")];
    for (text, next) in cases {
        assert_eq!(version(text).successor().to_string(), next);
    }
    let last = version("2147483647.2147483647.2147483647");
    assert_eq!(last.successor(), last);
}

#[test]
fn names() {
    keeps_by(
        |text| GENERIC.name(text),
        &["a", "left-pad", "@a/b", "@my-scope/left-pad", "purescript-aff", "@x/purescript-y"],
    );
    refuses_by(
        |text| GENERIC.name(text),
        &[
            "", "@", "@/", "@a", "@a/", "@/b", "@a/b/c", "@@a/b", "a/b", "a@b", "@A/b", "@a/B", "@a_b/c", "@-a/b",
            "@a/b-", "@a--b/c", "@../b", "@a/..", "@a\\b", "a/@b/c", "@a /b", "@é/b",
        ],
    );
    assert_eq!(GENERIC.name("@a/B"), Err(NameError::Scope));
    let longest = format!("@{}/{}", "s".repeat(74), "n".repeat(74));
    assert_eq!(name(&longest).as_str(), longest);
    assert_eq!(GENERIC.name(&format!("{longest}n")), Err(NameError::TooLong));
    for text in ["@a/b", "purescript-aff"] {
        assert!(Profile::Purescript.name(text).is_err() && !Profile::Purescript.admits_name(&name(text)), "{text}");
    }
    assert!(Profile::Purescript.admits_name(&name("purescript-compiler-backend-utilities")));
}

/// A path is legal, and its last parts are those of a name and nothing else.
#[test]
fn places_of_scoped_names() {
    let cases = [
        ("@a/b", "@a/b/b", "@a/1/b"),
        ("@my-scope/left-pad", "@my-scope/le/left-pad", "@my-scope/le/ft/left-pad"),
        ("@a/abc", "@a/ab/abc", "@a/3/a/abc"),
        ("prelude", "pr/prelude", "pr/el/prelude"),
    ];
    for (text, home, shelf) in cases {
        assert_eq!((name(text).home(), name(text).shelf()), (home.to_owned(), shelf.to_owned()));
        let path: TreePath = format!("packages/{home}/1.0.0.json").parse().unwrap();
        assert_eq!(path.as_str(), format!("packages/{home}/1.0.0.json"));
        let tag = ReleaseTag::Version { name: name(text), version: version("1.0.0-rc.1") };
        assert_eq!(tag.to_string(), format!("pkg/{text}/1.0.0-rc.1"));
        assert_eq!(tag.to_string().parse::<ReleaseTag>().unwrap(), tag);
    }
}

#[test]
fn ranges() {
    keeps_by(
        |text| GENERIC.range(text),
        &[
            "^1.2.3",
            "^1.2",
            "^1",
            "^0.0.3",
            "~1.2.3",
            "~1",
            "1.2.3",
            "1.2",
            "1",
            "=1.2.3",
            "=1.2",
            "1.2.*",
            "1.*",
            "*",
            ">=1, <2",
            ">=1,<2",
            ">1.2.3",
            "<=2.0.0",
            ">= 1.2.3, < 2",
            "^1.0.0-rc.1",
            ">=1.0.0-a, <1.0.0",
            "=1.0.0-rc.1",
            "<0.0.0-1",
        ],
    );
    refuses_with_by(
        |text| GENERIC.range(text),
        &[
            ("", RangeError::Comparators),
            (">=1.0.0 <2.0.0", RangeError::Comparators),
            ("^1 || ^2", RangeError::Comparators),
            ("1 - 2", RangeError::Comparators),
            (" ^1", RangeError::Comparators),
            ("^1\t,<2", RangeError::Comparators),
            ("^v1", RangeError::Comparators),
            ("^1.0.0+build", RangeError::Bound { bound: "^1.0.0+build".to_owned(), error: VersionError::Build }),
            ("^2147483648", RangeError::Bound { bound: "^2147483648".to_owned(), error: VersionError::TooLarge }),
            (">=2, <1", RangeError::Nothing(">=2, <1".to_owned())),
            (">1.2.3, <1.2.4", RangeError::Nothing(">1.2.3, <1.2.4".to_owned())),
            ("<0.0.0", RangeError::Nothing("<0.0.0".to_owned())),
        ],
    );
    refuses_by(|text| Profile::Purescript.range(text), &["^1.2.3", "*", "1.2.3", ">=1, <2", ">=1.0.0-rc.1 <2.0.0"]);
}

/// Two spellings of one meaning are two ranges: what is published keeps its bytes.
#[test]
fn ranges_are_equal_where_they_are_spelled_alike() {
    assert_eq!(range("^1.2"), range("^1.2"));
    assert_ne!(range("^1.2"), range("1.2"));
    assert_ne!(range(">=1.0.0, <2.0.0"), ">=1.0.0 <2.0.0".parse().unwrap());
}

#[test]
fn prereleases_are_taken_where_they_are_named() {
    let cases = [
        ("^1.0.0", "1.1.0-rc.1", false),
        ("^1.0.0", "2.0.0-rc.1", false),
        ("*", "1.0.0-rc.1", false),
        ("^1.0.0-rc.1", "1.0.0-rc.2", true),
        ("^1.0.0-rc.1", "1.0.0-rc.0", false),
        ("^1.0.0-rc.1", "1.1.0-rc.2", false),
        ("^1.0.0-rc.1", "1.5.0", true),
        ("=1.0.0-rc.1", "1.0.0-rc.1", true),
        ("=1.0.0-rc.1", "1.0.0-rc.1.0", false),
        (">=1.0.0-a, <1.0.0", "1.0.0-b", true),
    ];
    for (text, candidate, is_in) in cases {
        assert_eq!(range(text).includes(&version(candidate)), is_in, "{candidate} in {text}");
    }
    // A range of the other form names none, so it holds none.
    let plain: Range = ">=1.0.0 <2.0.0".parse().unwrap();
    assert!(!plain.includes(&version("2.0.0-rc.1")) && !plain.includes(&version("1.1.0-rc.1")));
}

#[test]
fn what_a_profile_writes_it_reads() {
    for text in ["0.0.0", "1.2.3", "0.2.3", "1.0.0-rc.1"] {
        let caret = GENERIC.caret(&version(text));
        assert_eq!(caret.to_string(), format!("^{text}"));
        assert!(GENERIC.admits_range(&caret) && caret.includes(&version(text)));
    }
    assert_eq!(GENERIC.cut(&range(">=1.2"), &version("3.0.0")).unwrap().to_string(), ">=1.2, <3.0.0");
    assert_eq!(GENERIC.cut(&range("*"), &version("3.0.0")).unwrap().to_string(), "<3.0.0");
    assert!(GENERIC.cut(&range(">=4"), &version("3.0.0")).is_err());
    assert_eq!(range("*").upper(), None);
    let plain = Profile::Purescript.caret(&version("1.2.3"));
    assert_eq!(plain.to_string(), ">=1.2.3 <2.0.0");
    assert!(Profile::Purescript.admits_range(&plain) && !GENERIC.admits_range(&plain));
    assert_eq!(GENERIC.range_meant(">=1.0.0 <2.0.0").unwrap().to_string(), ">=1.0.0, <2.0.0");
}

#[test]
fn urls_of_archives() {
    keeps_by(
        str::parse::<ArchiveUrl>,
        &["https://a.example/x.tar.gz", "https://a.example:8443/b/c@1/~x+y_z-1.tgz", "https://a.example/folder"],
    );
    refuses_by(
        str::parse::<ArchiveUrl>,
        &[
            "",
            "http://a.example/x.tar.gz",
            "https://a.example",
            "https://a.example/",
            "https:///x.tar.gz",
            "https://A.example/x",
            "https://u@a.example/x",
            "https://u:p@a.example/x",
            "https://a.example:0/x",
            "https://a.example:080/x",
            "https://a.example:99999/x",
            "https://a.example/x?y",
            "https://a.example/x#y",
            "https://a.example/%2e%2e/x",
            "https://a.example/../x",
            "https://a.example/a//x",
            "https://a.example/a/./x",
            "https://a.example/x/",
            "https://a..b/x",
            "https://[::1]/x",
            "https://-a.example/x",
            "ftp://a.example/x",
            " https://a.example/x",
            "https://a.example/x\n",
        ],
    );
    let url = |text: &str| text.parse::<ArchiveUrl>().unwrap();
    let folders = [
        (
            "https://github.com/o/r/releases/download/v1.2.3/r-1.2.3.tar.gz",
            Some("https://github.com/o/r/releases/download"),
        ),
        ("https://a.example/r/r-1.2.3.tar.gz", Some("https://a.example/r")),
        ("https://a.example/r/other.tar.gz", Some("https://a.example/r")),
        ("https://a.example/r-1.2.3.tar.gz", None),
    ];
    for (text, folder) in folders {
        assert_eq!(url(text).folder("1.2.3").as_ref().map(ArchiveUrl::as_str), folder, "{text}");
        assert!(folder.is_none_or(|folder| url(folder).holds(&url(text))));
    }
    assert!(!url("https://a.example/r").holds(&url("https://a.example/rr/x.tar.gz")));
    assert!(!url("https://a.example/r").holds(&url("https://a.example/r")));
}

fn place() -> impl Strategy<Value = String> {
    prop_oneof![12 => (0..4_u32).prop_map(|place| place.to_string()), 1 => Just("2147483647".to_owned())]
}

fn pre() -> impl Strategy<Value = String> {
    prop::sample::select(vec!["", "", "", "-0", "-1", "-rc", "-rc.1", "-rc.1.0", "-rc.2", "-a.b"])
        .prop_map(str::to_owned)
}

fn full() -> impl Strategy<Value = String> {
    (place(), place(), place(), pre()).prop_map(|(major, minor, patch, pre)| format!("{major}.{minor}.{patch}{pre}"))
}

fn comparator() -> impl Strategy<Value = String> {
    let operator = prop::sample::select(vec!["", "^", "~", "=", ">", ">=", "<", "<="]);
    let partial = prop_oneof![
        3 => full(),
        1 => (place(), place()).prop_map(|(major, minor)| format!("{major}.{minor}")),
        1 => place(),
    ];
    let wild = prop_oneof![
        Just("*".to_owned()),
        place().prop_map(|major| format!("{major}.*")),
        (place(), place()).prop_map(|(major, minor)| format!("{major}.{minor}.*")),
    ];
    prop_oneof![8 => (operator, partial).prop_map(|(operator, version)| format!("{operator}{version}")), 1 => wild]
}

fn comparators() -> impl Strategy<Value = String> {
    prop::collection::vec(comparator(), 1..4).prop_map(|parts| parts.join(", "))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 4096, ..ProptestConfig::default() })]

    /// The crate's own judgement, of versions that are near the bounds and of ranges that are empty as well.
    #[test]
    fn ranges_hold_what_cargo_says(text in comparators(), candidates in prop::collection::vec(full(), 24)) {
        let Ok(request) = semver::VersionReq::parse(&text) else {
            prop_assert!(GENERIC.range(&text).is_err());
            return Ok(());
        };
        let read = GENERIC.range(&text);
        for candidate in candidates {
            let theirs = request.matches(&semver::Version::parse(&candidate).unwrap());
            let ours = read.as_ref().is_ok_and(|range| range.includes(&version(&candidate)));
            prop_assert_eq!(ours, theirs, "{} in {}", candidate, text);
        }
    }

    #[test]
    fn ranges_print_what_they_read(text in comparators()) {
        if let Ok(range) = GENERIC.range(&text) {
            prop_assert_eq!(range.to_string(), text.clone());
            prop_assert_eq!(serde_json::from_value::<Range>(serde_json::json!(text)).unwrap(), range);
        }
    }

    #[test]
    fn the_order_is_that_of_semver(texts in prop::collection::vec(full(), 8)) {
        let ours: BTreeSet<Version> = texts.iter().map(|text| version(text)).collect();
        let theirs: BTreeSet<semver::Version> = texts.iter().map(|text| semver::Version::parse(text).unwrap()).collect();
        let spelled: Vec<String> = ours.iter().map(ToString::to_string).collect();
        prop_assert_eq!(spelled, theirs.iter().map(ToString::to_string).collect::<Vec<_>>());
    }

    /// Nothing is between a version and the one after it.
    #[test]
    fn successors_are_next(one in full(), other in full()) {
        let (one, other) = (version(&one), version(&other));
        prop_assert!(one.successor() >= one);
        prop_assert!(other <= one || other >= one.successor());
    }

    /// The bounds of a range are around all that is in it.
    #[test]
    fn bounds_hold_everything(text in comparators(), candidate in full()) {
        if let Ok(range) = GENERIC.range(&text) {
            let candidate = version(&candidate);
            let is_between = range.lower() <= &candidate && range.upper().is_none_or(|upper| &candidate < upper);
            prop_assert!(!range.includes(&candidate) || is_between);
        }
    }
}
