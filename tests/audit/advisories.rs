//! Advisories: the published versions that they are about, and who gets one of them.

use curator::model::Finding;
use serde_json::{Value, json};

use crate::place::{Place, manifest};

const FILE: &str = "registry/advisories/TEST-2026-1.json";

/// An advisory about a package, by the events of one range.
fn advisory(package: &str, events: &Value) -> Value {
    json!({
        "schema_version": "1.7.4",
        "id": "TEST-2026-1",
        "modified": "2026-03-01T12:00:00Z",
        "summary": "A leak.",
        "affected": [{
            "package": { "ecosystem": "PureScript", "name": package },
            "ranges": [{ "type": "SEMVER", "events": events }],
        }],
        "database_specific": { "severity": "critical" },
    })
}

/// What the only finding says.
fn message(place: &Place) -> String {
    let findings = place.report(vec![place.store("primary")]).findings;
    let [finding]: [Finding; 1] = findings.try_into().unwrap();
    assert_eq!((finding.code.as_str(), finding.is_error()), ("A022", false));
    finding.message
}

/// A sound place where the packages of a chain are in the index alone: what an audit says of that is not looked at.
fn chain() -> Place {
    let place = Place::sound();
    // Each takes the one before: the last by two ways.
    place.index(&manifest("arrays", "1.0.0", &[("control", ">=1.0.0 <2.0.0")]));
    place.index(&manifest("arrays", "2.0.0", &[("control", ">=1.0.0 <2.0.0")]));
    place.index(&manifest("lists", "1.0.0", &[("prelude", ">=1.0.0 <2.0.0")]));
    place.index(&manifest("lists", "2.0.0", &[]));
    place.index(&manifest("trees", "1.0.0", &[("arrays", ">=1.0.0 <2.0.0"), ("lists", ">=1.0.0 <3.0.0")]));
    place
}

/// What is said of affected versions, whatever else there is.
fn told(place: &Place) -> Vec<String> {
    let findings = place.report(vec![place.store("primary")]).findings;
    findings.into_iter().filter(|it| it.code.as_str() == "A022").map(|it| it.message).collect()
}

#[test]
fn affected_versions_and_dependants_are_named() {
    let place = Place::sound();
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "0" }])).to_string());
    assert_eq!(place.found(), ["A022 registry:advisories/TEST-2026-1.json prelude"]);
    let expected = "TEST-2026-1, critical: prelude 1.0.0 and 1.1.0 are affected (A leak.); \
                    dependants that get it today: control (1 package)";
    assert_eq!(message(&place), expected);
}

#[test]
fn a_version_that_no_range_lets_in_has_no_dependants() {
    let place = Place::sound();
    // By its override `control` needs 1.1.0.
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "0" }, { "fixed": "1.1.0" }])).to_string());
    assert_eq!(place.found(), ["A022 registry:advisories/TEST-2026-1.json prelude@1.0.0"]);
    assert_eq!(message(&place), "TEST-2026-1, critical: prelude 1.0.0 is affected (A leak.); no dependants");
}

#[test]
fn dependants_lead_there_directly_or_through_others_by_their_newest_versions() {
    let place = chain();
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "1.1.0" }])).to_string());
    let expected = "TEST-2026-1, critical: prelude 1.1.0 is affected (A leak.); \
                    dependants that get it today: arrays, control and trees (3 packages)";
    assert_eq!(told(&place), [expected], "lists 2.0.0 needs nothing");

    // With a fix, the ranges of the others still let the affected version in.
    place.index(&manifest("prelude", "1.2.0", &[]));
    let expected = "TEST-2026-1, critical: prelude 1.1.0 is affected (A leak.); \
                    dependants that allow it: arrays, control and trees (3 packages)";
    let fixed = advisory("prelude", &json!([{ "introduced": "1.1.0" }, { "fixed": "1.2.0" }]));
    place.write(FILE, &fixed.to_string());
    assert_eq!(told(&place), [expected]);

    // Whoever raises the bound is out of it; what reaches it through an old version of another is not.
    place.index(&manifest("control", "1.1.0", &[("prelude", ">=1.2.0 <2.0.0")]));
    let expected = "TEST-2026-1, critical: prelude 1.1.0 is affected (A leak.); \
                    dependants that allow it: arrays and trees (2 packages)";
    assert_eq!(told(&place), [expected]);
}

