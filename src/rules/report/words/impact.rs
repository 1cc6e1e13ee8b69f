//! What is said of a change of bounds, or of a status, and of what is compared with it.

use crate::model::{Code, LockError, Pinning, Root, Stranded, TreePath};

use super::super::findings::counted;
use super::super::impact::{label, pinning_place};
use super::{Wording, listed, word};

/// The most packages that are named.
const MOST_NAMED: usize = 5;

/// Packages cannot be resolved any more.
#[must_use]
pub fn unsolvable(stranded: &[Stranded]) -> Wording {
    let (packages, names) = (counted(stranded.len(), "package"), names(stranded.iter().map(|it| &it.root)));
    Wording::warning(Code::Impact, format!("{packages} cannot be resolved any more: {names}"))
        .hint("the review tells the reason for each; a trustee decides whether that is meant")
}

/// Of some packages nobody knows.
#[must_use]
pub fn undecided(roots: &[Root]) -> Wording {
    let (packages, names) = (counted(roots.len(), "package"), names(roots.iter()));
    Wording::warning(Code::Impact, format!("the search for a resolution of {packages} was given up: {names}"))
        .hint("the ranges are too tangled to tell what this changes for them")
}

/// Versions that were chosen together do not fit any more.
#[must_use]
pub fn broken(pinning: &Pinning) -> Wording {
    let (place, breaches) = (pinning_place(&pinning.place, word), counted(pinning.broken.len(), "version"));
    Wording::warning(Code::Impact, format!("in {place}, {breaches} would not be there or not fit any more"))
        .hint("the review lists them; a trustee decides whether that is meant")
}

fn names<'r>(roots: impl ExactSizeIterator<Item = &'r Root>) -> String {
    let left_out = roots.len().saturating_sub(MOST_NAMED);
    let named = roots.take(MOST_NAMED).map(label);
    listed(named.chain((left_out > 0).then(|| format!("{left_out} more"))))
}

/// A lock file that `curator.toml` names is not there.
#[must_use]
pub fn no_lock_file(file: &TreePath) -> Wording {
    let message = format!("the lock file {} is not there, and was not looked at", word(file.as_str()));
    Wording::warning(Code::Impact, message)
        .hint("`lock_files` under [review] names plain files of the published branch; correct it or add the file")
}

/// A lock file cannot be read.
#[must_use]
pub fn unreadable_lock_file(file: &TreePath, error: &LockError) -> Wording {
    let message = format!("the lock file {} was not looked at: {error}", word(file.as_str()));
    Wording::warning(Code::Impact, message).hint("resolve it again: a lock file is written by a program")
}
