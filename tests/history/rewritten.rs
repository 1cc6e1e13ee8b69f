//! What is written once and was written again: lines and facts, one by one and by the thousand.

use crate::story::{GONE, Story, entry, line, lines, metadata, traces};

const INDEX: &str = "ro/ma/roman";
const METADATA: &str = "metadata/roman.json";
/// Where the curator's own layout has it.
const FACTS: &str = "metadata/ro/ma/roman.json";

#[test]
fn a_line_that_was_written_again_names_the_keys_that_differ() {
    let with_mail = line("roman", "0.3.2", "").replace("\"ref\"", "\"owners\":[{\"email\":\"a@b\"}],\"ref\"");
    let without = line("roman", "0.3.2", "").replace("\"ref\"", "\"owners\":[{}],\"ref\"");
    let newer = line("roman", "0.4.0", "");
    let story = Story::purescript().index(1, &[(INDEX, with_mail.clone())]).index(2, &[(INDEX, without + &newer)]);
    assert_eq!(
        story.found(),
        [
            "A018 ro/ma/roman: 1 manifest was rewritten in commit-1 (2026-03-02, Bot): roman@0.3.2; the manifests differ in owners (1)"
        ]
    );
    let healed = story.index(3, &[(INDEX, with_mail + &newer)]);
    assert_eq!(traces(&healed.told()), ["commit-1 rewritten line roman@0.3.2: restored by commit-2"]);
}

#[test]
fn a_line_that_says_the_same_in_other_bytes_is_another_line() {
    let spaced = line("roman", "0.3.2", "").replace("\"license\":", "\"license\": ");
    let story = Story::purescript().index(1, &[(INDEX, lines("roman", &["0.3.2"]))]).index(2, &[(INDEX, spaced)]);
    assert_eq!(
        story.found(),
        [
            "A018 ro/ma/roman: 1 manifest was rewritten in commit-1 (2026-03-02, Bot): roman@0.3.2; the manifests differ in spelling (1)"
        ]
    );
}

#[test]
fn a_fact_that_was_rewritten_twice_heals_in_steps() {
    let story = Story::purescript()
        .registry(1, &[(METADATA, metadata(&[("0.3.2", entry("one"))], &[]))])
        .registry(2, &[(METADATA, metadata(&[("0.3.2", entry("two"))], &[]))])
        .registry(3, &[(METADATA, metadata(&[("0.3.2", entry("six"))], &[]))]);
    assert_eq!(story.found().len(), 2);
    let back_by_one = story.registry(4, &[(METADATA, metadata(&[("0.3.2", entry("two"))], &[]))]);
    assert_eq!(
        traces(&back_by_one.told()),
        ["commit-1 rewritten hash roman@0.3.2: open", "commit-2 rewritten hash roman@0.3.2: restored by commit-3"]
    );
    let as_it_was = back_by_one
        .registry(5, &[(METADATA, metadata(&[("0.3.2", entry("six"))], &[]))])
        .registry(6, &[(METADATA, metadata(&[("0.3.2", entry("one"))], &[]))]);
    assert_eq!(as_it_was.found(), [""; 0]);
}

/// The same, as a story takes it.
fn borrowed(files: &[(String, String)]) -> Vec<(&str, String)> {
    files.iter().map(|(path, text)| (path.as_str(), text.clone())).collect()
}

#[test]
fn one_commit_is_one_incident() {
    const PACKAGES: usize = 500;
    let path = |at: usize| format!("metadata/package-{at}.json");
    let before: Vec<_> = (0..PACKAGES).map(|at| (path(at), metadata(&[("1.0.0", entry("a"))], &[]))).collect();
    let after: Vec<_> = (0..PACKAGES)
        .map(|at| (path(at), if at % 5 == 0 { GONE } else { metadata(&[("1.0.0", entry("bb"))], &[]) }))
        .collect();
    let story = Story::purescript().registry(1, &borrowed(&before)).registry(2, &borrowed(&after));
    let found = story.found();
    assert_eq!(found.len(), 2, "{found:?}");
    assert!(
        found[0].contains("100 metadata entries were lost in commit-1 (2026-03-02, Bot): package-0@1.0.0"),
        "{found:?}"
    );
    assert!(found[1].contains("400 hashes and 400 sizes were rewritten in commit-1"), "{found:?}");
    assert!(found[1].ends_with("and 397 more"), "{found:?}");
}

#[test]
fn what_was_rewritten_and_lost_is_told_as_lost() {
    let story = Story::purescript()
        .registry(1, &[(METADATA, metadata(&[("0.3.2", entry("a"))], &[]))])
        .registry(2, &[(METADATA, metadata(&[("0.3.2", entry("b"))], &[]))])
        .registry(3, &[(METADATA, GONE)]);
    assert_eq!(
        traces(&story.told()),
        ["commit-1 rewritten hash roman@0.3.2: gone with commit-2", "commit-2 vanished entry roman@0.3.2: open"]
    );
}

#[test]
fn a_bound_override_revises_a_line() {
    let ranged = |range: &str| {
        let line = line("roman", "0.3.2", "");
        line.replace("\"dependencies\":{}", &format!("\"dependencies\":{{\"maybe\":\"{range}\"}}"))
    };
    let revised = |revision: u64| {
        let mut entry = entry("a");
        entry["revision"] = revision.into();
        metadata(&[("0.3.2", entry)], &[])
    };
    let story = Story::curator()
        .index(1, &[(INDEX, ranged(">=1.0.0 <2.0.0")), (FACTS, metadata(&[("0.3.2", entry("a"))], &[]))])
        .index(2, &[(INDEX, ranged(">=1.0.0 <3.0.0")), (FACTS, revised(1))])
        .index(3, &[(INDEX, ranged(">=1.0.0 <4.0.0")), (FACTS, revised(2))]);
    assert_eq!(
        traces(&story.told()),
        ["commit-1 revised line roman@0.3.2: open", "commit-2 revised line roman@0.3.2: open"]
    );
    assert_eq!(story.found(), [""; 0]);
    // Without a higher revision, or with more than other ranges, nobody ordered it.
    let unordered = story.index(4, &[(INDEX, ranged(">=1.0.0 <5.0.0"))]);
    assert_eq!(unordered.found().len(), 1);
    let more = ranged(">=1.0.0 <6.0.0").replace("MIT", "BSD-3-Clause");
    let beyond = unordered.index(5, &[(INDEX, more), (FACTS, revised(3))]);
    assert_eq!(beyond.found().len(), 2);
}
