//! What a merged pull request is told: that its versions can be installed, or why not and the way out.

use std::fs::rename;
use std::thread;

use serde_json::json;

use crate::github::bare::Method;
use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::program::finish;
use crate::scene::{BOT, Scene, definition_path};

/// A version of somebody's that was merged, and whose source was gone when it was to be published. Ann maintains it.
pub(crate) fn failed(scene: &Scene, author: &Person) -> Pull {
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(author, "lists", "1.1.0");
    scene.merges(&pull);
    scene.passes(60);
    rename(scene.place("sources/acme+lists.git"), scene.place("away.git")).unwrap();
    scene.sync();
    pull
}

pub(crate) fn mend(scene: &Scene) {
    rename(scene.place("away.git"), scene.place("sources/acme+lists.git")).unwrap();
}

#[test]
fn it_is_told_when_its_version_can_be_installed_and_how_long_that_took() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.merges(&pull);
    assert!(scene.says(&pull).contains("Merged: what it brings is published next"), "{}", scene.says(&pull));
    scene.passes(5 * 60);
    scene.sync().ends(0);
    let said = scene.says(&pull);
    let hash = scene.facts("lists", "1.1.0")["hash"].as_str().unwrap().to_owned();
    for text in ["**Published.**", "`lists@1.1.0` can be installed", "5 minutes after the merge", &hash] {
        assert!(said.contains(text), "no {text:?} in {said}");
    }
    assert_eq!(pull.labels(), ["new-version", "published"]);
}

#[test]
fn it_is_told_once_however_many_syncs_run() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.merges(&pull);
    // Two runners at once, each with a cache of its own.
    let runner = |cache: &str| scene.command_with_cache(cache, &["sync", "--announce", "--store", "store"]);
    let runners = [runner("one"), runner("two")];
    let ran = thread::scope(|scope| {
        let runs = runners.map(|command| scope.spawn(|| finish(command)));
        runs.map(|run| run.join().unwrap())
    });
    assert!(ran.iter().any(|ran| ran.code == 0), "{ran:?}");
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert_eq!(pull.comments().len(), 1);
    let told = pull.comments().remove(0);
    scene.passes(60);
    scene.sync().ends(0);
    scene.review(&pull).ends(0);
    let again = pull.comments().remove(0);
    assert_eq!((&told.text, told.edited), (&again.text, again.edited));
}

#[test]
fn what_failed_is_told_with_its_reason_and_the_way_out() {
    let scene = Scene::nearby("");
    let pull = failed(&scene, &scene.ann);
    let said = scene.says(&pull);
    for text in ["Merged, and not all of it is published", "`lists@1.1.0` is not published yet", "`/curator retry`"] {
        assert!(said.contains(text), "no {text:?} in {said}");
    }
    assert!(said.contains("cannot be fetched"), "{said}");
    assert!(pull.labels().contains(&"publication-failed".to_owned()), "{:?}", pull.labels());
    assert_eq!(scene.facts("lists", "1.1.0"), json!(null));

    // It mends itself, in time.
    mend(&scene);
    scene.passes(24 * 3600);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert_eq!(pull.labels(), ["new-version", "published"]);
    assert_eq!(pull.comments().len(), 1);
}

#[test]
fn another_try_is_the_authors_to_ask_for_and_no_strangers() {
    let scene = Scene::nearby("");
    let pull = failed(&scene, &scene.ann);
    mend(&scene);
    let before = scene.repository.dispatches().len();
    scene.passes(1);
    pull.comment(&scene.somebody("carol"), "/curator retry");
    scene.review(&pull).ends(0);
    assert_eq!(scene.repository.dispatches().len(), before, "a stranger wakes nobody");
    scene.sync();
    assert_eq!(scene.facts("lists", "1.1.0"), json!(null));

    scene.passes(1);
    pull.comment(&scene.ann, "The repository is back.\n\n/curator retry");
    scene.review(&pull).ends(0);
    assert_eq!(scene.repository.dispatches().len(), before + 1);
    scene.passes(1);
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.1.0"), json!(null));
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert_eq!(pull.comments().iter().filter(|it| it.by == BOT).count(), 1);
}

#[test]
fn another_try_that_fails_too_is_told_too() {
    let scene = Scene::nearby("");
    let pull = failed(&scene, &scene.somebody("bob"));
    // Neither of them is the author: a maintainer, and a trustee.
    for (person, minute) in [(&scene.ann, "12:02"), (&scene.theo, "12:03")] {
        scene.passes(60);
        pull.comment(person, "/curator retry");
        scene.sync();
        let said = scene.says(&pull);
        assert!(said.contains(&format!("Another try was last asked for on 2026-05-01 {minute} UTC")), "{said}");
    }
    // It was heard: looking again wakes nobody.
    let before = scene.repository.dispatches().len();
    scene.passes(1);
    scene.review(&pull).ends(0);
    assert_eq!(scene.repository.dispatches().len(), before);
}

#[test]
fn of_several_versions_each_is_told() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("arrays", "1.0.0", &[&scene.ann]);
    let both = ["lists", "arrays"].map(|name| (definition_path(name, "1.1.0"), scene.tag(name, "1.1.0", &json!({}))));
    let pull = scene.opens(&scene.ann, &both);
    scene.merges(&pull);
    rename(scene.place("sources/acme+lists.git"), scene.place("away.git")).unwrap();
    scene.passes(60);
    scene.sync();
    let said = scene.says(&pull);
    for text in ["not all of it is published", "`lists@1.1.0` is not published yet", "`arrays@1.1.0` can be installed"]
    {
        assert!(said.contains(text), "no {text:?} in {said}");
    }
    mend(&scene);
    scene.passes(1);
    pull.comment(&scene.ann, "/curator retry");
    scene.sync().ends(0);
    assert_eq!(pull.labels(), ["new-version", "published"]);
}

#[test]
fn what_a_trustee_merges_by_hand_is_told_too() {
    let scene = Scene::nearby("[policy]\nmerge = \"never\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.asks_for_version(&scene.ann, "lists", "1.1.0");
    scene.holds_back(&pull, &["Ready: a trustee merges it by hand"]);
    pull.merge_by(&scene.theo, Method::Rebase);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert_eq!(pull.labels(), ["new-version", "published"]);
}
