//! A working registry out of a mirror alone: index, store and registry, everything verified on the way.

use std::collections::BTreeMap;

use crate::model::{ArtifactKey, Checksums, IndexConfig, MirrorConfig, RestoreReport, Sha256, TreePath};
use crate::ops::Stop;
use crate::ops::client::{Refusal, index_of};
use crate::ops::import_purescript::lacking;
use crate::ports::{ArtifactStore, MirrorFolder, Repo};
use crate::rules::index::Index;
use crate::rules::init::new_registry;
use crate::rules::restore::{on_this_machine, remake};

use super::{archives, config, files};

/// What a registry is restored into: three places that are empty, or hold part of it.
pub struct Restored<R, S> {
    /// The registry.
    pub registry: R,
    /// The index.
    pub index: R,
    /// The store.
    pub store: S,
}

/// Makes a working registry of a mirror. Run again, it completes what was begun.
///
/// # Errors
/// [`Stop`]: [`Refusal::NoMirror`] where the mirror is not what it says that it is.
pub async fn restore<M: MirrorFolder, R: Repo, S: ArtifactStore>(
    mirror: &M,
    into: &Restored<R, S>,
) -> Result<RestoreReport, Stop> {
    let Some(config) = config(mirror)? else {
        let reason = format!("it has no {}", MirrorConfig::FILE);
        return Err(Refusal::NoMirror { place: mirror.place(), reason }.into());
    };
    let published = folder(mirror, MirrorConfig::INDEX)?;
    let index = index_of(&published)?;
    let mut report = RestoreReport { index: published.len(), ..RestoreReport::default() };
    fill(mirror, &index, &into.store, &mut report).await?;
    let described = described(&published)?;
    let wanted = wanted(mirror, &config, &described, &index, &mut report)?;
    report.registry = wanted.len();
    // The index first: beside a registry without it, every definition would be one that is to be published.
    for (repo, what, files) in [(&into.index, "index", published), (&into.registry, "registry", wanted)] {
        let head = repo.head().await?;
        let change = lacking(repo, what, &head, files)?;
        if !change.is_empty() {
            repo.commit(&head, &change, "Restore a registry from a mirror").await?;
        }
    }
    Ok(report)
}

/// The files of a folder of the mirror, each as its list says.
fn folder(mirror: &impl MirrorFolder, name: &str) -> Result<BTreeMap<TreePath, Vec<u8>>, Stop> {
    let top = files::path(name)?;
    let Checksums(list) = files::list(mirror, name)?;
    let mut found = BTreeMap::new();
    for (place, digest) in list {
        let refused = |reason: &str| {
            let reason = format!("{place} {reason} {name}.sha256");
            Refusal::NoMirror { place: mirror.place(), reason }
        };
        let bytes = mirror.read(&place)?.ok_or_else(|| refused("is missing, and stands in"))?;
        if Sha256::of(&bytes) != digest {
            return Err(refused("is not as it stands in").into());
        }
        let relative = place.within(&top).ok_or_else(|| refused("does not belong into"))?;
        found.insert(relative, bytes);
    }
    Ok(found)
}

/// What the index says of itself.
fn described(published: &BTreeMap<TreePath, Vec<u8>>) -> Result<IndexConfig, Stop> {
    let path = files::path("config.json")?;
    let bytes = published.get(&path).map(Vec::as_slice).unwrap_or_default();
    serde_json::from_slice(bytes).map_err(|error| Stop::IndexFile { file: path.to_string(), reason: error.to_string() })
}

/// Puts every archive that the mirror has as it was published into the store.
async fn fill<S: ArtifactStore>(
    mirror: &impl MirrorFolder,
    index: &Index,
    store: &S,
    report: &mut RestoreReport,
) -> Result<(), Stop> {
    for (name, version, facts) in index.published_versions() {
        let [archive, checksum, _] = ArtifactKey::all(name, version);
        match mirror.read(&archives::place(&archive)?)? {
            Some(bytes) if bytes.len() as u64 == facts.bytes && Sha256::of(&bytes) == facts.hash => {
                store.put(&archive, &bytes).await?;
                let text = ArtifactKey::checksum_text(name, version, &facts.hash);
                store.put(&checksum, text.as_bytes()).await?;
                report.archives += 1;
            }
            // What is there instead of it is no archive of this registry.
            Some(_) | None => report.missing.push((name.clone(), version.clone())),
        }
    }
    Ok(())
}

/// The files of the registry: a copy of what people wrote where the mirror has one, and else what the index tells.
fn wanted(
    mirror: &impl MirrorFolder,
    config: &MirrorConfig,
    described: &IndexConfig,
    index: &Index,
    report: &mut RestoreReport,
) -> Result<BTreeMap<TreePath, Vec<u8>>, Stop> {
    let mut wanted = folder(mirror, MirrorConfig::REGISTRY)?;
    report.copied = !wanted.is_empty();
    if wanted.is_empty() {
        let remade = remake(index).map_err(|error| Stop::Bug(error.to_string()))?;
        wanted = new_registry(&config.registry, described.profile).into_iter().collect();
        wanted.extend(remade.files);
        report.undefined = remade.undefined;
    }
    let path = files::path("curator.toml")?;
    let text = wanted.get(&path).and_then(|bytes| std::str::from_utf8(bytes).ok());
    let text = text.and_then(|text| on_this_machine(text, described)).ok_or_else(|| {
        let reason = "its registry has no curator.toml that can be read".to_owned();
        Refusal::NoMirror { place: mirror.place(), reason }
    })?;
    wanted.insert(path, text.into_bytes());
    Ok(wanted)
}
