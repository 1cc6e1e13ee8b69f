//! A ref and a commit of a source repository.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// The name of a tag, as `git check-ref-format` allows it, that cannot be taken for a commit id or an option.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Ref(String);

/// Why a text is not a ref.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum RefError {
    /// The text is empty or has more than 255 bytes.
    #[error("a ref has 1 to 255 bytes")]
    Length,
    /// The text starts with a dash, and a program could take it for an option.
    #[error("a ref cannot start with '-'")]
    Option,
    /// The text has the form of a commit id.
    #[error("a ref of 40 or 64 hexadecimal digits could be taken for a commit id; use a tag such as v1.2.3")]
    LooksLikeCommit,
    /// git does not allow the name (git-check-ref-format).
    #[error("git does not allow this name for a tag")]
    Format,
}

impl Ref {
    /// The ref as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Ref {
    type Err = RefError;

    fn from_str(text: &str) -> Result<Self, RefError> {
        if text.is_empty() || text.len() > 255 {
            return Err(RefError::Length);
        }
        if text.starts_with('-') {
            return Err(RefError::Option);
        }
        if matches!(text.len(), 40 | 64) && text.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Err(RefError::LooksLikeCommit);
        }
        let forbidden = |c: char| c.is_control() || matches!(c, ' ' | '~' | '^' | ':' | '?' | '*' | '[' | '\\');
        let part_is_bad = |part: &str| part.is_empty() || part.starts_with('.') || part.strip_suffix(".lock").is_some();
        if text.contains(forbidden)
            || text.contains("..")
            || text.contains("@{")
            || text == "@"
            || text.ends_with('.')
            || text.split('/').any(part_is_bad)
        {
            return Err(RefError::Format);
        }
        Ok(Self(text.to_owned()))
    }
}

/// The id of a git commit: 40 lower-case hexadecimal digits (SHA-1).
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CommitId([u8; 20]);

/// Why a text is not a commit id.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a commit is written as 40 lower-case hexadecimal digits")]
pub struct CommitIdError;

impl CommitId {
    /// The commit with these 20 bytes.
    #[must_use]
    pub fn from_bytes(bytes: [u8; 20]) -> Self {
        Self(bytes)
    }

    /// The 20 bytes of the id.
    #[must_use]
    pub fn as_bytes(&self) -> &[u8; 20] {
        &self.0
    }
}

impl FromStr for CommitId {
    type Err = CommitIdError;

    fn from_str(text: &str) -> Result<Self, CommitIdError> {
        let digit = |byte: u8| match byte {
            b'0'..=b'9' => Ok(byte - b'0'),
            b'a'..=b'f' => Ok(byte - b'a' + 10),
            _ => Err(CommitIdError),
        };
        if text.len() != 40 {
            return Err(CommitIdError);
        }
        let mut bytes = [0; 20];
        for (byte, pair) in bytes.iter_mut().zip(text.as_bytes().chunks_exact(2)) {
            let &[high, low] = pair else { return Err(CommitIdError) };
            *byte = digit(high)? << 4 | digit(low)?;
        }
        Ok(Self(bytes))
    }
}

impl fmt::Display for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for CommitId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

impl fmt::Display for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for Ref {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(Ref);
serde_through_text!(CommitId);
