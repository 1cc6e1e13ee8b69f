//! What was verified, mirrored and restored, in words.

use std::fmt::{Display, Write as _};

use serde_json::{Value, json};

use crate::model::{Compare, MirrorReport, RestoreReport, Verified, VerifyDepth};
use crate::rules::report::findings::counted;
use crate::rules::report::inert::inert_line;

/// What is wrong with what the index has of a version; `None` where it has both halves.
#[must_use]
pub fn halves(has_facts: bool, has_line: bool, gone: bool) -> Option<String> {
    let what = match (has_facts, has_line) {
        (true, true) => return None,
        (false, false) if gone => "it was unpublished",
        (false, false) => "the index does not have it",
        (true, false) => "it has metadata, and no line in the index",
        (false, true) => "it has a line in the index, and no metadata",
    };
    Some(what.to_owned())
}

/// That no place has an archive.
#[must_use]
pub fn no_archive() -> String {
    "no place has it".to_owned()
}

/// That an archive has no manifest.
#[must_use]
pub fn no_manifest(file: &str) -> String {
    format!("there is no {file} in it")
}

/// That the manifest in an archive is not the one that was published.
#[must_use]
pub fn other_manifest() -> String {
    "it says something else than the index and the metadata".to_owned()
}

/// That something is not as it was recorded.
#[must_use]
pub fn differs(found: &impl Display, recorded: &impl Display) -> String {
    format!("{found}, and not {recorded}")
}

/// What is compared, as the start of a line.
fn subject(what: Compare) -> &'static str {
    match what {
        Compare::Halves => "index and metadata",
        Compare::Archive => "archive",
        Compare::Size => "size",
        Compare::Hash => "hash",
        Compare::Content => "hash of its content",
        Compare::Layout => "layout",
        Compare::Manifest => "manifest in it",
    }
}

/// What was verified, on a terminal: every line of a few versions, and of many what does not agree.
#[must_use]
pub fn verified_text(verified: &[Verified], depth: VerifyDepth, few: bool) -> String {
    let mut text = String::new();
    for it in verified.iter().filter(|it| few || !it.is_sound()) {
        let _ = writeln!(text, "{}@{} from {}", it.name, it.version, inert_line(&it.source));
        for comparison in &it.comparisons {
            let _ = match &comparison.fault {
                None if few => writeln!(text, "  agrees   {}", subject(comparison.what)),
                None => Ok(()),
                Some(fault) => writeln!(text, "  DIFFERS  {}: {}", subject(comparison.what), inert_line(fault)),
            };
        }
    }
    let unsound = verified.iter().filter(|it| !it.is_sound()).count();
    let agrees = match depth {
        VerifyDepth::Hash => "every size and hash agrees",
        VerifyDepth::Everything => "everything agrees",
    };
    let _ = match unsound {
        0 => writeln!(text, "{} verified: {agrees}.", counted(verified.len(), "version")),
        _ => writeln!(text, "{} looked at: {unsound} of them not as published.", counted(verified.len(), "version")),
    };
    text
}

/// The same for a program.
#[must_use]
pub fn verified_json(verified: &[Verified]) -> Value {
    let one = |it: &Verified| {
        let comparisons = it.comparisons.iter().map(|comparison| {
            json!({ "what": comparison.what.as_str(), "agrees": comparison.fault.is_none(), "fault": comparison.fault })
        });
        json!({
            "name": it.name,
            "version": it.version,
            "source": it.source,
            "sound": it.is_sound(),
            "comparisons": comparisons.collect::<Vec<_>>(),
        })
    };
    json!({ "sound": verified.iter().all(Verified::is_sound), "versions": verified.iter().map(one).collect::<Vec<_>>() })
}

/// What a mirror run did, on a terminal.
#[must_use]
pub fn mirror_text(report: &MirrorReport) -> String {
    let mut text = String::new();
    for lie in &report.lies {
        let _ = writeln!(text, "  not believed: {}", inert_line(lie));
    }
    for (name, version, reason) in &report.missing {
        let _ = writeln!(text, "  missing {name}@{version}: {}", inert_line(reason));
    }
    let versions = counted(report.versions, "version");
    let _ = match (report.fetched, report.files, report.removed) {
        (0, 0, 0) => writeln!(text, "Nothing new: {versions}."),
        (fetched, files, removed) => writeln!(
            text,
            "Fetched {} of {} bytes, wrote {} of the index, removed {}: {versions}.",
            counted(fetched, "archive"),
            report.bytes,
            counted(files, "file"),
            counted(removed, "archive"),
        ),
    };
    if !report.missing.is_empty() {
        let _ = writeln!(text, "{} cannot be had; the next run asks again.", counted(report.missing.len(), "archive"));
    }
    text
}

/// The same for a program.
#[must_use]
pub fn mirror_json(report: &MirrorReport) -> Value {
    let missing = report
        .missing
        .iter()
        .map(|(name, version, reason)| json!({ "name": name, "version": version, "reason": reason }));
    json!({
        "versions": report.versions,
        "fetched": report.fetched,
        "bytes": report.bytes,
        "files": report.files,
        "removed": report.removed,
        "missing": missing.collect::<Vec<_>>(),
        "notBelieved": report.lies,
    })
}

/// What a restoration made, on a terminal.
#[must_use]
pub fn restore_text(report: &RestoreReport, into: &str) -> String {
    let mut text = String::new();
    for (name, version) in &report.missing {
        let _ = writeln!(text, "  the mirror lacks the archive of {name}@{version}");
    }
    for (name, version) in &report.undefined {
        let _ =
            writeln!(text, "  no definition can be made of {name}@{version}: the index does not tell all that it said");
    }
    let registry = if report.copied { "copied" } else { "made of the index" };
    let _ = writeln!(
        text,
        "Restored into {}: {} of the index, {} of the registry ({registry}), {}.",
        inert_line(into),
        counted(report.index, "file"),
        counted(report.registry, "file"),
        counted(report.archives, "archive"),
    );
    let _ =
        writeln!(text, "`cd {} && curator plan` shows what separates the wanted from the published.", inert_line(into));
    text
}

/// The same for a program.
#[must_use]
pub fn restore_json(report: &RestoreReport, into: &str) -> Value {
    let versions = |list: &[(crate::model::PackageName, crate::model::Version)]| -> Vec<Value> {
        list.iter().map(|(name, version)| json!({ "name": name, "version": version })).collect()
    };
    json!({
        "into": into,
        "indexFiles": report.index,
        "registryFiles": report.registry,
        "registryCopied": report.copied,
        "archives": report.archives,
        "missing": versions(&report.missing),
        "undefined": versions(&report.undefined),
    })
}
