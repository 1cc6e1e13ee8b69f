//! Pull requests of every shape: drafts, conflicts, other branches, forks, and every way to merge.

use serde_json::json;

use crate::acts::override_path;
use crate::github::bare::Method;
use crate::github::face::pull::Pull;
use crate::repos::git_command;
use crate::scene::{Scene, definition_path, registration_path};

#[test]
fn a_draft_is_reviewed_and_waits_for_its_author() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    pull.draft();
    scene.holds_back(&pull, &["Draft: it waits until its author declares it ready", "lists-1.1.0.tar.gz"]);
    assert!(!pull.labels().contains(&"ready".to_owned()));
    pull.ready();
    scene.merges(&pull);
}

#[test]
fn a_conflict_is_told_with_its_files_and_mended_by_a_new_commit() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (bob, carol) = (scene.somebody("bob"), scene.somebody("carol"));
    let path = registration_path("lists");
    let first = scene.asks(&scene.ann, &path, &scene.registration("lists", &[&scene.ann, &bob]));
    let second = scene.asks(&scene.ann, &path, &scene.registration("lists", &[&scene.ann, &carol]));
    scene.merges(&first);
    let said = "Conflict: its branch and that of the registry do not fit together";
    scene.holds_back(&second, &[said, &format!("`{path}`"), "merge the registry's branch into this one"]);

    let all = format!("{:#}\n", scene.registration("lists", &[&scene.ann, &bob, &carol]));
    second.force_push(&[(&path, Some(all.as_bytes()))]);
    scene.merges(&second);
    assert_eq!(scene.repository.file("main", &path), Some(all.into_bytes()));
}

#[test]
fn each_way_to_merge_publishes_what_was_reviewed() {
    for (method, parents) in [("merge", 2), ("squash", 1), ("rebase", 1)] {
        let scene = Scene::new(&format!("[policy]\nmerge = \"{method}\""));
        scene.published("lists", "1.0.0", &[&scene.ann]);
        let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
        // The branch moves on between the pull request and its review.
        scene.repository.commit("main", &[("NEWS.md", Some(b"Nothing new.\n"))]);
        scene.merges(&pull);
        let landed = pull.merge_commit().unwrap();
        let commit = git_command(&scene.repository.bare()).args(["cat-file", "-p", &landed]).output().unwrap();
        let commit = String::from_utf8(commit.stdout).unwrap();
        assert_eq!(commit.lines().filter(|line| line.starts_with("parent ")).count(), parents, "{method}: {commit}");
        scene.sync().ends(0);
        assert!(scene.says(&pull).contains("can be installed"), "{method}: {}", scene.says(&pull));
        assert_ne!(scene.facts("lists", "1.1.0"), json!(null), "{method}");
    }
}

