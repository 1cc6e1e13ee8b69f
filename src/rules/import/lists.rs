//! The lists of the Bower days: JSON objects of package names and the URLs to clone from.

use std::collections::BTreeMap;

use crate::model::{Document, Location, NameError, PackageName, Value};
use crate::rules::report::words;

use super::refusal::{Refusal, RefusalKind};

/// What the names of Bower packages start with, and those of the registry do not.
const PREFIX: &str = "purescript-";

/// The name that a Bower package has in the registry: without the prefix `purescript-`.
///
/// # Errors
/// [`NameError`], of what remains.
pub fn package_name(text: &str) -> Result<PackageName, NameError> {
    // The one name that keeps its prefix is a name already.
    PackageName::parse_plain(text).or_else(|_| PackageName::parse_plain(text.strip_prefix(PREFIX).unwrap_or(text)))
}

/// A package on a list, or why it cannot be one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// The name as it is listed.
    pub written: String,
    /// What is to be asked where.
    pub package: Result<(PackageName, Location), Refusal>,
}

/// Why a list cannot be used.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ListsError {
    /// The list is no JSON.
    #[error("{0}")]
    Syntax(String),
    /// The list is no object.
    #[error(
        "a list is a JSON object: {{\"purescript-maybe\": \"https://github.com/purescript/purescript-maybe.git\"}}"
    )]
    Shape,
    /// The URL of a package is no text.
    #[error("the URL of '{0}' is not a string")]
    Url(String),
}

/// Everything that the lists name, in the order of the names.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Lists {
    listed: BTreeMap<String, Listed>,
}

impl Lists {
    /// Adds the list `bytes`. A name that stands on an earlier list with the same location is there once.
    ///
    /// # Errors
    /// [`ListsError`]; nothing of the list is added.
    pub fn add(&mut self, bytes: &[u8]) -> Result<(), ListsError> {
        let limit = bytes.len() as u64;
        let document = Document::parse(bytes, limit).map_err(|errors| ListsError::Syntax(words::joined(&errors)))?;
        let Value::Object(members) = &document.root().value else { return Err(ListsError::Shape) };
        let mut entries = Vec::with_capacity(members.len());
        for member in members {
            let url = member.value.value.as_text().ok_or_else(|| ListsError::Url(member.key.clone()))?;
            entries.push((member.key.as_str(), url));
        }
        for (written, url) in entries {
            self.list(written, url);
        }
        Ok(())
    }

    fn list(&mut self, written: &str, url: &str) {
        let package = listed(written, url);
        // Two spellings of one name are one package.
        let key = package.as_ref().map_or_else(|_| written.to_owned(), |(name, _)| name.to_string());
        if let Some(present) = self.listed.get_mut(&key) {
            if let (Ok((_, first)), Ok((_, second))) = (&present.package, &package)
                && first != second
            {
                let reason = words::refusal::listed_twice(written, &first.clone_url(), &second.clone_url());
                present.package = Err(Refusal::new(RefusalKind::ListedTwice, reason));
            }
            return;
        }
        self.listed.insert(key, Listed { written: written.to_owned(), package });
    }

    /// The entries, in the order of their names.
    pub fn entries(&self) -> impl Iterator<Item = &Listed> {
        self.listed.values()
    }
}

fn listed(written: &str, url: &str) -> Result<(PackageName, Location), Refusal> {
    let name = package_name(written);
    let name = name.map_err(|error| Refusal::new(RefusalKind::Name, words::refusal::quoted(written, &error)))?;
    let location = Location::parse_url(url, None);
    let location =
        location.map_err(|error| Refusal::new(RefusalKind::Location, words::refusal::quoted(url, &error)))?;
    Ok((name, location))
}
