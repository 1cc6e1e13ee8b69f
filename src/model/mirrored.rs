//! What came of mirroring, restoring and verifying.

use super::name::PackageName;
use super::version::Version;

/// What a mirror run did.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MirrorReport {
    /// How many versions are published.
    pub versions: usize,
    /// The archives that were fetched, and their bytes.
    pub fetched: usize,
    /// The bytes of them.
    pub bytes: u64,
    /// The files of index and registry that were written.
    pub files: usize,
    /// The archives that left, since their versions were unpublished.
    pub removed: usize,
    /// The archives that cannot be had, each with what was said.
    pub missing: Vec<(PackageName, Version, String)>,
    /// What places gave that was not the archive.
    pub lies: Vec<String>,
    /// Whether another run may get more.
    pub transient: bool,
}

/// What a restoration made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RestoreReport {
    /// The files of the index.
    pub index: usize,
    /// The files of the registry.
    pub registry: usize,
    /// The archives.
    pub archives: usize,
    /// Whether the registry is a copy of what people wrote, and not made of the index.
    pub copied: bool,
    /// The versions whose archives the mirror lacks.
    pub missing: Vec<(PackageName, Version)>,
    /// The versions whose definitions can be had from nowhere: the index holds what was published, and not always all that
    /// somebody wrote.
    pub undefined: Vec<(PackageName, Version)>,
}

/// How much of a version a verification compares.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum VerifyDepth {
    /// What hashing proves: the archive is, to the byte, the one that was published.
    Hash,
    /// That, and what is inside the archive with what index and metadata say of it.
    Everything,
}

/// What a verification found of a version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// Where the archive was read from.
    pub source: String,
    /// What was compared, in its order, each with what does not agree.
    pub comparisons: Vec<Comparison>,
}

/// Two things that must agree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// What was compared.
    pub what: Compare,
    /// How they differ; `None` where they agree.
    pub fault: Option<String>,
}

/// What can be compared.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Compare {
    /// The index has a line and facts of the version.
    Halves,
    /// The archive is there.
    Archive,
    /// Its size is that of the metadata.
    Size,
    /// Its hash is that of the metadata.
    Hash,
    /// The hash of the tar in it is that of the metadata.
    Content,
    /// It unpacks, below one folder with the version's name.
    Layout,
    /// The manifest in it says what the index and the metadata say.
    Manifest,
}

impl Compare {
    /// The word for it, in results for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Halves => "index",
            Self::Archive => "archive",
            Self::Size => "size",
            Self::Hash => "hash",
            Self::Content => "contentHash",
            Self::Layout => "layout",
            Self::Manifest => "manifest",
        }
    }
}

impl Verified {
    /// Whether everything agrees.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.comparisons.iter().all(|comparison| comparison.fault.is_none())
    }
}
