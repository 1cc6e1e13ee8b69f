//! What was published: changes of the lines of an index and of its metadata.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{
    About, AdvisoryId, CommitId, EncoderName, Happening, Manifest, Mark, PackageName, RangeChange, Reason, Sha256,
    StatusKind, Timestamp, Version,
};
use crate::rules::audit::history::{DifferingLine, Unreadable, differing_keys, differing_lines};

use super::compare::Sight;

/// What happened to whom; or which state of the file cannot be read.
type Told = Result<Vec<(About, Happening)>, Unreadable>;

fn of(name: &PackageName, version: Option<&Version>) -> About {
    About { package: Some(name.clone()), version: version.cloned() }
}

/// What became of the lines of a file.
pub(super) fn lines(sight: Sight<'_>) -> Told {
    let (before, after) = (sight.before.unwrap_or_default(), sight.after.unwrap_or_default());
    let told = |((name, version), before, after): DifferingLine<'_>| {
        let what = match (before, after) {
            (Some(before), Some(after)) => Happening::LineChanged(differing_keys(before, after), ranges(before, after)),
            (Some(_), None) => Happening::Unlisted,
            _ => Happening::Listed,
        };
        (of(&name, Some(&version)), what)
    };
    Ok(differing_lines(before, after)?.into_iter().map(told).collect())
}

/// The ranges in which two lines differ, where both can be read.
fn ranges(before: &[u8], after: &[u8]) -> Vec<RangeChange> {
    let read = |line: &[u8]| serde_json::from_slice::<Manifest>(line).ok().map(|manifest| manifest.dependencies);
    let Some((old, new)) = read(before).zip(read(after)) else { return Vec::new() };
    let names: BTreeSet<&PackageName> = old.keys().chain(new.keys()).collect();
    let change = |name: &PackageName| RangeChange {
        name: name.clone(),
        before: old.get(name).cloned(),
        after: new.get(name).cloned(),
    };
    names.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// The members of an object, not looked into.
type Members<'t> = BTreeMap<Cow<'t, str>, &'t RawValue>;

/// A state of a metadata file.
#[derive(Default)]
struct State<'t> {
    published: BTreeMap<Version, &'t RawValue>,
    unpublished: BTreeMap<Version, &'t RawValue>,
    /// Everything else that it says of the package.
    others: Members<'t>,
}

impl<'t> State<'t> {
    /// `None` where the state cannot be read.
    fn read(bytes: Option<&'t [u8]>) -> Option<Self> {
        let Some(bytes) = bytes else { return Some(Self::default()) };
        let mut others: Members<'t> = serde_json::from_slice(bytes).ok()?;
        let mut versions = |key: &str| -> Option<BTreeMap<Version, &'t RawValue>> {
            let Some(raw) = others.remove(key) else { return Some(BTreeMap::new()) };
            let members: Members<'t> = serde_json::from_str(raw.get()).ok()?;
            members.into_iter().map(|(version, raw)| Some((version.parse().ok()?, raw))).collect()
        };
        let (published, unpublished) = (versions("published")?, versions("unpublished")?);
        Some(Self { published, unpublished, others })
    }
}

/// What became of the facts of a package and of its versions.
pub(super) fn entries(sight: Sight<'_>, name: &PackageName) -> Told {
    let after = State::read(sight.after).ok_or(Unreadable::After)?;
    let before = State::read(sight.before).ok_or(Unreadable::Before)?;
    let mut told = Vec::new();
    for (version, old, new) in differing(&before.published, &after.published) {
        let is_recorded = after.unpublished.contains_key(version);
        let found = match (old, new) {
            (None, Some(new)) => published(new),
            (Some(_), None) if !is_recorded => vec![Happening::Withdrawn],
            (Some(old), Some(new)) => changed(old, new),
            (_, None) => Vec::new(),
        };
        told.extend(found.into_iter().map(|what| (of(name, Some(version)), what)));
    }
    for (version, old, new) in differing(&before.unpublished, &after.unpublished) {
        let what = match (old, new) {
            (None, Some(new)) => unpublished(new),
            (Some(_), None) => Happening::RecordRemoved,
            _ => Happening::FactsChanged(vec!["unpublished".to_owned()]),
        };
        told.push((of(name, Some(version)), what));
    }
    // What a package is registered with when its first version is published is told by that.
    if sight.before.is_some() && sight.after.is_some() {
        let keys = keys(&before.others, &after.others);
        if !keys.is_empty() {
            told.push((of(name, None), Happening::FactsChanged(keys)));
        }
        if told.is_empty() {
            told.push((of(name, None), Happening::Respelled));
        }
    }
    Ok(told)
}

