//! Everything of an index that package sets ask for, read at once.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::model::{PackageName, PackageSet, TreePath, Version};
use crate::rules::index::{Index, IndexFile, IndexPath, MetadataFile, package_set_path, package_set_version};

/// An index with its package sets.
#[derive(Debug, Clone, Default)]
pub struct Shelf {
    /// Every package.
    pub index: Index,
    /// The text of each package set.
    pub sets: BTreeMap<Version, Vec<u8>>,
}

/// A file of an index that cannot be read. It is never taken for absent.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{file}: {reason}")]
pub struct ShelfError {
    /// The file.
    pub file: String,
    /// Why.
    pub reason: String,
}

/// What a file holds.
enum Content {
    Manifests(PackageName, IndexFile),
    Metadata(PackageName, MetadataFile),
    Other,
}

impl Shelf {
    /// Reads the files of an index; the metadata and the sets may come from elsewhere, as in the PureScript registry.
    ///
    /// # Errors
    /// [`ShelfError`] names the first file that cannot be read. Package sets are read when they are asked for.
    pub fn read(files: Vec<(TreePath, Vec<u8>)>) -> Result<Self, ShelfError> {
        let contents: Result<Vec<Content>, ShelfError> =
            files.par_iter().map(|(path, text)| content(path, text)).collect();
        let mut shelf = Self::default();
        for content in contents? {
            match content {
                Content::Manifests(name, lines) => {
                    shelf.index.packages.entry(name).or_default().manifests = Some(lines);
                }
                Content::Metadata(name, facts) => {
                    shelf.index.packages.entry(name).or_default().metadata = Some(facts);
                }
                Content::Other => {}
            }
        }
        let set = |(path, text): (TreePath, Vec<u8>)| Some((package_set_version(&path)?, text));
        shelf.sets = files.into_iter().filter_map(set).collect();
        Ok(shelf)
    }

    /// The newest set; `None` where there is none.
    ///
    /// # Errors
    /// [`ShelfError`] where it cannot be read.
    pub fn newest(&self) -> Result<Option<PackageSet>, ShelfError> {
        self.sets.last_key_value().map(|(version, text)| set(version, text)).transpose()
    }

    /// The set before that of `version`; `None` where there is none.
    ///
    /// # Errors
    /// [`ShelfError`] where it cannot be read.
    pub fn before(&self, version: &Version) -> Result<Option<PackageSet>, ShelfError> {
        self.sets.range(..version).next_back().map(|(version, text)| set(version, text)).transpose()
    }
}

fn set(version: &Version, text: &[u8]) -> Result<PackageSet, ShelfError> {
    let file = || package_set_path(version).map_or_else(|_| version.to_string(), |path| path.to_string());
    serde_json::from_slice(text).map_err(|error| ShelfError { file: file(), reason: error.to_string() })
}

fn content(path: &TreePath, text: &[u8]) -> Result<Content, ShelfError> {
    let unreadable = |error: &dyn std::error::Error| ShelfError { file: path.to_string(), reason: error.to_string() };
    Ok(match IndexPath::of(path) {
        IndexPath::Manifests(name) => {
            Content::Manifests(name, IndexFile::parse(text).map_err(|error| unreadable(&error))?)
        }
        IndexPath::Metadata(name) => {
            Content::Metadata(name, MetadataFile::parse(text).map_err(|error| unreadable(&error))?)
        }
        IndexPath::PackageSet | IndexPath::Pending(..) | IndexPath::Other | IndexPath::Misplaced => Content::Other,
    })
}
