//! Limits, and what goes wrong.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::asker::Asker;
use crate::github::GitHub;
use crate::github::tokens::TokenKind;
use crate::github::troubles::{Fault, Faults};
use crate::github::watch::Limits;

const REPO: &str = "/repos/acme/registry";
const COMMENTS: &str = "/repos/acme/registry/issues/1/comments";

/// A GitHub with a pull request, which no proxy stands before.
fn scene() -> (GitHub, Asker) {
    let github = GitHub::start_unjudged();
    github.repository("acme/registry").pull(&github.person("ann"), "main", &[("a", Some(b"1"))]);
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    (github, bot)
}

#[test]
fn what_has_not_changed_is_free() {
    let github = GitHub::start();
    let repo = github.repository("acme/registry");
    let bot = Asker::new(&github.api(), Some(github.actions_token()));
    let path = format!("{REPO}/git/ref/heads/main");
    let first = bot.get(&path).is(200);
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("1000", "999"));
    let tag = first.header("etag").to_owned();
    let again = bot.get_with(&path, ("if-none-match", &tag)).is(304);
    assert_eq!((again.bytes.len(), again.header("x-ratelimit-remaining")), (0, "999"));
    repo.commit("main", &[("a", Some(b"1"))]);
    let changed = bot.get_with(&path, ("if-none-match", &tag)).is(200);
    assert_ne!(changed.header("etag"), tag);
    assert_ne!(first.header("x-github-request-id"), changed.header("x-github-request-id"));
    let left = bot.get("/rate_limit").is(200).json();
    assert_eq!((&left["rate"]["remaining"], &left["rate"]["limit"]), (&json!(998), &json!(1000)));
    let paths: Vec<_> = github.requests().iter().map(|it| (it.method.clone(), it.status, it.token)).collect();
    let get = |status| ("GET".to_owned(), status, TokenKind::Actions);
    assert_eq!(paths, [get(200), get(304), get(200), get(200)]);
    assert_eq!(github.counts(), BTreeMap::from([(TokenKind::Actions, 4)]));
}

#[test]
fn an_hour_has_its_limit() {
    let (github, bot) = scene();
    github.limits(Limits { hourly: BTreeMap::from([(TokenKind::Actions, 2)]), ..Limits::default() });
    bot.get(REPO).is(200);
    bot.get(REPO).is(200);
    let said = bot.get(REPO).is(403);
    assert_eq!(said.header("x-ratelimit-remaining"), "0");
    assert_eq!(github.violations(), [""; 0]);
    bot.get(REPO).is(403);
    assert_eq!(github.violations().len(), 1);
    let nobody = Asker::new(&github.api(), None);
    assert_eq!(nobody.get(REPO).is(200).header("x-ratelimit-limit"), "60");
}

#[test]
fn who_asks_too_early_breaks_a_rule() {
    let (github, bot) = scene();
    github.retry_after(1);
    github.fail_next(1, Fault::SecondaryLimit);
    let said = bot.get(REPO).is(403);
    assert_eq!(said.header("retry-after"), "1");
    let told = Instant::now();
    bot.get(REPO).is(200);
    assert_eq!(github.violations(), [format!("GET {REPO} before retry-after")]);
    std::thread::sleep(Duration::from_millis(1050).saturating_sub(told.elapsed()));
    github.fail_next(1, Fault::TooMany);
    assert_eq!(bot.get(REPO).is(429).header("retry-after"), "1");
    assert_eq!(github.violations().len(), 1);
}

#[test]
fn who_writes_too_much_breaks_a_rule() {
    let (github, bot) = scene();
    let window = Duration::from_mins(10);
    github.limits(Limits { writes: 2, points: 12, window, ..Limits::default() });
    for text in ["one", "two"] {
        bot.send("POST", COMMENTS, &json!({"body": text})).is(201);
    }
    bot.get(REPO).is(200);
    assert_eq!(github.violations(), [""; 0]);
    bot.send("POST", COMMENTS, &json!({"body": "three"})).is(201);
    assert_eq!(github.violations(), ["16 points in a window", "3 writes in a window, 3 in sixty"]);
}

#[test]
fn who_says_the_same_twice_breaks_a_rule() {
    let (github, bot) = scene();
    bot.send("POST", COMMENTS, &json!({"body": "one"})).is(201);
    bot.send("POST", COMMENTS, &json!({"body": "one"})).is(201);
    assert_eq!(github.violations(), [format!("POST {COMMENTS} twice with the same effect")]);
}

#[test]
fn who_says_a_header_twice_breaks_a_rule() {
    let (github, bot) = scene();
    bot.get_with(REPO, ("user-agent", "more tests")).is(200);
    assert_eq!(github.violations(), [format!("GET {REPO} says user-agent 2 times")]);
}

#[test]
fn who_asks_much_at_once_breaks_a_rule() {
    let (github, bot) = scene();
    github.limits(Limits { concurrent: 2, ..Limits::default() });
    github.latency(Duration::from_millis(300));
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| bot.get(REPO).is(200));
        }
    });
    assert_eq!(github.violations(), ["3 requests at once"]);
}

#[test]
fn each_fault_is_what_it_says() {
    let (github, bot) = scene();
    let repo = github.repository("acme/registry");
    let said = |text: &str| repo.pull_numbered(1).comments().iter().any(|it| it.text == text);
    let faults = [
        (Fault::BadGateway, Some(502), false),
        (Fault::BadGatewayAfter, Some(502), true),
        (Fault::ClosedAfter, None, true),
        (Fault::CutBody, None, true),
        (Fault::SecondaryLimit, Some(403), false),
        (Fault::TooMany, Some(429), false),
        (Fault::Page, Some(500), false),
    ];
    github.pass_next(1);
    for (fault, ..) in faults {
        github.fail_next(1, fault);
    }
    bot.get(REPO).is(200);
    for (fault, status, has_effect) in faults {
        let text = format!("{fault:?}");
        let answer = bot.try_send("POST", COMMENTS, &json!({"body": text}));
        assert_eq!(answer.as_ref().ok().map(|it| it.status), status, "{text} {answer:?}");
        assert_eq!(said(&text), has_effect, "{text}");
    }
    bot.get(REPO).is(200);
}

#[test]
fn a_plan_of_faults_is_the_same_for_the_same_seed() {
    let statuses = |seed| {
        let (github, bot) = scene();
        github.faults(Faults { seed, share: 0.3, retry_after: 0 });
        for _ in 0..40 {
            let _ = bot.ask("GET", REPO, &[], Vec::new());
        }
        github.no_faults();
        bot.get(REPO).is(200);
        github.requests().iter().map(|it| it.status).collect::<Vec<_>>()
    };
    let first = statuses(1);
    assert_eq!(first, statuses(1));
    assert_ne!(first, statuses(2));
    let wrong = first.iter().filter(|status| **status != 200).count();
    assert!((4..=20).contains(&wrong), "{first:?}");
}
