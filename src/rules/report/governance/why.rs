//! Why a version looks the way it does, in a few sentences at the end of its log.

use std::fmt::Write as _;

use crate::model::{Happening, LogEntry, LogScope, RegistryLog, Why};

use super::authority::{authority, short};
use super::happenings::sentence;
use super::lines::push;

/// The sentences; nothing, where no version was asked about.
pub(super) fn why_text(log: &RegistryLog) -> String {
    let (Some(why), Some(LogScope { package, version: Some(version) })) = (&log.why, &log.scope) else {
        return String::new();
    };
    let mut text = format!("Why {package}@{version} looks the way it does:\n");
    for (heading, told) in parts(log, why) {
        push(&mut text, 2, &format!("{heading}: {told}"));
    }
    text
}

/// The parts of the answer, each with what it is called.
fn parts(log: &RegistryLog, why: &Why) -> Vec<(&'static str, String)> {
    let told = |at: usize| log.entries.get(at).map(|entry| told(log, entry));
    let or_unknown = |at: Option<usize>, unknown: &str| at.and_then(told).unwrap_or_else(|| unknown.to_owned());
    let unseen = if log.since.is_some() { "not since that day" } else { "not known" };
    let mut parts = vec![("its definition", or_unknown(why.definition, unseen))];
    parts.extend(why.overrides.iter().filter_map(|at| Some(("its bounds", told(*at)?))));
    if why.overrides.is_empty() {
        parts.push(("its bounds", "those of its definition; no override is known".to_owned()));
    }
    parts.extend(why.status.and_then(told).map(|it| ("its status", it)));
    parts.extend(why.package_status.and_then(told).map(|it| ("the status of its package", it)));
    parts.extend(why.advisories.iter().filter_map(|at| Some(("an advisory", told(*at)?))));
    parts.push(("its archive", or_unknown(why.published, unseen)));
    parts.extend(why.unpublished.and_then(told).map(|it| ("and it is gone", it)));
    parts
}

/// What happened, in which commit, and by which authority.
fn told(log: &RegistryLog, entry: &LogEntry) -> String {
    let mut text = sentence(entry);
    let about = match (&entry.about.package, &entry.about.version) {
        (Some(name), Some(version)) => format!("{name}@{version}: "),
        (Some(name), None) => format!("{name}: "),
        _ => String::new(),
    };
    text = text.strip_prefix(&about).map_or(text.clone(), str::to_owned);
    if let Some(commit) = entry.commit.and_then(|at| log.commits.get(at)) {
        let pull = commit.record.claims().map(|claims| format!(", pull request {}", claims.pull.0));
        let _ = write!(text, " ({}{}", short(&commit.id), pull.unwrap_or_default());
        if !entry.by.is_empty() {
            let _ = write!(text, ", {}", authority(&entry.by));
        }
        text.push(')');
    }
    if matches!(entry.what, Happening::Published { .. }) && entry.commit.is_none() {
        text.push_str(" (so says the index, which has no history here)");
    }
    text
}
