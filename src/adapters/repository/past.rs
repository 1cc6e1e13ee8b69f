//! Walks through commits, as far as they are here: a shallow clone ends somewhere.

use std::collections::{BTreeSet, BinaryHeap, HashMap, HashSet};

use git2::Oid;

use crate::ports::{Logged, RepoError, Revision};

use super::commit_object::Commit;
use super::objects::Objects;

/// Whether a walk found what it looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Reach {
    /// It did.
    Found,
    /// It did not, and there is nothing more to look at.
    NotFound,
    /// It did not, but some commits are not here.
    CutOff,
}

/// Commits that are still to be looked at, the newest first.
type Queue = BinaryHeap<(i64, Oid)>;

/// Whether `to` is `from` or one of its ancestors.
pub(super) fn reaches(objects: &Objects, from: Oid, to: Oid) -> Result<Reach, RepoError> {
    let mut queue = Queue::from([(i64::MAX, from)]);
    let mut known = HashSet::from([from]);
    let mut cut_off = false;
    while let Some((_, id)) = queue.pop() {
        if id == to {
            return Ok(Reach::Found);
        }
        let Some(commit) = objects.commit(id)? else {
            cut_off = true;
            continue;
        };
        for parent in commit.parents {
            if known.insert(parent) {
                queue.push((seconds(objects, parent)?, parent));
            }
        }
    }
    Ok(if cut_off { Reach::CutOff } else { Reach::NotFound })
}

fn seconds(objects: &Objects, id: Oid) -> Result<i64, RepoError> {
    Ok(objects.commit(id)?.map_or(i64::MIN, |commit| commit.seconds))
}

/// A walk along first parents.
pub(super) enum Log {
    /// The commits after the first one, oldest first.
    Whole(Vec<Logged>),
    /// The first parents do not lead there.
    Elsewhere,
    /// They lead to a commit that is not here.
    CutOff,
}

/// The commits after `since` (all, for `None`) up to `until`, along first parents.
pub(super) fn log(objects: &Objects, since: Option<Oid>, until: Oid) -> Result<Log, RepoError> {
    let mut logged = Vec::new();
    let mut next = Some(until);
    while let Some(id) = next.filter(|id| Some(*id) != since) {
        let Some(commit) = objects.commit(id)? else { return Ok(Log::CutOff) };
        next = commit.parents.first().copied();
        logged.push(describe(objects, id, commit)?);
    }
    match (since, next) {
        (Some(_), None) => return Ok(Log::Elsewhere),
        // Known by name alone: nobody could tell what has changed since.
        (Some(since), _) if objects.commit(since)?.is_none() => return Ok(Log::CutOff),
        _ => {}
    }
    logged.reverse();
    Ok(Log::Whole(logged))
}

/// The error where a history ends before it begins.
pub(super) fn cut_off(place: &str) -> RepoError {
    super::unusable(place, "its history is cut off: fetch all of it with 'git fetch --unshallow'")
}

/// The first parents of `until` that `since` does not have among its ancestors, oldest first: for histories in which the
/// branch was once merged into another and took its place.
pub(super) fn log_apart(objects: &Objects, since: Oid, until: Oid) -> Result<Vec<Logged>, RepoError> {
    let mut ancestors = HashSet::from([since]);
    let mut queue = vec![since];
    while let Some(id) = queue.pop() {
        let parents = objects.commit(id)?.map(|commit| commit.parents).unwrap_or_default();
        queue.extend(parents.into_iter().filter(|parent| ancestors.insert(*parent)));
    }
    let mut logged = Vec::new();
    let mut next = Some(until);
    while let Some(id) = next.filter(|id| !ancestors.contains(id)) {
        let Some(commit) = objects.commit(id)? else { break };
        next = commit.parents.first().copied();
        logged.push(describe(objects, id, commit)?);
    }
    logged.reverse();
    Ok(logged)
}

