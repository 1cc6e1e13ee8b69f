//! The version of a package: three numbers, and in some registries a pre-release.

use std::fmt;
use std::str::FromStr;

use semver::Prerelease;

use super::serde_text::serde_through_text;

/// A version `X.Y.Z` or `X.Y.Z-pre` in the order of `SemVer` 2.0: decimal, no leading zeros, each place below 2^31, no build
/// metadata.
///
/// This is what any registry may hold. What a registry does hold is narrower by its [`Profile`](super::Profile), which reads
/// the versions of its files: profile `purescript` has no pre-releases. Build metadata is refused everywhere, since two
/// versions that differ in nothing else would be one.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    // In this order, since the derived order is that of the fields. An index holds a hundred thousand versions in memory,
    // so they are small: without a pre-release, its place is one word that owns nothing.
    major: u32,
    minor: u32,
    patch: u32,
    pre: Prerelease,
}

/// The highest number of a place: places are 32-bit signed integers in the PureScript clients.
const PLACE_MAX: u32 = (1 << 31) - 1;

/// Why a text is not a version.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum VersionError {
    /// The text is not three decimal numbers joined by dots.
    #[error("a version is three numbers without leading zeros, like 1.2.3")]
    Shape,
    /// A place is 2^31 or more.
    #[error("each place of a version is below 2147483648")]
    TooLarge,
    /// The text has a pre-release or build part, which this profile does not know.
    #[error("a version of this registry has no pre-release and no build part")]
    Suffix,
    /// The text has build metadata.
    #[error("a version has no build metadata ('+…'): two that differ in nothing else would be one")]
    Build,
}

impl Version {
    /// The lowest release.
    pub const LOWEST: Self = Self { major: 0, minor: 0, patch: 0, pre: Prerelease::EMPTY };

    /// The version `major.minor.patch`.
    ///
    /// # Errors
    /// [`VersionError::TooLarge`] when a place is 2^31 or more.
    pub fn new(major: u64, minor: u64, patch: u64) -> Result<Self, VersionError> {
        let place = |number: u64| {
            u32::try_from(number).ok().filter(|number| *number <= PLACE_MAX).ok_or(VersionError::TooLarge)
        };
        Ok(Self::of([place(major)?, place(minor)?, place(patch)?]))
    }

    /// Reads a version of three numbers alone, as profile `purescript` has them.
    ///
    /// # Errors
    /// [`VersionError`] for anything else, [`VersionError::Suffix`] for a pre-release or build metadata.
    pub fn parse_plain(text: &str) -> Result<Self, VersionError> {
        match places(text) {
            Some(places) => Ok(Self::of(places)),
            None => Err(why_not_plain(text)),
        }
    }

    fn of([major, minor, patch]: [u32; 3]) -> Self {
        Self { major, minor, patch, pre: Prerelease::EMPTY }
    }

    /// Reads a version as the Bower days wrote it: surrounding blanks, one leading `v` and leading zeros are dropped.
    ///
    /// # Errors
    /// As the strict reading, for whatever remains.
    pub fn parse_lenient(text: &str) -> Result<Self, VersionError> {
        let trimmed = text.trim();
        let bare = trimmed.strip_prefix('v').unwrap_or(trimmed);
        let places: Vec<&str> = bare
            .split('.')
            .map(|place| match place.trim_start_matches('0') {
                "" if !place.is_empty() => "0",
                significant => significant,
            })
            .collect();
        Self::parse_plain(&places.join("."))
    }

    /// The first place.
    #[must_use]
    pub fn major(&self) -> u64 {
        self.major.into()
    }

    /// The second place.
    #[must_use]
    pub fn minor(&self) -> u64 {
        self.minor.into()
    }

    /// The third place.
    #[must_use]
    pub fn patch(&self) -> u64 {
        self.patch.into()
    }

    /// What stands behind the dash, as `rc.1`; empty where it is a release.
    #[must_use]
    pub fn pre(&self) -> &str {
        self.pre.as_str()
    }

    /// Whether it is a pre-release.
    #[must_use]
    pub fn is_prerelease(&self) -> bool {
        !self.pre.is_empty()
    }

    /// Whether both are the same release, or pre-releases of the same one.
    #[must_use]
    pub fn is_of_release(&self, other: &Self) -> bool {
        (self.major, self.minor, self.patch) == (other.major, other.minor, other.patch)
    }

    /// The release that it is a pre-release of; itself, where it is none.
    #[must_use]
    pub fn release(&self) -> Self {
        Self::of([self.major, self.minor, self.patch])
    }

    /// The lowest of all versions with these three numbers: `1.2.3` → `1.2.3-0`.
    #[must_use]
    pub fn lowest_prerelease(&self) -> Self {
        Self { pre: Prerelease::new("0").unwrap_or(Prerelease::EMPTY), ..self.release() }
    }

