//! `curator docs`: what somebody sends again.

use crate::pursuit::Trouble;
use crate::scene::{Scene, has_sandbox};

#[test]
fn what_is_owed_can_be_sent_by_hand() {
    if !has_sandbox() {
        return;
    }
    let scene = Scene::new();
    scene.pursuit.trouble(&[Trouble::Status(503)]);
    scene.sync("2026-02-01T01:00:00Z", &[]).ends(0);
    let plan = scene.run(&["docs", "--all", "--dry-run"]).ends(0);
    plan.prints(&["would document logs@1.0.0", "would document maps@1.0.0", "2 versions would go to 127.0.0.1:"]);
    assert_eq!((scene.owed().len(), scene.pursuit.uploads().len()), (2, 1));
    scene.run(&["docs", "--trust", "logs@1.0.0"]).ends(0).prints(&["documented logs@1.0.0", "1 version documented"]);
    assert_eq!(scene.owed().len(), 1);
    // Whoever asks for it by hand wants to know whether it went well.
    scene.pursuit.trouble(&[Trouble::Status(503)]);
    scene.run(&["docs", "--trust", "maps@1.0.0"]).ends(2).prints(&["R060", "HTTP 503"]);
    let json = scene.run(&["docs", "--trust", "--all", "--format", "json"]).ends(0).json();
    assert_eq!(json["documented"].as_array().unwrap().len(), 2);
    assert_eq!(scene.owed(), []);
    assert!(scene.remotes.messages()[0].contains("Registry-Commit: "));
    scene.run(&["sync"]).ends(0).prints(&["Nothing to do"]);
}

#[test]
fn what_is_not_published_has_none() {
    let scene = Scene::new();
    scene.run(&["docs", "--trust", "logs@1.0.0"]).ends(3).complains(&["logs@1.0.0 is not published"]);
    scene.run(&["docs"]).ends(3);
    let without = Scene::with(|_| String::new());
    without.run(&["docs", "--all"]).ends(3).complains(&["has no [docs]"]);
}
