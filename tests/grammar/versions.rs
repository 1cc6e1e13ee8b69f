//! Package names, versions and digests.

use curator::model::{NameError, PackageName, Profile, Sha256, Version, VersionError};

use super::{keeps, keeps_by, refuses, refuses_by, refuses_with_by};

/// The grammars of this file are those of the PureScript registry; `generic.rs` has the other ones.
const PURESCRIPT: Profile = Profile::Purescript;

#[test]
fn names() {
    let longest = "a".repeat(150);
    keeps_by(
        |text| PURESCRIPT.name(text),
        &["a", "ab", "abc", "prelude", "codec-argonaut", "0x0", "purescript-compiler-backend-utilities", &longest],
    );
}

#[test]
fn malformed_names_get_the_words_of_the_purescript_registry() {
    let start = "Package name should start with a lower case char or a digit";
    let alphabet = "Package name can contain lower case chars, digits and non-consecutive dashes";
    let dashes = "Package names cannot contain consecutive dashes";
    let end = "Package name should end with a lower case char or digit";
    let prefix = "Package names should not begin with 'purescript-'";
    let too_long = "a".repeat(151);
    let cases = [
        ("-a", start),
        ("Uppercase", start),
        ("BIGLETTERS", start),
        ("éclair", start),
        ("β-reduction", start),
        ("١package", start),
        ("🍝", start),
        ("", start),
        ("upperCase", alphabet),
        ("café", alphabet),
        ("package١", alphabet),
        ("some space", alphabet),
        // registry-dev says "Expected EOF" here, which tells an author nothing.
        ("abc-🍝-abc", alphabet),
        ("double--dash", dashes),
        ("a-", end),
        ("purescript-aff", prefix),
        ("purescript-Aff", prefix),
        (&too_long, "Package name cannot be longer than 150 characters"),
    ];
    for (name, message) in cases {
        assert_eq!(PURESCRIPT.name(name).unwrap_err().to_string(), message, "{name:?}");
    }
    refuses_with_by(
        |text| PURESCRIPT.name(text),
        &[
            ("../a", NameError::Start),
            ("a/b", NameError::Alphabet),
            ("@a/b", NameError::Start),
            ("a\n", NameError::Alphabet),
        ],
    );
}

#[test]
fn index_paths() {
    let cases = [("a", "1"), ("ab", "2"), ("abc", "3/a"), ("abcd", "ab/cd"), ("abcde", "ab/cd")];
    for (name, shard) in cases {
        assert_eq!(name.parse::<PackageName>().unwrap().shard(), shard);
    }
    let folders = [("a", "a"), ("ab", "ab"), ("prelude", "pr")];
    for (name, folder) in folders {
        assert_eq!(name.parse::<PackageName>().unwrap().folder(), folder);
    }
}

#[test]
fn versions() {
    keeps_by(
        |text| PURESCRIPT.version(text),
        &["0.0.0", "0.0.1", "0.1.0", "1.0.0", "1.2.3", "1000.1111.1234", "2147483647.2147483647.2147483647"],
    );
    refuses_by(
        |text| PURESCRIPT.version(text),
        &[
            "",
            ".12.0",
            "12.0",
            "0.12.12.1",
            "1.0.1-rc.1",
            "1.0.0+nightly",
            "1.a.2",
            "1.-1.2",
            "2147483648.0.0",
            "v1.0.0",
            "0.000012.1",
            " 1.0.1",
            "1.0.1 ",
            "1.0.0\n",
            "1.0.٣",
            "99999999999999999999999.0.0",
        ],
    );
    refuses_with_by(
        |text| PURESCRIPT.version(text),
        &[
            ("1.0.1-rc.1", VersionError::Suffix),
            ("1.0.0+nightly", VersionError::Suffix),
            ("2147483648.0.0", VersionError::TooLarge),
            ("12.0", VersionError::Shape),
        ],
    );
}

#[test]
fn lenient_versions() {
    let cases = [
        ("  1.0.0", "1.0.0"),
        ("01.02.03", "1.2.3"),
        ("1.0.0   ", "1.0.0"),
        ("v1.0.0", "1.0.0"),
        ("000.0.00", "0.0.0"),
    ];
    for (text, version) in cases {
        assert_eq!(Version::parse_lenient(text).unwrap().to_string(), version, "{text:?}");
    }
    let bad = [
        ".12.0",
        "12.0",
        "0.12.12.1",
        "1.0.1-rc.1",
        "1.0.0+nightly",
        "1.a.2",
        "1.-1.2",
        "2147483648.0.0",
        "vv1.0.0",
        "",
    ];
    for text in bad {
        assert!(Version::parse_lenient(text).is_err(), "{text:?}");
    }
}

#[test]
fn versions_sort_by_number() {
    let mut versions: Vec<Version> =
        ["10.0.0", "2.0.0", "1.10.0", "1.9.0", "1.9.10", "1.9.9"].map(|text| text.parse().unwrap()).into();
    versions.sort();
    assert_eq!(format!("{versions:?}"), "[1.9.0, 1.9.9, 1.9.10, 1.10.0, 2.0.0, 10.0.0]");
}

#[test]
fn bumps() {
    let cases = [
        ("1.2.3", "2.0.0", "1.3.0", "1.2.4", "2.0.0"),
        ("0.2.3", "1.0.0", "0.3.0", "0.2.4", "0.3.0"),
        ("0.0.3", "1.0.0", "0.1.0", "0.0.4", "0.0.4"),
        // A full place carries, or the result would not be a version that anyone can read.
        ("0.0.2147483647", "1.0.0", "0.1.0", "0.1.0", "0.1.0"),
        ("3.2147483647.2147483647", "4.0.0", "4.0.0", "4.0.0", "4.0.0"),
    ];
    for (text, major, minor, patch, highest) in cases {
        let version: Version = text.parse().unwrap();
        let bumped = [version.bump_major(), version.bump_minor(), version.bump_patch(), version.bump_highest()];
        assert_eq!(bumped.map(|version| version.to_string()), [major, minor, patch, highest], "{text}");
    }
}

#[test]
fn digests() {
    keeps::<Sha256>(&[
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=",
        "sha256-wOzNcCq20TAL/LMT1lYIiaoEIFGDBw+yp14bj7qK9v4=",
    ]);
    refuses::<Sha256>(&[
        "",
        "sha256-",
        "fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=",
        "sha512-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=",
        "SHA256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=",
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04",
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7_pcqoDvbJZoT04=",
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT0=",
        // The same 32 bytes, but with stray bits in the last digit: one digest would have two spellings.
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT05=",
        "sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=\n",
    ]);
    assert_eq!(Sha256::of(b"").to_hex(), "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855");
    assert_eq!(Sha256::of(b"").to_string(), "sha256-47DEQpj8HBSa+/TImW+5JCeuQeRkm5NMpJWZG3hSuFU=");
}
