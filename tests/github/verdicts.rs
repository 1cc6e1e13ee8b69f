//! Verdicts: check runs, and statuses where a token may not write those.

use curator::adapters::github::{Keys, Pace};
use curator::model::{Annotation, AnnotationLevel, Conclusion, PullNumber, Secret, Verdict};
use curator::ports::{ForgeError, Verdicts as _};
use std::time::Duration;

use crate::desk::{Desk, forge, head, number, patience};
use crate::github::GitHub;

pub(crate) fn verdict(conclusion: Conclusion, annotations: usize, fingerprint: &str) -> Verdict {
    let annotation = |at: usize| Annotation {
        file: "a.json".to_owned(),
        first_line: at + 1,
        last_line: at + 1,
        columns: Some((1, 4)),
        level: if at.is_multiple_of(2) { AnnotationLevel::Failure } else { AnnotationLevel::Warning },
        title: format!("R{at:03}"),
        message: "wrong".to_owned(),
    };
    Verdict {
        conclusion,
        title: "2 of 3 things are missing".to_owned(),
        summary: "# At length\n".to_owned(),
        annotations: (0..annotations).map(annotation).collect(),
        fingerprint: fingerprint.to_owned(),
    }
}

#[test]
fn the_first_verdict_dates_and_the_newest_counts() {
    let desk = Desk::new();
    desk.github.set_time("2026-11-20T12:00:00Z");
    let pull = desk.pull("a.json");
    let head = head(&pull);
    assert_eq!(desk.ask(desk.forge.given(number(&pull), &head)), None);
    desk.ask(desk.forge.give(number(&pull), &head, &verdict(Conclusion::Waiting, 0, "one")));
    desk.github.set_time("2026-11-20T13:00:00Z");
    desk.ask(desk.forge.give(number(&pull), &head, &verdict(Conclusion::Passed, 0, "two")));
    let given = desk.ask(desk.forge.given(number(&pull), &head)).unwrap();
    assert_eq!(
        (given.first.to_string().as_str(), given.fingerprints, given.is_shown),
        ("2026-11-20T12:00:00.000Z", vec!["one".to_owned(), "two".to_owned()], true)
    );
    let checks = pull.checks();
    let conclusions: Vec<_> = checks.iter().map(|it| (it.name.as_str(), it.conclusion.as_deref())).collect();
    assert_eq!(conclusions, [("curator", Some("action_required")), ("curator", Some("success"))]);
    assert_eq!(checks[0].summary.as_deref(), Some("# At length\n"));
}

#[test]
fn annotations_come_in_batches_and_all_of_them() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let mut verdict = verdict(Conclusion::Failed, 120, "one");
    verdict.annotations[0].last_line = 3;
    verdict.summary = "ä".repeat(40_000);
    desk.ask(desk.forge.give(number(&pull), &head(&pull), &verdict));
    let checks = pull.checks();
    assert_eq!((checks.len(), checks[0].annotations.len()), (1, 120));
    assert_eq!((desk.asked("POST", "/check-runs"), desk.github.requests().len()), (1, 3));
    assert_eq!(checks[0].annotations[0].get("start_column"), None, "columns only within one line");
    assert_eq!(checks[0].annotations[119]["start_line"], 120);
    assert_eq!(checks[0].annotations[119]["end_column"], 4);
    assert!(checks[0].summary.as_ref().unwrap().len() <= 65_535);
}

#[test]
fn a_verdict_of_another_app_is_not_ours() {
    let desk = Desk::new();
    let pull = desk.pull("a.json");
    let evil = desk.github.app("evil", Duration::from_hours(1));
    let keys = Keys::Token(Secret::new(desk.github.installation_token(&evil)));
    let other = forge(&desk.github, keys, patience(), Pace::default());
    desk.ask(other.give(number(&pull), &head(&pull), &verdict(Conclusion::Passed, 0, "forged")));
    assert_eq!(pull.checks().len(), 1);
    assert_eq!(desk.ask(desk.forge.given(number(&pull), &head(&pull))), None);
}

#[test]
fn a_verdict_for_another_pull_request_dates_nothing_and_is_not_ours() {
    let desk = Desk::new();
    desk.github.set_time("2026-11-20T12:00:00Z");
    let pull = desk.pull("a.json");
    let (one, head) = (number(&pull), head(&pull));
    let two = PullNumber(one.0 * 10 + 1);
    desk.ask(desk.forge.give(one, &head, &verdict(Conclusion::Passed, 0, "same")));
    assert_eq!(desk.ask(desk.forge.given(two, &head)), None);
    desk.github.set_time("2026-11-20T13:00:00Z");
    desk.ask(desk.forge.give(two, &head, &verdict(Conclusion::Passed, 0, "same")));
    let given = [one, two].map(|number| desk.ask(desk.forge.given(number, &head)).unwrap());
    assert_eq!(given.clone().map(|given| given.first.to_string()[11..13].to_owned()), ["12", "13"]);
    // What was said for it is still known, where something else is shown.
    assert_eq!(given.clone().map(|given| given.fingerprints), [["same"], ["same"]]);
    assert_eq!(given.map(|given| given.is_shown), [false, true]);
}

#[test]
fn where_check_runs_are_refused_a_status_says_it() {
    let (desk, _) = Desk::personal(GitHub::start());
    desk.github.set_time("2026-11-20T12:00:00Z");
    let pull = desk.pull("a.json");
    let head = head(&pull);
    let print = "a b#c&d=é";
    assert_eq!(desk.ask(desk.forge.given(number(&pull), &head)), None);
    let mut long = verdict(Conclusion::Waiting, 3, "first");
    long.title = "é".repeat(200);
    desk.ask(desk.forge.give(number(&pull), &head, &long));
    desk.github.set_time("2026-11-20T13:00:00Z");
    desk.ask(desk.forge.give(number(&pull), &head, &verdict(Conclusion::Failed, 0, print)));
    assert!(pull.checks().is_empty());
    let statuses = pull.statuses();
    let states: Vec<_> = statuses.iter().map(|it| (it.context.as_str(), it.state.as_str())).collect();
    assert_eq!(states, [("curator", "pending"), ("curator", "failure")]);
    assert_eq!(statuses[0].description.as_ref().unwrap().chars().count(), 140);
    let given = desk.ask(desk.forge.given(number(&pull), &head)).unwrap();
    assert_eq!(
        (given.first.to_string().as_str(), given.fingerprints, given.is_shown),
        ("2026-11-20T12:00:00.000Z", vec!["first".to_owned(), print.to_owned()], true)
    );
    assert_eq!(desk.asked("POST", "/check-runs"), 1, "a refusal is remembered");

    // Somebody else's status is somebody else's.
    let dora = desk.github.person("dora");
    desk.repository.admit(&dora);
    let keys = Keys::Token(Secret::new(desk.github.personal_token(&dora)));
    let other = forge(&desk.github, keys, patience(), Pace::default());
    assert_eq!(desk.ask(other.given(number(&pull), &head)), None);
}

#[test]
fn who_may_write_neither_is_told() {
    let github = GitHub::start();
    let token = github.reading_token();
    let keys = Keys::Actions(Secret::new(token.clone()));
    let desk = Desk::of(github, token, keys, patience(), Pace::default());
    let pull = desk.pull("a.json");
    let error = desk.fails(desk.forge.give(number(&pull), &head(&pull), &verdict(Conclusion::Passed, 0, "x")));
    assert!(matches!(error, ForgeError::Denied { message } if message.contains("not accessible")));
}
