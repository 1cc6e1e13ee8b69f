//! What a pull request would make of the registry.

use std::future::Future;

use crate::model::{CommitId, TreePath};

use super::{Differences, RepoError, Revision};

/// A proposed state of the registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Proposal {
    /// The state from which it forked off the branch.
    pub fork: Revision,
    /// What the head changes since then, in the registry's folder.
    pub differences: Differences,
    /// What it changes outside of that folder, as far as that can be shown; sorted.
    pub beside: Vec<String>,
    /// The branch as it would be after the merge.
    pub merged: Merged,
}

/// A branch as it would be after a merge.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Merged {
    /// This state. Nothing points to it: it is for reading.
    Cleanly(Revision),
    /// Both sides changed these files, and not alike.
    Conflict(Vec<TreePath>),
}

/// A registry to which changes can be proposed.
pub trait Proposals: Sync {
    /// Brings here what `reference` names and works out what would come of merging it into `base`. Nothing is checked
    /// out, and nothing of it is run.
    ///
    /// # Errors
    /// [`RepoError::Moved`] where `reference` does not lead to `head` any more, [`RepoError::Unusable`] where the place
    /// keeps no history.
    fn propose(
        &self,
        reference: &str,
        head: &CommitId,
        base: &Revision,
    ) -> impl Future<Output = Result<Proposal, RepoError>> + Send;
}
