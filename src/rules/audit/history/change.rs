//! One subject at which two states of a file differ, as digests.

use std::collections::BTreeMap;

use crate::model::{Fact, Sha256, Subject, TreePath};

/// Which part of what is said of a subject.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Part {
    /// That a version was unpublished. First: what vanishes in the same commit is thereby accounted for.
    Record,
    Line,
    Entry,
    Definition,
    Set,
    /// What metadata says of the package as a whole.
    Package,
}

impl Part {
    /// The fact that is lost when the whole part is.
    pub(super) fn whole(self) -> Fact {
        match self {
            Self::Record => Fact::Record,
            Self::Line => Fact::Line,
            Self::Entry => Fact::Entry,
            Self::Definition => Fact::Definition,
            Self::Set => Fact::PackageSet,
            Self::Package => Fact::Location,
        }
    }
}

/// Facts by their digests: equal where they say the same.
pub(super) type Facts = BTreeMap<Fact, Sha256>;

/// What a state says of a subject.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Side {
    pub(super) facts: Facts,
    /// The revision of the bound override in force, where the part is an entry.
    pub(super) revision: u64,
    /// What may become of a version after its publication, where the part is an entry.
    pub(super) life: Option<Sha256>,
    /// The recorded digest of the definition, where the part is an entry.
    pub(super) definition: Option<Sha256>,
}

impl Side {
    pub(super) fn of(fact: Fact, bytes: &[u8]) -> Self {
        Self { facts: Facts::from([(fact, Sha256::of(bytes))]), ..Self::default() }
    }
}

/// A subject at which two states differ.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Change {
    pub(super) subject: Subject,
    pub(super) part: Part,
    pub(super) file: TreePath,
    pub(super) before: Option<Side>,
    pub(super) after: Option<Side>,
    /// How the two differ, where that is of interest.
    pub(super) manner: Manner,
}

/// How two states of a part differ.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Manner {
    /// The keys in which a line differs.
    pub(super) keys: Vec<&'static str>,
    /// Whether a line differs in the ranges of its dependencies alone, as a bound override may change them.
    pub(super) ranges_alone: bool,
    /// Whether compilers were added and none was taken away.
    pub(super) grown: bool,
}
