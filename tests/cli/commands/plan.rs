//! `curator plan`: the dry run says beforehand exactly what a sync then does.

use std::collections::BTreeMap;
use std::fs;

use serde_json::Value;

use crate::registry::Registry;
use crate::sample::Sample;
use crate::trees::assert_same;

/// The step of a plan for `name@version`.
fn step<'a>(plan: &'a Value, name: &str, version: &str) -> &'a Value {
    let steps = plan["steps"].as_array().unwrap();
    steps.iter().find(|step| step["name"] == name && step["version"] == version).unwrap()
}

/// The hashes of the archives in a list of steps or publications, by version.
fn hashes(list: &Value, hash: impl Fn(&Value) -> &Value) -> BTreeMap<String, String> {
    let entry = |it: &Value| {
        let version = format!("{}@{}", it["name"].as_str().unwrap(), it["version"].as_str().unwrap());
        (version, hash(it).as_str().unwrap().to_owned())
    };
    list.as_array().unwrap().iter().map(entry).collect()
}

#[test]
fn the_preview_is_what_sync_then_publishes() {
    let sample = Sample::wanted();
    let before = sample.everything();
    let plan = sample.run(&["plan", "--preview", "--format", "json"]).ends(0).json();
    let text = sample.run(&["plan", "--preview"]).ends(0);
    let markdown = sample.run(&["plan", "--preview", "--format", "markdown"]).ends(0);
    assert_same(&before, &sample.everything());

    let promised = hashes(&plan["steps"], |step| &step["archive"]["hash"]);
    let synced = sample.run(&["sync", "--published-time", "2026-11-20T12:00:00Z", "--format", "json"]).ends(0).json();
    assert_eq!(promised, hashes(&synced["published"], |published| &published["hash"]));
    assert_eq!(promised.len(), 13);
    assert_eq!(synced["total"], 13);
    for (version, hash) in &promised {
        assert!(text.out.contains(&format!("\n  publish {version}\n")) && text.out.contains(hash), "{version}");
        let row = markdown.out.lines().find(|line| line.starts_with(&format!("| publish | `{version}` | ")));
        assert!(row.is_some_and(|row| row.contains(hash.as_str())), "{version}");
        assert!(markdown.out.contains(&format!("<details><summary>{}: ", version.replace('@', " "))), "{version}");
    }
    let wrap = step(&plan, "text-wrap", "1.0.0");
    assert_eq!(wrap["definition"], "packages/te/text-wrap/1.0.0.json");
    assert_eq!(wrap["commit"], "6f773da70a7cdcac7acbef0f4af1fe91c21f7009");
    assert_eq!(wrap["encoder"], "libdeflate-1.26-6");
    assert_eq!(wrap["publishable"], true);
    assert_eq!(wrap["difference"], Value::Null);
    let size = fs::metadata(sample.store().join("text-wrap/text-wrap-1.0.0.tar.gz")).unwrap().len();
    assert_eq!(wrap["archive"]["bytes"], size);
}

#[test]
fn a_plan_without_preview_fetches_nothing() {
    let sample = Sample::wanted();
    for bundle in fs::read_dir(sample.registry().join("sources")).unwrap() {
        fs::write(bundle.unwrap().path(), "no bundle").unwrap();
    }
    let ran = sample.run(&["plan"]).ends(0).prints(&["13 to publish:", "  publish zipper-list@0.2.0\n"]);
    assert!(!ran.out.contains("hash"), "{}", ran.out);
    sample.run(&["plan", "--format", "markdown"]).ends(0).prints(&["**13 to publish**"]);
    sample.run(&["plan", "--preview"]).ends(1).prints(&["error[R021]", "stopped by 1 error"]);
}

#[test]
fn nothing_to_do_is_said_in_every_format() {
    let sample = Sample::published();
    let idle = "13 versions published, and that is all that is wanted.\n";
    sample.run(&["plan"]).ends(0).prints(&[&format!("Nothing to do: {idle}")]);
    sample.run(&["plan", "--preview"]).ends(0).prints(&[&format!("Nothing to do: {idle}")]);
    sample.run(&["plan", "--format", "markdown"]).ends(0).prints(&[&format!("**Nothing to do**: {idle}")]);
    let plan = sample.run(&["plan", "--format", "json"]).ends(0).json();
    assert_eq!(plan, serde_json::json!({ "published": 13, "steps": [], "findings": [] }));
}

#[test]
fn a_missing_archive_is_to_be_restocked() {
    let sample = Sample::published();
    fs::remove_file(sample.store().join("coinage/coinage-0.3.0.tar.gz")).unwrap();
    sample.run(&["plan"]).ends(0).prints(&["1 to restock:\n", "  restock coinage@0.3.0 in store 'local'\n"]);
    let plan = sample.run(&["plan", "--format", "json"]).ends(0).json();
    let coinage = step(&plan, "coinage", "0.3.0");
    assert_eq!((&coinage["step"], &coinage["store"]), (&"restock".into(), &"local".into()));
    assert_eq!(coinage["hash"], "sha256-f2MonCfLG50VjV4Bnu1vUBZST2StujlkW7mSDERjUvU=");
    sample.sync().ends(0).prints(&["restocked coinage@0.3.0 in store 'local': equals the index", "1 restocked;"]);
    assert_same(&Sample::published().everything(), &sample.everything());
}

#[test]
fn a_preview_compares_with_the_archive_before() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    let release = |registry: &mut Registry, version: &str, files: &[(&str, &str)]| {
        let commit = logs.tag(version, files);
        registry.stand_in(&logs);
        registry.define(&crate::registry::definition("logs", version, &commit, &[]));
    };
    let module = |text: &str| format!("module Logs where\n{text}");
    release(&mut registry, "1.0.0", &[("src/Logs.purs", &module("")), ("src/Old.js", "1"), ("README.md", "same")]);
    registry.sync().ends(0);
    release(&mut registry, "1.1.0", &[("src/Logs.purs", &module("x = 1")), ("src/New.js", "1"), ("README.md", "same")]);

    let plan = registry.run(&["plan", "--preview", "--format", "json"]).ends(0).json();
    let difference = serde_json::json!({
        "from": "1.0.0",
        "added": ["src/New.js"],
        "removed": ["src/Old.js"],
        "changed": ["purs.json", "src/Logs.purs"],
    });
    assert_eq!(step(&plan, "logs", "1.1.0")["difference"], difference);
    let lines =
        "    compared with 1.0.0\n      + src/New.js\n      - src/Old.js\n      ~ purs.json\n      ~ src/Logs.purs\n";
    registry.run(&["plan", "--preview"]).ends(0).prints(&[lines]);
    registry.run(&["plan", "--preview", "--format", "markdown"]).ends(0).prints(&[lines]);

    // Where no store has the archive before any more, there is nothing to compare with, and that is no error.
    fs::remove_file(registry.archive("logs", "1.0.0")).unwrap();
    let plan = registry.run(&["plan", "--preview", "--format", "json"]).ends(0).json();
    assert_eq!(step(&plan, "logs", "1.1.0")["difference"], Value::Null);
}
