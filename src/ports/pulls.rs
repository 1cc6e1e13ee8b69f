//! The pull requests of a registry.

use std::future::Future;

use crate::model::{CommitId, Judgement, MergeMethod, PullNumber, PullRequest, Timestamp};

use super::ForgeError;

/// Which merged pull requests are looked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Which<'a> {
    /// Those that were merged since then.
    MergedSince(Timestamp),
    /// Those with the label, however long ago they were merged, that changed since then: a comment is a change.
    Labelled {
        /// The label.
        label: &'a str,
        /// Since when.
        changed: Timestamp,
    },
}

/// The pull requests of a registry, at its forge.
pub trait PullRequests: Sync {
    /// Those that are open and want to be merged into `branch`, drafts among them, oldest first.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn open(&self, branch: &str) -> impl Future<Output = Result<Vec<PullRequest>, ForgeError>> + Send;

    /// Those that were merged into `branch`, oldest first: of what somebody may still wait to hear.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn merged(
        &self,
        branch: &str,
        which: Which<'_>,
    ) -> impl Future<Output = Result<Vec<PullRequest>, ForgeError>> + Send;

    /// One of them, as it is now.
    ///
    /// # Errors
    /// [`ForgeError::Unknown`] where there is none of that number.
    fn pull(&self, number: PullNumber) -> impl Future<Output = Result<PullRequest, ForgeError>> + Send;

    /// What reviewers said of it, oldest first.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn judgements(&self, number: PullNumber) -> impl Future<Output = Result<Vec<Judgement>, ForgeError>> + Send;

    /// Merges it, if its head is still `head`; gives the commit that this left on the branch. What was merged already is
    /// not merged again. The commit says `message`, whose first line is the title; where the commits of the pull request
    /// land themselves, they say what they say.
    ///
    /// # Errors
    /// [`ForgeError::Changed`] where the head has moved or a merge is not possible any more.
    fn merge(
        &self,
        number: PullNumber,
        head: &CommitId,
        method: MergeMethod,
        message: &str,
    ) -> impl Future<Output = Result<CommitId, ForgeError>> + Send;
}
