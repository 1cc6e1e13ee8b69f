//! What a pull request asks for and what would be published: version by version, with what is new about it in bold.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::model::{
    ChangeKind, Compilation, Definition, Difference, Finding, Location, Manifest, NonEmpty, Owner, PackageBefore,
    PackageName, Prepared, ProposedChange, Registration, Review, StatusKind, Version,
};

use super::super::findings::counted;
use super::super::markdown::{Room, code, fitting, short_code};
use super::super::words::compile::tool_name;
use super::super::words::listed;

/// What is shown of the changes, of the versions, and of what changes about packages.
const CHANGES: Room = Room { chars: 4_000, items: 20, indent: "" };
const VERSIONS: Room = Room { chars: 12_000, items: 40, indent: "" };
const SUBJECTS: Room = Room { chars: 4_000, items: 20, indent: "" };
/// The most keys or maintainers that are named.
const MOST_NAMED: usize = 10;
/// The most files that are named of a change, and the most characters of one.
const MOST_FILES: usize = 10;
const LONGEST_PATH: usize = 200;
/// The most packages that are named of a resolution.
const MOST_PICKS: usize = 12;
/// The digits of a commit that people read.
const SHORT: usize = 12;

/// What is asked for, where that is more than the versions that are shown anyway.
pub(super) fn changes(review: &Review) -> String {
    let is_shown = |change: &&ProposedChange| {
        let prepared = |it: &Prepared| {
            let Manifest { name, version, .. } = &it.publication.definition.manifest;
            change.package.as_ref() == Some(name) && change.version.as_ref() == Some(version)
        };
        change.kind == ChangeKind::NewVersion && review.prepared.iter().any(prepared)
    };
    let changes: Vec<&ProposedChange> = review.changes.iter().filter(|change| !is_shown(change)).collect();
    if changes.is_empty() {
        return String::new();
    }
    format!("It asks for:\n\n{}", fitting(&changes, CHANGES, "change", |change| asked(change)))
}

fn asked(change: &ProposedChange) -> String {
    let about = match (&change.package, &change.version) {
        (Some(name), Some(version)) => format!(": {}", code(&format!("{name}@{version}"))),
        (Some(name), None) => format!(": {}", code(name.as_str())),
        _ => {
            let shown: Vec<String> =
                change.files.iter().take(MOST_FILES).map(|file| short_code(file, LONGEST_PATH)).collect();
            let more = change.files.len().saturating_sub(shown.len());
            let more = if more == 0 { String::new() } else { format!(" and {}", counted(more, "more file")) };
            format!(": {}{more}", shown.join(", "))
        }
    };
    format!("- {}{about}\n", kind(change.kind))
}

/// What the dependencies resolve to.
fn resolved(resolution: &BTreeMap<PackageName, Version>) -> String {
    let picks = resolution.iter().take(MOST_PICKS);
    let shown: Vec<String> = picks.map(|(name, version)| code(&format!("{name}@{version}"))).collect();
    let more = resolution.len() - shown.len();
    let more = if more == 0 { String::new() } else { format!(" and {}", counted(more, "more package")) };
    format!("resolves to {}{more}", shown.join(", "))
}

/// A kind of change, in words.
fn kind(kind: ChangeKind) -> &'static str {
    match kind {
        ChangeKind::NewPackage => "a new package",
        ChangeKind::NewVersion => "a new version",
        ChangeKind::Override => "other bounds",
        ChangeKind::Status(Some(StatusKind::Yanked)) => "a yank",
        ChangeKind::Status(Some(StatusKind::Deprecated)) => "a deprecation",
        ChangeKind::Status(Some(StatusKind::Quarantined)) => "a quarantine",
        ChangeKind::Status(Some(StatusKind::Unpublished)) => "an unpublishing",
        ChangeKind::StatusTakenBack(StatusKind::Yanked) => "a yank that is taken back",
        ChangeKind::StatusTakenBack(_) => "a deprecation that is taken back",
        ChangeKind::Status(None) => "another status, or none any more",
        ChangeKind::Registration => "another registration",
        ChangeKind::Advisory => "an advisory",
        ChangeKind::PackageSet => "another package set",
        ChangeKind::Configuration => "a change of the registry itself",
        ChangeKind::Forbidden => "a change of what is published",
    }
}

