//! The index's own description: what a client needs to know before it reads anything else.

use serde::{Deserialize, Serialize};

use super::profile::Profile;
use super::tree::TreePath;

/// The file `config.json` of an index.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexConfig {
    /// The version of the index format: 1.
    pub format: u32,
    /// The name of the registry.
    pub name: String,
    /// The language whose grammar names, versions and ranges have; absent for the PureScript registry's.
    #[serde(default, skip_serializing_if = "Profile::is_default")]
    pub profile: Profile,
    /// The file of an archive that holds its manifest; absent where that is `purs.json`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub manifest: Option<TreePath>,
    /// Where the archives can be downloaded.
    pub stores: Vec<IndexStore>,
}

/// A store as clients see it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct IndexStore {
    /// The name of the store.
    pub name: String,
    /// A URL with `{name}` and `{version}` in it, and in releases `{release}`, which is the key `release` of a version's
    /// metadata, see [`archive_url`](super::archive_url); absent where the store cannot be reached from outside.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
}

impl IndexConfig {
    /// The format that this curator writes.
    pub const FORMAT: u32 = 1;

    /// The description of a registry of PureScript packages.
    #[must_use]
    pub fn purescript(name: &str, stores: Vec<IndexStore>) -> Self {
        Self { format: Self::FORMAT, name: name.to_owned(), profile: Profile::Purescript, manifest: None, stores }
    }

    /// The name of the file of an archive that holds its manifest.
    #[must_use]
    pub fn manifest_file(&self) -> &str {
        self.manifest.as_ref().map_or("purs.json", TreePath::as_str)
    }

    /// The description as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
