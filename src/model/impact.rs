//! What a change makes of resolutions: which packages come to other versions, or to none.

use super::name::PackageName;
use super::range::Range;
use super::status::StatusKind;
use super::tree::TreePath;
use super::version::Version;

/// The difference between what resolves before a change and what does after it. Every list is sorted by name.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Impact {
    /// How many packages were looked at, each at its newest version.
    pub roots_examined: usize,
    /// How many of them the change can reach, and were resolved before and after it.
    pub roots_resolved: usize,
    /// The packages that can be resolved after it and could not before.
    pub became_solvable: Vec<Root>,
    /// The packages that could be resolved before it and cannot after.
    pub became_unsolvable: Vec<Stranded>,
    /// The packages that come to other versions.
    pub resolves_differently: Vec<Rerouted>,
    /// The packages of which nobody knows, since the search for a resolution was given up.
    pub undecided: Vec<Root>,
    /// What becomes of versions that somebody chose already: the newest package set first, then lock files.
    pub pinnings: Vec<Pinning>,
}

/// A package at the newest version that can be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Root {
    /// The package.
    pub name: PackageName,
    /// The version before the change; `None` where there is none.
    pub before: Option<Version>,
    /// The version after it.
    pub after: Option<Version>,
}

/// A package that cannot be resolved any more.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stranded {
    /// The package.
    pub root: Root,
    /// Why, in the words of the solver; `None` where no version of it is left that can be used.
    pub why: Option<String>,
}

/// A package that resolves, and otherwise than before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Rerouted {
    /// The package.
    pub root: Root,
    /// Every package, itself included, that is chosen in another version, or is or was not needed.
    pub moves: Vec<Move>,
}

/// A package that is chosen in another version.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Move {
    /// The package.
    pub name: PackageName,
    /// The version before; `None` where it was not needed.
    pub before: Option<Version>,
    /// The version after; `None` where it is not needed any more.
    pub after: Option<Version>,
}

/// What becomes of versions that were chosen together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pinning {
    /// Where they stand.
    pub place: PinningPlace,
    /// How many there are.
    pub packages: usize,
    /// What is wrong with them after the change and was not before.
    pub broken: Vec<Breach>,
    /// What was wrong with them before and is not after.
    pub mended: Vec<Breach>,
    /// How much is wrong with them before and after alike.
    pub unchanged: usize,
}

/// Where versions stand that were chosen together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PinningPlace {
    /// In the package set of this version.
    PackageSet(Version),
    /// In this lock file of the registry.
    LockFile(TreePath),
}

/// One thing that is wrong with versions that were chosen together.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Breach {
    /// The package.
    pub name: PackageName,
    /// Its chosen version.
    pub version: Version,
    /// What is wrong with that.
    pub kind: BreachKind,
}

/// What is wrong with a chosen version.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum BreachKind {
    /// Nobody published it, or the index knows it no more.
    Absent,
    /// It has a status with which no resolver takes it.
    Withdrawn(StatusKind),
    /// It depends on a package of which no version was chosen.
    Missing {
        /// The package.
        dependency: PackageName,
        /// The range that it asks for.
        range: Range,
    },
    /// The chosen version of a dependency is outside the range that it asks for.
    OutOfRange {
        /// The package.
        dependency: PackageName,
        /// The range that it asks for.
        range: Range,
        /// The version that was chosen.
        chosen: Version,
    },
}

impl Impact {
    /// Whether nothing is otherwise after the change than before it, as far as anybody knows.
    #[must_use]
    pub fn is_none(&self) -> bool {
        let Self { became_solvable, became_unsolvable, resolves_differently, undecided, pinnings, .. } = self;
        became_solvable.is_empty()
            && became_unsolvable.is_empty()
            && resolves_differently.is_empty()
            && undecided.is_empty()
            && pinnings.iter().all(Pinning::is_as_before)
    }
}

impl Pinning {
    /// Whether the same is wrong with the versions as before, or nothing.
    #[must_use]
    pub fn is_as_before(&self) -> bool {
        self.broken.is_empty() && self.mended.is_empty()
    }
}