/// The keys whose texts differ, with both.
fn differing<'s, 't, K: Ord>(
    old: &'s BTreeMap<K, &'t RawValue>,
    new: &'s BTreeMap<K, &'t RawValue>,
) -> impl Iterator<Item = (&'s K, Option<&'t RawValue>, Option<&'t RawValue>)> {
    let keys: BTreeSet<&K> = old.keys().chain(new.keys()).collect();
    let both = |key: &'s K| (key, old.get(key).copied(), new.get(key).copied());
    keys.into_iter().map(both).filter(|(_, old, new)| old.map(RawValue::get) != new.map(RawValue::get))
}

/// The keys that say something else.
fn keys(old: &Members<'_>, new: &Members<'_>) -> Vec<String> {
    let value = |raw: Option<&RawValue>| raw.and_then(|raw| serde_json::from_str::<serde_json::Value>(raw.get()).ok());
    let says_else = |(_, old, new): &(&Cow<'_, str>, Option<&RawValue>, Option<&RawValue>)| value(*old) != value(*new);
    differing(old, new).filter(says_else).map(|(key, ..)| key.clone().into_owned()).collect()
}

/// The facts of a version, as far as a log asks: whatever else an entry says does no harm.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Facts {
    published_time: Timestamp,
    hash: Sha256,
    #[serde(default)]
    commit: Option<CommitId>,
    #[serde(default)]
    encoder: Option<EncoderName>,
    #[serde(default)]
    revision: Option<u64>,
    #[serde(default)]
    advisories: BTreeSet<AdvisoryId>,
}

fn published(raw: &RawValue) -> Vec<Happening> {
    let Ok(Facts { published_time: time, hash, commit, encoder, revision, advisories }) =
        serde_json::from_str(raw.get())
    else {
        return vec![Happening::Unreadable];
    };
    let mut found = vec![Happening::Published { time, hash, commit, encoder, revision }];
    found.extend((!advisories.is_empty()).then(|| affected(&BTreeSet::new(), &advisories)));
    found
}

/// The keys that follow a revision: whoever is told of it is told of them.
const OF_REVISIONS: [&str; 3] = ["archiveDependencies", "revision", "revisions"];
/// The keys that follow a status.
const MARKS: [StatusKind; 3] = [StatusKind::Yanked, StatusKind::Deprecated, StatusKind::Quarantined];

/// The key with the advisories by which a version is affected.
const ADVISORIES: &str = "advisories";

/// The advisories that an entry names; `None` where that cannot be read.
fn affecting(members: &Members<'_>) -> Option<BTreeSet<AdvisoryId>> {
    members.get(ADVISORIES).map_or_else(|| Some(BTreeSet::new()), |raw| serde_json::from_str(raw.get()).ok())
}

fn affected(old: &BTreeSet<AdvisoryId>, new: &BTreeSet<AdvisoryId>) -> Happening {
    let less = |one: &BTreeSet<AdvisoryId>, other| one.difference(other).cloned().collect();
    Happening::Affected { added: less(new, old), removed: less(old, new) }
}

/// What became of the facts of a version that was published before.
fn changed(old: &RawValue, new: &RawValue) -> Vec<Happening> {
    let members = |raw| -> Option<Members<'_>> { serde_json::from_str(RawValue::get(raw)).ok() };
    let Some((before, after)) = members(old).zip(members(new)) else { return vec![Happening::Unreadable] };
    let revision = |members: &Members<'_>| members.get("revision").and_then(|raw| raw.get().parse::<u64>().ok());
    let (from, to) = (revision(&before), revision(&after));
    let mut keys = keys(&before, &after);
    let mut found = Vec::new();
    if from != to {
        found.push(Happening::Revised { from, to, ranges: Vec::new() });
        keys.retain(|key| !OF_REVISIONS.contains(&key.as_str()));
    }
    for kind in MARKS.into_iter().filter(|kind| after.contains_key(kind.as_str()) || before.contains_key(kind.as_str()))
    {
        // One that cannot be read is told as a change of its key.
        let raw = after.get(kind.as_str());
        let mark = raw.and_then(|raw| serde_json::from_str::<Mark>(raw.get()).ok());
        let is_changed = keys.iter().any(|key| key == kind.as_str());
        if is_changed && raw.is_some() == mark.is_some() {
            keys.retain(|key| key != kind.as_str());
            found.push(Happening::Marked(kind, mark));
        }
    }
    if keys.iter().any(|key| key == ADVISORIES)
        && let Some((old, new)) = affecting(&before).zip(affecting(&after))
    {
        keys.retain(|key| key != ADVISORIES);
        found.push(affected(&old, &new));
    }
    if !keys.is_empty() {
        found.push(Happening::FactsChanged(keys));
    }
    if found.is_empty() { vec![Happening::Respelled] } else { found }
}

/// That a version is gone.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Gone {
    unpublished_time: Timestamp,
    reason: Reason,
}

fn unpublished(raw: &RawValue) -> Happening {
    match serde_json::from_str::<Gone>(raw.get()) {
        Ok(Gone { unpublished_time: time, reason }) => Happening::Unpublished { time, reason },
        Err(_) => Happening::Unreadable,
    }
}
