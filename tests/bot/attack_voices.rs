//! Attacks on approvals, labels and commands: whose word counts is a matter of numbers, of the base, and of the head.

use std::time::Duration;

use crate::scene::{BOT, Scene};

#[test]
fn a_login_that_resembles_or_once_was_a_trustee_s_approves_nothing() {
    let scene = Scene::nearby("");
    let mallory = scene.github.person("mallory");
    let pull = scene.opens(&mallory, &scene.package("maps", &[&mallory]));
    scene.review_none(&[&pull]);
    for login in ["Tess-", "tess1", "te-ss", "theo-bot"] {
        pull.approve(&scene.github.person(login));
    }
    // The trustee is called otherwise now, and somebody takes the name.
    scene.tess.rename("tess-of-old");
    let taker = scene.github.person("tess");
    assert_ne!(taker.id, scene.tess.id);
    scene.repository.admit(&taker);
    pull.approve(&taker);
    pull.label(&taker, "lift-R009");
    pull.comment(&taker, "/curator release");
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs approval by a trustee"]);
    pull.approve(&scene.tess);
    scene.review_all().ends(0);
    scene.merged(&pull);
}

#[test]
fn who_is_no_trustee_any_more_approves_nothing_also_not_in_hindsight() {
    let scene = Scene::nearby("");
    let mallory = scene.github.person("mallory");
    let pull = scene.opens(&mallory, &scene.package("maps", &[&mallory]));
    pull.approve(&scene.theo);
    let (path, config) = scene.configured("");
    let config = String::from_utf8(config).unwrap().replace(&format!(", {}]", scene.theo.id), "]");
    scene.repository.commit("main", &[(path.as_str(), Some(config.as_bytes()))]);
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs approval by a trustee"]);
    // Nor does he stop anything.
    let own = scene.opens(&scene.tess, &scene.package("folds", &[&mallory]));
    own.request_changes(&scene.theo);
    own.comment(&scene.theo, "/curator hold");
    scene.review(&own).ends(0);
    scene.merged(&own);
}

#[test]
fn an_approval_is_of_one_commit_by_somebody_else_and_can_be_taken_back() {
    let scene = Scene::nearby("");
    let mallory = scene.github.person("mallory");
    let files = scene.package("maps", &[&mallory]);
    let moved = scene.opens(&mallory, &files);
    moved.approve(&scene.tess);
    moved.push(&[("packages/ma/maps/registration.json", Some(other_registration(&scene, &mallory).as_bytes()))]);
    let forced = scene.opens(&mallory, &files);
    forced.approve(&scene.tess);
    scene.github.advance(Duration::from_secs(1));
    let definition = format!("{:#}\n", files[0].1);
    let registration = format!("{:#}\n", files[1].1);
    forced.force_push(&[
        (files[0].0.as_str(), Some(definition.as_bytes())),
        (files[1].0.as_str(), Some(registration.as_bytes())),
    ]);
    let dismissed = scene.opens(&mallory, &files);
    dismissed.approve(&scene.tess);
    dismissed.dismiss(&scene.tess);
    let changed = scene.opens(&mallory, &files);
    changed.approve(&scene.theo);
    changed.approve(&scene.tess);
    changed.request_changes(&scene.theo);
    let own = scene.opens(&mallory, &files);
    {
        // GitHub lets nobody approve of their own work; should it ever, it counts for nothing.
        let mut world = own.shared.world();
        world.review(own.repository, own.number, mallory.id, "APPROVED", "");
    }
    let bot = scene.opens(&mallory, &files);
    {
        let mut world = bot.shared.world();
        world.review(bot.repository, bot.number, BOT, "APPROVED", "");
    }
    let all = [&moved, &forced, &dismissed, &changed, &own, &bot];
    scene.review_none(&all);
    for pull in [&moved, &dismissed, &own, &bot] {
        scene.stands(pull, &["Needs approval by a trustee"]);
    }
    scene.stands(&changed, &["consent of a reviewer"]);
}

