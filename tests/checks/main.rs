//! Every check of a file of the registry: one way to break its rule, and the nearest way to keep it.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions that tests share")]

mod advisories;
mod affected;
#[path = "../support/clean.rs"]
mod clean;
mod definition;
mod dependencies;
mod files;
mod fixes;
mod hostile;
#[path = "../support/inertness.rs"]
mod inertness;
mod life;
mod own_manifest;
mod place;
mod shown;
mod source;

use std::collections::BTreeSet;
use std::sync::LazyLock;

use clean::{DEFINITION, PATH, Surroundings, path};
use curator::model::{Area, Code, Entry, File, Finding};
use curator::rules::check::CHECKS;
use curator::rules::registry::RegistryPath;
use curator::rules::report::{Texts, view};

/// A file in its surroundings, which differ from the clean ones by some changes.
struct Variant {
    at: &'static str,
    text: String,
    changes: Vec<Change>,
}

/// A change of the surroundings.
type Change = Box<dyn Fn(&mut Surroundings)>;

/// The clean definition with one text in place of another.
fn said(from: &str, to: &str) -> Variant {
    assert_eq!(DEFINITION.matches(from).count(), 1, "{from} stands once in the clean definition");
    Variant { at: PATH, text: DEFINITION.replace(from, to), changes: Vec::new() }
}

/// The clean definition.
fn clean() -> Variant {
    file(PATH, DEFINITION)
}

/// A file with this text.
fn file(at: &'static str, text: &str) -> Variant {
    Variant { at, text: text.to_owned(), changes: Vec::new() }
}

impl Variant {
    /// The same file in another place.
    fn at(self, at: &'static str) -> Self {
        Self { at, ..self }
    }

    /// The same file in other surroundings.
    fn around(mut self, change: impl Fn(&mut Surroundings) + 'static) -> Self {
        self.changes.push(Box::new(change));
        self
    }

    /// The same file, whose source has one more file, or another one.
    fn with(self, at: &'static str, text: impl Into<Vec<u8>>) -> Self {
        let entry = Entry::File(File::regular(text));
        self.around(move |it| drop(it.source().insert(path(at), entry.clone())))
    }

    /// One more change of the text.
    fn and(self, from: &str, to: &str) -> Self {
        assert_eq!(self.text.matches(from).count(), 1, "{from} stands once");
        Self { text: self.text.replace(from, to), ..self }
    }

    fn findings(&self) -> Vec<Finding> {
        let mut surroundings = Surroundings::clean();
        self.changes.iter().for_each(|change| change(&mut surroundings));
        surroundings.findings(self.at, self.text.as_bytes())
    }

    /// What is found, each with its place: `R010 3:14` (line and column), `R002` for the whole file, `R033 src/A.purs`
    /// for a file of the source.
    fn found(&self) -> Vec<String> {
        self.placed(&self.findings())
    }

    fn placed(&self, findings: &[Finding]) -> Vec<String> {
        let texts = Texts::from([(self.at.to_owned(), self.text.clone())]);
        findings.iter().map(|finding| placed(finding, &texts)).collect()
    }
}

fn placed(finding: &Finding, texts: &Texts) -> String {
    let view = serde_json::to_value(view(finding, texts)).unwrap();
    match (finding.place.area, view.get("start")) {
        (Area::Registry, Some(start)) => format!("{} {}:{}", finding.code, start["line"], start["column"]),
        (Area::Registry, None) => finding.code.to_string(),
        _ => format!("{} {}", finding.code, finding.place.file),
    }
}

/// A way to break a rule with all that is found then, and the nearest way to keep the rule.
type Pair = (Variant, &'static [&'static str], Variant);

/// What the checks say of every broken variant: looking through licence texts takes its time, so it is done once.
static BROKEN: LazyLock<Vec<Vec<Finding>>> =
    LazyLock::new(|| pairs().iter().map(|(breaks, ..)| breaks.findings()).collect());

fn pairs() -> Vec<Pair> {
    let groups = [
        advisories::pairs(),
        definition::pairs(),
        dependencies::pairs(),
        files::pairs(),
        own_manifest::pairs(),
        place::pairs(),
        source::pairs(),
    ];
    groups.into_iter().flatten().collect()
}

#[test]
fn each_rule_can_be_broken_and_kept() {
    let mut wrong = Vec::new();
    for ((breaks, expected, keeps), findings) in pairs().into_iter().zip(BROKEN.iter()) {
        let found = breaks.placed(findings);
        if found != expected {
            wrong.push(format!("{found:?} instead of {expected:?}: {}\n{}", breaks.at, breaks.text));
        }
        let found = keeps.found();
        if !found.is_empty() {
            wrong.push(format!("{found:?} instead of nothing: {}\n{}", keeps.at, keeps.text));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn every_check_of_the_table_is_broken_by_some_pair() {
    let broken: BTreeSet<Code> = BROKEN.iter().flatten().map(|finding| finding.code).collect();
    // The three of similar names are in checks_names.rs.
    let elsewhere = [Code::ConfusableName, Code::SimilarName, Code::Json];
    let codes = CHECKS.iter().flat_map(|check| check.codes).filter(|code| !elsewhere.contains(code));
    let untested: Vec<&Code> = codes.filter(|code| !broken.contains(code)).collect();
    assert!(untested.is_empty(), "{untested:?}");
    assert!(broken.contains(&Code::Changed), "the one rule for what is published");
}

#[test]
fn a_finding_names_its_package_and_version_and_says_something() {
    for ((breaks, ..), findings) in pairs().iter().zip(BROKEN.iter()) {
        let is_definition = matches!(RegistryPath::of(&path(breaks.at)), RegistryPath::Definition(..));
        for finding in findings {
            assert_eq!((finding.package.is_some(), finding.version.is_some()), (is_definition, is_definition));
            let first = finding.message.lines().next().unwrap_or_default();
            assert!(!first.is_empty() && !first.ends_with(['.', ' ']), "{finding:?}");
            assert!(!finding.message.ends_with('\n'), "{finding:?}");
            assert!(finding.hint.as_ref().is_none_or(|hint| !hint.is_empty() && !hint.ends_with('.')), "{finding:?}");
        }
    }
}
