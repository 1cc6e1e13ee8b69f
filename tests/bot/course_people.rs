//! What people say of a pull request, and whose word counts for how long.

use std::path::Path;

use curator::rules::init::ChecksBy;
use serde_json::json;

use crate::github::APP_KEY;
use crate::github::face::pull::Pull;
use crate::program::{Ran, finish};
use crate::scene::{Scene, definition_path};

const NEEDS_MAINTAINER: &str = "Needs approval by a maintainer or a trustee";

/// A pull request of a stranger for a version that somebody has to approve of.
fn strange(scene: &Scene) -> Pull {
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.asks_for_silent_version(&scene.somebody("bob"), "lists", "1.1.0")
}

#[test]
fn an_approval_is_void_when_the_head_moves() {
    let scene = Scene::nearby("");
    let pull = strange(&scene);
    scene.holds_back(&pull, &[NEEDS_MAINTAINER, "it is void when the pull request gets another one"]);
    pull.approve(&scene.tess);
    pull.push(&[("README.md", Some(b"# Mine\n"))]);
    scene.holds_back(&pull, &["Needs approval by 2 trustees"]);
    pull.push(&[("README.md", Some(b"# Hello\n"))]);
    scene.holds_back(&pull, &[NEEDS_MAINTAINER]);
    pull.approve(&scene.ann);
    scene.merges(&pull);
}

#[test]
fn who_asks_for_changes_is_waited_for_until_they_agree_or_are_dismissed() {
    let scene = Scene::nearby("");
    let pull = strange(&scene);
    let carol = scene.somebody("carol");
    pull.request_changes(&carol);
    pull.request_changes(&scene.theo);
    pull.request_changes(&scene.ann);
    pull.approve(&scene.tess);
    scene.holds_back(&pull, &["Needs consent of a reviewer", "`theo`, who asked for changes", "`ann`"]);
    assert!(!scene.says(&pull).contains("`carol`"), "a stranger has no say: {}", scene.says(&pull));

    pull.dismiss(&scene.ann);
    scene.holds_back(&pull, &["`theo`, who asked for changes"]);
    pull.approve(&scene.theo);
    scene.merges(&pull);
}

#[test]
fn a_no_stands_after_a_push() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    pull.request_changes(&scene.tess);
    scene.holds_back(&pull, &["Needs consent of a reviewer"]);
    let again = format!("{:#}\n", scene.tag("lists", "1.2.0", &json!({})));
    pull.push(&[(&definition_path("lists", "1.2.0"), Some(again.as_bytes()))]);
    scene.holds_back(&pull, &["`tess`, who asked for changes"]);
}

#[test]
fn a_team_of_trustees_counts_where_the_token_sees_it() {
    let scene = Scene::nearby("team = \"acme/keepers\"");
    let pull = strange(&scene);
    let carol = scene.somebody("carol");
    scene.github.team("acme/keepers", &[&carol]);
    pull.approve(&carol);
    let ran = scene.review(&pull).ends(0);
    assert!(ran.err.contains("the team of trustees cannot be seen with this token"), "{ran:?}");
    scene.keeps(&pull, &[NEEDS_MAINTAINER, "the members of acme/keepers cannot be seen with the curator's token"]);

    let app = scene.github.app("keeper", std::time::Duration::from_hours(1));
    scene.repository.rule_main(ChecksBy::App(app.id.try_into().unwrap()));
    as_app(&scene, app.id, &["review", "--pull", &pull.number.to_string()]).ends(0);
    assert!(pull.is_merged(), "{:?}", pull.comments().last().map(|it| it.text.clone()));
}

/// Runs the program as a GitHub App.
fn as_app(scene: &Scene, id: u64, args: &[&str]) -> Ran {
    let mut command = scene.command(args);
    command.env_remove("GITHUB_TOKEN").env_remove("GITHUB_ACTIONS");
    command.env("CURATOR_APP_ID", id.to_string()).env("CURATOR_APP_KEY", APP_KEY);
    finish(command)
}

