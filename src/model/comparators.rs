//! The comparators of a range as Cargo writes them: `^1.2`, `~1.2.3`, `>=1.2, <2`.

use std::hash::{Hash, Hasher};

use semver::{Comparator, Op, VersionReq};

use super::range::RangeError;
use super::version::{Version, VersionError};

/// Comparators that all hold, as the crate `semver` reads and judges them, with the bounds that they come to.
#[derive(Debug, Clone)]
pub(super) struct Comparators {
    /// As written.
    text: Box<str>,
    /// As read: what decides about pre-releases.
    request: VersionReq,
    /// Nothing below it is in the range.
    lower: Version,
    /// Everything in the range is below it.
    upper: Option<Version>,
}

impl PartialEq for Comparators {
    fn eq(&self, other: &Self) -> bool {
        self.text == other.text
    }
}

impl Eq for Comparators {}

impl Hash for Comparators {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.text.hash(state);
    }
}

impl Comparators {
    /// Every release: `*`.
    pub(super) fn any() -> Self {
        Self { text: "*".into(), request: VersionReq::STAR, lower: Version::LOWEST.lowest_prerelease(), upper: None }
    }

    pub(super) fn parse(text: &str) -> Result<Self, RangeError> {
        let request = VersionReq::parse(text).map_err(|_| RangeError::Comparators)?;
        // The crate passes over what means nothing to it: blanks around, and build metadata.
        if text.trim() != text || text.contains(|c: char| c != ' ' && c.is_whitespace()) {
            return Err(RangeError::Comparators);
        }
        if text.contains('+') {
            return Err(RangeError::Bound { bound: text.to_owned(), error: VersionError::Build });
        }
        let bound = |error| RangeError::Bound { bound: text.to_owned(), error };
        let spans: Result<Vec<Span>, VersionError> = request.comparators.iter().map(span).collect();
        let mut lower = Version::new(0, 0, 0).map_err(bound)?.lowest_prerelease();
        let mut upper = None;
        for (from, to) in spans.map_err(bound)? {
            lower = from.into_iter().fold(lower, Version::max);
            upper = [upper, to].into_iter().flatten().min();
        }
        let comparators = Self { text: text.into(), request, lower, upper };
        if comparators.holds_something() { Ok(comparators) } else { Err(RangeError::Nothing(text.to_owned())) }
    }

    pub(super) fn text(&self) -> &str {
        &self.text
    }

    pub(super) fn lower(&self) -> &Version {
        &self.lower
    }

    pub(super) fn upper(&self) -> Option<&Version> {
        self.upper.as_ref()
    }

    /// Whether a pre-release is in the range.
    pub(super) fn admit(&self, version: &Version) -> bool {
        self.request.matches(&version.to_semver())
    }

    /// Whether some release is between the bounds, or one of the pre-releases that the comparators name.
    fn holds_something(&self) -> bool {
        let Some(upper) = &self.upper else { return true };
        let first = if self.lower.is_prerelease() { self.lower.release() } else { self.lower.clone() };
        let names = self.request.comparators.iter().any(|comparator| !comparator.pre.is_empty());
        first < *upper || names && self.lower < *upper
    }
}

/// The bounds of one comparator: where it begins, and before what it ends.
type Span = (Option<Version>, Option<Version>);

fn span(comparator: &Comparator) -> Result<Span, VersionError> {
    let Comparator { op, major, minor, patch, pre, .. } = comparator;
    let floor = Version::new(*major, minor.unwrap_or(0), patch.unwrap_or(0))?.with_pre(pre);
    // What follows everything that begins with the numbers that are given.
    let after = match (minor, patch) {
        (Some(_), Some(_)) => Some(floor.successor()).filter(|next| *next > floor),
        (Some(_), None) => before(&floor.bump_minor()),
        _ => before(&floor.bump_major()),
    };
    let is_whole = patch.is_some();
    Ok(match op {
        Op::Greater if after.is_none() => return Err(VersionError::TooLarge),
        Op::Greater => (after, None),
        Op::GreaterEq => (Some(floor), None),
        Op::Less if is_whole => (None, Some(floor)),
        Op::Less => (None, Some(floor.lowest_prerelease())),
        Op::LessEq => (None, after),
        Op::Tilde if is_whole => (Some(floor.clone()), before(&floor.bump_minor())),
        Op::Caret if is_whole => (Some(floor.clone()), before(&floor.bump_highest())),
        Op::Caret if *major > 0 => (Some(floor.lowest_prerelease()), before(&floor.bump_major())),
        Op::Caret => (Some(floor.lowest_prerelease()), after),
        // `=1.2`, `1.2.*` and `~1.2`.
        _ => (Some(floor), after),
    })
}

/// The end before `next` and all its pre-releases; `None` where `next` is the highest version of all, which only stands in
/// for one that cannot be written.
fn before(next: &Version) -> Option<Version> {
    (next.bump_patch() > *next).then(|| next.lowest_prerelease())
}
