//! Hostile JSON (threats 25 to 27): refused or read exactly, whatever file it stands in.

use super::twice;
use crate::program::run;
use crate::registry::{Registry, definition, definition_file};

/// JSON that is none, or that two readers would read in two ways.
fn malformed() -> Vec<(&'static str, Vec<u8>)> {
    let sound = definition("logs", "1.0.0", &"0".repeat(40), &[]).to_string();
    let with = |more: &str| sound.replacen('{', &format!("{{{more},"), 1).into_bytes();
    vec![
        ("nothing", Vec::new()),
        ("deep arrays", "[".repeat(100_000).into_bytes()),
        ("deep objects", "{\"a\":".repeat(100_000).into_bytes()),
        ("deep in a field", with(&format!("\"x\":{}{}", "[".repeat(50_000), "]".repeat(50_000)))),
        ("a key twice", with("\"name\":\"other\"")),
        ("a key twice, escaped", with("\"na\\u006de\":\"other\"")),
        ("a key twice, inside", with("\"x\":{\"a\":1,\"a\":2}")),
        ("a byte order mark", [b"\xef\xbb\xbf", sound.as_bytes()].concat()),
        ("UTF-16", sound.encode_utf16().flat_map(u16::to_le_bytes).collect()),
        ("no UTF-8", with("\"x\":\"caf\u{e9}\"").into_iter().filter(|byte| *byte != 0xc3).collect()),
        ("NUL", with("\"x\":\"\0\"")),
        ("a lone surrogate", with("\"x\":\"\\ud800\"")),
        ("two documents", [sound.as_bytes(), sound.as_bytes()].concat()),
        ("a comment", with("/* x */ \"y\":1")),
        ("a trailing comma", sound.replace('}', ",}").into_bytes()),
        ("single quotes", sound.replace('"', "'").into_bytes()),
        ("too large a number", with("\"x\":1e400")),
        ("no number", with("\"x\":NaN")),
        ("too large a file", with(&format!("\"x\":\"{}\"", "x".repeat(1 << 20)))),
    ]
}

/// Documents that are JSON, with values that must not be taken for others.
fn misfits() -> Vec<(&'static str, String)> {
    let sound = definition("logs", "1.0.0", &"0".repeat(40), &[]);
    let with = |key: &str, value: serde_json::Value| {
        let mut changed = sound.clone();
        changed[key] = value;
        changed.to_string()
    };
    let digits = "9".repeat(5000);
    vec![
        ("null", "null".to_owned()),
        ("a list", "[]".to_owned()),
        ("a number", digits.clone()),
        ("many digits", with("version", format!("{digits}.0.0").into())),
        ("2^53+1", with("version", "9007199254740993.0.0".into())),
        ("a float", sound.to_string().replace("\"1.0.0\"", "1.0")),
        (
            "a range of many digits",
            with("dependencies", serde_json::json!({ "logs": format!(">={digits}.0.0 <2.0.0") })),
        ),
        ("a long name", with("name", "a".repeat(100_000).into())),
        ("a long licence", with("license", format!("MIT{}", " OR MIT".repeat(50_000)).into())),
        ("nested licences", with("license", format!("{}MIT{}", "(".repeat(50_000), ")".repeat(50_000)).into())),
        ("a long glob", with("includeFiles", vec!["{a,".repeat(20_000)].into())),
        ("stars", with("includeFiles", vec!["**/".repeat(20_000)].into())),
        ("many globs", with("includeFiles", vec!["*"; 50_000].into())),
        (
            "a long url",
            with("location", serde_json::json!({ "gitUrl": format!("https://example.org/{}", "a".repeat(100_000)) })),
        ),
    ]
}

#[test]
fn as_a_definition() {
    let mut registry = Registry::new();
    let (maps, logs) = (registry.package("maps"), registry.package("logs"));
    registry.release(&maps, "1.0.0", &[]);
    // Nothing may be asked of a network.
    logs.tag("0.1.0", &[("src/Logs.purs", "module Logs where\n")]);
    registry.stand_in(&logs);
    let path = definition_file("logs", "1.0.0");
    let documents = malformed().into_iter().chain(misfits().into_iter().map(|(what, text)| (what, text.into_bytes())));
    for (what, bytes) in documents {
        registry.write(&path, bytes);
        let check = registry.run(&["check", "--offline"]);
        assert!(check.code == 1 && check.out.contains("error[R0"), "{what}: {check:?}");
        assert!(check.out.len() < 20_000, "{what} is told at length: {} bytes", check.out.len());
        let sync = registry.sync();
        assert!(sync.code == 1 && sync.out.contains("held back logs@1.0.0"), "{what}: {sync:?}");
        assert!(!registry.index().join("lo").exists(), "{what}");
    }
    assert!(registry.index().join("ma/ps/maps").exists(), "the sound one was published");
}

