//! The examples on the pages of `curator explain` are what they claim to be: the bad ones break the rule of their page,
//! the good ones break none.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "functions that tests share"
)]

#[path = "support/clean.rs"]
mod clean;

use std::collections::BTreeSet;

use clean::{DEFINITION, PATH, Surroundings, file, name, path};
use curator::config::Config;
use curator::model::{Area, Code, Demand, Entry, Limits, Owner, Place, Profile, SourceTree};
use curator::rules::authorize::{Claim, check_status_authorization};
use curator::rules::check::{check_registration, check_status};
use curator::rules::report::pages;
use serde_json::{Map, Value};

/// Pages whose examples no check of a file can judge, and why.
const OUT_OF_REACH: [(&str, &str); 23] = [
    ("R005", "what is no plain file is found when the registry is listed"),
    ("R008", "see checks_names.rs"),
    ("R009", "see checks_names.rs"),
    ("R021", "the source is found missing when it is fetched"),
    ("R037", "a listing has no bytes"),
    ("R039", "a version waits for others"),
    ("R041", "reachability is asked of the source when it is fetched"),
    ("R042", "a change is found between two states"),
    ("R045", "time passes at the forge"),
    ("R046", "the number is the forge's"),
    ("R047", "what would come of a merge is found between two branches"),
    ("R048", "see checks/life.rs"),
    ("R049", "see checks/life.rs"),
    ("R050", "the whole index is looked through for whoever needs it"),
    ("R051", "the sources of every published version are fetched"),
    ("R052", "all registrations are compared"),
    ("R053", "see the_example_requests_are_what_they_claim"),
    ("R058", "the whole index is asked: see package_sets/"),
    ("R056", "a compiler finds it"),
    ("R057", "a compiler's graph of modules tells it"),
    ("R059", "the impact is found over the whole index"),
    ("R060", "documentation is sent once a version is published"),
    ("R038", "see the_example_configurations_are_what_they_claim"),
];

/// A fenced block of a page.
#[derive(Debug)]
struct Block {
    /// The path above it, where there is one.
    at: Option<String>,
    language: String,
    text: String,
}

/// The blocks below a heading.
fn blocks(page: &str, heading: &str) -> Vec<Block> {
    let section = page.split("\n## ").find_map(|section| section.strip_prefix(heading)).expect("the heading");
    let mut blocks: Vec<Block> = Vec::new();
    let (mut is_open, mut at) = (false, None);
    for line in section.lines() {
        match line.strip_prefix("```") {
            Some(language) if !is_open => {
                blocks.push(Block { at: at.take(), language: language.to_owned(), text: String::new() });
                is_open = true;
            }
            Some(_) => is_open = false,
            None if is_open => blocks.last_mut().unwrap().text.extend([line, "\n"]),
            None if line.is_empty() => {}
            None => at = line.strip_suffix(':').filter(|path| !path.contains(' ')).map(str::to_owned),
        }
    }
    blocks
}

/// A file of the registry: its path and its bytes.
type RegistryFile = (String, String);

/// The definition that an excerpt stands for: the clean one with these members instead of its own.
fn completed(excerpt: &str) -> RegistryFile {
    let mut definition: Map<String, Value> = serde_json::from_str(DEFINITION).unwrap();
    let members: Map<String, Value> = serde_json::from_str(&format!("{{{excerpt}}}")).expect(excerpt);
    definition.extend(members);
    let text = |key: &str| definition[key].as_str().map(str::to_owned);
    // A value that is no text, or no version, leaves the file where it was.
    let at = match (text("name"), text("version").filter(|version| version.parse::<curator::model::Version>().is_ok()))
    {
        (Some(name), Some(version)) if name.is_ascii() => {
            format!("packages/{}/{name}/{version}.json", &name[..2])
        }
        _ => PATH.to_owned(),
    };
    (at, serde_json::to_string_pretty(&definition).unwrap())
}

/// What the blocks of a section stand for: each file of the registry or listing of a source is a case of its own, and
/// files of the source are there in all of them.
fn cases(blocks: &[Block]) -> Vec<(RegistryFile, Surroundings)> {
    let clean = || (PATH.to_owned(), DEFINITION.to_owned());
    let (mut files, mut listings, mut sources) = (Vec::new(), Vec::new(), SourceTree::new());
    for Block { at, language, text } in blocks {
        match (language.as_str(), at.as_deref()) {
            ("json", Some(at)) if at.contains('/') && !text.starts_with('{') => {
                files.push((at.to_owned(), completed(text).1));
            }
            ("json", Some(at)) if at.contains('/') => files.push((at.to_owned(), text.clone())),
            ("json", None) if text.starts_with('{') => files.push((PATH.to_owned(), text.clone())),
            ("json", None) => files.push(completed(text)),
            ("text", None) => listings.push(listing(text)),
            (_, Some(at)) => drop(sources.insert(path(at), file(text))),
            _ => panic!("what is this? {text}"),
        }
    }
    if files.is_empty() {
        files.push(clean());
    }
    let surroundings = |listing: Option<&SourceTree>| {
        let mut surroundings = Surroundings::clean();
        // The pages vary the licence, so the source is silent about it.
        surroundings.source().remove(&path("LICENSE"));
        surroundings.tree = listing.cloned().or(surroundings.tree);
        surroundings.source().extend(sources.clone());
        surroundings
    };
    let with_listing = listings.iter().map(|listing| (clean(), surroundings(Some(listing))));
    let alone = files.into_iter().filter(|_| listings.is_empty()).map(|file| (file, surroundings(None)));
    with_listing.chain(alone).collect()
}

