//! The manifests that stand in the source: `purs.json` and `spago.yaml`.

use super::{Pair, Variant, clean, said};

const PURS_JSON: &str = r#"{
  "name": "tally",
  "version": "1.1.0",
  "license": "MIT",
  "description": "Counts things",
  "location": { "githubOwner": "larkspur-labs", "githubRepo": "purescript-tally" },
  "ref": "whatever",
  "dependencies": { "seedbed": ">=1.1.0 <2.0.0" }
}"#;

const SPAGO_YAML: &str = "package:
  name: tally
  description: Counts things
  dependencies:
    - seedbed: \">=1.1.0 <2.0.0\"
  publish:
    version: 1.1.0
    license: MIT
    location:
      githubOwner: larkspur-labs
      githubRepo: purescript-tally
";

/// The clean definition, whose source has this manifest with one text in place of another.
fn manifest(at: &'static str, whole: &str, from: &str, to: &str) -> Variant {
    assert_eq!(whole.matches(from).count(), 1, "{from} stands once in {whole}");
    clean().with(at, whole.replace(from, to))
}

fn purs(from: &str, to: &str) -> Variant {
    manifest("purs.json", PURS_JSON, from, to)
}

fn spago(from: &str, to: &str) -> Variant {
    manifest("spago.yaml", SPAGO_YAML, from, to)
}

pub(super) fn pairs() -> Vec<Pair> {
    let purs_json = [
        ("\"name\": \"tally\"", "\"name\": \"tolly\""),
        ("\"version\": \"1.1.0\"", "\"version\": \"1.1.1\""),
        ("\"MIT\"", "\"Apache-2.0\""),
        ("\"MIT\"", "7"),
        ("  \"license\": \"MIT\",\n", ""),
        ("Counts things", "Counts"),
        ("larkspur-labs", "others"),
        ("\"purescript-tally\"", "\"purescript-tally\", \"subdir\": \"a\""),
        ("\"ref\"", "\"excludeFiles\": [\"a\"],\n  \"ref\""),
        (">=1.1.0 <2.0.0", ">=1.0.0 <2.0.0"),
        ("\"seedbed\": \">=1.1.0 <2.0.0\"", ""),
        ("\"seedbed\"", "\"cons-list\": \">=1.0.0 <2.0.0\", \"seedbed\""),
        (",\n  \"dependencies\": { \"seedbed\": \">=1.1.0 <2.0.0\" }", ""),
        // What cannot be read agrees with nothing.
        ("\"seedbed\"", "\"seedbed\": \">=9.0.0 <10.0.0\", \"seedbed\""),
        ("\"ref\"", "ref"),
        (">=1.1.0 <2.0.0", "^1.1.0"),
        ("{ \"seedbed\": \">=1.1.0 <2.0.0\" }", "[]"),
    ];
    let spago_yaml = [
        ("name: tally", "name: tolly"),
        ("version: 1.1.0", "version: 1.1.1"),
        ("license: MIT", "license: Apache-2.0"),
        ("    license: MIT\n", ""),
        ("description: Counts things", "description: Counts"),
        ("larkspur-labs", "others"),
        ("license: MIT", "license: MIT\n    include: [a]"),
        (">=1.1.0 <2.0.0", ">=1.0.0 <2.0.0"),
        ("- seedbed: \">=1.1.0 <2.0.0\"", "- [seedbed]"),
        ("name: tally", "name: tally\n  name: tally"),
    ];
    let mut pairs: Vec<Pair> = Vec::new();
    for (from, to) in purs_json {
        pairs.push((purs(from, to), &["R034 purs.json"], purs("whatever", "v1.1.0")));
    }
    for (from, to) in spago_yaml {
        pairs.push((spago(from, to), &["R034 spago.yaml"], spago("license: MIT", "license: MIT # or not")));
    }
    // One dependency too few, one too many.
    let found = &["R034 spago.yaml", "R034 spago.yaml"];
    pairs.push((spago("seedbed", "cons-list"), found, spago("- seedbed: \">=1.1.0 <2.0.0\"", "- seedbed")));
    pairs.push((clean().with("purs.json", [0xff]), &["R034 purs.json"], clean().with("other.json", [0xff])));
    pairs.push((
        clean().with("spago.yaml", "package: [a\n"),
        &["R034 spago.yaml"],
        clean().with("spago.yaml", "workspace: {}\n"),
    ));
    pairs
}

#[test]
fn a_spago_yaml_that_is_not_for_publishing_says_no_more_than_it_says() {
    let (package, _) = SPAGO_YAML.split_once("  publish:").unwrap();
    assert_eq!(clean().with("spago.yaml", package).found(), [""; 0]);
    assert_eq!(clean().with("spago.yaml", "package:\n  name: tally\n").found(), [""; 0]);
    let bare = package.replace("seedbed: \">=1.1.0 <2.0.0\"", "seedbed");
    assert_eq!(clean().with("spago.yaml", bare).found(), [""; 0]);
    assert_eq!(clean().with("spago.yaml", "package:\n  name: tolly\n").found(), ["R034 spago.yaml"]);
}

#[test]
fn globs_that_only_the_definition_has_are_a_difference() {
    let excluding = || said("\"compiler\"", "\"excludeFiles\": [\"LICENSE\"],\n  \"compiler\"");
    assert_eq!(excluding().with("purs.json", PURS_JSON).found(), ["R034 purs.json"]);
    assert_eq!(excluding().with("spago.yaml", SPAGO_YAML).found(), ["R034 spago.yaml"]);
    assert_eq!(excluding().found(), [""; 0]);
}

#[test]
fn the_message_says_both() {
    let findings = purs("Counts things", "Counts").findings();
    assert_eq!(
        findings[0].message,
        r#"purs.json of the source says description is "Counts"; the definition says "Counts things""#
    );
}

#[test]
fn a_source_may_leave_the_description_to_the_registry() {
    for (file, text, line) in [
        ("purs.json", PURS_JSON, "  \"description\": \"Counts things\",\n"),
        ("spago.yaml", SPAGO_YAML, "  description: Counts things\n"),
    ] {
        let shorter = text.replace(line, "");
        assert_ne!(shorter, text, "{file}");
        assert_eq!(clean().with(file, shorter).found(), [""; 0], "{file}");
    }
}
