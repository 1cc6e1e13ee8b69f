//! The version of a package: three numbers, nothing else.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// A version `X.Y.Z` of profile `purescript`: decimal, no leading zeros, each place below 2^31, no pre-release, no build.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Version {
    // In this order, since the derived order is that of the fields. An index holds a hundred thousand versions in memory,
    // so they are small.
    major: u32,
    minor: u32,
    patch: u32,
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
}

impl Version {
    /// The lowest version.
    pub const LOWEST: Self = Self { major: 0, minor: 0, patch: 0 };

    /// The highest version of all.
    pub const HIGHEST: Self = Self { major: PLACE_MAX, minor: PLACE_MAX, patch: PLACE_MAX };

    /// The version `major.minor.patch`.
    ///
    /// # Errors
    /// [`VersionError::TooLarge`] when a place is 2^31 or more.
    pub fn new(major: u64, minor: u64, patch: u64) -> Result<Self, VersionError> {
        let place = |number: u64| {
            u32::try_from(number).ok().filter(|number| *number <= PLACE_MAX).ok_or(VersionError::TooLarge)
        };
        Ok(Self { major: place(major)?, minor: place(minor)?, patch: place(patch)? })
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
        places.join(".").parse()
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

    /// Writes the version to the end of `text`. An index spells a hundred thousand versions, so what prints them does it in
    /// one piece: every piece that goes through a formatter has its price.
    pub(super) fn push_to(&self, text: &mut String) {
        for (place, mark) in [(self.major, "."), (self.minor, "."), (self.patch, "")] {
            push_decimal(text, place);
            text.push_str(mark);
        }
    }

    /// The next version that may break its users: `1.2.3` → `2.0.0`.
    ///
    /// A full place carries into the one before it, so that the result is above `self` and can be read again. Only the
    /// highest version of all has no successor: it stays as it is.
    #[must_use]
    pub fn bump_major(&self) -> Self {
        if self.major < PLACE_MAX {
            Self { major: self.major + 1, minor: 0, patch: 0 }
        } else {
            Self { major: PLACE_MAX, minor: PLACE_MAX, patch: PLACE_MAX }
        }
    }

    /// The next version with new features: `1.2.3` → `1.3.0`; carries as [`Self::bump_major`] does.
    #[must_use]
    pub fn bump_minor(&self) -> Self {
        if self.minor < PLACE_MAX {
            Self { major: self.major, minor: self.minor + 1, patch: 0 }
        } else {
            self.bump_major()
        }
    }

    /// The next version at all: `1.2.3` → `1.2.4`; carries as [`Self::bump_major`] does.
    #[must_use]
    pub fn bump_patch(&self) -> Self {
        if self.patch < PLACE_MAX {
            Self { major: self.major, minor: self.minor, patch: self.patch + 1 }
        } else {
            self.bump_minor()
        }
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
        match places(text) {
            Some([major, minor, patch]) => Ok(Self { major, minor, patch }),
            None => Err(why_not(text)),
        }
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

/// Why a text is not a version of this profile, told from what it would be in full SemVer.
fn why_not(text: &str) -> VersionError {
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
