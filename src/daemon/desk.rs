//! The desk at a forge: what the stories about pull requests mean to the loop.

use std::sync::Arc;

use crate::model::{ApiUse, PullNumber, PullRequest, ReviewPlace, Timestamp};
use crate::ops::{self, Announced, Retry, ReviewMode, ReviewRequest, Reviewed, Stop};
use crate::ports::{Curator, Forum, Ports};

use super::bench::{Desk, Look};

/// The desk at a forge.
pub struct ForgeDesk<P: Ports, F> {
    /// The curator that reviews.
    pub curator: Arc<Curator<P>>,
    /// The forge.
    pub forge: F,
    /// Where the registry is there.
    pub place: ReviewPlace,
    /// What the forge's API was asked so far.
    pub usage: fn(&F) -> ApiUse,
}

impl<P: Ports, F: Forum + Send + Sync> Desk for ForgeDesk<P, F> {
    async fn open(&self) -> Result<Vec<PullRequest>, Stop> {
        Ok(self.forge.open(&self.place.branch).await?)
    }

    async fn review(&self, number: PullNumber, now: Timestamp) -> Result<Look, Stop> {
        let request = ReviewRequest { number, place: self.place.clone(), mode: ReviewMode::Act, now };
        let reviewed = ops::review(&self.curator, &self.forge, &request).await?;
        Ok(match reviewed {
            Reviewed::Open(outcome) if outcome.merged.is_some() => Look::Merged,
            Reviewed::Open(outcome) if outcome.transient => Look::Unsettled,
            Reviewed::Open(outcome) => Look::after(&outcome.review.decision),
            Reviewed::Merged(Some(announced)) if announced.asks_for_another_try() => Look::Retry,
            Reviewed::Merged(_) | Reviewed::Closed => Look::Gone,
        })
    }

    async fn announce(&self, tried: Retry, now: Timestamp) -> Result<Retry, Stop> {
        let announced = ops::announce(self.curator.as_ref(), &self.forge, &self.place, tried, now).await?;
        let asks = announced.iter().any(Announced::asks_for_another_try);
        Ok(if asks { Retry::Now } else { Retry::WhenDue })
    }

    fn usage(&self) -> Option<ApiUse> {
        Some((self.usage)(&self.forge))
    }
}
