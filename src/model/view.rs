//! A view: a rendering of the index for clients of another format (`[[view]]` in `curator.toml`), and what became of one.

use std::fmt;
use std::str::FromStr;

use super::git_ref::CommitId;
use super::name::PackageName;
use super::serde_text::serde_through_text;
use super::version::Version;

/// The formats that views are rendered in.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewFormat {
    /// `purescript-registry`: the two repositories that spago clones.
    PurescriptRegistry,
    /// `ricochet-static-registry-v1`: the static registry of the language Ricochet, in TOML.
    RicochetStatic,
    /// `0x0-index`: a table of all versions, and the lines of a lock file.
    ZeroIndex,
    /// `0x0-remote-registry-v1`: one JSON document.
    ZeroRemote,
}

/// A text that names no format of a view.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error(
    "'{0}' is no format of a view; there are purescript-registry, ricochet-static-registry-v1, 0x0-index and \
     0x0-remote-registry-v1"
)]
pub struct ViewFormatError(String);

impl ViewFormat {
    /// Every format.
    pub const ALL: [Self; 4] = [Self::PurescriptRegistry, Self::RicochetStatic, Self::ZeroIndex, Self::ZeroRemote];

    /// The name of the format.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::PurescriptRegistry => "purescript-registry",
            Self::RicochetStatic => "ricochet-static-registry-v1",
            Self::ZeroIndex => "0x0-index",
            Self::ZeroRemote => "0x0-remote-registry-v1",
        }
    }

    /// The parts of a view in this format, each with a place of its own, in the order in which what is new is shown. What
    /// leaves goes the other way round. The first list must be there, the second may.
    #[must_use]
    pub fn parts(self) -> (&'static [ViewPart], &'static [ViewPart]) {
        match self {
            Self::PurescriptRegistry => (&[ViewPart::Index, ViewPart::Registry], &[ViewPart::Archives]),
            Self::RicochetStatic | Self::ZeroIndex | Self::ZeroRemote => (&[ViewPart::Whole], &[]),
        }
    }
}

impl FromStr for ViewFormat {
    type Err = ViewFormatError;

    fn from_str(text: &str) -> Result<Self, ViewFormatError> {
        let known = Self::ALL.into_iter().find(|format| format.as_str() == text);
        known.ok_or_else(|| ViewFormatError(text.to_owned()))
    }
}

impl fmt::Display for ViewFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_through_text!(ViewFormat);

/// A part of a view, with a place of its own. They are sorted as what is new is shown: who sees a version in one part
/// finds what belongs to it in the parts before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ViewPart {
    /// The archives.
    Archives,
    /// The manifests.
    Index,
    /// Metadata and package sets.
    Registry,
    /// All of the view, where it has one place.
    Whole,
}

impl ViewPart {
    /// The word for it: the key of its place in `[[view]]`.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Archives => "archives",
            Self::Index => "index",
            Self::Registry => "registry",
            Self::Whole => "to",
        }
    }
}

/// What a part of a view was made from, as it records it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewState {
    /// The format, and the number of its rendering here: another number, and it is made anew.
    pub format: String,
    /// The commit of the index; `None` where that is a plain folder.
    pub index_commit: Option<CommitId>,
}

/// What a view does not show although the index lists it, and why.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct LeftOut {
    /// What.
    pub what: LeftOutSubject,
    /// Why.
    pub why: LeftOutReason,
}

/// What a view does not show.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutSubject {
    /// A version.
    Version(PackageName, Version),
    /// A whole package.
    Package(PackageName),
    /// A package set, by its file.
    Set(String),
}

/// Why a view does not show something.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum LeftOutReason {
    /// The index has no line for it: clients would take it for one without dependencies.
    WithoutLine,
    /// Clients cannot read what is said under this key, and would drop more than the version.
    Key(&'static str),
    /// The description has so many code points, and clients read 300.
    Description(usize),
    /// No store has its archive as it was published: in these words.
    Archive(String),
}

/// What was written to a part of a view, or would be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ViewPush {
    /// The part.
    pub part: ViewPart,
    /// How many files came or changed.
    pub written: usize,
    /// How many files went.
    pub removed: usize,
}

/// What became of a view, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ViewUpdate {
    /// The commit of the index that it shows; `None` where that is a plain folder.
    pub index_commit: Option<CommitId>,
    /// How many packages were looked at; `None` for all of them.
    pub packages: Option<usize>,
    /// What was written, in this order.
    pub pushes: Vec<ViewPush>,
    /// What is not shown.
    pub left_out: Vec<LeftOut>,
}
