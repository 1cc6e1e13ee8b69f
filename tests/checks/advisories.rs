//! Advisories: what OSV and this registry ask of them, each rule broken once and kept once.

use super::{Pair, Variant, clean, file};

/// An advisory with everything in it that OSV 1.7 knows.
pub(super) const ADVISORY: &str = r#"{
  "schema_version": "1.7.4",
  "id": "LARK-2026-0001",
  "modified": "2026-03-01T12:00:00Z",
  "published": "2026-03-01T11:59:59.123456Z",
  "aliases": ["CVE-2026-1", "RLSA-2021:1234"],
  "upstream": ["GHSA-vp9c-fpxx-744v"],
  "related": ["OSV-2020-584"],
  "summary": "Tallies are negative",
  "details": "Of *many* things.\n",
  "severity": [{ "type": "CVSS_V3", "score": "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H" }],
  "affected": [
    { "package": { "ecosystem": "npm", "name": "@Tally/UP", "scope": 7 }, "versions": ["one"], "ranges": "many" },
    { "ranges": [{ "type": "GIT", "repo": "https://example.org/a", "events": [{ "introduced": "0" }] }] },
    {
      "package": { "ecosystem": "PureScript", "name": "tally", "purl": "pkg:purescript/tally" },
      "ranges": [
        { "type": "SEMVER", "events": [{ "introduced": "0" }, { "fixed": "1.0.1" }] }
      ],
      "versions": ["1.0.0"],
      "ecosystem_specific": { "modules": ["Tally"] },
      "database_specific": { "severity": "HIGH" }
    }
  ],
  "references": [{ "type": "FIX", "url": "https://example.org/fix" }],
  "credits": [{ "name": "Wren", "contact": ["mailto:wren@example.org"], "type": "FINDER" }],
  "database_specific": { "cwe": ["CWE-190"] }
}
"#;

/// The path of [`ADVISORY`].
pub(super) const ADVISORY_PATH: &str = "advisories/LARK-2026-0001.json";

fn whole() -> Variant {
    file(ADVISORY_PATH, ADVISORY)
}

fn advisory(from: &str, to: &str) -> Variant {
    whole().and(from, to)
}

pub(super) fn pairs() -> Vec<Pair> {
    [shapes(), places(), events(), severities(), strays()].into_iter().flatten().collect()
}

fn shapes() -> Vec<Pair> {
    vec![
        (advisory("\"1.7.4\"", "\"2.0.0\""), &["R054 2:21"], advisory("\"1.7.4\"", "\"1.99.0-rc.1\"")),
        (advisory("  \"modified\": \"2026-03-01T12:00:00Z\",\n", ""), &["R054"], whole()),
        (
            advisory("\"2026-03-01T12:00:00Z\"", "\"2026-03-01T12:00:00+01:00\""),
            &["R054 4:15"],
            advisory("\"2026-03-01T12:00:00Z\"", "\"2026-03-01T12:00:00.5Z\""),
        ),
        (advisory("2026-03-01T12", "2026-02-30T12"), &["R054 4:15"], advisory("2026-03-01T12", "2024-02-29T12")),
        (advisory("11:59:59.123456Z", "11:59:59.1234x6Z"), &["R054 5:16"], advisory("11:59:59.123456Z", "11:59:59Z")),
        (
            advisory("\"aliases\"", "\"withdrawn\": \"today\",\n  \"aliases\""),
            &["R054 6:16"],
            advisory("\"aliases\"", "\"withdrawn\": \"2026-03-02T12:00:00Z\",\n  \"aliases\""),
        ),
        (
            advisory("[\"CVE-2026-1\", \"RLSA-2021:1234\"]", "\"CVE-2026-1\""),
            &["R054 6:14"],
            advisory("[\"CVE-2026-1\", \"RLSA-2021:1234\"]", "null"),
        ),
        (advisory("\"Tallies are negative\"", "7"), &["R054 9:14"], whole()),
        (advisory("https://example.org/fix", "javascript:alert(1)"), &["R054 25:42"], whole()),
        (advisory("https://example.org/fix", "https://exa\\nmple.org"), &["R054 25:42"], whole()),
        (advisory("\"name\": \"Wren\", ", ""), &["R054 26:15"], advisory(", \"type\": \"FINDER\"", "")),
        (advisory("{ \"cwe\": [\"CWE-190\"] }", "[]"), &["R054 27:24"], advisory("{ \"cwe\": [\"CWE-190\"] }", "{}")),
        // What nobody knows is a warning, at every depth where somebody could know it.
        (advisory("\"summary\"", "\"sumary\""), &["R003 9:3"], whole()),
        (advisory("\"purl\"", "\"curl\""), &["R003 16:64"], whole()),
        (advisory("\"type\": \"FINDER\"", "\"role\": \"FINDER\""), &["R003 26:73"], whole()),
        (
            advisory("{ \"modules\": [\"Tally\"] }", &nested(62)),
            &["R054 12:15"],
            advisory("{ \"modules\": [\"Tally\"] }", &nested(61)),
        ),
    ]
}

