//! What it means who opened a pull request, and from where.

use serde_json::json;

use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::scene::{Scene, definition_path};

const NO_APPROVAL: &str = "opened it is no approval here";

/// Somebody opens a pull request for a version that somebody has to approve of, from the fork of a guild.
fn from_guild(scene: &Scene, author: &Person) -> Pull {
    let definition = format!("{:#}\n", scene.tag_files("lists", "1.1.0", &[("README.md", "1.1.0")]));
    let path = definition_path("lists", "1.1.0");
    scene.repository.pull_from_fork_of("guild", author, "main", &[(&path, Some(definition.as_bytes()))])
}

#[test]
fn a_maintainers_word_counts_for_what_they_alone_could_push() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = from_guild(&scene, &scene.ann);
    let says = ["Needs approval by a maintainer or a trustee", "That a maintainer opened it is no approval here"];
    scene.holds_back(&pull, &says);
    // Somebody else who looked at this very commit.
    pull.approve(&scene.theo);
    scene.merges(&pull);
    let pull = scene.asks_for_silent_version(&scene.ann, "lists", "1.2.0");
    scene.merges(&pull);
}

#[test]
fn a_trustees_own_pull_request_is_an_approval_only_from_their_own_fork() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let guild = from_guild(&scene, &scene.tess);
    scene.holds_back(&guild, &["That a trustee opened it is no approval here", "from a fork of their own account"]);
    guild.close();
    // The registry's own branches are open to all trustees, and to whoever may write besides.
    let config = scene.configured("# Two of us.\n");
    let changes = [(config.0.as_str(), Some(config.1.as_slice()))];
    let shared = scene.repository.pull_from_branch(&scene.tess, "rules", "main", &changes);
    scene.holds_back(&shared, &["Needs approval by 2 trustees", NO_APPROVAL]);
    shared.approve(&scene.theo);
    scene.holds_back(&shared, &["Needs approval by a trustee", NO_APPROVAL]);
    shared.close();
    let own = scene.repository.pull(&scene.tess, "main", &changes);
    scene.holds_back(&own, &["Needs approval by a trustee"]);
    assert!(!scene.says(&own).contains(NO_APPROVAL), "{}", scene.says(&own));
    own.approve(&scene.theo);
    scene.holds_back(&own, &["Ready: a trustee merges it by hand"]);
}

#[test]
fn of_an_author_whose_word_is_not_needed_nothing_is_said() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = from_guild(&scene, &scene.somebody("bob"));
    scene.holds_back(&pull, &["Needs approval by a maintainer or a trustee"]);
    assert!(!scene.says(&pull).contains(NO_APPROVAL), "{}", scene.says(&pull));
    // What its source vouches for needs nobody, wherever the branch is.
    let definition = format!("{:#}\n", scene.tag("lists", "1.2.0", &json!({})));
    let path = definition_path("lists", "1.2.0");
    let fork =
        |author| scene.repository.pull_from_fork_of("club", author, "main", &[(&path, Some(definition.as_bytes()))]);
    scene.merges(&fork(&scene.ann));
}

#[test]
fn who_contributes_for_the_first_time_is_reviewed_at_once() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let newcomer = scene.somebody("newcomer");
    let pull = scene.asks_for_version(&newcomer, "lists", "1.1.0");
    assert_eq!(pull.association(), "FIRST_TIME_CONTRIBUTOR");
    // "Approve and run" is asked for what a fork's own workflows would do, and none of the curator's is one of them: see
    // the triggers in tests/init_github/workflows.rs.
    scene.merges(&pull);
    assert_eq!(pull.association(), "CONTRIBUTOR");
    assert_eq!(pull.checks().iter().filter(|check| check.name == "curator").count(), 1);
}
