//! Rules of a registry that take time, and rules about versions and ranges.

use curator::rules::init::ChecksBy;
use serde_json::json;

use crate::program::finish;
use crate::scene::{Scene, definition_path};

const DAY: u64 = 24 * 3600;

#[test]
fn a_version_can_be_looked_at_before_it_is_merged() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"1d\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.holds_back(&pull, &["Needs time until 2026-05-02 12:00 UTC", "until then everybody can look at it"]);
    assert_eq!(pull.checks().last().unwrap().conclusion.as_deref(), Some("action_required"));
    scene.passes(DAY / 2);
    // Another commit begins another day.
    let again = format!("{:#}\n", scene.tag("lists", "1.2.0", &json!({})));
    pull.push(&[(&definition_path("lists", "1.2.0"), Some(again.as_bytes()))]);
    scene.holds_back(&pull, &["Needs time until 2026-05-03 00:00 UTC"]);
    scene.passes(DAY - 1);
    scene.holds_back(&pull, &["Needs time until 2026-05-03 00:00 UTC"]);
    scene.passes(1);
    scene.merges(&pull);
}

#[test]
fn time_is_counted_also_where_a_persons_token_gives_statuses() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"1d\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let keeper = scene.somebody("registry-bot");
    scene.repository.admit(&keeper);
    scene.repository.rule_main(ChecksBy::Anyone);
    let token = scene.github.personal_token(&keeper);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let review = || {
        let mut command = scene.command(&["review", "--pull", &pull.number.to_string()]);
        command.env("GITHUB_TOKEN", &token).env_remove("GITHUB_ACTIONS");
        finish(command).ends(0)
    };
    review();
    assert!(pull.sticky(keeper.id).unwrap().contains("Needs time until 2026-05-02 12:00 UTC"));
    scene.passes(DAY);
    review();
    assert!(pull.is_merged(), "{:?}", pull.sticky(keeper.id));
}

#[test]
fn a_trustee_ends_a_waiting_period_by_a_yes_or_by_a_label() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"1d\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let approved = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let lifted = scene.asks_for_version(&scene.ann, "lists", "1.2.0");
    let own = scene.asks_for_version(&scene.tess, "lists", "1.3.0");
    scene.review_all();
    scene.has_merged(&own);
    scene.passes(60);
    approved.approve(&scene.tess);
    lifted.label(&scene.theo, "lift-R045");
    scene.review_all();
    scene.has_merged(&approved);
    scene.has_merged(&lifted);
}

#[test]
fn ranges_end_before_what_nobody_has_seen_where_the_policy_says_so() {
    let scene = Scene::nearby("[policy]\nupper_bounds = true");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("arrays", "1.0.0", &[&scene.ann]);
    let asks = |version: &str, range: &str| {
        let definition = scene.tag("arrays", version, &json!({ "lists": range }));
        scene.asks(&scene.ann, &definition_path("arrays", version), &definition)
    };
    let bounded = asks("1.1.0", ">=1.0.0 <2.0.0");
    let open = asks("1.2.0", ">=1.0.0 <3.0.0");
    scene.review_all();
    scene.has_merged(&bounded);
    scene.keeps(&open, &["Refused as it is: 1 error to mend", "R043"]);
    scene.passes(60);
    open.label(&scene.tess, "lift-R043");
    scene.merges(&open);
}

#[test]
fn versions_follow_each_other_where_the_policy_says_so() {
    let scene = Scene::nearby("[policy]\nsequential_versions = true");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let asks = |version: &str| scene.asks_for_version(&scene.ann, "lists", version);
    let (patch, minor, major, jump) = (asks("1.0.1"), asks("1.1.0"), asks("2.0.0"), asks("1.3.0"));
    scene.review_all();
    for next in [&patch, &minor, &major] {
        scene.has_merged(next);
    }
    scene.keeps(&jump, &["R044"]);
}
