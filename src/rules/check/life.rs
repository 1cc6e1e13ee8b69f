//! The checks of what happens to a version after its publication, beyond what stands in one file: whether an override is
//! the next one, whether a status can be had, who needs what is to be unpublished.

use std::collections::BTreeMap;

use crate::model::{
    Area, Dependant, Document, Finding, Manifest, PackageName, Place, Published, Status, StatusKind, Terms, TreePath,
    Version,
};
use crate::rules::index::{IndexFile, MetadataFile};
use crate::rules::registry::{PackageState, World};
use crate::rules::report::words;

use super::{check_override, check_status};

/// What stood in a file before a change.
#[derive(Debug, Clone, Copy)]
pub enum Before<'b> {
    /// The change is not known: the file is looked at as it is.
    Unknown,
    /// The file came.
    Nothing,
    /// The file changed, and said this.
    Bytes(&'b [u8]),
}

/// Whether the number of an override follows that of the one before it.
#[must_use]
pub fn check_revision(
    file: &TreePath,
    bytes: &[u8],
    terms: Terms,
    published: Option<(&Published, &Manifest)>,
    before: Before<'_>,
) -> Option<Finding> {
    let bound_override = check_override(file, bytes, terms).0?;
    let recorded = published.and_then(|(facts, _)| facts.revision);
    let earlier = match before {
        Before::Bytes(bytes) => check_override(file, bytes, terms).0.map(|before| before.revision),
        Before::Unknown | Before::Nothing => None,
    };
    let newest = recorded.max(earlier).unwrap_or(0);
    let found = bound_override.revision;
    let is_recorded = published.is_some_and(|(facts, line)| {
        let mut ranges = bound_override.dependencies.iter();
        facts.revision == Some(found) && ranges.all(|(name, range)| line.dependencies.get(name) == Some(range))
    });
    let wording = if found <= newest && !(is_recorded && matches!(before, Before::Unknown)) {
        words::life::revision_taken(found, newest)
    } else if found > newest.saturating_add(1) && !matches!(before, Before::Unknown) {
        words::life::revision_skips(found, newest.saturating_add(1))
    } else {
        return None;
    };
    let place = Place::file(Area::Registry, file);
    let document = Document::parse(bytes, terms.json_bytes).ok();
    let span = document.and_then(|document| document.member("revision").map(|member| member.value.span.clone()));
    Some(wording.at(match span {
        Some(span) => place.at(span),
        None => place,
    }))
}

/// Whether a package, or this version of it, can have the status that a file gives it. Silent about a file that cannot be
/// read: [`check_status`] says that.
#[must_use]
pub fn check_status_target(
    file: &TreePath,
    bytes: &[u8],
    terms: Terms,
    (name, version): (&PackageName, Option<&Version>),
    world: &World,
    before: Before<'_>,
) -> Vec<Finding> {
    let (Some(status), Ok(document)) = (check_status(file, bytes, terms).0, Document::parse(bytes, terms.json_bytes))
    else {
        return Vec::new();
    };
    let place = Place::file(Area::Registry, file);
    let at = |key: &str| match document.member(key) {
        Some(member) => place.clone().at(member.value.span.clone()),
        None => place.clone(),
    };
    let mut findings = Vec::new();
    let state = world.packages.get(name);
    if !state.is_some_and(|state| is_there(state, version)) {
        findings.push(words::life::status_of_nothing().at(place.clone()));
    }
    if status.kind != StatusKind::Unpublished && was_unpublished(file, terms, state, version, before) {
        findings.push(words::life::gone_for_good(name, version).at(at("status")));
    }
    match &status.replacement {
        Some(replacement) if replacement == name => {
            findings.push(words::life::replaced_by_itself(name).at(at("replacement")));
        }
        Some(replacement) if !world.packages.get(replacement).is_some_and(PackageState::exists) => {
            findings.push(words::life::replacement_unknown(replacement).at(at("replacement")));
        }
        _ => {}
    }
    for finding in &mut findings {
        (finding.package, finding.version) = (Some(name.clone()), version.cloned());
    }
    findings
}

/// Whether there is something that could have a status.
fn is_there(state: &PackageState, version: Option<&Version>) -> bool {
    let Some(version) = version else { return state.exists() };
    let metadata = state.published.metadata.as_ref().map(MetadataFile::metadata);
    let is_known = metadata
        .is_some_and(|metadata| metadata.published.contains_key(version) || metadata.unpublished.contains_key(version));
    is_known || state.wanted.contains_key(version) || state.withdrawn.contains_key(version)
}

/// Whether the version is unpublished, or the file said so before.
fn was_unpublished(
    file: &TreePath,
    terms: Terms,
    state: Option<&PackageState>,
    version: Option<&Version>,
    before: Before<'_>,
) -> bool {
    let metadata = state.and_then(|state| state.published.metadata.as_ref()).map(MetadataFile::metadata);
    let is_gone =
        version.is_some_and(|version| metadata.is_some_and(|metadata| metadata.unpublished.contains_key(version)));
    let said = match before {
        Before::Bytes(bytes) => check_status(file, bytes, terms).0,
        Before::Unknown | Before::Nothing => None,
    };
    is_gone || said.is_some_and(|said: Status| said.kind == StatusKind::Unpublished)
}

/// The published versions of other packages that nothing would satisfy any more if this version went. `lines` are those of
/// every package that names it.
#[must_use]
pub fn needing(
    name: &PackageName,
    version: &Version,
    state: &PackageState,
    lines: &[(PackageName, IndexFile)],
) -> Vec<Dependant> {
    let others: Vec<&Version> =
        state.manifests().map(|manifest| &manifest.version).filter(|other| *other != version).collect();
    let mut needing = BTreeMap::new();
    for manifest in lines.iter().filter(|(other, _)| other != name).flat_map(|(_, lines)| lines.manifests()) {
        let Some(range) = manifest.dependencies.get(name).filter(|range| range.includes(version)) else { continue };
        if !others.iter().any(|other| range.includes(other)) {
            let key = (manifest.name.clone(), manifest.version.clone());
            needing.insert(key, range.clone());
        }
    }
    needing.into_iter().map(|((name, version), range)| Dependant { name, version, range }).collect()
}