#[test]
fn a_yanked_version_is_given_to_nobody_and_a_quarantined_one_is_not_to_be_had() {
    let place = Place::sound();
    place.index(&manifest("lists", "1.0.0", &[("prelude", ">=1.0.0 <2.0.0")]));
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "1.1.0" }])).to_string());
    let facts = place.read("index/metadata/pr/el/prelude.json");
    let mut facts: Value = serde_json::from_str(&facts).unwrap();
    let mut marked = |kind: &str| {
        let mark = json!({ "reason": "A leak.", "since": "2026-03-01T12:00:00.000Z" });
        facts["published"]["1.1.0"][kind] = mark;
        place.write("index/metadata/pr/el/prelude.json", &facts.to_string());
        told(&place)
    };
    let expected = "TEST-2026-1, critical: prelude 1.1.0 (yanked) is affected (A leak.); \
                    dependants that allow it: control and lists (2 packages)";
    assert_eq!(marked("yanked"), [expected]);
    let expected = "TEST-2026-1, critical: prelude 1.1.0 (quarantined) is affected (A leak.); no dependants";
    assert_eq!(marked("quarantined"), [expected]);
}

#[test]
fn circles_and_unknown_names_end() {
    let place = chain();
    place.index(&manifest("circle", "1.0.0", &[("round", ">=1.0.0 <2.0.0"), ("prelude", ">=1.0.0 <2.0.0")]));
    place.index(&manifest("round", "1.0.0", &[("circle", ">=1.0.0 <2.0.0"), ("nobody", ">=1.0.0 <2.0.0")]));
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "1.1.0" }])).to_string());
    let expected = "TEST-2026-1, critical: prelude 1.1.0 is affected (A leak.); \
                    dependants that get it today: arrays, circle, control, round and trees (5 packages)";
    assert_eq!(told(&place), [expected]);
}

#[test]
fn what_is_withdrawn_unpublished_or_elsewhere_is_nobodys() {
    let place = Place::sound();
    let mut withdrawn = advisory("prelude", &json!([{ "introduced": "0" }]));
    withdrawn["withdrawn"] = json!("2026-03-02T12:00:00Z");
    place.write(FILE, &withdrawn.to_string());
    assert_eq!(place.found(), [""; 0]);
    place.write(
        FILE,
        &advisory("control", &json!([{ "introduced": "0.9.0" }, { "last_affected": "0.9.0" }])).to_string(),
    );
    assert_eq!(place.found(), [""; 0], "0.9.0 is gone");
    let mut elsewhere = advisory("prelude", &json!([{ "introduced": "0" }]));
    elsewhere["affected"][0]["package"]["ecosystem"] = json!("test");
    place.write(FILE, &elsewhere.to_string());
    assert_eq!(place.found().len(), 1, "the registry's own name counts");
}

#[test]
fn an_advisory_that_cannot_be_read_is_a_finding() {
    let found = ["A014 registry:advisories/TEST-2026-1.json"];
    let place = Place::sound();
    place.write(FILE, "}{");
    assert_eq!(place.found(), found);
    let mut misnamed = advisory("prelude", &json!([{ "introduced": "0" }]));
    misnamed["id"] = json!("TEST-2026-2");
    place.write(FILE, &misnamed.to_string());
    assert_eq!(place.found(), found);
    let mut foreign = advisory("prelude", &json!([{ "introduced": "0" }]));
    foreign["affected"][0]["package"]["ecosystem"] = json!("npm");
    place.write(FILE, &foreign.to_string());
    assert_eq!(place.found(), found);
    place.write(FILE, &advisory("prelude", &json!([{ "introduced": "0" }])).to_string());
    place.link(FILE);
    assert_eq!(place.found(), found);
    place.remove(FILE);
    place.write("registry/advisories/README.md", "None yet.\n");
    assert_eq!(place.found(), [""; 0]);
    place.remove("registry/advisories");
    place.write("registry/advisories", "what is this?");
    assert_eq!(place.found(), ["A014 registry:advisories"]);
}

#[test]
fn many_are_counted_and_hostile_summaries_shown_as_text() {
    let place = chain();
    for number in 0..9 {
        place.index(&manifest(&format!("many-{number}"), "1.0.0", &[("prelude", ">=1.0.0 <2.0.0")]));
    }
    let mut hostile = advisory("prelude", &json!([{ "introduced": "0" }]));
    hostile["summary"] = json!(format!("\u{1b}[31m\n::error::x ##[y] {}", "z".repeat(5_000)));
    place.write(FILE, &hostile.to_string());
    let [message] = told(&place).try_into().unwrap();
    assert!(message.ends_with("arrays, control, many-0, many-1, many-2 and 7 others (12 packages)"), "{message}");
    assert!(message.contains("\\u{1b}[31m\\u{a}") && !message.contains("##[") && message.len() < 500, "{message}");
}
