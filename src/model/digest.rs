//! The SHA-256 of some bytes, written as Subresource Integrity writes it.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::Digest as _;

use super::serde_text::serde_through_text;

/// A SHA-256 digest, written `sha256-<base64>` (W3C Subresource Integrity).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Sha256([u8; 32]);

/// Why a text is not a digest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a hash is written 'sha256-' and the base64 of 32 bytes")]
pub struct Sha256Error;

impl Sha256 {
    /// The digest of `bytes`.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        Self(sha2::Sha256::digest(bytes).into())
    }

    /// The digest as lower-case hexadecimal digits, as `sha256sum` prints it.
    #[must_use]
    pub fn to_hex(&self) -> String {
        use std::fmt::Write as _;
        self.0.iter().fold(String::with_capacity(64), |mut hex, byte| {
            let _ = write!(hex, "{byte:02x}");
            hex
        })
    }

    /// The digest that these 64 lower-case hexadecimal digits write.
    ///
    /// # Errors
    /// [`Sha256Error`] where they do not.
    pub fn from_hex(text: &str) -> Result<Self, Sha256Error> {
        let digits = text.as_bytes().as_chunks::<2>();
        let nibble = |digit: u8| match digit {
            b'0'..=b'9' => Ok(digit - b'0'),
            b'a'..=b'f' => Ok(digit - b'a' + 10),
            _ => Err(Sha256Error),
        };
        let bytes = digits.0.iter().map(|&[high, low]| Ok(nibble(high)? << 4 | nibble(low)?));
        let bytes: Vec<u8> = bytes.collect::<Result<_, Sha256Error>>()?;
        if !digits.1.is_empty() {
            return Err(Sha256Error);
        }
        bytes.try_into().map(Self).map_err(|_| Sha256Error)
    }
}

impl From<[u8; 32]> for Sha256 {
    /// The digest that was worked out piece by piece.
    fn from(bytes: [u8; 32]) -> Self {
        Self(bytes)
    }
}

impl FromStr for Sha256 {
    type Err = Sha256Error;

    fn from_str(text: &str) -> Result<Self, Sha256Error> {
        let encoded = text.strip_prefix("sha256-").ok_or(Sha256Error)?;
        let bytes = STANDARD.decode(encoded).map_err(|_| Sha256Error)?;
        bytes.try_into().map(Self).map_err(|_| Sha256Error)
    }
}

impl fmt::Display for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "sha256-{}", STANDARD.encode(self.0))
    }
}

impl fmt::Debug for Sha256 {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Sha256);
