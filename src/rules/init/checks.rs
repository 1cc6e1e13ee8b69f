//! Who gives the check without which the branch of a registry takes nothing, as rulesets name them.

use std::num::NonZeroU64;
use std::str::FromStr;

/// Who gives the check `curator`. Whoever that is reviews and publishes: a service needs no workflows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ChecksBy {
    /// The workflows of the registry.
    #[default]
    Actions,
    /// A service that speaks as the GitHub App of this number.
    App(NonZeroU64),
    /// A service that speaks with a person's token: its verdict is a commit status, which belongs to no App.
    Anyone,
}

/// A text that names nobody who gives checks.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write actions, app:ID with the number of a GitHub App, or anyone")]
pub struct ChecksByError;

/// The number of GitHub Actions among Apps.
const ACTIONS: u64 = 15_368;

impl ChecksBy {
    /// The App whose check counts; `None` where everybody's does.
    pub(super) fn integration(self) -> Option<u64> {
        match self {
            Self::Actions => Some(ACTIONS),
            Self::App(id) => Some(id.get()),
            Self::Anyone => None,
        }
    }

    /// The App that a service speaks as.
    #[must_use]
    pub fn app(self) -> Option<NonZeroU64> {
        if let Self::App(id) = self { Some(id) } else { None }
    }
}

impl FromStr for ChecksBy {
    type Err = ChecksByError;

    fn from_str(text: &str) -> Result<Self, ChecksByError> {
        match text.split_once(':') {
            None if text == "actions" => Ok(Self::Actions),
            None if text == "anyone" => Ok(Self::Anyone),
            // `parse` takes a sign, too.
            Some(("app", id)) if id.bytes().all(|byte| byte.is_ascii_digit()) => {
                id.parse().map(Self::App).map_err(|_| ChecksByError)
            }
            _ => Err(ChecksByError),
        }
    }
}