#[test]
fn a_trustee_lifts_one_rule_for_one_head() {
    let scene = Scene::nearby("[policy]\nsequential_versions = true");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let carol = scene.somebody("carol");
    scene.repository.admit(&carol);
    let pull = scene.asks_for_version(&scene.ann, "lists", "3.0.0");
    scene.holds_back(&pull, &["Refused as it is: 1 error to mend", "R044"]);

    // Who may label is no trustee by that.
    scene.passes(60);
    pull.label(&carol, "lift-R044");
    scene.holds_back(&pull, &["Refused as it is: 1 error to mend"]);
    pull.unlabel(&carol, "lift-R044");
    scene.passes(60);
    pull.label(&scene.tess, "Lift-r044");
    let held = pull.comment(&scene.theo, "/curator hold");
    scene.holds_back(&pull, &["Held", "Lifted for this pull request", "by the trustee `tess`"]);
    assert!(!scene.says(&pull).contains("not published as it is"), "{}", scene.says(&pull));

    // It was lifted for what was looked at then.
    let again = format!("{:#}\n", scene.tag("lists", "4.0.0", &json!({})));
    pull.push(&[(&definition_path("lists", "4.0.0"), Some(again.as_bytes()))]);
    pull.delete_comment(held);
    scene.passes(60);
    scene.holds_back(&pull, &["Refused as it is", "R044"]);
    scene.passes(60);
    pull.unlabel(&carol, "lift-R044");
    pull.label(&scene.theo, "lift-R044");
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "4.0.0"), json!(null));
}

#[test]
fn what_clients_rely_on_is_lifted_by_nobody() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mut definition = scene.tag("lists", "1.1.0", &json!({}));
    definition["commit"] = json!("0".repeat(40));
    let pull = scene.asks(&scene.ann, &definition_path("lists", "1.1.0"), &definition);
    scene.holds_back(&pull, &["Refused as it is", "R021"]);
    scene.passes(60);
    pull.label(&scene.tess, "lift-R021");
    scene.holds_back(&pull, &["Refused as it is"]);
}

#[test]
fn labels_tell_what_is_true_and_leave_others_alone() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_package(&scene.somebody("bob"), "arrays");
    scene.review(&pull).ends(0);
    assert_eq!(pull.labels(), ["needs-trustee", "new-package"]);
    for wrong in ["ready", "override", "good first issue"] {
        pull.label(&scene.theo, wrong);
    }
    pull.comment(&scene.theo, "/curator hold");
    pull.approve(&scene.tess);
    scene.review(&pull).ends(0);
    let mut labels = pull.labels();
    labels.sort();
    assert_eq!(labels, ["good first issue", "new-package"]);
    pull.comment(&scene.theo, "/curator release");
    scene.merges(&pull);
    scene.sync().ends(0);
    let mut labels = pull.labels();
    labels.sort();
    assert_eq!(labels, ["good first issue", "new-package", "published"]);
}

#[test]
fn hold_and_release_are_for_those_whom_it_concerns() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (bob, carol) = (scene.somebody("bob"), scene.somebody("carol"));
    let pull = scene.asks_for_version(&bob, "lists", "1.1.0");
    pull.comment(&scene.ann, "Let me look at this first.\n\n/curator hold\n");
    let says = ["Held: it is not merged before it is let go", "`ann`, who holds it, or a **trustee** says"];
    scene.holds_back(&pull, &says);
    // Neither a stranger nor the author lets go what a maintainer holds.
    pull.comment(&carol, "/curator release");
    pull.comment(&bob, "/curator release");
    scene.holds_back(&pull, &says);
    pull.comment(&bob, "/curator hold");
    pull.comment(&scene.ann, "/curator release");
    scene.holds_back(&pull, &["`bob`, who holds it"]);
    pull.comment(&scene.tess, "/curator release");
    // What a trustee let go only a trustee holds again.
    pull.comment(&bob, "/curator hold");
    pull.comment(&carol, "/curator hold");
    scene.merges(&pull);
}

#[test]
fn a_stranger_holds_nothing_and_neither_does_a_quotation_or_an_edited_comment() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let carol = scene.somebody("carol");
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    pull.comment(&carol, "/curator hold");
    pull.comment(&scene.tess, "> /curator hold\n\nWhy would anybody?");
    pull.comment(&scene.tess, "```\n/curator hold\n```");
    let comment = pull.comment(&scene.theo, "Fine.");
    scene.passes(1);
    pull.edit_comment(&scene.theo, comment, "/curator hold");
    scene.merges(&pull);
}

#[test]
fn anybody_asks_for_another_look_and_for_an_explanation() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let carol = scene.somebody("carol");
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let (source, away) = (scene.place("sources/acme+lists.git"), scene.place("away.git"));
    rename(&source, &away);
    scene.holds_back(&pull, &["R021"]);
    pull.comment(&carol, "/curator explain R021\n/curator explain R999\n");
    scene.holds_back(&pull, &["R021: the source can be fetched"]);
    rename(&away, &source);
    pull.comment(&carol, "It is back.\n\n/curator recheck");
    scene.merges(&pull);
}

fn rename(from: &Path, to: &Path) {
    std::fs::rename(from, to).unwrap();
}
