//! What a pull request would make of the registry.

use std::future::Future;

use crate::model::CommitId;

use super::{Differences, RepoError, Revision};

/// A proposed state of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The state from which it forked off the branch.
    pub fork: Revision,
    /// What the merge would change in the registry's folder; where there can be none, what the head changes there since
    /// the fork. A file whose mode alone changes is among them, with the same bytes before and after.
    pub differences: Differences,
    /// The same outside of that folder, as far as it can be shown; sorted. A stranger's words.
    pub beside: Vec<String>,
    /// The branch as it would be after the merge.
    pub merged: Merged,
    /// What the head has since the fork.
    pub commits: Commits,
}

/// What a head has since it forked off a branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Commits {
    /// One commit at most: put on top of another state, it makes of that what a merge would.
    One,
    /// Several, or merges among them. Put on top of another state one by one, they may come to something else than a
    /// merge: one that is there already is dropped, and what takes it back is not.
    Several,
}

/// A branch as it would be after a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// This state. Nothing points to it: it is for reading, and only where it was asked for.
    Cleanly(Revision),
    /// Both sides changed these files, as paths in the repository, and not alike. Sorted; a stranger's words.
    Conflict(Vec<String>),
}

/// Why nobody can tell what would come of a merge. Its author can mend each of them.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unmergeable {
    /// It changes too many files.
    #[error("it changes more than {most} files")]
    TooManyFiles {
        /// The most that are looked at.
        most: usize,
    },
    /// It brings too many bytes.
    #[error("it brings more than {most} bytes")]
    TooManyBytes {
        /// The most that are fetched, or read.
        most: u64,
    },
    /// Its history and that of the branch begin apart.
    #[error("its history and that of the branch have no commit in common")]
    Unrelated,
    /// It and the branch were merged into each other crosswise, so that nobody can say what it changes.
    #[error("it forked off the branch in several places at once")]
    SeveralForks,
    /// Something of what it brings is malformed, or nothing that a repository of ours may have.
    #[error("what it brings is not sound: {message}")]
    Unsound {
        /// What is wrong with it, safe to show.
        message: String,
    },
}

/// A registry to which changes can be proposed.
pub trait Proposals: Sync {
    /// The commit that `reference`, which is `refs/pull/<number>/head` or a branch, leads to now.
    ///
    /// # Errors
    /// [`RepoError::Unknown`] where there is no such ref, and [`RepoError`] where the repository cannot be reached or read.
    fn proposed(&self, reference: &str) -> impl Future<Output = Result<CommitId, RepoError>> + Send;

    /// Brings here what `reference` names, which is `refs/pull/<number>/head` or a branch, and works out what would come
    /// of merging it into `base`, path by path: what both sides changed is a conflict unless they changed it alike.
    /// Nothing is checked out, and nothing of it is run.
    ///
    /// # Errors
    /// [`RepoError::Moved`] where `reference` does not lead to `head` any more, [`RepoError::Unmergeable`] where nobody
    /// can tell what would come of it, [`RepoError::Unusable`] where the place keeps no history.
    fn propose(
        &self,
        reference: &str,
        head: &CommitId,
        base: &Revision,
    ) -> impl Future<Output = Result<Proposal, RepoError>> + Send;

    /// The newest state of the branch at this moment, also where everything else goes on from the state that was read
    /// first.
    ///
    /// # Errors
    /// [`RepoError`], as the branch cannot be read.
    fn newest(&self) -> impl Future<Output = Result<Revision, RepoError>> + Send;
}
