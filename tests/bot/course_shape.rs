//! Pull requests of every shape: drafts, conflicts, other branches, forks, and every way to merge.

use serde_json::json;

use crate::acts::override_path;
use crate::repos::git_command;
use crate::scene::{Scene, definition_path, registration_path};

#[test]
fn a_draft_is_reviewed_and_waits_for_its_author() {
    let scene = Scene::new("");
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
    let scene = Scene::new("");
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
    let scene = Scene::new("[policy]\nmerge = \"rebase\"");
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
    let scene = Scene::new("[policy]\nmerge = \"never\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.holds_back(&pull, &["Ready: a trustee merges it by hand"]);
    assert!(pull.labels().contains(&"ready".to_owned()));
    assert_eq!(scene.repository.dispatches().len(), 0);
}

#[test]
fn a_closed_pull_request_is_nobodys_business_until_it_is_opened_again() {
    let scene = Scene::new("");
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
    let scene = Scene::new("");
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
    let scene = Scene::new("");
    let pull = scene.repository.pull(&scene.ann, "main", &[]);
    scene.holds_back(&pull, &["Refused: it changes nothing", "it changes no file"]);
    // What is there already is no change either.
    let config = scene.repository.file("main", "curator.toml").unwrap();
    let pull = scene.repository.pull(&scene.tess, "main", &[("curator.toml", Some(&config))]);
    scene.holds_back(&pull, &["Refused: it changes nothing"]);
}

#[test]
fn a_branch_of_the_registry_itself_is_reviewed_as_a_fork_is() {
    let scene = Scene::new("");
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
