//! A pull request in one line: as the title of its merge, and in the log.

use crate::model::{ChangeKind, Claims, Manifest, ProposedChange, Review, Signatory, StatusKind};
use crate::rules::governance::trailers;

use super::super::findings::counted;
use super::super::words::line;
use super::decision::headline;

/// The most versions that a title names.
const MOST_NAMED: usize = 3;
/// The most characters of a pull request's own title in the log.
const LONGEST_TITLE: usize = 100;

/// The title of the commit that merges the pull request: one line, in which nothing is from outside but names that are
/// well-formed.
#[must_use]
pub fn merge_title(review: &Review) -> String {
    format!("{} (#{})", deed(review), review.pull.number.0)
}

/// The message of that commit: whose yes counted and by which authority, as trailers that the log reads back. A text of
/// its own it has in any case, because a forge would put the words of the pull request there, which can close an issue,
/// call somebody or keep the workflows from running.
#[must_use]
pub fn merge_message(review: &Review) -> String {
    let claims = Claims {
        pull: review.pull.number,
        head: review.pull.head,
        proposer: Signatory::from(&review.pull.author),
        mandate: review.mandate.clone(),
        lifted: review.lifts.iter().map(|lift| (lift.code, Signatory::from(&lift.by))).collect(),
    };
    format!("{}\n\n{}", merge_title(review), trailers(&claims))
}

/// What the pull request does, version by version, or by its first change.
fn deed(review: &Review) -> String {
    let manifests = review.prepared.iter().map(|prepared| &prepared.publication.definition.manifest);
    let versions: Vec<String> = manifests.map(|Manifest { name, version, .. }| format!("{name}@{version}")).collect();
    let is_publication = |kind: ChangeKind| matches!(kind, ChangeKind::NewPackage | ChangeKind::NewVersion);
    let (shown, left_out) = match review.changes.first() {
        _ if !versions.is_empty() => {
            let others = review.changes.iter().filter(|change| !is_publication(change.kind)).count();
            let shown = versions.iter().take(MOST_NAMED).cloned().collect::<Vec<_>>().join(", ");
            (format!("Publish {shown}"), versions.len().saturating_sub(MOST_NAMED) + others)
        }
        Some(first) => (done(first), review.changes.len() - 1),
        None => ("Change nothing".to_owned(), 0),
    };
    if left_out == 0 { shown } else { format!("{shown} and {left_out} more") }
}

fn done(change: &ProposedChange) -> String {
    let subject = match (&change.package, &change.version) {
        (Some(name), Some(version)) => format!("{name}@{version}"),
        (Some(name), None) => name.to_string(),
        (None, _) => "packages".to_owned(),
    };
    match change.kind {
        ChangeKind::NewPackage => format!("Register {subject}"),
        ChangeKind::NewVersion => format!("Publish {subject}"),
        ChangeKind::Override => format!("Revise the bounds of {subject}"),
        ChangeKind::Status(Some(StatusKind::Yanked)) => format!("Yank {subject}"),
        ChangeKind::Status(Some(StatusKind::Deprecated)) => format!("Deprecate {subject}"),
        ChangeKind::Status(Some(StatusKind::Quarantined)) => format!("Quarantine {subject}"),
        ChangeKind::Status(Some(StatusKind::Unpublished)) => format!("Unpublish {subject}"),
        ChangeKind::StatusTakenBack(kind) => format!("Take back that {subject} is {}", kind.as_str()),
        ChangeKind::Status(None) => format!("Change the status of {subject}"),
        ChangeKind::Registration => format!("Change the registration of {subject}"),
        ChangeKind::Advisory => "Change an advisory".to_owned(),
        ChangeKind::PackageSet => "Change the package set".to_owned(),
        ChangeKind::Configuration => "Change the registry itself".to_owned(),
        ChangeKind::Forbidden => format!("Change what is published of {subject}"),
    }
}

/// The review in one line of a terminal or a log.
#[must_use]
pub fn review_line(review: &Review) -> String {
    let errors = review.findings.iter().filter(|finding| finding.is_error()).count();
    let warnings = review.findings.len() - errors;
    format!(
        "pull request {} ({}): {}; {}, {}",
        review.pull.number.0,
        line(&review.pull.title, LONGEST_TITLE),
        headline(review),
        counted(errors, "error"),
        counted(warnings, "warning"),
    )
}