/// An object with so many levels.
fn nested(depth: usize) -> String {
    format!("{{\"a\":{}{}}}", "[".repeat(depth - 1), "]".repeat(depth - 1))
}

fn places() -> Vec<Pair> {
    let elsewhere = || advisory("\"PureScript\"", "\"Hackage\"");
    vec![
        // The id is that of the path.
        (advisory("\"LARK-2026-0001\"", "\"LARK-2026-0002\""), &["R054 3:9"], whole()),
        (whole().at("advisories/LARK-2026-0002.json"), &["R054 3:9"], whole()),
        (advisory("\"LARK-2026-0001\"", "\"LARK\""), &["R054 3:9"], whole()),
        (advisory("\"LARK-2026-0001\"", "\"../LARK-2026-0001\""), &["R054 3:9"], whole()),
        // An entry is about a package that there is.
        (elsewhere(), &["R054 12:15"], advisory("\"PureScript\"", "\"purescript\"")),
        (elsewhere(), &["R054 12:15"], advisory("\"PureScript\"", "\"Larkspur\"")),
        (advisory("\"tally\", \"purl\"", "\"Tally\", \"purl\""), &["R054 16:55"], whole()),
        (advisory("\"tally\", \"purl\"", "\"abacus\", \"purl\""), &["R054 20:20", "R055 18:9"], whole()),
        (advisory("\"tally\", \"purl\"", "\"trellis\", \"purl\""), &["R054 16:55"], whole()),
        (advisory("\"ecosystem\": \"PureScript\", ", ""), &["R054 16:18"], whole()),
        (advisory("\"ecosystem\": \"PureScript\"", "\"ecosystem\": 7"), &["R054 16:33"], whole()),
        // And about versions that there are, or were.
        (advisory("[\"1.0.0\"]", "[\"1.0.2\"]"), &["R054 20:20"], advisory("[\"1.0.0\"]", "[\"1.0.1\"]")),
        (advisory("[\"1.0.0\"]", "[\"1.0\"]"), &["R054 20:20"], advisory("[\"1.0.0\"]", "[]")),
        (
            advisory("\"introduced\": \"0\" }, {", "\"introduced\": \"1.0.1\" }, {")
                .and("\"1.0.1\" }]", "\"1.2.0\" }]"),
            &[],
            whole(),
        ),
        (
            advisory(
                "\"introduced\": \"0\" }, { \"fixed\": \"1.0.1\"",
                "\"introduced\": \"1.2.0\" }, { \"fixed\": \"1.3.0\"",
            ),
            &["R055 18:9"],
            // Of a withdrawn one nothing more is asked.
            advisory(
                "\"introduced\": \"0\" }, { \"fixed\": \"1.0.1\"",
                "\"introduced\": \"1.2.0\" }, { \"fixed\": \"1.3.0\"",
            )
            .and("\"related\"", "\"withdrawn\": \"2026-03-02T12:00:00Z\", \"related\""),
        ),
    ]
}

