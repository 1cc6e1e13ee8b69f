//! Whether an advisory is one that OSV's readers understand, and is about packages and versions that there are.

use std::collections::BTreeSet;

use crate::model::{AffectedRange, Area, Finding, Place, SyntaxError, Version};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{AdvisoryFile, PackageState, World};
use crate::rules::report::words;

/// What is wrong with an advisory file by itself.
#[must_use]
pub fn check_advisory(advisory: &AdvisoryFile) -> Vec<Finding> {
    let place = Place::file(Area::Registry, &advisory.file);
    let reading = match (&advisory.document, &advisory.reading) {
        (Err(errors), _) => {
            let finding =
                |error: &SyntaxError| words::file::not_json(&error.kind).at(place.clone().at(error.span.clone()));
            return errors.iter().map(finding).collect();
        }
        (_, Some(reading)) => reading,
        (Ok(_), None) => return Vec::new(),
    };
    let problems = reading.problems.iter().map(|problem| {
        let place = if words::advisory::is_of_whole_file(problem) {
            place.clone()
        } else {
            place.clone().at(problem.span.clone())
        };
        words::advisory::problem(problem).at(place)
    });
    let remarks = reading.remarks.iter();
    let remarks = remarks.map(|it| words::advisory::remark(&it.kind).at(place.clone().at(it.span.clone())));
    problems.chain(remarks).chain(misnamed(advisory, &place)).collect()
}

/// The file is called after the id.
fn misnamed(advisory: &AdvisoryFile, place: &Place) -> Option<Finding> {
    let found = &advisory.reading.as_ref()?.value.as_ref()?.id;
    let expected = advisory.expected.as_ref().filter(|expected| *expected != found)?;
    let span = advisory.document.as_ref().ok()?.member("id")?.value.span.clone();
    Some(words::advisory::misnamed(found, expected).at(place.clone().at(span)))
}

/// What an advisory names and nobody published or defined. Silent about what cannot be read: [`check_advisory`] says
/// that.
#[must_use]
pub fn check_advisory_targets(advisory: &AdvisoryFile, world: &World) -> Vec<Finding> {
    let place = Place::file(Area::Registry, &advisory.file);
    let Some(reading) = &advisory.reading else { return Vec::new() };
    let is_withdrawn = reading.value.as_ref().is_some_and(|advisory| advisory.withdrawn.is_some());
    let mut findings = Vec::new();
    for entry in &reading.entries {
        let name = &entry.package;
        let Some(state) = world.packages.get(name).filter(|state| state.exists()) else {
            findings.push(words::advisory::unknown_package(name).at(place.clone().at(entry.span.clone())));
            continue;
        };
        let known = known_versions(state);
        for (version, span) in entry.versions.iter().filter(|(version, _)| !known.contains(version)) {
            findings.push(words::advisory::unknown_version(name, version).at(place.clone().at(span.clone())));
        }
        let is_empty = |range: &AffectedRange| !known.iter().any(|version| range.includes(version));
        for (_, span) in entry.ranges.iter().filter(|(range, _)| !is_withdrawn && is_empty(range)) {
            findings.push(words::advisory::empty_range(name).at(place.clone().at(span.clone())));
        }
    }
    findings
}

/// Every version that somebody can have: those that are gone count, since lock files may still name them.
fn known_versions(state: &PackageState) -> BTreeSet<&Version> {
    let metadata = state.published.metadata.iter().map(MetadataFile::metadata);
    let published = metadata.flat_map(|metadata| metadata.published.keys().chain(metadata.unpublished.keys()));
    published.chain(state.wanted.keys()).collect()
}
