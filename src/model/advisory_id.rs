//! The id of an advisory.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// The id of an advisory: the database and the entry, joined by a dash, like `GHSA-vp9c-fpxx-744v`.
///
/// It is the name of a file, too, so its letters, digits, dashes and underscores are those that mean the same on every
/// system. Of the databases that OSV lists, a few have ids outside of that: their entries need an id of the registry's own,
/// and keep the other one among the aliases.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AdvisoryId(Box<str>);

/// The longest id, in characters. The longest that OSV's databases give have about forty.
const MAX_CHARS: usize = 100;

/// Why a text is not the id of an advisory.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AdvisoryIdError {
    /// The text is not a database and an entry.
    #[error("an id is a database and an entry, joined by a dash: like LARK-2026-0001")]
    Shape,
    /// A character is outside the alphabet.
    #[error("an id holds letters, digits, dashes and underscores")]
    Alphabet,
    /// The id is too long.
    #[error("an id has at most {MAX_CHARS} characters")]
    TooLong,
}

impl AdvisoryId {
    /// The id as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for AdvisoryId {
    type Err = AdvisoryIdError;

    fn from_str(text: &str) -> Result<Self, AdvisoryIdError> {
        if text.len() > MAX_CHARS {
            return Err(AdvisoryIdError::TooLong);
        }
        if !text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_')) {
            return Err(AdvisoryIdError::Alphabet);
        }
        let is_part = |part: &str| part.bytes().any(|byte| byte.is_ascii_alphanumeric());
        let is_whole = text.contains('-') && text.split('-').all(is_part);
        if is_whole { Ok(Self(text.into())) } else { Err(AdvisoryIdError::Shape) }
    }
}

impl fmt::Display for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for AdvisoryId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(AdvisoryId);
