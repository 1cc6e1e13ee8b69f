//! Attacks on the moment: between what was looked at and what lands.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;

use crate::github::bare::Method;
use crate::github::face::pull::Pull;
use crate::ground::bytes;
use crate::scene::{Scene, definition_path};

/// Reviews the pull request, and does something between its verdict and its merge.
#[track_caller]
fn after_the_verdict(scene: &Scene, pull: &Pull, deed: impl FnOnce()) {
    scene.github.latency(Duration::from_millis(120));
    let mut command = scene.command(&["review", "--pull", &pull.number.to_string()]);
    let running = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let began = Instant::now();
    while pull.checks().is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1));
        thread::sleep(Duration::from_millis(2));
    }
    // It passed; now something is not as it was.
    assert_eq!(pull.checks()[0].conclusion.as_deref(), Some("success"));
    deed();
    let ended = running.wait_with_output().unwrap();
    assert_eq!(ended.status.code(), Some(0), "{}", String::from_utf8_lossy(&ended.stderr));
    scene.github.latency(Duration::ZERO);
}

#[test]
fn a_head_that_moves_after_its_verdict_is_not_merged() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let version = scene.version("lists", "1.1.0");
    let pull = scene.opens(&scene.ann, std::slice::from_ref(&version));
    let looked_at = pull.head();
    after_the_verdict(&scene, &pull, || drop(pull.push(&[(".github/workflows/evil.yml", Some(b"on: push\n"))])));
    assert_ne!(pull.head(), looked_at);
    scene.stands(&pull, &["the merge was refused"]);
    assert_eq!(scene.repository.file("main", ".github/workflows/evil.yml"), None);
    scene.review_none(&[&pull]);
    scene.stands(&pull, &["2 trustees"]);
}

#[test]
fn a_branch_that_moves_after_the_verdict_decides_anew() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    let rules = String::from_utf8(scene.repository.file("main", "curator.toml").unwrap()).unwrap();
    let rules = format!("{rules}\n[policy]\nmerge = \"never\"\n");
    after_the_verdict(&scene, &pull, || {
        scene.repository.commit("main", &[("curator.toml", Some(rules.as_bytes()))]);
    });
    scene.stands(&pull, &["merges such changes by hand"]);
}

#[test]
fn what_lands_is_looked_at_again_however_it_was_merged() {
    for method in [Method::Squash, Method::Rebase] {
        let scene = Scene::nearby("[policy]\nmerge = \"never\"\n");
        // It rests on a version that is there, and is not published yet.
        let mut files: Vec<_> = scene.package("maps", &[&scene.ann]).iter().map(bytes).collect();
        files.extend(scene.package("lists", &[&scene.ann]).iter().map(bytes));
        let maps = files[0].0.clone();
        let changes: Vec<_> = files.iter().map(|(path, bytes)| (path.as_str(), Some(bytes.as_slice()))).collect();
        scene.repository.commit("main", &changes);
        let dependencies = json!({ "maps": ">=1.0.0 <2.0.0" });
        let dependent = (definition_path("lists", "1.1.0"), scene.tag("lists", "1.1.0", &dependencies));
        let pull = scene.opens(&scene.ann, &[dependent]);
        scene.review(&pull).ends(0);
        scene.stands(&pull, &["Ready"]);
        // It was sound. Then the base loses what it rests on, and a trustee presses the button.
        scene.repository.commit("main", &[(maps.as_str(), None)]);
        pull.merge_by(&scene.tess, method);
        scene.sync().ends(1);
        assert_eq!(scene.facts("lists", "1.1.0"), json!(null), "{method:?}");
        assert_ne!(scene.facts("lists", "1.0.0"), json!(null));
        // With it, it is published.
        scene.repository.commit("main", &[(maps.as_str(), Some(files[0].1.as_slice()))]);
        scene.sync().ends(0);
        assert_ne!(scene.facts("lists", "1.1.0"), json!(null), "{method:?}");
    }
}

#[test]
fn an_approval_covers_what_a_moved_base_makes_of_it_only_if_that_is_sound() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mallory = scene.github.person("mallory");
    let mut files = scene.package("maps", &[&mallory]);
    let first = scene.opens(&mallory, &files);
    files[1].1 = scene.registration("maps", &[&scene.ann]);
    let second = scene.opens(&scene.ann, &files);
    scene.review_none(&[&first, &second]);
    first.approve(&scene.tess);
    second.approve(&scene.tess);
    scene.review_all().ends(0);
    // Whoever was first has the name; the other one would change what is there.
    scene.merged(&first);
    scene.stands(&second, &[]);
    scene.review_none(&[&second]);
    let theirs = format!("[{}]", mallory.id);
    let registration = scene.repository.file("main", "packages/ma/maps/registration.json").unwrap();
    let registration: serde_json::Value = serde_json::from_slice(&registration).unwrap();
    assert_eq!(registration["maintainers"].to_string(), theirs);
}

#[test]
fn the_token_of_a_workflow_goes_past_no_rule_of_the_branch() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.repository.require_check("curator");
    let pull = scene.opens(&scene.ann, &[scene.version("lists", "1.1.0")]);
    let other = scene.opens(&scene.ann, &[scene.version("lists", "1.2.0")]);
    // It does not know yet whether it can be merged, more than once.
    scene.github.think(2);
    scene.review(&pull).ends(0);
    scene.merged(&pull);
    scene.repository.require_check("two-eyes");
    for _ in 0..2 {
        scene.review(&other).ends(0);
        scene.stands(&other, &["the merge was refused", "two-eyes"]);
    }
    assert_eq!(other.comments().len(), 1);
    assert_eq!(scene.github.violations(), Vec::<String>::new());
}
