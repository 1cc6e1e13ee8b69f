//! The name of a branch.

use std::fmt;
use std::str::FromStr;

use super::git_ref::Ref;
use super::serde_text::serde_through_text;

/// The name of a branch, as `git check-ref-format` allows it, that cannot be taken for a commit id or an option.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Branch(Ref);

/// Why a text is not the name of a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("git does not allow this name for a branch, or it could be taken for a commit id or an option")]
pub struct BranchError;

impl Branch {
    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_str()
    }
}

impl FromStr for Branch {
    type Err = BranchError;

    fn from_str(text: &str) -> Result<Self, BranchError> {
        // git's own commands refuse a branch of that name, since it means the current commit everywhere.
        if text == "HEAD" {
            return Err(BranchError);
        }
        text.parse().map(Self).map_err(|_| BranchError)
    }
}

impl fmt::Display for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.0, f)
    }
}

impl fmt::Debug for Branch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(self, f)
    }
}

serde_through_text!(Branch);
