//! The governance log on a terminal.

use std::fmt::Write as _;

use crate::model::{Area, LogCommit, LogEntry, RegistryLog, Timestamp, Walked};

use super::super::findings::counted;
use super::super::words::line;
use super::authority::{authority, recorded, said, short};
use super::happenings::sentence;
use super::lines::push;
use super::why::why_text;

/// In which order the log is told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Order {
    /// The newest first.
    NewestFirst,
    /// The oldest first.
    OldestFirst,
}

/// The most things of one commit that are told: an import publishes thousands, and each is told to a program, and where
/// somebody asks about its package.
const MOST_OF_ONE: usize = 12;
/// The most characters of the title of a commit.
const LONGEST_TITLE: usize = 100;

/// The log, a paragraph for each commit; then why the version looks the way it does, where one was asked about.
#[must_use]
pub fn log_text(log: &RegistryLog, order: Order) -> String {
    let mut paragraphs: Vec<&[LogEntry]> =
        log.entries.chunk_by(|one, other| one.commit.is_some() && one.commit == other.commit).collect();
    if order == Order::NewestFirst {
        paragraphs.reverse();
    }
    let mut text = String::new();
    for entries in paragraphs {
        paragraph(&mut text, log, entries);
        text.push('\n');
    }
    let why = why_text(log);
    if !why.is_empty() {
        let _ = writeln!(text, "{why}");
    }
    push(&mut text, 0, &ending(log));
    text
}

fn paragraph(text: &mut String, log: &RegistryLog, entries: &[LogEntry]) {
    let Some(first) = entries.first() else { return };
    let commit = first.commit.and_then(|at| log.commits.get(at));
    text.push_str(&heading(first, commit));
    let is_one = entries.iter().all(|entry| entry.by == first.by);
    for entry in entries.iter().take(MOST_OF_ONE) {
        let by = if is_one || entry.by.is_empty() { String::new() } else { format!("; {}", authority(&entry.by)) };
        push(text, 2, &format!("{}{by}", sentence(entry)));
    }
    if entries.len() > MOST_OF_ONE {
        push(text, 2, &format!("and {} more", entries.len() - MOST_OF_ONE));
    }
    let Some(commit) = commit else { return };
    if is_one && !first.by.is_empty() {
        push(text, 2, &authority(&first.by));
    }
    for sentence in said(&commit.record) {
        push(text, 2, &sentence);
    }
    push(text, 2, &format!("git: {}", recorded(commit)));
}

/// The first line of a paragraph: when, where, and the title that somebody gave it.
fn heading(entry: &LogEntry, commit: Option<&LogCommit>) -> String {
    let when = entry.when.map_or_else(|| "at a time that nothing tells".to_owned(), time);
    let place = place(entry.area);
    match commit {
        Some(commit) => {
            let title = line(&commit.title, LONGEST_TITLE);
            format!("{when}  {place} {}  {title}\n", short(&commit.id))
        }
        None => format!("{when}  {place}, which has no history\n"),
    }
}

/// A time to the minute.
fn time(time: Timestamp) -> String {
    let text = time.to_string();
    let minutes: String = text.chars().take("2026-01-01T00:00".len()).collect();
    format!("{} UTC", minutes.replace('T', " "))
}

fn place(area: Area) -> &'static str {
    if area == Area::Index { "index" } else { "registry" }
}

/// What was looked at, and what was found.
fn ending(log: &RegistryLog) -> String {
    let about = log.scope.as_ref().map_or_else(String::new, |scope| match &scope.version {
        Some(version) => format!(" of {}@{version}", scope.package),
        None => format!(" of {}", scope.package),
    });
    let since = log.since.map(|since| format!(" since {since}")).unwrap_or_default();
    let walked: Vec<String> = log.walked.iter().map(looked_at).collect();
    let found = match log.entries.len() {
        0 => format!("Nothing is recorded{about}{since}"),
        1 => format!("1 entry{about}{since}"),
        many => format!("{many} entries{about}{since}"),
    };
    format!("{found}; read: {}.", walked.join(", "))
}

fn looked_at(walked: &Walked) -> String {
    let place = place(walked.area);
    match (walked.commits, &walked.until) {
        (Some(commits), _) => format!("{} of the {place}", counted(commits, "commit")),
        (None, Some(_)) => format!("the {place} as it stands (it has no history)"),
        (None, None) => format!("no {place} (there is none)"),
    }
}
