//! The entries at which two states of a metadata file differ.

use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

use serde::Deserialize;
use serde_json::value::RawValue;

use crate::model::{Fact, PackageName, Sha256, Subject, Timestamp, TreePath, Unpublished, Version};

use super::change::{Change, Facts, Manner, Part, Side};
use super::chronicle::Today;
use super::lines::Unreadable;

/// What the curator writes into an entry after the publication: overrides, statuses, advisories, where the archive is.
const LIFE: [&str; 8] =
    ["advisories", "archiveDependencies", "compiled", "deprecated", "quarantined", "release", "revisions", "yanked"];

/// The texts of an object's members.
type Members<'t> = BTreeMap<Cow<'t, str>, &'t RawValue>;
/// The texts of the entries of versions.
type Versions<'t> = BTreeMap<Version, &'t RawValue>;

/// A metadata file whose entries are not looked into yet.
#[derive(Deserialize)]
struct File<'t> {
    #[serde(borrow, default)]
    location: Option<&'t RawValue>,
    #[serde(borrow, default)]
    owners: Option<&'t RawValue>,
    #[serde(borrow, default)]
    published: Members<'t>,
    #[serde(borrow, default)]
    unpublished: Members<'t>,
}

/// What a state of a metadata file says; an absent file says nothing.
#[derive(Default)]
struct State<'t> {
    package: Facts,
    published: Versions<'t>,
    unpublished: Versions<'t>,
}

impl<'t> State<'t> {
    /// `None` where a state is not that of a metadata file.
    fn read(bytes: Option<&'t [u8]>) -> Option<Self> {
        let Some(bytes) = bytes else { return Some(Self::default()) };
        let file: File<'t> = serde_json::from_slice(bytes).ok()?;
        let facts = [(Fact::Location, file.location), (Fact::Owners, file.owners)];
        let package = facts.into_iter().filter_map(|(fact, raw)| Some((fact, digest(raw?)))).collect();
        Some(Self { package, published: versions(&file.published)?, unpublished: versions(&file.unpublished)? })
    }
}

fn versions<'t>(members: &Members<'t>) -> Option<Versions<'t>> {
    let version = |(key, raw): (&Cow<'t, str>, &&'t RawValue)| Some((key.parse().ok()?, *raw));
    members.iter().map(version).collect()
}

impl Today {
    /// Reads a metadata file as far as it can be: what it does not say was not published.
    #[must_use]
    pub fn read(bytes: &[u8]) -> Self {
        let State { published, unpublished, .. } = State::read(Some(bytes)).unwrap_or_default();
        let digest = |raw: &RawValue| side(raw).definition;
        let time = |raw: &RawValue| serde_json::from_str::<Unpublished>(raw.get()).ok().map(|it| it.unpublished_time);
        Self {
            published: published.into_iter().map(|(version, raw)| (version, digest(raw))).collect(),
            unpublished: unpublished.into_iter().map(|(version, raw)| (version, time(raw))).collect(),
        }
    }
}

/// What differs of the package, of its published and of its unpublished versions. Entries whose text is the same are not
/// looked into.
pub(super) fn changed_entries(
    file: &TreePath,
    name: &PackageName,
    before: Option<&[u8]>,
    after: Option<&[u8]>,
) -> Result<Vec<Change>, Unreadable> {
    let old = State::read(before).ok_or(Unreadable::Before)?;
    let new = State::read(after).ok_or(Unreadable::After)?;
    let change = |version: &Version, part, before, after, manner| Change {
        subject: Subject::Version(name.clone(), version.clone()),
        part,
        file: file.clone(),
        before,
        after,
        manner,
    };
    let mut changes = Vec::new();
    for (version, before, after) in differing(&old.unpublished, &new.unpublished) {
        let record = |raw: &RawValue| Side { facts: Facts::from([(Fact::Record, digest(raw))]), ..Side::default() };
        changes.push(change(version, Part::Record, before.map(record), after.map(record), Manner::default()));
    }
    for (version, before, after) in differing(&old.published, &new.published) {
        if after.is_none() && new.unpublished.contains_key(version) {
            continue;
        }
        let (before, after, grown) = sides(before, after);
        changes.push(change(version, Part::Entry, before, after, Manner { grown, ..Manner::default() }));
    }
    if before.is_some() && after.is_some() && old.package != new.package {
        let side = |facts: &Facts| Some(Side { facts: facts.clone(), ..Side::default() });
        changes.push(Change {
            subject: Subject::Package(name.clone()),
            part: Part::Package,
            file: file.clone(),
            before: side(&old.package),
            after: side(&new.package),
            manner: Manner::default(),
        });
    }
    Ok(changes)
}

