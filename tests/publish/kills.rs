//! `kill -9` at any moment of a publication: nobody finds anything wrong, and the next run completes it.

use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::LazyLock;
use std::thread;
use std::time::{Duration, Instant};

use serde_json::json;
use tempfile::TempDir;

use crate::program::curator;
use crate::scene::{PUBLISHED, Scene, depending, manifest, sha256};
use crate::trees::{Tree, assert_same, part};

/// How many runs are killed, at moments that are spread over the whole of a run, unless `CURATOR_KILLS` says otherwise.
const KILLS: u32 = 64;

/// A registry with a mirror, a package in it and another in a folder, with its provenance; and the same after an undisturbed
/// publication, and how long that took.
struct States {
    before: Tree,
    after: Tree,
    took: Duration,
}

static STATES: LazyLock<States> = LazyLock::new(|| {
    let scene = Scene::with_mirror();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0);
    scene.folder("maps", &depending("maps", "1.0.0", &json!({ "logs": ">=1.0.0 <2.0.0" })));
    scene.run(&["pack", "maps", "--out", "packed.tar.gz"]).ends(0);
    let statement = json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [{ "name": "maps", "digest": { "sha256": sha256(&scene.place("packed.tar.gz")) } }],
        "predicateType": "https://slsa.dev/provenance/v1",
    });
    scene.write("made.jsonl", &statement.to_string());
    let before = scene.everything();
    let begin = Instant::now();
    scene.publish_with("maps", &["--provenance", "made.jsonl"]).ends(0);
    let took = begin.elapsed();
    scene.assert_clean();
    States { before, after: scene.everything(), took }
});

fn publication(scene: &Scene, scratch: &TempDir) -> Command {
    let mut command = curator(scene.home());
    command.args(["publish", "maps", "--provenance", "made.jsonl", "--published-time", PUBLISHED]);
    command.env("TMPDIR", scratch.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command
}

/// Everything without the puts that were cut short, which nobody ever sees, and what a writer of the index keeps beside it
/// until the next one tidies up.
fn visible(scene: &Scene) -> Tree {
    let mut tree = scene.everything();
    tree.0.retain(|path, _| !path.to_str().unwrap().contains('#'));
    tree
}

/// Kills a publication as soon as `now` says so; asserts that all is well, and that `next` completes it. Tells whether it
/// was alive still.
fn kill_when(now: impl Fn(&Path, Duration) -> bool, next: impl Fn(&Scene)) -> bool {
    let (scene, scratch) = (Scene::of(&STATES.before), TempDir::new().unwrap());
    let begin = Instant::now();
    let mut child = publication(&scene, &scratch).spawn().unwrap();
    while child.try_wait().unwrap().is_none() && !now(scene.home(), begin.elapsed()) {
        thread::sleep(Duration::from_micros(100));
    }
    let killed = kill(&mut child);

    let found = Tree::read(&scene.place("index"));
    let [old, new] = [&STATES.before, &STATES.after].map(|state| part(state, "index"));
    assert!(found == old || found == new, "neither the old index nor the new one: {:?}", old.differences(&found));
    // Whatever stands under its name is whole, and means what it will mean.
    for folder in ["registry", ".curator", "mirror"] {
        let found = Tree::read(&scene.place(folder));
        let (found, after) = (found.files(), part(&STATES.after, folder));
        for (path, bytes) in found.iter().filter(|(path, _)| !path.to_str().unwrap().contains('#')) {
            assert_eq!(after.files().get(path), Some(bytes), "{}", path.display());
        }
    }
    scene.run(&["check"]).ends(0).prints(&["nothing to mend"]);
    scene.run(&["plan"]).ends(0);
    scene.run(&["audit"]).ends(0).prints_no(&["error"]);
    next(&scene);
    assert_same(&STATES.after, &visible(&scene));
    killed
}

/// Kills the child alone; whether it was alive still.
fn kill(child: &mut Child) -> bool {
    let killed = child.try_wait().unwrap().is_none();
    let _ = child.kill();
    killed & !child.wait().unwrap().success()
}

/// The same command again: it publishes, or finds that all is done.
fn again(scene: &Scene) {
    let ran = scene.publish_with("maps", &["--provenance", "made.jsonl"]);
    if ran.code != 0 {
        ran.ends(1).complains(&["maps@1.0.0 is published already, with these very bytes"]);
    }
}

#[test]
fn at_any_time_and_run_again() {
    let kills = std::env::var("CURATOR_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let killed = (0..kills)
        .filter(|kill| {
            // Not evenly, so that it is another instruction each time.
            let moment = STATES.took * (kill * 13 + kill * kill % 7) / (kills * 12);
            kill_when(|_, elapsed| elapsed >= moment, again)
        })
        .count();
    assert!(killed * 2 >= kills as usize, "only {killed} were killed");
}

#[test]
fn between_two_files() {
    let places = [
        ".curator/store/maps/maps-1.0.0.tar.gz",
        ".curator/store/maps/maps-1.0.0.tar.gz.sha256",
        ".curator/store/maps/maps-1.0.0.tar.gz.intoto.jsonl",
        "registry/packages/ma/maps/registration.json",
        "registry/packages/ma/maps/1.0.0.json",
        "mirror/maps/maps-1.0.0.tar.gz",
        ".index.next",
        "index/ma/ps/maps",
    ];
    let killed: usize =
        places.iter().map(|place| usize::from(kill_when(|home, _| home.join(place).exists(), again))).sum();
    assert!(killed >= 4, "only {killed} were killed");
}

#[test]
fn once_the_definition_is_there_a_sync_completes_it() {
    let is_defined = |home: &Path, _| home.join("registry/packages/ma/maps/1.0.0.json").exists();
    let mut killed = 0;
    for _ in 0..4 {
        killed += usize::from(kill_when(is_defined, |scene| drop(scene.sync().ends(0))));
    }
    assert!(killed >= 1);
}
