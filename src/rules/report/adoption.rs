//! What was adopted of another registry, for people and for programs.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::AdoptionReport;

use super::findings::counted;
use super::inert::inert_line;

/// What an import into the folder `into` adopted, on a terminal.
#[must_use]
pub fn adoption_text(report: &AdoptionReport, into: &str) -> String {
    let mut text = String::new();
    let into = inert_line(into);
    let AdoptionReport { packages, without_versions, versions, definitions, unpublished, package_sets, .. } = report;
    let _ =
        writeln!(text, "  {} registered, {without_versions} of them without a version", counted(*packages, "package"));
    let _ = writeln!(text, "  {} published, {definitions} of them with a definition", counted(*versions, "version"));
    let _ = writeln!(text, "  {} unpublished", counted(*unpublished, "version"));
    let _ = writeln!(text, "  {}", counted(*package_sets, "package set"));
    if report.written == 0 {
        let _ = writeln!(text, "Nothing to write: all of it is in {into} already.");
    } else {
        let _ = writeln!(text, "{} written to {into}.", counted(report.written, "file"));
    }
    let _ = match errors(report) {
        0 => writeln!(text, "Next: fill in {into}/registry/curator.toml, and ask there for `curator check --offline`."),
        number => writeln!(
            text,
            "{} above: mend that where it comes from and import into a new folder. Nothing of it was changed, and the \
             rest is imported.",
            counted(number, "error")
        ),
    };
    text
}

fn errors(report: &AdoptionReport) -> usize {
    report.findings.iter().filter(|finding| finding.is_error()).count()
}

/// What an import into the folder `into` adopted, for a program.
#[must_use]
pub fn adoption_json(report: &AdoptionReport, into: &str, findings: &[Value]) -> Value {
    json!({
        "directory": into,
        "packages": report.packages,
        "withoutVersions": report.without_versions,
        "versions": report.versions,
        "definitions": report.definitions,
        "unpublished": report.unpublished,
        "packageSets": report.package_sets,
        "written": report.written,
        "findings": findings,
    })
}
