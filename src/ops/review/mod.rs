//! Reviewing a pull request: what it asks for, what would come of it, who decides; and the merge, where nobody else has
//! to.
//!
//! A review begins anew each time, from git and from the forge: nothing that an earlier one said is read back, save when
//! the head was first seen, which the forge's own clock tells, and what a run that compiled found of it. So events may be
//! lost, doubled or out of order.

mod announce;
mod before;
mod examine;
mod hearing;
mod impact;
mod judge;
mod location_ids;
mod tell;

use std::sync::Arc;

use crate::model::{
    Area, CommitId, Decision, Finding, MergeMethod, Place, PullNumber, PullRequest, PullStage, Review, ReviewPlace,
    Timestamp,
};
use crate::ports::{Curator, Forum, Ports, Proposals as _, Repo as _};
use crate::rules::compile::{self, Word};
use crate::rules::report::inert;
use crate::rules::report::review as words;
use crate::rules::review as rule;

use super::{Retry, Stop};
use announce::Teller;
use hearing::Hearing;
use judge::judge;

pub use announce::{Announced, Announcements, Then, Untold, announce, asked_to_retry};
pub(super) use examine::examine_head;
pub use examine::{Examined, examine};
pub(super) use impact::{Move, look_around};
pub use location_ids::check_location_ids;

/// What to review, and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReviewRequest {
    /// The pull request.
    pub number: PullNumber,
    /// Where the registry is.
    pub place: ReviewPlace,
    /// Whether anything is said or done.
    pub mode: ReviewMode,
    /// Whether somebody is asked to compile what nobody has tried to: who reviews does so where a review says it.
    pub asks: bool,
    /// The time.
    pub now: Timestamp,
}

/// Whether a review says and does anything at the forge.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ReviewMode {
    /// It looks, and writes nothing: a token that may only read is enough.
    Look,
    /// It gives its verdict, comments, labels and merges.
    Act,
}

/// What became of a pull request that was reviewed.
#[derive(Debug, Clone, PartialEq)]
pub enum Reviewed {
    /// It is open, or was until this review merged it.
    Open(Box<Outcome>),
    /// It was merged before; this is what there is to be told of it, if it brought versions.
    Merged(Option<Announced>),
    /// It was closed, and is nobody's business any more.
    Closed,
    /// The branch moved on before the merge: rules, people and names may be others now, and what was decided is void. A
    /// curator that is opened anew decides again.
    Overtaken,
}

/// What a review of an open pull request came to.
#[derive(Debug, Clone, PartialEq)]
pub struct Outcome {
    /// What it says.
    pub review: Review,
    /// The commit, where it merged.
    pub merged: Option<CommitId>,
    /// Whether something could not be reached, or moved meanwhile: another look may end otherwise.
    pub transient: bool,
    /// Whether somebody is to be asked to compile it.
    pub wants_compilation: bool,
}

impl Reviewed {
    /// Whether the branch is still what it was when the curator was opened, as far as the review knows.
    #[must_use]
    pub fn leaves_the_branch(&self) -> bool {
        match self {
            Self::Open(outcome) => outcome.merged.is_none(),
            Self::Merged(_) | Self::Closed => true,
            Self::Overtaken => false,
        }
    }

    /// Whether somebody is to be asked to compile what it would publish.
    #[must_use]
    pub fn wants_compilation(&self) -> bool {
        matches!(self, Self::Open(outcome) if outcome.wants_compilation)
    }

    /// Whether there is something to publish that may not have been there before.
    #[must_use]
    pub fn wakes_sync(&self) -> bool {
        match self {
            Self::Open(outcome) => outcome.merged.is_some(),
            Self::Merged(announced) => announced.as_ref().is_some_and(Announced::asks_for_another_try),
            Self::Closed | Self::Overtaken => false,
        }
    }
}

/// Reviews a pull request. Whatever was said before is brought up to date; nothing is said twice.
///
/// # Errors
/// [`Stop`] where registry, index, machine or forge are at fault.
pub async fn review<P: Ports, F: Forum>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    request: &ReviewRequest,
) -> Result<Reviewed, Stop> {
    let mut pull = forge.pull(request.number).await?;
    if matches!(pull.stage, PullStage::Open | PullStage::Draft) {
        let outcome = review_open(curator, forge, request, pull).await?;
        return Ok(outcome.map_or(Reviewed::Overtaken, |outcome| Reviewed::Open(Box::new(outcome))));
    }
    if request.mode == ReviewMode::Act {
        let labels = rule::labels_over(&pull.labels);
        tell::labels(forge, pull.number, &pull.labels, &labels).await?;
        pull.labels = labels;
    }
    if pull.stage == PullStage::Closed {
        return Ok(Reviewed::Closed);
    }
    let (mode, now) = (request.mode, request.now);
    let teller = Teller { curator: curator.as_ref(), forge, now, tried: Retry::WhenDue, mode };
    Ok(Reviewed::Merged(teller.tell(&pull).await?))
}

