//! The review of a pull request: what was found, what would be published, what becomes of it.

use std::collections::BTreeMap;

use super::amendment::Amendment;
use super::change::{Category, ProposedChange};
use super::claim::Compilations;
use super::code::Code;
use super::decision::{Authority, Decision, Lift};
use super::finding::Finding;
use super::impact::Impact;
use super::license::License;
use super::location::Location;
use super::mandate::Mandate;
use super::name::PackageName;
use super::plan::Prepared;
use super::pull::PullRequest;
use super::range::Range;
use super::registration::Registration;
use super::version::Version;

/// What the curator says of a pull request that is open.
#[derive(Debug, Clone, PartialEq)]
pub struct Review {
    /// The pull request.
    pub pull: PullRequest,
    /// What it asks for.
    pub changes: Vec<ProposedChange>,
    /// The same in one word.
    pub category: Category,
    /// What was found.
    pub findings: Vec<Finding>,
    /// The texts that the findings point into, by path in the registry.
    pub texts: BTreeMap<String, String>,
    /// What would be published.
    pub prepared: Vec<Prepared>,
    /// What the index would say besides.
    pub amendments: Vec<Amendment>,
    /// The packages that it is about, as they are before it.
    pub subjects: BTreeMap<PackageName, PackageBefore>,
    /// What is known of compiling it.
    pub compiled: Compilations,
    /// What it makes of resolutions; `None` where it changes no bounds and no status.
    pub impact: Option<Impact>,
    /// The folder of the repository in which the registry stands; empty, where that is all of it.
    pub folder: String,
    /// What becomes of it.
    pub decision: Decision,
    /// The rules that trustees lifted for it.
    pub lifts: Vec<Lift>,
    /// Whose yes counted, and by which authority each change is allowed.
    pub mandate: Mandate,
    /// The rules that somebody asked to have explained.
    pub explained: Vec<Code>,
    /// What the author's word would count as, if others could not push to the branch.
    pub unheard: Option<Authority>,
    /// Why the forge did not merge what was decided to be merged.
    pub obstacle: Option<String>,
}

/// A package before a change, as far as a reader must compare.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PackageBefore {
    /// The newest published version below the proposed one, with its licence and source.
    pub previous: Option<PreviousVersion>,
    /// What its name stood for.
    pub registered: Option<Registration>,
    /// What its name is to stand for, where that changes.
    pub registering: Option<Registration>,
    /// Who depends on it.
    pub dependants: Vec<Dependant>,
}

/// A version that is compared with.
#[derive(Debug, Clone, PartialEq)]
pub struct PreviousVersion {
    /// The version.
    pub version: Version,
    /// Its licence.
    pub license: License,
    /// Its source.
    pub location: Location,
}

/// A package whose newest version depends on another package.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Dependant {
    /// The package.
    pub name: PackageName,
    /// Its newest version.
    pub version: Version,
    /// The range that it asks for.
    pub range: Range,
}
