//! What a change of bounds or of a status makes of resolutions, over the whole index.

use std::collections::BTreeMap;

use crate::model::{
    Area, Finding, Impact, LockFile, Manifest, PackageName, PackageSet, Place, Prepared, StatusKind, Terms, TreePath,
    Version,
};
use crate::ops::reader::{Reader, bug};
use crate::ops::strangers::refuse_strangers;
use crate::ops::{Curator, Stop};
use crate::ports::{Differences, Ports, RepoEntryKind};
use crate::rules::check::{check_override, check_override_target, check_status};
use crate::rules::impact::{Offer, Pinned, impact};
use crate::rules::package_set::Shelf;
use crate::rules::registry::{Candidate, PackageState, Regard, RegistryPath, World, definition_path};
use crate::rules::report::words::impact as words;

use super::before::plain_file;

/// A change of a registry: what it is compared with, what comes of it, and what it touches.
pub(in crate::ops) struct Move<'a, P: Ports> {
    /// The registry before it. Its lock files count: nobody brings one that makes a change look harmless.
    pub(in crate::ops) before: &'a Reader<'a, P>,
    /// The registry after it.
    pub(in crate::ops) after: &'a Reader<'a, P>,
    /// What it touches.
    pub(in crate::ops) differences: &'a Differences,
    /// The versions that it would publish.
    pub(in crate::ops) prepared: &'a [Prepared],
}

/// What the change makes of resolutions, and what must not be overlooked of that; `None` where it touches no override
/// and no status.
pub(in crate::ops) fn look_around<P: Ports>(
    curator: &Curator<P>,
    change: &Move<'_, P>,
) -> Result<Option<(Impact, Vec<Finding>)>, Stop> {
    let moving =
        |path: &&TreePath| matches!(RegistryPath::of(path), RegistryPath::Override(..) | RegistryPath::Status(..));
    let touched = change.differences.changed.iter().map(|changed| &changed.path);
    let Some(first) = touched.clone().find(moving) else { return Ok(None) };
    let terms = curator.terms();
    let (world, set) = published(change.before)?;
    let mut revised: BTreeMap<(PackageName, Version), Manifest> = BTreeMap::new();
    for path in touched {
        if let RegistryPath::Override(name, version) = RegistryPath::of(path)
            && let Some(manifest) = effective(change.after, &world, path, (&name, &version), terms)?
        {
            revised.insert((name, version), manifest);
        }
    }
    let brought = change.prepared.iter().map(|prepared| prepared.publication.listed_manifest());
    revised.extend(brought.map(|manifest| ((manifest.name.clone(), manifest.version.clone()), manifest)));

    let mut before = Offer::of(&world);
    let mut after = before.clone();
    for ((name, version), manifest) in &revised {
        after.put(name, version, &manifest.dependencies);
    }
    for (reader, offer) in [(change.before, &mut before), (change.after, &mut after)] {
        for Standing { name, version, kind } in statuses(reader, terms)? {
            offer.mark(&name, version.as_ref(), kind);
        }
    }
    let mut findings = Vec::new();
    let mut pinned: Vec<Pinned> = set.iter().map(Pinned::by_set).collect();
    pinned.extend(locks(curator, change.before, &mut findings)?);
    let impact = impact(&before, &after, &pinned);
    findings.extend(headlines(&impact, first));
    Ok(Some((impact, findings)))
}

/// All that is published, and the newest package set: the whole index is read.
fn published<P: Ports>(reader: &Reader<'_, P>) -> Result<(World, Option<PackageSet>), Stop> {
    let shelf = Shelf::read(reader.index_files()?)?;
    let set = shelf.newest()?;
    let mut world = World::default();
    for (name, published) in shelf.index.packages {
        refuse_strangers(&name, &published)?;
        // Who is yanked or withheld is asked of the registry, before and after.
        world.packages.insert(name, PackageState { published, regard: Regard::Ever, ..PackageState::default() });
    }
    Ok((world, set))
}

/// What a published version says of itself with the override at `path`, or without one where that is gone; `None` where
/// it is not published, and where nobody knows what was meant, which a finding tells.
fn effective<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    path: &TreePath,
    (name, version): (&PackageName, &Version),
    terms: Terms,
) -> Result<Option<Manifest>, Stop> {
    let line = world.packages.get(name).and_then(|state| state.manifests().find(|it| it.version == *version));
    let Some(line) = line else { return Ok(None) };
    // The line has the override before this one in it. Of an adopted version there may be no definition.
    let definition = definition_path(name, version).map_err(bug)?;
    let definition = plain_file(reader, &definition)?.map(|bytes| Candidate::parse(&definition, &bytes, terms));
    let defined = definition.as_ref().and_then(Candidate::placed_definition);
    let base = defined.map_or_else(|| line.clone(), |definition| definition.manifest.clone());
    let Some(bytes) = plain_file(reader, path)? else { return Ok(Some(base)) };
    let (bound_override, _) = check_override(path, &bytes, terms);
    let is_foreign = !check_override_target(path, &bytes, terms, Some(&base)).is_empty();
    Ok(bound_override.filter(|_| !is_foreign).map(|it| it.applied_to(&base)))
}

/// What a status file says: of a version, or of a whole package.
struct Standing {
    name: PackageName,
    version: Option<Version>,
    kind: StatusKind,
}

/// What the status files of a registry say. What cannot be read says nothing, which a finding tells.
///
/// Registry against registry: what is wanted before the change and after it differs by the change alone, however far the
/// index has come.
fn statuses<P: Ports>(reader: &Reader<'_, P>, terms: Terms) -> Result<Vec<Standing>, Stop> {
    let folder: TreePath = "status".parse().map_err(bug)?;
    let mut statuses = Vec::new();
    for entry in reader.registry_entries(Some(&folder))?.into_iter().filter(|it| it.kind == RepoEntryKind::File) {
        let RegistryPath::Status(name, version) = RegistryPath::of(&entry.path) else { continue };
        let Some(bytes) = reader.registry_file(&entry.path)? else { continue };
        if let (Some(status), _) = check_status(&entry.path, &bytes, terms) {
            statuses.push(Standing { name, version, kind: status.kind });
        }
    }
    Ok(statuses)
}

/// The lock files that the policy names, as they are before the change.
fn locks<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    findings: &mut Vec<Finding>,
) -> Result<Vec<Pinned>, Stop> {
    let mut pinned = Vec::new();
    for file in &curator.policy.review.lock_files {
        let Some(bytes) = plain_file(reader, file)? else {
            findings.push(words::no_lock_file(file).at(Place::file(Area::Registry, "curator.toml")));
            continue;
        };
        match LockFile::parse(&bytes) {
            Ok(lock) => pinned.push(Pinned::by_lock(file, &lock)),
            Err(error) => {
                findings.push(words::unreadable_lock_file(file, &error).at(Place::file(Area::Registry, file)));
            }
        }
    }
    Ok(pinned)
}

/// What must not be overlooked, said of the first file that may have brought it.
fn headlines(impact: &Impact, file: &TreePath) -> Vec<Finding> {
    let (stranded, undecided) = (&impact.became_unsolvable, &impact.undecided);
    let unsolvable = (!stranded.is_empty()).then(|| words::unsolvable(stranded));
    let undecided = (!undecided.is_empty()).then(|| words::undecided(undecided));
    let broken = impact.pinnings.iter().filter(|pinning| !pinning.broken.is_empty()).map(words::broken);
    let wordings = unsolvable.into_iter().chain(undecided).chain(broken);
    wordings.map(|wording| wording.at(Place::file(Area::Registry, file))).collect()
}
