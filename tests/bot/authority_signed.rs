//! What an owner signs is as good as a maintainer's word: for that very change, by a key that the base knows, and once.

use std::fs;
use std::process::Command;

use serde_json::{Value, json};

use crate::acts::status_path;
use crate::program::{curator, finish};
use crate::scene::{Scene, registration_path};

const NEEDS_MAINTAINER: &str = "Needs approval by a maintainer or a trustee";

/// A key pair; gives the file of the private key, and the owner that it makes.
fn key(scene: &Scene, name: &str) -> (String, Value) {
    let file = scene.place(name);
    let made = Command::new("ssh-keygen").args(["-q", "-t", "ed25519", "-N", "", "-C", name, "-f"]).arg(&file).status();
    assert!(made.unwrap().success());
    let public = fs::read_to_string(file.with_extension("pub")).unwrap();
    let words: Vec<&str> = public.split_whitespace().collect();
    (file.to_str().unwrap().to_owned(), json!({ "keytype": words[0], "public": words[1] }))
}

/// What `curator sign` prints.
fn signed(scene: &Scene, key: &str, args: &[&str]) -> Value {
    let mut sign = curator(scene.home.path());
    sign.arg("sign").args(args).args(["--key", key, "--format", "json"]);
    finish(sign).ends(0).json()
}

/// A registry in which ann publishes lists, and its owner's key.
fn owned() -> (Scene, String) {
    let scene = Scene::nearby("");
    let (file, owner) = key(&scene, "owner");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let mut registration = scene.registration("lists", &[&scene.ann]);
    registration["owners"] = json!([owner]);
    scene.merges(&scene.asks(&scene.ann, &registration_path("lists"), &registration));
    scene.sync().ends(0);
    (scene, file)
}

#[test]
fn an_owner_unpublishes_by_the_hand_of_anybody() {
    let (scene, key) = owned();
    let bob = scene.somebody("bob");
    let authorization = signed(&scene, &key, &["unpublish", "lists@1.0.0", "--reason", "a key was in it"]);
    let wish = |reason: &str| json!({ "status": "unpublished", "reason": reason, "authorization": authorization });
    // Not for another reason than the one that was signed.
    let other = scene.asks(&bob, &status_path("lists", "1.0.0"), &wish("I like it so"));
    scene.holds_back(&other, &["R053"]);
    let pull = scene.asks(&bob, &status_path("lists", "1.0.0"), &wish("a key was in it"));
    scene.merges(&pull);
    scene.sync().ends(0);
    let metadata = scene.metadata("lists");
    assert_eq!(metadata["unpublished"]["1.0.0"]["reason"], "a key was in it");
    assert_eq!(metadata["authorizations"].as_array().unwrap().len(), 1);
}

#[test]
fn a_signed_transfer_counts_once_and_a_key_that_comes_with_it_does_not() {
    let (scene, key_file) = owned();
    let bob = scene.somebody("bob");
    let (stolen, thief) = key(&scene, "thief");
    let before = scene.registration("lists", &[&scene.ann]);
    let owner = scene.metadata("lists")["owners"][0].clone();
    // The new place holds what was published.
    let source = scene.place("sources/acme+more-lists.git");
    let copied = Command::new("cp").arg("-r").arg(scene.place("sources/acme+lists.git")).arg(&source).status();
    assert!(copied.unwrap().success());
    let elsewhere = |owners: Value, authorization: &Value| {
        let mut registration = before.clone();
        registration["location"]["githubRepo"] = json!("more-lists");
        registration["locationId"] = json!(scene.source("more-lists").id);
        registration["owners"] = owners;
        registration["authorization"] = authorization.clone();
        registration
    };
    let to = ["transfer", "lists", "--to", "github:acme/more-lists"];
    let forged = signed(&scene, &stolen, &to);
    let taken = scene.asks(&bob, &registration_path("lists"), &elsewhere(json!([thief]), &forged));
    scene.holds_back(&taken, &["R053"]);
    let authorization = signed(&scene, &key_file, &to);
    let pull = scene.asks(&bob, &registration_path("lists"), &elsewhere(json!([owner]), &authorization));
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_eq!(scene.metadata("lists")["location"]["githubRepo"], "more-lists");

    // Back, by the maintainer; and then the same signature once more.
    let mut back = before.clone();
    back["owners"] = json!([owner]);
    let back = scene.asks(&scene.ann, &registration_path("lists"), &back);
    scene.merges(&back);
    scene.sync().ends(0);
    let again = scene.asks(&bob, &registration_path("lists"), &elsewhere(json!([owner]), &authorization));
    scene.holds_back(&again, &["R053", "accepted before"]);
    // Without it, the change is what it is: a maintainer's.
    let mut plain = elsewhere(json!([owner]), &authorization);
    plain.as_object_mut().unwrap().remove("authorization");
    let plain = scene.asks(&bob, &registration_path("lists"), &plain);
    scene.holds_back(&plain, &[NEEDS_MAINTAINER]);
}
