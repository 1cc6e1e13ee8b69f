//! The desk of a curator whose registry is on a forge.

use std::sync::Arc;

use crate::model::{ApiUse, PullNumber, PullRequest, ReviewPlace, Timestamp};
use crate::ops::{self, Retry, ReviewMode, ReviewRequest, Reviewed, Stop, Untold};
use crate::ports::{Curator, Forum, Ports};

use super::bench::{Desk, Look};

/// A desk at the forge.
pub struct ForgeDesk<P: Ports, F> {
    /// Who reviews.
    pub curator: Arc<Curator<P>>,
    /// The forge.
    pub forge: F,
    /// Where the registry is.
    pub place: ReviewPlace,
    /// What the forge was asked so far, and what it still answers.
    pub usage: fn(&F) -> Option<ApiUse>,
}

impl<P: Ports, F: Forum + Send> Desk for ForgeDesk<P, F> {
    async fn open(&self) -> Result<Vec<PullRequest>, Stop> {
        Ok(self.forge.open(&self.place.branch).await?)
    }

    async fn review(&self, number: PullNumber, now: Timestamp) -> Result<Look, Stop> {
        let request = ReviewRequest { number, place: self.place.clone(), mode: ReviewMode::Act, asks: false, now };
        Ok(match ops::review(&self.curator, &self.forge, &request).await? {
            Reviewed::Open(outcome) if outcome.merged.is_some() => Look::Merged,
            Reviewed::Open(outcome) if outcome.transient => Look::Unsettled,
            Reviewed::Overtaken => Look::Unsettled,
            Reviewed::Open(outcome) => Look::after(&outcome.review.decision),
            Reviewed::Merged(_) | Reviewed::Closed => Look::Standing { until: None },
        })
    }

    async fn asked(&self, now: Timestamp) -> Result<Retry, Stop> {
        ops::asked_to_retry(self.curator.as_ref(), &self.forge, &self.place, now).await
    }

    async fn announce(&self, tried: Retry, now: Timestamp) -> Result<Vec<Untold>, Stop> {
        Ok(ops::announce(self.curator.as_ref(), &self.forge, &self.place, tried, now).await?.untold)
    }

    fn usage(&self) -> Option<ApiUse> {
        (self.usage)(&self.forge)
    }
}
