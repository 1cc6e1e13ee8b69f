//! The name of a package, as the PureScript registry spells names.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// A package name: `[a-z0-9]+(-[a-z0-9]+)*`, 1 to 150 characters, without the prefix `purescript-`.
///
/// The grammar is that of the PureScript registry's `PackageName`. One name is exempt from the prefix
/// rule because it was published before the rule existed.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PackageName(Box<str>);

/// The longest name, in characters.
const MAX_CHARS: usize = 150;
/// A prefix that says nothing in a registry of PureScript packages.
const REDUNDANT_PREFIX: &str = "purescript-";
/// The only name that may keep the redundant prefix.
const BLESSED: &str = "purescript-compiler-backend-utilities";

/// Why a text is not a package name: in the words of the PureScript registry, and in its order of checks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum NameError {
    /// The first character is neither a lower-case ASCII letter nor a digit, or there is none.
    #[error("Package name should start with a lower case char or a digit")]
    Start,
    /// A later character is outside the alphabet.
    #[error("Package name can contain lower case chars, digits and non-consecutive dashes")]
    Alphabet,
    /// Two dashes stand side by side.
    #[error("Package names cannot contain consecutive dashes")]
    ConsecutiveDashes,
    /// The last character is a dash.
    #[error("Package name should end with a lower case char or digit")]
    End,
    /// The name starts with `purescript-`.
    #[error("Package names should not begin with 'purescript-'")]
    Prefix,
    /// The name has more than 150 characters.
    #[error("Package name cannot be longer than 150 characters")]
    TooLong,
}

impl PackageName {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The folder that holds this package's files in the registry: the first two characters of the name.
    #[must_use]
    pub fn folder(&self) -> &str {
        self.0.get(..2).unwrap_or(&self.0)
    }

    /// The folder that holds this package in an index, by Cargo's sharding: `1`, `2`, `3/a` or `ab/cd`.
    #[must_use]
    pub fn shard(&self) -> String {
        match (self.0.len(), self.0.get(..1), self.0.get(..2), self.0.get(2..4)) {
            (1, ..) => "1".to_owned(),
            (2, ..) => "2".to_owned(),
            (3, Some(first), ..) => format!("3/{first}"),
            (_, _, Some(first), Some(second)) => format!("{first}/{second}"),
            _ => String::new(),
        }
    }
}

impl FromStr for PackageName {
    type Err = NameError;

    fn from_str(text: &str) -> Result<Self, NameError> {
        if text.starts_with(REDUNDANT_PREFIX) && text != BLESSED {
            return Err(NameError::Prefix);
        }
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
        let bytes = text.as_bytes();
        if !bytes.first().copied().is_some_and(allowed) {
            return Err(NameError::Start);
        }
        if !bytes.iter().all(|&byte| allowed(byte) || byte == b'-') {
            return Err(NameError::Alphabet);
        }
        if bytes.windows(2).any(|pair| pair == b"--") {
            return Err(NameError::ConsecutiveDashes);
        }
        if text.ends_with('-') {
            return Err(NameError::End);
        }
        if text.len() > MAX_CHARS {
            return Err(NameError::TooLong);
        }
        Ok(Self(text.into()))
    }
}

impl fmt::Display for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for PackageName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::borrow::Borrow<str> for PackageName {
    fn borrow(&self) -> &str {
        &self.0
    }
}

serde_through_text!(PackageName);
