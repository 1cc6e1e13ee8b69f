//! Hostile text (threats 28 to 30): whatever a stranger can have shown, in any format, steers no terminal, no reader and
//! no runner. What is asserted of every run is in `program.rs`.

use std::fs;
use std::os::unix::fs::symlink;

use serde_json::json;

use super::twice;
use crate::program::run;
use crate::registry::{Registry, definition, definition_file};

/// One text with everything in it that obeys somebody.
const EVIL: &str = "\u{1b}[31m\u{1b}]8;;http://evil\u{7}\r::error::x\n::add-mask::y\n##[set-env name=PATH]z\u{202e}\u{2066}\u{200b}\u{9b}2J\u{feff}\u{7f}<img src=x>`````@everyone|</details>";

/// Every command that shows text of the registry, in every format that it has.
fn show_everything(registry: &Registry) {
    twice(registry, &["check"]);
    for (command, formats) in [
        (&["check"][..], &["github", "json"][..]),
        (&["plan", "--preview"], &["human", "json", "markdown"]),
        (&["audit"], &["human", "json"]),
        (&["sync"], &["github", "json"]),
    ] {
        for format in formats {
            registry.run(&[command, &["--format", format]].concat());
        }
    }
}

#[test]
fn on_the_command_line() {
    let registry = Registry::new();
    for args in [&[EVIL][..], &["rebuild", EVIL], &["check", "--format", EVIL], &["sync", "--published-time", EVIL]] {
        registry.run(args).ends(3);
    }
}

#[test]
fn in_every_field_of_a_definition() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    let commit = registry.release(&logs, "1.0.0", &[]);
    let sound = definition("logs", "1.0.0", &commit, &[]);
    for field in ["name", "version", "license", "description", "ref", "commit", "compiler"] {
        let mut evil = sound.clone();
        evil[field] = EVIL.into();
        registry.write(&definition_file("logs", "1.0.0"), evil.to_string());
        show_everything(&registry);
    }
    // What can be written with such a text was published: another version, then.
    let mut evil = definition("logs", "1.1.0", &commit, &[]);
    for (key, value) in [
        ("location", json!({ "gitUrl": EVIL, "subdir": EVIL })),
        ("owners", json!([{ "keytype": EVIL, "public": EVIL, "id": EVIL }])),
        ("includeFiles", json!([EVIL, "a/{", "\u{1b}"])),
        ("dependencies", json!({ EVIL: ">=1.0.0 <2.0.0", "logs": EVIL, "gone": ">=1.0.0 <2.0.0" })),
        (EVIL, json!({ EVIL: [EVIL] })),
    ] {
        evil[key] = value;
    }
    registry.write(&definition_file("logs", "1.1.0"), evil.to_string());
    show_everything(&registry);
    let ran = registry.run(&["check"]).ends(1);
    assert!(ran.out.contains("\\u{1b}") && ran.out.contains("\\u{202e}"), "it is shown, as what it is: {}", ran.out);

    // As raw bytes, where no reader of JSON stands in between.
    for text in
        [EVIL, "{\"name\": \"\u{1b}[2J\u{202e}\", \u{9b}}\n::error::x\n##[y]\n", "\u{feff}{}", "{\"a\":1}\u{1b}"]
    {
        registry.write(&definition_file("logs", "1.0.0"), text);
        show_everything(&registry);
    }
}

