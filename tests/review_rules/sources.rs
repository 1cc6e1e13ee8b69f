//! Whether a source speaks for its version by itself.

use curator::model::{Definition, Document, Entry, File, Profile, SourceTree};
use curator::rules::review::{Vouch, vouches};

const DEFINITION: &str = r#"{
  "name": "tally",
  "version": "1.1.0",
  "license": "MIT",
  "description": "Counts things",
  "location": {"githubOwner": "larkspur-labs", "githubRepo": "purescript-tally"},
  "ref": "v1.1.0",
  "commit": "3ea3d2be28bb5b00c247cc84771ba10439afa16d",
  "compiler": "0.15.15",
  "dependencies": {"seedbed": ">=1.1.0 <2.0.0"}
}"#;

const OWN: &str = r#"{"name": "tally", "version": "1.1.0", "license": "MIT", "description": "Counts things",
  "location": {"githubOwner": "larkspur-labs", "githubRepo": "purescript-tally"},
  "dependencies": {"seedbed": ">=1.1.0 <2.0.0"}}"#;

const SPAGO: &str = r#"
package:
  name: tally
  description: Counts things
  dependencies:
    - seedbed: ">=1.1.0 <2.0.0"
  publish:
    version: 1.1.0
    license: MIT
"#;

fn definition(text: &str) -> Definition {
    let document = Document::parse(text.as_bytes(), 10_000).unwrap();
    Definition::read(&document, Profile::Purescript).value.unwrap()
}

fn tree(files: &[(&str, &str)]) -> SourceTree {
    files.iter().map(|(path, text)| (path.parse().unwrap(), Entry::File(File::regular(*text)))).collect()
}

fn judged(files: &[(&str, &str)]) -> Vouch {
    vouches(&tree(files), &definition(DEFINITION), None)
}

#[test]
fn a_source_that_says_all_of_it_vouches() {
    assert_eq!(judged(&[("purs.json", OWN)]), Vouch::Agrees);
    assert_eq!(judged(&[("spago.yaml", SPAGO)]), Vouch::Agrees);
    assert_eq!(judged(&[("spago.yaml", SPAGO), ("purs.json", OWN)]), Vouch::Agrees);
    assert_eq!(judged(&[("spago.yaml", "workspace: {}\n"), ("purs.json", OWN)]), Vouch::Agrees);
    let bare = definition(&DEFINITION.replace("\"v1.1.0\"", "\"1.1.0\""));
    assert_eq!(vouches(&tree(&[("purs.json", OWN)]), &bare, None), Vouch::Agrees);
}

#[test]
fn a_source_that_leaves_something_open_does_not() {
    assert_eq!(judged(&[]), Vouch::Silent);
    assert_eq!(judged(&[("src/purs.json", OWN)]), Vouch::Silent);
    assert_eq!(judged(&[("spago.yaml", "workspace: {}\n")]), Vouch::Silent);
    // Bounds or words that whoever opened the pull request would add.
    assert_eq!(judged(&[("spago.yaml", &SPAGO.replace("seedbed: \">=1.1.0 <2.0.0\"", "seedbed"))]), Vouch::Silent);
    assert_eq!(judged(&[("spago.yaml", &SPAGO.replace("  description: Counts things\n", ""))]), Vouch::Silent);
    let unpublished = SPAGO.split("  publish").next().unwrap();
    assert_eq!(judged(&[("spago.yaml", unpublished)]), Vouch::Silent);
}

#[test]
fn a_source_that_says_something_else_does_not() {
    for (from, to) in
        [("tally\", \"v", "abacus\", \"v"), ("1.1.0\", \"l", "1.1.1\", \"l"), ("MIT", "ISC"), ("<2", "<3")]
    {
        assert_eq!(OWN.matches(from).count(), 1, "{from}");
        assert_eq!(judged(&[("purs.json", &OWN.replace(from, to))]), Vouch::Differs, "{to}");
    }
    assert_eq!(judged(&[("purs.json", OWN), ("spago.yaml", &SPAGO.replace("1.1.0\n", "1.1.1\n"))]), Vouch::Differs);
    assert_eq!(judged(&[("purs.json", "{"), ("spago.yaml", SPAGO)]), Vouch::Differs);
}

#[test]
fn a_tag_that_is_not_the_version_does_not_count() {
    for tag in ["main", "v1.1.1", "vv1.1.0", "V1.1.0", "release/1.1.0", "v1.1.0-rc.1", "v1.1"] {
        let other = definition(&DEFINITION.replace("\"v1.1.0\"", &format!("\"{tag}\"")));
        assert_eq!(vouches(&tree(&[("purs.json", OWN)]), &other, None), Vouch::OtherTag, "{tag}");
    }
}
