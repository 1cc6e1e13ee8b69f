//! Whatever a stranger writes into whatever field: every form in which findings are shown is harmless (threats 29, 30).

use serde_json::{Value, json};

use curator::model::Finding;
use curator::rules::report::{Style, Texts, github, human, inert_json, view};

use super::Surroundings;
use super::advisories::{ADVISORY, ADVISORY_PATH};
use super::clean::{DEFINITION, PATH};
use super::files::{OVERRIDE, REGISTRATION, STATUS};
use super::inertness::{HOSTILE, assert_inert, assert_one_command};

/// Every way to put `text` where a string is: in the place of each value and of each key.
fn poisoned(value: &Value, text: &str) -> Vec<Value> {
    match value {
        Value::Object(members) => {
            let mut all = vec![json!({ text: 1 })];
            for (key, member) in members {
                let replaced = |key: &str, new: Value| {
                    let mut members = members.clone();
                    members.remove(key);
                    members.insert(key.to_owned(), new);
                    Value::Object(members)
                };
                all.extend(poisoned(member, text).into_iter().map(|new| replaced(key, new)));
                let mut renamed = members.clone();
                renamed.remove(key);
                renamed.insert(text.to_owned(), member.clone());
                all.push(Value::Object(renamed));
            }
            all
        }
        Value::Array(items) => {
            let replaced = |at: usize, new: Value| {
                let mut items = items.clone();
                items[at] = new;
                Value::Array(items)
            };
            let each = items.iter().enumerate();
            each.flat_map(|(at, item)| poisoned(item, text).into_iter().map(move |new| replaced(at, new))).collect()
        }
        _ => vec![json!(text)],
    }
}

fn whole_definition() -> Value {
    let mut definition: Value = serde_json::from_str(DEFINITION).unwrap();
    definition["owners"] = json!([{ "id": "wren", "keytype": "ssh-ed25519", "public": "AAAA" }]);
    definition["includeFiles"] = json!(["a"]);
    definition["excludeFiles"] = json!(["b"]);
    definition["location"]["subdir"] = json!("c");
    definition
}

/// Every file of every kind with `text` in one place.
fn files(text: &str) -> Vec<(&'static str, String)> {
    let parsed = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    let kinds = [
        (PATH, whole_definition()),
        ("packages/ta/tally/registration.json", parsed(REGISTRATION)),
        ("overrides/ta/tally/1.0.0.json", parsed(OVERRIDE)),
        ("status/ta/tally/all.json", parsed(STATUS)),
        (ADVISORY_PATH, parsed(ADVISORY)),
    ];
    let mut files = Vec::new();
    for (at, good) in kinds {
        for value in poisoned(&good, text) {
            // With and without escapes: the file itself may be hostile, not only what it says.
            let pretty = serde_json::to_string_pretty(&value).unwrap();
            files.push((at, pretty.replace("\\u001b", "\u{1b}")));
            files.push((at, pretty));
        }
    }
    files
}

fn assert_harmless(finding: &Finding, texts: &Texts) {
    assert_inert(&human(finding, texts, Style::Plain));
    assert_one_command(&github(finding, texts, "registry"));
    assert_inert(&inert_json(&serde_json::to_value(view(finding, texts)).unwrap()));
    assert!(finding.message.chars().count() <= 1_200, "{} characters", finding.message.chars().count());
    assert!(finding.hint.as_ref().is_none_or(|hint| hint.chars().count() <= 1_200));
}

#[test]
fn hostile_text_in_any_field_is_shown_as_text() {
    let surroundings = Surroundings { tree: None, ..Surroundings::clean() };
    let mut shown = 0;
    for text in HOSTILE {
        for (at, file) in files(text) {
            let texts = Texts::from([(at.to_owned(), file.clone())]);
            for finding in surroundings.findings(at, file.as_bytes()) {
                assert_harmless(&finding, &texts);
                // A message with several lines has them from us: nobody else can start one.
                assert!(finding.message.lines().skip(1).all(|line| !line.contains("EVIL")), "{}", finding.message);
                shown += 1;
            }
        }
    }
    assert!(shown > 1_000, "{shown} findings");
}

#[test]
fn a_long_text_makes_no_long_message() {
    let surroundings = Surroundings { tree: None, ..Surroundings::clean() };
    for text in ["x".repeat(100_000), "🍝\n".repeat(10_000), "-".repeat(100_000)] {
        for (at, file) in files(&text) {
            for finding in surroundings.findings(at, file.as_bytes()) {
                assert_harmless(&finding, &Texts::new());
            }
        }
    }
}

#[test]
fn hostile_text_in_a_source_is_shown_as_text() {
    for text in HOSTILE {
        let mut surroundings = Surroundings::clean();
        let name = text.replace('/', "-").replace("##", "#");
        for at in [format!("src/{name}.purs"), format!("{text}/link")] {
            let Ok(path) = at.parse() else { continue };
            surroundings.source().insert(path, super::clean::file("module Main where"));
        }
        let Ok(link) = format!("README{name}").parse() else { continue };
        let target = b"../../\x1b[31m\n::error::EVIL".to_vec();
        surroundings.source().insert(link, curator::model::Entry::Link { target });
        for (at, manifest) in [
            ("purs.json", json!({ "name": text, text: text, "dependencies": { text: ">=1.0.0 <2.0.0" } }).to_string()),
            (
                "spago.yaml",
                json!({ "package": { "name": text, "publish": { "license": text }, "dependencies": [text] } })
                    .to_string(),
            ),
            ("package.json", json!({ "license": text }).to_string()),
        ] {
            surroundings.source().insert(super::path(at), super::clean::file(&manifest));
        }
        let texts = Texts::from([(PATH.to_owned(), DEFINITION.to_owned())]);
        let findings = surroundings.findings(PATH, DEFINITION.as_bytes());
        assert!(findings.len() > 3, "{findings:?}");
        for finding in findings {
            assert_harmless(&finding, &texts);
        }
    }
}
