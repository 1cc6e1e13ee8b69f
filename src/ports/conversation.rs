//! The conversation about a pull request.

use std::collections::BTreeSet;
use std::future::Future;

use crate::model::{CommitId, Course, PullNumber, Remark, RemarkId, Suggestion};

use super::ForgeError;

/// The conversation about a pull request, at the forge.
pub trait Conversation: Sync {
    /// Every comment, oldest first.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn remarks(&self, number: PullNumber) -> impl Future<Output = Result<Vec<Remark>, ForgeError>> + Send;

    /// Says `text` in one comment: in place of the first of those that are `standing`, whose others go, or as a new one.
    /// Where somebody with the same account began another one with the same line meanwhile, the oldest of them stays.
    ///
    /// # Errors
    /// [`ForgeError`]. A comment whose answer was lost is looked for before it is said again.
    fn say(
        &self,
        number: PullNumber,
        standing: &[RemarkId],
        text: &str,
    ) -> impl Future<Output = Result<(), ForgeError>> + Send;

    /// What happened to it besides.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn course(&self, number: PullNumber) -> impl Future<Output = Result<Course, ForgeError>> + Send;

    /// Makes of the labels `before`, as they were read, those of `after`. What somebody else put on since then stays.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn label(
        &self,
        number: PullNumber,
        before: &BTreeSet<String>,
        after: &BTreeSet<String>,
    ) -> impl Future<Output = Result<(), ForgeError>> + Send;

    /// Offers these edits of the files at `head`, as far as they do not stand there already.
    ///
    /// # Errors
    /// [`ForgeError`].
    fn suggest(
        &self,
        number: PullNumber,
        head: &CommitId,
        suggestions: &[Suggestion],
    ) -> impl Future<Output = Result<(), ForgeError>> + Send;
}
