//! What people did: changes of registrations, definitions, overrides, statuses and advisories.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::model::{
    About, BoundOverride, Definition, Dependencies, Document, Happening, Owner, PackageName, RangeChange, Registration,
    Sha256, Status, Terms, Touch, Version,
};

use super::compare::Sight;

/// A state of a file: none, one that can be read, or one that cannot.
enum State<T> {
    None,
    Read(T),
    Unreadable,
}

impl<T> State<T> {
    fn of(bytes: Option<&[u8]>, terms: Terms, read: impl FnOnce(&Document) -> Option<T>) -> Self {
        let Some(bytes) = bytes else { return Self::None };
        let document = Document::parse(bytes, terms.json_bytes).ok();
        document.and_then(|document| read(&document)).map_or(Self::Unreadable, Self::Read)
    }
}

/// What the states of a file say that can be of one kind alone: nothing is guessed of one that cannot be read.
fn between<T>(
    sight: Sight<'_>,
    read: impl Fn(&Document) -> Option<T>,
    told: impl FnOnce(Option<T>, Option<T>) -> Vec<Happening>,
) -> Vec<Happening> {
    let before = State::of(sight.before, sight.terms, &read);
    match (before, State::of(sight.after, sight.terms, &read)) {
        (_, State::Unreadable) => vec![Happening::Unreadable],
        (State::Unreadable, State::Read(after)) => {
            // What it says now is known, and what it said before is not.
            let mut found = vec![Happening::Readable];
            found.extend(told(None, Some(after)));
            found
        }
        (State::Unreadable, State::None) => told(None, None),
        (State::None, State::Read(after)) => told(None, Some(after)),
        (State::Read(before), State::None) => told(Some(before), None),
        (State::Read(before), State::Read(after)) => told(Some(before), Some(after)),
        (State::None, State::None) => Vec::new(),
    }
}

/// The same, or that it says what it said.
fn or_respelled(found: Vec<Happening>) -> Vec<Happening> {
    if found.is_empty() { vec![Happening::Respelled] } else { found }
}

/// What became of a registration.
pub(super) fn registered(sight: Sight<'_>) -> Vec<Happening> {
    between(
        sight,
        |document| Registration::read(document, sight.terms.profile).value,
        |before, after| match (before, after) {
            (Some(before), Some(after)) => or_respelled(reregistered(before, after)),
            (None, Some(Registration { location, maintainers, .. })) => {
                vec![Happening::Registered { location, maintainers }]
            }
            (_, None) => vec![Happening::Deregistered],
        },
    )
}

fn reregistered(before: Registration, after: Registration) -> Vec<Happening> {
    let mut found = Vec::new();
    let (added, removed) = differing(&before.maintainers, &after.maintainers);
    if !added.is_empty() || !removed.is_empty() {
        found.push(Happening::Maintainers { added, removed });
    }
    let keys = |registration: &Registration| -> Vec<(String, String)> {
        let key = |owner: &Owner| (owner.keytype().to_owned(), owner.public().to_owned());
        registration.owners.iter().flat_map(|owners| owners.iter()).map(key).collect()
    };
    let (added, removed) = differing(&keys(&before), &keys(&after));
    if !added.is_empty() || !removed.is_empty() {
        found.push(Happening::Owners { added: added.len(), removed: removed.len() });
    }
    if before.location != after.location {
        found.insert(0, Happening::Transferred { from: before.location, to: after.location });
    }
    if before.location_id != after.location_id {
        found.push(Happening::Renumbered { from: before.location_id, to: after.location_id });
    }
    found
}

/// What came and what went, in order.
fn differing<T: Ord + Clone>(before: &[T], after: &[T]) -> (Vec<T>, Vec<T>) {
    let (old, new): (BTreeSet<&T>, BTreeSet<&T>) = (before.iter().collect(), after.iter().collect());
    let less = |one: &BTreeSet<&T>, other: &BTreeSet<&T>| one.difference(other).map(|it| (*it).clone()).collect();
    (less(&new, &old), less(&old, &new))
}

