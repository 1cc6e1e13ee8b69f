//! The verdict beside a commit: what a branch asks for before it takes the commit.

use std::future::Future;

use crate::model::{CommitId, Timestamp, Verdict};

use super::ForgeError;

/// What was said of a commit before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When the first verdict about the commit was given, by the forge's clock: since then it could be looked at.
    pub first: Timestamp,
    /// The fingerprint of the newest one.
    pub fingerprint: String,
}

/// Verdicts about commits, at the forge.
pub trait Verdicts: Sync {
    /// What this curator said of `head` before; `None` where that is nothing.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn given(&self, head: &CommitId) -> impl Future<Output = Result<Option<Given>, ForgeError>> + Send;

    /// Gives a verdict about `head`. The newest one counts.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn give(&self, head: &CommitId, verdict: &Verdict) -> impl Future<Output = Result<(), ForgeError>> + Send;
}