/// Each version that would be published, with what is new about it in bold.
pub(super) fn versions(review: &Review) -> String {
    if review.prepared.is_empty() {
        return String::new();
    }
    let shown = fitting(&review.prepared, VERSIONS, "version", |prepared| version(review, prepared));
    format!("### What is published by it\n\n{shown}")
}

fn version(review: &Review, prepared: &Prepared) -> String {
    let Definition { manifest, commit, .. } = &prepared.publication.definition;
    let Manifest { name, version, .. } = manifest;
    let mut text = format!("{}\n\n", code(&format!("{name}@{version}")));
    let at = commit.map_or_else(|| "no commit".to_owned(), |commit| linked(&manifest.location, &commit.to_string()));
    let (location, reference) = (code(&manifest.location.to_string()), code(manifest.reference.as_str()));
    let _ = writeln!(text, "- source: {location} at {reference}, commit {at}");
    if let Some(bound_override) = &prepared.publication.bound_override {
        let _ = writeln!(text, "- bounds: those of the override's revision {}", bound_override.revision);
    }
    if let Some(artifact) = &prepared.artifact {
        let (size, files) = (counted(artifact.bytes.len(), "byte"), counted(artifact.files.len(), "file"));
        let _ = writeln!(
            text,
            "- archive: `{}-{version}.tar.gz`, {size}, {files}, encoder `{}`",
            name.stem(),
            artifact.encoder
        );
        let _ = writeln!(text, "- hash: `{}`", artifact.hash);
        let _ = writeln!(text, "- content hash: `{}`", artifact.content_hash);
    }
    let known = review.compiled.versions.get(&(name.clone(), version.clone()));
    let _ = writeln!(text, "- {}", known.map_or_else(|| "not compiled".to_owned(), compiled));
    if let Some(difference) = &prepared.difference {
        let _ = writeln!(text, "- {}", compared(difference));
    }
    if !prepared.resolution.is_empty() {
        let _ = writeln!(text, "- {}", resolved(&prepared.resolution));
    }
    if let Some(before) = review.subjects.get(name).and_then(|before| before.previous.as_ref()) {
        if before.license.canonical() != manifest.license.canonical() {
            let (old, new) = (code(before.license.as_str()), code(manifest.license.as_str()));
            let _ = writeln!(text, "- **the licence changes from {old} (in {}) to {new}**", before.version);
        }
        let are_archives = before.location.is_archive() && manifest.location.is_archive();
        if before.location != manifest.location && !are_archives {
            let (old, new) = (code(&before.location.to_string()), code(&manifest.location.to_string()));
            let _ = writeln!(text, "- **the source changes from {old} (in {}) to {new}**", before.version);
        }
    }
    match prepared.findings.iter().filter(|finding| Finding::is_error(finding)).count() {
        0 => {}
        errors => {
            let _ = writeln!(text, "- **not published as it is: {}**", counted(errors, "error"));
        }
    }
    text.push('\n');
    text
}

/// A commit in short, with a link where it is on GitHub: owner and name have the letters of names there, and no others.
fn linked(location: &Location, commit: &str) -> String {
    let short = commit.get(..SHORT).unwrap_or(commit);
    match location {
        Location::GitHub { github_owner, github_repo, .. } => {
            format!("[`{short}`](https://github.com/{github_owner}/{github_repo}/commit/{commit})")
        }
        Location::Git { .. } | Location::Archive { .. } => format!("`{short}`"),
    }
}

fn compiled(known: &Compilation) -> String {
    match known {
        Compilation::Compiled(tool) => format!("compiled with {}", code(&tool_name(tool))),
        Compilation::Failed => "**does not compile**".to_owned(),
    }
}

