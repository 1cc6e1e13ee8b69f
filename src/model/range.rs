//! A range of versions: what a dependency accepts.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;
use super::version::{Version, VersionError};

/// The versions `v` with `lower ≤ v < upper`, written `>=A <B` with exactly one space.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Range {
    lower: Version,
    upper: Version,
}

/// Why a text is not a range.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RangeError {
    /// The text is not `>=A <B`.
    #[error("a range is written '>=A <B' with one space, like '>=1.0.0 <2.0.0'")]
    Shape,
    /// One of the two bounds is not a version.
    #[error("bound '{bound}' of the range: {error}")]
    Bound {
        /// The bound as written.
        bound: String,
        /// What is wrong with it.
        error: VersionError,
    },
    /// No version is in the range.
    #[error("the range is empty: its lower bound {lower} is not below its upper bound {upper}")]
    Empty {
        /// The lower bound.
        lower: Version,
        /// The upper bound.
        upper: Version,
    },
    /// The text is no range of node-semver either.
    #[error("'{0}' is not a range, neither of this registry nor of Bower")]
    Lenient(String),
    /// The text joins ranges by `||` that leave a gap between them.
    #[error("'{0}' leaves out versions in the middle; a range of this registry cannot")]
    Gap(String),
    /// The text is none of the three forms of spago.yaml.
    #[error("a range in spago.yaml is written '>=A <B' with one space, as one version, or '*'")]
    Spago,
    /// The range has no upper bound, and this registry asks for one.
    #[error("the range '{0}' has no upper bound")]
    Unbounded(String),
}

impl Range {
    /// The versions from `lower` up to, not including, `upper`.
    ///
    /// # Errors
    /// [`RangeError::Empty`] unless `lower < upper`.
    pub fn new(lower: Version, upper: Version) -> Result<Self, RangeError> {
        if lower < upper { Ok(Self { lower, upper }) } else { Err(RangeError::Empty { lower, upper }) }
    }

    /// Every version but the highest of all, which nothing has.
    #[must_use]
    pub fn any() -> Self {
        Self { lower: Version::LOWEST, upper: Version::HIGHEST }
    }

    /// Whether it is [`Self::any`].
    #[must_use]
    pub fn is_any(&self) -> bool {
        *self == Self::any()
    }

    /// All versions that are compatible with `version` by the caret rule.
    ///
    /// Empty for the highest version of all, which has no successor; so is [`Self::exact`].
    #[must_use]
    pub fn caret(version: &Version) -> Self {
        Self { lower: version.clone(), upper: version.bump_highest() }
    }

    /// `version` alone.
    #[must_use]
    pub fn exact(version: &Version) -> Self {
        Self { lower: version.clone(), upper: version.bump_patch() }
    }

    /// The lowest version of the range.
    #[must_use]
    pub fn lower(&self) -> &Version {
        &self.lower
    }

    /// The lowest version above the range.
    #[must_use]
    pub fn upper(&self) -> &Version {
        &self.upper
    }

    /// Whether `version` is in the range.
    #[must_use]
    pub fn includes(&self, version: &Version) -> bool {
        self.lower <= *version && *version < self.upper
    }

    /// The versions that are in both ranges, if there are any.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let lower = self.lower.clone().max(other.lower.clone());
        let upper = self.upper.clone().min(other.upper.clone());
        Self::new(lower, upper).ok()
    }

    /// The smallest range that holds both.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        Self { lower: self.lower.clone().min(other.lower.clone()), upper: self.upper.clone().max(other.upper.clone()) }
    }
}

impl FromStr for Range {
    type Err = RangeError;

    fn from_str(text: &str) -> Result<Self, RangeError> {
        let (lower, upper) = text
            .strip_prefix(">=")
            .and_then(|rest| rest.split_at_checked(rest.bytes().position(|byte| byte == b' ')?))
            .and_then(|(lower, rest)| Some((lower, rest.strip_prefix(" <")?)))
            .ok_or(RangeError::Shape)?;
        let bound = |text: &str| text.parse().map_err(|error| RangeError::Bound { bound: text.to_owned(), error });
        Self::new(bound(lower)?, bound(upper)?)
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(32);
        text.push_str(">=");
        self.lower.push_to(&mut text);
        text.push_str(" <");
        self.upper.push_to(&mut text);
        f.pad(&text)
    }
}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Range);
