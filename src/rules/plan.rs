//! The difference between what is wanted and what is published, as steps.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    ArtifactKey, EncoderName, Manifest, PackageName, Plan, Publication, Recipe, Restock, Step, Version,
};

use super::index::Package;
use super::registry::{PackageState, World};

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
        publications(state, encoder)
            .map(|publication| Step::Publish(Box::new(publication)))
            .chain(restocks(name, state, stock).map(|restock| Step::Restock(Box::new(restock))))
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
    // The archive of an adopted version can be copied, and cannot be made.
    let had = published.filter(move |(version, facts)| !facts.is_adopted() || is_somewhere(name, version, stock));
    had.flat_map(move |(version, _)| {
        let lacking = stock.iter().filter(move |stock| {
            let lacks = |key: ArtifactKey| !stock.files.contains(&key.to_string());
            lacks(ArtifactKey::archive(name, version)) || lacks(ArtifactKey::checksum(name, version))
        });
        lacking.filter_map(move |stock| restock(&state.published, version, &stock.store))
    })
}

/// Whether some store has the archive.
fn is_somewhere(name: &PackageName, version: &Version, stock: &[Stock]) -> bool {
    let archive = ArtifactKey::archive(name, version).to_string();
    stock.iter().any(|stock| stock.files.contains(&archive))
}

/// The step that puts the archive of a published version into `store` again.
#[must_use]
pub fn restock(package: &Package, version: &Version, store: &str) -> Option<Restock> {
    let facts = package.metadata.as_ref()?.metadata().published.get(version)?;
    let manifest = package.manifests.as_ref()?.get(version)?.clone();
    let recipe = Recipe { manifest, commit: facts.commit, encoder: facts.encoder };
    Some(Restock { recipe, hash: facts.hash, store: store.to_owned() })
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
