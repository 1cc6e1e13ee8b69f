//! The manifests of one package, a line each, in a file whose other lines never change.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::model::{Manifest, PackageName, Version};

/// The file of one package: its text, and the manifest of each line.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexFile {
    text: String,
    lines: Vec<IndexLine>,
}

/// A line of an index file.
#[derive(Debug, Clone, PartialEq)]
pub struct IndexLine {
    /// Where it stands in the file, without its line end.
    pub span: Range<usize>,
    /// What it says.
    pub manifest: Manifest,
}

/// Why a text is not an index file.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum IndexFileError {
    /// The file is not UTF-8.
    #[error("the file is not UTF-8 text")]
    NotUtf8,
    /// A line is not a manifest.
    #[error("line {line} is not a manifest: {reason}")]
    Line {
        /// The line, from 1.
        line: usize,
        /// Why.
        reason: String,
    },
    /// The version is there already, with another manifest.
    #[error("{0} stands in the file already, with another manifest")]
    Taken(Version),
}

impl IndexFile {
    /// Reads a file. As the PureScript reader does, it takes a missing last line end and CRLF, but no blank line.
    ///
    /// # Errors
    /// [`IndexFileError`] names the first line that is not a manifest.
    pub fn parse(bytes: &[u8]) -> Result<Self, IndexFileError> {
        let text = std::str::from_utf8(bytes).map_err(|_| IndexFileError::NotUtf8)?;
        let mut lines = Vec::with_capacity(text.split_inclusive('\n').count());
        let mut start = 0;
        for (at, raw) in text.split_inclusive('\n').enumerate() {
            let line = raw.trim_end_matches(['\n', '\r']);
            let manifest = serde_json::from_str(line)
                .map_err(|error| IndexFileError::Line { line: at + 1, reason: error.to_string() })?;
            lines.push(IndexLine { span: start..start + line.len(), manifest });
            start += raw.len();
        }
        Ok(Self { text: text.to_owned(), lines })
    }

    /// A file without lines.
    #[must_use]
    pub fn empty() -> Self {
        Self { text: String::new(), lines: Vec::new() }
    }

    /// The text of the file, to the byte as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// The lines, in the order of the file.
    #[must_use]
    pub fn lines(&self) -> &[IndexLine] {
        &self.lines
    }

    /// The lines, for whoever needs their manifests and not the text.
    #[must_use]
    pub fn into_lines(self) -> Vec<IndexLine> {
        self.lines
    }

    /// The manifest of a version.
    #[must_use]
    pub fn get(&self, version: &Version) -> Option<&Manifest> {
        self.lines.iter().map(|line| &line.manifest).find(|manifest| manifest.version == *version)
    }

    /// The manifests, in the order of the file.
    #[must_use]
    pub fn manifests(&self) -> impl DoubleEndedIterator<Item = &Manifest> {
        self.lines.iter().map(|line| &line.manifest)
    }

    /// Adds a manifest before the first line of a higher version. Every other byte of the file stays as it is.
    ///
    /// # Errors
    /// [`IndexFileError::Taken`] when the version is there with another manifest.
    pub fn insert(&mut self, manifest: Manifest) -> Result<(), IndexFileError> {
        if let Some(present) = self.get(&manifest.version) {
            return if *present == manifest { Ok(()) } else { Err(IndexFileError::Taken(manifest.version)) };
        }
        let unprintable = |error: serde_json::Error| IndexFileError::Line { line: 0, reason: error.to_string() };
        let line = manifest.to_line().map_err(unprintable)?;
        let higher = self.lines.iter().position(|line| line.manifest.version > manifest.version);
        let at = higher.and_then(|at| self.lines.get(at)).map_or(self.text.len(), |line| line.span.start);
        let unended = higher.is_none() && !self.text.is_empty() && !self.text.ends_with('\n');
        let start = at + usize::from(unended);
        let addition = if unended { format!("\n{line}\n") } else { format!("{line}\n") };
        self.text.insert_str(at, &addition);
        let position = higher.unwrap_or(self.lines.len());
        for later in self.lines.iter_mut().skip(position) {
            later.span = later.span.start + addition.len()..later.span.end + addition.len();
        }
        self.lines.insert(position, IndexLine { span: start..start + line.len(), manifest });
        Ok(())
    }

    /// The lines that stand in another package's file.
    pub fn misplaced<'a>(&'a self, name: &'a PackageName) -> impl Iterator<Item = &'a IndexLine> {
        self.lines.iter().filter(move |line| line.manifest.name != *name)
    }

    /// The lines whose version is not above that of the same package's line before.
    pub fn out_of_order(&self) -> impl Iterator<Item = &IndexLine> {
        let mut before: BTreeMap<&PackageName, &Version> = BTreeMap::new();
        self.lines.iter().filter(move |line| {
            let Manifest { name, version, .. } = &line.manifest;
            before.insert(name, version).is_some_and(|before| before >= version)
        })
    }
}