#[test]
fn in_what_is_published_all_the_same() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    let text = "\u{202e}over \u{2066} ::warning::x ##[y] <img src=x> @everyone ````` </details>";
    let files = [
        ("src/Logs.purs", "module Logs where\n".to_owned()),
        ("README`````.md", text.to_owned()),
        ("README</details>@everyone.md", text.to_owned()),
        ("src/##[group]::error::.js", text.to_owned()),
    ];
    let files: Vec<_> = files.iter().map(|(path, text)| (*path, text.as_str())).collect();
    let commit = logs.tag("1.0.0", &files);
    registry.stand_in(&logs);
    let mut described = definition("logs", "1.0.0", &commit, &[]);
    described["description"] = text.into();
    registry.define(&described);
    let markdown = registry.run(&["plan", "--preview", "--format", "markdown"]);
    // The list of files stands in a fence that nothing in it ends.
    let fence = markdown.out.lines().find(|line| line.starts_with("```")).unwrap().trim_end_matches("text");
    let longest = markdown.out.split(|c| c != '`').map(str::len).max().unwrap();
    assert_eq!(fence.len(), longest, "{}", markdown.out);
    assert_eq!(markdown.out.lines().filter(|line| *line == fence).count(), 1, "{}", markdown.out);
    show_everything(&registry);
    registry.run(&["rebuild", "--all"]);
}

#[test]
fn in_the_names_of_files_of_the_registry() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    let name: String = EVIL.replace('/', "_").chars().take(80).collect();
    for folder in ["packages", "packages/lo", "packages/lo/logs", "overrides/lo/logs", "status/lo/logs", "sources"] {
        registry.write(&format!("{folder}/{name}.json"), "{\"a\": \u{1b}}");
        registry.write(&format!("{folder}/{name}/1.0.0.json"), "{}");
    }
    symlink(EVIL, registry.file(&format!("packages/lo/logs/{name}.link"))).unwrap();
    show_everything(&registry);
    registry.run(&["check"]).ends(1).prints(&["\\u{1b}", "error[R005]"]);
}

#[test]
fn in_registrations_overrides_and_statuses() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    let evil = json!({
        "location": { "gitUrl": EVIL, EVIL: EVIL }, "locationId": EVIL, "maintainers": [EVIL], "owners": EVIL, EVIL: EVIL,
        "revision": EVIL, "dependencies": { EVIL: EVIL }, "reason": EVIL, "status": EVIL, "replacement": EVIL,
    });
    for path in ["packages/lo/logs/registration.json", "overrides/lo/logs/1.0.0.json", "status/lo/logs/1.0.0.json"] {
        registry.write(path, evil.to_string());
        show_everything(&registry);
        registry.run(&["check"]).ends(1).prints(&[path]);
    }
}

#[test]
fn in_the_configuration_and_in_what_the_index_holds() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    for path in ["lo/gs/logs", "metadata/lo/gs/logs.json"] {
        let file = registry.index().join(path);
        let sound = fs::read_to_string(&file).unwrap();
        let evil = serde_json::to_string(EVIL).unwrap();
        for text in [
            EVIL.to_owned(),
            sound.replace("\"sha256-", &format!("{evil}, \"x\": \"")),
            sound.replace("\"MIT\"", &evil),
        ] {
            fs::write(&file, text).unwrap();
            show_everything(&registry);
        }
        fs::write(&file, sound).unwrap();
    }
    let toml = format!("[[store]]\nname = {}\npath = \"../other\"\n", json!(EVIL));
    registry.configure(&toml);
    show_everything(&registry);
    registry.configure(&toml.replace("path", "\"\\u001b[31m\\u202e\""));
    show_everything(&registry);
    registry.write("curator.toml", EVIL);
    show_everything(&registry);
}

#[test]
fn in_what_is_typed() {
    let registry = Registry::new();
    let evil: String = EVIL.replace('/', "_").chars().take(80).collect();
    let moved = registry.home().join(&evil);
    fs::create_dir(&moved).unwrap();
    for args in [&["check", &evil][..], &["check", "--registry", &evil], &["sync", "--index", &evil, "--store", &evil]]
    {
        run(registry.home(), args);
    }
    fs::remove_file(registry.file("curator.toml")).unwrap();
    run(registry.home(), ["pack", &evil, "--out", &evil]);
    run(registry.home(), ["pack", "nowhere", "--ref", "v1", "--out", &evil]);
    run(registry.home(), ["explain", &evil]);
    run(registry.home(), ["sync", "--registry", &evil]).ends(3).complains(&["\\u{1b}"]);
}
