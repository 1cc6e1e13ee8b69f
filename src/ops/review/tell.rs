//! Saying what a review came to: a verdict beside the commit, one comment, labels, and edits to take over.

use std::collections::BTreeSet;

use crate::model::{Remark, Review};
use crate::ports::Forum;
use crate::rules::report::review as words;

use crate::ops::Stop;

use super::hearing::Hearing;

/// Gives the verdict beside the head, unless it stands there already.
pub(super) async fn verdict<F: Forum>(forge: &F, review: &Review, hearing: &Hearing) -> Result<(), Stop> {
    let verdict = words::verdict(review);
    let stands = hearing.given.as_ref().is_some_and(|given| given.fingerprint.as_ref() == Some(&verdict.fingerprint));
    if !stands {
        forge.give(review.pull.number, &review.pull.head, &verdict).await?;
    }
    Ok(())
}

/// Brings the labels up to date, unless they are.
pub(super) async fn labels<F: Forum>(forge: &F, review: &Review, labels: &BTreeSet<String>) -> Result<(), Stop> {
    if *labels != review.pull.labels {
        forge.label(review.pull.number, &review.pull.labels, labels).await?;
    }
    Ok(())
}

/// Whether the comment says `text` already. A forge may keep it with other line ends, and without those at its end.
pub(super) fn says(sticky: &Remark, text: &str) -> bool {
    sticky.text.replace("\r\n", "\n").trim_end() == text.trim_end()
}

/// Brings comment and suggestions up to date, as far as they are not.
pub(super) async fn conversation<F: Forum>(forge: &F, review: &Review, hearing: &Hearing) -> Result<(), Stop> {
    let number = review.pull.number;
    let text = words::comment(review);
    let sticky = hearing.sticky();
    if !sticky.is_some_and(|sticky| says(sticky, &text)) {
        forge.say(number, sticky.map(|sticky| sticky.id), &text).await?;
    }
    let suggestions = words::suggestions(review);
    if !suggestions.is_empty() {
        forge.suggest(number, &review.pull.head, &suggestions).await?;
    }
    Ok(())
}
