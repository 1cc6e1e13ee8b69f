//! What others find of a publication that is half done, and of a version whose source was a folder.

use std::fs;

use crate::scene::{Scene, manifest};
use crate::trees::{Tree, assert_same};

/// A registry with one published version and one of which all but the index is there, and as it is in the end.
fn half_done() -> (Scene, Tree) {
    let scene = Scene::with_mirror();
    scene.folder("maps", &manifest("maps", "1.0.0"));
    scene.publish("maps").ends(0);
    scene.folder("logs", &manifest("logs", "1.0.0"));
    let index = Tree::read(&scene.place("index"));
    scene.publish("logs").ends(0);
    let after = scene.everything();
    fs::remove_dir_all(scene.place("index")).unwrap();
    fs::remove_dir_all(scene.place("mirror/logs")).unwrap();
    index.write(&scene.place("index"));
    (scene, after)
}

#[test]
fn nobody_finds_anything_wrong_and_a_sync_completes() {
    let (scene, after) = half_done();
    let before = scene.everything();
    for args in [&["check"][..], &["check", "--offline"], &["check", "packages/lo/logs/1.0.0.json"]] {
        scene.run(args).ends(0).prints(&["nothing to mend"]);
    }
    scene.run(&["plan"]).ends(0).prints(&["1 to publish", "publish logs@1.0.0"]);
    scene.run(&["plan", "--preview"]).ends(0).prints(&["hash     sha256-"]).prints_no(&["error"]);
    // An archive that nobody lists yet is what a sync leaves at such a moment, too.
    scene.run(&["audit"]).ends(0).prints_no(&["error"]);
    assert_same(&before, &scene.everything());
    scene.sync().ends(0).prints(&["published logs@1.0.0"]);
    assert_same(&after, &scene.everything());
    scene.assert_clean();
}

#[test]
fn publishing_again_completes() {
    let (scene, after) = half_done();
    scene.publish("logs").ends(0).prints(&["published logs@1.0.0"]);
    assert_same(&after, &scene.everything());
    scene.assert_clean();
}

#[test]
fn an_archive_of_another_definition_is_no_source() {
    let (scene, _) = half_done();
    scene.edit("registry/packages/lo/logs/1.0.0.json", |text| text.replace("The package logs", "Another package"));
    let error = "error[R019]: the definition names no commit, and the store's archive of it is not made of it";
    scene.run(&["check"]).ends(1).prints(&[error]);
    scene.sync().ends(1).prints(&[error, "held back logs@1.0.0"]);
    assert!(!scene.place("index/lo/gs/logs").exists());
}

#[test]
fn without_its_archive_a_definition_lacks_a_commit() {
    let (scene, _) = half_done();
    fs::remove_dir_all(scene.place(".curator/store/logs")).unwrap();
    scene.run(&["check", "--offline"]).ends(1).prints(&["the definition names no commit"]);
}

#[test]
fn nothing_packs_it_again() {
    let scene = Scene::with_mirror();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0);
    let after = scene.everything();
    // An address that no fetch may reach would show here.
    scene.run(&["rebuild", "logs@1.0.0"]).ends(1).prints(&["published from a local folder"]);
    fs::remove_dir_all(scene.place("mirror")).unwrap();
    scene.sync().ends(0).prints(&["restocked logs@1.0.0 in store 'mirror'"]);
    assert_same(&after, &scene.everything());
    fs::remove_dir_all(scene.place("mirror")).unwrap();
    fs::remove_dir_all(scene.place(".curator/store")).unwrap();
    scene.sync().ends(1).prints(&["logs@1.0.0 was published from a local folder", "`curator pack`"]);
    // As the hint says.
    scene.run(&["pack", "logs", "--out", "mirror/logs/logs-1.0.0.tar.gz"]);
    fs::create_dir_all(scene.place("mirror/logs")).unwrap();
    scene.run(&["pack", "logs", "--out", "mirror/logs/logs-1.0.0.tar.gz"]);
    scene.sync().ends(0).prints(&["restocked logs@1.0.0 in store 'local'"]);
    scene.assert_clean();
}

#[test]
fn a_store_that_cannot_take_it_is_owed_it() {
    let scene = Scene::with_mirror();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.write("mirror/logs/logs-1.0.0.tar.gz", "other bytes");
    scene.publish("logs").ends(0).prints(&["published logs@1.0.0", "warning"]);
    fs::remove_dir_all(scene.place("mirror")).unwrap();
    scene.sync().ends(0).prints(&["restocked logs@1.0.0 in store 'mirror'"]);
    scene.assert_clean();
}
