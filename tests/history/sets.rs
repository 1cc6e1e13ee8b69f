//! Package sets: each is released once.

use crate::story::{GONE, Story, traces};

const SET: &str = "package-sets/80.8.0.json";

fn set(text: &str) -> String {
    text.to_owned()
}

#[test]
fn a_set_is_neither_rewritten_nor_removed() {
    let story = Story::purescript().registry(1, &[(SET, set("one"))]);
    let rewritten = story.registry(2, &[(SET, set("two"))]);
    assert_eq!(
        rewritten.found(),
        ["A018 package-sets/80.8.0.json: 1 package set was rewritten in commit-1 (2026-03-02, Bot): 80.8.0"]
    );
    let removed = rewritten.registry(3, &[(SET, GONE)]);
    assert_eq!(
        traces(&removed.told()),
        ["commit-1 rewritten packageSet 80.8.0: gone with commit-2", "commit-2 vanished packageSet 80.8.0: open"]
    );
    let restored = removed.registry(4, &[(SET, set("one"))]);
    assert_eq!(restored.found(), [""; 0]);
}

#[test]
fn a_file_that_is_no_set_may_change() {
    let story = Story::purescript()
        .registry(1, &[("package-sets/latest.json", set("one")), ("README.md", set("one"))])
        .registry(2, &[("package-sets/latest.json", set("two")), ("README.md", set("two"))]);
    assert_eq!(traces(&story.told()), [""; 0]);
}
