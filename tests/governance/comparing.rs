//! What happened between two states of a file, and what is drawn together of one commit.

use curator::model::{
    About, Area, Happening, Limits, LogCommit, LogScope, Profile, Record, RegistryLog, StatusKind, Timestamp, Touch,
    Version,
};
use curator::rules::audit::history::Layout;
use curator::rules::governance::{Annals, Happened, Sight, concerns, happened};
use serde_json::{Value, json};

const CURATOR: Layout = Layout { area: Area::Index, facts: Area::Index };
const REGISTRY: Layout = Layout { area: Area::Registry, facts: Area::Index };
const PURESCRIPT: Layout = Layout { area: Area::Registry, facts: Area::Registry };

fn between(layout: Layout, path: &str, before: Option<&str>, after: Option<&str>) -> Vec<Happened> {
    let [before, after] = [before, after].map(|text| text.map(str::as_bytes));
    let path = path.parse().unwrap();
    happened(Sight {
        layout,
        path: &path,
        before,
        after,
        definition: None,
        terms: Limits::default().terms(Profile::Purescript),
    })
}

fn what(layout: Layout, path: &str, before: Option<&str>, after: Option<&str>) -> Vec<Happening> {
    between(layout, path, before, after).into_iter().map(|it| it.what).collect()
}

fn line(range: &str) -> String {
    let manifest = json!({
        "name": "maybe", "version": "1.0.0", "license": "MIT", "ref": "v1.0.0",
        "location": { "githubOwner": "a", "githubRepo": "b" }, "dependencies": { "prelude": range },
    });
    format!("{manifest}\n")
}

fn entry(revision: Option<u64>) -> Value {
    let mut entry = json!({
        "bytes": 1, "compilers": ["0.15.15"], "hash": curator::model::Sha256::of(b"x"),
        "publishedTime": "2026-01-01T00:00:00.000Z",
    });
    if let Some(revision) = revision {
        entry["revision"] = json!(revision);
    }
    entry
}

fn metadata(published: &Value, unpublished: &Value) -> String {
    let location = json!({ "githubOwner": "a", "githubRepo": "b" });
    json!({ "location": location, "published": published, "unpublished": unpublished }).to_string()
}

fn commit(area: Area, day: u8) -> LogCommit {
    LogCommit {
        area,
        id: format!("{day}"),
        time: format!("2026-03-{day:02}T12:00:00Z").parse().unwrap(),
        author: "A <a>".to_owned(),
        committer: "A <a>".to_owned(),
        title: "x".to_owned(),
        merged: None,
        record: Record::Silent,
    }
}

/// What is told of one commit of the index.
fn told(files: &[(&str, Option<String>, Option<String>)]) -> Vec<Happening> {
    let mut annals = Annals::about(None);
    let found =
        files.iter().flat_map(|(path, before, after)| between(CURATOR, path, before.as_deref(), after.as_deref()));
    annals.enter(commit(Area::Index, 1), found.collect());
    annals.finish(None, Vec::new()).entries.into_iter().map(|it| it.what).collect()
}

const LINES: &str = "ma/yb/maybe";
const FACTS: &str = "metadata/ma/yb/maybe.json";

#[test]
fn a_publication_a_revision_and_a_removal_are_each_told_once() {
    let none = json!({});
    let facts = |revision| Some(metadata(&json!({ "1.0.0": entry(revision) }), &json!({})));
    let record = json!({
        "1.0.0": {
            "publishedTime": "2026-01-01T00:00:00.000Z", "reason": "A leak.",
            "unpublishedTime": "2026-03-02T00:00:00.000Z",
        },
    });
    let (old, new) = (line(">=1.0.0 <2.0.0"), line(">=1.0.0 <3.0.0"));
    let published = told(&[(LINES, None, Some(old.clone())), (FACTS, None, facts(None))]);
    assert!(matches!(published.as_slice(), [Happening::Published { revision: None, .. }]), "{published:?}");
    let revised = told(&[(LINES, Some(old.clone()), Some(new.clone())), (FACTS, facts(None), facts(Some(1)))]);
    let [Happening::Revised { from: None, to: Some(1), ranges }] = revised.as_slice() else { panic!("{revised:?}") };
    let ranges: Vec<_> = ranges.iter().map(|it| (it.before.as_ref(), it.after.as_ref())).collect();
    assert_eq!(ranges, [(Some(&">=1.0.0 <2.0.0".parse().unwrap()), Some(&">=1.0.0 <3.0.0".parse().unwrap()))]);
    let gone = Some(metadata(&none, &record));
    let unpublished = told(&[(LINES, Some(new.clone()), None), (FACTS, facts(Some(1)), gone)]);
    assert!(matches!(unpublished.as_slice(), [Happening::Unpublished { .. }]), "{unpublished:?}");
    let lost = told(&[(LINES, Some(new.clone()), None), (FACTS, facts(Some(1)), Some(metadata(&none, &none)))]);
    assert!(matches!(lost.as_slice(), [Happening::Withdrawn]), "{lost:?}");
    // Ranges that change without a revision are told as what they are.
    let changed = told(&[(LINES, Some(old.clone()), Some(new))]);
    assert!(
        matches!(changed.as_slice(), [Happening::LineChanged(keys, _)] if *keys == ["dependencies"]),
        "{changed:?}"
    );
}

