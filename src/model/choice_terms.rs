//! On which terms a project chooses versions, and what stands against single ones.

use std::collections::{BTreeMap, BTreeSet};

use super::advisory::SeverityLevel;
use super::advisory_id::AdvisoryId;
use super::name::PackageName;
use super::status::Mark;
use super::version::Version;

/// On which terms versions are chosen.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ChoiceTerms {
    /// The compiler that they must work with; any, for `None`.
    pub compiler: Option<Version>,
    /// Which of several versions is better.
    pub order: VersionOrder,
    /// The versions that are in use: they stay where they will do, also when they were yanked since.
    pub locked: BTreeMap<PackageName, Version>,
    /// The critical advisories that somebody puts up with.
    pub allowed: BTreeSet<AdvisoryId>,
}

/// Which of several versions is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum VersionOrder {
    /// The higher one.
    #[default]
    Highest,
    /// The lower one: what shows whether lower bounds are true.
    Lowest,
}

/// Why a published version is not offered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Withheld {
    /// It is yanked, and no lock names it.
    Yanked(Mark),
    /// A trustee withholds it.
    Quarantined(Mark),
    /// It has a critical weakness that nobody said to put up with.
    Advisory(AdvisoryId),
    /// It works with other compilers.
    Compiler {
        /// The lowest of them.
        lowest: Version,
        /// The highest of them.
        highest: Version,
    },
}

/// What somebody should know who uses a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Caution {
    /// The package.
    pub name: PackageName,
    /// The version.
    pub version: Version,
    /// What it is.
    pub kind: CautionKind,
}

/// What somebody should know of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CautionKind {
    /// It was yanked, and is used because a lock names it.
    Yanked(Mark),
    /// Something else is recommended.
    Deprecated(Mark),
    /// It has a known weakness.
    Advisory(AdvisoryId, SeverityLevel),
}
