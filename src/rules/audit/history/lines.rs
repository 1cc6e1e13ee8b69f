//! The lines at which two states of an index file differ.

use std::borrow::Cow;
use std::collections::{BTreeMap, HashSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{Fact, Manifest, PackageName, Subject, TreePath, Version};
use crate::rules::index::differs_in_ranges_alone;

use super::change::{Change, Manner, Part, Side};

/// The lines of a file by the version that they are of.
type Lines<'t> = BTreeMap<(PackageName, Version), &'t [u8]>;

/// What identifies a line. The rest of an old line may be in any shape.
#[derive(Deserialize)]
struct Key<'t> {
    #[serde(borrow)]
    name: Cow<'t, str>,
    #[serde(borrow)]
    version: Cow<'t, str>,
}

/// Where a state of a file cannot be read: before, or after.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(in crate::rules) enum Unreadable {
    Before,
    After,
}

/// A version whose line differs, with the line before and after.
pub(in crate::rules) type DifferingLine<'t> = ((PackageName, Version), Option<&'t [u8]>, Option<&'t [u8]>);

/// The versions whose line differs.
pub(super) fn changed_lines(file: &TreePath, before: &[u8], after: &[u8]) -> Result<Vec<Change>, Unreadable> {
    let differing = differing_lines(before, after)?.into_iter();
    Ok(differing.map(|(key, before, after)| change(key, file, before, after)).collect())
}

/// The versions whose line differs. Lines that stand in both states, wherever, are not looked into.
pub(in crate::rules) fn differing_lines<'t>(
    before: &'t [u8],
    after: &'t [u8],
) -> Result<Vec<DifferingLine<'t>>, Unreadable> {
    let (old, new) = (distinct(before), distinct(after));
    let gone = keyed(old.iter().copied().filter(|line| !new.contains(line))).ok_or(Unreadable::Before)?;
    let mut come = keyed(new.iter().copied().filter(|line| !old.contains(line))).ok_or(Unreadable::After)?;
    let mut differing = Vec::with_capacity(gone.len() + come.len());
    for (key, line) in gone {
        let after = come.remove(&key);
        differing.push((key, Some(line), after));
    }
    differing.extend(come.into_iter().map(|(key, line)| (key, None, Some(line))));
    Ok(differing)
}

fn change(key: (PackageName, Version), file: &TreePath, before: Option<&[u8]>, after: Option<&[u8]>) -> Change {
    let manner = match (before, after) {
        (Some(before), Some(after)) => {
            let keys = differing_keys(before, after);
            let ranges_alone = (keys == ["dependencies"] || keys == ["revision"]) && in_ranges_alone(before, after);
            Manner { keys, ranges_alone, grown: false }
        }
        _ => Manner::default(),
    };
    let side = |line| Side::of(Fact::Line, line);
    let (name, version) = key;
    Change {
        subject: Subject::Version(name, version),
        part: Part::Line,
        file: file.clone(),
        before: before.map(side),
        after: after.map(side),
        manner,
    }
}

/// The lines of a text; a line end with a carriage return ends the same line (spago takes both).
fn distinct(text: &[u8]) -> HashSet<&[u8]> {
    let lines = text.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
    lines.filter(|line| !line.trim_ascii().is_empty()).collect()
}

/// `None` where a line names no version of a package.
fn keyed<'t>(mut lines: impl Iterator<Item = &'t [u8]>) -> Option<Lines<'t>> {
    lines.try_fold(Lines::new(), |mut keyed, line| {
        let Key { name, version } = serde_json::from_slice(line).ok()?;
        keyed.insert((name.parse().ok()?, version.parse().ok()?), line);
        Some(keyed)
    })
}

/// The keys that a manifest can differ in.
const KEYS: [&str; 8] =
    ["license", "description", "location", "ref", "owners", "includeFiles", "excludeFiles", "dependencies"];

/// The keys in which two manifests differ; `spelling`, where they say the same.
pub(in crate::rules) fn differing_keys(before: &[u8], after: &[u8]) -> Vec<&'static str> {
    type Object<'t> = BTreeMap<Cow<'t, str>, &'t RawValue>;
    let objects =
        serde_json::from_slice::<Object<'_>>(before).and_then(|old| Ok((old, serde_json::from_slice(after)?)));
    let Ok((old, new)): serde_json::Result<(Object<'_>, Object<'_>)> = objects else {
        return vec!["encoding"];
    };
    let differs = |key: &str| match (old.get(key), new.get(key)) {
        (Some(old), Some(new)) => old.get() != new.get() && value(old) != value(new),
        (old, new) => old.is_some() != new.is_some(),
    };
    let mut keys: Vec<&'static str> = KEYS.into_iter().filter(|key| differs(key)).collect();
    // The number of a revision comes with its ranges, and with the number in the metadata.
    let is_other = |key: &str| !KEYS.contains(&key) && key != "revision" && differs(key);
    if old.keys().chain(new.keys()).any(|key| is_other(key)) {
        keys.push("another key");
    }
    if keys.is_empty() {
        keys.push(if differs("revision") { "revision" } else { "spelling" });
    }
    keys
}

fn value(raw: &RawValue) -> Option<serde_json::Value> {
    serde_json::from_str(raw.get()).ok()
}

fn in_ranges_alone(before: &[u8], after: &[u8]) -> bool {
    let manifest = |line| serde_json::from_slice::<Manifest>(line).ok();
    manifest(before).zip(manifest(after)).is_some_and(|(old, new)| differs_in_ranges_alone(&old, &new))
}
