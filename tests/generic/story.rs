//! The whole way: `check`, `plan --preview`, `sync`, `audit`, `rebuild`, and what becomes of versions later.

use std::fs;
use std::path::Path;

use serde_json::{Value, json};

use crate::moonshelf::{Moonshelf, committed};
use crate::trees::{Tree, assert_same, stamps};

fn archive(sample: &Moonshelf, path: &str) -> Vec<String> {
    let bytes = fs::read(sample.store().join(path)).unwrap();
    let (top, files) = curator::rules::pack::unpack(&bytes, &curator::model::Limits::default()).unwrap();
    files.keys().map(|file| format!("{top}/{file}")).collect()
}

#[test]
fn the_sample_goes_the_whole_way() {
    let sample = Moonshelf::wanted();
    sample.run(&["check"]).ends(0).prints(&["nothing to mend"]);
    sample.run(&["plan", "--preview"]).ends(0).prints(&[
        "publish strings@1.1.0-rc.1",
        "publish @tide/clock@0.3.0",
        "publish @tide/calendar@2.0.0-beta.2",
        "calendar-2.0.0-beta.2.tar.gz",
    ]);
    sample.sync().ends(0).prints(&["published @tide/calendar@2.0.0-beta.2"]);
    assert_same(&committed("index"), &Tree::read(&sample.index()));

    let before = [sample.index(), sample.store(), sample.registry()].map(|place| stamps(&place));
    sample.sync().ends(0).prints(&["Nothing to do"]);
    assert_eq!(before, [sample.index(), sample.store(), sample.registry()].map(|place| stamps(&place)));

    sample.run(&["audit"]).ends(0).prints(&["all agree"]);
    let rebuilt = sample.run(&["rebuild", "--all"]).ends(0);
    assert!(!rebuilt.out.contains("differs"), "{}", rebuilt.out);
    sample.run(&["rebuild", "@tide/calendar@2.0.0-beta.2"]).ends(0).prints(&["1 of 1 version"]);
    sample.run(&["log", "@tide/clock"]).ends(0).prints(&["0.3.0"]);
}

/// By hand, too, with the registry here or named.
#[test]
fn pack_makes_the_bytes_that_are_published() {
    let sample = Moonshelf::published();
    let published = fs::read(sample.store().join("strings/strings-1.1.0-rc.1.tar.gz")).unwrap();
    let definition = "registry/packages/st/strings/1.1.0-rc.1.json";
    let pack = |out: &str, more: &[&str]| {
        let args = [
            "pack",
            "registry/sources/strings.bundle",
            "--ref",
            "v1.1.0-rc.1",
            "--definition",
            definition,
            "--out",
            out,
        ];
        sample.run(&[&args[..], more].concat())
    };
    pack("here.tar.gz", &[]).ends(0).prints(&["strings.lua"]);
    assert_eq!(fs::read(sample.home().join("here.tar.gz")).unwrap(), published);
    fs::rename(sample.registry().join("curator.toml"), sample.registry().join("away.toml")).unwrap();
    pack("purescript.tar.gz", &[]).ends(3).complains(&["the definition cannot be read"]);
    fs::rename(sample.registry().join("away.toml"), sample.registry().join("curator.toml")).unwrap();
    fs::rename(sample.registry(), sample.home().join("elsewhere")).unwrap();
    let args = [
        "pack",
        "elsewhere/sources/strings.bundle",
        "--ref",
        "v1.1.0-rc.1",
        "--definition",
        "elsewhere/packages/st/strings/1.1.0-rc.1.json",
        "--out",
        "named.tar.gz",
        "--registry",
        "elsewhere",
    ];
    sample.run(&args).ends(0);
    assert_eq!(fs::read(sample.home().join("named.tar.gz")).unwrap(), published);
}

/// What the archives hold is the registry's own choice: its manifest, nothing hidden, no specs, nothing left out.
#[test]
fn archives_hold_what_the_registry_says() {
    let sample = Moonshelf::published();
    assert_eq!(
        archive(&sample, "strings/strings-1.0.0.tar.gz"),
        ["LICENSE", "README.md", "rock.json", "strings.lua"].map(|file| format!("strings-1.0.0/{file}"))
    );
    assert_eq!(
        archive(&sample, "@tide/calendar/calendar-2.0.0-beta.2.tar.gz"),
        ["LICENSE", "calendar.lua", "rock.json"].map(|file| format!("calendar-2.0.0-beta.2/{file}"))
    );
    let checksum = sample.store().join("@tide/clock/clock-0.3.0.tar.gz.sha256");
    assert!(fs::read_to_string(checksum).unwrap().ends_with("  clock-0.3.0.tar.gz\n"));
}