#[test]
fn several_commits_are_squashed_or_merged_and_never_rebased() {
    let scene = Scene::nearby("[policy]\nmerge = \"rebase\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let again = format!("{:#}\n", scene.tag("lists", "1.2.0", &json!({})));
    pull.push(&[(&definition_path("lists", "1.2.0"), Some(again.as_bytes()))]);
    scene.holds_back(&pull, &["R047", "the registry rebases, and this has several commits", "make one commit of them"]);

    let squashing = format!(
        "[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}]\n\n[policy]\nmerge = \"squash\"\n",
        scene.tess.id
    );
    scene.repository.commit("main", &[("curator.toml", Some(squashing.as_bytes()))]);
    scene.merges(&pull);
    scene.sync().ends(0);
    for version in ["1.1.0", "1.2.0"] {
        assert_ne!(scene.facts("lists", version), json!(null), "{version}");
    }
}

#[test]
fn where_people_merge_the_bot_says_that_it_is_ready() {
    let scene = Scene::nearby("[policy]\nmerge = \"never\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.holds_back(&pull, &["Ready: a trustee merges it by hand"]);
    assert!(pull.labels().contains(&"ready".to_owned()));
    assert_eq!(scene.repository.dispatches().len(), 0);
}

#[test]
fn what_the_forge_does_not_merge_is_told() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.repository.require_check("build");
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    let said =
        ["Ready, and the forge does not merge it", "the merge was refused", "a **trustee** looks at the rulesets"];
    scene.holds_back(&pull, &said);
    assert_eq!(scene.repository.dispatches().len(), 0);
    pull.merge_by(&scene.tess, Method::Merge);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
}

#[test]
fn a_closed_pull_request_is_nobodys_business_until_it_is_opened_again() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    pull.close();
    scene.review(&pull).ends(0).prints(&["nothing is left to review"]);
    assert_eq!(pull.comments().len(), 0);
    assert!(!pull.is_merged());
    pull.reopen();
    scene.merges(&pull);
}

#[test]
fn another_branch_is_told_to_be_the_wrong_one() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let made = git_command(&scene.repository.bare()).args(["branch", "next", "main"]).status().unwrap();
    assert!(made.success());
    let definition = format!("{:#}\n", scene.tag("lists", "1.1.0", &json!({})));
    let files: [(&str, Option<&[u8]>); 1] = [(&definition_path("lists", "1.1.0"), Some(definition.as_bytes()))];
    let pull = scene.repository.pull(&scene.ann, "next", &files);
    pull.approve(&scene.tess);
    let said = "Refused: it is for another branch than that of the registry";
    scene.holds_back(&pull, &[said, "choose the registry's branch as its base"]);
    // Nobody looks for it by themselves.
    scene.review_all();
    scene.keeps(&pull, &[said]);
}

#[test]
fn an_empty_pull_request_is_refused() {
    let scene = Scene::nearby("");
    let pull = scene.repository.pull(&scene.ann, "main", &[]);
    scene.holds_back(&pull, &["Refused: it changes nothing", "it changes no file"]);
    // What is there already is no change either.
    let config = scene.repository.file("main", "curator.toml").unwrap();
    let pull = scene.repository.pull(&scene.tess, "main", &[("curator.toml", Some(&config))]);
    scene.holds_back(&pull, &["Refused: it changes nothing"]);
}

#[test]
fn a_branch_of_the_registry_itself_is_reviewed_as_a_fork_is() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let definition = format!("{:#}\n", scene.tag_files("lists", "1.1.0", &[]));
    let path = definition_path("lists", "1.1.0");
    let files: [(&str, Option<&[u8]>); 1] = [(&path, Some(definition.as_bytes()))];
    // Who may push to the repository is no trustee by that.
    let carol = scene.somebody("carol");
    scene.repository.admit(&carol);
    let pull = scene.repository.pull_from_branch(&carol, "lists-1.1.0", "main", &files);
    scene.holds_back(&pull, &["Needs approval by a maintainer or a trustee"]);
    pull.approve(&scene.tess);
    scene.merges(&pull);
}

#[test]
fn a_pull_request_outlives_its_fork() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let wider = json!({ "revision": 1, "dependencies": {}, "reason": "None." });
    let files = [
        (definition_path("lists", "1.1.0"), scene.tag("lists", "1.1.0", &json!({}))),
        (override_path("lists", "1.1.0"), wider),
    ];
    let pull = scene.opens(&scene.ann, &files);
    scene.holds_back(&pull, &["Needs approval by a trustee"]);
    pull.delete_fork();
    pull.approve(&scene.tess);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.1.0"), json!(null));
}

/// The author merges the registry's branch into their own, as the button of the page does.
fn update_branch(scene: &Scene, pull: &Pull, login: &str) {
    let (fork, branch) = {
        let world = pull.shared.world();
        let state = world.pull(pull.repository, pull.number);
        (world.repository(state.head_repo).bare.path.clone(), state.head_branch.clone())
    };
    let clone = scene.place(&format!("clone-of-{login}"));
    let git = |args: &[&str]| {
        let ran = git_command(&clone).args(args).output().unwrap();
        assert!(ran.status.success(), "{ran:?}");
    };
    std::fs::create_dir(&clone).unwrap();
    git(&["clone", "--quiet", "--branch", &branch, fork.to_str().unwrap(), "."]);
    git(&["pull", "--quiet", "--no-rebase", "--no-edit", scene.repository.bare().to_str().unwrap(), "main"]);
    git(&["push", "--quiet", "origin", &branch]);
    pull.shared.world().take_head(pull.repository, pull.number);
}