/// What a commit says of itself.
pub(super) fn describe(objects: &Objects, id: Oid, commit: Commit) -> Result<Logged, RepoError> {
    let time = commit.time().ok_or_else(|| objects.broken(id, "has no time"))?;
    Ok(Logged {
        revision: Revision(id.to_string()),
        parent: commit.parents.first().map(|parent| Revision(parent.to_string())),
        merged: commit.parents.iter().skip(1).map(|parent| Revision(parent.to_string())).collect(),
        author: commit.author,
        committer: commit.committer,
        time,
        message: commit.message,
    })
}

const OURS: u8 = 1;
const THEIRS: u8 = 2;
const STALE: u8 = 4;

/// The newest common ancestor of two commits; `None` where they have none, or none that is here. The second answer is
/// whether some commits are not here.
pub(super) fn merge_base(objects: &Objects, ours: Oid, theirs: Oid) -> Result<(Option<Oid>, bool), RepoError> {
    let common = common(objects, ours, theirs)?;
    Ok((common.newest.first().or(common.found.first()).copied(), common.cut_off))
}

/// Every common ancestor of two commits that is no ancestor of another one; `None` where some commits are not here that
/// could be one.
pub(super) fn merge_bases(objects: &Objects, ours: Oid, theirs: Oid) -> Result<Option<Vec<Oid>>, RepoError> {
    let common = common(objects, ours, theirs)?;
    if common.cut_off {
        return Ok(None);
    }
    // The walk may end before it has found out that one lies below another: commits can be dated as anybody likes.
    let newest: BTreeSet<Oid> = common.newest.into_iter().take(MOST_BASES).collect();
    let mut bases = Vec::new();
    for &base in &newest {
        let mut is_below = false;
        for &other in newest.iter().filter(|other| **other != base) {
            match reaches(objects, other, base)? {
                Reach::Found => is_below = true,
                Reach::NotFound => {}
                Reach::CutOff => return Ok(None),
            }
        }
        if !is_below {
            bases.push(base);
        }
    }
    Ok(Some(bases))
}

/// The most common ancestors that are compared with each other: a branch of ours has one.
const MOST_BASES: usize = 32;

/// What two commits have in common.
struct Common {
    /// Common ancestors, the newest ones among them.
    found: Vec<Oid>,
    /// Those that are not known to lie below another one.
    newest: Vec<Oid>,
    /// Whether some commits are not here.
    cut_off: bool,
}

fn common(objects: &Objects, ours: Oid, theirs: Oid) -> Result<Common, RepoError> {
    let mut marks: HashMap<Oid, u8> = HashMap::new();
    let mut queue = Queue::new();
    for (id, mark) in [(ours, OURS), (theirs, THEIRS)] {
        *marks.entry(id).or_default() |= mark;
        queue.push((seconds(objects, id)?, id));
    }
    let (mut found, mut cut_off) = (Vec::new(), false);
    // Below a common ancestor everything is common: it is walked only as long as something else is.
    while queue.iter().any(|(_, id)| marks.get(id).is_none_or(|mark| mark & STALE == 0)) {
        let Some((_, id)) = queue.pop() else { break };
        let mut mark = marks.get(&id).copied().unwrap_or_default();
        if mark & (OURS | THEIRS | STALE) == OURS | THEIRS {
            found.push(id);
            mark |= STALE;
        }
        let Some(commit) = objects.commit(id)? else {
            cut_off = true;
            continue;
        };
        for parent in commit.parents {
            let known = marks.entry(parent).or_default();
            if *known & mark != mark {
                *known |= mark;
                queue.push((seconds(objects, parent)?, parent));
            }
        }
    }
    // One that turned out to lie below another is not the newest.
    let is_newest = |id: &&Oid| marks.get(*id).is_some_and(|mark| mark & STALE == 0);
    let newest = found.iter().filter(is_newest).copied().collect();
    Ok(Common { found, newest, cut_off })
}
