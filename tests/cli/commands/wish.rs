//! The commands that write a file by which somebody asks for something besides a publication.

use std::fs;

use serde_json::{Value, json};

use crate::sample::Sample;

fn file(sample: &Sample, path: &str) -> Value {
    serde_json::from_slice(&fs::read(sample.registry().join(path)).unwrap()).unwrap()
}

#[test]
fn other_bounds_are_written_numbered_and_in_force_after_a_sync() {
    let sample = Sample::published();
    let path = "overrides/zi/zipper-list/0.2.0.json";
    let args = ["override", "zipper-list@0.2.0", "--dependency", "seedbed >=1.0.0 <2.0.0", "--reason", "it works"];
    sample.run(&args).ends(0).prints(&["wrote", path, "git commit -m \"Revise the bounds of zipper-list@0.2.0\""]);
    let first = json!({ "revision": 1, "dependencies": { "seedbed": ">=1.0.0 <2.0.0" }, "reason": "it works" });
    assert_eq!(file(&sample, path), first);
    // Written once more before it is published, it is still the first.
    sample.run(&args).ends(0);
    assert_eq!(file(&sample, path), first);
    sample.run(&["sync"]).ends(0).prints(&["done: revise zipper-list@0.2.0 to revision 1"]);
    let more = ["override", "zipper-list@0.2.0", "--dependency", "cons-list >=1.0.0 <1.5.0", "--reason", "narrower"];
    let told = sample.run(&[&more[..], &["--format", "json"]].concat()).ends(0).json();
    assert_eq!(told["written"], json!([path]));
    let second = json!({ "cons-list": ">=1.0.0 <1.5.0", "seedbed": ">=1.0.0 <2.0.0" });
    assert_eq!((&file(&sample, path)["revision"], &file(&sample, path)["dependencies"]), (&json!(2), &second));

    let foreign = ["override", "zipper-list@0.2.0", "--dependency", "mealy >=1.0.0 <2.0.0", "--reason", "no"];
    sample.run(&foreign).ends(1).prints(&["error[R028]", "Mend what stands above"]);
    sample.run(&["override", "zipper-list@0.2.0", "--reason", "no"]).ends(3);
    sample.run(&["override", "zipper-list@0.2.0", "--dependency", "mealy", "--reason", "no"]).ends(3);
}

#[test]
fn statuses_are_written_and_taken_back() {
    let sample = Sample::published();
    let path = "status/se/seedbed/1.0.0.json";
    sample.run(&["yank", "seedbed@1.0.0", "--reason", "wrong results"]).ends(0).prints(&["wrote", path]);
    assert_eq!(file(&sample, path), json!({ "status": "yanked", "reason": "wrong results" }));
    sample.run(&["sync"]).ends(0).prints(&["done: yank seedbed@1.0.0"]);
    sample.run(&["quarantine", "seedbed@1.0.0", "--undo"]).ends(3).complains(&["nothing was taken back"]);
    sample.run(&["yank", "seedbed@1.0.0", "--undo"]).ends(0).prints(&["removed", path]);
    sample.run(&["sync"]).ends(0).prints(&["done: take back that seedbed@1.0.0 is yanked"]);

    let deprecate = ["deprecate", "seedbed", "--reason", "unmaintained", "--replacement", "mealy"];
    sample.run(&deprecate).ends(0).prints(&["status/se/seedbed/all.json"]);
    sample.run(&["sync"]).ends(0).prints(&["deprecate seedbed@1.0.0", "deprecate seedbed@2.0.0", "3 amended"]);
    sample.run(&["unpublish", "seedbed@9.9.9", "--reason", "x"]).ends(1).prints(&["error[R049]"]);
    fs::remove_file(sample.registry().join("status/se/seedbed/9.9.9.json")).unwrap();
    sample.run(&["yank", "seedbed@1.0.0"]).ends(3);
    sample.run(&["unpublish", "text-wrap@1.0.0", "--reason", "a key was in it"]).ends(0);
    sample.run(&["sync"]).ends(0).prints(&["done: unpublish text-wrap@1.0.0", "removed text-wrap@1.0.0 from store"]);
    assert!(!sample.store().join("text-wrap/text-wrap-1.0.0.tar.gz").exists());
    sample.run(&["audit"]).ends(0);
}

#[test]
fn a_transfer_keeps_who_may_speak() {
    let sample = Sample::published();
    let path = "packages/se/seedbed/registration.json";
    let before = file(&sample, path);
    sample.run(&["transfer", "seedbed", "github:larkspur-labs/seeds"]).ends(0).prints(&["wrote", path]);
    let after = file(&sample, path);
    assert_eq!(after["location"], json!({ "githubOwner": "larkspur-labs", "githubRepo": "seeds" }));
    assert_eq!(after["maintainers"], before["maintainers"]);
    assert_eq!(after["locationId"], Value::Null, "the number of another repository is another one");
    sample.run(&["transfer", "nowhere", "github:larkspur-labs/seeds"]).ends(3).complains(&["is not registered here"]);
    sample.run(&["transfer", "seedbed", "file:///etc"]).ends(3);
}
