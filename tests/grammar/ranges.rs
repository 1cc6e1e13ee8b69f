//! Ranges: strict, as Bower wrote them, and as spago.yaml writes them.

use curator::model::{Profile, Range, RangeError, Version};

use super::{keeps_by, refuses_by};

fn range(text: &str) -> Range {
    text.parse().unwrap()
}

#[test]
fn strict_ranges() {
    keeps_by(|text| Profile::Purescript.range(text), &[">=0.0.1 <0.0.2", ">=0.1.0 <1.0.0", ">=1.0.0 <1.1.5"]);
    refuses_by(
        |text| Profile::Purescript.range(text),
        &[
            "",
            ">0.0.1 <0.0.2",
            ">=0.0.1 <=0.0.2",
            ">=0.1.0 <0.1.0",
            ">=0.2.0 <0.1.0",
            "0.1.0 <= v < 0.2.0",
            " >=0.0.1 <0.0.2",
            ">=0.0.1 <0.0.2 ",
            ">=0.0.1  <0.0.2",
            ">=0.0.1\t<0.0.2",
            ">=0.0.1.2 <0.0.2",
            ">=0.0.2 <0.2",
            ">=0.0.2",
            "<0.0.2",
            "0.0.2",
            ">=0.0.1-rc.1 <0.0.2",
            ">=v0.0.1 <v0.0.2",
            ">=0.0.1, <0.0.2",
            "^0.0.1",
            "*",
        ],
    );
}

#[test]
fn inclusion() {
    let range = range(">=1.0.1 <2.0.1");
    for (version, is_in) in [("1.0.1", true), ("2.0.0", true), ("2.0.1", false), ("0.1.1", false), ("3.0.0", false)] {
        assert_eq!(range.includes(&version.parse().unwrap()), is_in, "{version}");
    }
}

#[test]
fn unions_and_intersections() {
    let (left, right) = (range(">=1.0.0 <3.0.0"), range(">=2.0.0 <4.0.0"));
    assert_eq!(left.union(&right), range(">=1.0.0 <4.0.0"));
    assert_eq!(left.intersect(&right), Some(range(">=2.0.0 <3.0.0")));
    assert_eq!(range(">=1.0.0 <2.0.0").intersect(&range(">=2.0.0 <3.0.0")), None);
}

#[test]
fn carets_and_exact_ranges() {
    let cases = [
        ("1.2.3", ">=1.2.3 <2.0.0", ">=1.2.3 <1.2.4"),
        ("0.15.6", ">=0.15.6 <0.16.0", ">=0.15.6 <0.15.7"),
        ("0.0.6", ">=0.0.6 <0.0.7", ">=0.0.6 <0.0.7"),
        ("0.0.2147483647", ">=0.0.2147483647 <0.1.0", ">=0.0.2147483647 <0.1.0"),
    ];
    for (version, caret, exact) in cases {
        let version: Version = version.parse().unwrap();
        assert_eq!(Range::caret(&version), range(caret));
        assert_eq!(Range::exact(&version), range(exact));
    }
}

/// The thirty pairs of registry-dev.
const BOWER: [(&str, &str); 30] = [
    ("1", ">=1.0.0 <2.0.0"),
    ("2.3", ">=2.3.0 <2.4.0"),
    ("1 - 2", ">=1.0.0 <3.0.0"),
    ("1.0 - 2.0", ">=1.0.0 <2.1.0"),
    ("1.x.x", ">=1.0.0 <2.0.0"),
    ("1.2.x", ">=1.2.0 <1.3.0"),
    ("1.*.*", ">=1.0.0 <2.0.0"),
    (">=\t1.0.0 <2.0.0", ">=1.0.0 <2.0.0"),
    ("~1", ">=1.0.0 <2.0.0"),
    ("~> 1", ">=1.0.0 <2.0.0"),
    ("~1.0", ">=1.0.0 <1.1.0"),
    ("~>3.2.1", ">=3.2.1 <3.3.0"),
    ("^ 1", ">=1.0.0 <2.0.0"),
    ("^0.1", ">=0.1.0 <0.2.0"),
    ("^1.0", ">=1.0.0 <2.0.0"),
    ("^1.2", ">=1.2.0 <2.0.0"),
    ("^0.0.1", ">=0.0.1 <0.0.2"),
    (">=01.02.03 <01.02.10", ">=1.2.3 <1.2.10"),
    ("1.2.3 - 3.4", ">=1.2.3 <3.5.0"),
    ("1.2 - 3.4", ">=1.2.0 <3.5.0"),
    ("1.0.0 - 2.0.0", ">=1.0.0 <2.0.1"),
    ("1.0.0", ">=1.0.0 <1.0.1"),
    (">1.0.0 <2.0.0", ">=1.0.1 <2.0.0"),
    ("<1.0.0", ">=0.0.0 <1.0.0"),
    ("<=1.0.0", ">=0.0.0 <1.0.1"),
    ("^0", ">=0.0.0 <1.0.0"),
    (">01.02.03 <01.02.10", ">=1.2.4 <1.2.10"),
    ("^0.0.1-beta", ">=0.0.1 <0.0.2"),
    (">=1.0.0-rc.1 <1.0.0-rc.5", ">=1.0.0 <1.0.1"),
    ("0.0.1+build", ">=0.0.1 <0.0.2"),
];

