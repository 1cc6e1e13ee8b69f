//! Attacks on the verdict: checks, statuses and comments that somebody else writes in the curator's name.

use std::time::Duration;

use curator::rules::init::ChecksBy;
use serde_json::json;

use crate::github::face::pull::Pull;
use crate::github::world::{CheckRun, Status};
use crate::ground::graft;
use crate::scene::{BOT, Scene};

/// The app that workflows speak as, also those that a pull request brings.
const ACTIONS: u64 = 15_368;

/// Somebody else's check of the head, years ago, with the words of the curator's own newest one.
fn forge_check(scene: &Scene, pull: &Pull, app: u64) {
    let own = pull.checks().last().map(|run| run.external_id.clone()).unwrap_or_default();
    let mut world = scene.repository.shared.world();
    let run = CheckRun {
        id: world.next_id(),
        app,
        name: "curator".to_owned(),
        commit: world.pull(pull.repository, pull.number).head.clone(),
        status: "completed".to_owned(),
        conclusion: Some("success".to_owned()),
        title: Some("Ready: the curator merges it now".to_owned()),
        summary: None,
        text: None,
        annotations: Vec::new(),
        external_id: if own.is_empty() { "1:00".to_owned() } else { own },
        details_url: None,
        started: "2020-01-01T00:00:00Z".parse().unwrap(),
        completed: Some("2020-01-01T00:00:00Z".parse().unwrap()),
    };
    world.repository_mut(pull.repository).checks.push(run);
}

/// Somebody else's status of the head.
fn forge_status(scene: &Scene, pull: &Pull, by: u64) {
    let mut world = scene.repository.shared.world();
    let status = Status {
        id: world.next_id(),
        by,
        app: None,
        commit: world.pull(pull.repository, pull.number).head.clone(),
        state: "success".to_owned(),
        context: "curator".to_owned(),
        description: Some("Ready".to_owned()),
        target: Some(format!("https://example.org/#curator={}%3A00", pull.number)),
        at: "2020-01-01T00:00:00Z".parse().unwrap(),
    };
    world.repository_mut(pull.repository).statuses.push(status);
}

#[test]
fn a_check_of_somebody_else_is_no_verdict_and_dates_nothing() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"72h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let evil = scene.github.app("evil", Duration::from_hours(1));
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    let stranger = scene.opens(&mallory, &scene.package("maps", &[&mallory]));
    for pull in [&pull, &stranger] {
        forge_check(&scene, pull, evil.id);
        forge_status(&scene, pull, mallory.id);
    }
    // A workflow of the pull request may have a job of that name; GitHub dates and numbers it.
    forge_check(&scene, &stranger, ACTIONS);
    scene.review_none(&[&pull, &stranger]);
    scene.stands(&pull, &["Needs time until 2026-05-04 12:00 UTC"]);
    scene.stands(&stranger, &["Needs approval by a trustee"]);
    for pull in [&pull, &stranger] {
        let own = pull.checks().pop().unwrap();
        assert_eq!((own.app, own.conclusion.as_deref()), (ACTIONS, Some("action_required")));
        forge_check(&scene, pull, evil.id);
    }
    scene.github.advance(Duration::from_hours(71));
    scene.review_none(&[&pull, &stranger]);
    scene.github.advance(Duration::from_hours(2));
    scene.review_all().ends(0);
    scene.merged(&pull);
    scene.stands(&stranger, &["Needs approval by a trustee"]);
}

