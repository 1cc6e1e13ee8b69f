//! A package set: versions that were chosen to go together.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::name::PackageName;
use super::time::Date;
use super::version::Version;

/// The file `package-sets/<version>.json` of the PureScript registry. Its fields stand in the order of the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PackageSet {
    /// The version of the set itself.
    pub version: Version,
    /// The compiler that the set was built with.
    pub compiler: Version,
    /// The day of its release.
    pub published: Date,
    /// The chosen version of each package.
    pub packages: BTreeMap<PackageName, Version>,
}

impl PackageSet {
    /// The set as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}
