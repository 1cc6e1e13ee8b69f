//! The metadata file of one package, edited in place: what is not ours to change keeps its bytes.

use crate::model::{
    Document, Member, Metadata, Node, Published, Registration, ReleaseTag, SyntaxError, Value, Version,
};
use crate::rules::report::words::joined;

/// A metadata file: its text and what it says.
#[derive(Debug, Clone, PartialEq)]
pub struct MetadataFile {
    text: String,
    metadata: Metadata,
}

/// Why a text is not a metadata file, or cannot be edited.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MetadataFileError {
    /// The file is not strict JSON.
    #[error("{0}")]
    Json(String),
    /// The file is JSON, but not metadata.
    #[error("this is not the metadata of a package: {0}")]
    Shape(String),
    /// The version is there already.
    #[error("{0} is published already")]
    Taken(Version),
    /// The version is not there.
    #[error("{0} is not published")]
    Unpublished(Version),
}

/// The largest metadata file that is read: 48 versions of the busiest real package take 50 kB.
const MAX_BYTES: u64 = 16 << 20;

impl MetadataFile {
    /// Reads a metadata file.
    ///
    /// # Errors
    /// [`MetadataFileError`] says why it cannot be read.
    pub fn parse(bytes: &[u8]) -> Result<Self, MetadataFileError> {
        let text = std::str::from_utf8(bytes).map_err(|error| MetadataFileError::Json(error.to_string()))?;
        let metadata = serde_json::from_str(text).map_err(|error| MetadataFileError::Shape(error.to_string()))?;
        Ok(Self { text: text.to_owned(), metadata })
    }

    /// The file of a package of which nothing is published yet.
    ///
    /// # Errors
    /// None in practice: metadata can be written as JSON.
    pub fn of(registration: &Registration) -> Result<Self, MetadataFileError> {
        let metadata = Metadata {
            location: registration.location.clone(),
            owners: registration.owners.clone(),
            published: std::collections::BTreeMap::new(),
            unpublished: std::collections::BTreeMap::new(),
        };
        let text = metadata.to_file().map_err(|error| MetadataFileError::Shape(error.to_string()))?;
        Ok(Self { text, metadata })
    }

    /// The text of the file, to the byte as it was read.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.text
    }

    /// What the file says.
    #[must_use]
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// Adds the facts of a version, in its place among the others. Every other byte of the file stays as it is.
    ///
    /// # Errors
    /// [`MetadataFileError::Taken`] when the version is published or was unpublished.
    pub fn insert(&mut self, version: &Version, facts: &Published) -> Result<(), MetadataFileError> {
        if self.metadata.published.contains_key(version) || self.metadata.unpublished.contains_key(version) {
            return Err(MetadataFileError::Taken(version.clone()));
        }
        let document = self.document()?;
        let (published, members) = published(&document)?;
        let entry = entry_text(version, facts)?;
        let is_higher = |key: &str| key.parse::<Version>().is_ok_and(|key| key > *version);
        let next = members.iter().find(|member| is_higher(&member.key));
        let (start, end, addition) = match (next, members.last()) {
            (Some(next), _) => (next.key_span.start, next.key_span.start, format!("{entry},\n    ")),
            (None, Some(last)) => (last.value.span.end, last.value.span.end, format!(",\n    {entry}")),
            (None, None) => (published.span.start, published.span.end, format!("{{\n    {entry}\n  }}")),
        };
        self.text.replace_range(start..end, &addition);
        self.metadata.published.insert(version.clone(), facts.clone());
        Ok(())
    }

    /// Says in which release the archive of a version is from now on. Every other byte of the file stays as it is.
    ///
    /// # Errors
    /// [`MetadataFileError::Unpublished`] when the version is not published.
    pub fn move_to(&mut self, version: &Version, release: &ReleaseTag) -> Result<(), MetadataFileError> {
        let unpublished = || MetadataFileError::Unpublished(version.clone());
        let facts = self.metadata.published.get_mut(version).ok_or_else(unpublished)?;
        facts.release = Some(release.clone());
        let document = self.document()?;
        let (_, members) = published(&document)?;
        let is_its = |member: &&Member| member.key.parse::<Version>().is_ok_and(|key| key == *version);
        let entry = &members.iter().find(is_its).ok_or_else(unpublished)?.value;
        let Value::Object(facts) = &entry.value else { return Err(unpublished()) };
        let there = facts.iter().find(|member| member.key == "release");
        let next = facts.iter().find(|member| member.key.as_str() > "release");
        let (range, text) = match (there, next, facts.last()) {
            (Some(there), ..) => (there.value.span.start..there.value.span.end, format!("\"{release}\"")),
            (_, Some(next), _) => {
                (next.key_span.start..next.key_span.start, format!("\"release\": \"{release}\",\n      "))
            }
            (_, _, Some(last)) => {
                (last.value.span.end..last.value.span.end, format!(",\n      \"release\": \"{release}\""))
            }
            // The facts of a version are never none.
            (None, None, None) => return Err(unpublished()),
        };
        self.text.replace_range(range, &text);
        Ok(())
    }

    fn document(&self) -> Result<Document, MetadataFileError> {
        Document::parse(self.text.as_bytes(), MAX_BYTES).map_err(|errors| json_error(&errors))
    }
}

/// The object of published versions, and what is in it.
fn published(document: &Document) -> Result<(&Node, &[Member]), MetadataFileError> {
    let shape = || MetadataFileError::Shape("there is no object \"published\"".to_owned());
    let published = &document.member("published").ok_or_else(shape)?.value;
    let Value::Object(members) = &published.value else { return Err(shape()) };
    Ok((published, members))
}

fn json_error(errors: &[SyntaxError]) -> MetadataFileError {
    MetadataFileError::Json(joined(errors))
}

/// The entry as it stands two levels deep in a file that is indented by two.
fn entry_text(version: &Version, facts: &Published) -> Result<String, MetadataFileError> {
    let value = serde_json::to_string_pretty(facts).map_err(|error| MetadataFileError::Shape(error.to_string()))?;
    Ok(format!("\"{version}\": {}", value.replace('\n', "\n    ")))
}