/// Reviews one that is open; `None` where the branch moved on before the merge.
async fn review_open<P: Ports, F: Forum>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    request: &ReviewRequest,
    pull: PullRequest,
) -> Result<Option<Outcome>, Stop> {
    let mut examined = examine(curator, &pull).await?;
    check_location_ids(forge, &mut examined).await?;
    let hearing = Hearing::hold(forge, &curator.policy.review, &pull, request.now).await?;
    let mut transient = examined.transient;
    let compiled = compiled(curator, request, &pull, &mut examined, &hearing);
    let wants_compilation = compiled.word == Word::Wanted;
    let is_old_news = compiled.word == Word::Repeated && hearing.shows_failure();
    let (mut review, labels) = judge(&curator.policy.review, request, pull, examined, &hearing, compiled);
    // What stands against it stands there already, in more words than this run knows.
    if request.mode == ReviewMode::Look || is_old_news && matches!(review.decision, Decision::Reject(_)) {
        return Ok(Some(Outcome { review, merged: None, transient, wants_compilation }));
    }
    // First: the branch takes only what has its verdict.
    tell::verdict(forge, &review, &hearing).await?;
    let method = curator.policy.review.merge.filter(|_| review.decision == Decision::Merge);
    // Before the merge: by its labels a merged pull request is found that is to be told what became of it. What is merged
    // now is not ready for long.
    let number = review.pull.number;
    let shown = if method.is_some() { rule::labels_before_merge(&review.pull.labels, &labels) } else { labels.clone() };
    tell::labels(forge, number, &review.pull.labels, &shown).await?;
    let mut merged = None;
    if let Some(method) = method {
        // The forge holds the merge to the head alone: that the branch is still what was looked at is asked here.
        if curator.registry.newest().await? != curator.registry.head().await? {
            return Ok(None);
        }
        merged = merge(forge, &mut review, method, request.now).await?;
        transient |= merged.is_none();
        let after = if merged.is_some() { rule::labels_over(&labels) } else { labels };
        tell::labels(forge, number, &shown, &after).await?;
    }
    // Whoever publishes may have told of it already: that is newer.
    if merged.is_none() || !hearing.has_spoken_since(forge, number).await? {
        tell::conversation(forge, &review, &hearing).await?;
    }
    Ok(Some(Outcome { review, merged, transient, wants_compilation }))
}

/// What is known of compiling what it would publish, and found with the rest.
fn compiled<P: Ports>(
    curator: &Curator<P>,
    request: &ReviewRequest,
    pull: &PullRequest,
    examined: &mut Examined,
    hearing: &Hearing,
) -> compile::Heard {
    let heard = compile::hear(&compile::Asked {
        rules: curator.compile.as_ref(),
        claim: &curator.claim,
        head: &pull.head,
        asks: request.asks,
        before: hearing.compiled(),
        prepared: &examined.prepared,
        texts: &examined.texts,
        limit: curator.limits.json_bytes,
        whole: &Place::file(Area::Registry, &inert(&pull.head_ref)),
    });
    examined.findings.extend(heard.findings.iter().cloned());
    examined.findings.sort_by(Finding::by_place);
    heard
}

/// Merges the very head that was looked at; `None` where the forge does not, which `review` says then.
async fn merge<F: Forum>(
    forge: &F,
    review: &mut Review,
    method: MergeMethod,
    now: Timestamp,
) -> Result<Option<CommitId>, Stop> {
    let message = words::merge_message(review);
    match forge.merge(review.pull.number, &review.pull.head, method, &message).await {
        Ok(commit) => {
            review.pull.stage = PullStage::Merged { commit, at: now };
            Ok(Some(commit))
        }
        Err(error) if error.is_about_what_is_asked() => {
            review.obstacle = Some(error.to_string());
            Ok(None)
        }
        Err(error) => Err(error.into()),
    }
}
