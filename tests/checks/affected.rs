//! Which versions an advisory affects: OSV's own examples, and its algorithm as it is written down, on any events.

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{Advisory, AdvisoryId, BaseScore, Document, Ecosystem, SeverityLevel, Version};
use curator::rules::index::{affected, all_json, parse_all_json};
use proptest::prelude::{Just, Strategy, any, prop_oneof, proptest};
use proptest::{prop_assert, prop_assert_eq};
use serde_json::{Value, json};

use super::advisories::ADVISORY;
use super::clean::name;

/// The advisory in `text`, where it can be read.
fn try_read(text: &str) -> Option<Advisory> {
    let document = Document::parse(text.as_bytes(), 1 << 20).unwrap();
    Advisory::read(&document, &Ecosystem::of_registry("larkspur")).value
}

pub(super) fn read(text: &str) -> Advisory {
    try_read(text).unwrap_or_else(|| panic!("{text}"))
}

pub(super) fn affects(text: &str, version: &str) -> bool {
    read(text).affects(&name("tally"), &version.parse().unwrap())
}

/// An advisory about `tally` with these entries.
fn about(id: &str, entries: &[Value]) -> Value {
    let package = json!({ "ecosystem": "PureScript", "name": "tally" });
    let entry = |members: &Value| {
        let mut entry = members.clone();
        entry["package"] = package.clone();
        entry
    };
    let entries: Vec<Value> = entries.iter().map(entry).collect();
    json!({ "id": id, "modified": "2026-03-01T12:00:00Z", "affected": entries })
}

fn range(events: &Value) -> Value {
    json!({ "type": "SEMVER", "events": events })
}

/// Which of the versions are affected.
fn said(events: &Value, versions: &[&str]) -> Vec<String> {
    let advisory = read(&about("LARK-1", &[json!({ "ranges": [range(events)] })]).to_string());
    let all: Vec<Version> = versions.iter().map(|version| version.parse().unwrap()).collect();
    affected(&[advisory], &name("tally"), &all).into_keys().map(|version| version.to_string()).collect()
}

#[test]
fn the_examples_of_osv() {
    let versions = ["0.0.0", "0.9.9", "1.0.0", "1.0.1", "1.0.2", "2.9.9", "3.0.0", "3.2.4", "3.2.5", "9.0.0"];
    assert_eq!(said(&json!([{ "introduced": "0" }]), &versions), versions);
    let fixed = json!([{ "introduced": "0" }, { "fixed": "1.0.2" }]);
    assert_eq!(said(&fixed, &versions), ["0.0.0", "0.9.9", "1.0.0", "1.0.1"]);
    let two = json!([{ "introduced": "1.0.0" }, { "fixed": "1.0.2" }, { "introduced": "3.0.0" }, { "fixed": "3.2.5" }]);
    assert_eq!(said(&two, &versions), ["1.0.0", "1.0.1", "3.0.0", "3.2.4"]);
    let around = ["2.1.213", "2.1.214", "2.1.215"];
    let last = json!([{ "introduced": "0" }, { "last_affected": "2.1.214" }]);
    assert_eq!(said(&last, &around), ["2.1.213", "2.1.214"]);
    let fixed = json!([{ "introduced": "0" }, { "fixed": "2.1.214" }]);
    assert_eq!(said(&fixed, &around), ["2.1.213"]);
    let limited = json!([{ "introduced": "1.0.0" }, { "limit": "1.0.1" }, { "limit": "3.0.0" }]);
    assert_eq!(said(&limited, &versions), ["1.0.0", "1.0.1", "1.0.2", "2.9.9"]);
    let unlimited = json!([{ "limit": "1.0.1" }, { "introduced": "3.2.5" }, { "limit": "*" }]);
    assert_eq!(said(&unlimited, &versions), ["3.2.5", "9.0.0"]);
}

#[test]
fn what_is_withdrawn_or_about_something_else_affects_nothing() {
    assert!(affects(ADVISORY, "1.0.0") && affects(ADVISORY, "0.3.0") && !affects(ADVISORY, "1.0.1"));
    let withdrawn = ADVISORY.replacen("\"aliases\"", "\"withdrawn\": \"2026-03-02T12:00:00Z\", \"aliases\"", 1);
    assert!(!affects(&withdrawn, "1.0.0"));
    assert!(!read(ADVISORY).affects(&name("seedbed"), &"1.0.0".parse().unwrap()));
    let listed = about("LARK-1", &[json!({ "versions": ["1.0.0", "1.0.0"] }), json!({ "versions": ["3.0.0"] })]);
    let found = ["0.9.0", "1.0.0", "2.0.0", "3.0.0"].map(|version| affects(&listed.to_string(), version));
    assert_eq!(found, [false, true, false, true]);
}

