//! The verdict beside a commit: what a branch asks for before it takes the commit.

use std::future::Future;

use crate::model::{CommitId, Timestamp};

use super::ForgeError;

/// A verdict about a commit, as the forge shows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verdict {
    /// What it comes to.
    pub conclusion: Conclusion,
    /// It in a few words.
    pub title: String,
    /// It at length, in Markdown.
    pub summary: String,
    /// What stands beside the lines of files.
    pub annotations: Vec<Annotation>,
    /// What tells this verdict from others, for a program.
    pub fingerprint: String,
}

/// What a verdict comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Conclusion {
    /// The commit may be merged.
    Passed,
    /// Somebody or something is waited for.
    Waiting,
    /// It may not be merged as it is.
    Failed,
}

/// A remark beside the lines of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Annotation {
    /// The file, as a path in the repository.
    pub file: String,
    /// The first line, from 1.
    pub first_line: usize,
    /// The last line.
    pub last_line: usize,
    /// The first and the last column, from 1, where both are on one line.
    pub columns: Option<(usize, usize)>,
    /// How grave it is.
    pub level: AnnotationLevel,
    /// Its title.
    pub title: String,
    /// What it says.
    pub message: String,
}

/// How grave an annotation is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AnnotationLevel {
    /// It holds something up.
    Failure,
    /// It does not.
    Warning,
}

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
