//! What may change in the life of a version, and is told without being a damage.

use serde_json::json;

use crate::story::{Story, entry, metadata, traces};

const METADATA: &str = "metadata/maybe.json";

fn with(key: &str, value: serde_json::Value) -> String {
    let mut entry = entry("a");
    entry[key] = value;
    metadata(&[("1.0.0", entry)], &[])
}

#[test]
fn compilers_are_added_in_the_life_of_a_version() {
    let story = Story::purescript()
        .registry(1, &[(METADATA, with("compilers", json!(["0.15.15"])))])
        .registry(2, &[(METADATA, with("compilers", json!(["0.15.14", "0.15.15"])))])
        .registry(3, &[(METADATA, with("compilers", json!(["0.15.13", "0.15.14", "0.15.15"])))]);
    let told = story.told();
    assert_eq!((traces(&told), told.compilers_added), (Vec::new(), 2));
    let taken = story.registry(4, &[(METADATA, with("compilers", json!(["0.15.15"])))]);
    assert_eq!(traces(&taken.told()), ["commit-3 changed compilers maybe@1.0.0: open"]);
    assert_eq!(taken.found(), [""; 0]);
}

#[test]
fn milder_facts_may_change() {
    let there = "\"githubOwner\": \"example\"";
    let moved = metadata(&[("1.0.0", entry("a"))], &[]).replace(there, "\"githubOwner\": \"other\"");
    let mut short = entry("a");
    short["publishedTime"] = json!("2026-01-01T00:00:00Z");
    for (after, trace) in [
        (with("ref", json!("v1.0.0")), "commit-1 changed ref maybe@1.0.0: open"),
        (moved, "commit-1 changed location maybe: open"),
        (metadata(&[("1.0.0", short)], &[]), "commit-1 changed spelling maybe@1.0.0: open"),
    ] {
        let story = Story::purescript()
            .registry(1, &[(METADATA, metadata(&[("1.0.0", entry("a"))], &[]))])
            .registry(2, &[(METADATA, after)]);
        assert_eq!(traces(&story.told()), [trace]);
        assert_eq!(story.found(), [""; 0]);
    }
}

#[test]
fn what_was_not_said_before_may_be_added() {
    let story = Story::curator()
        .index(1, &[(METADATA, metadata(&[("1.0.0", entry("a"))], &[]))])
        .index(2, &[(METADATA, with("contentHash", json!("sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")))]);
    assert_eq!(traces(&story.told()), [""; 0]);
    let taken = story.index(3, &[(METADATA, metadata(&[("1.0.0", entry("a"))], &[]))]);
    assert_eq!(traces(&taken.told()), ["commit-2 rewritten contentHash maybe@1.0.0: open"]);
}

#[test]
fn each_fact_of_an_entry_is_watched() {
    for (key, value) in [
        ("hash", json!("sha256-AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=")),
        ("bytes", json!(2)),
        ("publishedTime", json!("2026-01-01T00:00:00.001Z")),
    ] {
        let story = Story::purescript()
            .registry(1, &[(METADATA, metadata(&[("1.0.0", entry("a"))], &[]))])
            .registry(2, &[(METADATA, with(key, value))]);
        assert_eq!(traces(&story.told()), [format!("commit-1 rewritten {key} maybe@1.0.0: open")]);
        assert_eq!(story.found().len(), 1, "{key}");
    }
}
