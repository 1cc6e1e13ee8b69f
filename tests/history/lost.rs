//! What vanishes: a line, an entry, a file; and what accounts for it or brings it back.

use serde_json::json;

use crate::story::{GONE, Story, entry, line, lines, metadata, traces};

const INDEX: &str = "ha/rm/harmonia";
const METADATA: &str = "metadata/harmonia.json";

#[test]
fn a_line_that_the_next_version_overwrote_is_lost() {
    // As in the PureScript registry on 2026-06-30: somebody read the file before 0.1.0 was there.
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0"]))])
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .index(2, &[(INDEX, lines("harmonia", &["0.1.1"]))])
        .registry(2, &[(METADATA, metadata(&[("0.1.0", entry("a")), ("0.1.1", entry("b"))], &[]))]);
    assert_eq!(
        story.found(),
        ["A017 ha/rm/harmonia: 1 manifest was lost in commit-2 (2026-03-02, Bot): harmonia@0.1.0"]
    );
}

#[test]
fn an_entry_without_an_unpublish_record_is_lost() {
    let story = Story::purescript()
        .registry(1, &[(METADATA, metadata(&[("2.0.1", entry("a"))], &[]))])
        .registry(2, &[(METADATA, metadata(&[("2.0.2", entry("b"))], &[]))]);
    assert_eq!(
        story.found(),
        ["A017 metadata/harmonia.json: 1 metadata entry was lost in commit-1 (2026-03-02, Bot): harmonia@2.0.1"]
    );
}

#[test]
fn what_comes_back_as_it_was_is_healed() {
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0", "0.1.1"]))])
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a")), ("0.1.1", entry("b"))], &[]))])
        .index(2, &[(INDEX, GONE)])
        .registry(2, &[(METADATA, metadata(&[("0.1.1", entry("b"))], &[]))])
        .index(3, &[(INDEX, lines("harmonia", &["0.1.0", "0.1.1", "0.1.2"]))])
        .registry(3, &[(METADATA, metadata(&[("0.1.0", entry("a")), ("0.1.1", entry("b"))], &[]))]);
    assert_eq!(
        traces(&story.told()),
        [
            "commit-3 vanished entry harmonia@0.1.0: restored by commit-5",
            "commit-2 vanished line harmonia@0.1.0: restored by commit-4",
            "commit-2 vanished line harmonia@0.1.1: restored by commit-4",
        ]
    );
    assert_eq!(story.found(), [""; 0]);
}

#[test]
fn what_comes_back_otherwise_is_rewritten() {
    let other = line("harmonia", "0.1.0", "Another one.");
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0"]))])
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .index(2, &[(INDEX, GONE)])
        .registry(2, &[(METADATA, GONE)])
        .index(3, &[(INDEX, other)])
        .registry(3, &[(METADATA, metadata(&[("0.1.0", entry("b"))], &[]))]);
    let expected = [
        "commit-3 vanished entry harmonia@0.1.0: replaced by commit-5",
        "commit-2 vanished line harmonia@0.1.0: replaced by commit-4",
        "commit-5 rewritten hash harmonia@0.1.0: open",
        "commit-4 rewritten line harmonia@0.1.0: open",
    ];
    assert_eq!(traces(&story.told()), expected);
    // And when the first bytes come back after all, nothing is left of it.
    let healed = story
        .index(4, &[(INDEX, lines("harmonia", &["0.1.0"]))])
        .registry(4, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))]);
    assert_eq!(healed.found(), [""; 0]);
}

#[test]
fn an_unpublishing_is_no_loss() {
    // The line goes first, the record comes a moment later: two commits of one run.
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0"]))])
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .index(2, &[(INDEX, GONE)])
        .registry(2, &[(METADATA, metadata(&[], &["0.1.0"]))]);
    let expected =
        ["commit-3 unpublished unpublished harmonia@0.1.0: open", "commit-2 unpublished line harmonia@0.1.0: open"];
    assert_eq!(traces(&story.told()), expected);
    assert_eq!(story.found(), [""; 0]);
    // Where only the index has a history, the metadata of today speaks.
    assert_eq!(traces(&story.since(2))[1..], expected[1..]);
}

#[test]
fn a_record_that_comes_later_heals() {
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0"]))])
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .registry(2, &[(METADATA, metadata(&[], &[]))])
        .index(3, &[(INDEX, GONE)])
        .registry(20, &[(METADATA, metadata(&[], &["0.1.0"]))]);
    assert_eq!(
        traces(&story.told()),
        [
            "commit-2 vanished entry harmonia@0.1.0: unpublished by commit-4",
            "commit-3 vanished line harmonia@0.1.0: unpublished by commit-4",
            "commit-4 unpublished unpublished harmonia@0.1.0: open",
        ]
    );
    assert_eq!(story.found(), [""; 0]);
}

#[test]
fn a_record_that_vanishes_is_rewritten() {
    let story = Story::purescript()
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .registry(2, &[(METADATA, metadata(&[], &["0.1.0"]))])
        .registry(3, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))]);
    assert_eq!(
        story.found(),
        ["A018 metadata/harmonia.json: 1 unpublish record was rewritten in commit-2 (2026-03-03, Bot): harmonia@0.1.0"]
    );
}

#[test]
fn a_file_that_nobody_can_read_hides_nothing() {
    // The PureScript registry takes such a file for absent and writes over it: the loss is that of the later commit.
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0", "0.1.1"]))])
        .index(2, &[(INDEX, "}{\n".to_owned())])
        .index(3, &[(INDEX, "still }{\n".to_owned())])
        .index(4, &[(INDEX, lines("harmonia", &["0.1.1", "0.1.2"]))]);
    assert_eq!(
        traces(&story.told()),
        [
            "commit-1 spoiled readable ha/rm/harmonia: restored by commit-3",
            "commit-3 vanished line harmonia@0.1.0: open",
        ]
    );
    let spoiled = Story::purescript()
        .registry(1, &[(METADATA, metadata(&[("0.1.0", entry("a"))], &[]))])
        .registry(2, &[(METADATA, json!({"published": 1}).to_string())]);
    assert_eq!(
        spoiled.found(),
        ["A014 metadata/harmonia.json: 1 file became unreadable in commit-1 (2026-03-02, Bot): metadata/harmonia.json"]
    );
}

#[test]
fn what_only_moves_is_not_lost() {
    let story =
        Story::curator().index(1, &[("metadata/harmonia.json", metadata(&[("0.1.0", entry("a"))], &[]))]).index(
            2,
            &[
                ("metadata/harmonia.json", GONE),
                ("metadata/ha/rm/harmonia.json", metadata(&[("0.1.0", entry("a"))], &[])),
            ],
        );
    assert_eq!(traces(&story.told()), [""; 0]);
}

#[test]
fn the_state_before_the_first_day_is_taken_as_it_was() {
    let story = Story::purescript()
        .index(1, &[(INDEX, lines("harmonia", &["0.1.0", "0.1.1", "0.1.2"]))])
        .index(2, &[(INDEX, lines("harmonia", &["0.1.1", "0.1.2"]))])
        .index(3, &[(INDEX, lines("harmonia", &["0.1.2"]))]);
    assert_eq!(traces(&story.since(3)), ["commit-2 vanished line harmonia@0.1.1: open"]);
}
