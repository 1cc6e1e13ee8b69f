//! What becomes of a package besides its publications: each a change of what the index says, and of nothing else.

use std::collections::BTreeSet;

use super::advisory_id::AdvisoryId;
use super::digest::Sha256;
use super::location::Location;
use super::manifest::{Dependencies, Manifest};
use super::metadata::{Revised, Unpublished};
use super::name::PackageName;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::status::{Mark, StatusKind};
use super::version::Version;

/// A change of what the index says of a package.
#[derive(Debug, Clone, PartialEq)]
pub struct Amendment {
    /// The package.
    pub name: PackageName,
    /// What changes.
    pub deed: AmendmentDeed,
}

/// What an amendment changes. None of them can change an archive, its hash, or any other word of a manifest than ranges.
#[derive(Debug, Clone, PartialEq)]
pub enum AmendmentDeed {
    /// A version has other ranges.
    Revise {
        /// Its manifest with the ranges of the last revision.
        manifest: Box<Manifest>,
        /// The ranges that it had before.
        before: Dependencies,
        /// The revisions that were not recorded yet, in order.
        revisions: Vec<Revised>,
    },
    /// A version is yanked, deprecated or quarantined from now on, or not any more.
    Mark {
        /// The version.
        version: Version,
        /// Which of the three.
        kind: StatusKind,
        /// What is said of it; `None` where that is over.
        mark: Option<Mark>,
    },
    /// A version is gone for good.
    Unpublish {
        /// The version.
        version: Version,
        /// What is remembered of it.
        record: Unpublished,
    },
    /// A version is affected by other advisories than before.
    Advise {
        /// The version.
        version: Version,
        /// All that affect it.
        advisories: BTreeSet<AdvisoryId>,
    },
    /// The source is elsewhere, or other keys may sign.
    Register {
        /// Where the source is.
        location: Location,
        /// The keys.
        owners: Option<NonEmpty<Owner>>,
    },
    /// Signed requests of owners were accepted, and are not accepted again.
    Remember {
        /// Their digests.
        authorizations: BTreeSet<Sha256>,
    },
}

impl Amendment {
    /// The version that it is about; `None` where that is the package.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        match &self.deed {
            AmendmentDeed::Revise { manifest, .. } => Some(&manifest.version),
            AmendmentDeed::Mark { version, .. }
            | AmendmentDeed::Unpublish { version, .. }
            | AmendmentDeed::Advise { version, .. } => Some(version),
            AmendmentDeed::Register { .. } | AmendmentDeed::Remember { .. } => None,
        }
    }
}