/// More of node-semver's syntax; each pair was compared with what node-semver 7.8.6 and registry-dev's rules give.
const NODE_SEMVER: [(&str, &str); 22] = [
    ("  ^1.2.3  ", ">=1.2.3 <2.0.0"),
    ("^0.2.3", ">=0.2.3 <0.3.0"),
    ("^0.0", ">=0.0.0 <0.1.0"),
    ("^1.x", ">=1.0.0 <2.0.0"),
    ("~0.0.1", ">=0.0.1 <0.1.0"),
    ("~v1.2", ">=1.2.0 <1.3.0"),
    ("=1.2.3", ">=1.2.3 <1.2.4"),
    ("v1.2.3", ">=1.2.3 <1.2.4"),
    ("~1.2.3beta", ">=1.2.3 <1.3.0"),
    (">=1 <3", ">=1.0.0 <3.0.0"),
    (">1 <3", ">=2.0.0 <3.0.0"),
    (">1.2 <=1.4", ">=1.3.0 <1.5.0"),
    ("> 1.0.0 < 2.0.0", ">=1.0.1 <2.0.0"),
    ("<=2.x", ">=0.0.0 <3.0.0"),
    ("* <2.0.0", ">=0.0.0 <2.0.0"),
    (">=0.0.0 <1.0.0", ">=0.0.0 <1.0.0"),
    ("1.x - 2.x", ">=1.0.0 <3.0.0"),
    ("v1.0.0 - v2.0.0", ">=1.0.0 <2.0.1"),
    ("* - 2.0.0", ">=0.0.0 <2.0.1"),
    (">=1.0.0-rc.1+build.5 <2.0.0-0", ">=1.0.0 <2.0.0"),
    ("purescript/purescript-prelude#^1.0.0", ">=1.0.0 <2.0.0"),
    ("https://github.com/purescript/purescript-prelude.git#v1.0.0", ">=1.0.0 <1.0.1"),
];

#[test]
fn bower_ranges() {
    for (text, expected) in BOWER.into_iter().chain(NODE_SEMVER) {
        match Range::parse_lenient(text) {
            Ok(found) => assert_eq!(found.to_string(), expected, "{text:?}"),
            Err(error) => panic!("{text:?}: {error}"),
        }
    }
}

#[test]
fn unions_of_bower_ranges() {
    assert_eq!(Range::parse_lenient("^1.0.0 || ^2.0.0").unwrap(), range(">=1.0.0 <3.0.0"));
    assert_eq!(Range::parse_lenient("^3.0.0||^1.0.0||^2.0.0").unwrap(), range(">=1.0.0 <4.0.0"));
    assert_eq!(Range::parse_lenient(">=1.0.0 <2.5.0 || ~2.1").unwrap(), range(">=1.0.0 <2.5.0"));
    let gap = "^1.0.0 || ^3.0.0";
    assert_eq!(Range::parse_lenient(gap), Err(RangeError::Gap(gap.to_owned())));
}

#[test]
fn refused_bower_ranges() {
    for text in ["*", ">=*", "x", "", ">1.0.0", ">=1.0.0", "^1.0.0 || *", "* - *"] {
        assert_eq!(Range::parse_lenient(text), Err(RangeError::Unbounded(text.to_owned())), "{text:?}");
    }
    let nonsense = [
        "master",
        "owner/repo#master",
        "owner/repo#a#^1.0.0",
        "^1.0.0 or so",
        ">=1.0.0<2.0.0",
        "1.x.3",
        "x.1.2",
        "1.2-beta",
        "1.2.3.4",
        ">=",
        ">>1.0.0 <2.0.0",
        "<*",
        ">*",
        "1.0.0 -",
        "1.0.0 - 2.0.0 - 3.0.0",
        "1.2.3-béta",
        "1.2.3-",
        "1.2.3-rc.1",
        "1.2.3-a..b",
        "1.2.3+",
        "1..3",
    ];
    for text in nonsense {
        assert_eq!(Range::parse_lenient(text), Err(RangeError::Lenient(text.to_owned())), "{text:?}");
    }
    assert!(matches!(Range::parse_lenient(">=2.0.0 <1.0.0"), Err(RangeError::Empty { .. })));
    assert!(matches!(Range::parse_lenient("^2147483648"), Err(RangeError::Bound { .. })));
    assert!(matches!(Range::parse_lenient("^99999999999999999999999"), Err(RangeError::Bound { .. })));
}

#[test]
fn spago_ranges() {
    assert_eq!(Range::parse_spago("*"), Ok(None));
    assert_eq!(Range::parse_spago(">=6.0.0 <7.0.0"), Ok(Some(range(">=6.0.0 <7.0.0"))));
    assert_eq!(Range::parse_spago("6.0.1"), Ok(Some(range(">=6.0.1 <6.0.2"))));
    for text in ["not-a-version", "", "^6.0.0", " *", "v6.0.1"] {
        assert_eq!(Range::parse_spago(text), Err(RangeError::Spago), "{text:?}");
    }
    assert_eq!(Range::parse_spago(">=6.0.0"), Err(RangeError::Shape));
}
