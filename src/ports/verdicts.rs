//! The verdict beside a commit: what a branch asks for before it takes the commit.

use std::future::Future;

use crate::model::{CommitId, PullNumber, Timestamp, Verdict};

use super::ForgeError;

/// What was said of a commit before.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Given {
    /// When the first verdict about the commit was given for the pull request, by the forge's clock.
    pub first: Timestamp,
    /// The fingerprints of all that were given for the pull request, oldest first.
    pub fingerprints: Vec<String>,
    /// Whether the newest of them is shown; where it is not, a newer one was given for another pull request.
    pub is_shown: bool,
}

/// Verdicts about commits, at the forge.
pub trait Verdicts: Sync {
    /// What this curator said before of `head` as that of the pull request; `None` where that is nothing. Another pull
    /// request may have, or have had, the same head: what was said for it dates nothing here.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn given(
        &self,
        number: PullNumber,
        head: &CommitId,
    ) -> impl Future<Output = Result<Option<Given>, ForgeError>> + Send;

    /// Gives a verdict about `head` as that of the pull request. The newest one counts.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn give(
        &self,
        number: PullNumber,
        head: &CommitId,
        verdict: &Verdict,
    ) -> impl Future<Output = Result<(), ForgeError>> + Send;
}
