//! What a branch changes in the registry: files to check, and changes that nobody checks file by file.

use std::collections::BTreeMap;

use crate::model::{Area, Finding, PackageName, Place, StatusKind, Terms, TreePath};
use crate::ports::{Changed, Differences, History as _, Ports, RepoEntryKind, Revision};
use crate::rules::check::check_status;
use crate::rules::registry::{RegistryPath, World};
use crate::rules::report::words;

use super::Stop;
use super::reader::Reader;
use super::signed::Earlier;

/// The state from which the registry forked off `base`, and the difference to it.
pub(super) async fn since<P: Ports>(reader: &Reader<'_, P>, base: &str) -> Result<(Revision, Differences), Stop> {
    let Some((registry, at)) = reader.registry() else { return Err(Stop::Bug("there is no registry".to_owned())) };
    let fork = registry.fork_point(base, at).await?;
    let fork = fork.ok_or_else(|| Stop::Usage(format!("the registry has no branch, tag or commit '{base}'")))?;
    let differences = registry.difference(Some(&fork), at)?;
    Ok((fork, differences))
}

/// The plain files that came or changed and that mean something to a registry.
pub(super) fn files(differences: &Differences) -> Vec<TreePath> {
    let came = differences.changed.iter().filter(|changed| {
        changed.after.is_some_and(|after| after.kind == RepoEntryKind::File)
            && RegistryPath::of(&changed.path) != RegistryPath::Other
    });
    came.map(|changed| changed.path.clone()).collect()
}

/// The packages whose files changed or went.
pub(super) fn packages(differences: &Differences) -> impl Iterator<Item = PackageName> {
    differences.changed.iter().filter_map(|changed| super::scope::package(&RegistryPath::of(&changed.path)))
}

/// What the checks of single files do not see: files that went, and files that only trustees change. That a published
/// definition went is told where it is compared with the index.
pub(super) fn beside(differences: &Differences, world: &World, earlier: &Earlier, terms: Terms) -> Vec<Finding> {
    let came = differences.changed.iter().filter(|changed| changed.before.is_none());
    let came: BTreeMap<_, _> = came.filter_map(|it| Some((it.after?.object, &it.path))).collect();
    // What was unpublished stays so, however long its file.
    let terms = Terms { json_bytes: u64::MAX, ..terms };
    let gone = |changed: &&Changed| changed.after.is_none();
    let renamed = |changed: &Changed| changed.before.and_then(|before| came.get(&before.object).copied());
    let went = differences.changed.iter().filter(gone).filter_map(|changed| {
        let is_published = match RegistryPath::of(&changed.path) {
            // Wishes that nobody has any more are withdrawn.
            RegistryPath::PackageSet | RegistryPath::Other | RegistryPath::Stray(_) => return None,
            RegistryPath::Advisory(_) => {
                let place = Place::file(Area::Registry, &changed.path);
                return Some(words::advisory::deleted(renamed(changed)).at(place));
            }
            RegistryPath::Config => true,
            RegistryPath::Definition(name, version) if is_published(world, &name, Some(&version)) => return None,
            RegistryPath::Definition(..) => false,
            RegistryPath::Registration(name) => is_published(world, &name, None),
            RegistryPath::Override(name, version) => is_published(world, &name, Some(&version)),
            // To take a status back is to delete its file, but for the one that is for good.
            RegistryPath::Status(name, version) => {
                let said = earlier.get(&changed.path).and_then(Option::as_ref);
                let said = said.and_then(|bytes| check_status(&changed.path, bytes, terms).0);
                let is_for_good = said.is_some_and(|said| said.kind == StatusKind::Unpublished);
                let wording = || words::life::gone_for_good(&name, version.as_ref());
                return is_for_good.then(|| wording().at(Place::file(Area::Registry, &changed.path)));
            }
        };
        let wording = words::file::deleted(is_published, renamed(changed));
        Some(wording.at(Place::file(Area::Registry, &changed.path)))
    });
    let stands = differences.changed.iter().filter(|changed| !gone(changed));
    let elsewhere = stands.filter_map(|changed| match RegistryPath::of(&changed.path) {
        RegistryPath::Config | RegistryPath::Other => {
            Some(words::file::elsewhere().at(Place::file(Area::Registry, &changed.path)))
        }
        _ => None,
    });
    went.chain(elsewhere).collect()
}

/// Whether the version, or any version of the package, is published.
fn is_published(world: &World, name: &PackageName, version: Option<&crate::model::Version>) -> bool {
    let metadata = world.packages.get(name).and_then(|state| state.published.metadata.as_ref());
    metadata.is_some_and(|file| match version {
        Some(version) => file.metadata().published.contains_key(version),
        None => !file.metadata().published.is_empty(),
    })
}
