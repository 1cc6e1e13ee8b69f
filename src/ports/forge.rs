//! The forge that hosts a source: what it knows of a repository by number.

use std::future::Future;

use crate::model::{Fault, Location};

/// The numbers of a repository and of its owner. Names can be given up and taken over by others; numbers cannot (threat
/// 17).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Identity {
    /// The repository.
    pub repository: u64,
    /// Whom it belongs to.
    pub owner: ForgeOwner,
}

/// Whom a repository belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ForgeOwner {
    /// A person.
    User(u64),
    /// An organisation: which of its people may publish, its number does not say.
    Organization(u64),
}

/// Why a forge did not answer.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ForgeError {
    /// The forge knows no such repository, or hides it.
    #[error("{location} is not there, or private")]
    Unknown {
        /// The location.
        location: String,
    },
    /// The repository is elsewhere now.
    #[error("{location} was renamed or moved")]
    Moved {
        /// The location.
        location: String,
    },
    /// The forge answers no more questions for now.
    #[error("the forge answers no more questions for now (its rate limit): {message}")]
    RateLimited {
        /// What it said, and when it answers again, as far as that is known.
        message: String,
    },
    /// The forge does not accept the token, or the token may not do that.
    #[error("the forge refuses: {message}")]
    Denied {
        /// What it said.
        message: String,
    },
    /// The forge cannot be reached, or is in trouble.
    #[error("the forge cannot be reached: {message}")]
    Unreachable {
        /// What went wrong.
        message: String,
    },
    /// What was asked for no longer fits what is there: a pull request whose head has moved, or that cannot be merged.
    #[error("it has changed meanwhile: {message}")]
    Changed {
        /// What the forge said.
        message: String,
    },
    /// The forge's answer, or its refusal, is none that this curator knows.
    #[error("the forge answers what was not expected: {message}")]
    Unexpected {
        /// What it said.
        message: String,
    },
}

impl ForgeError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Unknown { .. } | Self::Moved { .. } => Fault::Author,
            Self::RateLimited { .. } | Self::Unreachable { .. } | Self::Changed { .. } => Fault::Transient,
            Self::Denied { .. } | Self::Unexpected { .. } => Fault::Operator,
        }
    }

    /// Whether it is what was asked for that the forge does not do, while it answers everything else.
    #[must_use]
    pub fn is_about_what_is_asked(&self) -> bool {
        matches!(self, Self::Changed { .. } | Self::Denied { .. } | Self::Unexpected { .. })
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::RateLimited { .. } | Self::Unreachable { .. } | Self::Changed { .. } => Some("run this again later"),
            Self::Denied { .. } => {
                Some("give the curator a token that may do this: the operator guide in the README has a table of them")
            }
            Self::Unknown { .. } | Self::Moved { .. } | Self::Unexpected { .. } => None,
        }
    }
}

/// A forge that can be asked.
pub trait Forge: Sync {
    /// The numbers of the repository at `location` and of its owner; `None` where the location is not on this forge.
    ///
    /// # Errors
    /// [`ForgeError`]. Nobody needs the numbers to go on.
    fn identify(&self, location: &Location) -> impl Future<Output = Result<Option<Identity>, ForgeError>> + Send;
}
