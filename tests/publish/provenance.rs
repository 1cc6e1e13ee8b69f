//! The provenance of an archive: what is taken as such, and where it goes.

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use serde_json::{Value, json};

use crate::scene::{Scene, manifest, sha256};
use crate::trees::{Tree, assert_same};

const FILE: &str = "logs/logs-1.0.0.tar.gz.intoto.jsonl";

/// A statement about the archive with this digest.
fn statement(sha256: &str) -> Value {
    json!({
        "_type": "https://in-toto.io/Statement/v1",
        "subject": [
            { "name": "other.txt", "digest": { "sha256": "0".repeat(64) } },
            { "name": "logs-1.0.0.tar.gz", "digest": { "sha256": sha256 } },
        ],
        "predicateType": "https://slsa.dev/provenance/v1",
        "predicate": {},
    })
}

/// An envelope of a payload that is encoded already.
fn envelope(payload: &str) -> Value {
    let signatures = json!([{ "keyid": "", "sig": "c2lnbmVk" }]);
    json!({ "payloadType": "application/vnd.in-toto+json", "payload": payload, "signatures": signatures })
}

/// A registry with a folder beside it, and the digest that its archive will have.
fn packed(scene: Scene) -> (Scene, String) {
    scene.folder("logs", &manifest("logs", "1.0.0"));
    scene.run(&["pack", "logs", "--out", "packed.tar.gz"]).ends(0);
    let digest = sha256(&scene.place("packed.tar.gz"));
    (scene, digest)
}

#[test]
fn it_is_kept_beside_the_archive_in_every_store() {
    let (scene, digest) = packed(Scene::with_mirror());
    let text = statement(&digest).to_string();
    let text = format!("{text}\n{}\n{}\n", envelope(&STANDARD.encode(&text)), envelope(&URL_SAFE.encode(&text)));
    scene.write("made.jsonl", &text);
    let told = scene.publish_with("logs", &["--provenance", "made.jsonl", "--dry-run"]).ends(0);
    told.prints(&[&format!("{FILE}, {} bytes", text.len())]);
    scene.publish_with("logs", &["--provenance", "made.jsonl"]).ends(0);
    for store in [".curator/store", "mirror"] {
        assert_eq!(scene.read(&format!("{store}/{FILE}")), text);
    }
    scene.assert_clean();
    scene.run(&["verify", "logs@1.0.0", "--cache", "cache"]).ends(0);

    // A store that lost it gets it again.
    fs::remove_file(scene.place(&format!("mirror/{FILE}"))).unwrap();
    scene.sync().ends(0).prints(&["restocked logs@1.0.0 in store 'mirror'"]);
    assert_eq!(scene.read(&format!("mirror/{FILE}")), text);
    scene.assert_clean();

    // A mirror of the registry does without it.
    let mirrored = ["mirror", "index", "copy", "--store", ".curator/store", "--cache", "cache"];
    scene.run(&mirrored).ends(0);

    // It goes with the version.
    let reason = "a key was in it";
    scene
        .write("registry/status/lo/logs/1.0.0.json", &json!({ "status": "unpublished", "reason": reason }).to_string());
    scene.sync().ends(0).prints(&["removed logs@1.0.0"]);
    for store in [".curator/store", "mirror"] {
        assert_eq!(Tree::read(&scene.place(&format!("{store}/logs"))), Tree::default());
    }
    scene.run(&["audit"]).ends(0).prints(&["all agree"]);
    scene.publish("logs").ends(1).complains(&["logs@1.0.0 was unpublished and never comes back"]);
}

#[test]
fn what_is_none_is_refused() {
    let (scene, digest) = packed(Scene::new());
    let with = |key: &str, value: Value| {
        let mut changed = statement(&digest);
        changed[key] = value;
        changed.to_string()
    };
    let whole = statement(&digest).to_string();
    let enveloped = |key: &str, value: Value| {
        let mut changed = envelope(&STANDARD.encode(&whole));
        changed[key] = value;
        changed.to_string()
    };
    let twice = whole.replacen('{', r#"{"_type":"https://in-toto.io/Statement/v1","#, 1);
    let other = statement(&"1".repeat(64)).to_string();
    let huge = with("predicate", json!("x".repeat(1 << 20)));
    let refused: [(&str, String); 16] = [
        ("it is empty", String::new()),
        ("it is empty", "\n".to_owned()),
        ("line 1: this is not JSON", "not JSON".to_owned()),
        ("line 1: it is neither an in-toto statement", "[]".to_owned()),
        ("line 1: it is neither an in-toto statement", with("_type", json!("https://in-toto.io/Statement/v0.1"))),
        ("line 1: it is a statement without \"predicateType\"", with("predicateType", json!(null))),
        ("line 1: it is a statement without subjects", with("subject", json!({}))),
        ("line 1: none of its subjects has the digest of the archive, which is sha256", with("subject", json!([]))),
        ("line 1: none of its subjects", other.clone()),
        ("line 2: none of its subjects", format!("{whole}\n{other}\n")),
        ("line 1: its \"payloadType\" is not", enveloped("payloadType", json!("text/plain"))),
        ("line 1: it is an envelope without signatures", enveloped("signatures", json!([]))),
        ("line 1: its \"payload\" is not base64", enveloped("payload", json!("%%%"))),
        ("line 1: this is not JSON", enveloped("payload", json!(STANDARD.encode("no")))),
        ("line 1: the key \"_type\" stands twice", twice),
        ("the limit is 1048576", huge),
    ];
    let before = scene.everything();
    for (why, text) in refused {
        scene.write("made.jsonl", &text);
        let ran = scene.publish_with("logs", &["--provenance", "made.jsonl"]).ends(1);
        ran.complains(&["made.jsonl is not the provenance of this archive: ", why, "help: "]);
        fs::remove_file(scene.place("made.jsonl")).unwrap();
        assert_same(&before, &scene.everything());
    }
    scene.publish_with("logs", &["--provenance", "nowhere.jsonl"]).ends(3).complains(&["there is no such file"]);
}

#[test]
fn another_one_is_not_put_over_it() {
    let (scene, digest) = packed(Scene::new());
    scene.write(&format!(".curator/store/{FILE}"), "another\n");
    scene.write("made.jsonl", &statement(&digest).to_string());
    let ran = scene.publish_with("logs", &["--provenance", "made.jsonl"]).ends(1);
    ran.prints(&["has other bytes under logs/logs-1.0.0.tar.gz.intoto.jsonl"]);
    assert_eq!(scene.read(&format!(".curator/store/{FILE}")), "another\n");
    assert!(!scene.place("index").exists() && !scene.place("registry/packages/lo").exists());
}
