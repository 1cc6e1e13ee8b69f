//! The named, versioned ways to compress an archive.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// How the tar of an archive becomes a `.tar.gz`. The name is part of an archive's recipe: the same name always gives
/// the same bytes.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
#[non_exhaustive]
pub enum EncoderName {
    /// `libdeflate-1.26-6`: the library libdeflate at level 6, pinned by exact version. The default.
    #[default]
    Libdeflate,
    /// `gnu-gzip-6`: the program GNU gzip at level 6, as the PureScript registry runs it.
    GnuGzip,
}

/// The name of no encoder.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not an encoder; known are libdeflate-1.26-6 and gnu-gzip-6")]
pub struct EncoderNameError(String);

impl EncoderName {
    /// Every encoder.
    pub const ALL: [Self; 2] = [Self::Libdeflate, Self::GnuGzip];

    /// The name as text.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Libdeflate => "libdeflate-1.26-6",
            Self::GnuGzip => "gnu-gzip-6",
        }
    }
}

impl FromStr for EncoderName {
    type Err = EncoderNameError;

    fn from_str(text: &str) -> Result<Self, EncoderNameError> {
        let known = Self::ALL.into_iter().find(|encoder| encoder.as_str() == text);
        known.ok_or_else(|| EncoderNameError(text.to_owned()))
    }
}

impl fmt::Display for EncoderName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}

serde_through_text!(EncoderName);
