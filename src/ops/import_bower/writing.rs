//! Writing what was selected, and the report.

use std::collections::BTreeMap;

use crate::model::{Definition, PackageName, Registration, TreePath, Version};
use crate::ports::{Ports, Workspace, WorkspaceError};
use crate::rules::import::{Accepted, Census};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{definition_path, registration_path};
use crate::rules::report;

use super::super::reader::bug;
use super::super::{Curator, Event, Stop};
use super::journal::put;
use super::offers::{Kept, Offered};
use super::{IMPORT_REPORT, ImportRequest, Imported};

/// Writes registrations, definitions and, at the end, the report. A file that is there stays.
pub(super) fn write<P: Ports, W: Workspace>(
    curator: &Curator<P>,
    registry: &W,
    request: &ImportRequest,
    offered: Offered,
) -> Result<Imported, Stop> {
    (curator.progress)(Event::Total(offered.kept.len()));
    let mut written = 0;
    for (name, kept) in &offered.kept {
        (curator.progress)(Event::Begin(name.to_string()));
        let state = offered.world.packages.get(name);
        let is_new = state.is_none_or(|state| state.registration.is_none() && state.published.metadata.is_none());
        if is_new {
            register(registry, name, kept)?;
        }
        for (version, offer) in &kept.versions {
            let (manifest, compiler) = (offer.manifest.clone(), Some(request.compiler.clone()));
            let definition = Definition { manifest, commit: Some(offer.commit), compiler };
            let text = definition.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
            create(registry, &definition_path(name, version).map_err(bug)?, &text)?;
            written += 1;
        }
        (curator.progress)(Event::Done);
    }
    let census = census(request, offered);
    let path: TreePath = IMPORT_REPORT.parse().map_err(bug)?;
    let text = report::inert_json(&report::import_json(&census));
    if registry.read(&path)?.as_deref() != Some(text.as_bytes()) {
        put(registry, &path, text.as_bytes())?;
    }
    Ok(Imported { census, written })
}

fn register<W: Workspace>(registry: &W, name: &PackageName, kept: &Kept) -> Result<(), Stop> {
    let owners = kept.owners(None, kept.versions.keys().next_back()).cloned();
    let location = kept.location.clone();
    let maintainers = Vec::new();
    let registration = Registration { location, location_id: None, owners, maintainers, authorization: None };
    let text = registration.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    create(registry, &registration_path(name).map_err(bug)?, &text)
}

/// Writes a file that a run may have written before it was cut off.
fn create<W: Workspace>(registry: &W, path: &TreePath, text: &str) -> Result<(), Stop> {
    match registry.create(path, text.as_bytes()) {
        Err(WorkspaceError::Exists { .. }) => Ok(()),
        created => Ok(created?),
    }
}

/// What became of everything that the lists name.
fn census(request: &ImportRequest, offered: Offered) -> Census {
    let Offered { world, kept, refused, pending, mut notes } = offered;
    let mut versions: BTreeMap<(PackageName, Version), Accepted> = BTreeMap::new();
    let listed: Vec<_> = request.lists.entries().filter_map(|entry| entry.package.as_ref().ok()).collect();
    let mut accept = |name: &PackageName, version: &Version| {
        let key = (name.clone(), version.clone());
        let (reference, notes) = notes.remove(&key).map_or_else(Default::default, |(tag, it)| (Some(tag), it));
        versions.entry(key).or_insert(Accepted { reference, notes });
    };
    for (name, _) in &listed {
        let state = world.packages.get(name);
        let facts = state.and_then(|state| state.published.metadata.as_ref()).map(MetadataFile::metadata);
        let published = facts.into_iter().flat_map(|facts| facts.published.keys());
        let wanted = state.into_iter().flat_map(|state| state.wanted.keys());
        let written = kept.get(name).into_iter().flat_map(|kept| kept.versions.keys());
        published.chain(wanted).chain(written).for_each(|version| accept(name, version));
    }
    let (compiler, listed) = (Some(request.compiler.clone()), request.lists.entries().count());
    Census { compiler, listed, pending, accepted: versions, refused }
}
