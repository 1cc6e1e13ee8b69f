//! The difference between what is wanted and what is published, as steps.

mod amend;

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    ArtifactKey, EncoderName, Manifest, PackageName, Plan, Publication, Removal, Restock, StatusKind, Step, Version,
};

use super::index::Package;
use super::registry::{PackageState, World};

pub use amend::{Amendments, amendments};

/// What a store holds, as far as a plan asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stock {
    /// The name of the store.
    pub store: String,
    /// The paths of the files in it.
    pub files: BTreeSet<String>,
}

/// Everything that separates `world` from what is published and in stock.
///
/// A definition that cannot be read, or whose override cannot be used, is no step: the checks say why. Steps go by package and version.
#[must_use]
pub fn plan(world: &World, stock: &[Stock], encoder: EncoderName) -> Plan {
    let steps = world.packages.iter().flat_map(|(name, state)| {
        let amendments = amendments(name, state).list.into_iter();
        publications(state, encoder)
            .map(|publication| Step::Publish(Box::new(publication)))
            .chain(amendments.map(|amendment| Step::Amend(Box::new(amendment))))
            .chain(restocks(name, state, stock).map(|restock| Step::Restock(Box::new(restock))))
            .chain(removals(name, state, stock).map(|removal| Step::Remove(Box::new(removal))))
    });
    Plan { steps: steps.collect() }
}

fn publications(state: &PackageState, encoder: EncoderName) -> impl Iterator<Item = Publication> {
    let tried = state.wanted.iter().filter(|(version, _)| !state.postponed.contains(version));
    let sound = tried.map(|(_, candidate)| candidate).filter(|candidate| candidate.effective_manifest().is_some());
    sound.filter_map(move |candidate| candidate.publication(state.registration.as_ref(), encoder))
}

fn restocks<'a>(
    name: &'a PackageName,
    state: &'a PackageState,
    stock: &'a [Stock],
) -> impl Iterator<Item = Restock> + 'a {
    let published = state.published.metadata.iter().flat_map(|file| &file.metadata().published);
    // What is about to be unpublished is not put anywhere any more.
    let kept = published.filter(|(version, _)| !state.said.has(version, StatusKind::Unpublished));
    // The archive of an adopted version can be copied, and cannot be made.
    let is_copied = |version: &Version| is_somewhere(&ArtifactKey::archive(name, version), stock);
    let had = kept.filter(move |(version, facts)| !facts.is_adopted() || is_copied(version));
    had.flat_map(move |(version, _)| {
        let provenance = ArtifactKey::provenance(name, version);
        let is_proven = is_somewhere(&provenance, stock);
        let lacking = stock.iter().filter(move |stock| {
            let lacks = |key: &ArtifactKey| !stock.files.contains(&key.to_string());
            lacks(&ArtifactKey::archive(name, version))
                || lacks(&ArtifactKey::checksum(name, version))
                || is_proven && lacks(&provenance)
        });
        lacking.filter_map(move |stock| restock(&state.published, version, &stock.store))
    })
}

/// The archives of versions that are gone for good, in stores that still have them.
fn removals<'a>(
    name: &'a PackageName,
    state: &'a PackageState,
    stock: &'a [Stock],
) -> impl Iterator<Item = Removal> + 'a {
    let gone = state.published.metadata.iter().flat_map(|file| file.metadata().unpublished.keys());
    gone.flat_map(move |version| {
        let holding = stock.iter().filter(move |stock| {
            ArtifactKey::all(name, version).iter().any(|key| stock.files.contains(&key.to_string()))
        });
        holding.filter_map(move |stock| removal(&state.published, name, version, &stock.store))
    })
}

/// The step that takes the archive of a version that is gone for good out of `store`.
#[must_use]
pub fn removal(package: &Package, name: &PackageName, version: &Version, store: &str) -> Option<Removal> {
    let withdrawn = package.metadata.as_ref()?.metadata().withdrawn(name, version)?;
    Some(Removal { withdrawn, store: store.to_owned() })
}

/// Whether some store has the file.
fn is_somewhere(key: &ArtifactKey, stock: &[Stock]) -> bool {
    let file = key.to_string();
    stock.iter().any(|stock| stock.files.contains(&file))
}

/// The step that puts the archive of a published version into `store` again.
#[must_use]
pub fn restock(package: &Package, version: &Version, store: &str) -> Option<Restock> {
    let hash = package.metadata.as_ref()?.metadata().published.get(version)?.hash;
    Some(Restock { recipe: package.recipe(version)?, hash, store: store.to_owned() })
}

/// The versions in an order in which each comes after every version of the packages that it depends on, as far as they
/// are among them and do not depend on each other in a circle.
#[must_use]
pub fn in_dependency_order<'m>(manifests: impl Iterator<Item = &'m Manifest>) -> Vec<(PackageName, Version)> {
    let mut packages: BTreeMap<&PackageName, Vec<&Manifest>> = BTreeMap::new();
    for manifest in manifests {
        packages.entry(&manifest.name).or_default().push(manifest);
    }
    let mut seen = BTreeSet::new();
    let mut order = Vec::new();
    for name in packages.keys() {
        // A package is entered, then its dependencies, and left when they are done: no recursion, however deep.
        let mut stack = vec![(*name, false)];
        while let Some((name, is_done)) = stack.pop() {
            let Some(manifests) = packages.get(name) else { continue };
            if is_done {
                order.extend(manifests.iter().map(|manifest| (manifest.name.clone(), manifest.version.clone())));
            } else if seen.insert(name) {
                stack.push((name, true));
                stack.extend(
                    manifests.iter().flat_map(|manifest| manifest.dependencies.keys()).map(|name| (name, false)),
                );
            }
        }
    }
    order
}
