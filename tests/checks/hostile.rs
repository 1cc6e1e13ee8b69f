//! Hostile JSON in every kind of file (threats 25 and 26), and hostile names (threat 27).

use super::advisories::{ADVISORY, ADVISORY_PATH};
use super::clean::DEFINITION;
use super::files::{OVERRIDE, REGISTRATION, STATUS};
use super::{Variant, clean, said};

/// A path and a good file of every kind.
const KINDS: [(&str, &str); 5] = [
    ("packages/ta/tally/1.1.0.json", DEFINITION),
    ("packages/ta/tally/registration.json", REGISTRATION),
    ("overrides/ta/tally/1.0.0.json", OVERRIDE),
    ("status/ta/tally/all.json", STATUS),
    (ADVISORY_PATH, ADVISORY),
];

fn codes(at: &'static str, bytes: &[u8]) -> Vec<&'static str> {
    let mut surroundings = super::Surroundings::clean();
    surroundings.tree = None;
    surroundings.findings(at, bytes).iter().map(|finding| finding.code.as_str()).collect()
}

/// The file with `text` as its first members.
fn with(good: &str, text: &str) -> Vec<u8> {
    good.replacen('{', &format!("{{{text},"), 1).into_bytes()
}

#[test]
fn what_is_not_strict_json_is_refused_as_that_alone() {
    let members = [
        r#""a": 1, "a": 2"#,
        r#""a": 1, "\u0061": 2"#,
        r#""a": { "b": 1, "\u0062": 2 }"#,
        r#""a": [[{ "b": 1, "b": 1 }]]"#,
        r#""a": "\ud800""#,
        r#""a": "\udc00\ud800""#,
        r#""\ud800": 1"#,
        r#""a": "\x41""#,
        r#""a": 'b'"#,
        "a: 1",
        r#""a": 01"#,
        r#""a": +1"#,
        r#""a": 1."#,
        r#""a": .5"#,
        r#""a": 0x10"#,
        r#""a": NaN"#,
        r#""a": -Infinity"#,
        r#""a": undefined"#,
        r#""a": [1,]"#,
        r#""a": 1,"#,
        r#""a" 1"#,
        r#""a": True"#,
        "\"a\": \"b\nc\"",
        "\"a\": \"b\tc\"",
        "\"a\": \"b\0c\"",
        "\"a\": \"b",
        "// comment\n\"a\": 1",
        "/* comment */ \"a\": 1",
        "\u{a0}\"a\": 1",
    ];
    for (at, good) in KINDS {
        for text in members {
            assert_eq!(codes(at, &with(good, text)), ["R001"], "{at}: {text:?}");
        }
        let around: [Vec<u8>; 9] = [
            format!("\u{feff}{good}").into_bytes(),
            format!("{good}{good}").into_bytes(),
            format!("{good}]").into_bytes(),
            format!("{good}\0").into_bytes(),
            good.trim_end().trim_end_matches('}').as_bytes().to_vec(),
            good.encode_utf16().flat_map(u16::to_le_bytes).collect(),
            [good.as_bytes(), &[0xff]].concat(),
            Vec::new(),
            b" \n".to_vec(),
        ];
        for bytes in around {
            assert_eq!(codes(at, &bytes), ["R001"], "{at}: {:?}", String::from_utf8_lossy(&bytes));
        }
        for text in ["null", "[]", "\"text\"", "7"] {
            let shape = if good == ADVISORY { "R054" } else { "R002" };
            assert_eq!(codes(at, text.as_bytes()), [shape], "{at}: {text}");
        }
    }
}

#[test]
fn every_duplicate_of_one_of_our_keys_is_refused() {
    for (at, good) in KINDS {
        let members: serde_json::Map<String, serde_json::Value> = serde_json::from_str(good).unwrap();
        for (key, value) in members {
            let escaped = format!("\\u{:04x}{}", u32::from(key.as_bytes()[0]), &key[1..]);
            let text = format!("\"{escaped}\": {value}");
            assert_eq!(codes(at, &with(good, &text)), ["R001"], "{at}: {text}");
        }
    }
}

#[test]
fn an_unknown_key_is_a_warning_in_definitions_and_advisories_and_an_error_elsewhere() {
    for (at, good) in KINDS {
        let mut surroundings = super::Surroundings::clean();
        surroundings.tree = None;
        let findings = surroundings.findings(at, &with(good, "\"unheardOf\": {\"a\": [1]}"));
        assert_eq!(findings.len(), 1, "{findings:?}");
        let is_open = good == DEFINITION || good == ADVISORY;
        assert_eq!((findings[0].code.as_str(), findings[0].is_error()), ("R003", !is_open), "{at}");
    }
}

#[test]
fn numbers_and_depth_have_an_end() {
    let nested = |depth: usize| format!("\"a\": {}{}", "[".repeat(depth), "]".repeat(depth));
    let objects = |depth: usize| format!("\"a\": {}1{}", "{\"a\":".repeat(depth), "}".repeat(depth));
    for (at, good) in KINDS {
        for text in
            [nested(100_000), objects(100_000), nested(127), "\"a\": 1e400".to_owned(), "\"a\": -1e400".to_owned()]
        {
            assert_eq!(codes(at, &with(good, &text)), ["R001"], "{at}: {}", &text[..12]);
        }
        assert_eq!(codes(at, &with(good, &format!("\"a\": {}", "9".repeat(5_000)))), ["R001"], "{at}");
        // Within the limits it is an unknown key and no more.
        for text in [
            nested(if good == ADVISORY { 63 } else { 126 }),
            format!("\"a\": {}", "9".repeat(300)),
            "\"a\": 1e308".to_owned(),
        ] {
            assert_eq!(codes(at, &with(good, &text)), ["R003"], "{at}: {}", &text[..12]);
        }
        let large = format!("{good}{}", " ".repeat(1 << 20));
        assert_eq!(codes(at, large.as_bytes()), ["R001"], "{at}");
    }
}

#[test]
fn a_whole_number_is_exact_or_refused() {
    let revision = |text: &str| OVERRIDE.replace(": 1,", &format!(": {text},")).into_bytes();
    let at = "overrides/ta/tally/1.0.0.json";
    for text in ["9007199254740992", "9007199254740993", "18446744073709551616", "0", "-0", "-1", "1.0", "1e0", "1E2"] {
        assert_eq!(codes(at, &revision(text)), ["R002"], "{text}");
    }
    for text in ["1", "9007199254740991"] {
        assert_eq!(codes(at, &revision(text)), [""; 0], "{text}");
    }
}

#[test]
fn names_that_only_look_like_names_are_refused() {
    let names = [
        "tаlly",  // Cyrillic а
        "ｔally", // full width
        "tally\u{200b}",
        "\u{feff}tally",
        "tally\u{202e}",
        "tall\u{443}",
        "talⅼy", // small Roman numeral fifty
        "t\u{e4}lly",
        "ta\u{308}lly",
        "TALLY",
        "tally.",
        "tally ",
        " tally",
        "ta lly",
        "ta_lly",
        "ta.lly",
        "ta/lly",
        "../tally",
        "tally\\..",
        "tally\0",
        "tally\n",
        "@scope/tally",
        "--tally",
        "tally--x",
        "",
    ];
    for name in names {
        let escaped = serde_json::to_string(name).unwrap();
        assert_eq!(said("\"tally\"", &escaped).found(), ["R006 2:11"], "{name:?}");
        assert_eq!(said("\"seedbed\"", &escaped).found(), ["R006 14:5"], "{name:?}");
    }
}

#[test]
fn a_registry_path_is_exact() {
    let elsewhere: [&'static str; 8] = [
        "packages/TA/tally/1.1.0.json",
        "packages/ta/Tally/1.1.0.json",
        "packages/ta/tally/1.1.0.JSON",
        "packages/ta/tally/1.1.0.json/x",
        "packages/ta/tally/01.1.0.json",
        "packages/ta/tally/1.1.0",
        "packages/t/tally/1.1.0.json",
        "packages/tally/1.1.0.json",
    ];
    for at in elsewhere {
        let Variant { text, .. } = clean();
        assert_eq!(super::file(at, &text).found(), ["R004"], "{at}");
    }
}
