//! What a view lists of a package.

use crate::model::{ArtifactKey, IndexConfig, Manifest, Metadata, PackageName, Published, Version, archive_url};
use crate::rules::index::{MetadataFile, Package};

/// A version that a view lists: it is published, whole and not quarantined.
#[derive(Debug, Clone, Copy)]
pub struct Listed<'p> {
    /// Its line in the index.
    pub manifest: &'p Manifest,
    /// Its facts.
    pub facts: &'p Published,
}

/// What a view lists of a package.
#[derive(Debug, Clone)]
pub struct Listing<'p> {
    /// The package.
    pub name: &'p PackageName,
    /// The versions, ascending.
    pub versions: Vec<Listed<'p>>,
    /// All that is published of the package; `None` where nothing is.
    pub metadata: Option<&'p Metadata>,
}

impl<'p> Listing<'p> {
    /// What is listed of `package`.
    #[must_use]
    pub fn of(name: &'p PackageName, package: &'p Package) -> Self {
        let metadata = package.metadata.as_ref().map(MetadataFile::metadata);
        let published = metadata.iter().flat_map(|metadata| &metadata.published);
        let shown = published.filter(|(_, facts)| facts.quarantined.is_none());
        let versions = shown.filter_map(|(version, facts)| {
            let manifest = package.manifests.as_ref()?.get(version)?;
            Some(Listed { manifest, facts })
        });
        Self { name, versions: versions.collect(), metadata }
    }
}

impl Listed<'_> {
    /// The version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.manifest.version
    }

    /// Where the archive stands below the root of a store in folders, and of a mirror.
    #[must_use]
    pub fn path(&self) -> String {
        ArtifactKey::archive(&self.manifest.name, self.version()).to_string()
    }

    /// Where the archive can be downloaded: at the first store that says so and can have it.
    #[must_use]
    pub fn url(&self, config: &IndexConfig) -> Option<String> {
        let mut urls = config.stores.iter().filter_map(|store| store.url.as_deref());
        let (name, release) = (&self.manifest.name, self.facts.release.as_ref());
        urls.find_map(|url| archive_url(url, name, self.version(), release))
    }

    /// Where the source is, and the commit of it that was packed, as pip and npm spell it: `git+URL@COMMIT`, with the
    /// folder behind a `#`; `None` where the commit is not known.
    #[must_use]
    pub fn provenance(&self) -> Option<String> {
        let (location, commit) = (&self.manifest.location, self.facts.commit?);
        let folder = location.subdir().map(|folder| format!("#subdirectory={folder}")).unwrap_or_default();
        Some(format!("git+{}@{commit}{folder}", location.clone_url()))
    }
}
