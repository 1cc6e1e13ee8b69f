//! What becomes of the versions that a merged pull request brought.

use super::digest::Sha256;
use super::name::PackageName;
use super::pull::PullNumber;
use super::time::Timestamp;
use super::version::Version;

/// What became of the versions that a merged pull request brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Announcement {
    /// The pull request.
    pub pull: PullNumber,
    /// When it was merged.
    pub merged: Timestamp,
    /// Its versions, in the order of their names.
    pub versions: Vec<AnnouncedVersion>,
    /// When somebody last asked for another try.
    pub retried: Option<Timestamp>,
}

/// A version, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnnouncedVersion {
    /// The package.
    pub name: PackageName,
    /// The version.
    pub version: Version,
    /// What became of it.
    pub outcome: VersionOutcome,
}

/// What became of a version that was merged.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VersionOutcome {
    /// It can be installed.
    Installable {
        /// The hash of its archive.
        hash: Sha256,
        /// When the index with it was there.
        since: Timestamp,
    },
    /// It could not be published yet.
    Owed {
        /// Why: words that may repeat a stranger's.
        why: String,
        /// When it is tried again; `None` where it is parked until somebody says retry.
        next: Option<Timestamp>,
    },
    /// Its turn has not come.
    Waiting,
}
