//! What became of a merged pull request: whether its versions can be installed, and otherwise why not and what to do.

use crate::model::{AnnouncedVersion, Announcement, PullNumber, Timestamp, VersionOutcome};

use super::super::findings::counted;
use super::super::inert::inert_line;
use super::super::markdown::{Room, code, fitting};
use super::comment::MARKER;
use super::decision::when;

/// What is shown of the versions.
const VERSIONS: Room = Room { chars: 40_000, items: 500, indent: "" };

/// What whoever waits for a version that failed can do.
const WAY_OUT: &str = "When its reason is mended, a comment with `/curator retry` on a line of its own has it tried at \
                       once, however long ago that was. What is merged stays as it is: where the definition itself is \
                       wrong, publish the next version.\n";

/// What is said in place of the review once a pull request is merged, in Markdown.
#[must_use]
pub fn announcement(announcement: &Announcement) -> String {
    let Announcement { merged, versions, .. } = announcement;
    let is_owed = versions.iter().any(|it| matches!(it.outcome, VersionOutcome::Owed { .. }));
    let is_waiting = versions.iter().any(|it| it.outcome == VersionOutcome::Waiting);
    let headline = match (is_owed, is_waiting) {
        (true, _) => "Merged, and not all of it is published",
        (false, true) => "Merged: its publication is under way",
        (false, false) if versions.is_empty() => "Merged: there is nothing to publish",
        (false, false) => "Published",
    };
    let list = fitting(versions, VERSIONS, "version", |version| announced(*merged, version));
    let asked = announcement.retried.filter(|_| is_owed);
    let asked = asked.map_or_else(String::new, |at| format!("\nAnother try was last asked for on {}.\n", when(at)));
    let is_due_again = versions.iter().any(|it| matches!(it.outcome, VersionOutcome::Owed { next: Some(_), .. }));
    let foot = match (is_owed, is_due_again) {
        (true, true) => format!("\nWhat failed is tried again by itself, at longer and longer intervals. {WAY_OUT}"),
        (true, false) => format!("\nNothing tries it again by itself. {WAY_OUT}"),
        (false, _) => String::new(),
    };
    format!("{MARKER}\n**{headline}.**\n\n{list}{asked}{foot}")
}

/// What is said on a merged pull request that cannot be looked at any more, in Markdown; without a reason, its commits are
/// not what they were.
#[must_use]
pub fn untellable(why: Option<&str>) -> String {
    let why = why.map_or_else(|| "its commits are not there any more as they were merged".to_owned(), code);
    format!(
        "{MARKER}\n**Merged, and the curator cannot tell here what became of it.**\n\nIt cannot look at this pull request \
         any more: {why}. What was merged is published all the same; `curator status` says what is still owed.\n"
    )
}

fn announced(merged: Timestamp, announced: &AnnouncedVersion) -> String {
    let version = code(&format!("{}@{}", announced.name, announced.version));
    match &announced.outcome {
        VersionOutcome::Installable { hash, since } => {
            let (later, since) = (after(merged, *since), when(*since));
            format!("- {version} can be installed since {since}, {later} the merge: `{hash}`\n")
        }
        VersionOutcome::Owed { why, next } => {
            let again = match next {
                Some(next) => format!("it is tried again from {} on", when(*next)),
                None => "it failed for too long, and is tried again only after `/curator retry`".to_owned(),
            };
            format!("- **{version} is not published yet**: {}; {again}\n", code(why))
        }
        VersionOutcome::Waiting => format!("- {version} waits for its turn\n"),
    }
}

/// The same for a terminal or a log, a line for each version.
#[must_use]
pub fn announced_lines(announcement: &Announcement) -> String {
    let number = announcement.pull.0;
    let line = |it: &AnnouncedVersion| {
        let outcome = match &it.outcome {
            VersionOutcome::Installable { .. } => "can be installed".to_owned(),
            VersionOutcome::Owed { why, .. } => format!("is not published yet: {}", inert_line(why)),
            VersionOutcome::Waiting => "waits for its turn".to_owned(),
        };
        format!("pull request {number}: {}@{} {outcome}\n", it.name, it.version)
    };
    announcement.versions.iter().map(line).collect()
}

/// What is left to say of a pull request that needs no review any more.
#[must_use]
pub fn over(number: PullNumber) -> String {
    format!("pull request {}: nothing is left to review", number.0)
}

/// What is said of a review that the branch never stood still for.
#[must_use]
pub fn overtaken(number: PullNumber) -> String {
    format!("pull request {}: the branch moved on again and again; the next review decides", number.0)
}

/// How long after `start` something was, as people say it.
fn after(start: Timestamp, end: Timestamp) -> String {
    let seconds = end.unix_millis().saturating_sub(start.unix_millis()).div_euclid(1_000);
    // The clocks of the forge and of the curator are two.
    let Ok(seconds) = usize::try_from(seconds) else { return "with".to_owned() };
    let (number, unit) = match seconds {
        0..120 => (seconds, "second"),
        120..7_200 => (seconds / 60, "minute"),
        7_200..172_800 => (seconds / 3_600, "hour"),
        _ => (seconds / 86_400, "day"),
    };
    format!("{} after", counted(number, unit))
}