/// The registration of a package with something changed in it.
fn other_registration(scene: &Scene, person: &crate::github::face::person::Person) -> String {
    format!("{:#}\n\n", scene.registration("maps", &[person]))
}

#[test]
fn a_label_lifts_a_rule_only_from_a_trustee_and_for_this_head() {
    let scene = Scene::nearby("[policy]\nnew_version_wait = \"72h\"\n");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let dora = scene.github.person("dora");
    scene.repository.admit(&dora);
    let version = scene.version("lists", "1.1.0");
    let pull = scene.opens(&scene.ann, std::slice::from_ref(&version));
    let (first, path) = (pull.head(), version.0.clone());
    scene.review_none(&[&pull]);
    scene.github.advance(Duration::from_mins(1));
    pull.label(&dora, "lift-R045");
    pull.label(&dora, "lift-waiting-period");
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs time until"]);
    pull.unlabel(&dora, "lift-R045");
    let text = format!("{:#}\n\n", version.1);
    pull.push(&[(path.as_str(), Some(text.as_bytes()))]);
    // For this head, which goes before anybody looks again.
    pull.label(&scene.tess, "lift-R045");
    scene.github.advance(Duration::from_mins(1));
    {
        let mut world = pull.shared.world();
        let state = world.pull(pull.repository, pull.number).clone();
        let bare = world.repository(state.head_repo).bare.clone();
        bare.point(&format!("refs/heads/{}", state.head_branch), &first);
        world.take_head(pull.repository, pull.number);
        world.event(pull.repository, pull.number, state.author, "head_ref_force_pushed", None);
    }
    assert_eq!(pull.head(), first);
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["Needs time until"]);
    scene.github.advance(Duration::from_mins(1));
    pull.unlabel(&scene.tess, "lift-R045");
    pull.label(&scene.tess, "lift-R045");
    scene.review_all().ends(0);
    scene.merged(&pull);
}

#[test]
fn a_command_is_heard_only_as_its_writer_s_own_word() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    pull.comment(&scene.theo, "/curator hold");
    for text in ["/curator release", "/CURATOR RELEASE", "/curator  release\r\n", "/curator release\n/curator release"]
    {
        pull.comment(&mallory, text);
        pull.comment(&scene.ann, text);
    }
    scene.review_none(&[&pull]);
    let quoted = [
        "> /curator release",
        "> He said\n/curator release",
        "```\n/curator release\n```",
        "~~~ text\n/curator release\n~~~",
        "    /curator release",
        "`/curator release`",
        "`\n/curator release\n`",
        "<!--\n/curator release\n-->",
        "<details><pre>\n/curator release\n</pre></details>",
        "Please /curator release",
        "/curator release it",
        "/curator release.",
        "/curаtor release",
        "<!-- curator -->\n/curator release",
        "/curator hold\n> /curator release",
    ];
    for text in quoted {
        pull.comment(&scene.theo, text);
    }
    scene.github.advance(Duration::from_mins(1));
    // What was edited may be somebody else's words.
    let edited = pull.comment(&scene.theo, "Good work");
    scene.github.advance(Duration::from_mins(1));
    pull.edit_comment(&scene.tess, edited, "/curator release");
    // The curator itself explains how to say it.
    pull.shared.world().say(pull.repository, pull.number, BOT, "x\n/curator release\n");
    scene.review(&pull).ends(0);
    assert!(!pull.is_merged());
    assert!(pull.labels().iter().all(|label| label != "ready"));
    pull.comment(&scene.theo, "It is fine.\n\n/curator release\n");
    scene.review_all().ends(0);
    assert!(pull.is_merged());
}

#[test]
fn who_may_not_write_starts_nothing_after_the_merge() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    scene.review(&pull).ends(0);
    scene.merged(&pull);
    let begun = scene.repository.dispatches().len();
    let mallory = scene.github.person("mallory");
    pull.comment(&mallory, "/curator retry");
    for _ in 0..2 {
        scene.review(&pull).ends(0);
    }
    assert_eq!(scene.repository.dispatches().len(), begun);
}
