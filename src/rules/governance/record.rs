//! What counts of what the message of a commit says of itself.

use crate::model::{Area, Claims, CommitId, MergeMethod, Record};
use crate::rules::index::REGISTRY_COMMIT;

use super::trailers::{claims, pretends};

/// What the message of a commit says of who decided, as far as it counts.
///
/// Of the registry, only commits of its own line are asked: whatever was merged was written by strangers. A commit that is
/// no merge may be a stranger's, too, wherever pull requests are rebased; its message counts only where `method` says that
/// they are squashed.
#[must_use]
pub fn record(area: Area, message: &str, merged: Option<&str>, method: Option<MergeMethod>) -> Record {
    if area == Area::Index {
        return synced(message).map_or(Record::Silent, Record::Synced);
    }
    let of_this = |claims: &Claims| merged.is_none_or(|merged| claims.head.to_string() == merged);
    match (claims(message).filter(of_this), merged) {
        (Some(claims), Some(_)) => Record::Merge(claims),
        (Some(claims), None) if method == Some(MergeMethod::Squash) => Record::Squash(claims),
        (None, _) if !pretends(message) => Record::Silent,
        _ => Record::Void,
    }
}

/// The commit of the registry from which a commit of the index was made.
fn synced(message: &str) -> Option<CommitId> {
    message.lines().rev().find_map(|line| line.strip_prefix(REGISTRY_COMMIT))?.trim().parse().ok()
}
