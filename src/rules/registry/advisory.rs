//! An advisory file, read as far as it can be read.

use std::collections::BTreeSet;

use crate::model::{
    Advisory, AdvisoryId, AdvisoryReading, Document, Ecosystem, PackageName, SyntaxError, Terms, TreePath,
};

use super::paths::RegistryPath;

/// An advisory file: what stands in it, and everything that is wrong with that.
#[derive(Debug, Clone, PartialEq)]
pub struct AdvisoryFile {
    /// The file.
    pub file: TreePath,
    /// The id that its path names.
    pub expected: Option<AdvisoryId>,
    /// The JSON in it.
    pub document: Result<Document, Vec<SyntaxError>>,
    /// The advisory in it, where it is JSON.
    pub reading: Option<AdvisoryReading>,
}

impl AdvisoryFile {
    /// Reads an advisory, of which the entries of `ecosystem` count.
    #[must_use]
    pub fn parse(file: &TreePath, bytes: &[u8], terms: Terms, ecosystem: &Ecosystem) -> Self {
        let document = Document::parse(bytes, terms.json_bytes);
        let reading = document.as_ref().ok().map(|document| Advisory::read(document, ecosystem));
        let expected = match RegistryPath::of(file) {
            RegistryPath::Advisory(id) => Some(id),
            _ => None,
        };
        Self { file: file.clone(), expected, document, reading }
    }

    /// The advisory, where it can be read and stands in its place.
    #[must_use]
    pub fn advisory(&self) -> Option<&Advisory> {
        let advisory = self.reading.as_ref()?.value.as_ref()?;
        (Some(&advisory.id) == self.expected.as_ref()).then_some(advisory)
    }

    /// The packages that it names, as far as they can be read.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<&PackageName> {
        let entries = self.reading.iter().flat_map(|reading| &reading.entries);
        entries.map(|entry| &entry.package).collect()
    }
}
