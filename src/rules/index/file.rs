//! The manifests of one package, a line each, in a file whose other lines never change.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::ops::Range;

use serde::Deserialize;

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
    /// The revision of the bound override whose ranges it carries; `None` where they are the definition's.
    pub revision: Option<u64>,
}

/// The one key of a line that no manifest has.
#[derive(Deserialize)]
struct Numbered {
    #[serde(default)]
    revision: Option<u64>,
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
    /// The version is not there.
    #[error("there is no line of {0} in the file")]
    Absent(Version),
    /// Something else than ranges would change.
    #[error("the line of {0} says more than other ranges")]
    Beyond(Version),
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
            let unreadable =
                |error: serde_json::Error| IndexFileError::Line { line: at + 1, reason: error.to_string() };
            let manifest = serde_json::from_str(line).map_err(unreadable)?;
            // Hardly any line has one: the rest is not read twice.
            let numbered = line.contains("\"revision\"").then(|| serde_json::from_str::<Numbered>(line));
            let revision = numbered.transpose().map_err(unreadable)?.and_then(|numbered| numbered.revision);
            lines.push(IndexLine { span: start..start + line.len(), manifest, revision });
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

    /// The line of a version.
    #[must_use]
    pub fn line(&self, version: &Version) -> Option<&IndexLine> {
        self.lines.iter().find(|line| line.manifest.version == *version)
    }

    /// Adds a manifest, with the ranges of that revision, before the first line of a higher version. Every other byte of
    /// the file stays as it is.
    ///
    /// # Errors
    /// [`IndexFileError::Taken`] when the version is there with another manifest.
    pub fn insert(&mut self, manifest: Manifest, revision: Option<u64>) -> Result<(), IndexFileError> {
        if let Some(present) = self.line(&manifest.version) {
            let same = present.manifest == manifest && present.revision == revision;
            return if same { Ok(()) } else { Err(IndexFileError::Taken(manifest.version)) };
        }
        let line = line_text(&manifest, revision)?;
        let higher = self.lines.iter().position(|line| line.manifest.version > manifest.version);
        let at = higher.and_then(|at| self.lines.get(at)).map_or(self.text.len(), |line| line.span.start);
        let unended = higher.is_none() && !self.text.is_empty() && !self.text.ends_with('\n');
        let start = at + usize::from(unended);
        let addition = if unended { format!("\n{line}\n") } else { format!("{line}\n") };
        let position = higher.unwrap_or(self.lines.len());
        self.replace(at..at, &addition, position);
        let span = start..start + line.len();
        self.lines.insert(position, IndexLine { span, manifest, revision });
        Ok(())
    }

    /// Gives the line of a version the ranges of a revision. Every other byte of the file stays as it is.
    ///
    /// # Errors
    /// [`IndexFileError::Absent`] when there is no such line, [`IndexFileError::Beyond`] when `manifest` differs from it in
    /// more than ranges.
    pub fn revise(&mut self, manifest: Manifest, revision: Option<u64>) -> Result<(), IndexFileError> {
        let absent = || IndexFileError::Absent(manifest.version.clone());
        let position = self.position(&manifest.version).ok_or_else(absent)?;
        let present = self.lines.get(position).ok_or_else(absent)?;
        if !differs_in_ranges_alone(&manifest, &present.manifest) {
            return Err(IndexFileError::Beyond(manifest.version));
        }
        if present.manifest == manifest && present.revision == revision {
            return Ok(());
        }
        let (line, span) = (line_text(&manifest, revision)?, present.span.clone());
        self.replace(span.clone(), &line, position + 1);
        if let Some(revised) = self.lines.get_mut(position) {
            *revised = IndexLine { span: span.start..span.start + line.len(), manifest, revision };
        }
        Ok(())
    }

    /// Takes away the line of a version, where there is one. Every other byte of the file stays as it is.
    pub fn remove(&mut self, version: &Version) {
        let Some(position) = self.position(version) else { return };
        let line = self.lines.remove(position);
        let end = self.lines.get(position).map_or(self.text.len(), |next| next.span.start);
        self.replace(line.span.start..end, "", position);
    }

    fn position(&self, version: &Version) -> Option<usize> {
        self.lines.iter().position(|line| line.manifest.version == *version)
    }

    /// Puts `text` in the place of `range`, and moves the lines from `first` on.
    fn replace(&mut self, range: Range<usize>, text: &str, first: usize) {
        let (added, gone) = (text.len(), range.len());
        self.text.replace_range(range, text);
        for later in self.lines.iter_mut().skip(first) {
            later.span = later.span.start + added - gone..later.span.end + added - gone;
        }
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

/// Whether two manifests say the same but for the ranges, which an override may change.
#[must_use]
pub fn differs_in_ranges_alone(definition: &Manifest, line: &Manifest) -> bool {
    let same_names = definition.dependencies.keys().eq(line.dependencies.keys());
    same_names && Manifest { dependencies: line.dependencies.clone(), ..definition.clone() } == *line
}

/// A line without its end. The number of the revision comes last: readers that do not know it read a manifest.
fn line_text(manifest: &Manifest, revision: Option<u64>) -> Result<String, IndexFileError> {
    let unprintable = |error: serde_json::Error| IndexFileError::Line { line: 0, reason: error.to_string() };
    let mut line = manifest.to_line().map_err(unprintable)?;
    if let Some(revision) = revision {
        line.truncate(line.len() - 1);
        let _ = write!(line, ",\"revision\":{revision}}}");
    }
    Ok(line)
}
