//! What became of everything that the lists name.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{PackageName, Ref, Version};

use super::refusal::{Refusal, RefusalKind};

/// The state of an import: the same for the same registry and the same answers, however many runs it took.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Census {
    /// The compiler that every definition names.
    pub compiler: Option<Version>,
    /// How many packages the lists name.
    pub listed: usize,
    /// The packages that were not asked for all their versions yet, and why.
    pub pending: BTreeMap<PackageName, String>,
    /// The versions that stand in the registry, those that were there before among them.
    pub accepted: BTreeMap<(PackageName, Version), Accepted>,
    /// What is not taken over.
    pub refused: BTreeSet<Refused>,
}

/// A version that stands in the registry.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Accepted {
    /// Its tag, where the import read it.
    pub reference: Option<Ref>,
    /// What was respelled or left out on the way.
    pub notes: Vec<String>,
}

/// A package, a tag or a version that is not taken over.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Refused {
    /// The package; as it is listed, where that is no name.
    pub package: String,
    /// The tag, where not the whole package is meant.
    pub reference: Option<Ref>,
    /// Why.
    pub refusal: Refusal,
}

impl Census {
    /// What was refused, by kind, the most frequent kind first.
    #[must_use]
    pub fn kinds(&self) -> Vec<(RefusalKind, Vec<&Refused>)> {
        let mut kinds: BTreeMap<RefusalKind, Vec<&Refused>> = BTreeMap::new();
        for refused in &self.refused {
            kinds.entry(refused.refusal.kind).or_default().push(refused);
        }
        let mut kinds: Vec<_> = kinds.into_iter().collect();
        kinds.sort_by_key(|(kind, refused)| (std::cmp::Reverse(refused.len()), *kind));
        kinds
    }
}
