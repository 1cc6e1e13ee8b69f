//! Documentation that fails holds up nothing, is owed, and is tried again.

use std::fs;
use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use crate::program::finish;
use crate::pursuit::Trouble;
use crate::scene::{Scene, has_sandbox};

fn docs(name: &str, attempts: u64, next: &str) -> (String, String, u64, String) {
    (name.to_owned(), "docs".to_owned(), attempts, next.to_owned())
}

#[test]
fn a_host_that_is_down_is_tried_again_at_doubling_distances() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(503)]);
    let ran = scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    ran.prints(&["published logs@1.0.0", "published maps@1.0.0", "warning[R060]", "cannot be reached: HTTP 503"]);
    // The second would have met the same, and was not tried.
    assert_eq!(scene.pursuit.uploads().len(), 1);
    let next = "2026-02-01T01:05:00.000Z";
    assert_eq!(scene.owed(), [docs("logs", 1, next), docs("maps", 1, next)]);
    scene.run(&["status"]).ends(0).prints(&["Owed: 2 versions", "logs@1.0.0  to document", "tried once"]);
    scene.sync("2026-02-01T01:04:00Z", &[]).ends(0).prints(&["Nothing to do"]);
    assert_eq!(scene.pursuit.uploads().len(), 1, "its time has not come");
    scene.pursuit.trouble(&[Trouble::Cut]);
    scene.sync("2026-02-01T01:05:00Z", &[]).ends(0).prints(&["the connection broke"]);
    let next = "2026-02-01T01:10:00.000Z";
    assert_eq!(scene.owed()[0].2, 2, "{next} {:?}", scene.owed());
    // Pursuit has one of them, as if the answer had been lost.
    scene.pursuit.trouble(&[Trouble::Status(409)]);
    scene.sync("2026-02-01T01:06:00Z", &["--retry"]).ends(0).prints(&["2 documented"]);
    assert_eq!(scene.owed(), []);
}

#[test]
fn one_that_is_refused_holds_up_no_other() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(422)]);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0).prints(&["does not take it: HTTP 422", "documented maps@1.0.0"]);
    assert_eq!(scene.owed(), [docs("logs", 1, "2026-02-01T01:05:00.000Z")]);
    scene.sync("2026-02-01T01:01:00Z", &["--full"]).ends(0).prints(&["documented logs@1.0.0"]);
    assert_eq!(scene.owed(), []);
}

#[test]
fn a_mirror_and_documentation_are_owed_at_once() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    let mirror = scene.remotes.home().join("mirror");
    let sync = |time: &str| {
        let mut command = scene.command(&["sync", "--trust", "--published-time", time]);
        command.args(["--store", "mirror"]);
        finish(command).ends(0)
    };
    fs::write(&mirror, "in the way").unwrap();
    scene.pursuit.trouble(&[Trouble::Status(500); 2]);
    sync("2026-02-01T01:00:00Z").prints(&["A008", "R060"]);
    let kinds = |scene: &Scene| scene.owed().into_iter().map(|it| it.1).collect::<Vec<_>>();
    assert_eq!(kinds(&scene), ["mirror", "docs", "mirror", "docs"]);
    let file = scene.remotes.file("pending/lo/logs/1.0.0.json").unwrap();
    assert!(file.contains("\"kind\": \"mirror\"") && file.contains("\"docs\": {"), "{file}");
    // One of the two is done; the other stays as it is.
    fs::remove_file(&mirror).unwrap();
    sync("2026-02-01T01:05:00Z").prints(&["restocked logs@1.0.0"]);
    assert_eq!(kinds(&scene), ["docs", "docs"]);
    sync("2026-02-01T01:15:00Z").prints(&["2 documented"]);
    assert_eq!(scene.owed(), []);
    scene.run(&["audit"]).ends(0);
}

#[test]
fn documentation_comes_before_a_mirror_too() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    let mirror = scene.remotes.home().join("mirror");
    fs::write(&mirror, "in the way").unwrap();
    let mut command = scene.command(&["sync", "--trust", "--published-time", "2026-02-01T01:00:00Z"]);
    command.args(["--store", "mirror"]);
    finish(command).ends(0).prints(&["2 documented"]);
    let owed = scene.owed();
    assert_eq!(owed.iter().map(|it| it.1.as_str()).collect::<Vec<_>>(), ["mirror", "mirror"]);
}

#[test]
fn a_curator_that_is_killed_forgets_nothing() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Silent]);
    let mut command = scene.command(&["sync", "--trust", "--published-time", "2026-02-01T01:00:00Z"]);
    let scratch = tempfile::TempDir::new().unwrap();
    command.env("TMPDIR", scratch.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    let mut child = command.spawn().unwrap();
    let began = Instant::now();
    while scene.pursuit.uploads().is_empty() {
        assert!(began.elapsed() < Duration::from_mins(1), "nothing was sent");
        thread::sleep(Duration::from_millis(20));
    }
    child.kill().unwrap();
    child.wait().unwrap();
    // It is published, and what was not done stands in the same commit.
    assert_eq!(scene.remotes.messages().len(), 1);
    assert_eq!(scene.remotes.facts("maps", "1.0.0")["publishedTime"], "2026-02-01T00:00:00.000Z");
    let due = "2026-02-01T01:00:00.000Z";
    assert_eq!(scene.owed(), [docs("logs", 0, due), docs("maps", 0, due)]);
    scene.run(&["status"]).ends(0).prints(&["to document", "tried not once"]);
    scene.sync("2026-02-01T01:00:30Z", &[]).ends(0).prints(&["2 documented"]).prints_no(&["published"]);
    assert_eq!(scene.owed(), []);
}

#[test]
fn an_unpublished_version_needs_none() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(503)]);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    assert_eq!(scene.owed().len(), 2);
    let status = "{\n  \"status\": \"unpublished\",\n  \"reason\": \"a key was in it\"\n}\n";
    scene.remotes.work.write("status/ma/maps/1.0.0.json", status);
    scene.remotes.merge("2026-02-01T01:01:00Z");
    scene.sync("2026-02-01T01:02:00Z", &[]).ends(0);
    assert_eq!(scene.owed(), [docs("logs", 1, "2026-02-01T01:05:00.000Z")]);
    scene.sync("2026-02-01T01:05:00Z", &[]).ends(0).prints(&["documented logs@1.0.0"]);
    assert_eq!(scene.owed(), []);
}

#[test]
fn a_registry_that_wants_none_any_more_owes_none() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(503)]);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    scene.remotes.work.configure("");
    scene.remotes.merge("2026-02-01T01:01:00Z");
    scene.sync("2026-02-01T01:05:00Z", &[]).ends(0).prints_no(&["R060"]);
    assert_eq!(scene.owed(), []);
}

#[test]
fn after_thirty_days_it_waits_for_somebody() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(503); 3]);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    scene.sync("2026-02-20T01:00:00Z", &[]).ends(0);
    scene.sync("2026-03-20T01:00:00Z", &[]).ends(0);
    assert_eq!(scene.owed()[0].3, "", "parked: {:?}", scene.owed());
    scene.sync("2026-06-01T01:00:00Z", &[]).ends(0).prints(&["Nothing to do"]);
    scene.sync("2026-06-01T01:00:00Z", &["--retry"]).ends(0).prints(&["2 documented"]);
}