#[test]
fn as_any_other_file() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.run(&["check"]).ends(0);
    for path in [
        "packages/lo/logs/registration.json",
        "overrides/lo/logs/1.0.0.json",
        "status/lo/logs/all.json",
        "advisories/ACME-2026-1.json",
    ] {
        let sound = std::fs::read(registry.file(path)).ok();
        for (what, bytes) in malformed() {
            registry.write(path, bytes);
            let check = registry.run(&["check", "--offline"]);
            assert!(check.code == 1 && check.out.contains("error[R0"), "{path}, {what}: {check:?}");
            assert!(check.out.contains(path), "{path}, {what}: {check:?}");
        }
        match sound {
            Some(bytes) => registry.write(path, bytes),
            None => std::fs::remove_file(registry.file(path)).unwrap(),
        }
    }
    registry.sync().ends(0);
    for (path, file) in [("lo/gs/logs", "index file lo/gs/logs"), ("metadata/lo/gs/logs.json", "index file metadata/")]
    {
        let place = registry.index().join(path);
        let sound = std::fs::read(&place).unwrap();
        let fatal = ["deep arrays", "deep objects", "UTF-16", "no UTF-8"];
        for (what, bytes) in malformed().into_iter().filter(|(what, _)| fatal.contains(what)) {
            std::fs::write(&place, bytes).unwrap();
            let sync = registry.sync();
            assert!(sync.code == 3 && sync.err.contains(file), "{path}, {what}: {sync:?}");
        }
        std::fs::write(&place, sound).unwrap();
    }
    registry.sync().ends(0);
}

#[test]
fn as_the_definition_of_a_pack() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    for (what, bytes) in malformed() {
        registry.write("hostile.json", bytes);
        let args = ["sources/logs.bundle", "--ref", "v1.0.0", "--definition", "hostile.json", "--out", "out.tar.gz"];
        let home = registry.home().join("registry");
        let ran = run(&home, ["pack"].iter().chain(&args));
        assert!(ran.code == 3 && ran.err.contains("the definition cannot be read"), "{what}: {ran:?}");
        assert!(!home.join("out.tar.gz").exists(), "{what}");
    }
}

#[test]
fn names_that_mislead_are_refused() {
    let mut registry = Registry::new();
    let taken = registry.package("text-columns");
    registry.release(&taken, "1.0.0", &[]);
    registry.sync().ends(0);
    for (name, code) in [
        ("con", "R007"),
        ("purescript", "R007"),
        ("metadata", "R007"),
        ("text-co1umns", "R008"),
        ("text--columns", "R004"),
        ("Text-columns", "R004"),
        ("tеxt-columns", "R004"),
        ("text_columns", "R004"),
        ("-rf", "R004"),
    ] {
        let copy = Registry::new();
        registry.everything().write(copy.home());
        let folder: String = name.chars().take(2).collect();
        let mut evil = definition("text-columns", "1.0.0", &"0".repeat(40), &[]);
        evil["name"] = name.into();
        copy.write(&format!("packages/{folder}/{name}/1.0.0.json"), evil.to_string());
        copy.write(&format!("packages/{folder}/{name}/registration.json"), "{}");
        let ran = twice(&copy, &["check", "--offline"]).ends(1);
        assert!(ran.out.contains(&format!("error[{code}]")), "{name} earned no {code}: {}", ran.out);
        copy.sync();
        let index = crate::trees::Tree::read(&copy.index()).without("pending");
        crate::trees::assert_same(&crate::trees::Tree::read(&registry.index()), &index);
    }
    // What is merely close to another name is for a trustee to judge.
    let close = registry.package("text-column");
    registry.release(&close, "1.0.0", &[]);
    registry.run(&["check"]).ends(0).prints(&["warning[R009]"]);
}
