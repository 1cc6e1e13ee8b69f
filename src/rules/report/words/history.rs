//! What an audit of the history says.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Area, Code, Deed, Fact, Fate, HistoryReport, Incident, PastCommit, Subject, Trace};

use super::{Wording, listed, word};

/// The damage of an incident that is still there; `None` where all of it was healed or it damaged nothing.
#[must_use]
pub fn damage(report: &HistoryReport, incident: &Incident) -> Option<Wording> {
    let open: Vec<&Trace> = incident.traces.iter().filter(|trace| trace.fate == Fate::Open).collect();
    let (first, commit) = (open.first()?, report.commits.get(incident.commit)?);
    if !incident.deed.is_damage() {
        return None;
    }
    let healed = match incident.traces.len() - open.len() {
        0 => String::new(),
        healed => format!(" ({healed} more, healed since)"),
    };
    let message = format!(
        "{}{healed} {}: {}{}",
        facts(&open),
        happened(incident.deed, &open, commit),
        subjects(&open),
        keys(incident)
    );
    let (code, hint) = match (incident.deed, first.fact) {
        (_, Fact::Definition) => (Code::DefinitionRewritten, RESTORE_DEFINITION),
        (Deed::Spoiled, _) if commit.area == Area::Registry => (Code::RegistryUnreadable, RESTORE_FILE),
        (Deed::Spoiled, _) => (Code::IndexUnreadable, RESTORE_FILE),
        (Deed::Vanished, _) => (Code::Vanished, RESTORE_VERSION),
        _ => (Code::Rewritten, RESTORE_FACTS),
    };
    Some(Wording::error(code, message).hint(hint))
}

const RESTORE_DEFINITION: &str =
    "restore the file as it was before that commit; what was published is not what stands here";
const RESTORE_FILE: &str = "restore the file as it was before that commit";
const RESTORE_VERSION: &str =
    "put it back as it was before that commit, or record that it was unpublished: whoever depends on it cannot build";
const RESTORE_FACTS: &str =
    "restore what that commit replaced, if the archives are still those; lockfiles and mirrors were made from it";

/// What happened to these facts, and in which commit.
#[must_use]
pub fn happened(deed: Deed, traces: &[&Trace], commit: &PastCommit) -> String {
    let (one, many) = match deed {
        Deed::Spoiled => ("became unreadable", "became unreadable"),
        Deed::Vanished => ("was lost", "were lost"),
        Deed::Rewritten => ("was rewritten", "were rewritten"),
        Deed::Changed => ("was changed", "were changed"),
        Deed::Unpublished => ("was unpublished", "were unpublished"),
        Deed::Revised => ("was revised", "were revised"),
    };
    let verb = if traces.len() == 1 { one } else { many };
    format!("{verb} in {}", named(commit))
}

/// The keys in which rewritten manifests differ, where any are.
fn keys(incident: &Incident) -> String {
    let keys: Vec<String> = incident.keys.iter().map(|(key, count)| format!("{key} ({count})")).collect();
    if keys.is_empty() { String::new() } else { format!("; the manifests differ in {}", listed(keys)) }
}

/// A commit as a person looks it up: its id, day and author.
#[must_use]
pub fn named(commit: &PastCommit) -> String {
    let id: String = commit.id.chars().take(10).collect();
    let name = commit.author.split(" <").next().unwrap_or_default();
    format!("{} ({}, {})", word(&id), commit.time.date(), word(name))
}

/// `2 manifests and 1 hash`.
#[must_use]
pub fn facts(traces: &[&Trace]) -> String {
    let mut counts: BTreeMap<Fact, usize> = BTreeMap::new();
    for trace in traces {
        *counts.entry(trace.fact).or_default() += 1;
    }
    listed(counts.into_iter().map(|(fact, count)| {
        let (one, many) = nouns(fact);
        format!("{count} {}", if count == 1 { one } else { many })
    }))
}

/// One and many of a fact.
fn nouns(fact: Fact) -> (&'static str, &'static str) {
    match fact {
        Fact::Line => ("manifest", "manifests"),
        Fact::Entry => ("metadata entry", "metadata entries"),
        Fact::Hash => ("hash", "hashes"),
        Fact::Bytes => ("size", "sizes"),
        Fact::PublishedTime => ("publication time", "publication times"),
        Fact::ContentHash => ("content hash", "content hashes"),
        Fact::Commit => ("commit", "commits"),
        Fact::Encoder => ("encoder", "encoders"),
        Fact::DefinitionDigest => ("digest of a definition", "digests of definitions"),
        Fact::Record => ("unpublish record", "unpublish records"),
        Fact::Definition => ("definition", "definitions"),
        Fact::PackageSet => ("package set", "package sets"),
        Fact::Readable => ("file", "files"),
        Fact::Compilers => ("list of compilers", "lists of compilers"),
        Fact::Reference => ("ref", "refs"),
        Fact::Location => ("location", "locations"),
        Fact::Owners => ("list of owners", "lists of owners"),
        Fact::Other => ("entry in another key", "entries in other keys"),
        Fact::Spelling => ("spelling of an entry", "spellings of entries"),
    }
}

/// Whom it concerns: all of them where they are few, else the first ones and how many more there are.
#[must_use]
pub fn subjects(traces: &[&Trace]) -> String {
    const FEW: usize = 3;
    let subjects: BTreeSet<&Subject> = traces.iter().map(|trace| &trace.subject).collect();
    let few: Vec<String> = subjects.iter().take(FEW).map(|subject| shown(subject)).collect();
    match subjects.len().saturating_sub(FEW) {
        0 => listed(few),
        more => format!("{} and {more} more", few.join(", ")),
    }
}

/// A subject as a person names it.
#[must_use]
pub fn shown(subject: &Subject) -> String {
    match subject {
        Subject::Version(name, version) => format!("{name}@{version}"),
        Subject::Package(name) => name.to_string(),
        Subject::Set(version) => version.to_string(),
        Subject::File(path) => word(path.as_str()),
    }
}