/// The versions whose entries have other texts, with both.
fn differing<'s, 't>(
    old: &'s Versions<'t>,
    new: &'s Versions<'t>,
) -> impl Iterator<Item = (&'s Version, Option<&'t RawValue>, Option<&'t RawValue>)> {
    let changed = old.iter().map(|(version, raw)| (version, Some(*raw), new.get(version).copied()));
    let come = new.iter().filter(|(version, _)| !old.contains_key(*version));
    let come = come.map(|(version, raw)| (version, None, Some(*raw)));
    changed.chain(come).filter(|(_, old, new)| old.map(RawValue::get) != new.map(RawValue::get))
}

/// Both states of an entry, and whether compilers were added and none taken away.
fn sides(before: Option<&RawValue>, after: Option<&RawValue>) -> (Option<Side>, Option<Side>, bool) {
    let (mut old, mut new) = (before.map(side), after.map(side));
    let grown = matches!((before, after), (Some(before), Some(after)) if is_grown(before, after));
    if let (Some(old), Some(new)) = (&mut old, &mut new)
        && old == new
    {
        old.facts.extend(before.map(|raw| (Fact::Spelling, Sha256::of(raw.get().as_bytes()))));
        new.facts.extend(after.map(|raw| (Fact::Spelling, Sha256::of(raw.get().as_bytes()))));
    }
    (old, new, grown)
}

fn side(raw: &RawValue) -> Side {
    let members: Members<'_> = serde_json::from_str(raw.get()).unwrap_or_default();
    let mut side = Side::default();
    let (mut others, mut life) = (String::new(), String::new());
    for (key, raw) in &members {
        let fact = match key.as_ref() {
            "hash" => Fact::Hash,
            "bytes" => Fact::Bytes,
            "publishedTime" => Fact::PublishedTime,
            "contentHash" => Fact::ContentHash,
            "commit" => Fact::Commit,
            "encoder" => Fact::Encoder,
            "definition" => Fact::DefinitionDigest,
            "compilers" => Fact::Compilers,
            "ref" => Fact::Reference,
            "revision" => {
                side.revision = raw.get().parse().unwrap_or_default();
                continue;
            }
            key if LIFE.contains(&key) => {
                life.push_str(key);
                life.push_str(raw.get());
                continue;
            }
            _ => {
                others.push_str(key);
                others.push_str(&digest(raw).to_hex());
                continue;
            }
        };
        if fact == Fact::DefinitionDigest {
            side.definition = serde_json::from_str(raw.get()).ok();
        }
        side.facts.insert(fact, if fact == Fact::PublishedTime { time_digest(raw) } else { digest(raw) });
    }
    side.life = (!life.is_empty()).then(|| Sha256::of(life.as_bytes()));
    if !others.is_empty() {
        side.facts.insert(Fact::Other, Sha256::of(others.as_bytes()));
    }
    side
}

/// The digest of a value, however it is spaced.
fn digest(raw: &RawValue) -> Sha256 {
    let value = serde_json::from_str::<serde_json::Value>(raw.get()).ok();
    let text = value.map_or_else(|| raw.get().to_owned(), |value| value.to_string());
    Sha256::of(text.as_bytes())
}

/// The digest of a time, with however many digits of a second's fraction it is written.
fn time_digest(raw: &RawValue) -> Sha256 {
    let time = serde_json::from_str::<Timestamp>(raw.get());
    time.map_or_else(|_| digest(raw), |time| Sha256::of(time.to_string().as_bytes()))
}

fn is_grown(before: &RawValue, after: &RawValue) -> bool {
    #[derive(Deserialize)]
    struct Compilers {
        #[serde(default)]
        compilers: BTreeSet<String>,
    }

    let compilers = |raw: &RawValue| serde_json::from_str::<Compilers>(raw.get()).map(|it| it.compilers).ok();
    compilers(before).zip(compilers(after)).is_some_and(|(old, new)| old.is_subset(&new) && old != new)
}
