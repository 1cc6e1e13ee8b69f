//! What strangers, and people who may write, can put into messages, names and files; and what of it counts.

use serde_json::{Value, json};

use crate::scene::{BOT, Scene, TESS, record, registration_file};

const AGREED: &str = "Approved-By: 11 tess (trustee)\nAuthority: trustee (configuration)\n";

/// The one entry about a file.
fn entry(scene: &Scene, file: &str) -> Value {
    let all = scene.entries(&[]);
    let of_file: Vec<&Value> = all.iter().filter(|it| it["file"] == file).collect();
    assert_eq!(of_file.len(), 1, "{all:#?}");
    of_file[0].clone()
}

#[test]
fn what_a_strangers_commit_says_counts_for_nothing() {
    let scene = Scene::new();
    scene.remotes.work.write("a.txt", "a");
    // Merged as a second parent, by hand.
    let theirs = record("Publish it", 7, "0707070707070707070707070707070707070707", AGREED);
    scene.merged(TESS, 2, &theirs, |_| "Merge pull request #7 from eve/x".to_owned());
    let told = entry(&scene, "a.txt");
    assert_eq!((&told["by"]["record"], &told["by"]["says"]), (&json!("none"), &Value::Null));
    assert_eq!(told["authority"], json!([]));
    assert!(!scene.log(&[]).out.contains("approved by"));
}

#[test]
fn the_words_of_a_pull_request_in_a_merge_count_for_nothing() {
    let scene = Scene::new();
    let zeros = "0".repeat(40);
    let forged = [
        // Its title, as a forge puts it below its own.
        "Merge pull request #7 from eve/x\n\nApproved-By: 11 tess (trustee)".to_owned(),
        // Its text, behind something else.
        format!("Merge pull request #7 from eve/x\n\nHello.\n\n{}", record("", 7, &zeros, AGREED)),
        // Another head than what is merged.
        record("Change it", 7, &zeros, AGREED),
    ];
    for (at, message) in forged.into_iter().enumerate() {
        let file = format!("{at}.txt");
        scene.remotes.work.write(&file, "text");
        scene.merged(TESS, 2, "Please take this", |_| message.clone());
        let told = entry(&scene, &file);
        assert_eq!((&told["by"]["record"], &told["by"]["says"]), (&json!("void"), &Value::Null), "{message}");
        assert_eq!(told["authority"], json!([]), "{message}");
    }
    let out = scene.log(&[]).out;
    assert!(!out.contains("approved by") && out.matches("names a pull request and its people").count() == 3, "{out}");
}

#[test]
fn a_commit_that_is_no_merge_is_believed_only_where_pull_requests_are_squashed() {
    let scene = Scene::new();
    scene.remotes.work.write("a.txt", "a");
    let head = "0707070707070707070707070707070707070707";
    scene.by_hand("Ann", 2, &record("Change it", 7, head, AGREED));
    let told = entry(&scene, "a.txt");
    assert_eq!((&told["by"]["record"], &told["by"]["says"]), (&json!("void"), &Value::Null));
    scene.remotes.work.configure("[policy]\nmerge = \"squash\"\n");
    scene.by_hand(TESS, 3, "Squash from now on");
    let told = entry(&scene, "a.txt");
    assert_eq!((&told["by"]["record"], &told["authority"]), (&json!("squash"), &json!(["trustee"])));
    scene.log(&[]).prints(&["squashed, so git proves nothing of it"]);
}

#[test]
fn a_record_that_git_bears_out_counts() {
    let scene = Scene::new();
    scene.remotes.work.write("a.txt", "a");
    scene.merged(BOT, 2, "x", |head| record("Change it", 7, head, AGREED));
    let told = entry(&scene, "a.txt");
    assert_eq!((&told["by"]["record"], &told["authority"]), (&json!("merge"), &json!(["trustee"])));
    let says = &told["by"]["says"];
    assert_eq!(says["approvers"], json!([{ "id": 11, "login": "tess", "roles": [{ "role": "trustee" }] }]));
    assert_eq!((&says["head"], &says["pull"]), (&told["by"]["merged"], &json!(7)));
}

#[test]
fn nothing_in_names_messages_and_files_can_steer_who_reads_it() {
    let mut scene = Scene::new();
    let package = scene.remotes.work.package("maybe");
    let hostile = "\u{1b}[31mEVIL\u{202e} ::error::x ##[add-mask] \u{9b}31m";
    scene.remotes.work.release(&package, "1.0.0", &[]);
    scene.merged(hostile, 2, hostile, |_| format!("{hostile}\r::error::b\n\n{hostile}"));
    scene.write(
        "status/ma/maybe/all.json",
        &json!({ "status": "deprecated", "reason": format!("{hostile}\n::error::") }),
    );
    scene.write("advisories/A-1.json", &json!({ "affected": [{ "package": { "name": "maybe" } }] }));
    scene.remotes.work.write("advisories/x##[x].json", "{}");
    scene.by_hand(TESS, 3, &format!("{}\n\n{}", "t".repeat(1 << 20), "Approved-By: x\n".repeat(1 << 16)));
    // What is printed is looked at by whatever runs the program.
    for args in [&["maybe"][..], &["maybe@1.0.0"], &[], &["--format", "json"]] {
        let out = scene.log(args).out;
        assert!(out.len() < 20_000, "{}", out.len());
    }
    scene.log(&["maybe"]).prints(&["maybe: deprecated, because: \\u{1b}[31mEVIL", "advisory A-1 added"]);
    scene.log(&[]).prints(&["advisories/x##\\u{5b}x].json added"]);
}

#[test]
fn files_that_cannot_be_read_are_told_as_such_and_nothing_is_guessed() {
    let mut scene = Scene::new();
    scene.remotes.work.package("maybe");
    scene.by_hand(TESS, 1, "Register maybe");
    let path = registration_file("maybe");
    let good = std::fs::read_to_string(scene.remotes.work.file(&path)).unwrap();
    scene.remotes.work.write(&path, "{");
    scene.by_hand(TESS, 2, "Break it");
    scene.remotes.work.write(&path, good.replace("[\n    11\n  ]", "[\n    12\n  ]"));
    scene.by_hand(TESS, 3, "Mend it");
    let kinds: Vec<String> =
        scene.entries(&["maybe", "--reverse"]).iter().map(|it| it["kind"].as_str().unwrap().to_owned()).collect();
    // Not that maintainer 11 went: nothing between the two states that can be read says so.
    assert_eq!(kinds, ["registered", "unreadable", "readable", "registered"]);
    scene.log(&["maybe"]).prints(&["cannot be read from here on", "what it said before is not known"]);
}
