//! What the history of a registry tells: which published facts were lost or changed, by whom, and what became of it.

use std::collections::BTreeMap;

use super::finding::Area;
use super::name::PackageName;
use super::time::{Date, Timestamp};
use super::tree::TreePath;
use super::version::Version;

/// A commit as an audit names it. Author and message are a stranger's words, never safe to show as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PastCommit {
    /// The repository it is in.
    pub area: Area,
    /// Its id.
    pub id: String,
    /// When it was recorded.
    pub time: Timestamp,
    /// Who made it, as `Name <address>`.
    pub author: String,
    /// The first line of what was said of it.
    pub message: String,
}

/// Something published that a commit can lose or change.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Fact {
    /// The line of a version in the index.
    Line,
    /// The entry of a version in the metadata, as a whole.
    Entry,
    /// The digest of an archive.
    Hash,
    /// The size of an archive.
    Bytes,
    /// When a version was published.
    PublishedTime,
    /// The digest of the uncompressed tar.
    ContentHash,
    /// The commit that was packed.
    Commit,
    /// How the tar was compressed.
    Encoder,
    /// The recorded digest of the definition.
    DefinitionDigest,
    /// The record that a version was unpublished.
    Record,
    /// The definition of a published version.
    Definition,
    /// A package set.
    PackageSet,
    /// That a file can be read.
    Readable,
    /// The compilers that a version works with.
    Compilers,
    /// The deprecated copy of the ref.
    Reference,
    /// Where the source of a package is.
    Location,
    /// Who may unpublish or transfer a package.
    Owners,
    /// Another key of an entry.
    Other,
    /// How an entry is written, where it says the same.
    Spelling,
}

impl Fact {
    /// Whether it may change in the life of a version: a change is told and damages nothing.
    #[must_use]
    pub fn is_mild(self) -> bool {
        self >= Self::Compilers
    }

    /// Its name for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Line => "line",
            Self::Entry => "entry",
            Self::Hash => "hash",
            Self::Bytes => "bytes",
            Self::PublishedTime => "publishedTime",
            Self::ContentHash => "contentHash",
            Self::Commit => "commit",
            Self::Encoder => "encoder",
            Self::DefinitionDigest => "definitionDigest",
            Self::Record => "unpublished",
            Self::Definition => "definition",
            Self::PackageSet => "packageSet",
            Self::Readable => "readable",
            Self::Compilers => "compilers",
            Self::Reference => "ref",
            Self::Location => "location",
            Self::Owners => "owners",
            Self::Other => "other",
            Self::Spelling => "spelling",
        }
    }
}

/// What a commit did to published facts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Deed {
    /// It made a file unreadable.
    Spoiled,
    /// It removed what nobody had unpublished.
    Vanished,
    /// It changed what never changes.
    Rewritten,
    /// It changed what may change.
    Changed,
    /// It recorded that a version was unpublished.
    Unpublished,
    /// It gave a line the ranges of a bound override.
    Revised,
}

impl Deed {
    /// Whether it damages what is published.
    #[must_use]
    pub fn is_damage(self) -> bool {
        matches!(self, Self::Spoiled | Self::Vanished | Self::Rewritten)
    }

    /// Its name for programs.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Spoiled => "spoiled",
            Self::Vanished => "vanished",
            Self::Rewritten => "rewritten",
            Self::Changed => "changed",
            Self::Unpublished => "unpublished",
            Self::Revised => "revised",
        }
    }
}

/// Whom or what a change concerns.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Subject {
    /// A version of a package.
    Version(PackageName, Version),
    /// A package as a whole.
    Package(PackageName),
    /// A package set.
    Set(Version),
    /// A file.
    File(TreePath),
}

/// What became of a change. The numbers are places in [`HistoryReport::commits`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fate {
    /// It is so today.
    Open,
    /// What was there before is there again, the same bytes.
    Restored(usize),
    /// The version came back with other facts: those are told as rewritten.
    Replaced(usize),
    /// The version was unpublished afterwards; `None` where that was not among the commits looked at.
    Unpublished(Option<usize>),
    /// The version vanished afterwards, and that is told.
    Gone(usize),
}

/// One fact of one subject that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Trace {
    /// Whom it concerns.
    pub subject: Subject,
    /// What was changed.
    pub fact: Fact,
    /// The file it stands, or stood, in.
    pub file: TreePath,
    /// What became of it.
    pub fate: Fate,
}

/// Everything of one kind that one commit did: a commit that rewrites five thousand hashes is one incident.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Incident {
    /// The commit: a place in [`HistoryReport::commits`].
    pub commit: usize,
    /// What it did.
    pub deed: Deed,
    /// To what, in the order of the files.
    pub traces: Vec<Trace>,
    /// The keys in which rewritten lines differ, and in how many lines; `spelling` where they say the same.
    pub keys: BTreeMap<&'static str, usize>,
}

/// A repository whose commits were looked at.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Walked {
    /// Registry or index.
    pub area: Area,
    /// How many commits were looked at; `None` where the place keeps no history.
    pub commits: Option<usize>,
    /// The newest of them, or the state that was found.
    pub until: Option<String>,
}

/// What the history tells.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HistoryReport {
    /// The first day that was looked at; everything, for `None`.
    pub since: Option<Date>,
    /// The repositories.
    pub walked: Vec<Walked>,
    /// The commits that are referred to, by time.
    pub commits: Vec<PastCommit>,
    /// What they did, by commit.
    pub incidents: Vec<Incident>,
    /// How many times a version got another compiler and lost none: the life of a registry.
    pub compilers_added: usize,
}

impl HistoryReport {
    /// What damages a published fact today.
    pub fn open(&self) -> impl Iterator<Item = &Trace> {
        let damages = self.incidents.iter().filter(|incident| incident.deed.is_damage());
        damages.flat_map(|incident| &incident.traces).filter(|trace| trace.fate == Fate::Open)
    }
}
