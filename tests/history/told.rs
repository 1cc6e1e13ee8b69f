//! What a person and a program are told.

use curator::model::{Area, Walked};
use curator::rules::report::{Style, history_json, history_text, inert_json};
use serde_json::json;

use crate::story::{Story, entry, lines, metadata};

/// A history with something of everything.
fn eventful() -> Story {
    let entries = |first: &str| [("0.1.0", entry(first)), ("0.1.1", entry("b"))];
    Story::purescript()
        .registry(1, &[("metadata/maybe.json", metadata(&entries("a"), &[]))])
        .index(1, &[("ma/yb/maybe", lines("maybe", &["0.1.0", "0.1.1", "0.1.2"]))])
        .index(2, &[("ma/yb/maybe", lines("maybe", &["0.1.1", "0.1.2"]))])
        .index(3, &[("ma/yb/maybe", lines("maybe", &["0.1.0", "0.1.2"]))])
        .registry(4, &[("metadata/maybe.json", metadata(&entries("a")[1..], &["0.1.0"]))])
        .index(4, &[("ma/yb/maybe", lines("maybe", &["0.1.2"]))])
}

#[test]
fn a_person_reads_damage_first() {
    let mut report = eventful().told();
    report.walked = vec![
        Walked { area: Area::Registry, commits: Some(2), until: Some("commit-4".to_owned()) },
        Walked { area: Area::Index, commits: None, until: None },
    ];
    let text = history_text(&report, Style::Plain);
    let expected = "\
error[A017]: 1 manifest was lost in commit-3 (2026-03-03, Bot): maybe@0.1.1
--> index: ma/yb/maybe
 = help: put it back as it was before that commit, or record that it was unpublished: whoever depends on it cannot build

Healed:
  1 manifest was lost in commit-2 (2026-03-02, Bot): maybe@0.1.0: 1 restored in commit-3 (2026-03-03, Bot)

Unpublished:
  maybe@0.1.0 was unpublished in commit-4 (2026-03-04, Bot)
  maybe@0.1.0 was unpublished in commit-5 (2026-03-04, Bot): 1 manifest

2 commits of the registry, nothing of the index (it has no history) audited: 1 published thing is damaged (1 finding).
";
    assert_eq!(text, expected);
}

#[test]
fn a_program_reads_every_subject() {
    let report = history_json(&eventful().told());
    assert_eq!((&report["damaged"], &report["findings"][0]["version"]), (&json!(1), &json!("0.1.1")));
    let lost = &report["incidents"][1];
    assert_eq!(
        (&lost["deed"], &lost["damage"], &lost["commit"]["id"], &lost["commit"]["author"]),
        (&json!("vanished"), &json!(true), &json!("commit-3"), &json!("Bot <bot@example.org>"))
    );
    let fact = json!({"fact": "line", "fate": "open", "by": null, "count": 1, "subjects": ["maybe@0.1.1"]});
    assert_eq!(lost["facts"], json!([fact]));
    assert_eq!(report["incidents"][0]["facts"][0]["by"]["id"], "commit-3");
}

#[test]
fn strangers_words_are_harmless() {
    let mut story = eventful();
    for step in &mut story.steps {
        "\u{1b}[31mEve\u{202e}\n::error::x ##[add-mask] <eve@example.org>".clone_into(&mut step.author);
    }
    let report = story.told();
    let (text, json) = (history_text(&report, Style::Plain), inert_json(&history_json(&report)));
    for shown in [text, json] {
        assert!(!shown.contains(['\u{1b}', '\u{202e}']), "{shown}");
        assert!(!shown.contains("##["), "{shown}");
        assert!(!shown.lines().any(|line| line.trim_start().starts_with("::")), "{shown}");
        assert!(shown.contains("Eve"), "{shown}");
    }
}