#[test]
fn the_word_of_the_database_goes_before_every_score() {
    let critical = json!([{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }]);
    let low = json!([{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N" }]);
    let newest =
        json!([{ "type": "CVSS_V4", "score": "CVSS:4.0/AV:N/AC:L/AT:N/PR:N/UI:N/VC:H/VI:H/VA:H/SC:H/SI:H/SA:H" }]);
    let level = |severity: &Value, word: &Value, entry: &Value| {
        let mut entry = entry.clone();
        entry["versions"] = json!(["1.0.0"]);
        let mut advisory = about("LARK-1", &[entry]);
        advisory["severity"] = severity.clone();
        advisory["database_specific"] = word.clone();
        read(&advisory.to_string()).level(&name("tally"))
    };
    let none = json!({});
    assert_eq!(level(&Value::Null, &none, &none), SeverityLevel::Unknown);
    assert_eq!(level(&critical, &none, &none), SeverityLevel::Critical);
    assert_eq!(level(&low, &none, &none), SeverityLevel::Low);
    assert_eq!(level(&newest, &none, &none), SeverityLevel::Unknown);
    assert_eq!(level(&newest, &json!({ "severity": "HIGH" }), &none), SeverityLevel::High);
    assert_eq!(level(&critical, &json!({ "severity": "MODERATE" }), &none), SeverityLevel::Medium);
    assert_eq!(level(&low, &none, &json!({ "severity": critical })), SeverityLevel::Critical);
    assert_eq!(level(&low, &none, &json!({ "ecosystem_specific": { "severity": "HIGH" } })), SeverityLevel::High);
    let both = json!({ "ecosystem_specific": { "severity": "HIGH" }, "database_specific": { "severity": "low" } });
    assert_eq!(level(&critical, &none, &both), SeverityLevel::Low);
    assert_eq!(read(ADVISORY).level(&name("seedbed")), SeverityLevel::Unknown);
}

/// The examples that FIRST publishes for v3.1, with their scores.
const SCORED: [(&str, &str); 24] = [
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:L/I:L/A:N", "6.1"),
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:L/I:L/A:N", "6.4"),
    ("AV:N/AC:H/PR:N/UI:R/S:U/C:L/I:N/A:N", "3.1"),
    ("AV:N/AC:L/PR:L/UI:N/S:C/C:H/I:H/A:H", "9.9"),
    ("AV:L/AC:L/PR:H/UI:N/S:U/C:L/I:L/A:L", "4.2"),
    ("AV:N/AC:L/PR:L/UI:N/S:U/C:H/I:H/A:H", "8.8"),
    ("AV:L/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", "7.8"),
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:N/A:N", "7.5"),
    ("AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "9.8"),
    ("AV:N/AC:H/PR:N/UI:N/S:C/C:N/I:H/A:N", "6.8"),
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "6.8"),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:L/I:N/A:N", "5.8"),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:L/A:N", "5.8"),
    ("AV:A/AC:L/PR:N/UI:N/S:C/C:H/I:N/A:H", "9.3"),
    ("AV:N/AC:L/PR:L/UI:R/S:C/C:L/I:L/A:N", "5.4"),
    ("AV:N/AC:L/PR:L/UI:R/S:C/C:H/I:H/A:H", "9.0"),
    ("AV:A/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H", "8.8"),
    ("AV:P/AC:L/PR:N/UI:N/S:U/C:N/I:H/A:N", "4.6"),
    ("AV:N/AC:L/PR:N/UI:R/S:U/C:H/I:H/A:H", "8.8"),
    ("AV:N/AC:H/PR:N/UI:N/S:U/C:H/I:H/A:N", "7.4"),
    ("AV:N/AC:L/PR:N/UI:R/S:C/C:H/I:H/A:H", "9.6"),
    ("AV:L/AC:L/PR:H/UI:N/S:C/C:H/I:H/A:H", "8.2"),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:H/I:H/A:H", "10.0"),
    ("AV:N/AC:L/PR:N/UI:N/S:C/C:N/I:N/A:N", "0.0"),
];

#[test]
fn published_vectors_have_their_published_scores() {
    for (metrics, score) in SCORED {
        for version in ["3.0", "3.1"] {
            let read: BaseScore = format!("CVSS:{version}/{metrics}").parse().unwrap();
            assert_eq!(read.to_string(), score, "{metrics}");
        }
    }
    let refused = [
        "",
        "CVSS:3.1/",
        "AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:4.0/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:X",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/A:H",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/",
        "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H/ZZ:H",
        "CVSS:3.1/av:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H",
    ];
    for text in refused {
        assert!(text.parse::<BaseScore>().is_err(), "{text}");
    }
}

/// The score in tenths with the floating-point equations of the specification, and its own rounding (appendix A).
fn specified(av: &str, ac: &str, pr: &str, ui: &str, s: &str, impacts: [&str; 3]) -> f64 {
    let of = |value: &str, weights: &[(&str, f64)]| weights.iter().find(|(letter, _)| *letter == value).unwrap().1;
    let pr = of(
        pr,
        if s == "C" { &[("N", 0.85), ("L", 0.68), ("H", 0.5)] } else { &[("N", 0.85), ("L", 0.62), ("H", 0.27)] },
    );
    let av = of(av, &[("N", 0.85), ("A", 0.62), ("L", 0.55), ("P", 0.2)]);
    let exploitability = 8.22 * av * of(ac, &[("L", 0.77), ("H", 0.44)]) * pr * of(ui, &[("N", 0.85), ("R", 0.62)]);
    let left: f64 = impacts.map(|it| 1.0 - of(it, &[("H", 0.56), ("L", 0.22), ("N", 0.0)])).iter().product();
    let iss = 1.0 - left;
    let impact = if s == "C" { 7.52 * (iss - 0.029) - 3.25 * (iss - 0.02).powi(15) } else { 6.42 * iss };
    let factor = if s == "C" { 1.08 } else { 1.0 };
    let sum: f64 = if impact <= 0.0 { 0.0 } else { (factor * (impact + exploitability)).min(10.0) };
    let whole = (sum * 100_000.0).round();
    if whole % 10_000.0 == 0.0 { whole / 10_000.0 } else { (whole / 10_000.0).floor() + 1.0 }
}

#[test]
fn every_vector_has_the_score_of_the_specification() {
    let mut seen = 0;
    for av in ["N", "A", "L", "P"] {
        for ac in ["L", "H"] {
            for pr in ["N", "L", "H"] {
                for ui in ["N", "R"] {
                    for s in ["U", "C"] {
                        for at in 0..27 {
                            let letter = |by: usize| ["N", "L", "H"][at / by % 3];
                            let [c, i, a] = [letter(9), letter(3), letter(1)];
                            let vector = format!("CVSS:3.1/AV:{av}/AC:{ac}/PR:{pr}/UI:{ui}/S:{s}/C:{c}/I:{i}/A:{a}");
                            let score: BaseScore = vector.parse().unwrap();
                            let expected = specified(av, ac, pr, ui, s, [c, i, a]);
                            assert!(
                                (f64::from(score.tenths()) - expected).abs() < 0.01,
                                "{vector}: {score}, {expected}"
                            );
                            seen += 1;
                        }
                    }
                }
            }
        }
    }
    assert_eq!(seen, 2_592);
}

/// What OSV's `IncludedInRanges` says of one range, word for word.
fn is_vulnerable(version: &Version, events: &[(String, String)]) -> bool {
    let at = |text: &str| if text == "0" { None } else { Some(text.parse::<Version>().unwrap()) };
    let limits: Vec<&String> = events.iter().filter(|(kind, _)| kind == "limit").map(|(_, text)| text).collect();
    let is_before = |limit: &&String| *limit == "*" || Some(version) < at(limit).as_ref();
    if !limits.is_empty() && !limits.iter().any(is_before) {
        return false;
    }
    let mut sorted: Vec<&(String, String)> = events.iter().filter(|(kind, _)| kind != "limit").collect();
    sorted.sort_by_key(|(_, text)| at(text));
    let mut vulnerable = false;
    for (kind, text) in sorted {
        match kind.as_str() {
            "introduced" if Some(version) >= at(text).as_ref() => vulnerable = true,
            "fixed" if Some(version) >= at(text).as_ref() => vulnerable = false,
            "last_affected" if Some(version) > at(text).as_ref() => vulnerable = false,
            _ => {}
        }
    }
    vulnerable
}

/// A version of a small world, in which many are equal.
fn version() -> impl Strategy<Value = Version> {
    (0_u64..3, 0_u64..3, 0_u64..3).prop_map(|(major, minor, patch)| Version::new(major, minor, patch).unwrap())
}

/// Any events, most of them in no order.
fn any_events() -> impl Strategy<Value = Vec<(String, String)>> {
    let kind = prop_oneof![3 => Just("introduced"), 2 => Just("fixed"), 1 => Just("last_affected"), 1 => Just("limit")];
    let event = (kind, version(), 0..5).prop_map(|(kind, version, special)| match (kind, special) {
        ("introduced", 0) => (kind.to_owned(), "0".to_owned()),
        ("limit", 0) => (kind.to_owned(), "*".to_owned()),
        _ => (kind.to_owned(), version.to_string()),
    });
    proptest::collection::vec(event, 0..5)
}

/// Events that ascend from an introduction.
fn ascending_events() -> impl Strategy<Value = Vec<(String, String)>> {
    let versions = proptest::collection::btree_set(version(), 1..7);
    let end = prop_oneof![Just("fixed"), Just("last_affected")];
    (versions, end, any::<u8>(), proptest::option::of(version()), any::<bool>()).prop_map(
        |(versions, end, turns, limit, zero)| {
            let mut events: Vec<(String, String)> = Vec::new();
            for (at, version) in versions.iter().enumerate() {
                let kind = if at == 0 || turns >> at & 1 == 1 { "introduced" } else { end };
                events.push((kind.to_owned(), version.to_string()));
                if kind == "introduced" && end == "last_affected" && turns & 1 == 1 {
                    events.push((end.to_owned(), version.to_string()));
                }
            }
            if zero && events[1..].first().is_none_or(|(kind, _)| kind != "last_affected") {
                "0".clone_into(&mut events[0].1);
            }
            events.extend(limit.map(|limit| ("limit".to_owned(), limit.to_string())));
            events
        },
    )
}

fn json_of(events: &[(String, String)]) -> Value {
    events.iter().map(|(kind, text)| json!({ kind: text })).collect()
}

proptest! {
    #[test]
    fn affects_is_the_algorithm_of_osv(
        ranges in proptest::collection::vec(ascending_events(), 0..3),
        listed in proptest::collection::btree_set(version(), 1..3),
    ) {
        let all: Vec<Value> = ranges.iter().map(|events| range(&json_of(events))).collect();
        let text = about("LARK-1", &[json!({ "ranges": all, "versions": listed })]).to_string();
        let advisory = read(&text);
        for major in 0..4 {
            for rest in 0..16 {
                let version = Version::new(major, rest / 4, rest % 4).unwrap();
                let naive = listed.contains(&version) || ranges.iter().any(|events| is_vulnerable(&version, events));
                prop_assert_eq!(advisory.affects(&name("tally"), &version), naive, "{} of {}", version, text);
            }
        }
    }

    #[test]
    fn whatever_is_read_is_read_as_osv_has_it(events in any_events()) {
        let text = about("LARK-1", &[json!({ "ranges": [range(&json_of(&events))] })]).to_string();
        if let Some(advisory) = try_read(&text) {
            for at in 0..64 {
                let version = Version::new(at / 16, at / 4 % 4, at % 4).unwrap();
                let found = advisory.affects(&name("tally"), &version);
                prop_assert_eq!(found, is_vulnerable(&version, &events), "{} of {}", version, text);
            }
        }
    }

    #[test]
    fn the_file_of_all_depends_on_no_order_and_loses_nothing(
        numbers in proptest::collection::btree_set(0_u16..500, 1..12),
        summary in any::<String>(),
        turn in any::<usize>(),
    ) {
        let mut advisories: Vec<Advisory> = numbers.iter().map(|number| {
            let mut advisory = about(&format!("LARK-{number}"), &[json!({ "versions": ["1.0.0"] })]);
            advisory["summary"] = json!(summary);
            advisory["zz"] = json!({ "number": number, "text": summary });
            read(&advisory.to_string())
        }).collect();
        let bytes = all_json(&advisories).unwrap();
        let turn = turn % advisories.len();
        advisories.rotate_left(turn);
        prop_assert_eq!(&all_json(&advisories), &Some(bytes.clone()));
        let again = parse_all_json(&bytes, &Ecosystem::of_registry("larkspur")).unwrap();
        prop_assert!(again.windows(2).all(|pair| pair[0].id < pair[1].id));
        let [before, after]: [BTreeMap<AdvisoryId, Advisory>; 2] =
            [advisories, again].map(|all| all.into_iter().map(|it| (it.id.clone(), it)).collect());
        prop_assert_eq!(before, after);
        let whole: Value = serde_json::from_slice(&bytes).unwrap();
        prop_assert_eq!(&whole[0]["zz"]["text"], &json!(summary));
    }
}

#[test]
fn the_file_of_all_has_a_line_for_each_as_its_author_wrote_it() {
    let odd = r#" { "zeta" : 1.50e+2, "id":"LARK-2", "modified": "2026-03-01T12:00:00Z",
        "affected": [ {"package": {"name": "tally", "ecosystem": "PureScript"}, "versions": ["1.0.0"] } ],
        "alpha": [ null, true , "\u00fc\u2028\/\n" ] } "#;
    let plain = about("LARK-10", &[json!({ "versions": ["1.0.0"] })]).to_string();
    let bytes = all_json(&[read(odd), read(&plain)]).unwrap();
    let expected = concat!(
        "[\n",
        r#"{"affected":[{"package":{"ecosystem":"PureScript","name":"tally"},"versions":["1.0.0"]}],"id":"LARK-10","modified":"2026-03-01T12:00:00Z"},"#,
        "\n",
        r#"{"zeta":1.50e+2,"id":"LARK-2","modified":"2026-03-01T12:00:00Z","affected":[{"package":{"name":"tally","ecosystem":"PureScript"},"versions":["1.0.0"]}],"alpha":[null,true,"ü"#,
        "\u{2028}",
        r#"/\n"]}"#,
        "\n]\n"
    );
    assert_eq!(String::from_utf8(bytes).unwrap(), expected);
    assert_eq!(all_json(&[]), None, "without advisories there is no file");
}

#[test]
fn of_two_with_one_id_the_newer_counts() {
    let older = about("LARK-1", &[json!({ "versions": ["1.0.0"] })]);
    let mut newer = older.clone();
    newer["modified"] = json!("2026-03-01T12:00:00.001Z");
    let [older, newer] = [older, newer].map(|it| read(&it.to_string()));
    let alone = all_json(std::slice::from_ref(&newer));
    assert_eq!(all_json(&[older.clone(), newer.clone()]), alone);
    assert_eq!(all_json(&[newer, older]), alone);
}

#[test]
fn a_file_of_all_that_cannot_be_read_is_an_error_that_names_the_place() {
    let ecosystem = Ecosystem::of_registry("larkspur");
    let good = about("LARK-1", &[json!({ "versions": ["1.0.0"] })]).to_string();
    assert_eq!(parse_all_json(format!("[{good}]").as_bytes(), &ecosystem).unwrap().len(), 1);
    let deep = format!("[{{\"a\":{}{}}}]", "[".repeat(100_000), "]".repeat(100_000));
    let twice = format!("[{good},{good}]");
    let doubled = format!("[{}]", good.replacen('{', "{\"id\":\"LARK-1\",", 1));
    let broken = format!("[{good},{}]", good.replace("12:00", "noon"));
    let cases = [
        ("", "not a JSON array"),
        ("{}", "not a JSON array"),
        ("[] []", "not a JSON array"),
        (twice.as_str(), "LARK-1 stands twice"),
        (doubled.as_str(), "advisory 1 of the file cannot be read"),
        (broken.as_str(), "advisory 2 of the file cannot be read"),
        (deep.as_str(), "the file"),
    ];
    for (text, reason) in cases {
        let error = parse_all_json(text.as_bytes(), &ecosystem).unwrap_err().to_string();
        assert!(error.contains(reason), "{error}");
    }
}

#[test]
fn every_version_gets_the_ids_of_all_that_affect_it() {
    let first = about("LARK-1", &[json!({ "versions": ["1.0.0", "1.1.0"] })]);
    let second = about("GHSA-2", &[json!({ "ranges": [range(&json!([{ "introduced": "1.1.0" }]))] })]);
    let advisories = [first, second].map(|it| read(&it.to_string()));
    let versions: Vec<Version> = ["0.1.0", "1.0.0", "1.1.0", "1.2.0"].map(|it| it.parse().unwrap()).to_vec();
    let found: Vec<(String, BTreeSet<String>)> = affected(&advisories, &name("tally"), &versions)
        .into_iter()
        .map(|(version, ids)| (version.to_string(), ids.iter().map(ToString::to_string).collect()))
        .collect();
    let ids = |ids: &[&str]| ids.iter().map(|id| (*id).to_owned()).collect::<BTreeSet<_>>();
    let expected = [("1.0.0", ids(&["LARK-1"])), ("1.1.0", ids(&["GHSA-2", "LARK-1"])), ("1.2.0", ids(&["GHSA-2"]))];
    assert_eq!(found, expected.map(|(version, ids)| (version.to_owned(), ids)));
    assert!(affected(&advisories, &name("seedbed"), &versions).is_empty());
}
