//! What a run did, in words: sync and pack.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Artifact, Finding, PackageName, Postponed, SyncReport, Version};

use super::amendment::{amendment_json, amendment_line};
use super::findings::counted;
use super::inert::inert_line;
use super::plan::{files_json, push_file};

/// What a sync did, on a terminal.
#[must_use]
pub fn sync_text(report: &SyncReport) -> String {
    let mut text = String::new();
    for (name, version, hash) in &report.published {
        let _ = writeln!(text, "  published {name}@{version}  {hash}");
    }
    for amendment in &report.amended {
        let _ = writeln!(text, "  done: {}", amendment_line(amendment));
    }
    for (name, version, store) in &report.removed {
        let _ = writeln!(text, "  removed {name}@{version} from store '{}'", inert_line(store));
    }
    for (name, version, store) in &report.restocked {
        let _ = writeln!(text, "  restocked {name}@{version} in store '{}': equals the index", inert_line(store));
    }
    for (name, version) in &report.documented {
        let _ = writeln!(text, "  documented {name}@{version}");
    }
    for (name, version) in &report.failed {
        let _ = writeln!(text, "  held back {name}@{version}");
    }
    for Postponed { name, version, next } in &report.postponed {
        let what = if next.is_some() { "not due" } else { "parked" };
        let _ = writeln!(text, "  {what} {name}@{version}");
    }
    let parked = parked(&report.postponed);
    if parked > 0 {
        let _ = writeln!(text, "What is parked failed for too long: {HOW_TO_RETRY}");
    }
    let did: Vec<String> = [
        (report.published.len(), "published"),
        (report.amended.len(), "amended"),
        (report.removed.len(), "removed"),
        (report.restocked.len(), "restocked"),
        (report.documented.len(), "documented"),
        (report.failed.len(), "held back"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    let total = |before: &str, after: &str| {
        report.total.map_or_else(String::new, |total| format!("{before}{} published{after}", counted(total, "version")))
    };
    if did.is_empty() && report.findings.iter().any(Finding::is_error) {
        let _ = writeln!(text, "Nothing was done{}, and errors stand above.", total(": ", ""));
    } else if did.is_empty() {
        text.push_str(&nothing_to_do(report.total, &report.postponed));
    } else {
        let _ = writeln!(text, "{}{}.", did.join(", "), total("; ", " in all"));
    }
    text
}

/// How what is parked is tried again.
const HOW_TO_RETRY: &str = "only `/curator retry` on its pull request, or `curator sync --retry`, has it tried again.";

/// How many of them nothing has tried again by itself.
fn parked(postponed: &[Postponed]) -> usize {
    postponed.iter().filter(|it| it.next.is_none()).count()
}

/// That there is nothing to do, with the number of versions that are published, where it is known, and of those that are
/// owed.
pub(super) fn nothing_to_do(published: Option<usize>, postponed: &[Postponed]) -> String {
    let parked = parked(postponed);
    match (published, postponed.len()) {
        (Some(published), 0) => {
            let published = counted(published, "version");
            format!("Nothing to do: {published} published, and that is all that is wanted.\n")
        }
        (None, 0) => "Nothing to do: all that is wanted is published.\n".to_owned(),
        (_, owed) if parked == 0 => {
            let owed = counted(owed, "version");
            format!("Nothing to do now: {owed} failed before and will be tried again; `curator status` says when.\n")
        }
        (_, owed) => {
            let owed = counted(owed, "version");
            format!(
                "Nothing to do now: {owed} failed before, {parked} of them for too long; `curator status` says when the others \
                 are tried again.\n"
            )
        }
    }
}

/// What a sync did, for a program.
#[must_use]
pub fn sync_json(report: &SyncReport, findings: &[Value]) -> Value {
    let published =
        report.published.iter().map(|(name, version, hash)| json!({ "name": name, "version": version, "hash": hash }));
    let removed =
        report.removed.iter().map(|(name, version, store)| json!({ "name": name, "version": version, "store": store }));
    let restocked = report
        .restocked
        .iter()
        .map(|(name, version, store)| json!({ "name": name, "version": version, "store": store }));
    json!({
        "published": published.collect::<Vec<_>>(),
        "amended": report.amended.iter().map(amendment_json).collect::<Vec<_>>(),
        "removed": removed.collect::<Vec<_>>(),
        "restocked": restocked.collect::<Vec<_>>(),
        "documented": identities(&report.documented),
        "heldBack": identities(&report.failed),
        "notTried": not_tried(&report.postponed),
        "total": report.total,
        "next": report.next,
        "findings": findings,
    })
}

/// Versions that were not tried, for a program.
fn not_tried(postponed: &[Postponed]) -> Vec<Value> {
    let told = |it: &Postponed| json!({ "name": it.name, "version": it.version, "next": it.next });
    postponed.iter().map(told).collect()
}

/// Versions, for a program.
pub(super) fn identities(versions: &[(PackageName, Version)]) -> Vec<Value> {
    versions.iter().map(|(name, version)| json!({ "name": name, "version": version })).collect()
}

/// An archive that was packed, on a terminal.
#[must_use]
pub fn artifact_text(artifact: &Artifact, out: &str) -> String {
    let mut text = String::new();
    for (path, file) in &artifact.files {
        push_file(&mut text, path, file);
    }
    let _ = writeln!(text, "{}, {} bytes, {}", inert_line(out), artifact.bytes.len(), artifact.encoder);
    let _ = writeln!(text, "hash     {}", artifact.hash);
    let _ = writeln!(text, "content  {}", artifact.content_hash);
    text
}

/// An archive that was packed, for a program.
#[must_use]
pub fn artifact_json(artifact: &Artifact, out: &str) -> Value {
    json!({
        "file": out,
        "bytes": artifact.bytes.len(),
        "encoder": artifact.encoder,
        "hash": artifact.hash,
        "contentHash": artifact.content_hash,
        "files": files_json(&artifact.files),
    })
}
