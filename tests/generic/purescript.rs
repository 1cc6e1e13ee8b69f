//! What only profile `generic` knows never comes into a PureScript registry, by whatever way.

use std::fs;

use serde_json::json;

use crate::registry::{Registry, definition};
use crate::sample::Sample;

/// A registry with `seedbed` 1.0.0 and a package that needs it, both published.
fn published() -> Registry {
    let mut registry = Registry::new();
    let seedbed = registry.package("seedbed");
    registry.release(&seedbed, "1.0.0", &[]);
    let tally = registry.package("tally");
    registry.release(&tally, "1.0.0", &[("seedbed", ">=1.0.0 <2.0.0")]);
    registry.sync().ends(0);
    registry
}

#[test]
fn a_prerelease_is_no_definition() {
    let mut registry = published();
    let seedbed = registry.package("seedbed");
    let commit =
        seedbed.tag("1.1.0-rc.1", &[("src/Seedbed.purs", "module Seedbed where\n"), ("LICENSE", "MIT License\n")]);
    registry.stand_in(&seedbed);
    let before = crate::trees::Tree::read(&registry.index());
    // In the place that it would have, and in that of another version.
    for file in ["1.1.0-rc.1", "1.1.0"] {
        let text = definition("seedbed", "1.1.0-rc.1", &commit, &[]).to_string();
        let path = format!("packages/se/seedbed/{file}.json");
        registry.write(&path, &text);
        let ran = registry.run(&["check", &format!("registry/{path}")]).ends(1);
        assert!(ran.out.contains("R010") || ran.out.contains("R004"), "{}", ran.out);
        let synced = registry.sync();
        assert_ne!(synced.code, 0, "{synced:?}");
        fs::remove_file(registry.file(&path)).unwrap();
        let lines = registry.lines("seedbed");
        assert_eq!(lines.len(), 1, "{lines:?}");
    }
    let after = crate::trees::Tree::read(&registry.index());
    assert_eq!(before.files().keys().collect::<Vec<_>>().len(), after.without("pending").files().len());
}

#[test]
fn cargo_s_ranges_are_neither_defined_nor_in_overrides() {
    let mut registry = published();
    let other = registry.package("ledger");
    let commit = other.tag("1.0.0", &[("src/Ledger.purs", "module Ledger where\n"), ("LICENSE", "MIT License\n")]);
    registry.stand_in(&other);
    registry.define(&definition("ledger", "1.0.0", &commit, &[("seedbed", "~1.0")]));
    registry.run(&["check", "registry/packages/le/ledger/1.0.0.json"]).ends(1).prints(&["R027"]);
    assert_ne!(registry.sync().code, 0);
    assert!(!registry.index().join("le/dg/ledger").exists());
    fs::remove_file(registry.file("packages/le/ledger/1.0.0.json")).unwrap();

    let text = json!({ "revision": 1, "dependencies": { "seedbed": "^1.0.0" }, "reason": "x" }).to_string();
    registry.write("overrides/ta/tally/1.0.0.json", text);
    registry.run(&["check", "registry/overrides/ta/tally/1.0.0.json"]).ends(1).prints(&["R027"]);
    registry.sync();
    assert_eq!(registry.lines("tally")[0]["dependencies"], json!({ "seedbed": ">=1.0.0 <2.0.0" }));
}

#[test]
fn scopes_and_prereleases_have_no_place() {
    for path in [
        "packages/@acme/ta/tally/1.0.0.json",
        "packages/@acme/ta/tally/registration.json",
        "overrides/ta/tally/1.0.0-rc.1.json",
        "status/ta/tally/1.0.0-rc.1.json",
        "status/@acme/ta/tally/all.json",
    ] {
        let registry = published();
        registry.write(path, json!({ "status": "yanked", "reason": "x" }).to_string());
        registry.run(&["check", "--offline"]).ends(1).prints(&["R004"]);
        registry.sync();
        let names: Vec<_> = crate::trees::Tree::read(&registry.index()).0.into_keys().collect();
        assert!(names.iter().all(|path| !path.to_string_lossy().contains('@')), "{names:?}");
    }
}

/// An index that somebody else wrote into.
#[test]
fn an_index_with_such_a_line_stops_the_run() {
    let sample = Sample::published();
    let path = sample.index().join("se/ed/seedbed");
    let text = fs::read_to_string(&path).unwrap();
    let first = text.lines().next().unwrap();
    for (from, to) in [
        ("\"version\":\"1.0.0\"", "\"version\":\"1.0.0-rc.1\""),
        ("\"dependencies\":{}", "\"dependencies\":{\"mealy\":\"^1.0.0\"}"),
    ] {
        assert!(first.contains(from), "{first}");
        fs::write(&path, format!("{}\n{text}", first.replace(from, to))).unwrap();
        sample.run(&["sync", "--full"]).ends(3).complains(&["se/ed/seedbed", "outside of the grammar"]);
        sample.run(&["audit"]).ends(1).prints(&["A001"]);
        // Who uses packages reads no other grammar either.
        for args in [&["info", "seedbed"][..], &["resolve", "seedbed"], &["verify", "--all"], &["search", "seedbed"]] {
            sample.run(args).ends(3).complains(&["se/ed/seedbed", "outside of the grammar"]);
        }
    }
}

#[test]
fn the_table_of_files_is_refused() {
    let registry = Registry::new();
    registry.configure("\n[package]\nmanifest = \"rock.json\"\n");
    registry.run(&["check"]).ends(1).prints(&["R038", "[package]", "generic"]);
}
