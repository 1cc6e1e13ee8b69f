//! Definitions in the curator's own layout: theirs to change until they are published.

use curator::model::Sha256;
use serde_json::json;

use crate::story::{GONE, Story, entry, lines, metadata, traces};

const DEFINITION: &str = "packages/ma/maybe/1.0.0.json";
const METADATA: &str = "metadata/ma/yb/maybe.json";

fn text(text: &str) -> String {
    text.to_owned()
}

/// The metadata of maybe@1.0.0, published from a definition.
fn published_from(definition: &str) -> String {
    let mut entry = entry("a");
    entry["definition"] = json!(Sha256::of(definition.as_bytes()));
    metadata(&[("1.0.0", entry)], &[])
}

/// A definition that was corrected once, and then published.
fn published() -> Story {
    Story::curator()
        .registry(1, &[(DEFINITION, text("draft"))])
        .registry(2, &[(DEFINITION, text("final"))])
        .index(3, &[("ma/yb/maybe", lines("maybe", &["1.0.0"])), (METADATA, published_from("final"))])
}

#[test]
fn a_draft_may_be_corrected_or_removed() {
    assert_eq!(traces(&published().told()), [""; 0]);
    let dropped = Story::curator().registry(1, &[(DEFINITION, text("draft"))]).registry(2, &[(DEFINITION, GONE)]);
    assert_eq!(traces(&dropped.told()), [""; 0]);
}

#[test]
fn a_published_definition_stays() {
    let changed = published().registry(4, &[(DEFINITION, text("changed"))]);
    assert_eq!(
        changed.found(),
        ["A019 packages/ma/maybe/1.0.0.json: 1 definition was rewritten in commit-3 (2026-03-04, Bot): maybe@1.0.0"]
    );
    let twice = changed.registry(5, &[(DEFINITION, text("changed again"))]);
    assert_eq!(twice.found().len(), 2);
    assert_eq!(twice.registry(6, &[(DEFINITION, text("final"))]).found(), [""; 0]);
    let removed = published().registry(4, &[(DEFINITION, GONE)]);
    assert_eq!(
        removed.found(),
        ["A019 packages/ma/maybe/1.0.0.json: 1 definition was lost in commit-3 (2026-03-04, Bot): maybe@1.0.0"]
    );
    // What was published before the first day is known from the metadata of today.
    assert_eq!(traces(&removed.since(4)), ["commit-3 vanished definition maybe@1.0.0: open"]);
}

#[test]
fn an_adopted_version_has_no_digest_but_a_day() {
    let adopted = |day: u8| {
        Story::curator()
            .registry(1, &[(DEFINITION, text("one"))])
            .registry(day, &[(DEFINITION, text("two"))])
            .index(3, &[(METADATA, metadata(&[("1.0.0", entry("a"))], &[]))])
    };
    assert_eq!(traces(&adopted(2).told()), [""; 0]);
    assert_eq!(traces(&adopted(4).told()), ["commit-1 rewritten definition maybe@1.0.0: open"]);
}
