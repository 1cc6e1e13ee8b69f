//! A service, whomever it speaks as: under the rules that `curator init --github` writes for it, a pull request goes the
//! whole way with nobody's hand on it.

use std::time::Duration;

use curator::rules::init::ChecksBy;

use crate::github::GitHub;
use crate::town::{Town, Voice};
use crate::watch::{News, Watch};

/// How long before its end a token is not used any more.
const MARGIN: Duration = Duration::from_mins(5);

#[test]
fn an_app_merges_and_publishes_with_ever_new_tokens() {
    let github = GitHub::start();
    // Such a token is used for two seconds.
    let app = github.app("keeper", MARGIN + Duration::from_secs(2));
    let mut watch = Watch::begin(Town::with(github, "", Voice::App(app)), News::Both);
    let mut wishes = Vec::new();
    for number in 0..3 {
        wishes.push(watch.town.wish(number));
        watch.waits_for(&wishes);
        std::thread::sleep(Duration::from_millis(1200));
    }
    for wish in &wishes {
        assert!(wish.pull.sticky(watch.town.account()).is_some());
        assert!(wish.pull.statuses().is_empty(), "an App gives check runs");
    }
    let asked = watch.town.github.requests();
    let tokens = asked.iter().filter(|it| it.path.ends_with("/access_tokens")).count();
    assert!((2..asked.len() / 2).contains(&tokens), "{tokens} tokens for {} requests", asked.len());
    watch.ends(&wishes);
}

#[test]
fn a_person_s_token_merges_by_a_commit_status() {
    let mut watch = Watch::begin(Town::with(GitHub::start(), "", Voice::Person), News::Both);
    let wishes = vec![watch.town.wish(0), watch.town.new_wish("arrays")];
    wishes[1].pull.approve(&watch.town.tess);
    watch.waits_for(&wishes);
    for wish in &wishes {
        assert!(wish.pull.sticky(watch.town.account()).is_some());
        assert!(wish.pull.checks().is_empty(), "a person's token writes no check runs");
        assert!(wish.pull.statuses().iter().all(|status| status.context == "curator"));
    }
    watch.ends(&wishes);
}

#[test]
fn under_the_rules_of_workflows_neither_merges_and_the_pull_request_says_so() {
    for speaks in ["a person", "an app"] {
        let github = GitHub::start();
        let app = || Voice::App(github.app("keeper", Duration::from_hours(1)));
        let voice = if speaks == "an app" { app() } else { Voice::Person };
        let town = Town::with(github, "", voice);
        town.repository.rule_main(ChecksBy::Actions);
        let mut watch = Watch::begin(town, News::Both);
        let wish = watch.town.wish(0);
        let account = watch.town.account();
        let says = || wish.pull.sticky(account).unwrap_or_default();
        watch.waits_until("a word about the rules", || says().contains("Required status check"));
        assert!(!wish.pull.is_merged(), "{}", says());
        assert!(says().contains("rulesets of the branch"), "{}", says());
        assert_eq!(watch.watching.end().0, Some(0));
    }
}