fn events() -> Vec<Pair> {
    let said = |text: &str| advisory("[{ \"introduced\": \"0\" }, { \"fixed\": \"1.0.1\" }]", text);
    let one = || said(r#"[{ "introduced": "1.0.0" }, { "last_affected": "1.0.0" }]"#);
    let many = || said(r#"[{ "limit": "*" }, { "introduced": "0" }, { "fixed": "0.1.0" }, { "introduced": "1.0.0" }]"#);
    let ranges = |text: &str| {
        advisory("{ \"type\": \"SEMVER\", \"events\": [{ \"introduced\": \"0\" }, { \"fixed\": \"1.0.1\" }] }", text)
    };
    vec![
        (said("[]"), &["R054 18:39"], one()),
        (said("{}"), &["R054 18:39"], one()),
        (said("[7]"), &["R054 18:40"], one()),
        (said("[{}]"), &["R054 18:40"], one()),
        (said(r#"[{ "introduced": "0", "fixed": "1.0.1" }]"#), &["R054 18:40"], one()),
        (said(r#"[{ "introduced": 0 }]"#), &["R054 18:56"], many()),
        (said(r#"[{ "introduced": "1.0" }]"#), &["R054 18:56"], many()),
        (said(r#"[{ "introduced": "*" }]"#), &["R054 18:56"], many()),
        (said(r#"[{ "introduced": "0" }, { "fixed": "0" }]"#), &["R054 18:74"], many()),
        (said(r#"[{ "introduced": "0" }, { "fixed": "1.0.0-rc.1" }]"#), &["R054 18:74"], many()),
        (said(r#"[{ "introduced": "0" }, { "mended": "1.0.1" }]"#), &["R054 18:65"], many()),
        (said(r#"[{ "fixed": "1.0.1" }]"#), &["R054 18:40"], many()),
        (said(r#"[{ "fixed": "0.1.0" }, { "introduced": "1.0.0" }]"#), &["R054 18:40"], many()),
        (said(r#"[{ "introduced": "1.0.0" }, { "fixed": "0.1.0" }]"#), &["R054 18:67"], many()),
        (said(r#"[{ "introduced": "1.0.0" }, { "fixed": "1.0.0" }]"#), &["R054 18:67"], one()),
        (said(r#"[{ "introduced": "1.0.0" }, { "introduced": "1.0.0" }]"#), &["R054 18:67"], one()),
        (
            said(
                r#"[{ "introduced": "0" }, { "fixed": "0.1.0" }, { "introduced": "1.0.0" }, { "last_affected": "1.0.0" }]"#,
            ),
            &["R054 18:112"],
            many(),
        ),
        // A range of commits is passed over, and is not enough.
        (
            ranges(r#"{ "type": "GIT", "repo": "https://example.org/a", "events": [{ "introduced": "0" }] }"#),
            &["R054 18:9"],
            whole(),
        ),
        (ranges(r#"{ "type": "DATE", "events": [{ "since": "2026-01-01" }] }"#), &["R054 18:9"], whole()),
        (
            ranges(r#"{ "type": "GIT", "repo": "https://example.org/a", "events": [{ "introduced": "0" }] }"#)
                .and("[\"1.0.0\"]", "[]"),
            &["R054 15:5", "R054 18:9"],
            whole(),
        ),
        (ranges(r#"{ "events": [{ "introduced": "0" }] }"#), &["R054 18:9"], whole()),
        (ranges(r#""1.0.0""#), &["R054 18:9"], whole()),
    ]
}

fn severities() -> Vec<Pair> {
    let vector = "CVSS:3.1/AV:N/AC:L/PR:N/UI:N/S:U/C:H/I:H/A:H";
    vec![
        (
            advisory(vector, "9.8"),
            &["R054 11:46"],
            advisory(vector, "CVSS:3.0/A:L/AV:P/AC:H/PR:H/UI:R/S:C/C:N/I:N/E:U"),
        ),
        (advisory("/A:H\"", "\""), &["R054 11:46"], advisory("CVSS_V3", "CVSS_V2")),
        (advisory("\"CVSS_V3\"", "3"), &["R054 11:26"], advisory("CVSS_V3", "Ubuntu")),
        (advisory("\"HIGH\"", "\"CRITCAL\""), &["R054 22:42"], advisory("\"HIGH\"", "\"moderate\"")),
        (advisory("\"HIGH\"", "9"), &["R054 22:42"], advisory("\"HIGH\"", "\"unknown\"")),
    ]
}

fn strays() -> Vec<Pair> {
    let places: [&'static str; 7] = [
        "advisories/LARK.json",
        "advisories/LARK-2026-0001",
        "advisories/LARK-2026-0001.JSON",
        "advisories/2026/LARK-2026-0001.json",
        "advisories/LARK-2026-0001.json/x",
        "advisories/-LARK-2026.json",
        "advisories/LARK-2026-ü.json",
    ];
    let stray = |at| (whole().at(at), &["R004"] as &'static [&'static str], clean());
    places.into_iter().map(stray).collect()
}

#[test]
fn unknown_keys_keep_nothing_from_its_effect() {
    let text = ADVISORY.replace("\"summary\"", "\"sumary\"").replace("\"purl\"", "\"curl\"");
    assert_eq!(super::affected::read(&text).summary, None);
    assert!(super::affected::affects(&text, "1.0.0"));
}
