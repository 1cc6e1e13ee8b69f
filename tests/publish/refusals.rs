//! What is not published, and why. Whatever the reason, nothing is written.

use std::fs;
use std::process::Stdio;

use serde_json::{Value, json};

use crate::program::{Ran, curator};
use crate::scene::{PUBLISHED, Scene, depending, manifest, noise};
use crate::trees::assert_same;

/// How a run ends that found an error.
const NOTHING: &str = "is not published: mend what stands above, then run this again. Nothing was written.";

/// Publishes `folder`, which must change nothing, dry or not.
fn refused(scene: &Scene, folder: &str, code: i32) -> Ran {
    let before = scene.everything();
    let dry = scene.publish_with(folder, &["--dry-run"]).ends(code);
    let ran = scene.publish(folder).ends(code);
    assert_same(&before, &scene.everything());
    assert_eq!((&dry.out, ran.err.lines().next()), (&ran.out, ran.err.lines().next()));
    ran
}

/// A registry in which `logs@1.0.0` was published from the folder `logs`.
fn published() -> Scene {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0);
    scene
}

#[test]
fn the_same_version_again() {
    let scene = published();
    let same = refused(&scene, "logs", 1);
    same.complains(&[
        "error: logs@1.0.0 is published already, with these very bytes: sha256-",
        "help: there is nothing left to do",
    ]);
    scene.edit("logs/src/Answer.purs", |text| text + "\nmore :: Int\nmore = 1\n");
    let other = refused(&scene, "logs", 1);
    other.complains(&[
        "error: logs@1.0.0 is published already with the hash sha256-",
        "and this folder packs to sha256-",
        "help: a published version never changes: give the folder's manifest the next version",
    ]);
}

#[test]
fn a_version_that_was_unpublished() {
    let scene = published();
    let status = json!({ "status": "unpublished", "reason": "a key was in it" }).to_string();
    scene.write("registry/status/lo/logs/1.0.0.json", &status);
    scene.sync().ends(0);
    refused(&scene, "logs", 1).complains(&["error: logs@1.0.0 was unpublished and never comes back"]);
    // One that nobody published, and that is not to be.
    scene.write("registry/status/lo/logs/1.1.0.json", &status);
    scene.folder("logs", &manifest("logs", "1.1.0"));
    refused(&scene, "logs", 1).complains(&["error: logs@1.1.0 was unpublished and never comes back"]);
}

#[test]
fn a_version_that_the_registry_wants_from_elsewhere() {
    let scene = published();
    let mut wanted = manifest("logs", "1.1.0");
    wanted["ref"] = json!("v1.1.0");
    wanted["commit"] = json!("0123456789012345678901234567890123456789");
    wanted["compiler"] = json!("0.15.15");
    scene.write("registry/packages/lo/logs/1.1.0.json", &wanted.to_string());
    scene.folder("logs", &manifest("logs", "1.1.0"));
    let ran = refused(&scene, "logs", 1);
    ran.complains(&[
        "error: packages/lo/logs/1.1.0.json is there already and defines logs@1.1.0 otherwise",
        "help: if that",
    ]);
}

#[test]
fn a_folder_that_does_not_say_what_it_is() {
    let scene = Scene::new();
    scene.write("logs/src/Answer.purs", "module Answer where\n");
    refused(&scene, "logs", 1)
        .complains(&["error: logs: there is no purs.json and no spago.yaml", "help: a package has"]);
    scene.write("logs/spago.yaml", "package:\n  name: logs\n  dependencies: []\n");
    refused(&scene, "logs", 1).complains(&["error: logs: spago.yaml is no complete manifest"]);
    scene.write("logs/purs.json", "{\"name\": \"logs\", \"name\": \"maps\"}");
    refused(&scene, "logs", 1).complains(&["error: logs: purs.json is no complete manifest", "stands twice"]);
    refused(&scene, "nowhere", 3).complains(&["error: nowhere cannot be used: "]);
    scene.folder("maps", &manifest("maps", "1.0.0"));
    let ran = scene.run(&["publish", "maps"]).ends(1);
    ran.complains(&[
        "error: nothing is published yet that could tell for which compiler",
        "help: name it with --compiler",
    ]);
}

#[test]
fn what_every_check_finds() {
    let scene = published();
    let changed = |name: &str, key: &str, value: Value| {
        let mut described = manifest(name, "1.1.0");
        described[key] = value;
        described
    };
    let key = "AAAAC3NzaC1lZDI1NTE5AAAAIF3X5kKiqmWSX3E8mJzW3dHXoV4Y5w+0xGmCWkOBzvZz";
    let elsewhere = json!({ "githubOwner": "acme", "githubRepo": "elsewhere" });
    let foreign = json!({ "gitUrl": "https://git.example.org/maps.git" });
    let cases = [
        ("there is no package log", depending("lists", "1.0.0", &json!({ "log": ">=1.0.0 <2.0.0" }))),
        ("no version of logs", depending("maps", "1.0.0", &json!({ "logs": ">=2.0.0 <3.0.0" }))),
        ("the name registry is reserved", manifest("registry", "1.0.0")),
        ("the new name l0gs can be mistaken for logs", manifest("l0gs", "1.0.0")),
        ("but the package is registered at", changed("logs", "location", elsewhere)),
        ("this registry takes no sources from git.example.org", changed("maps", "location", foreign)),
        ("these are not the owners", changed("logs", "owners", json!([{ "keytype": "ssh-ed25519", "public": key }]))),
        ("the description has", changed("maps", "description", json!("x".repeat(400)))),
        ("\"includeFiles\": ", changed("maps", "includeFiles", json!(["../secrets/*"]))),
    ];
    for (at, (why, described)) in cases.into_iter().enumerate() {
        let folder = format!("case{at}");
        scene.folder(&folder, &described);
        refused(&scene, &folder, 1).prints(&["error[R", why, NOTHING]);
    }
}