/// A listing of a source: a path a line, and `path -> target` for a link.
fn listing(text: &str) -> SourceTree {
    let entry = |line: &str| match line.split_once(" -> ") {
        Some((at, target)) => (path(at), Entry::Link { target: target.as_bytes().to_vec() }),
        None => (path(line), file("module Tally where\n")),
    };
    text.lines().map(entry).collect()
}

/// Surroundings whose registry asks for what the rule is about.
fn asking(mut surroundings: Surroundings, code: Code) -> Surroundings {
    match code {
        Code::UpperBound => surroundings.policy.upper_bounds = Demand::Required,
        Code::VersionOrder => surroundings.policy.sequential_versions = Demand::Required,
        _ => {}
    }
    surroundings
}

/// The codes of what is wrong with a case.
fn codes((at, text): &RegistryFile, surroundings: &Surroundings) -> BTreeSet<Code> {
    surroundings.findings(at, text.as_bytes()).iter().map(|finding| finding.code).collect()
}

fn judged() -> impl Iterator<Item = Code> {
    let out_of_reach = |code: &Code| OUT_OF_REACH.iter().any(|(text, _)| *text == code.as_str());
    Code::ALL.iter().copied().filter(move |code| code.as_str().starts_with('R') && !out_of_reach(code))
}

#[test]
fn what_is_clean_is_clean() {
    assert_eq!(Surroundings::clean().findings(PATH, DEFINITION.as_bytes()), []);
}

#[test]
fn bad_examples_break_the_rule_of_their_page() {
    for code in judged() {
        let cases = cases(&blocks(pages::page(code), "Bad"));
        assert!(!cases.is_empty(), "{code} has no bad example");
        for (file, surroundings) in cases {
            let codes = codes(&file, &asking(surroundings, code));
            assert!(codes.contains(&code), "{code}: {file:?} gives {codes:?}");
        }
    }
}

#[test]
fn good_examples_break_no_rule() {
    for code in judged() {
        let cases = cases(&blocks(pages::page(code), "Good"));
        assert!(!cases.is_empty(), "{code} has no good example");
        for (file, surroundings) in cases {
            let findings = asking(surroundings, code).findings(&file.0, file.1.as_bytes());
            assert_eq!(findings, [], "{code}: {file:?}");
        }
    }
}

#[test]
fn the_example_configurations_are_what_they_claim() {
    let page = pages::page(Code::Config);
    for (heading, is_sound) in [("Bad", false), ("Good", true)] {
        let blocks = blocks(page, heading);
        assert!(!blocks.is_empty(), "{heading}");
        for block in blocks {
            assert_eq!(Config::parse(&block.text).is_ok(), is_sound, "{}", block.text);
        }
    }
}

#[test]
fn the_example_requests_are_what_they_claim() {
    let text = |heading, file: &str| {
        let blocks = blocks(pages::page(Code::Authorization), heading);
        blocks.into_iter().find(|block| block.at.as_deref() == Some(file)).expect(file).text
    };
    let registration = text("Good", "packages/ta/tally/registration.json");
    let (registration, problems) = check_registration(
        &path("registration.json"),
        registration.as_bytes(),
        Limits::default().terms(Profile::Purescript),
    );
    let owners: Vec<Owner> = registration.unwrap().owners.iter().flatten().cloned().collect();
    assert_eq!(problems, []);
    for (heading, is_sound) in [("Bad", false), ("Good", true)] {
        let file = path("status/ta/tally/1.0.0.json");
        let (status, problems) =
            check_status(&file, text(heading, file.as_str()).as_bytes(), Limits::default().terms(Profile::Purescript));
        let (status, place) = (status.unwrap(), Place::file(Area::Registry, &file));
        assert_eq!(problems, []);
        let (authorization, accepted) = (status.authorization.as_ref().unwrap(), &BTreeSet::new());
        let claim = Claim { authorization, owners: &owners, accepted, place: &place };
        let version = "1.0.0".parse().unwrap();
        let (verified, findings) = check_status_authorization(&claim, &name("tally"), Some(&version), &status);
        assert_eq!(verified.is_some(), is_sound, "{findings:?}");
        assert!(findings.iter().all(|finding| finding.message.contains("the reason")), "{findings:?}");
    }
}

#[test]
fn a_page_is_out_of_reach_only_where_it_exists() {
    for (code, reason) in OUT_OF_REACH {
        assert!(code.parse::<Code>().is_ok(), "{code}: {reason}");
    }
}