    /// The lowest version above this one: `1.2.3` → `1.2.4-0`, and `1.2.3-rc.1` → `1.2.3-rc.1.0`. Of the highest version
    /// of all it is that one.
    #[must_use]
    pub fn successor(&self) -> Self {
        if self.pre.is_empty() {
            let next = self.bump_patch();
            return if next > *self { next.lowest_prerelease() } else { next };
        }
        // Of two pre-releases of which one continues the other, the longer one is higher, and `0` is the lowest way to go on.
        Self { pre: Prerelease::new(&format!("{}.0", self.pre)).unwrap_or(Prerelease::EMPTY), ..self.release() }
    }

    /// The version as the crate `semver` has it.
    pub(super) fn to_semver(&self) -> semver::Version {
        let mut version = semver::Version::new(self.major.into(), self.minor.into(), self.patch.into());
        version.pre = self.pre.clone();
        version
    }

    /// The version with a pre-release that was read already.
    pub(super) fn with_pre(self, pre: &Prerelease) -> Self {
        Self { pre: pre.clone(), ..self }
    }

    /// Writes the version to the end of `text`. An index spells a hundred thousand versions, so what prints them does it in
    /// one piece: every piece that goes through a formatter has its price.
    pub(super) fn push_to(&self, text: &mut String) {
        for (place, mark) in [(self.major, "."), (self.minor, "."), (self.patch, "")] {
            push_decimal(text, place);
            text.push_str(mark);
        }
        if !self.pre.is_empty() {
            text.push('-');
            text.push_str(&self.pre);
        }
    }

    /// The next version that may break its users: `1.2.3` → `2.0.0`.
    ///
    /// A full place carries into the one before it, so that the result is above `self` and can be read again. Only the
    /// highest version of all has no successor: it stays as it is. A pre-release counts as the release that it comes before.
    #[must_use]
    pub fn bump_major(&self) -> Self {
        if self.major < PLACE_MAX { Self::of([self.major + 1, 0, 0]) } else { Self::of([PLACE_MAX; 3]) }
    }

    /// The next version with new features: `1.2.3` → `1.3.0`; carries as [`Self::bump_major`] does.
    #[must_use]
    pub fn bump_minor(&self) -> Self {
        if self.minor < PLACE_MAX { Self::of([self.major, self.minor + 1, 0]) } else { self.bump_major() }
    }

    /// The next version at all: `1.2.3` → `1.2.4`; carries as [`Self::bump_major`] does.
    #[must_use]
    pub fn bump_patch(&self) -> Self {
        if self.patch < PLACE_MAX { Self::of([self.major, self.minor, self.patch + 1]) } else { self.bump_minor() }
    }

    /// Raises the first place that is not zero: `1.2.3` → `2.0.0`, `0.2.3` → `0.3.0`, `0.0.3` → `0.0.4`.
    #[must_use]
    pub fn bump_highest(&self) -> Self {
        match (self.major, self.minor) {
            (0, 0) => self.bump_patch(),
            (0, _) => self.bump_minor(),
            _ => self.bump_major(),
        }
    }
}

impl FromStr for Version {
    type Err = VersionError;

    fn from_str(text: &str) -> Result<Self, VersionError> {
        if let Some(places) = places(text) {
            return Ok(Self::of(places));
        }
        let version = semver::Version::parse(text).map_err(|_| VersionError::Shape)?;
        if !version.build.is_empty() {
            return Err(VersionError::Build);
        }
        Self::new(version.major, version.minor, version.patch).map(|release| release.with_pre(&version.pre))
    }
}

/// The places of a version, where each is a decimal number without leading zeros, up to the highest.
fn places(text: &str) -> Option<[u32; 3]> {
    let mut places = [0; 3];
    let mut rest = text.as_bytes();
    for (index, place) in places.iter_mut().enumerate() {
        if index > 0 {
            rest = rest.strip_prefix(b".")?;
        }
        let length = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        let (digits, after) = rest.split_at_checked(length)?;
        let leads_with_zero = length > 1 && digits.starts_with(b"0");
        // Ten digits are enough for the highest place, and fit into the sum.
        if length == 0 || length > 10 || leads_with_zero {
            return None;
        }
        let number = digits.iter().fold(0, |number, digit| number * 10 + u64::from(digit - b'0'));
        *place = u32::try_from(number).ok().filter(|number| *number <= PLACE_MAX)?;
        rest = after;
    }
    rest.is_empty().then_some(places)
}

/// Why a text is not three numbers, told from what it would be in full `SemVer`.
fn why_not_plain(text: &str) -> VersionError {
    match semver::Version::parse(text) {
        Err(_) => VersionError::Shape,
        Ok(version) if !version.pre.is_empty() || !version.build.is_empty() => VersionError::Suffix,
        Ok(_) => VersionError::TooLarge,
    }
}

impl fmt::Display for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut text = String::with_capacity(16);
        self.push_to(&mut text);
        f.pad(&text)
    }
}

fn push_decimal(text: &mut String, number: u32) {
    if number >= 10 {
        push_decimal(text, number / 10);
    }
    text.extend(char::from_digit(number % 10, 10));
}

impl fmt::Debug for Version {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Version);
