//! What can happen, each in a sentence without a mark at its end.

use crate::model::{About, Happening, LogEntry, RangeChange, StatusKind, Touch, TreePath};

use super::super::findings::counted;
use super::super::words::{line, listed, word};
use super::authority::short;

/// The most of a list that is told.
const MOST: usize = 20;
/// The most characters that are repeated of somebody's reason.
const LONGEST_REASON: usize = 300;

/// What happened, and to whom.
pub(super) fn sentence(entry: &LogEntry) -> String {
    let event = event(&entry.what, &entry.file);
    match (&entry.about, &entry.what) {
        // Nobody's but the registry's.
        (_, Happening::SetWanted(_) | Happening::Configuration(_) | Happening::PackageSet(..)) => event,
        (About { package: Some(name), version: Some(version) }, _) => format!("{name}@{version}: {event}"),
        (About { package: Some(name), version: None }, _) => format!("{name}: {event}"),
        (About { package: None, .. }, _) => format!("the registry: {event}"),
    }
}

/// What happened, as the file tells.
pub(super) fn event(what: &Happening, file: &TreePath) -> String {
    match what {
        Happening::Registered { location, maintainers } => {
            let location = line(&location.to_string(), LONGEST_REASON);
            format!("registered at {location}, maintained by {}", numbers(maintainers))
        }
        Happening::Deregistered => "registration removed".to_owned(),
        Happening::Transferred { from, to } => {
            let [from, to] = [from, to].map(|location| line(&location.to_string(), LONGEST_REASON));
            format!("transferred from {from} to {to}")
        }
        Happening::Renumbered { from, to } => {
            let [from, to] = [from, to].map(|id| id.map_or_else(|| "no number".to_owned(), |id| id.to_string()));
            format!("number of the source repository: {from} → {to}")
        }
        Happening::Maintainers { added, removed } => format!("maintainers: {}", came(added, removed)),
        Happening::Owners { added, removed } => {
            format!("keys of owners: {added} came, {removed} went")
        }
        Happening::Advisory(id, touch) => format!("advisory {id} {}", touched(*touch)),
        Happening::SetWanted(touch) => format!("wishes for the next package set {}", touched(*touch)),
        Happening::Configuration(touch) => format!("{} {}", word(file.as_str()), touched(*touch)),
        Happening::PackageSet(version, touch) => format!("package set {version} {}", touched(*touch)),
        what => of_version(what, file),
    }
}

/// What happens to versions.
fn of_version(what: &Happening, file: &TreePath) -> String {
    match what {
        Happening::Defined { reference, commit, touch, .. } => {
            let tag = reference.as_ref().map_or_else(|| "no readable tag".to_owned(), |tag| word(tag.as_str()));
            let commit = commit.map_or_else(String::new, |commit| format!(", commit {}", short(&commit.to_string())));
            format!("definition {}: {tag}{commit}", touched(*touch))
        }
        Happening::Undefined => "definition removed".to_owned(),
        Happening::Overridden { revision, before, ranges, reason } => {
            let instead = before.map_or_else(String::new, |before| format!(", instead of {before}"));
            let told = changed(ranges);
            let told = if told.is_empty() { String::new() } else { format!(": {told}") };
            format!("bound override, revision {revision}{instead}{told}{}", because(reason.as_str()))
        }
        Happening::OverrideRemoved { revision } => format!("bound override, revision {revision}, removed"),
        Happening::StatusSet { kind, before, reason, replacement } => {
            let instead = before.filter(|before| before != kind);
            let instead = instead.map_or_else(String::new, |it| format!(" (was {})", it.as_str()));
            let use_ = replacement.as_ref().map_or_else(String::new, |name| format!("; use {name} instead"));
            format!("{}{instead}{use_}{}", kind.as_str(), because(reason.as_str()))
        }
        Happening::StatusRemoved { kind } => format!("no longer {}", kind.as_str()),
        what => of_index(what, file),
    }
}

