//! Choosing one version of every package that is needed, the highest that fit together, or saying in words why none do.
//!
//! The algorithm is that of the crate `pubgrub`. It sees packages as numbers and versions as bits of a word; both are made on first
//! touch and kept by the [`Resolver`], so that a second resolution over the same universe finds the work done. Where nothing
//! conflicts a straight walk makes the same picks at a tenth of the cost.

mod conflict;
mod explain;
mod memory;
mod places;
mod resolver;
mod universe;
mod verify;
mod walk;

use std::collections::BTreeMap;

use crate::model::{PackageName, Range, Version};

pub use explain::{Claim, Explanation, Fact, Lack, Remedy, Span, Step, Versions};
pub use resolver::Resolver;
pub use universe::{Preference, Release, Universe, With};
pub use verify::{Violation, verify};

/// One version of every package that is needed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Resolution(pub BTreeMap<PackageName, Version>);

/// Why there is no resolution.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Unsolvable {
    /// No choice of versions satisfies every range.
    #[error("{0}")]
    Conflict(Box<Explanation>),
    /// The version to resolve is not on offer itself.
    #[error("there is no {name} {version} to resolve")]
    NotOnOffer {
        /// The package.
        name: PackageName,
        /// The version that the universe does not have.
        version: Version,
    },
    /// The search was given up: the ranges are tangled beyond anything an honest registry has needed.
    #[error("no answer within {steps} steps: the ranges of these packages are too tangled to resolve")]
    OverBudget {
        /// The most steps that the resolver was allowed.
        steps: u32,
    },
}

/// The highest versions that satisfy `roots` and, in turn, everything that those versions depend on.
///
/// The answer depends on the universe and the roots alone. For more than one resolution over the same universe, keep a [`Resolver`].
///
/// # Errors
/// [`Unsolvable`], with the reason in words.
pub fn resolve<U: Universe>(universe: &U, roots: &BTreeMap<PackageName, Range>) -> Result<Resolution, Unsolvable> {
    Resolver::new(universe).resolve(roots)
}
