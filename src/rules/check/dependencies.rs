//! Whether the dependencies exist and fit together.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Demand, Finding, Manifest, Node, PackageName, Place, Range, Version};
use crate::rules::registry::World;
use crate::rules::report::words::{self, Wording};
use crate::rules::resolve::{Release, Resolution, Resolver, Unsolvable, With};
use crate::rules::similar;

use super::Case;

/// Every dependency exists, and a version of it is in the range.
pub(super) fn exist(case: &Case<'_>) -> Vec<Finding> {
    let Some(parts) = case.parts() else { return Vec::new() };
    let effective = case.candidate.listed_manifest().map(|manifest| &manifest.dependencies);
    let mut findings = Vec::new();
    for (name, range) in effective.unwrap_or(&parts.dependencies) {
        if Some(name) == parts.name.as_ref() {
            findings.push(words::dependencies::itself(name).at(place(case, name, Part::Name)));
            continue;
        }
        let versions = versions(case, name);
        if versions.iter().any(|version| range.includes(version)) {
            continue;
        }
        if case.world.waits_for(name, range) {
            // What is wrong is said of the other definition. That there is none would send the author astray.
            findings.push(words::dependencies::held(name, range).at(place(case, name, Part::Range)));
        } else if versions.is_empty() && was_published(case, name) {
            findings.push(words::dependencies::withheld(name).at(place(case, name, Part::Range)));
        } else if versions.is_empty() {
            let nearest = similar::similar(name, case.names.iter()).into_iter().next().map(|found| found.name);
            findings.push(words::dependencies::unknown(name, nearest).at(place(case, name, Part::Name)));
        } else {
            let wording = words::dependencies::unsatisfiable(name, range, &versions);
            findings.push(wording.at(place(case, name, Part::Range)));
        }
    }
    findings
}

/// Every range ends before a major version that nobody has seen, where the registry asks for that. Silent where no version
/// is in the range: that is said already.
pub(super) fn bounded(case: &Case<'_>) -> Vec<Finding> {
    let (Some(parts), Demand::Required) = (case.parts(), case.policy.upper_bounds) else { return Vec::new() };
    let effective = case.candidate.listed_manifest().map(|manifest| &manifest.dependencies);
    let mut findings = Vec::new();
    for (name, range) in effective.unwrap_or(&parts.dependencies) {
        let versions = versions(case, name);
        let Some(newest) = versions.last() else { continue };
        let bound = newest.bump_major();
        let is_used = versions.iter().any(|version| range.includes(version));
        if range.upper().is_some_and(|upper| *upper <= bound) || !is_used {
            continue;
        }
        let wording = words::dependencies::unbounded(name, range, newest, &bound);
        let place = place(case, name, Part::Range);
        // A range that an override gives is not mended in the definition.
        let is_written = parts.dependencies.get(name) == Some(range);
        let narrower = case.policy.profile.cut(range, &bound).ok().filter(|_| is_written);
        findings.push(match (narrower, place.span) {
            (Some(narrower), Some(span)) => {
                wording.mended_by(case.place(), span.start..span.end, format!("\"{narrower}\""))
            }
            _ => wording.at(place),
        });
    }
    findings
}

/// The dependencies can be resolved together. Silent where one of them alone cannot be satisfied: that is said already.
pub(super) fn solve(case: &Case<'_>) -> Vec<Finding> {
    let Some(manifest) = effective(case) else { return Vec::new() };
    let satisfiable = |(name, range): (&PackageName, &Range)| {
        *name != manifest.name && versions(case, name).iter().any(|version| range.includes(version))
    };
    if !manifest.dependencies.iter().all(satisfiable) {
        return Vec::new();
    }
    match resolution(case.world, manifest) {
        Ok(_) => Vec::new(),
        Err(unsolvable) => vec![explain(case, &unsolvable)],
    }
}

/// Resolves a manifest that may not stand in the world, or with other ranges.
fn resolution(world: &World, manifest: &Manifest) -> Result<Resolution, Unsolvable> {
    let release = Release { version: &manifest.version, dependencies: &manifest.dependencies };
    let universe = With { base: world, name: &manifest.name, release };
    Resolver::new(&universe).resolve_version(&manifest.name, &manifest.version)
}

/// What the dependencies of a manifest, and theirs, resolve to; nothing, where they do not.
#[must_use]
pub fn resolved(world: &World, manifest: &Manifest) -> BTreeMap<PackageName, Version> {
    let mut picks = resolution(world, manifest).map(|Resolution(picks)| picks).unwrap_or_default();
    picks.remove(&manifest.name);
    picks
}

/// What keeps a manifest that passed every check from being published after all: a dependency that could not be.
#[must_use]
pub fn waits(world: &World, manifest: &Manifest) -> Option<Wording> {
    let missing = manifest.dependencies.iter().find(|(name, range)| {
        let state = world.packages.get(*name);
        !state.is_some_and(|state| state.manifests().any(|manifest| range.includes(&manifest.version)))
    });
    missing.map(|(name, range)| words::dependencies::held(name, range))
}

/// What keeps it from being published where it waits for nothing: what is left cannot be resolved together.
#[must_use]
pub fn unsolvable(world: &World, manifest: &Manifest) -> Option<Wording> {
    let unsolvable = resolution(world, manifest).err()?;
    Some(words::dependencies::unsolvable(&unsolvable.to_string()))
}

/// The manifest with the newest override; the bare one, where the file does not stand in its place.
fn effective<'a>(case: &Case<'a>) -> Option<&'a Manifest> {
    case.candidate.listed_manifest().or_else(|| case.definition().map(|definition| &definition.manifest))
}

fn explain(case: &Case<'_>, unsolvable: &Unsolvable) -> Finding {
    words::dependencies::unsolvable(&unsolvable.to_string()).at(case.field("dependencies"))
}

/// Whether anything was ever published of the package, whatever became of it.
fn was_published(case: &Case<'_>, name: &PackageName) -> bool {
    case.world.packages.get(name).is_some_and(|state| state.published.metadata.is_some())
}

fn versions<'a>(case: &Case<'a>, name: &PackageName) -> Vec<&'a Version> {
    let state = case.world.packages.get(name);
    let distinct: BTreeSet<&Version> =
        state.iter().flat_map(|state| state.manifests()).map(|manifest| &manifest.version).collect();
    distinct.into_iter().collect()
}

#[derive(Clone, Copy)]
enum Part {
    Name,
    Range,
}

/// Where the dependency stands in the file.
fn place(case: &Case<'_>, name: &PackageName, part: Part) -> Place {
    let dependencies: Option<&Node> =
        case.document().and_then(|document| document.member("dependencies")).map(|m| &m.value);
    match dependencies.and_then(|node| node.member(name.as_str())) {
        Some(member) => case.place().at(match part {
            Part::Name => member.key_span.clone(),
            Part::Range => member.value.span.clone(),
        }),
        None => case.field("dependencies"),
    }
}
