//! How often what failed is tried again: only what may pass by itself, a few times, and never beyond the deadline.

use std::time::Duration;

use tokio::time::{Instant, sleep_until};

use crate::model::Fault;
use crate::ports::FetchError;

/// The pauses before the second and the third try. Hosts in trouble are given more room each time.
const PAUSES: [Duration; 2] = [Duration::from_millis(300), Duration::from_millis(1500)];

/// What is left of the tries of one piece of work.
pub(super) struct Patience {
    pauses: std::array::IntoIter<Duration, 2>,
    deadline: Instant,
}

impl Patience {
    /// All tries, until `deadline`.
    pub(super) fn until(deadline: Instant) -> Self {
        Self { pauses: PAUSES.into_iter(), deadline }
    }

    /// Waits, and says whether to try again after `error`.
    pub(super) async fn allows(&mut self, error: &FetchError) -> bool {
        // A fetch that took all its time has none left for another try.
        if error.fault() != Fault::Transient || matches!(error, FetchError::TimedOut { .. }) {
            return false;
        }
        let Some(pause) = self.pauses.next() else { return false };
        let then = Instant::now() + pause;
        if then >= self.deadline {
            return false;
        }
        sleep_until(then).await;
        true
    }
}
