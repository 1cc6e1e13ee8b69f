//! What an index offers to package sets.

use crate::model::{Dependencies, PackageName, Published, Version};
use crate::rules::index::Index;

/// An index, and which of its versions may come into a set.
#[derive(Clone, Copy)]
pub struct Offer<'i> {
    /// What is published.
    pub index: &'i Index,
    /// Whether nothing stands against a version: that it is yanked, deprecated or quarantined.
    pub is_usable: &'i dyn Fn(&PackageName, &Version) -> bool,
    /// Whether a version is withheld: no set may have it, whoever wishes for it.
    pub is_withheld: &'i dyn Fn(&PackageName, &Version) -> bool,
}

impl<'i> Offer<'i> {
    /// What a published version depends on; `None` where it is not published, or the index has only one half of it.
    #[must_use]
    pub fn dependencies(&self, name: &PackageName, version: &Version) -> Option<&'i Dependencies> {
        self.index.published(name, version)?;
        self.index.manifest(name, version).map(|manifest| &manifest.dependencies)
    }

    /// The published versions of a package that are whole, the newest first.
    pub(super) fn versions(&self, name: &PackageName) -> impl Iterator<Item = (&'i Version, &'i Published)> {
        let package = self.index.packages.get(name);
        let facts = package.and_then(|package| package.metadata.as_ref()).into_iter();
        let published = facts.flat_map(|file| file.metadata().published.iter().rev());
        let manifests = package.and_then(|package| package.manifests.as_ref());
        published.filter(move |(version, _)| manifests.is_some_and(|lines| lines.get(version).is_some()))
    }

    /// Whether the version works with a compiler, as far as anybody knows: one that nobody compiled names the compiler that
    /// it was written for, and no other.
    pub(super) fn works_with(&self, name: &PackageName, version: &Version, compiler: &Version) -> bool {
        let facts = self.index.published(name, version);
        facts.is_none_or(|facts| facts.compiled == Some(false) || facts.compilers.iter().any(|it| it == compiler))
    }
}
