//! Saying what a review came to: a verdict beside the commit, one comment, labels, and edits to take over.

use std::collections::BTreeSet;

use crate::model::{PullNumber, Remark, RemarkId, Review};
use crate::ports::Forum;
use crate::rules::report::review as words;

use crate::ops::Stop;

use super::hearing::Hearing;

/// Gives the verdict beside the head, unless it stands there already.
pub(super) async fn verdict<F: Forum>(forge: &F, review: &Review, hearing: &Hearing) -> Result<(), Stop> {
    let verdict = words::verdict(review);
    let stands = hearing
        .given
        .as_ref()
        .is_some_and(|given| given.is_shown && given.fingerprints.last() == Some(&verdict.fingerprint));
    if !stands {
        forge.give(review.pull.number, &review.pull.head, &verdict).await?;
    }
    Ok(())
}

/// Brings the labels up to date, which were `before`, unless they are.
pub(super) async fn labels<F: Forum>(
    forge: &F,
    number: PullNumber,
    before: &BTreeSet<String>,
    after: &BTreeSet<String>,
) -> Result<(), Stop> {
    if after != before {
        forge.label(number, before, after).await?;
    }
    Ok(())
}

/// Whether something was said before.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum News {
    /// It was not.
    Fresh,
    /// It was.
    Known,
}

/// Whether the comment says `text` already. A forge may keep it with other line ends, and without those at its end.
fn says(sticky: &Remark, text: &str) -> bool {
    sticky.text.replace("\r\n", "\n").trim_end() == text.trim_end()
}

/// Says `text` in the curator's comment, of which `own` are those that are there, unless just this one says it.
pub(super) async fn sticky<F: Forum>(forge: &F, number: PullNumber, own: &[&Remark], text: &str) -> Result<News, Stop> {
    if let [only] = own
        && says(only, text)
    {
        return Ok(News::Known);
    }
    let standing: Vec<RemarkId> = own.iter().map(|remark| remark.id).collect();
    forge.say(number, &standing, text).await?;
    Ok(News::Fresh)
}

/// Brings comment and suggestions up to date, as far as they are not.
pub(super) async fn conversation<F: Forum>(forge: &F, review: &Review, hearing: &Hearing) -> Result<(), Stop> {
    let number = review.pull.number;
    sticky(forge, number, &hearing.stickies(), &words::comment(review)).await?;
    let suggestions = words::suggestions(review);
    if !suggestions.is_empty() {
        forge.suggest(number, &review.pull.head, &suggestions).await?;
    }
    Ok(())
}