fn compared(difference: &Difference) -> String {
    if difference.is_empty() {
        return format!("the same files as {}", difference.from);
    }
    let groups = [(&difference.added, "added"), (&difference.removed, "removed"), (&difference.changed, "changed")];
    let parts = groups.iter().filter(|(paths, _)| !paths.is_empty());
    let parts = parts.map(|(paths, what)| format!("{} {what}", counted(paths.len(), "file")));
    format!("compared with {}: {}", difference.from, listed(parts))
}

/// What changes about packages, in bold: where they are, and who speaks for them.
pub(super) fn subjects(review: &Review) -> String {
    let changed: Vec<(&PackageName, &PackageBefore)> =
        review.subjects.iter().filter(|(_, before)| before.registering.is_some()).collect();
    if changed.is_empty() {
        return String::new();
    }
    let shown = fitting(&changed, SUBJECTS, "package", |(name, before)| {
        before.registering.as_ref().map(|new| registered(name, before.registered.as_ref(), new)).unwrap_or_default()
    });
    format!("### Who speaks for it\n\n{shown}\n")
}

fn registered(name: &PackageName, old: Option<&Registration>, new: &Registration) -> String {
    let name = code(name.as_str());
    let Some(old) = old else {
        let maintainers = accounts(&new.maintainers);
        let owners = keys(&key_list(new.owners.as_ref()));
        return format!(
            "- {name} is registered for {}; maintainers: {maintainers}; keys: {owners}\n",
            code(&new.location.to_string())
        );
    };
    let mut lines = Vec::new();
    if old.location != new.location {
        let (old, new) = (code(&old.location.to_string()), code(&new.location.to_string()));
        lines.push(format!("the source changes from {old} to {new}"));
    }
    if old.location_id != new.location_id {
        let number = |id: Option<u64>| id.map_or_else(|| "none".to_owned(), |id| id.to_string());
        let (old, new) = (number(old.location_id), number(new.location_id));
        lines.push(format!("the number of its repository changes from {old} to {new}"));
    }
    let only_in = |a: &[u64], b: &[u64]| a.iter().copied().filter(|id| !b.contains(id)).collect::<Vec<u64>>();
    let (came, went) = (only_in(&new.maintainers, &old.maintainers), only_in(&old.maintainers, &new.maintainers));
    let (old_keys, new_keys) = (key_list(old.owners.as_ref()), key_list(new.owners.as_ref()));
    let keys_only_in = |a: &[&Owner], b: &[&Owner]| {
        let keys: Vec<String> = a.iter().filter(|key| !b.contains(key)).map(|key| key_text(key)).collect();
        keys
    };
    let people = [("maintainers come", accounts_of(&came)), ("maintainers go", accounts_of(&went))];
    let keys = [("keys come", keys_only_in(&new_keys, &old_keys)), ("keys go", keys_only_in(&old_keys, &new_keys))];
    for (what, named) in people.into_iter().chain(keys).filter(|(_, named)| !named.is_empty()) {
        lines.push(format!("{what}: {}", capped(&named)));
    }
    lines.iter().fold(String::new(), |text, line| text + &format!("- **{name}: {line}**\n"))
}

fn key_list(owners: Option<&NonEmpty<Owner>>) -> Vec<&Owner> {
    owners.map(|owners| owners.iter().collect()).unwrap_or_default()
}

fn key_text(key: &Owner) -> String {
    code(&format!("{} {}", key.keytype(), key.public()))
}

fn keys(keys: &[&Owner]) -> String {
    capped(&keys.iter().map(|key| key_text(key)).collect::<Vec<_>>())
}

fn accounts(ids: &[u64]) -> String {
    capped(&accounts_of(ids))
}

fn accounts_of(ids: &[u64]) -> Vec<String> {
    ids.iter().map(|id| format!("account {id}")).collect()
}

/// The first of a list, and the number of the others.
fn capped(items: &[String]) -> String {
    let more = items.len().saturating_sub(MOST_NAMED);
    let more = (more > 0).then(|| format!("{more} more"));
    let shown: Vec<String> = items.iter().take(MOST_NAMED).cloned().chain(more).collect();
    if shown.is_empty() { "none".to_owned() } else { listed(shown) }
}
