//! The whole way: two folders become two versions, and a project installs both without a network.

use std::fs;

use serde_json::json;

use crate::program::{curator, finish};
use crate::scene::{PUBLISHED, Scene, depending, manifest, sha256};
use crate::trees::{assert_same, stamps};

#[test]
fn two_packages_and_a_project() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.folder("maps", &depending("maps", "1.0.0", &json!({ "logs": ">=1.0.0 <2.0.0" })));
    scene.publish("logs").ends(0).prints(&["published logs@1.0.0", "1 published."]);
    // The compiler is that of what is published.
    scene.run(&["publish", "maps", "--published-time", PUBLISHED]).ends(0).prints(&["published maps@1.0.0"]);
    scene.assert_clean();
    for version in ["logs@1.0.0", "maps@1.0.0"] {
        scene.run(&["verify", version, "--cache", "cache"]).ends(0).prints(&["everything agrees"]);
    }
    assert!(scene.read("index/ma/ps/maps").contains(r#""logs":">=1.0.0 <2.0.0""#));
    let definition: serde_json::Value =
        serde_json::from_str(&scene.read("registry/packages/ma/maps/1.0.0.json")).unwrap();
    assert_eq!((&definition["commit"], &definition["compiler"]), (&json!(null), &json!("0.15.15")));
    scene.run(&["info", "maps", "--cache", "cache"]).ends(0).prints(&["none: it was published from a local folder"]);

    fs::create_dir(scene.place("project")).unwrap();
    let places = ["--offline", "--index", "../index", "--store", "../.curator/store", "--cache", "../cache"];
    let in_project = |args: &[&str]| {
        let mut command = curator(&scene.place("project"));
        command.args(args).args(places);
        finish(command)
    };
    in_project(&["add", "maps"]).ends(0);
    in_project(&["install", "--locked"]).ends(0);
    let lock = scene.read("project/curator.lock");
    assert!(lock.contains("logs") && lock.contains("maps"), "{lock}");
    let tree = in_project(&["tree"]).ends(0);
    tree.prints(&["maps 1.0.0", "logs 1.0.0"]);
}

#[test]
fn the_bytes_are_those_of_pack() {
    let scene = Scene::new();
    let mut described = manifest("logs", "1.0.0");
    described["includeFiles"] = json!(["docs/**/*.md"]);
    described["excludeFiles"] = json!(["docs/draft.md"]);
    scene.folder("logs", &described);
    for file in ["docs/guide.md", "docs/draft.md", "node_modules/x/y.js", "output/Main/index.js", "test/Main.purs"] {
        scene.write(&format!("logs/{file}"), "text\n");
    }
    scene.run(&["pack", "logs", "--out", "packed.tar.gz"]).ends(0).prints(&["docs/guide.md"]);
    scene.publish("logs").ends(0);
    let (packed, stored) = (scene.place("packed.tar.gz"), scene.place(".curator/store/logs/logs-1.0.0.tar.gz"));
    assert_eq!(fs::read(&packed).unwrap(), fs::read(&stored).unwrap());
    assert_eq!(
        scene.read(".curator/store/logs/logs-1.0.0.tar.gz.sha256"),
        format!("{}  logs-1.0.0.tar.gz\n", sha256(&packed))
    );
    scene.assert_clean();
}

#[test]
fn a_spago_yaml_and_a_later_version() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0);
    let registration = scene.read("registry/packages/lo/logs/registration.json");
    fs::remove_file(scene.place("logs/purs.json")).unwrap();
    scene.write(
        "logs/spago.yaml",
        "package:\n  name: logs\n  description: Logs\n  dependencies: []\n  publish:\n    version: 1.1.0\n    license: MIT\n    \
         location:\n      githubOwner: acme\n      githubRepo: logs\n",
    );
    scene.publish("logs").ends(0).prints(&["published logs@1.1.0"]);
    assert_eq!(scene.read("registry/packages/lo/logs/registration.json"), registration);
    scene.assert_clean();
}

#[test]
fn a_dry_run_shows_everything_and_writes_nothing() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    let (before, stamped) = (scene.everything(), stamps(scene.home()));
    let ran = scene.publish_with("logs", &["--dry-run"]).ends(0);
    let shown = ran.prints(&[
        "registry packages/lo/logs/registration.json",
        "registry packages/lo/logs/1.0.0.json",
        "\"compiler\": \"0.15.15\"",
        "store 'local' logs/logs-1.0.0.tar.gz, ",
        "store 'local' logs/logs-1.0.0.tar.gz.sha256, 84 bytes",
        "index lo/gs/logs",
        "index metadata/lo/gs/logs.json",
        "index config.json",
        "src/Answer.purs",
        "hash     sha256-",
        "Nothing was written.",
    ]);
    let told = scene.publish_with("logs", &["--dry-run", "--format", "json"]).ends(0).json();
    assert_same(&before, &scene.everything());
    assert_eq!(stamped, stamps(scene.home()));

    // What was shown is what is written then.
    scene.publish("logs").ends(0).prints(&[told["hash"].as_str().unwrap()]);
    assert!(shown.out.contains(told["hash"].as_str().unwrap()));
    for (file, text) in told["registry"].as_object().unwrap() {
        assert_eq!(scene.read(&format!("registry/{file}")), text.as_str().unwrap());
    }
    for stored in told["stored"].as_array().unwrap() {
        let file = scene.place(&format!(".curator/store/{}", stored["file"].as_str().unwrap()));
        assert_eq!(fs::metadata(file).unwrap().len(), stored["bytes"].as_u64().unwrap());
    }
    let written = before.differences(&scene.everything());
    let files = written.iter().filter(|path| scene.place(&path[2..]).is_file()).count();
    let promised = ["registry", "stored", "index"].map(|key| match &told[key] {
        serde_json::Value::Array(items) => items.len(),
        items => items.as_object().unwrap().len(),
    });
    assert_eq!(files, promised.iter().sum::<usize>(), "{written:?}");
}

#[test]
fn it_is_dated_as_a_sync_is() {
    let scene = Scene::new();
    scene.folder("logs", &manifest("logs", "1.0.0"));
    let mut command = curator(scene.home());
    command.args(["publish", "logs", "--compiler", "0.15.15"]).env("SOURCE_DATE_EPOCH", "1790000000");
    finish(command).ends(0);
    assert!(scene.read("index/metadata/lo/gs/logs.json").contains("\"publishedTime\": \"2026-09-21T14:13:20.000Z\""));
}

#[test]
fn what_else_is_wanted_is_left_to_a_sync() {
    let scene = Scene::new();
    // A version that no run of this test can fetch.
    let mut other = manifest("maps", "1.0.0");
    other["ref"] = json!("v1.0.0");
    other["commit"] = json!("0123456789012345678901234567890123456789");
    other["compiler"] = json!("0.15.15");
    scene.write("registry/packages/ma/maps/1.0.0.json", &other.to_string());
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.publish("logs").ends(0).prints(&["1 published."]);
    assert!(!scene.place("index/pending").exists());
    scene.run(&["plan"]).prints(&["publish maps@1.0.0"]);
    // Nothing may depend on it either, before it is published.
    scene.folder("sets", &depending("sets", "1.0.0", &json!({ "maps": ">=1.0.0 <2.0.0" })));
    let before = scene.everything();
    scene.publish("sets").ends(1).prints(&["maps", "Nothing was written."]);
    assert_same(&before, &scene.everything());
}
