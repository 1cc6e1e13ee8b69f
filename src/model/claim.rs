//! The claim of the job that compiles: the one thing that comes out of it. It is a stranger's word, since that job runs a
//! stranger's code.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::compile::Tool;
use super::digest::Sha256;
use super::git_ref::CommitId;
use super::name::PackageName;
use super::version::Version;

/// What a job that compiles says of the versions that it looked at.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CompileClaim {
    /// The version of the format: [`CompileClaim::FORMAT`].
    pub format: u32,
    /// The head of the pull request that was looked at; `None` where it was none. It counts for that one alone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub head: Option<CommitId>,
    /// Whether nothing could be compiled, since the tool or a sandbox was not there.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub unable: bool,
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
    /// Whether nobody knows which dependencies it uses, since the tool printed no graph of its modules.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub ungraphed: bool,
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
    /// Nobody knows: the tool cannot speak for it.
    Untold,
}

/// Where the word comes from on whether versions compile.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ClaimSource {
    /// From nowhere: nobody compiles.
    #[default]
    Nobody,
    /// From another run than this one: what no run has tried yet waits for it.
    Elsewhere,
    /// From the job that compiled for this run.
    Here(CompileClaim),
}

/// What is known of a version that was compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Compilation {
    /// It compiles with this tool.
    Compiled(Tool),
    /// It does not; a finding says why.
    Failed,
}

/// What is known of compiling the versions of a pull request.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Compilations {
    /// What is known of each; of one that is not named here nobody knows whether it compiles.
    pub versions: BTreeMap<(PackageName, Version), Compilation>,
    /// What is kept of all of them for the next review.
    pub record: Option<CompileRecord>,
}

/// What came of compiling everything that a pull request would publish, as it stands beside its head from one review to the
/// next: not every run compiles.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CompileRecord {
    /// It compiles; the digest is that of the archives.
    Compiled(Sha256),
    /// Something of it does not, or its dependencies are not those that it uses.
    Failed,
    /// It was tried, and nobody can know.
    Untold,
    /// Nobody has tried yet, and somebody was asked to.
    Awaited,
}
