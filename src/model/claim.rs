//! The claim of the job that compiles: the one thing that comes out of it. It is a stranger's word, since that job runs a
//! stranger's code.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::digest::Sha256;
use super::name::PackageName;
use super::version::Version;

/// What a job that compiles says of the versions that it looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileClaim {
    /// The version of the format: [`CompileClaim::FORMAT`].
    pub format: u32,
    /// What it says, version by version.
    pub versions: Vec<ClaimedVersion>,
}

impl CompileClaim {
    /// The format that is written and read.
    pub const FORMAT: u32 = 1;
}

/// What a claim says of a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedVersion {
    /// The package.
    pub package: PackageName,
    /// The version.
    pub version: Version,
    /// The digest of the definition file.
    pub definition: Sha256,
    /// The digest of the archive that was compiled.
    pub archive: Sha256,
    /// What compiled it.
    pub compiler: ClaimedCompiler,
    /// Whether it compiles.
    pub outcome: ClaimedOutcome,
    /// The tool's own words, where it does not.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub words: String,
    /// Dependencies that no module uses.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub unused: BTreeSet<PackageName>,
    /// Packages whose modules are used and that are no dependencies.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub missing: BTreeSet<PackageName>,
}

/// What compiled a version.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ClaimedCompiler {
    /// The program.
    pub name: String,
    /// What it says its version is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub version: Option<String>,
}

/// Whether a version compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ClaimedOutcome {
    /// It does.
    Compiled,
    /// It does not.
    Failed,
}

/// An accepted claim, as the commit that merges a pull request records it: `Compiled: name@version sha256-…`, with the
/// digest of the archive.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct CompiledTrailer {
    /// The package.
    pub package: PackageName,
    /// The version.
    pub version: Version,
    /// The digest of the archive that was compiled.
    pub archive: Sha256,
}
