//! What is left of a pull request once it is merged: the labels that say whether its versions are published.

use std::collections::BTreeSet;

use crate::model::{AnnouncedVersion, Announcement, VersionOutcome};

/// The labels of what brings versions: whoever opened it waits to hear that they can be installed.
pub const BRINGS_VERSIONS: [&str; 2] = ["new-package", "new-version"];

/// The label of what was told that all its versions can be installed: nothing is left to be told.
pub const PUBLISHED: &str = "published";

/// The label of what was told that a version of it could not be published yet.
pub const FAILED: &str = "publication-failed";

/// The labels that were true while it waited for its merge.
const BEFORE: [&str; 3] = ["needs-trustee", "waiting-period", "ready"];

/// Every label that a merged pull request has once it was told `announcement`.
#[must_use]
pub fn labels_after(labels: &BTreeSet<String>, announcement: &Announcement) -> BTreeSet<String> {
    let is_owed = |it: &AnnouncedVersion| matches!(it.outcome, VersionOutcome::Owed { .. });
    let is_installable = |it: &AnnouncedVersion| matches!(it.outcome, VersionOutcome::Installable { .. });
    let ours = [PUBLISHED, FAILED].iter().chain(&BEFORE);
    let is_ours = |label: &String| ours.clone().any(|ours| label.eq_ignore_ascii_case(ours));
    let mut after: BTreeSet<String> = labels.iter().filter(|label| !is_ours(label)).cloned().collect();
    if announcement.versions.iter().any(is_owed) {
        after.insert(FAILED.to_owned());
    } else if announcement.versions.iter().all(is_installable) {
        after.insert(PUBLISHED.to_owned());
    }
    after
}

/// Every label of a pull request that nobody waits for any more: it was merged, or closed without.
#[must_use]
pub fn labels_over(labels: &BTreeSet<String>) -> BTreeSet<String> {
    let is_past = |label: &&String| BEFORE.iter().any(|past| label.eq_ignore_ascii_case(past));
    labels.iter().filter(|label| !is_past(label)).cloned().collect()
}

/// Every label of a pull request that is merged at once, of which `present` are on it and `wanted` would be if it stayed
/// open: none is put on for a moment.
#[must_use]
pub fn labels_before_merge(present: &BTreeSet<String>, wanted: &BTreeSet<String>) -> BTreeSet<String> {
    let lasts = labels_over(wanted);
    wanted.iter().filter(|label| lasts.contains(*label) || present.contains(*label)).cloned().collect()
}

/// Whether a label of the pull request is `label`, in any spelling that a forge may keep.
#[must_use]
pub fn has_label(labels: &BTreeSet<String>, label: &str) -> bool {
    labels.iter().any(|present| present.eq_ignore_ascii_case(label))
}
