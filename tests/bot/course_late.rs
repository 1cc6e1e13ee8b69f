//! What happens long after, or to what nobody waits for any more.

use crate::github::bare::Method;
use crate::publication_told::{failed, mend};
use crate::repos::git_command;
use crate::scene::Scene;

const DAY: u64 = 24 * 3600;

#[test]
fn another_try_is_heard_however_long_ago_the_merge_was() {
    let scene = Scene::nearby("");
    let pull = failed(&scene, &scene.ann);
    // Tried for the last time.
    scene.passes(31 * DAY);
    let ran = scene.sync();
    assert!(ran.out.contains("held back lists@1.1.0"), "{ran:?}");
    let said = scene.says(&pull);
    assert!(said.contains("failed for too long, and is tried again only after `/curator retry`"), "{said}");
    assert!(said.contains("Nothing tries it again by itself"), "{said}");
    let ran = scene.sync().ends(0);
    for text in ["parked lists@1.1.0", "1 of them for too long", "`/curator retry`", "`curator sync --retry`"] {
        assert!(ran.out.contains(text), "no {text:?} in {}", ran.out);
    }

    mend(&scene);
    scene.passes(400 * DAY);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("is not published yet"), "nobody asked");
    pull.comment(&scene.ann, "It is back.\n\n/curator retry");
    let before = scene.repository.dispatches().len();
    scene.review(&pull).ends(0);
    assert_eq!(scene.repository.dispatches().len(), before + 1);
    scene.passes(1);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert_eq!(pull.labels(), ["new-version", "published"]);
}

#[test]
fn an_operators_retry_is_told_however_long_nobody_said_a_word() {
    let scene = Scene::nearby("");
    let pull = failed(&scene, &scene.ann);
    scene.passes(31 * DAY);
    scene.sync();
    mend(&scene);
    scene.passes(400 * DAY);
    scene.run(&["sync", "--announce", "--retry"]).ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
}

#[test]
fn one_that_cannot_be_told_silences_no_other_and_is_reported_once() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("maps", "1.0.0", &[&scene.ann]);
    let [first, second] = ["lists", "maps"].map(|name| scene.asks_for_version(&scene.ann, name, "1.1.0"));
    for pull in [&first, &second] {
        scene.merges(pull);
        scene.passes(60);
    }
    // What the older one was merged from cannot be found any more.
    let gone = format!("refs/pull/{}/head", first.number);
    assert!(git_command(&scene.repository.bare()).args(["update-ref", "-d", &gone]).status().unwrap().success());
    let ran = scene.sync();
    assert_eq!(ran.code, 2, "{ran:?}");
    let complaint = format!("pull request #{} was merged and could not be told", first.number);
    assert!(ran.err.contains(&complaint), "{ran:?}");
    assert!(scene.says(&second).contains("can be installed"), "{}", scene.says(&second));
    let said = scene.says(&first);
    assert!(said.contains("cannot tell here what became of it"), "{said}");
    assert_ne!(scene.facts("lists", "1.1.0"), serde_json::Value::Null, "it is published all the same");
    // It says so itself: that is enough.
    for _ in 0..2 {
        scene.passes(60);
        let ran = scene.sync().ends(0);
        assert!(!ran.err.contains("could not be told"), "{ran:?}");
    }
    assert_eq!(first.comments().len(), 1);
}

#[test]
fn labels_of_what_nobody_waits_for_any_more_go() {
    let scene = Scene::nearby("[policy]\nmerge = \"never\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (ready, needing) =
        (scene.asks_for_version(&scene.ann, "lists", "1.1.0"), scene.asks_for_package(&scene.ann, "arrays"));
    scene.review(&ready).ends(0);
    scene.review(&needing).ends(0);
    assert_eq!(ready.labels(), ["new-version", "ready"]);
    assert_eq!(needing.labels(), ["needs-trustee", "new-package"]);
    // Merged by hand: it waits for nothing but its publication.
    ready.merge_by(&scene.theo, Method::Merge);
    needing.close();
    scene.review(&ready).ends(0);
    scene.review(&needing).ends(0);
    assert_eq!(ready.labels(), ["new-version"]);
    assert_eq!(needing.labels(), ["new-package"]);
    // Who only looks changes nothing.
    needing.label(&scene.theo, "ready");
    scene.run(&["review", "--pull", &needing.number.to_string(), "--read-only"]).ends(0);
    assert_eq!(needing.labels(), ["new-package", "ready"]);
}