#[test]
fn with_the_token_of_a_person_statuses_of_others_and_all_checks_are_somebody_else_s() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"72h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let keeper = scene.github.person("keeper");
    scene.repository.admit(&keeper);
    scene.repository.rule_main(ChecksBy::Anyone);
    let token = scene.github.personal_token(&keeper);
    let review = |pull: &Pull| {
        let number = pull.number.to_string();
        let mut command = scene.command(&["review", "--pull", &number]);
        command.env("GITHUB_TOKEN", &token).env_remove("GITHUB_ACTIONS");
        crate::program::finish(command).ends(0);
    };
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    let evil = scene.github.app("evil", Duration::from_hours(1));
    forge_check(&scene, &pull, evil.id);
    forge_status(&scene, &pull, scene.ann.id);
    review(&pull);
    assert!(!pull.is_merged());
    let own: Vec<_> = pull.statuses().into_iter().filter(|it| it.by == keeper.id).collect();
    assert_eq!(own.iter().map(|it| it.state.as_str()).collect::<Vec<_>>(), ["pending"]);
    forge_check(&scene, &pull, evil.id);
    review(&pull);
    assert_eq!(pull.statuses().iter().filter(|it| it.by == keeper.id).count(), 1);
    scene.github.advance(Duration::from_hours(73));
    review(&pull);
    assert!(pull.is_merged());
}

#[test]
fn a_comment_with_the_marker_is_its_writer_s_own() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let pull = scene.opens(&mallory, &scene.package("maps", &[&mallory]));
    let forged = "<!-- curator -->\n**Ready: the curator merges it now.**\n\n/curator release\n";
    for person in [&mallory, &scene.tess] {
        pull.comment(person, forged);
    }
    scene.review_none(&[&pull]);
    scene.review_none(&[&pull]);
    let comments = pull.comments();
    assert_eq!(comments.iter().filter(|it| it.text == forged).count(), 2);
    assert_eq!(comments.iter().filter(|it| it.by == BOT).count(), 1);
    // Who deletes or rewrites what it said gets it said again.
    let own = comments.iter().find(|it| it.by == BOT).unwrap();
    pull.edit_comment(&scene.tess, own.id, forged);
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs approval by a trustee"]);
    let own = pull.comments().into_iter().find(|it| it.by == BOT).unwrap();
    pull.delete_comment(own.id);
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs approval by a trustee"]);
}

#[test]
fn a_head_that_was_there_before_or_while_it_was_closed_was_not_seen() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"72h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (path, version) = scene.version("lists", "1.1.0");
    let harmless = format!("{version:#}\n").into_bytes();
    let mut other = version.clone();
    other["compiler"] = json!("0.15.14");
    let other = format!("{other:#}\n").into_bytes();
    // It is shown for a moment.
    let pull = scene.opens_files(&scene.ann, &[(path.clone(), other.clone())]);
    let shown = pull.head();
    scene.review_none(&[&pull]);
    scene.github.advance(Duration::from_hours(1));
    pull.force_push(&[(path.as_str(), Some(&harmless))]);
    scene.review_none(&[&pull]);
    scene.github.advance(Duration::from_hours(71));
    // Everybody has looked at the other one, which would be merged soon.
    point(&pull, &shown, "head_ref_force_pushed");
    assert_eq!(pull.head(), shown);
    scene.github.advance(Duration::from_hours(1));
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs time until 2026-05-07 12:00 UTC"]);
    // Closed, nobody sees it.
    pull.close();
    scene.github.advance(Duration::from_hours(72));
    pull.reopen();
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs time until 2026-05-10 13:00 UTC"]);
}

#[test]
fn a_verdict_for_another_pull_request_of_the_same_head_dates_nothing() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"72h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let version = scene.version("lists", "1.1.0");
    let aside = scene.opens(&scene.ann, std::slice::from_ref(&version));
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.0.1")]);
    scene.review_none(&[&aside, &pull]);
    aside.close();
    scene.github.advance(Duration::from_hours(73));
    // A push that follows on the head before is none by force.
    let there = aside.head();
    graft(&pull, &[]);
    point(&pull, &there, "");
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs time until 2026-05-07 13:00 UTC"]);
}

/// Lets the branch of a pull request lead to a commit that is there, and GitHub tell it as `event`.
fn point(pull: &Pull, commit: &str, event: &'static str) {
    let mut world = pull.shared.world();
    let state = world.pull(pull.repository, pull.number).clone();
    let bare = world.repository(state.head_repo).bare.clone();
    bare.point(&format!("refs/heads/{}", state.head_branch), commit);
    world.take_head(pull.repository, pull.number);
    if !event.is_empty() {
        world.event(pull.repository, pull.number, state.author, event, None);
    }
}
