//! The metadata file of one package, edited in place: what is not ours to change keeps its bytes.

use std::collections::{BTreeMap, BTreeSet};

use serde::Serialize;

use crate::model::{
    Document, Location, Metadata, NonEmpty, Owner, Published, Registration, Sha256, SyntaxError, Unpublished, Version,
};
use crate::rules::report::words::joined;

use super::edit::Object;

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
            authorizations: BTreeSet::new(),
            published: BTreeMap::new(),
            unpublished: BTreeMap::new(),
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
        self.edit(|root, text| put_version(&member(root, "published")?, text, version, facts))?;
        self.metadata.published.insert(version.clone(), facts.clone());
        Ok(())
    }

    /// Says from now on `facts` of a version that is published. Of its entry, only what differs is written.
    ///
    /// # Errors
    /// [`MetadataFileError::Unpublished`] when the version is not published.
    pub fn update(&mut self, version: &Version, facts: &Published) -> Result<(), MetadataFileError> {
        let unpublished = || MetadataFileError::Unpublished(version.clone());
        let present = self.metadata.published.get(version).ok_or_else(unpublished)?;
        let (old, new) = (fields(present)?, fields(facts)?);
        let differs = |key: &&String| old.get(*key) != new.get(*key);
        let mut keys: Vec<&String> = old.keys().chain(new.keys()).filter(differs).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            self.edit(|root, text| {
                let versions = member(root, "published")?;
                // A version stands in its only spelling: the file was read.
                let entry = versions.object(&version.to_string()).ok_or_else(unpublished)?;
                if let Some(value) = new.get(key) {
                    return entry.put(text, key, value, |later| later > key.as_str()).map_err(unwritten);
                }
                entry.remove(text, |it| it == key);
                Ok(())
            })?;
        }
        self.metadata.published.insert(version.clone(), facts.clone());
        Ok(())
    }

    /// Says that a version is gone for good.
    ///
    /// # Errors
    /// [`MetadataFileError::Taken`] when it was gone before.
    pub fn withdraw(&mut self, version: &Version, record: &Unpublished) -> Result<(), MetadataFileError> {
        if self.metadata.unpublished.contains_key(version) {
            return Err(MetadataFileError::Taken(version.clone()));
        }
        self.edit(|root, text| put_version(&member(root, "unpublished")?, text, version, record))?;
        self.edit(|root, text| {
            member(root, "published")?.remove(text, |it| it == version.to_string());
            Ok(())
        })?;
        self.metadata.published.remove(version);
        self.metadata.unpublished.insert(version.clone(), record.clone());
        Ok(())
    }

    /// Takes away what is said of a published version, for readers who are not to see it: the index itself never forgets.
    ///
    /// # Errors
    /// None in practice: a file that was read has these members.
    pub fn hide(&mut self, version: &Version) -> Result<(), MetadataFileError> {
        self.edit(|root, text| {
            member(root, "published")?.remove(text, |it| it == version.to_string());
            Ok(())
        })?;
        self.metadata.published.remove(version);
        Ok(())
    }

    /// Says where the source is from now on, and whose keys may sign.
    ///
    /// # Errors
    /// None in practice: a file that was read has these members.
    pub fn register(&mut self, location: &Location, owners: Option<&NonEmpty<Owner>>) -> Result<(), MetadataFileError> {
        if self.metadata.location != *location {
            self.put("location", location)?;
            self.metadata.location = location.clone();
        }
        // Owners are equal where their keys are: a note alone that changes is no change.
        if self.metadata.owners.as_ref() != owners {
            match owners {
                Some(owners) => self.put("owners", owners)?,
                None => self.edit(|root, text| {
                    root.remove(text, |it| it == "owners");
                    Ok(())
                })?,
            }
            self.metadata.owners = owners.cloned();
        }
        Ok(())
    }

    /// Remembers signed requests of owners that were accepted.
    ///
    /// # Errors
    /// None in practice: a file that was read can be written.
    pub fn remember(&mut self, authorizations: &BTreeSet<Sha256>) -> Result<(), MetadataFileError> {
        let mut all = self.metadata.authorizations.clone();
        all.extend(authorizations);
        if all != self.metadata.authorizations {
            self.put("authorizations", &all)?;
            self.metadata.authorizations = all;
        }
        Ok(())
    }

    /// Puts a member of the whole file in its alphabetical place.
    fn put(&mut self, key: &str, value: &impl Serialize) -> Result<(), MetadataFileError> {
        self.edit(|root, text| root.put(text, key, value, |later| later > key).map_err(unwritten))
    }

    /// Edits the text, as `edit` does it with what stands there now.
    fn edit(
        &mut self,
        edit: impl FnOnce(&Object<'_>, &mut String) -> Result<(), MetadataFileError>,
    ) -> Result<(), MetadataFileError> {
        let document = Document::parse(self.text.as_bytes(), MAX_BYTES).map_err(|errors| json_error(&errors))?;
        let root = Object::of(document.root(), 1);
        let root = root.ok_or_else(|| MetadataFileError::Shape("it is no object".to_owned()))?;
        edit(&root, &mut self.text)
    }
}

fn member<'n>(root: &Object<'n>, key: &str) -> Result<Object<'n>, MetadataFileError> {
    root.object(key).ok_or_else(|| MetadataFileError::Shape(format!("there is no object \"{key}\"")))
}

/// Puts what is said of a version among the other versions.
fn put_version(
    versions: &Object<'_>,
    text: &mut String,
    version: &Version,
    facts: &impl Serialize,
) -> Result<(), MetadataFileError> {
    let is_higher = |key: &str| key.parse::<Version>().is_ok_and(|key| key > *version);
    versions.put(text, &version.to_string(), facts, is_higher).map_err(unwritten)
}

/// What an entry says, by key.
fn fields(facts: &Published) -> Result<serde_json::Map<String, serde_json::Value>, MetadataFileError> {
    match serde_json::to_value(facts).map_err(unwritten)? {
        serde_json::Value::Object(fields) => Ok(fields),
        other => Err(MetadataFileError::Shape(format!("{other} is no entry"))),
    }
}

fn json_error(errors: &[SyntaxError]) -> MetadataFileError {
    MetadataFileError::Json(joined(errors))
}

#[expect(clippy::needless_pass_by_value, reason = "`map_err` hands it over")]
fn unwritten(error: serde_json::Error) -> MetadataFileError {
    MetadataFileError::Shape(error.to_string())
}
