//! `curator rebuild`: whether what is published can still be made from its source.

use std::fs;
use std::path::Path;

use crate::sample::Sample;
use crate::trees::{Tree, assert_same};

const PIPEWORK: &str = "metadata/pi/pe/pipework.json";

/// Changes the published facts of pipework.
fn alter(sample: &Sample, from: &str, to: &str) {
    let file = sample.index().join(PIPEWORK);
    let text = fs::read_to_string(&file).unwrap();
    assert!(text.contains(from), "{text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

/// The outcome in JSON of rebuilding pipework.
fn outcome(sample: &Sample, code: i32) -> serde_json::Value {
    let rebuilt = sample.run(&["rebuild", "pipework@1.0.0", "--format", "json"]).ends(code).json();
    assert_eq!(rebuilt["rebuilt"][0]["name"], "pipework");
    rebuilt["rebuilt"][0].clone()
}

#[test]
fn everything_is_reproduced_and_nothing_is_written() {
    // Without a store: rebuilding needs the source and the index alone.
    let sample = Sample::cloned();
    let before = Tree::read(sample.home());
    let ran = sample.run(&["rebuild", "--all"]).ends(0);
    assert_eq!(ran.out.matches("  reproduced, to the byte\n").count(), 13);
    let table = "\n  host        reproduced  versions\n  github.com          13        13\n\n";
    ran.prints(&[table, "13 of 13 versions can still be made from the recorded source.\n"]);
    assert_eq!(outcome(&sample, 0)["outcome"], "reproduced");
    let two = sample.run(&["rebuild", "seedbed@1.1.0", "mealy@1.0.0"]).ends(0);
    two.prints(&["  seedbed@1.1.0  reproduced", "  mealy@1.0.0  reproduced", "2 of 2 versions"]);
    assert_same(&before, &Tree::read(sample.home()));
}

#[test]
fn another_compression_of_the_same_content_is_told_apart() {
    let sample = Sample::cloned();
    alter(&sample, "libdeflate-1.26-6", "gnu-gzip-6");
    assert_eq!(outcome(&sample, 0)["outcome"], "same-content");
    sample.run(&["rebuild", "pipework@1.0.0"]).ends(0).prints(&["same content, compressed otherwise", "1 of 1"]);
}

#[test]
fn another_encoder_is_asked_for_the_content() {
    let sample = Sample::cloned();
    let before = Tree::read(sample.home());
    let other = ["rebuild", "--all", "--encoder", "gnu-gzip-6"];
    let ran = sample.run(&other).ends(0);
    let told = "same content: published with libdeflate-1.26-6, packed with gnu-gzip-6, so the hash is another\n";
    assert_eq!(ran.out.matches(told).count(), 13);
    ran.prints(&["\n  host        same content  versions\n  github.com            13        13\n\n13 of 13 versions"]);
    let report = sample.run(&[&other[..], &["--format", "json"]].concat()).ends(0).json();
    let details = serde_json::json!({ "published": "libdeflate-1.26-6", "packed": "gnu-gzip-6" });
    assert_eq!(report["rebuilt"][0]["details"], details);
    let counts = serde_json::json!({
        "versions": 13, "reproduced": 0, "sameContent": 13, "differs": 0, "sourceGone": 0, "sourceUnreachable": 0,
        "unpackable": 0, "notPublished": 0,
    });
    assert_eq!((&report["summary"], &report["hosts"]["github.com"]), (&counts, &counts));
    assert_same(&before, &Tree::read(sample.home()));

    // What nobody recorded an encoder of is reproduced by the right one, and by no other.
    alter(&sample, "      \"encoder\": \"libdeflate-1.26-6\",\n", "");
    for (encoder, outcome) in [("libdeflate-1.26-6", "reproduced"), ("gnu-gzip-6", "same content, compressed other")] {
        let line = format!("  pipework@1.0.0  {outcome}");
        sample.run(&["rebuild", "pipework@1.0.0", "--encoder", encoder]).ends(0).prints(&[&line]);
    }
    // Archives of two encoders are never compared: their contents are.
    let metadata = fs::read_to_string(sample.index().join("metadata/me/al/mealy.json")).unwrap();
    let facts: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let content = facts["published"]["1.0.0"]["contentHash"].as_str().unwrap();
    let altered = metadata.replace(content, &format!("sha256-{}=", "A".repeat(43)));
    fs::write(sample.index().join("metadata/me/al/mealy.json"), altered).unwrap();
    let ran = sample.run(&["rebuild", "mealy@1.0.0", "--encoder", "gnu-gzip-6"]).ends(1);
    ran.prints(&[&format!("  mealy@1.0.0  differs: content {content}, the index says sha256-AAAA")]);
    sample.run(&["rebuild", "--all", "--encoder", "zip"]).ends(3).complains(&["'zip' is not an encoder"]);
}

#[test]
fn other_content_differs() {
    let sample = Sample::published();
    let metadata = fs::read_to_string(sample.index().join(PIPEWORK)).unwrap();
    let published: serde_json::Value = serde_json::from_str(&metadata).unwrap();
    let facts = &published["published"]["1.0.0"];
    let other = format!("sha256-{}=", "A".repeat(43));
    for key in ["hash", "contentHash"] {
        alter(&sample, facts[key].as_str().unwrap(), &other);
    }
    let rebuilt = outcome(&sample, 1);
    assert_eq!(rebuilt["outcome"], "differs");
    assert_eq!(rebuilt["details"]["recorded"], other);
    assert_eq!(rebuilt["details"]["found"], facts["hash"]);
    // The stored archive shows that no file of it is another one: the index is at fault.
    let same = serde_json::json!({ "from": "1.0.0", "added": [], "removed": [], "changed": [] });
    assert_eq!(rebuilt["details"]["difference"], same);
    let ran = sample.run(&["rebuild", "--all"]).ends(1);
    ran.prints(&["  pipework@1.0.0  differs: sha256-", &other, "the same files as 1.0.0", "12 of 13 versions"]);
}

#[test]
fn a_source_that_is_gone_is_the_finding() {
    let sample = Sample::cloned();
    let bundle = sample.registry().join("sources/purescript-pipework.bundle");
    // A repository that was made anew, without the commit.
    fs::copy(sample.registry().join("sources/purescript-mealy.bundle"), &bundle).unwrap();
    let rebuilt = outcome(&sample, 1);
    assert_eq!(rebuilt["outcome"], "source-gone");
    assert!(rebuilt["details"]["reason"].as_str().unwrap().contains("does not have the commit"), "{rebuilt}");
    sample.run(&["rebuild", "--all"]).ends(1).prints(&["  pipework@1.0.0  source gone: ", "12 of 13 versions"]);

    // A repository that nothing stands in for any more, on a host that nobody asks.
    let config = sample.registry().join("curator.toml");
    let text = fs::read_to_string(&config).unwrap();
    let without: Vec<&str> = text.lines().filter(|line| !line.contains("purescript-pipework")).collect();
    let nowhere = without.join("\n").replace("allow_hosts = [\"github.com\"]", "allow_hosts = []");
    fs::write(&config, nowhere).unwrap();
    fs::remove_file(&bundle).unwrap();
    assert_eq!(outcome(&sample, 1)["outcome"], "source-gone");
}

#[test]
fn a_replacement_that_is_gone_is_the_operators_matter() {
    let sample = Sample::cloned();
    fs::remove_file(sample.registry().join("sources/purescript-pipework.bundle")).unwrap();
    let ran = sample.run(&["rebuild", "--all"]).ends(3);
    ran.complains(&["[fetch] replace names 'sources/purescript-pipework.bundle'"]);
}

#[test]
fn what_is_not_published_cannot_be_rebuilt() {
    let sample = Sample::cloned();
    for version in ["pipework@9.9.9", "nobody@1.0.0"] {
        let ran = sample.run(&["rebuild", version]).ends(1);
        ran.prints(&[&format!("  {version}  not published\n"), "0 of 1 version can"]);
    }
    for nonsense in ["pipework", "pipework@1", "pipework@", "@1.0.0", "Pipework@1.0.0", "pipework@01.0.0"] {
        sample.run(&["rebuild", nonsense]).ends(3).complains(&["NAME@VERSION"]);
    }
    sample.run(&["rebuild"]).ends(3).complains(&["NAME@VERSION"]);
    sample.run(&["rebuild", "--all", "pipework@1.0.0"]).ends(3).complains(&["--all"]);
    assert!(!Path::new(&sample.store()).exists());
}
