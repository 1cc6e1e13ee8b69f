//! What was chosen, locked and installed, in words.

use std::collections::BTreeSet;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{
    Caution, CautionKind, InstallReport, LockChange, LockFile, PackageName, ProjectFile, Requirement, SeverityLevel,
};
use crate::rules::report::findings::counted;
use crate::rules::report::inert::inert_line;

/// Versions that fit together, on a terminal.
#[must_use]
pub fn resolved_text(lock: &LockFile, direct: &BTreeSet<PackageName>, cautions: &[Caution], written: bool) -> String {
    let mut text = String::new();
    for (name, locked) in &lock.packages {
        let through = if direct.contains(name) { "" } else { "  (needed by others)" };
        let _ = writeln!(text, "{name} {}{through}", locked.version);
    }
    push_cautions(&mut text, cautions);
    if written {
        text.push_str("curator.lock is written.\n");
    }
    text
}

/// The same for a program.
#[must_use]
pub fn resolved_json(lock: &LockFile, direct: &BTreeSet<PackageName>, cautions: &[Caution], written: bool) -> Value {
    let package = |(name, locked): (&PackageName, &crate::model::LockedVersion)| {
        let is_direct = direct.contains(name);
        json!({ "name": name, "version": locked.version, "hash": locked.hash, "direct": is_direct })
    };
    let packages: Vec<Value> = lock.packages.iter().map(package).collect();
    let cautions = cautions_json(cautions);
    json!({ "indexCommit": lock.index, "packages": packages, "cautions": cautions, "lockWritten": written })
}

/// What came of an installation, on a terminal.
#[must_use]
pub fn install_text(report: &InstallReport) -> String {
    let mut text = String::new();
    for LockChange { name, from, to } in &report.changes {
        let _ = match (from, to) {
            (None, Some(to)) => writeln!(text, "  locked {name} {to}"),
            (Some(from), Some(to)) => writeln!(text, "  locked {name} {to}, was {from}"),
            (Some(from), None) => writeln!(text, "  no longer locked: {name} {from}"),
            (None, None) => Ok(()),
        };
    }
    for (name, version) in &report.installed {
        let _ = writeln!(text, "  installed {name} {version}");
    }
    for name in &report.removed {
        let _ = writeln!(text, "  removed {name}");
    }
    for lie in &report.lies {
        let _ = writeln!(text, "  not believed: {}", inert_line(lie));
    }
    push_cautions(&mut text, &report.cautions);
    if report.blind {
        text.push_str("No index was at hand: whether a version was withdrawn since it was locked was not looked up.\n");
    }
    let place = inert_line(&report.place).into_owned();
    let there = report.present + report.installed.len();
    let _ = match (report.installed.len(), report.removed.len()) {
        (0, 0) => writeln!(text, "Nothing to do: {} in {place}.", counted(there, "package")),
        (0, removed) => writeln!(text, "Removed {removed}: {} left in {place}.", counted(there, "package")),
        (installed, _) => writeln!(
            text,
            "Installed {installed}, {} bytes from elsewhere: {} in {place}.",
            report.transferred,
            counted(there, "package")
        ),
    };
    text
}

/// The same for a program.
#[must_use]
pub fn install_json(report: &InstallReport) -> Value {
    let change = |LockChange { name, from, to }: &LockChange| json!({ "name": name, "from": from, "to": to });
    json!({
        "installed": report.installed,
        "present": report.present,
        "removed": report.removed,
        "changes": report.changes.iter().map(change).collect::<Vec<_>>(),
        "bytesTransferred": report.transferred,
        "notBelieved": report.lies,
        "cautions": cautions_json(&report.cautions),
        "indexSeen": !report.blind,
        "place": report.place,
    })
}

/// What became of a project, on a terminal.
#[must_use]
pub fn edited_text(
    file: Option<ProjectFile>,
    put: &[(PackageName, Requirement)],
    dropped: &[PackageName],
    report: &InstallReport,
) -> String {
    let mut text = String::new();
    let file = file.map(|file| file.to_string()).unwrap_or_default();
    for (alias, Requirement { package, range }) in put {
        let range = range.as_ref().map_or_else(|| "in any version".to_owned(), ToString::to_string);
        let called = if alias == package { String::new() } else { format!(" as {alias}") };
        let _ = writeln!(text, "  {file} asks for {package} {range}{called}");
    }
    for name in dropped {
        let _ = writeln!(text, "  {file} does not ask for {name} any more");
    }
    text + &install_text(report)
}

/// The same for a program.
#[must_use]
pub fn edited_json(
    file: Option<ProjectFile>,
    put: &[(PackageName, Requirement)],
    dropped: &[PackageName],
    report: &InstallReport,
) -> Value {
    let put = put.iter().map(|(alias, it)| json!({ "as": alias, "package": it.package, "range": it.range }));
    let mut value = install_json(report);
    if let Some(members) = value.as_object_mut() {
        members.insert("file".to_owned(), json!(file.map(|file| file.to_string())));
        members.insert("added".to_owned(), put.collect());
        members.insert("dropped".to_owned(), json!(dropped));
    }
    value
}

fn push_cautions(text: &mut String, cautions: &[Caution]) {
    for caution in cautions {
        let _ = writeln!(text, "  take care: {}", caution_line(caution));
    }
}

fn caution_line(Caution { name, version, kind }: &Caution) -> String {
    match kind {
        CautionKind::Yanked(mark) => {
            format!(
                "{name} {version} was yanked ({}); `curator update {name}` leaves it",
                inert_line(mark.reason.as_str())
            )
        }
        CautionKind::Deprecated(mark) => {
            let instead = mark.replacement.as_ref().map(|it| format!("; use {it} instead")).unwrap_or_default();
            format!("{name} {version} is deprecated ({}){instead}", inert_line(mark.reason.as_str()))
        }
        CautionKind::Advisory(id, SeverityLevel::Unknown) => format!("{name} {version} has the advisory {id}"),
        CautionKind::Advisory(id, level) => format!("{name} {version} has the advisory {id} ({})", level.as_str()),
    }
}

fn cautions_json(cautions: &[Caution]) -> Vec<Value> {
    let one = |Caution { name, version, kind }: &Caution| {
        let (kind, detail) = match kind {
            CautionKind::Yanked(mark) => ("yanked", json!(mark)),
            CautionKind::Deprecated(mark) => ("deprecated", json!(mark)),
            CautionKind::Advisory(id, level) => ("advisory", json!({ "id": id, "level": level.as_str() })),
        };
        json!({ "name": name, "version": version, "kind": kind, "detail": detail })
    };
    cautions.iter().map(one).collect()
}
