//! What a run did, in words: sync and pack.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{Artifact, Finding, Mode, SyncReport};

use super::findings::counted;
use super::inert::inert_line;
use super::plan::files_json;

/// What a sync did, on a terminal.
#[must_use]
pub fn sync_text(report: &SyncReport) -> String {
    let mut text = String::new();
    for (name, version, hash) in &report.published {
        let _ = writeln!(text, "  published {name}@{version}  {hash}");
    }
    for (name, version, store) in &report.restocked {
        let _ = writeln!(text, "  restocked {name}@{version} in store '{}': equals the index", inert_line(store));
    }
    for (name, version) in &report.failed {
        let _ = writeln!(text, "  held back {name}@{version}");
    }
    let total = counted(report.total, "version");
    let did: Vec<String> = [
        (report.published.len(), "published"),
        (report.restocked.len(), "restocked"),
        (report.failed.len(), "held back"),
    ]
    .iter()
    .filter(|(number, _)| *number > 0)
    .map(|(number, what)| format!("{number} {what}"))
    .collect();
    if did.is_empty() && report.findings.iter().any(Finding::is_error) {
        let _ = writeln!(text, "Nothing was done: {total} published, and errors stand above.");
    } else if did.is_empty() {
        let _ = writeln!(text, "Nothing to do: {total} published, and that is all that is wanted.");
    } else {
        let _ = writeln!(text, "{}; {total} published in all.", did.join(", "));
    }
    text
}

/// What a sync did, for a program.
#[must_use]
pub fn sync_json(report: &SyncReport, findings: &[Value]) -> Value {
    let published =
        report.published.iter().map(|(name, version, hash)| json!({ "name": name, "version": version, "hash": hash }));
    let restocked = report
        .restocked
        .iter()
        .map(|(name, version, store)| json!({ "name": name, "version": version, "store": store }));
    let failed = report.failed.iter().map(|(name, version)| json!({ "name": name, "version": version }));
    json!({
        "published": published.collect::<Vec<_>>(),
        "restocked": restocked.collect::<Vec<_>>(),
        "heldBack": failed.collect::<Vec<_>>(),
        "total": report.total,
        "findings": findings,
    })
}

/// An archive that was packed, on a terminal.
#[must_use]
pub fn artifact_text(artifact: &Artifact, out: &str) -> String {
    let mut text = String::new();
    for (path, file) in &artifact.files {
        let mark = if file.mode == Mode::Executable { '*' } else { ' ' };
        let _ = writeln!(text, "{:>9}{mark} {}", file.bytes.len(), inert_line(path.as_str()));
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
