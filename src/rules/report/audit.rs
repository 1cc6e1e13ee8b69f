//! What an audit found, for people and for programs.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{AuditReport, Code};

use super::findings::{Style, Texts, counted, human, view};

/// The findings of an audit on a terminal, and how many there are of each code.
#[must_use]
pub fn audit_text(report: &AuditReport, style: Style) -> String {
    let texts = Texts::new();
    let mut text = String::new();
    for finding in &report.findings {
        let _ = writeln!(text, "{}\n", human(finding, &texts, style));
    }
    let looked_at = [
        counted(report.packages, "package"),
        counted(report.versions, "version"),
        counted(report.package_sets, "package set"),
        counted(report.archives_read, "archive"),
    ];
    let _ = write!(text, "{} audited: ", looked_at.join(", "));
    if report.findings.is_empty() {
        let _ = writeln!(text, "all agree.");
    } else {
        let counts: Vec<String> = counts(report).iter().map(|(code, number)| format!("{number} {code}")).collect();
        let _ = writeln!(text, "{} ({}).", counted(report.findings.len(), "finding"), counts.join(", "));
    }
    text
}

/// What an audit found, for a program.
#[must_use]
pub fn audit_json(report: &AuditReport) -> Value {
    let texts = Texts::new();
    let findings: Vec<_> = report.findings.iter().map(|finding| view(finding, &texts)).collect();
    json!({
        "packages": report.packages,
        "versions": report.versions,
        "packageSets": report.package_sets,
        "archivesRead": report.archives_read,
        "counts": counts(report),
        "findings": findings,
    })
}

fn counts(report: &AuditReport) -> BTreeMap<Code, usize> {
    let mut counts = BTreeMap::new();
    for finding in &report.findings {
        *counts.entry(finding.code).or_default() += 1;
    }
    counts
}
