//! Whether a version may be published at all, and under whose name.

use std::borrow::Borrow;
use std::collections::BTreeSet;

use crate::model::{CommitId, DefinitionParts, Demand, Document, Finding, Location, Manifest, Sha256, Value, Version};
use crate::rules::index::{MetadataFile, differs_in_ranges_alone};
use crate::rules::registry::{Candidate, Origin};
use crate::rules::report::words;

use super::Case;

/// A published definition is what it was when it was published.
pub(super) fn unchanged(case: &Case<'_>) -> Vec<Finding> {
    let Some((name, version)) = &case.candidate.expected else { return Vec::new() };
    let Some(state) = case.world.packages.get(name) else { return Vec::new() };
    let published = state.published.metadata.as_ref().and_then(|file| file.metadata().published.get(version));
    let recorded = published.and_then(|facts| facts.definition);
    let line = state.published.manifests.as_ref().and_then(|file| file.get(version));
    let same = is_as_published(&case.candidate.digest, || case.candidate, recorded.as_ref(), line);
    if same { Vec::new() } else { vec![words::definition::changed(name, version).of(name, version, case.place())] }
}

/// Whether a definition is the one that was published: by the digest, where one was recorded. An adopted version has
/// none: there the manifest in the index speaks for it, and only then the file is `read`.
#[must_use]
pub fn is_as_published<C: Borrow<Candidate>>(
    digest: &Sha256,
    read: impl FnOnce() -> C,
    recorded: Option<&Sha256>,
    line: Option<&Manifest>,
) -> bool {
    match (recorded, line) {
        (Some(recorded), _) => recorded == digest,
        (None, Some(line)) => {
            let candidate = read();
            let definition = candidate.borrow().definition();
            definition.is_some_and(|definition| differs_in_ranges_alone(&definition.manifest, line))
        }
        (None, None) => true,
    }
}

/// The version was not unpublished.
pub(super) fn unpublished(case: &Case<'_>) -> Vec<Finding> {
    let Some(DefinitionParts { name: Some(name), version: Some(version), .. }) = case.parts() else {
        return Vec::new();
    };
    let metadata = case.state().and_then(|state| state.published.metadata.as_ref());
    let gone = metadata.is_some_and(|file| file.metadata().unpublished.contains_key(version));
    let finding = || words::definition::unpublished(name, version).at(case.field("version"));
    gone.then(finding).into_iter().collect()
}

/// The version is the next after one that was published or is wanted, where the registry asks for that. The first ones are
/// free.
pub(super) fn sequential(case: &Case<'_>) -> Vec<Finding> {
    let Some(DefinitionParts { version: Some(version), .. }) = case.parts() else { return Vec::new() };
    let (Some(state), Demand::Required) = (case.state(), case.policy.sequential_versions) else { return Vec::new() };
    let Some(metadata) = state.published.metadata.as_ref().map(MetadataFile::metadata) else { return Vec::new() };
    let past: BTreeSet<&Version> = metadata.published.keys().chain(metadata.unpublished.keys()).collect();
    let Some(newest) = past.last() else { return Vec::new() };
    let next = |before: &Version| [before.bump_patch(), before.bump_minor(), before.bump_major()];
    let mut before = past.iter().copied().chain(state.wanted.keys().filter(|wanted| *wanted != version));
    // A pre-release is the next one where its release would be, or where another one of that is before it.
    let follows = before.any(|before| {
        let continues = before.is_prerelease() && before.is_of_release(version) && before < version;
        continues || next(before).contains(&version.release())
    });
    let finding = || words::definition::not_next(version, newest, &next(newest)).at(case.field("version"));
    (!follows).then(finding).into_iter().collect()
}

/// The package is registered.
pub(super) fn registered(case: &Case<'_>) -> Vec<Finding> {
    let Some(name) = case.parts().and_then(|parts| parts.name.as_ref()) else { return Vec::new() };
    let registered = case.state().is_some_and(|state| state.registration.is_some());
    let finding = || words::definition::unregistered(name).at(case.field("name"));
    (!registered).then(finding).into_iter().collect()
}

/// Owners in a definition are those of the registration.
pub(super) fn owners(case: &Case<'_>) -> Vec<Finding> {
    let Some(owners) = case.parts().and_then(|parts| parts.owners.as_ref()) else { return Vec::new() };
    let Some(registration) = case.registration() else { return Vec::new() };
    let same = registration.owners.as_ref() == Some(owners);
    (!same).then(|| words::definition::owners_differ().at(case.field("owners"))).into_iter().collect()
}

/// The definition names a commit, unless its source was a folder and its archive stands for it; where the source was
/// fetched, a fix adds the one that the ref resolves to.
pub(super) fn commit(case: &Case<'_>) -> Vec<Finding> {
    let lacks_it =
        |document: &Document| matches!(document.root().value, Value::Object(_)) && document.member("commit").is_none();
    // An archive is pinned by its digest.
    let is_archive = case.parts().and_then(|parts| parts.location.as_ref()).is_some_and(Location::is_archive);
    if is_archive || case.candidate.origin != Origin::Location || !case.document().is_some_and(lacks_it) {
        return Vec::new();
    }
    let resolved = case.source.and_then(|source| source.resolved);
    let wording = words::definition::commit_missing(resolved.as_ref());
    let after_ref = case.field_span("ref").map(|span| span.end);
    let finding = match resolved.zip(after_ref) {
        Some((commit, at)) => wording.mended_by(case.place(), at..at, commit_member(commit)),
        None => wording.at(case.place()),
    };
    vec![finding]
}

fn commit_member(commit: CommitId) -> String {
    format!(",\n  \"commit\": \"{commit}\"")
}
