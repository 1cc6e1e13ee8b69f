//! Somebody on a forge.

use std::fmt;

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
