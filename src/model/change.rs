//! What a pull request asks for: its files, sorted by the kind of change that they are.

use super::name::PackageName;
use super::status::StatusKind;
use super::tree::TreePath;
use super::version::Version;

/// A kind of change. Who decides depends on it (design §5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChangeKind {
    /// The registration of a name that is free, with or without versions.
    NewPackage,
    /// A definition of a package that exists.
    NewVersion,
    /// Other bounds for a version.
    Override,
    /// A status of a version or a package: set or, where it is `None`, changed, taken back or not to be read. What stood
    /// there before may have been a trustee's word.
    Status(Option<StatusKind>),
    /// A yank or a deprecation is over: who may set one may take it back.
    StatusTakenBack(StatusKind),
    /// A transfer, owners or maintainers of a package that exists.
    Registration,
    /// An advisory.
    Advisory,
    /// What is wanted in the next package set.
    PackageSet,
    /// `curator.toml`, workflows and every other file.
    Configuration,
    /// What nobody may merge: a published definition that is changed or deleted.
    Forbidden,
}

impl ChangeKind {
    /// Its name for programs. Whichever it is, a status is a status.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::NewPackage => "new-package",
            Self::NewVersion => "new-version",
            Self::Override => "override",
            Self::Status(_) | Self::StatusTakenBack(_) => "status",
            Self::Registration => "registration",
            Self::Advisory => "advisory",
            Self::PackageSet => "package-set",
            Self::Configuration => "configuration",
            Self::Forbidden => "forbidden",
        }
    }
}

/// One change that a pull request asks for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProposedChange {
    /// What it is.
    pub kind: ChangeKind,
    /// The package, where it is about one.
    pub package: Option<PackageName>,
    /// The version, where it is about one.
    pub version: Option<Version>,
    /// The files, as paths in the repository. A stranger's words.
    pub files: Vec<String>,
}

/// What a pull request is, in one word: the kind of all its changes, or that they are of several.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Category {
    /// All its changes are of one kind.
    One(ChangeKind),
    /// They are of several kinds, or of several packages.
    Mixed,
    /// One of them is nobody's to merge.
    Forbidden,
    /// It changes nothing.
    Nothing,
}

/// A file of the registry that a pull request touches. A renamed file is one that went and one that came.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TouchedFile {
    /// Where it stands, as a path in the registry.
    pub path: TreePath,
    /// What happens to it.
    pub touch: Touch,
}

/// What happens to a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Touch {
    /// It comes.
    Added,
    /// It changes.
    Changed,
    /// It goes.
    Removed,
}
