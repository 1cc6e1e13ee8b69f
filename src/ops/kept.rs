//! What the registry must keep of what is published, and what it asks for that cannot be done.

use std::collections::BTreeSet;

use crate::model::{Area, Finding, PackageName, Place, Sha256, Terms, TreePath, Version};
use crate::ports::{Changed, Differences, History as _, Ports, RepoEntry, RepoEntryKind};
use crate::rules::check::is_as_published;
use crate::rules::index::{Half, metadata_path, shard_path};
use crate::rules::registry::{Candidate, PackageState, RegistryPath, World, override_path};
use crate::rules::report::{inert, words};

use super::Stop;
use super::life_file::LifeFile;
use super::reader::{Reader, bug};
use super::signed::Earlier;

/// Compares the registry with what is published of the packages of `world`: every definition is there and unchanged, and
/// what cannot be acted on is told rather than passed over. With `changes` only what changed is compared.
pub(super) fn kept<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    changes: Option<&Differences>,
    terms: Terms,
) -> Result<Vec<Finding>, Stop> {
    let mut findings = Vec::new();
    // A link is told here and never read, so that it holds up nothing but its own file.
    let mut links = BTreeSet::new();
    let entries = match changes {
        None => reader.registry_entries(None)?,
        Some(differences) => differences.changed.iter().filter_map(standing).collect(),
    };
    for name in unlisted(reader, changes)? {
        findings.push(words::file::unlisted().at(Place::file(Area::Registry, &inert(&name))));
    }
    for entry in entries {
        let place = Place::file(Area::Registry, &entry.path);
        match RegistryPath::within(terms.profile, &entry.path) {
            RegistryPath::Other => {}
            _ if entry.kind == RepoEntryKind::Foreign => {
                findings.push(words::file::foreign().at(place));
                links.insert(entry.path);
            }
            // What is wrong with one that a version waits for is told with the version.
            RegistryPath::Override(name, version) if is_wanted(world, &name, &version) => {}
            RegistryPath::Status(name, _) | RegistryPath::Override(name, _) => {
                let Some(bytes) = reader.registry_file(&entry.path)? else { continue };
                let file = LifeFile { name, file: entry.path, bytes };
                findings.extend(file.findings(world, &Earlier::new(), terms));
            }
            _ => {}
        }
    }
    let paths: Option<BTreeSet<&TreePath>> =
        changes.map(|differences| differences.changed.iter().map(|changed| &changed.path).collect());
    let is_looked_at = |file: &TreePath| paths.as_ref().is_none_or(|paths| paths.contains(file));
    for (name, state) in &world.packages {
        findings.extend(halves(name, state)?);
        findings.extend(lifted(name, state, &is_looked_at)?);
        findings.extend(definitions(reader, name, state, &links, &is_looked_at, terms)?);
    }
    Ok(findings)
}

fn is_wanted(world: &World, name: &PackageName, version: &Version) -> bool {
    world.packages.get(name).is_some_and(|state| state.wanted.contains_key(version))
}

/// Names that no file of a registry can have: those that changed, or all.
fn unlisted<P: Ports>(reader: &Reader<'_, P>, changes: Option<&Differences>) -> Result<Vec<String>, Stop> {
    match (changes, reader.registry()) {
        (Some(differences), _) => Ok(differences.unlisted.clone()),
        (None, Some((registry, at))) if registry.describe(at)?.is_some() => Ok(registry.difference(None, at)?.unlisted),
        _ => Ok(Vec::new()),
    }
}

/// The entry that a change left behind; `None` where it left none.
fn standing(changed: &Changed) -> Option<RepoEntry> {
    let after = changed.after?;
    Some(RepoEntry { path: changed.path.clone(), kind: after.kind })
}

/// The versions of which the index has one half. They hold up whatever is wanted of their package, and nothing else.
pub(super) fn halves(name: &PackageName, state: &PackageState) -> Result<Vec<Finding>, Stop> {
    let is_wanted = !state.wanted.is_empty();
    let finding = |half: Half| {
        let (wording, path, version) = match &half {
            Half::WithoutLine(version) => (words::audit::manifest_missing(name, version), shard_path(name), version),
            Half::WithoutFacts(version) => {
                (words::audit::metadata_missing(name, version), metadata_path(name), version)
            }
        };
        let wording = if is_wanted { words::audit::holding(wording, name) } else { wording.as_warning() };
        Ok(wording.of(name, version, Place::file(Area::Index, &path.map_err(bug)?)))
    };
    state.published.halves().into_iter().map(finding).collect()
}

/// The overrides that are in force and went: ranges that were found wrong would come back unseen.
fn lifted(
    name: &PackageName,
    state: &PackageState,
    is_looked_at: &dyn Fn(&TreePath) -> bool,
) -> Result<Vec<Finding>, Stop> {
    let published = state.published.metadata.iter().flat_map(|file| &file.metadata().published);
    let mut findings = Vec::new();
    for (version, _) in published.filter(|(_, facts)| facts.revision.is_some()) {
        let file = override_path(name, version).map_err(bug)?;
        if !state.said.overrides.contains_key(version) && is_looked_at(&file) {
            let place = Place::file(Area::Registry, &file);
            findings.push(words::file::deleted(true, None).of(name, version, place));
        }
    }
    Ok(findings)
}

/// Every published version has the definition that it was published from.
fn definitions<P: Ports>(
    reader: &Reader<'_, P>,
    name: &PackageName,
    state: &PackageState,
    links: &BTreeSet<TreePath>,
    is_looked_at: &dyn Fn(&TreePath) -> bool,
    terms: Terms,
) -> Result<Vec<Finding>, Stop> {
    let mut findings = Vec::new();
    let published = state.published.metadata.iter().flat_map(|file| &file.metadata().published);
    for (version, facts) in published {
        let file: TreePath = format!("packages/{}/{version}.json", name.home()).parse().map_err(bug)?;
        let place = Place::file(Area::Registry, &file);
        let line = state.published.manifests.as_ref().and_then(|lines| lines.get(version));
        let same = |bytes: &[u8]| {
            let read = || Candidate::parse(&file, bytes, terms);
            is_as_published(&Sha256::of(bytes), read, facts.definition.as_ref(), line)
        };
        if !is_looked_at(&file) || links.iter().any(|link| *link == file || file.within(link).is_some()) {
            continue;
        }
        let wording = match reader.registry_file(&file)? {
            // Of an adopted version without a line there never was a definition: nobody knows what would stand in it.
            None if line.is_none() && facts.definition.is_none() => None,
            None => Some(words::audit::definition_missing(name, version)),
            Some(bytes) => (!same(&bytes)).then(|| words::definition::changed(name, version)),
        };
        findings.extend(wording.map(|wording| wording.of(name, version, place)));
    }
    Ok(findings)
}