/// What became of a definition.
pub(super) fn defined(sight: Sight<'_>, touch: Touch) -> Vec<Happening> {
    let Some(bytes) = sight.after else { return vec![Happening::Undefined] };
    let Ok(document) = Document::parse(bytes, sight.terms.json_bytes) else { return vec![Happening::Unreadable] };
    let parts = Definition::read(&document, sight.terms.profile).parts;
    vec![Happening::Defined { reference: parts.reference, commit: parts.commit, digest: Sha256::of(bytes), touch }]
}

/// What became of an override, with the ranges that the version has because of it.
pub(super) fn overridden(sight: Sight<'_>) -> Vec<Happening> {
    let own = sight.definition.and_then(|bytes| Document::parse(bytes, sight.terms.json_bytes).ok());
    let own =
        own.map(|document| Definition::read(&document, sight.terms.profile).parts.dependencies).unwrap_or_default();
    between(
        sight,
        |document| BoundOverride::read(document, sight.terms.profile).value,
        |before, after| match (before, after) {
            (before, Some(after)) => {
                let none = Dependencies::new();
                let old = before.as_ref().map_or(&none, |before| &before.dependencies);
                let ranges = ranges(&own, old, &after.dependencies);
                let before = before.map(|before| before.revision);
                vec![Happening::Overridden { revision: after.revision, before, ranges, reason: after.reason }]
            }
            (Some(before), None) => vec![Happening::OverrideRemoved { revision: before.revision }],
            (None, None) => vec![Happening::Unreadable],
        },
    )
}

/// What became of the ranges of a version whose own are `own`.
fn ranges(own: &Dependencies, old: &Dependencies, new: &Dependencies) -> Vec<RangeChange> {
    let names: BTreeSet<&PackageName> = old.keys().chain(new.keys()).collect();
    let change = |name: &PackageName| RangeChange {
        name: name.clone(),
        before: old.get(name).or(own.get(name)).cloned(),
        after: new.get(name).or(own.get(name)).cloned(),
    };
    names.into_iter().map(change).filter(|change| change.before != change.after).collect()
}

/// What became of a status.
pub(super) fn status(sight: Sight<'_>) -> Vec<Happening> {
    between(
        sight,
        |document| Status::read(document, sight.terms.profile).value,
        |before, after| match (before, after) {
            (before, Some(Status { kind, reason, replacement, .. })) => {
                vec![Happening::StatusSet { kind, before: before.map(|before| before.kind), reason, replacement }]
            }
            (Some(before), None) => vec![Happening::StatusRemoved { kind: before.kind }],
            (None, None) => vec![Happening::Unreadable],
        },
    )
}

/// What an advisory says of whom it concerns (OSV 1.x), as far as a log asks.
#[derive(Deserialize)]
struct Advisory {
    #[serde(default)]
    affected: Vec<Affected>,
}

#[derive(Deserialize)]
struct Affected {
    package: Named,
    #[serde(default)]
    versions: Vec<String>,
}

#[derive(Deserialize)]
struct Named {
    name: String,
}

/// Whom an advisory concerns: the packages that it names, or named before; and their versions, where it lists them. Where
/// it cannot be read that is not known.
pub(super) fn advised(sight: Sight<'_>) -> Vec<About> {
    let mut about = BTreeSet::new();
    for bytes in [sight.before, sight.after].into_iter().flatten() {
        let read = serde_json::from_slice::<Advisory>(bytes).ok();
        for Affected { package, versions } in read.into_iter().flat_map(|it| it.affected) {
            let Ok(name) = package.name.parse::<PackageName>() else { continue };
            let listed: Vec<Version> = versions.iter().filter_map(|version| version.parse().ok()).collect();
            if listed.is_empty() {
                about.insert(About { package: Some(name.clone()), version: None });
            }
            about.extend(listed.into_iter().map(|it| About { package: Some(name.clone()), version: Some(it) }));
        }
    }
    if about.is_empty() {
        about.insert(About::default());
    }
    about.into_iter().collect()
}
