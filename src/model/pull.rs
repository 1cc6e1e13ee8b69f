//! A pull request: what somebody asks a registry to merge, and what was said of it.

use std::collections::BTreeSet;

use super::git_ref::CommitId;
use super::person::Person;
use super::time::Timestamp;

/// The number of a pull request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct PullNumber(pub u64);

impl PullNumber {
    /// The ref under which the registry's own repository serves the head.
    #[must_use]
    pub fn head_ref(self) -> String {
        format!("refs/pull/{}/head", self.0)
    }
}

/// A pull request, as the forge describes it. Every text of it is a stranger's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PullRequest {
    /// Its number.
    pub number: PullNumber,
    /// Its title.
    pub title: String,
    /// Who opened it.
    pub author: Person,
    /// The commit that is to be merged.
    pub head: CommitId,
    /// The ref under which the registry's own repository serves that commit, also where it came from a fork.
    pub head_ref: String,
    /// Whose the repository is that the commit was pushed to.
    pub origin: Origin,
    /// The branch that it is to be merged into.
    pub base: String,
    /// What that branch was at when the forge last looked; before the merge, where it is merged.
    pub base_commit: CommitId,
    /// How far it has come.
    pub stage: PullStage,
    /// Whether it can be merged without conflicts.
    pub mergeable: Mergeable,
    /// The labels on it.
    pub labels: BTreeSet<String>,
    /// When it was opened, by the forge's clock.
    pub opened: Timestamp,
    /// When anything of it last changed, by the forge's clock.
    pub updated: Timestamp,
}

/// Whose a repository is. The forge tells who opened a pull request, and not who pushed what is in it: that can be
/// everybody who may write to its branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// That of the author's own account: what is pushed there is pushed by the author, or by whom they let in.
    Author,
    /// Somebody else's, an organisation's, the registry's, or gone.
    Elsewhere,
}

/// How far a pull request has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PullStage {
    /// Its author is not done.
    Draft,
    /// It waits for a decision.
    Open,
    /// It was closed and not merged.
    Closed,
    /// It was merged.
    Merged {
        /// The commit that the merge, the squash or the rebase left on the branch.
        commit: CommitId,
        /// When.
        at: Timestamp,
    },
}

/// Whether a pull request can be merged without conflicts. The forge finds out when it is asked, and not at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mergeable {
    /// It can.
    Yes,
    /// It cannot.
    Conflicting,
    /// The forge does not know yet.
    Unknown,
}

/// How a pull request becomes a part of its branch.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum MergeMethod {
    /// By a commit with two parents.
    #[default]
    Merge,
    /// By one new commit.
    Squash,
    /// By a copy of each of its commits.
    Rebase,
}

/// What somebody said of a commit in a review.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judgement {
    /// Who.
    pub by: Person,
    /// What.
    pub word: Word,
    /// The commit that was the head at that time.
    pub commit: CommitId,
    /// When, by the forge's clock.
    pub at: Timestamp,
}

/// The words of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Word {
    /// It may be merged.
    Approved,
    /// It may not.
    ChangesRequested,
    /// What was said before is taken back, by whomever.
    Dismissed,
    /// Neither: a remark.
    Commented,
}

/// A comment in the conversation of a pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Remark {
    /// The forge's number of it.
    pub id: RemarkId,
    /// Who.
    pub by: Person,
    /// The text, as it stands now. A stranger's.
    pub text: String,
    /// When, by the forge's clock.
    pub posted: Timestamp,
    /// When it was last edited, by whomever; `None` where it never was.
    pub edited: Option<Timestamp>,
}

/// The forge's number of a comment.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct RemarkId(pub u64);

/// What happened to a pull request besides what was said.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Course {
    /// Who put on which label and took it off, oldest first.
    pub labellings: Vec<Labelling>,
    /// When it last got a head that does not build on the one before, or was opened again, by the forge's clock; `None`
    /// where neither happened.
    pub turned: Option<Timestamp>,
}

/// A label that somebody put on a pull request or took off.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labelling {
    /// The label.
    pub label: String,
    /// Who.
    pub by: Person,
    /// When, by the forge's clock.
    pub at: Timestamp,
    /// On or off.
    pub deed: LabelDeed,
}

/// What was done with a label.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LabelDeed {
    /// It was put on.
    Put,
    /// It was taken off.
    Taken,
}

/// An edit that an author can take over with one click.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Suggestion {
    /// The file, as a path in the repository.
    pub file: String,
    /// The first line that is replaced, from 1.
    pub first_line: usize,
    /// The last one.
    pub last_line: usize,
    /// What is said of it, with the replacing lines in a suggestion block.
    pub text: String,
}

/// Which branch of which folder is the registry's, as pull requests speak of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewPlace {
    /// The branch: what is to be merged into another one is nobody's business here.
    pub branch: String,
    /// The folder of the repository in which the registry stands; empty, where that is all of it.
    pub folder: String,
}
