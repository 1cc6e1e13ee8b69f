//! Laws that hold for every input.

use curator::model::{
    Date, GitUrl, Glob, License, PackageName, Range, Ref, Sha256, Timestamp, TreePath, Version, collisions, portability,
};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

/// A place of a version: mostly small, so that versions meet, and now and then the highest.
fn place() -> impl Strategy<Value = u64> {
    prop_oneof![8 => 0..5_u64, 1 => 0..(1_u64 << 31), 1 => Just((1_u64 << 31) - 1)]
}

fn version() -> impl Strategy<Value = Version> {
    (place(), place(), place()).prop_filter_map("not the last", |(major, minor, patch)| {
        let version = Version::new(major, minor, patch).ok()?;
        (version.bump_patch() > version).then_some(version)
    })
}

fn range() -> impl Strategy<Value = Range> {
    (version(), version())
        .prop_filter_map("not empty", |(one, other)| Range::new(one.clone().min(other.clone()), one.max(other)).ok())
}

/// License expressions of current and old terms, with parentheses that are sometimes needless.
fn license() -> impl Strategy<Value = String> {
    let term = prop::sample::select(vec![
        "MIT",
        "ISC",
        "Apache-2.0",
        "GPL-3.0",
        "GPL-2.0+",
        "eCos-2.0",
        "GFDL-1.3",
        "wxWindows",
        "GPL-2.0-only WITH Classpath-exception-2.0",
    ]);
    term.prop_map(str::to_owned).prop_recursive(4, 12, 2, |inner| {
        let operator = prop::sample::select(vec![" AND ", " OR ", " and ", "  OR "]);
        prop_oneof![
            inner.clone().prop_map(|part| format!("({part})")),
            (inner.clone(), operator, inner).prop_map(|(left, operator, right)| format!("{left}{operator}{right}")),
        ]
    })
}

/// Texts that come close to paths: dots, slashes, git's folder and characters that hide.
fn nearly_path() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        ".", "..", "/", "\\", "git", ".git", "~1", ":", " ", "a", "C", "\u{200c}", "\u{301}", "é", "\0", "\n", "-", "É",
    ]);
    prop::collection::vec(piece, 0..8).prop_map(|pieces| pieces.concat())
}

/// Texts that come close to ranges of node-semver.
fn nearly_range() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        ">=",
        "<=",
        ">",
        "<",
        "=",
        "~",
        "~>",
        "^",
        "v",
        " ",
        " - ",
        "||",
        "#",
        "1",
        "0",
        "2.3",
        "1.2.3",
        ".",
        "x",
        "*",
        "-rc.1",
        "+b",
        "2147483647",
        "4.5.6",
    ]);
    prop::collection::vec(piece, 0..9).prop_map(|pieces| pieces.concat())
}

