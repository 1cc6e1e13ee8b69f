//! The index, or the part of it that was read, by package.

use std::collections::BTreeMap;

use crate::model::{Manifest, PackageName, Published, Recipe, Version};

use super::file::IndexFile;
use super::metadata::MetadataFile;

/// The packages of an index that were read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Index {
    /// Each package that has a file.
    pub packages: BTreeMap<PackageName, Package>,
}

/// What the index holds of a package.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Package {
    /// Its manifests; `None` where there is no file.
    pub manifests: Option<IndexFile>,
    /// Its metadata; `None` where there is no file.
    pub metadata: Option<MetadataFile>,
}

impl Package {
    /// How the archive of a published version was made; `None` where the index does not tell.
    #[must_use]
    pub fn recipe(&self, version: &Version) -> Option<Recipe> {
        let metadata = self.metadata.as_ref()?.metadata();
        let facts = metadata.published.get(version)?;
        let manifest = facts.archive_manifest(self.manifests.as_ref()?.get(version)?);
        // Every archive has a place of its own; the metadata has their folder.
        let is_archive = manifest.location.is_archive();
        let location = if is_archive { manifest.location.clone() } else { metadata.location.clone() };
        Some(Recipe { manifest, location, commit: facts.commit, encoder: facts.encoder })
    }
}

impl Index {
    /// The facts of a published version.
    #[must_use]
    pub fn published(&self, name: &PackageName, version: &Version) -> Option<&Published> {
        self.packages.get(name)?.metadata.as_ref()?.metadata().published.get(version)
    }

    /// Whether the version was published once and is gone for good.
    #[must_use]
    pub fn unpublished(&self, name: &PackageName, version: &Version) -> bool {
        let metadata = self.packages.get(name).and_then(|package| package.metadata.as_ref());
        metadata.is_some_and(|file| file.metadata().unpublished.contains_key(version))
    }

    /// The manifest of a version.
    #[must_use]
    pub fn manifest(&self, name: &PackageName, version: &Version) -> Option<&Manifest> {
        self.packages.get(name)?.manifests.as_ref()?.get(version)
    }

    /// Every published version with its facts.
    pub fn published_versions(&self) -> impl Iterator<Item = (&PackageName, &Version, &Published)> {
        self.packages.iter().flat_map(|(name, package)| {
            let metadata = package.metadata.iter().flat_map(|file| &file.metadata().published);
            metadata.map(move |(version, facts)| (name, version, facts))
        })
    }
}
