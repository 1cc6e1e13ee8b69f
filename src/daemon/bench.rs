//! What the loop asks of a curator and of the forge: small enough to be played by a test.

use std::future::Future;
use std::sync::Arc;

use crate::model::{ApiUse, Decision, Need, PullNumber, PullRequest, Timestamp};
use crate::ops::{self, Extent, Retry, RunRequest, Stop, Synced, Untold};
use crate::ports::{Curator, Ports, Repo as _, Revision};

/// A curator as it is configured now.
pub trait Bench: Send + Sync {
    /// The forge's side of it.
    type Desk: Desk;

    /// The state of the registry.
    ///
    /// # Errors
    /// [`Stop`] where it cannot be read.
    fn head(&self) -> impl Future<Output = Result<Revision, Stop>> + Send;

    /// Publishes what is wanted, and tries again what is owed: where it is due, or now.
    ///
    /// # Errors
    /// [`Stop`], as the story tells.
    fn sync(&self, retry: Retry, now: Timestamp) -> impl Future<Output = Result<Synced, Stop>> + Send;

    /// The forge's side of it; `None` where no forge is known.
    fn desk(&self) -> Option<&Self::Desk>;
}

/// The desk at which pull requests are reviewed.
pub trait Desk: Send + Sync {
    /// The open pull requests.
    ///
    /// # Errors
    /// [`Stop`] where the forge does not tell.
    fn open(&self) -> impl Future<Output = Result<Vec<PullRequest>, Stop>> + Send;

    /// Reviews one of them. A review that was made before says nothing twice.
    ///
    /// # Errors
    /// [`Stop`] where it could not be made.
    fn review(&self, number: PullNumber, now: Timestamp) -> impl Future<Output = Result<Look, Stop>> + Send;

    /// Whether somebody who may asked a merged pull request for another try of what failed, and got none yet.
    ///
    /// # Errors
    /// [`Stop`] where the forge does not tell.
    fn asked(&self, now: Timestamp) -> impl Future<Output = Result<Retry, Stop>> + Send;

    /// Tells those who wait for it what became of their merged pull requests, as far as nobody did; `tried` says whether
    /// what failed has just been tried because somebody asked. Gives those that could not be told.
    ///
    /// # Errors
    /// [`Stop`] where that could not be done at all.
    fn announce(&self, tried: Retry, now: Timestamp) -> impl Future<Output = Result<Vec<Untold>, Stop>> + Send;

    /// What the API was asked so far, and what it still answers; `None` where it does not tell.
    fn usage(&self) -> Option<ApiUse>;
}

/// What came of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Look {
    /// It was merged: there is something to publish.
    Merged,
    /// It stands, until something about it changes, or until then.
    Standing {
        /// When time alone may change what becomes of it.
        until: Option<Timestamp>,
    },
    /// Something could not be reached. Another try may end otherwise.
    Unsettled,
}

impl Look {
    /// What is left to wait for after `decision`, where nobody was out of reach.
    #[must_use]
    pub fn after(decision: &Decision) -> Self {
        let Decision::Needs(needs) = decision else { return Self::Standing { until: None } };
        if needs.iter().any(|need| matches!(need, Need::Source)) {
            return Self::Unsettled;
        }
        let until = needs.iter().filter_map(|need| match need {
            Need::Time { until, .. } => Some(*until),
            _ => None,
        });
        Self::Standing { until: until.min() }
    }
}

/// A curator, and the desk at which it reviews.
pub struct Seat<P: Ports, D> {
    /// The curator.
    pub curator: Arc<Curator<P>>,
    /// The desk.
    pub desk: Option<D>,
}

impl<P: Ports, D: Desk> Bench for Seat<P, D> {
    type Desk = D;

    async fn head(&self) -> Result<Revision, Stop> {
        Ok(self.curator.registry.head().await?)
    }

    async fn sync(&self, retry: Retry, now: Timestamp) -> Result<Synced, Stop> {
        ops::sync(&self.curator, RunRequest { extent: Extent::Changes, retry, now }).await
    }

    fn desk(&self) -> Option<&D> {
        self.desk.as_ref()
    }
}

/// The desk of a curator that knows no forge: nobody sits there.
#[derive(Debug)]
pub enum NoDesk {}

impl Desk for NoDesk {
    async fn open(&self) -> Result<Vec<PullRequest>, Stop> {
        match *self {}
    }

    async fn review(&self, _: PullNumber, _: Timestamp) -> Result<Look, Stop> {
        match *self {}
    }

    async fn asked(&self, _: Timestamp) -> Result<Retry, Stop> {
        match *self {}
    }

    async fn announce(&self, _: Retry, _: Timestamp) -> Result<Vec<Untold>, Stop> {
        match *self {}
    }

    fn usage(&self) -> Option<ApiUse> {
        match *self {}
    }
}

#[cfg(test)]
mod tests {
    use super::Look;
    use crate::model::{Decision, Need, NeedReason, NonEmpty, Timestamp};

    #[test]
    fn a_decision_says_when_time_changes_it() {
        let at = |text: &str| text.parse::<Timestamp>().unwrap();
        let time = |until: &str| Need::Time { until: at(until), why: NeedReason::Advisory };
        let needs = |needs: Vec<Need>| Look::after(&Decision::Needs(NonEmpty::try_from(needs).unwrap()));
        let (early, late) = ("2026-02-01T00:00:00Z", "2026-02-02T00:00:00Z");
        assert_eq!(needs(vec![time(late), Need::Ready, time(early)]), Look::Standing { until: Some(at(early)) });
        assert_eq!(needs(vec![Need::Ready]), Look::Standing { until: None });
        assert_eq!(needs(vec![time(late), Need::Source]), Look::Unsettled);
        assert_eq!(Look::after(&Decision::ByHand), Look::Standing { until: None });
    }
}
