//! Limits: GitHub's, which are honoured, and ours, which keep below them. What has not changed costs nothing.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

use curator::adapters::github::Pace;
use curator::ports::{Conversation as _, ForgeError, PullRequests as _};

use crate::desk::{Desk, impatience, number, patience};
use crate::github::tokens::TokenKind;
use crate::github::troubles::Fault;
use crate::github::watch::Limits;

#[test]
fn what_has_not_changed_costs_nothing() {
    let desk = Desk::unjudged();
    let (pull, ann) = (desk.pull("a.json"), desk.github.person("ann"));
    for turn in 0..150 {
        pull.comment(&ann, &format!("comment {turn}"));
    }
    let before = desk.ask(desk.forge.remarks(number(&pull)));
    let left = desk.forge.github().budget().unwrap();
    assert_eq!((left.limit, left.remaining), (1000, 998));
    assert_eq!(desk.ask(desk.forge.remarks(number(&pull))), before);
    let statuses: Vec<u16> = desk.github.requests().iter().map(|it| it.status).collect();
    assert_eq!(statuses, [200, 200, 304, 304]);
    assert_eq!(desk.forge.github().budget().unwrap().remaining, 998);
    assert_eq!(desk.forge.github().calls(), 4);
    pull.comment(&ann, "one more");
    assert_eq!(desk.ask(desk.forge.remarks(number(&pull))).len(), 151);
}

#[test]
fn a_limit_that_ends_soon_is_waited_for() {
    for fault in [Fault::SecondaryLimit, Fault::TooMany] {
        let desk = Desk::unjudged();
        let pull = desk.pull("a.json");
        desk.github.retry_after(1);
        desk.github.fail_next(2, fault);
        let begun = Instant::now();
        desk.ask(desk.forge.say(number(&pull), &[], "said once"));
        assert!(begun.elapsed() >= Duration::from_secs(2));
        assert_eq!((pull.comments().len(), desk.asked("POST", "/comments")), (1, 3));
        desk.is_well_behaved();
    }
}

#[test]
fn a_limit_that_lasts_is_told_and_nothing_is_asked_until_it_ends() {
    let desk = Desk::with(impatience(), Pace::default());
    let pull = desk.pull("a.json");
    desk.github.retry_after(2);
    desk.github.fail_next(1, Fault::SecondaryLimit);
    for _ in 0..3 {
        let error = desk.fails(desk.forge.remarks(number(&pull)));
        assert!(matches!(&error, ForgeError::RateLimited { message } if message.contains("; it answers again at 20")));
    }
    assert_eq!(desk.github.requests().len(), 1);
    std::thread::sleep(Duration::from_millis(2100));
    desk.ask(desk.forge.remarks(number(&pull)));
    desk.is_well_behaved();
}

#[test]
fn the_last_request_of_an_hour_is_known_to_be_it() {
    let desk = Desk::with(impatience(), Pace::default());
    let pull = desk.pull("a.json");
    // Who says something first looks who else did.
    let hourly = BTreeMap::from([(TokenKind::Actions, 6)]);
    desk.github.limits(Limits { hourly, ..Limits::default() });
    for turn in 0..3 {
        desk.ask(desk.forge.say(number(&pull), &[], &format!("{turn}")));
    }
    let error = desk.fails(desk.forge.say(number(&pull), &[], "too much"));
    assert!(matches!(&error, ForgeError::RateLimited { message } if message.starts_with("6 requests an hour; ")));
    assert_eq!((pull.comments().len(), desk.github.requests().len()), (3, 6));
    desk.is_well_behaved();
}

#[test]
fn no_window_sees_more_than_it_may() {
    let minute = Duration::from_millis(300);
    let pace = Pace { writes_per_minute: 5, writes_per_hour: 24, points_per_minute: 30, minute };
    // An hour would be too long to wait for.
    let desk = Desk::with(curator::adapters::github::Patience { limit: Duration::from_secs(2), ..patience() }, pace);
    let limits = Limits { window: minute, writes: 5, hourly_writes: 24, points: 30, ..Limits::default() };
    desk.github.limits(limits);
    let pull = desk.pull("a.json");
    for turn in 0..24 {
        desk.ask(desk.forge.say(number(&pull), &[], &format!("{turn}")));
        desk.ask(desk.forge.pull(number(&pull)));
    }
    let error = desk.fails(desk.forge.say(number(&pull), &[], "too much"));
    assert!(matches!(&error, ForgeError::RateLimited { message } if message.starts_with("this curator has asked")));
    desk.ask(desk.forge.remarks(number(&pull)));
    assert_eq!(pull.comments().len(), 24);
    desk.is_well_behaved();
}

#[test]
fn requests_go_one_by_one() {
    let desk = Desk::unjudged();
    let pull = desk.pull("a.json");
    desk.github.limits(Limits { concurrent: 1, ..Limits::default() });
    desk.github.latency(Duration::from_millis(20));
    let all = (0..8).map(|_| desk.forge.remarks(number(&pull)));
    assert!(desk.wait(futures_util::future::join_all(all)).into_iter().all(|it| it.is_ok()));
    desk.is_well_behaved();
}
