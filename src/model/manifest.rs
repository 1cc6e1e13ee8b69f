//! A manifest: what a package says of itself, in an archive and on a line of the index.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::git_ref::Ref;
use super::glob::Glob;
use super::license::License;
use super::location::Location;
use super::name::PackageName;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::range::Range;
use super::text::Description;
use super::version::Version;

/// What a package depends on: a range for each name, sorted by name.
pub type Dependencies = BTreeMap<PackageName, Range>;

/// The PureScript registry's manifest (`purs.json`). Its fields stand in the order in which they are printed.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Manifest {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// The licence, as an SPDX expression, spelled as it was written.
    pub license: License,
    /// What the package is for, in a sentence or two.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub description: Option<Description>,
    /// Where the source is.
    pub location: Location,
    /// The tag of the source.
    #[serde(rename = "ref")]
    pub reference: Ref,
    /// The keys that may unpublish or transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<NonEmpty<Owner>>,
    /// Globs of files to pack besides those that always are.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub include_files: Option<NonEmpty<Glob>>,
    /// Globs of files not to pack.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exclude_files: Option<NonEmpty<Glob>>,
    /// What it depends on.
    #[serde(deserialize_with = "super::unique::keys")]
    pub dependencies: Dependencies,
}

impl Manifest {
    /// The manifest on one line, as the index holds it, without the line end.
    ///
    /// # Errors
    /// None in practice: every part of a manifest can be written as JSON.
    pub fn to_line(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// The manifest as the file `purs.json` of an archive: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of a manifest can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