#[test]
fn what_the_facts_say_of_a_version_is_told_where_it_changes() {
    let none = json!({});
    let facts = |revision| Some(metadata(&json!({ "1.0.0": entry(revision) }), &json!({})));
    let mark = json!({ "reason": "Loses data.", "since": "2026-03-01T12:00:00.000Z" });
    let marked = |mark: Option<&Value>| {
        let mut entry = entry(Some(2));
        entry["revisions"] = json!([{ "revision": 1, "more": {} }]);
        if let Some(mark) = mark {
            entry["yanked"] = mark.clone();
        }
        Some(metadata(&json!({ "1.0.0": entry }), &none))
    };
    let yanked = told(&[(FACTS, marked(None), marked(Some(&mark)))]);
    let [Happening::Marked(StatusKind::Yanked, Some(said))] = yanked.as_slice() else { panic!("{yanked:?}") };
    assert_eq!(said.reason.as_str(), "Loses data.");
    let given_back = told(&[(FACTS, marked(Some(&mark)), marked(None))]);
    assert_eq!(given_back, [Happening::Marked(StatusKind::Yanked, None)]);
    let odd = told(&[(FACTS, marked(Some(&mark)), marked(Some(&json!(7))))]);
    assert_eq!(odd, [Happening::FactsChanged(vec!["yanked".to_owned()])]);
    let both = told(&[(FACTS, facts(Some(1)), marked(Some(&mark)))]);
    assert!(
        matches!(both.as_slice(), [Happening::Revised { from: Some(1), to: Some(2), .. }, Happening::Marked(..)]),
        "{both:?}"
    );
    let affected = |ids: &[&str]| {
        let mut entry = entry(None);
        entry["advisories"] = json!(ids);
        Some(metadata(&json!({ "1.0.0": entry }), &none))
    };
    let id = |text: &str| text.parse().unwrap();
    let named = told(&[(FACTS, facts(None), affected(&["A-1", "A-2"]))]);
    assert_eq!(named, [Happening::Affected { added: vec![id("A-1"), id("A-2")], removed: vec![] }]);
    let one = told(&[(FACTS, affected(&["A-1", "A-2"]), affected(&["A-2"]))]);
    assert_eq!(one, [Happening::Affected { added: vec![], removed: vec![id("A-1")] }]);
    let from_the_start = told(&[(FACTS, None, affected(&["A-1"]))]);
    assert!(matches!(from_the_start.as_slice(), [Happening::Published { .. }, Happening::Affected { .. }]));
    let other = told(&[(FACTS, facts(None), Some(facts(None).unwrap().replace("0.15.15", "0.15.16")))]);
    assert_eq!(other, [Happening::FactsChanged(vec!["compilers".to_owned()])]);
    let spelled = told(&[(FACTS, facts(None), Some(facts(None).unwrap().replace(':', ": ")))]);
    assert_eq!(spelled.len(), 1, "{spelled:?}");
    let unreadable = told(&[
        (FACTS, facts(None), Some("{".to_owned())),
        (LINES, Some("{".to_owned()), Some(line(">=1.0.0 <2.0.0"))),
    ]);
    assert_eq!(unreadable, [Happening::Unreadable, Happening::Readable]);
}

#[test]
fn what_is_computed_from_the_rest_is_nobodys_doing() {
    for path in ["pending/ma/maybe/1.0.0.json", "log/checkpoint", "log/tile/0/000", "README.md", "advisories/all.json"]
    {
        assert_eq!(what(CURATOR, path, None, Some("x")), [], "{path}");
    }
    assert_eq!(what(CURATOR, "config.json", Some("x"), Some("y")), [Happening::Configuration(Touch::Changed)]);
    assert_eq!(what(REGISTRY, "packages/README.md", None, Some("x")), [Happening::Configuration(Touch::Added)]);
    assert_eq!(what(REGISTRY, "packages/ma/x", Some("x"), None), [Happening::Configuration(Touch::Removed)]);
    assert_eq!(what(REGISTRY, "package-set.json", None, Some("{}")), [Happening::SetWanted(Touch::Added)]);
    assert_eq!(what(REGISTRY, "curator.toml", Some("x"), Some("x")), []);
}