/// What the index tells of a version.
fn of_index(what: &Happening, file: &TreePath) -> String {
    match what {
        Happening::Published { hash, commit, encoder, revision, .. } => {
            let parts = [
                Some(format!("archive {hash}")),
                encoder.map(|encoder| format!("encoder {encoder}")),
                commit.map(|commit| format!("source commit {}", short(&commit.to_string()))),
                revision.map(|revision| format!("with revision {revision} of its bounds")),
            ];
            format!("published: {}", parts.into_iter().flatten().collect::<Vec<_>>().join(", "))
        }
        Happening::Revised { from, to, ranges } => {
            let [from, to] = [from, to].map(|it| it.map_or_else(|| "none".to_owned(), |it| it.to_string()));
            let told = changed(ranges);
            let told = if told.is_empty() { String::new() } else { format!(": {told}") };
            format!("revision in the index: {from} → {to}{told}")
        }
        Happening::Unpublished { reason, .. } => format!("unpublished{}", because(reason.as_str())),
        Happening::RecordRemoved => "the record that it was unpublished was removed".to_owned(),
        Happening::Withdrawn => "its facts were removed, and nothing says that it was unpublished".to_owned(),
        Happening::Listed => "its manifest came into the index".to_owned(),
        Happening::Unlisted => "its manifest was removed from the index".to_owned(),
        Happening::LineChanged(keys, ranges) if ranges.is_empty() => {
            format!("its manifest in the index changed in {}", listed(keys))
        }
        Happening::LineChanged(keys, ranges) => {
            format!("its manifest in the index changed in {}: {}", listed(keys), changed(ranges))
        }
        Happening::Marked(kind, Some(mark)) => {
            let use_ = mark.replacement.as_ref().map_or_else(String::new, |name| format!("; use {name} instead"));
            format!("the index says: {}{use_}{}", kind.as_str(), because(mark.reason.as_str()))
        }
        Happening::Marked(kind, None) => format!("the index no longer says: {}", kind.as_str()),
        Happening::Affected { added, removed } => {
            let parts = [(added, "affected by"), (removed, "no longer affected by")];
            let told = parts.into_iter().filter(|(ids, _)| !ids.is_empty());
            let told = told.map(|(ids, verb)| format!("{verb} {}", listed(ids.iter().take(MOST))));
            format!("the index says: {}", told.collect::<Vec<_>>().join(", "))
        }
        Happening::FactsChanged(keys) => {
            let shown = keys.iter().take(MOST).map(|key| word(key));
            format!("its facts changed in {}", listed(shown))
        }
        Happening::Unreadable => format!("{} cannot be read from here on", word(file.as_str())),
        Happening::Readable => {
            format!("{} can be read again; what it said before is not known", word(file.as_str()))
        }
        _ => format!("{} was written otherwise and says the same", word(file.as_str())),
    }
}

fn because(reason: &str) -> String {
    let reason = line(reason, LONGEST_REASON);
    if reason.trim().is_empty() { "; no reason is given".to_owned() } else { format!(", because: {reason}") }
}

fn touched(touch: Touch) -> &'static str {
    match touch {
        Touch::Added => "added",
        Touch::Changed => "changed",
        Touch::Removed => "removed",
    }
}

fn numbers(people: &[u64]) -> String {
    if people.is_empty() {
        return "nobody".to_owned();
    }
    let shown = people.iter().take(MOST).map(ToString::to_string);
    match people.len().saturating_sub(MOST) {
        0 => listed(shown),
        more => format!("{} and {more} more", shown.collect::<Vec<_>>().join(", ")),
    }
}

fn came(added: &[u64], removed: &[u64]) -> String {
    let parts = [(added, "came"), (removed, "went")];
    let told = parts.into_iter().filter(|(people, _)| !people.is_empty());
    told.map(|(people, verb)| format!("{} {verb}", numbers(people))).collect::<Vec<_>>().join(", ")
}

/// What became of ranges.
fn changed(ranges: &[RangeChange]) -> String {
    let one = |RangeChange { name, before, after }: &RangeChange| {
        let [before, after] =
            [before, after].map(|range| range.as_ref().map_or_else(|| "unknown".to_owned(), ToString::to_string));
        format!("{name} {before} → {after}")
    };
    let shown = ranges.iter().take(MOST).map(one).collect::<Vec<_>>().join(", ");
    match ranges.len().saturating_sub(MOST) {
        0 => shown,
        more => format!("{shown} and {}", counted(more, "other range")),
    }
}

/// The name of a kind of happening, for programs.
pub(super) fn kind(what: &Happening) -> &'static str {
    match what {
        Happening::Registered { .. } => "registered",
        Happening::Deregistered => "deregistered",
        Happening::Transferred { .. } => "transferred",
        Happening::Renumbered { .. } => "renumbered",
        Happening::Maintainers { .. } => "maintainers",
        Happening::Owners { .. } => "owners",
        Happening::Defined { .. } => "defined",
        Happening::Undefined => "undefined",
        Happening::Overridden { .. } => "overridden",
        Happening::OverrideRemoved { .. } => "override-removed",
        Happening::StatusSet { kind: StatusKind::Yanked, .. } => "yanked",
        Happening::StatusSet { kind: StatusKind::Deprecated, .. } => "deprecated",
        Happening::StatusSet { kind: StatusKind::Quarantined, .. } => "quarantined",
        Happening::StatusSet { kind: StatusKind::Unpublished, .. } => "unpublish-wanted",
        Happening::StatusRemoved { .. } => "status-removed",
        Happening::Advisory(..) => "advisory",
        Happening::SetWanted(_) => "package-set-wanted",
        Happening::Configuration(_) => "configuration",
        Happening::Published { .. } => "published",
        Happening::Revised { .. } => "revised",
        Happening::Unpublished { .. } => "unpublished",
        Happening::RecordRemoved => "record-removed",
        Happening::Withdrawn => "withdrawn",
        Happening::Listed => "listed",
        Happening::Unlisted => "unlisted",
        Happening::LineChanged(..) => "manifest-changed",
        Happening::Marked(_, Some(_)) => "marked",
        Happening::Marked(_, None) => "unmarked",
        Happening::Affected { .. } => "affected",
        Happening::FactsChanged(_) => "facts-changed",
        Happening::PackageSet(..) => "package-set",
        Happening::Respelled => "respelled",
        Happening::Unreadable => "unreadable",
        Happening::Readable => "readable",
    }
}
