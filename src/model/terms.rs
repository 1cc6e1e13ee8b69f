//! The terms on which a file of a registry is read.

use super::limits::Limits;
use super::profile::Profile;

/// Whose grammar a file of a registry is written in, and how large it may be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Terms {
    /// The language whose rules hold.
    pub profile: Profile,
    /// The most bytes of the file.
    pub json_bytes: u64,
}

impl Limits {
    /// The terms that hold with these budgets in a registry of that profile.
    #[must_use]
    pub fn terms(&self, profile: Profile) -> Terms {
        Terms { profile, json_bytes: self.json_bytes }
    }
}
