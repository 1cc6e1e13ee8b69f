//! What came of a run: of a sync, an audit, an import, and of packing published versions again.

use super::amendment::Amendment;
use super::digest::Sha256;
use super::encoder::EncoderName;
use super::finding::Finding;
use super::name::PackageName;
use super::plan::Difference;
use super::time::Timestamp;
use super::version::Version;

/// What a sync did.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SyncReport {
    /// The versions that were published, with the hashes of their archives.
    pub published: Vec<(PackageName, Version, Sha256)>,
    /// What changed in the index besides publications.
    pub amended: Vec<Amendment>,
    /// The archives that were put again into a store that lacked them. Each equals the index.
    pub restocked: Vec<(PackageName, Version, String)>,
    /// The archives of versions that are gone for good, and the stores that let go of them.
    pub removed: Vec<(PackageName, Version, String)>,
    /// The versions whose documentation is at its host now.
    pub documented: Vec<(PackageName, Version)>,
    /// The versions that could not be published or restocked; each has its reasons among the findings.
    pub failed: Vec<(PackageName, Version)>,
    /// What failed before and was not tried: its time has not come.
    pub postponed: Vec<Postponed>,
    /// What stands against them, and warnings.
    pub findings: Vec<Finding>,
    /// How many versions are published in all, where everything was looked at.
    pub total: Option<usize>,
    /// When something that is owed is to be tried again.
    pub next: Option<Timestamp>,
}

/// A version that failed before and was not tried.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Postponed {
    /// The package.
    pub name: PackageName,
    /// The version.
    pub version: Version,
    /// When it is tried again; `None` where it is parked until somebody says retry.
    pub next: Option<Timestamp>,
}

/// What an audit found, and what it looked at.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AuditReport {
    /// What does not agree, by place.
    pub findings: Vec<Finding>,
    /// How many packages have a manifest or a published version.
    pub packages: usize,
    /// How many versions are published.
    pub versions: usize,
    /// How many package sets there are.
    pub package_sets: usize,
    /// How many archives were read and hashed, of all stores together.
    pub archives_read: usize,
}

/// What was adopted of another registry.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct AdoptionReport {
    /// How many packages have a registration now.
    pub packages: usize,
    /// How many of them have no version.
    pub without_versions: usize,
    /// How many published versions there are.
    pub versions: usize,
    /// How many of them have a definition now.
    pub definitions: usize,
    /// How many versions are gone for good.
    pub unpublished: usize,
    /// How many package sets there are.
    pub package_sets: usize,
    /// How many files were written: fewer than there are, where an earlier run had begun.
    pub written: usize,
    /// What could not be adopted, and what is damaged.
    pub findings: Vec<Finding>,
}

/// What packing a published version again gave.
#[derive(Debug, Clone, PartialEq)]
pub struct RebuiltVersion {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// The host that its source comes from, where it is published.
    pub host: Option<String>,
    /// What it gave.
    pub outcome: Rebuilt,
}

/// The outcomes of packing a published version again.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Rebuilt {
    /// The archive has the recorded hash, to the byte.
    Reproduced,
    /// The tar has the recorded hash, or the archive in the store holds the same files; only the compression differs.
    SameContent {
        /// How the published archive was compressed, where the index tells.
        published: Option<EncoderName>,
        /// How it was compressed now.
        packed: EncoderName,
    },
    /// The content differs.
    Differs {
        /// What was compared.
        compared: Compared,
        /// Its hash in the index.
        recorded: Sha256,
        /// The hash of what was packed now.
        found: Sha256,
        /// The differing files, where a store still has the published archive.
        difference: Option<Difference>,
    },
    /// The source cannot be had any more.
    SourceGone {
        /// Why.
        reason: String,
    },
    /// The source cannot be had at the moment.
    SourceUnreachable {
        /// Why.
        reason: String,
    },
    /// The source was a folder of the machine that published it: nobody else ever had it.
    LocalSource,
    /// The index does not list the version.
    NotPublished,
    /// The source is there, but no archive can be made of it.
    Unpackable {
        /// Why.
        reason: String,
    },
}

impl Rebuilt {
    /// Whether what was published can still be made.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        matches!(self, Self::Reproduced | Self::SameContent { .. })
    }

    /// Whether another try could end otherwise.
    #[must_use]
    pub fn is_transient(&self) -> bool {
        matches!(self, Self::SourceUnreachable { .. })
    }
}

/// What is compared of two archives.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Compared {
    /// The archives themselves.
    Archive,
    /// The tars in them, because the archives were not compressed alike.
    Content,
}
