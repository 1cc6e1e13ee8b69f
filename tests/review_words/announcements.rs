//! What a merged pull request is told, and the outputs of a step.

use curator::model::{AnnouncedVersion, Announcement, PullNumber, Sha256, VersionOutcome};
use curator::rules::report::inert_json;
use curator::rules::report::review::{MARKER, announced_lines, announcement, announcement_json, untellable};

use crate::clean::name;
use crate::inertness::{HOSTILE, assert_inert};
use crate::markdown::assert_only_text;
use crate::scene::{time, version};

fn told(outcomes: Vec<VersionOutcome>) -> String {
    let versions = outcomes.into_iter().zip(["1.0.0", "1.1.0", "2.0.0"]);
    let versions =
        versions.map(|(outcome, at)| AnnouncedVersion { name: name("lists"), version: version(at), outcome }).collect();
    let merged = time("2026-11-20T12:00:00Z");
    let told = announcement(&Announcement { pull: PullNumber(7), merged, versions, retried: None });
    assert!(told.starts_with(MARKER));
    assert_only_text(&told);
    told
}

fn installable(since: &str) -> VersionOutcome {
    VersionOutcome::Installable { hash: Sha256::of(b"archive"), since: time(since) }
}

fn owed(why: &str, next: Option<&str>) -> VersionOutcome {
    VersionOutcome::Owed { why: why.to_owned(), next: next.map(time) }
}

#[test]
fn what_can_be_installed_says_since_when_and_how_soon() {
    insta::assert_snapshot!(told(vec![installable("2026-11-20T12:00:42.900Z")]), @"
    <!-- curator -->
    **Published.**

    - `lists@1.0.0` can be installed since 2026-11-20 12:00 UTC, 42 seconds after the merge: `sha256-DrPja/sk3Nm7HRvs4VMSFrWVOaj94X7oAiSvBlPJKqM=`
    ");
    for (since, expected) in [
        ("2026-11-20T12:00:01Z", ", 1 second after the merge"),
        ("2026-11-20T12:01:30Z", ", 90 seconds after the merge"),
        ("2026-11-20T12:02:30Z", ", 2 minutes after the merge"),
        ("2026-11-20T15:00:00Z", ", 3 hours after the merge"),
        ("2026-11-29T15:00:00Z", ", 9 days after the merge"),
        ("2026-11-20T11:59:59Z", ", with the merge"),
    ] {
        let told = told(vec![installable(since)]);
        assert!(told.contains(expected), "{told}");
    }
}

#[test]
fn what_is_owed_names_the_way_out() {
    let outcomes = vec![
        owed("the store answered 503", Some("2026-11-20T12:10:00Z")),
        owed("the tag moved", None),
        VersionOutcome::Waiting,
    ];
    insta::assert_snapshot!(told(outcomes), @"
    <!-- curator -->
    **Merged, and not all of it is published.**

    - **`lists@1.0.0` is not published yet**: `the store answered 503`; it is tried again from 2026-11-20 12:10 UTC on
    - **`lists@1.1.0` is not published yet**: `the tag moved`; it failed for too long, and is tried again only after `/curator retry`
    - `lists@2.0.0` waits for its turn

    What failed is tried again by itself, at longer and longer intervals. When its reason is mended, a comment with `/curator retry` on a line of its own has it tried at once, however long ago that was. What is merged stays as it is: where the definition itself is wrong, publish the next version.
    ");
    let parked = told(vec![owed("the tag moved", None)]);
    assert!(parked.contains("Nothing tries it again by itself.") && !parked.contains("intervals"), "{parked}");
    assert!(told(vec![VersionOutcome::Waiting]).contains("**Merged: its publication is under way.**"));
    assert!(told(vec![]).contains("**Merged: there is nothing to publish.**"));
}

#[test]
fn a_hostile_reason_is_told_as_text() {
    for text in HOSTILE.into_iter().chain(crate::hostile::MARKDOWN) {
        let told = told(vec![owed(text, None)]);
        assert_inert(&told);
        assert!(told.to_lowercase().contains("evil") || told.contains("E\\u{200b}VIL"), "{told}");
    }
}

#[test]
fn what_cannot_be_looked_at_any_more_says_so_as_text() {
    insta::assert_snapshot!(untellable(None), @"
    <!-- curator -->
    **Merged, and the curator cannot tell here what became of it.**

    It cannot look at this pull request any more: its commits are not there any more as they were merged. What was merged is published all the same; `curator status` says what is still owed.
    ");
    for text in HOSTILE.into_iter().chain(crate::hostile::MARKDOWN) {
        let said = untellable(Some(text));
        assert_inert(&said);
        assert_only_text(&said);
    }
}

#[test]
fn an_announcement_fits_into_a_comment() {
    let one =
        AnnouncedVersion { name: name("lists"), version: version("1.0.0"), outcome: owed(&"`@x ".repeat(900), None) };
    let merged = time("2026-11-20T12:00:00Z");
    let versions = vec![one; 2_000];
    let told = announcement(&Announcement { pull: PullNumber(7), merged, versions, retried: Some(merged) });
    assert!(told.chars().count() < 60_000, "{}", told.chars().count());
    assert!(told.contains("more versions\n") && told.contains("/curator retry"), "{told}");
    assert_only_text(&told);
}

#[test]
fn another_try_is_told_only_where_something_is_owed() {
    let (merged, retried) = (time("2026-11-20T12:00:00Z"), Some(time("2026-11-20T13:00:00Z")));
    let told = |outcome: VersionOutcome| {
        let versions = vec![AnnouncedVersion { name: name("lists"), version: version("1.0.0"), outcome }];
        announcement(&Announcement { pull: PullNumber(7), merged, versions, retried })
    };
    assert!(told(owed("x", None)).contains("\nAnother try was last asked for on 2026-11-20 13:00 UTC.\n"));
    assert!(!told(VersionOutcome::Waiting).contains("Another try"));
}

#[test]
fn a_log_has_a_line_for_each_version() {
    let merged = time("2026-11-20T12:00:00Z");
    for text in HOSTILE.into_iter().chain(crate::hostile::MARKDOWN) {
        let outcomes = [installable("2026-11-20T12:00:42Z"), owed(text, None), VersionOutcome::Waiting];
        let version = |outcome| AnnouncedVersion { name: name("lists"), version: version("1.0.0"), outcome };
        let versions = outcomes.map(version).to_vec();
        let all = Announcement { pull: PullNumber(7), merged, versions, retried: None };
        let lines = announced_lines(&all);
        assert_inert(&lines);
        assert_eq!(lines.lines().count(), 3, "{lines}");
        assert!(lines.lines().all(|line| line.starts_with("pull request 7: lists@1.0.0 ")), "{lines}");
        let value = announcement_json(PullNumber(7), Some(&all));
        assert_inert(&inert_json(&value));
        assert_eq!(value["versions"][1]["outcome"]["owed"], text);
    }
}