/// Later life: an override in Cargo's spelling, a yank, an advisory and an unpublished pre-release.
#[test]
fn versions_live_on() {
    let sample = Moonshelf::published();
    let clock = json!({ "revision": 1, "dependencies": { "strings": ">=1.0, <1.2" }, "reason": "1.2 pads" });
    sample.write("overrides/@tide/cl/clock/0.3.0.json", clock.to_string());
    let yank = json!({ "status": "yanked", "reason": "a trial" });
    sample.write("status/st/strings/1.1.0-rc.1.json", yank.to_string());
    let advisory = json!({
        "schema_version": "1.7.4", "id": "MOON-2026-0001", "modified": "2026-11-01T00:00:00Z", "summary": "Pads too far",
        "affected": [{ "package": { "ecosystem": "moonshelf", "name": "strings" },
            "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.1.0-rc.1" }, { "fixed": "1.1.0" }] }] }],
    });
    sample.write("advisories/MOON-2026-0001.json", advisory.to_string());
    sample.sync().ends(0);
    let lines = fs::read_to_string(sample.index().join("@tide/cl/oc/clock")).unwrap();
    assert!(lines.contains("\"strings\":\">=1.0, <1.2\"") && lines.contains("\"revision\":1"), "{lines}");
    let facts = fs::read(sample.index().join("metadata/st/ri/strings.json")).unwrap();
    let facts: Value = serde_json::from_slice(&facts).unwrap();
    assert_eq!(facts["published"]["1.1.0-rc.1"]["yanked"]["reason"], "a trial");
    assert_eq!(facts["published"]["1.1.0-rc.1"]["advisories"], json!(["MOON-2026-0001"]));
    assert_eq!(facts["published"]["1.1.0"]["advisories"], Value::Null);
    assert_eq!(facts["published"]["1.0.0"]["compilers"], Value::Null);
    sample.run(&["audit"]).prints(&["MOON-2026-0001"]);
    // The words of commands: a scope begins as a version does.
    let ran =
        sample.run(&["override", "@tide/calendar@2.0.0-beta.2", "--dependency", "@tide/clock ~0.3.0", "--reason", "x"]);
    assert!(
        ran.code == 0 && sample.registry().join("overrides/@tide/ca/calendar/2.0.0-beta.2.json").exists(),
        "{ran:?}"
    );
}

/// What is wrong in a registry of any language, and the code and the words of its finding.
#[test]
fn what_is_wrong_is_told() {
    let wrong: [(&str, &str, &str, &str); 8] = [
        ("1.0.0", "\"version\": \"1.0.0\"", "\"version\": \"1.0.0+build\"", "R010"),
        ("1.0.0", "\"name\": \"strings\"", "\"name\": \"@/strings\"", "R006"),
        ("1.0.0", "\"dependencies\": {}", "\"dependencies\": { \"lexer\": \">=1.0.0 <2.0.0\" }", "R027"),
        ("1.0.0", "\"dependencies\": {}", "\"dependencies\": { \"lexer\": \">=2, <1\" }", "R027"),
        ("1.0.0", "\"dependencies\": {}", "\"dependencies\": { \"@tide/none\": \"*\" }", "R028"),
        ("1.0.0", "\"dependencies\": {}", "\"dependencies\": { \"@tide/clock\": \"^0.4\" }", "R029"),
        ("1.0.0", "Small helpers", "Great helpers", "R034"),
        ("1.0.0", "\"license\": \"MIT\"", "\"license\": \"ISC\"", "R025"),
    ];
    for (version, from, to, code) in wrong {
        let sample = Moonshelf::wanted();
        let path = format!("packages/st/strings/{version}.json");
        let text = fs::read_to_string(sample.registry().join(&path)).unwrap();
        assert!(text.contains(from), "{text}");
        sample.write(&path, text.replace(from, to));
        sample.run(&["check", &format!("registry/{path}")]).ends(1).prints(&[code]);
    }
    // What the days of Bower wrote with a blank is spelled with a comma.
    let sample = Moonshelf::wanted();
    let path = sample.registry().join("packages/@tide/cl/clock/0.3.0.json");
    let text = fs::read_to_string(&path).unwrap();
    fs::write(&path, text.replace("\"^1.0\"", "\">=1.0.0 <2.0.0\"")).unwrap();
    sample.run(&["check", "--fix"]);
    assert!(fs::read_to_string(&path).unwrap().contains("\">=1.0.0, <2.0.0\""));
}

#[test]
fn a_bound_is_asked_for_where_the_registry_says_so() {
    let sample = Moonshelf::published();
    let config = fs::read_to_string(sample.registry().join("curator.toml")).unwrap();
    sample.write("curator.toml", config.replace("# upper_bounds = false", "upper_bounds = true"));
    let text = fs::read_to_string(sample.registry().join("packages/@tide/cl/clock/0.3.0.json")).unwrap();
    let text = text.replace("0.3.0", "0.3.1").replace("\"^1.0\"", "\">=1.0\"");
    sample.write("packages/@tide/cl/clock/0.3.1.json", text);
    let path = "registry/packages/@tide/cl/clock/0.3.1.json";
    sample.run(&["check", "--offline", path]).ends(1).prints(&["R043", "strings"]);
    sample.run(&["check", "--offline", "--fix", path]);
    let mended = fs::read_to_string(sample.registry().join("packages/@tide/cl/clock/0.3.1.json")).unwrap();
    assert!(mended.contains("\">=1.0, <2.0.0\""), "{mended}");
}

/// A file that only looks as if it had its place is told of.
#[test]
fn what_stands_elsewhere_is_told() {
    for path in [
        "packages/@tide/clock/0.3.2.json",
        "packages/@tide/xx/clock/0.3.2.json",
        "packages/cl/@tide/clock/0.3.2.json",
        "packages/@/cl/clock/0.3.2.json",
        "packages/st/strings/1.0.0+build.json",
        "packages/st/strings/1.0.0-01.json",
    ] {
        let sample = Moonshelf::wanted();
        assert!(!Path::new(path).is_absolute());
        sample.write(path, "{}");
        sample.run(&["check", "--offline", &format!("registry/{path}")]).ends(1).prints(&["R004"]);
    }
}
