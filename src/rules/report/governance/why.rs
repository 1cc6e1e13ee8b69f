//! Why a version looks the way it does, in a few sentences at the end of its log.

use std::fmt::Write as _;

use crate::model::{Happening, LogEntry, LogScope, RegistryLog, Why};

use super::authority::{authority, short};
use super::happenings::event;
use super::lines::push;

/// The sentences; nothing, where no version was asked about.
pub(super) fn why_text(log: &RegistryLog) -> String {
    let (Some(why), Some(LogScope { package, version: Some(version) })) = (&log.why, &log.scope) else {
        return String::new();
    };
    let mut text = format!("Why {package}@{version} looks the way it does:\n");
    for told in parts(log, why) {
        push(&mut text, 2, &told);
    }
    text
}

/// What made the version what it is, and what is not known of that.
fn parts(log: &RegistryLog, why: &Why) -> Vec<String> {
    let told = |at: usize| log.entries.get(at).map(|entry| told(log, entry));
    let known = |at: Option<usize>| at.and_then(told);
    let unseen = if log.since.is_some() { "not known of since that day" } else { "not known" };
    let mut parts = vec![known(why.definition).unwrap_or_else(|| format!("definition: {unseen}"))];
    parts.extend(why.overrides.iter().filter_map(|at| told(*at)));
    if why.overrides.is_empty() {
        parts.push("bounds: those of its definition; no override is known".to_owned());
    }
    parts.extend(known(why.status));
    parts.extend(known(why.package_status).map(|it| format!("its package: {it}")));
    parts.extend(why.advisories.iter().filter_map(|at| told(*at)));
    parts.push(known(why.published).unwrap_or_else(|| format!("archive: {unseen}")));
    parts.extend(known(why.unpublished));
    parts
}

/// What happened, in which commit, and by which authority.
fn told(log: &RegistryLog, entry: &LogEntry) -> String {
    let mut text = event(&entry.what, &entry.file);
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
