//! Somebody on a forge.

use std::fmt;
use std::str::FromStr;

use super::serde_text::serde_through_text;

/// Somebody on a forge. Logins can be given up and taken over by others, so they are for display alone: people are
/// compared by number (threat 36).
#[derive(Debug, Clone)]
pub struct Person {
    /// The forge's number of the account.
    pub id: u64,
    /// What the account is called at the moment. A stranger's word.
    pub login: String,
}

impl PartialEq for Person {
    fn eq(&self, other: &Self) -> bool {
        self.id == other.id
    }
}

impl Eq for Person {}

impl fmt::Display for Person {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.login)
    }
}

/// What an account is called, as forges spell it: letters and digits of ASCII with `-`, `_` and `.` between them, and
/// `[bot]` behind the name of a program. Nothing in it can mislead a reader.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Login(String);

/// Why a text is not a login.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a login is up to 64 letters, digits, '-', '_' and '.' and begins with a letter or a digit")]
pub struct LoginError;

impl Login {
    /// The most characters of one: GitHub gives 39, others more.
    const LONGEST: usize = 64;

    /// The login as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for Login {
    type Err = LoginError;

    fn from_str(text: &str) -> Result<Self, LoginError> {
        let name = text.strip_suffix("[bot]").unwrap_or(text);
        let is_sound = name.starts_with(|c: char| c.is_ascii_alphanumeric())
            && name.chars().all(|c| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.'))
            && name.len() <= Self::LONGEST;
        if is_sound { Ok(Self(text.to_owned())) } else { Err(LoginError) }
    }
}

impl fmt::Display for Login {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(Login);
