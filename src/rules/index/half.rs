//! Versions of which an index has one half: a line without facts, or facts without a line.

use std::collections::BTreeSet;

use crate::model::Version;

use super::file::IndexFile;
use super::metadata::MetadataFile;
use super::view::Package;

/// A version of which the index lost, or never had, one half.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// It is published, and no line says what it depends on.
    WithoutLine(Version),
    /// A line says what it depends on, and nothing says that it is published, or was.
    WithoutFacts(Version),
}

impl Package {
    /// The versions that are not whole, in order.
    #[must_use]
    pub fn halves(&self) -> Vec<Half> {
        let lines: BTreeSet<&Version> =
            self.manifests.iter().flat_map(IndexFile::manifests).map(|manifest| &manifest.version).collect();
        let facts = self.metadata.as_ref().map(MetadataFile::metadata);
        let published = facts.iter().flat_map(|facts| facts.published.keys());
        let without_line = published.filter(|version| !lines.contains(*version)).cloned().map(Half::WithoutLine);
        let is_known = |version: &Version| {
            facts.is_some_and(|it| it.published.contains_key(version) || it.unpublished.contains_key(version))
        };
        let unknown = lines.iter().filter(|version| !is_known(version));
        without_line.chain(unknown.map(|version| Half::WithoutFacts((*version).clone()))).collect()
    }
}