#[test]
fn a_copy_of_the_purescript_registry_has_its_facts_in_the_registry() {
    let facts = metadata(&json!({ "1.0.0": entry(None) }), &json!({}));
    let found = what(PURESCRIPT, "metadata/maybe.json", None, Some(&facts));
    assert!(matches!(found.as_slice(), [Happening::Published { .. }]), "{found:?}");
    let set: Version = "1.0.0".parse().unwrap();
    let found = what(PURESCRIPT, "package-sets/1.0.0.json", None, Some("{}"));
    assert_eq!(found, [Happening::PackageSet(set, Touch::Added)]);
}

#[test]
fn statuses_say_what_was_there_before() {
    let status = |kind: &str| json!({ "status": kind, "reason": "So." }).to_string();
    let path = "status/ma/maybe/all.json";
    let found = between(REGISTRY, path, Some(&status("yanked")), Some(&status("deprecated")));
    let [Happened { about, what: Happening::StatusSet { kind, before, .. }, .. }] = found.as_slice() else {
        panic!("{found:?}")
    };
    assert_eq!((*kind, *before), (StatusKind::Deprecated, Some(StatusKind::Yanked)));
    assert_eq!(about, &About { package: Some("maybe".parse().unwrap()), version: None });
    let removed = what(REGISTRY, path, Some(&status("quarantined")), None);
    assert_eq!(removed, [Happening::StatusRemoved { kind: StatusKind::Quarantined }]);
    assert_eq!(what(REGISTRY, path, Some("{"), None), [Happening::Unreadable]);
}

#[test]
fn an_advisory_is_told_to_each_package_and_version_that_it_names() {
    let osv = json!({ "affected": [
        { "package": { "ecosystem": "PureScript", "name": "maybe" }, "versions": ["1.0.0", "1.1.0"] },
        { "package": { "name": "lists" } },
        { "package": { "name": "NOT A NAME" } },
    ] });
    let found = between(REGISTRY, "advisories/A-1.json", None, Some(&osv.to_string()));
    let about: Vec<String> = found
        .iter()
        .map(|it| {
            format!("{} {:?}", it.about.package.as_ref().unwrap(), it.about.version.as_ref().map(ToString::to_string))
        })
        .collect();
    assert_eq!(about, ["lists None", "maybe Some(\"1.0.0\")", "maybe Some(\"1.1.0\")"]);
    let unknown = between(REGISTRY, "advisories/A-2.json", None, Some("{"));
    assert_eq!(unknown[0].about, About::default());
}

#[test]
fn only_the_files_of_a_package_are_looked_into() {
    let scope: LogScope = "maybe@1.0.0".parse().unwrap();
    let is_read = |layout, path: &str| concerns(layout, Some(&scope), &path.parse().unwrap());
    for path in ["packages/ma/maybe/1.0.0.json", "status/ma/maybe/all.json", "advisories/A-1.json"] {
        assert!(is_read(REGISTRY, path), "{path}");
    }
    for path in ["packages/ma/maybes/1.0.0.json", "curator.toml", "package-set.json", "x"] {
        assert!(!is_read(REGISTRY, path), "{path}");
    }
    assert!(is_read(CURATOR, LINES) && is_read(CURATOR, FACTS) && !is_read(CURATOR, "li/st/lists"));
}

#[test]
fn the_commits_of_one_place_stay_in_their_order_whatever_their_clocks_said() {
    let mut annals = Annals::about(None);
    let set = |touch| Happened {
        file: "package-set.json".parse().unwrap(),
        about: About::default(),
        what: Happening::SetWanted(touch),
    };
    annals.enter(commit(Area::Registry, 5), vec![set(Touch::Added)]);
    annals.enter(commit(Area::Registry, 2), vec![set(Touch::Changed)]);
    annals.enter(commit(Area::Registry, 9), vec![set(Touch::Removed)]);
    annals.enter(commit(Area::Index, 4), vec![set(Touch::Added)]);
    annals.enter(commit(Area::Index, 5), vec![set(Touch::Changed)]);
    let RegistryLog { entries, .. } = annals.finish(None, Vec::new());
    let days: Vec<(Area, String)> =
        entries.iter().map(|it| (it.area, it.when.map(Timestamp::date).unwrap().to_string()[8..].to_owned())).collect();
    let expected = [
        (Area::Index, "04"),
        (Area::Registry, "05"),
        (Area::Registry, "02"),
        (Area::Index, "05"),
        (Area::Registry, "09"),
    ];
    assert_eq!(days, expected.map(|(area, day)| (area, day.to_owned())));
}
