//! Edits that an author takes over with one click: the very lines that a fix leaves.

use std::collections::BTreeMap;

use curator::model::{Area, ChangeKind, Code, Finding, Fix, Place, Review, Severity, Suggestion};
use curator::rules::report::review::suggestions;

use crate::clean::{DEFINITION, PATH, name};
use crate::scene::{change, finding, in_folder, review};

/// A finding that putting `replacement` in place of `words` mends.
fn mended(text: &str, words: &str, replacement: &str) -> Finding {
    let at = text.find(words).unwrap();
    let span = at..at + words.len();
    Finding {
        code: Code::Shape,
        severity: Severity::Error,
        place: Place::file(Area::Registry, PATH).at(span.clone()),
        package: Some(name("tally")),
        version: None,
        message: format!("not {words}"),
        hint: None,
        fix: Some(Fix { span: span.into(), replacement: replacement.to_owned() }),
    }
}

fn offered(text: &str, findings: Vec<Finding>) -> Vec<Suggestion> {
    let texts = BTreeMap::from([(PATH.to_owned(), text.to_owned())]);
    suggestions(&Review { texts, findings, ..review() })
}

/// The first line, the last line and the new lines of each edit.
fn edits(text: &str, fixes: &[(&str, &str)]) -> Vec<(usize, usize, String)> {
    let findings = fixes.iter().map(|(words, replacement)| mended(text, words, replacement)).collect();
    let lines = |it: &Suggestion| {
        let (_, block) = it.text.split_once("suggestion\n").unwrap();
        let (lines, fence) = block.trim_end().rsplit_once('\n').unwrap_or(("", block));
        assert!(fence.trim_end().chars().all(|c| c == '`'), "{}", it.text);
        (it.first_line, it.last_line, lines.to_owned())
    };
    offered(text, findings).iter().map(lines).collect()
}

fn edit(first: usize, last: usize, lines: &str) -> (usize, usize, String) {
    (first, last, lines.to_owned())
}

#[test]
fn a_fix_is_offered_as_whole_lines() {
    let found = vec![finding("\"MIT\"", Some("\"ISC\"")), finding("\"name\"", None)];
    let offered = suggestions(&in_folder(Review { findings: found, ..review() }));
    let text = "**R024** `\"MIT\" is written otherwise`\n\n```suggestion\n  \"license\": \"ISC\",\n```\n";
    let expected = Suggestion { file: format!("registry/{PATH}"), first_line: 4, last_line: 4, text: text.to_owned() };
    assert_eq!(offered, [expected]);
}

#[test]
fn a_path_of_the_repository_stays_one() {
    let beside = Finding { place: Place::file(Area::Registry, "README.md").at(0..1), ..mended("a\n", "a", "b") };
    let review = Review {
        folder: "registry".to_owned(),
        changes: vec![change(ChangeKind::Configuration, "", "README.md")],
        texts: BTreeMap::from([("README.md".to_owned(), "a\n".to_owned())]),
        findings: vec![beside],
        ..review()
    };
    assert_eq!(suggestions(&review)[0].file, "README.md");
    let both = change(ChangeKind::Configuration, "", "registry/README.md");
    let review = Review { changes: vec![both, review.changes[0].clone()], ..review };
    assert_eq!(suggestions(&review)[0].file, "registry/README.md");
}

#[test]
fn line_ends_of_both_kinds_are_left_to_github() {
    let text = "one\r\ntwo\r\nthree\r\n";
    assert_eq!(edits(text, &[("two", "2")]), [edit(2, 2, "2")]);
    assert_eq!(edits(text, &[("two\r\nth", "2\r\nTH")]), [edit(2, 3, "2\nTHree")]);
    assert_eq!(edits("one", &[("one", "1")]), [edit(1, 1, "1")]);
    assert_eq!(edits("one\ntwo", &[("two", "2\n3")]), [edit(2, 2, "2\n3")]);
}

#[test]
fn several_lines_are_replaced_and_removed_whole() {
    let text = "a\nbb\nccc\nd\n";
    assert_eq!(edits(text, &[("b\ncc", "B\nCC")]), [edit(2, 3, "bB\nCCc")]);
    assert_eq!(edits(text, &[("bb\n", "")]), [edit(2, 3, "ccc")]);
    assert_eq!(edits(text, &[("bb", "")]), [edit(2, 2, "")]);
}

