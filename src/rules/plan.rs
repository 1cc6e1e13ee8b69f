//! The difference between what is wanted and what is published, as steps.

use std::collections::BTreeSet;

use crate::model::{ArtifactKey, EncoderName, Manifest, Plan, Publication, Recipe, Restock, Step};

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
    let steps = world.packages.values().flat_map(|state| {
        publications(state, encoder)
            .map(|publication| Step::Publish(Box::new(publication)))
            .chain(restocks(state, stock).map(|restock| Step::Restock(Box::new(restock))))
    });
    Plan { steps: steps.collect() }
}

fn publications(state: &PackageState, encoder: EncoderName) -> impl Iterator<Item = Publication> {
    let sound = state.wanted.values().filter(|candidate| candidate.effective_manifest().is_some());
    sound.filter_map(move |candidate| candidate.publication(state.registration.as_ref(), encoder))
}

fn restocks<'a>(state: &'a PackageState, stock: &'a [Stock]) -> impl Iterator<Item = Restock> + 'a {
    let published = state.published.metadata.iter().flat_map(|file| &file.metadata().published);
    published.flat_map(move |(version, facts)| {
        let manifest = state.published.manifests.as_ref().and_then(|file| file.get(version));
        // The archive of an adopted version can be copied, and cannot be made.
        let manifest = manifest.filter(|it| !facts.is_adopted() || is_somewhere(it, stock));
        stock.iter().filter_map(move |stock| {
            let manifest = manifest?;
            let lacks = |key: ArtifactKey| !stock.files.contains(&key.to_string());
            let (name, version) = (&manifest.name, &manifest.version);
            let incomplete = lacks(ArtifactKey::archive(name, version)) || lacks(ArtifactKey::checksum(name, version));
            let recipe = || Recipe { manifest: manifest.clone(), commit: facts.commit, encoder: facts.encoder };
            incomplete.then(|| Restock { recipe: recipe(), hash: facts.hash, store: stock.store.clone() })
        })
    })
}

/// Whether some store has the archive.
fn is_somewhere(manifest: &Manifest, stock: &[Stock]) -> bool {
    let archive = ArtifactKey::archive(&manifest.name, &manifest.version).to_string();
    stock.iter().any(|stock| stock.files.contains(&archive))
}
