//! Pull requests with nobody's hand on them but that of their author, and of a trustee where one is needed.

use std::time::{Duration, Instant};

use crate::github::world::ACTIONS_BOT;
use crate::visitor::ask;
use crate::watch::{News, Watch};
use crate::watching::waits_until;

#[test]
fn what_the_forge_tells_is_all_it_takes() {
    let mut watch = Watch::over("", News::Webhooks);
    let wish = watch.town.wish(0);
    watch.waits_for(std::slice::from_ref(&wish));
    let page = waits_until(watch.door, "/metrics", |page| page.text.contains("curator_published_total 1"));
    for line in [
        "curator_reviews_total{outcome=\"merged\"} 1",
        "curator_stage_seconds_count{stage=\"announce\"}",
        "curator_webhook_deliveries_total{outcome=\"accepted\"}",
        "curator_last_successful_sync_timestamp_seconds ",
        "curator_api_calls_total ",
        "curator_api_budget_remaining ",
        "curator_open_pull_requests 0",
    ] {
        assert!(page.text.contains(line), "{line} is not in\n{}", page.text);
    }
    let health = ask(watch.door, "/healthz");
    assert_eq!(health.status, 200, "{health:?}");
    assert!(watch.town.github.receipts().iter().all(|receipt| receipt.status == Some(202)));
    watch.ends(&[wish]);
}

#[test]
fn without_a_word_from_the_forge_looks_are_enough() {
    let mut watch = Watch::over("", News::Looks);
    let mut wishes = vec![watch.town.wish(0)];
    watch.waits_for(&wishes);
    wishes.push(watch.town.wish(1));
    watch.waits_for(&wishes);
    watch.ends(&wishes);
}

#[test]
fn a_trustee_needs_only_to_approve() {
    let mut watch = Watch::over("", News::Webhooks);
    let wish = watch.town.new_wish("arrays");
    let says = || wish.pull.sticky(ACTIONS_BOT).unwrap_or_default();
    watch.waits_until("a word about trustees", || says().contains("by a trustee"));
    assert!(!wish.pull.is_merged());
    wish.pull.approve(&watch.town.tess);
    watch.waits_for(std::slice::from_ref(&wish));
    watch.ends(&[wish]);
}

#[test]
fn a_waiting_period_ends_by_itself() {
    let mut watch = Watch::over("[policy]\nnew_version_wait = \"6s\"\n", News::Both);
    let (wish, opened) = (watch.town.wish(0), Instant::now());
    watch.waits_until("a label", || wish.pull.labels().contains(&"waiting-period".to_owned()));
    watch.waits_until("a merge", || wish.pull.is_merged());
    assert!(opened.elapsed() > Duration::from_secs(5), "{:?}", opened.elapsed());
    watch.waits_for(std::slice::from_ref(&wish));
    assert!(!wish.pull.labels().contains(&"waiting-period".to_owned()));
    watch.ends(&[wish]);
}