#[test]
fn what_a_look_at_the_files_finds() {
    let scene = Scene::new();
    let folder = |at: &str| {
        scene.folder(at, &manifest("logs", "1.0.0"));
        scene.place(at)
    };
    fs::remove_dir_all(folder("no-modules").join("src")).unwrap();
    fs::write(folder("no-header").join("src/Answer.purs"), "answer = 42\n").unwrap();
    std::os::unix::fs::symlink("/etc/passwd", folder("link").join("src/passwd")).unwrap();
    fs::write(folder("large").join("src/data.js"), noise(3_000_000)).unwrap();
    fs::write(folder("licence").join("package.json"), "{\"license\": \"GPL-3.0-only\"}").unwrap();
    fs::write(folder("two-manifests").join("spago.yaml"), "package:\n  name: maps\n  dependencies: []\n").unwrap();
    let cases = [
        ("no-modules", "the source has no file src/**/*.purs"),
        ("no-header", "src/Answer.purs"),
        ("link", "src/passwd is a symbolic link"),
        ("large", "bytes, more than the 2000000 allowed"),
        ("licence", "package.json says GPL-3.0"),
        ("two-manifests", "spago.yaml of the source says name is \"maps\""),
    ];
    for (case, why) in cases {
        refused(&scene, case, 1).prints(&["error[R", why, NOTHING]);
    }
}

#[test]
fn other_bytes_in_the_store() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.write(".curator/store/logs/logs-1.0.0.tar.gz", "other bytes");
    refused(&scene, "logs", 1).prints(&["error[", "has other bytes under logs/logs-1.0.0.tar.gz"]);
}

#[test]
fn places_that_are_in_git() {
    let scene = published();
    scene.folder("maps", &manifest("maps", "1.0.0"));
    fs::create_dir(scene.place("index.git")).unwrap();
    scene.git("index.git", &["init", "--quiet", "--bare"]);
    let publish = |more: &[&str]| scene.publish_with("maps", more).ends(3);
    let help = "help: push the source with a tag, write its definition with `curator new`";
    let in_git = |what: &str| format!("error: the {what} is in git: what is published there goes through a review");
    let before = scene.everything();
    publish(&["--index", "index.git"]).complains(&[&in_git("index"), help, "open a pull request"]);
    scene.git("index", &["init", "--quiet"]);
    publish(&[]).complains(&[&in_git("index"), help]);
    fs::remove_dir_all(scene.place("index/.git")).unwrap();
    assert_same(&before, &scene.everything());

    scene.git("registry", &["init", "--quiet"]);
    scene.git("registry", &["add", "--all"]);
    scene.git("registry", &["commit", "--quiet", "--message", "Begin"]);
    let before = scene.everything();
    let more = ["--registry", "registry/.git", "--index", "index.git", "--store", ".curator/store", "--cache", "cache"];
    publish(&more).complains(&[&in_git("registry"), help]);
    let written = before.differences(&scene.everything());
    assert!(written.iter().all(|path| path.contains(" cache")), "{written:?}");
}

#[test]
fn a_place_that_is_no_registry() {
    let scene = Scene::new();
    scene.folder("maps", &manifest("maps", "1.0.0"));
    scene.publish_with("maps", &["--registry", "maps"]).ends(3).complains(&["there is no registry at maps"]);
}

#[test]
fn two_at_once() {
    let scene = Scene::new();
    let names: Vec<String> = (0..6).map(|number| format!("package{number}")).collect();
    for name in &names {
        scene.folder(name, &manifest(name, "1.0.0"));
    }
    // One writes at a time. Whoever comes in between is told to try again.
    let start = |name: &String| {
        let mut command = curator(scene.home());
        command.args(["publish", name, "--compiler", "0.15.15", "--published-time", PUBLISHED]);
        command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().unwrap()
    };
    let mut running: Vec<_> = names.iter().chain(&names).map(start).collect();
    for child in &mut running {
        let code = child.wait().unwrap().code();
        assert!(matches!(code, Some(0..=2)), "{code:?}");
    }
    for name in &names {
        let code = scene.publish(name).code;
        assert!(matches!(code, 0 | 1), "{code}");
    }
    scene.run(&["plan"]).ends(0).prints(&["6 versions published, and that is all that is wanted"]);
    scene.assert_clean();
}