/// Whether a path, taken apart as Windows and POSIX both would, stays below the folder it starts from.
fn stays_inside(path: &str) -> bool {
    let is_dots = |part: &str| !part.is_empty() && part.chars().all(|c| c == '.' || c == ' ');
    let is_drive = |part: &str| matches!(part.as_bytes(), [b'a'..=b'z' | b'A'..=b'Z', b':', ..]);
    !path.starts_with(['/', '\\']) && path.split(['/', '\\']).all(|part| !is_dots(part) && !is_drive(part))
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn versions_print_what_they_read(version in version()) {
        let text = version.to_string();
        prop_assert_eq!(text.parse::<Version>().unwrap(), version.clone());
        prop_assert_eq!(Version::parse_lenient(&text).unwrap(), version.clone());
        prop_assert_eq!(Version::parse_lenient(&format!(" v{text} ")).unwrap(), version);
    }

    #[test]
    fn bumps_rise_and_can_be_read(version in version()) {
        for next in [version.bump_patch(), version.bump_minor(), version.bump_major(), version.bump_highest()] {
            prop_assert!(next > version);
            prop_assert_eq!(next.to_string().parse::<Version>().unwrap(), next);
        }
    }

    #[test]
    fn ranges_print_what_they_read(range in range()) {
        let text = range.to_string();
        prop_assert_eq!(text.parse::<Range>().unwrap(), range.clone());
        prop_assert_eq!(Range::parse_lenient(&text).unwrap(), range.clone(), "lenient reading keeps the meaning");
        prop_assert_eq!(Range::parse_spago(&text).unwrap(), Some(range));
    }

    #[test]
    fn intersections_hold_what_both_hold(left in range(), right in range(), version in version()) {
        let both = left.includes(&version) && right.includes(&version);
        let intersection = left.intersect(&right);
        prop_assert_eq!(intersection.as_ref().is_some_and(|range| range.includes(&version)), both);
        prop_assert_eq!(intersection, right.intersect(&left));
        prop_assert_eq!(left.intersect(&left), Some(left.clone()));
    }

    #[test]
    fn unions_hold_what_either_holds_and_no_more_than_they_must(left in range(), right in range(), version in version()) {
        let union = left.union(&right);
        prop_assert_eq!(&union, &right.union(&left));
        if left.includes(&version) || right.includes(&version) {
            prop_assert!(union.includes(&version));
        }
        prop_assert!([left.lower(), right.lower()].contains(&union.lower()));
        prop_assert!([left.upper(), right.upper()].contains(&union.upper()));
    }

    #[test]
    fn exact_ranges_hold_one_version(version in version(), other in version()) {
        prop_assert_eq!(Range::exact(&version).includes(&other), version == other);
        prop_assert!(Range::caret(&version).includes(&version));
    }

    #[test]
    fn lenient_ranges_are_ranges(text in nearly_range()) {
        if let Ok(range) = Range::parse_lenient(&text) {
            prop_assert_eq!(range.to_string().parse::<Range>(), Ok(range));
        }
    }

    #[test]
    fn licenses_settle(text in license()) {
        let license: License = text.parse().unwrap();
        prop_assert_eq!(license.as_str(), &text);
        let again: License = license.canonical().parse().unwrap();
        prop_assert_eq!(again.canonical(), license.canonical(), "canonical spelling is stable");
        prop_assert_eq!(again.ids(), license.ids());
        prop_assert_eq!(License::parse_canonical(&text).is_ok(), license.is_canonical());
        if !text.contains("GFDL") {
            prop_assert!(License::parse_canonical(license.canonical()).is_ok());
        }
    }

    #[test]
    fn paths_never_escape(text in nearly_path()) {
        if let Ok(path) = text.parse::<TreePath>() {
            prop_assert!(stays_inside(path.as_str()), "{:?}", path);
            prop_assert_eq!(path.as_str(), &text);
            prop_assert!(path.parts().all(|part| !part.eq_ignore_ascii_case(".git")));
            if let Some(parent) = path.parent() {
                prop_assert_eq!(parent.as_str().parse::<TreePath>(), Ok(parent));
            }
            let _ = portability(&path);
        }
    }

    #[test]
    fn collisions_do_not_depend_on_case_alone(names in prop::collection::btree_set("[aAbB]{1,2}(/[aAbB])?", 0..6)) {
        let paths: Vec<TreePath> = names.iter().map(|name| name.parse().unwrap()).collect();
        let lowered: std::collections::BTreeSet<String> = names.iter().map(|name| name.to_lowercase()).collect();
        if lowered.len() < names.len() {
            prop_assert!(!collisions(&paths).is_empty(), "{:?}", paths);
        }
    }

    #[test]
    fn times_print_what_they_read(millis in -62_167_219_200_000..253_402_207_200_000_i64) {
        let time = Timestamp::from_unix_millis(millis).unwrap();
        prop_assert_eq!(time.unix_millis(), millis);
        prop_assert_eq!(time.to_string().parse::<Timestamp>().unwrap(), time);
        prop_assert_eq!(time.to_string().len(), "YYYY-MM-DDTHH:MM:SS.mmmZ".len());
        prop_assert!(time.to_string().starts_with(&time.date().to_string()));
    }

    #[test]
    fn digests_print_what_they_read(bytes in any::<Vec<u8>>()) {
        let digest = Sha256::of(&bytes);
        prop_assert_eq!(digest.to_string().parse::<Sha256>().unwrap(), digest);
    }

    #[test]
    fn no_text_is_read_into_another(text in any::<String>()) {
        macro_rules! same_text {
            ($($noun:ty),*) => {$(
                if let Ok(noun) = text.parse::<$noun>() {
                    prop_assert_eq!(noun.to_string(), text.as_str());
                }
            )*};
        }
        same_text!(PackageName, Version, Range, License, Sha256, Ref, GitUrl, TreePath, Date, Glob);
        let _ = Version::parse_lenient(&text);
        let _ = Range::parse_lenient(&text);
        if let Ok(glob) = text.parse::<Glob>() {
            let _ = glob.compile();
        }
    }
}
