//! What has no business in a file of the index.

use crate::model::{Foreign, Manifest, PackageName, PathError, Profile};
use crate::rules::index::{IndexFile, Package, metadata_path, shard_path};

use super::reader::bug;
use super::stop::Stop;

/// Refuses a file with a line of another package: what belongs to which is not known then.
pub(super) fn refuse_strangers(name: &PackageName, package: &Package) -> Result<(), Stop> {
    let stranger = package.manifests.iter().flat_map(IndexFile::manifests).find(|manifest| manifest.name != *name);
    let Some(Manifest { name: other, version, .. }) = stranger else { return Ok(()) };
    let file = shard_path(name).map_err(bug)?.to_string();
    Err(Stop::IndexFile { file, reason: format!("it has a manifest of {other}@{version}") })
}

/// Refuses a package where the language of the registry has no such names, versions or ranges: nothing here wrote it.
pub(super) fn refuse_foreign(profile: Profile, name: &PackageName, package: &Package) -> Result<(), Stop> {
    let stop = |path: Result<_, PathError>, foreign: &Foreign| {
        let file = path.map_err(bug).map(|path: crate::model::TreePath| path.to_string());
        file.map_or_else(|stop| stop, |file| Stop::IndexFile { file, reason: foreign.to_string() })
    };
    let held = package.manifests.iter().flat_map(IndexFile::manifests).try_for_each(|it| profile.holds(it));
    held.map_err(|foreign| stop(shard_path(name), &foreign))?;
    let facts = package.metadata.as_ref().map_or(Ok(()), |file| profile.holds_facts(name, file.metadata()));
    facts.map_err(|foreign| stop(metadata_path(name), &foreign))
}
