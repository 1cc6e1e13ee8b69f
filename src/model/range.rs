//! A range of versions: what a dependency accepts.

use std::fmt;
use std::ops::Bound;
use std::str::FromStr;

use super::comparators::Comparators;
use super::serde_text::serde_through_text;
use super::version::{Version, VersionError};

/// The versions from a lowest one up to a highest one, as a text says it.
///
/// This is what any registry may hold: `>=A <B` with exactly one space, which is the only form of profile `purescript`, or
/// the comparators of Cargo. A registry holds one of the two, by its [`Profile`](super::Profile).
///
/// Two ranges are equal where they are spelled alike: what is published keeps its bytes, and `^1.2` is not `>=1.2, <2`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct Range(Form);

#[derive(Clone, PartialEq, Eq, Hash)]
enum Form {
    /// `>=A <B`. An index spells hundreds of thousands of them.
    Plain { lower: Version, upper: Version },
    /// What else there is.
    Cargo(Box<Comparators>),
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
    /// The text is not what Cargo reads.
    #[error("a range is comparators joined by commas, like '^1.2', '~1.2.3', '>=1.2, <2', '=1.2.3', '1.2.*' or '*'")]
    Comparators,
    /// No release is in the range, and no pre-release that it names.
    #[error("no version is in the range '{0}'")]
    Nothing(String),
}

impl Range {
    /// The versions from `lower` up to, not including, `upper`, written `>=A <B`.
    ///
    /// # Errors
    /// [`RangeError::Empty`] unless `lower < upper`.
    pub fn new(lower: Version, upper: Version) -> Result<Self, RangeError> {
        if lower < upper { Ok(Self(Form::Plain { lower, upper })) } else { Err(RangeError::Empty { lower, upper }) }
    }

    /// Reads `>=A <B` with one space, as profile `purescript` has ranges.
    ///
    /// # Errors
    /// [`RangeError`] for anything else.
    pub fn parse_plain(text: &str) -> Result<Self, RangeError> {
        let (lower, upper) = text
            .strip_prefix(">=")
            .and_then(|rest| rest.split_at_checked(rest.bytes().position(|byte| byte == b' ')?))
            .and_then(|(lower, rest)| Some((lower, rest.strip_prefix(" <")?)))
            .ok_or(RangeError::Shape)?;
        let bound = |text: &str| {
            Version::parse_plain(text).map_err(|error| RangeError::Bound { bound: text.to_owned(), error })
        };
        Self::new(bound(lower)?, bound(upper)?)
    }

    /// Reads comparators joined by commas, as Cargo has ranges: the meaning is that of the crate `semver`, and the text is
    /// kept as it is.
    ///
    /// # Errors
    /// [`RangeError::Comparators`] for another syntax, [`RangeError::Bound`] for a version that no registry has,
    /// [`RangeError::Nothing`] where comparators exclude each other.
    pub fn parse_cargo(text: &str) -> Result<Self, RangeError> {
        Comparators::parse(text).map(|comparators| Self(Form::Cargo(Box::new(comparators))))
    }

    /// Every release, written `*`.
    #[must_use]
    pub fn any() -> Self {
        Self(Form::Cargo(Box::new(Comparators::any())))
    }

    /// Whether it is [`Self::any`].
    #[must_use]
    pub fn is_any(&self) -> bool {
        matches!(&self.0, Form::Cargo(comparators) if comparators.text() == "*")
    }

    /// All versions that are compatible with `version` by the caret rule.
    ///
    /// Empty for the highest version of all, which has no successor; so is [`Self::exact`].
    #[must_use]
    pub fn caret(version: &Version) -> Self {
        Self(Form::Plain { lower: version.clone(), upper: version.bump_highest() })
    }

    /// `version` alone: `>=A <B`, or for a pre-release, which has no such form, `=A`.
    #[must_use]
    pub fn exact(version: &Version) -> Self {
        let plain = |upper| Self(Form::Plain { lower: version.clone(), upper });
        if version.is_prerelease() {
            return Self::parse_cargo(&format!("={version}")).unwrap_or_else(|_| plain(version.successor()));
        }
        plain(version.bump_patch())
    }

    /// A version that nothing in the range is below. It may itself be outside of the range, where it is a pre-release.
    #[must_use]
    pub fn lower(&self) -> &Version {
        match &self.0 {
            Form::Plain { lower, .. } => lower,
            Form::Cargo(comparators) => comparators.lower(),
        }
    }

    /// A version that everything in the range is below; `None` where there is no end.
    #[must_use]
    pub fn upper(&self) -> Option<&Version> {
        match &self.0 {
            Form::Plain { upper, .. } => Some(upper),
            Form::Cargo(comparators) => comparators.upper(),
        }
    }

    /// The bounds, for looking into sorted versions. Of what is between them, releases are in the range, and pre-releases
    /// only where [`Self::includes`] says so.
    #[must_use]
    pub fn bounds(&self) -> (Bound<&Version>, Bound<&Version>) {
        (Bound::Included(self.lower()), self.upper().map_or(Bound::Unbounded, Bound::Excluded))
    }

    /// Whether it is spelled `>=A <B`.
    #[must_use]
    pub fn is_plain(&self) -> bool {
        matches!(self.0, Form::Plain { .. })
    }

    /// Whether `version` is in the range. A pre-release is in it only where the range names one of the same three numbers:
    /// nobody gets a pre-release who did not ask for it.
    #[must_use]
    pub fn includes(&self, version: &Version) -> bool {
        let is_between = self.lower() <= version && self.upper().is_none_or(|upper| version < upper);
        is_between && (!version.is_prerelease() || self.names_prerelease(version))
    }

    fn names_prerelease(&self, version: &Version) -> bool {
        match &self.0 {
            Form::Plain { lower, upper } => {
                [lower, upper].iter().any(|bound| bound.is_prerelease() && bound.is_of_release(version))
            }
            Form::Cargo(comparators) => comparators.admit(version),
        }
    }

    /// The versions that are in both ranges, written `>=A <B`, if there are any.
    #[must_use]
    pub fn intersect(&self, other: &Self) -> Option<Self> {
        let lower = self.lower().max(other.lower());
        let upper = [self.upper(), other.upper()].into_iter().flatten().min()?;
        Self::new(lower.clone(), upper.clone()).ok()
    }

    /// The smallest range that holds both, written `>=A <B`, or `>=A` where it has no end.
    #[must_use]
    pub fn union(&self, other: &Self) -> Self {
        let lower = self.lower().min(other.lower()).clone();
        match self.upper().zip(other.upper()) {
            Some((mine, theirs)) => Self(Form::Plain { lower, upper: mine.max(theirs).clone() }),
            None => Self::parse_cargo(&format!(">={lower}")).unwrap_or_else(|_| self.clone()),
        }
    }
}

impl FromStr for Range {
    type Err = RangeError;

    /// Reads a range of any registry. What is neither of the two forms is told of as `>=A <B`.
    fn from_str(text: &str) -> Result<Self, RangeError> {
        let plain = Self::parse_plain(text);
        if plain.is_ok() { plain } else { Self::parse_cargo(text).or(plain) }
    }
}

impl fmt::Display for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (lower, upper) = match &self.0 {
            Form::Plain { lower, upper } => (lower, upper),
            Form::Cargo(comparators) => return f.pad(comparators.text()),
        };
        let mut text = String::with_capacity(32);
        text.push_str(">=");
        lower.push_to(&mut text);
        text.push_str(" <");
        upper.push_to(&mut text);
        f.pad(&text)
    }
}

impl fmt::Debug for Range {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Range);
