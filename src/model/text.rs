//! Free text of bounded length: descriptions and reasons.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

/// A text of at most `MAX` Unicode code points (not bytes, and not what a reader takes for one character).
///
/// It may be empty and may hold line breaks: published manifests have both. Whoever shows it escapes it.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default, Serialize, Deserialize)]
#[serde(try_from = "String")]
pub struct LimitedText<const MAX: usize>(String);

/// What a package is for: at most 500 code points, as the PureScript registry decodes it.
pub type Description = LimitedText<500>;

/// Why a version was unpublished or yanked: at most 300 code points; spago 1.0.4 hides a package with a longer one.
pub type Reason = LimitedText<300>;

/// The longest description that spago 1.0.4 decodes, in code points. A longer one makes it take every version of the
/// package for one without dependencies.
pub const CLIENT_DESCRIPTION_LIMIT: usize = 300;

/// A text that is too long.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the text has {chars} characters; at most {limit} are allowed")]
pub struct TextTooLong {
    /// How many code points it has.
    pub chars: usize,
    /// How many it may have.
    pub limit: usize,
}

impl<const MAX: usize> LimitedText<MAX> {
    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// How many code points it has.
    #[must_use]
    pub fn chars(&self) -> usize {
        self.0.chars().count()
    }
}

impl<const MAX: usize> TryFrom<String> for LimitedText<MAX> {
    type Error = TextTooLong;

    fn try_from(text: String) -> Result<Self, TextTooLong> {
        // No text has more code points than bytes.
        if text.len() > MAX {
            let chars = text.chars().count();
            if chars > MAX {
                return Err(TextTooLong { chars, limit: MAX });
            }
        }
        Ok(Self(text))
    }
}

impl<const MAX: usize> FromStr for LimitedText<MAX> {
    type Err = TextTooLong;

    fn from_str(text: &str) -> Result<Self, TextTooLong> {
        text.to_owned().try_into()
    }
}

impl<const MAX: usize> fmt::Display for LimitedText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl<const MAX: usize> fmt::Debug for LimitedText<MAX> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.0, f)
    }
}