#[test]
fn a_branch_that_was_brought_up_to_date_asks_for_no_more_than_before() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("arrays", "1.0.0", &[&scene.tess]);
    let bob = scene.somebody("bob");
    let pull = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    pull.approve(&scene.ann);
    let other = scene.asks_for_version(&scene.tess, "arrays", "1.1.0");
    scene.merges(&other);
    let before = pull.head();
    update_branch(&scene, &pull, "bob");
    assert_ne!(pull.head(), before);
    // It is another head, of which nobody has said anything.
    scene.holds_back(&pull, &["approval by **a maintainer of `lists` or a trustee**"]);
    assert!(!scene.says(&pull).contains("arrays"), "{}", scene.says(&pull));
    pull.approve(&scene.ann);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("`lists@1.1.0` can be installed"), "{}", scene.says(&pull));
    assert!(!scene.says(&pull).contains("arrays"), "{}", scene.says(&pull));
}

#[test]
fn of_two_who_ask_for_one_version_the_second_is_told() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let definition = scene.tag("lists", "1.1.0", &json!({}));
    let mut other = definition.clone();
    other["description"] = json!("Lists.");
    let path = definition_path("lists", "1.1.0");
    let (bob, carol) = (scene.somebody("bob"), scene.somebody("carol"));
    let first = scene.asks(&bob, &path, &definition);
    let same = scene.asks(&carol, &path, &definition);
    let differs = scene.asks(&scene.ann, &path, &other);
    // In one run: each is reviewed against what the one before it left.
    scene.review_all();
    scene.has_merged(&first);
    scene.keeps(&same, &["Refused: it changes nothing"]);
    scene.keeps(&differs, &["Conflict"]);
    scene.sync().ends(0);
    assert!(scene.says(&first).contains("can be installed"), "{}", scene.says(&first));
    scene.holds_back(&differs, &["Conflict"]);
}

#[test]
fn who_is_taken_off_the_list_in_a_run_decides_nothing_more_in_it() {
    let scene = Scene::nearby("");
    let bob = scene.somebody("bob");
    scene.published("lists", "1.0.0", &[&scene.ann, &bob]);
    let taken = scene.asks(&scene.ann, &registration_path("lists"), &scene.registration("lists", &[&scene.ann]));
    let own = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    scene.review_all();
    scene.has_merged(&taken);
    scene.keeps(&own, &["approval by **a maintainer of `lists` or a trustee**"]);
}

#[test]
fn a_version_follows_what_it_depends_on() {
    let scene = Scene::nearby("");
    scene.published("arrays", "1.0.0", &[&scene.ann]);
    let lists = scene.asks_for_package(&scene.somebody("bob"), "lists");
    let definition = scene.tag("arrays", "1.1.0", &json!({ "lists": ">=1.0.0 <2.0.0" }));
    let arrays = scene.asks(&scene.ann, &definition_path("arrays", "1.1.0"), &definition);
    scene.review_all();
    scene.keeps(&lists, &["Needs approval by a trustee"]);
    scene.keeps(&arrays, &["Refused as it is", "R028"]);
    // Once the one is merged, the other can be: both are published in the right order.
    lists.approve(&scene.tess);
    scene.review_all();
    scene.has_merged(&lists);
    scene.has_merged(&arrays);
    scene.sync().ends(0);
    for (name, version) in [("lists", "1.0.0"), ("arrays", "1.1.0")] {
        assert_ne!(scene.facts(name, version), json!(null), "{name}");
    }
    assert!(scene.says(&arrays).contains("can be installed"), "{}", scene.says(&arrays));
}