#[test]
fn fixes_on_one_line_are_one_edit() {
    let text = "{ \"a\": 1, \"b\": 2 }\n{}\n";
    assert_eq!(edits(text, &[("2", "4"), ("1", "3")]), [edit(1, 1, "{ \"a\": 3, \"b\": 4 }")]);
    assert_eq!(edits(text, &[("1", "3"), ("2 }\n{", "4 }\n{ ")]), [edit(1, 2, "{ \"a\": 3, \"b\": 4 }\n{ }")]);
    // Of two that touch the same bytes, or stand at the same place, the first one counts.
    assert_eq!(edits(text, &[("1, \"b\"", "3, \"c\""), ("\"b\"", "\"d\"")]), [edit(1, 1, "{ \"a\": 3, \"c\": 2 }")]);
    assert_eq!(edits(text, &[("1", "3"), ("1", "5")]), [edit(1, 1, "{ \"a\": 3, \"b\": 2 }")]);
    let empty = mended("\n\n", "", "x");
    let twice =
        vec![Finding { fix: Some(Fix { span: (0..0).into(), replacement: "y".to_owned() }), ..empty.clone() }, empty];
    let offered = offered("\n\n", twice);
    assert_eq!(offered.len(), 1);
    assert!(offered[0].text.ends_with("\ny\n```\n"), "{}", offered[0].text);
    assert_eq!(edits(text, &[("1", "3"), ("{}", "[]")]), [edit(1, 1, "{ \"a\": 3, \"b\": 2 }"), edit(2, 2, "[]")]);
}

#[test]
fn both_findings_of_one_edit_are_named() {
    let found = vec![finding("\"MIT\"", Some("\"ISC\"")), finding("\"license\"", Some("\"licence\""))];
    let offered = suggestions(&Review { findings: found, ..review() });
    assert_eq!(offered.len(), 1);
    assert!(offered[0].text.starts_with("**R024** `\"license\" is written otherwise`\n\n**R024** `\"MIT\" is"));
    assert!(offered[0].text.contains("\n  \"licence\": \"ISC\",\n"), "{}", offered[0].text);
}

#[test]
fn a_fence_in_the_lines_is_shorter_than_that_of_the_edit() {
    let offered = offered("a ```` b\n", vec![mended("a ```` b\n", "a", "```")]);
    assert!(offered[0].text.ends_with("\n`````suggestion\n``` ```` b\n`````\n"), "{}", offered[0].text);
}

#[test]
fn what_cannot_be_shown_as_it_is_cannot_be_offered() {
    for hidden in ["a \u{202e} b", "a \u{1b}[31m b", "a\u{200b} b", "a <!-- b", "a ##[x] b", "a\rb b"] {
        assert_eq!(edits(&format!("{hidden}\nplain\n"), &[("b", "B")]), [], "{hidden:?}");
    }
    assert_eq!(edits("plain\n", &[("plain", "\u{202e}")]), []);
}

#[test]
fn a_span_that_is_not_in_the_text_offers_nothing() {
    for span in [0..100, 3..4, 90..91] {
        let found =
            Finding { fix: Some(Fix { span: span.into(), replacement: String::new() }), ..mended("üüü", "ü", "") };
        assert_eq!(offered("üüü", vec![found]), []);
    }
    let elsewhere = Finding { place: Place::file(Area::Source, PATH), ..mended(DEFINITION, "MIT", "ISC") };
    assert_eq!(offered(DEFINITION, vec![elsewhere]), []);
}

#[test]
fn what_is_offered_is_bounded() {
    let lines = (0..100).fold(String::new(), |lines, at| lines + &format!("line {at:03}\n"));
    let fixes: Vec<(String, String)> = (0..100).map(|at| (format!("{at:03}"), "x".to_owned())).collect();
    let fixes: Vec<(&str, &str)> = fixes.iter().map(|(words, it)| (words.as_str(), it.as_str())).collect();
    assert_eq!(edits(&lines, &fixes).len(), 20);
    assert_eq!(edits(&lines, &[(&lines[..lines.len() - 1], "x")]), [edit(1, 100, "x")]);
    assert_eq!(edits("a\n", &[("a", &"b\n".repeat(61))]), []);
    assert_eq!(edits("a\n", &[("a", &"b".repeat(10_001))]), []);
}
