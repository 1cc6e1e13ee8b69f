//! No room on the disk: for the archive nothing is written, for the index the next run completes.

use std::process::Command;

use crate::program::{Ran, curator, finish};
use crate::scene::{PUBLISHED, Scene, manifest, noise};
use crate::trees::{Tree, assert_same, part};

/// A publication that can write no file of more than `kibibytes`. Without the signal, the write fails as on a full disk.
fn publish_within(scene: &Scene, kibibytes: u32) -> Ran {
    let program = curator(scene.home()).get_program().to_owned();
    let mut command = Command::new("sh");
    let publish = format!("publish logs --compiler 0.15.15 --published-time {PUBLISHED}");
    let script = format!("trap '' XFSZ; ulimit -f {}; exec \"$0\" {publish}", 2 * kibibytes);
    command.args(["-c", &script]).arg(program);
    command.current_dir(scene.home()).env_clear().env("PATH", std::env::var_os("PATH").unwrap());
    finish(command)
}

#[test]
fn none_for_the_archive() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.write("logs/src/noise.js", &noise(300_000));
    let before = scene.everything();
    let ran = publish_within(&scene, 150).ends(3);
    ran.complains(&["error: the store 'local' is full", "help: make room and run this again"]);
    let mut left = scene.everything();
    left.0.retain(|path, _| !path.starts_with(".curator"));
    assert_same(&before, &left);
    scene.publish("logs").ends(0).prints(&["1 published."]);
    scene.assert_clean();
}

#[test]
fn none_for_the_index() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0);
    // A key that only a newer curator knows makes the file of the index large.
    scene.edit("index/lo/gs/logs", |line| line.replacen('{', &format!("{{\"notes\":\"{}\",", "x".repeat(300_000)), 1));
    scene.folder("logs", &manifest("logs", "1.1.0"));
    let before = scene.everything();
    publish_within(&scene, 150).ends(3).complains(&["the disk is full", "help: make room and run this again"]);
    assert_same(&part(&before, "index"), &Tree::read(&scene.place("index")));
    scene.run(&["check"]).ends(0);
    scene.run(&["plan"]).ends(0).prints(&["publish logs@1.1.0"]);
    scene.publish("logs").ends(0).prints(&["published logs@1.1.0"]);
    scene.assert_clean();
}
