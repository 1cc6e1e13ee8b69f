//! What came of using packages: what was installed, what is newer, what is known.

use std::collections::{BTreeMap, BTreeSet};

use super::advisory::Advisory;
use super::choice_terms::{Caution, Withheld};
use super::lock::LockChange;
use super::manifest::Manifest;
use super::metadata::{Published, Unpublished};
use super::name::PackageName;
use super::range::Range;
use super::version::Version;

/// What came of an installation.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct InstallReport {
    /// What was unpacked: under which name, and which version.
    pub installed: BTreeMap<PackageName, Version>,
    /// How many packages were there already.
    pub present: usize,
    /// What was taken away, since nothing uses it.
    pub removed: BTreeSet<PackageName>,
    /// How the lock file changed.
    pub changes: Vec<LockChange>,
    /// How many bytes of archives came from elsewhere.
    pub transferred: u64,
    /// What places gave that was not the archive.
    pub lies: Vec<String>,
    /// What somebody should know who uses these versions.
    pub cautions: Vec<Caution>,
    /// Whether the index was not looked at.
    pub blind: bool,
    /// Where the packages are.
    pub place: String,
}

/// A package of which something newer is on offer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Newer {
    /// The package.
    pub name: PackageName,
    /// The version in use.
    pub used: Version,
    /// The highest version that the project's own range admits.
    pub admitted: Option<Version>,
    /// The highest version of all.
    pub highest: Version,
    /// The project's own range; `None` where only other packages ask for it, or any version will do.
    pub range: Option<Range>,
}

/// What is known of a package, or of one version of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Details {
    /// The package.
    pub name: PackageName,
    /// The version that is told of: the one asked for, or the highest on offer.
    pub version: Option<Version>,
    /// Its manifest.
    pub manifest: Option<Manifest>,
    /// Its facts.
    pub facts: Option<Published>,
    /// That it is gone, where it is.
    pub unpublished: Option<Unpublished>,
    /// Every published version, ascending, with what stands against it.
    pub versions: Vec<(Version, Option<Withheld>)>,
    /// The versions that are gone for good.
    pub gone: Vec<Version>,
    /// The advisories about that version.
    pub advisories: Vec<Advisory>,
}
