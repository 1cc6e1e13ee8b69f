//! Waits: how they grow while something is down, and how long the loop may sleep.

use std::time::Duration;

use crate::model::Timestamp;

/// The wait after so many failures before this one: twice as long each time, at most `longest`.
pub(super) fn grown(first: Duration, failures: u32, longest: Duration) -> Duration {
    first.saturating_mul(1 << failures.min(16)).min(longest.max(first))
}

/// The time so long after `now`; `None` where no calendar reaches.
pub(super) fn later(now: Timestamp, wait: Duration) -> Option<Timestamp> {
    let millis = now.unix_millis().checked_add(i64::try_from(wait.as_millis()).ok()?)?;
    Timestamp::from_unix_millis(millis).ok()
}

/// How long it is from `now` until `then`; nothing, where that is past.
pub(super) fn until(now: Timestamp, then: Timestamp) -> Duration {
    let millis = then.unix_millis().saturating_sub(now.unix_millis());
    Duration::from_millis(u64::try_from(millis).unwrap_or_default())
}

/// A clock that was set once, at the start of a round, and goes on from there.
#[derive(Clone, Copy)]
pub(super) struct Clock {
    /// What it was set to.
    pub(super) set: Timestamp,
    /// When it was set, as `elapsed` says.
    pub(super) since: Duration,
    /// The time since some moment. It never goes back.
    pub(super) elapsed: fn() -> Duration,
}

impl Clock {
    /// What it shows.
    pub(super) fn now(&self) -> Timestamp {
        later(self.set, (self.elapsed)().saturating_sub(self.since)).unwrap_or(self.set)
    }
}

/// A time in which something that is in trouble is left alone.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Rest {
    failures: u32,
    from: Duration,
    wait: Duration,
}

impl Rest {
    /// It failed once more, at `at`; `wait` says how long it is left alone after so many failures.
    pub(super) fn fail(&mut self, at: Duration, wait: impl FnOnce(u32) -> Duration) {
        self.failures = self.failures.saturating_add(1);
        (self.from, self.wait) = (at, wait(self.failures));
    }

    /// How long it is still left alone at `at`; `None` where it is in no trouble. Somebody who knows of a change need
    /// not wait longer than `at_most`.
    pub(super) fn left(&self, at: Duration, at_most: Duration) -> Option<Duration> {
        let passed = at.saturating_sub(self.from);
        (self.failures > 0).then(|| self.wait.min(at_most).saturating_sub(passed))
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Rest, grown};

    #[test]
    fn a_rest_grows_and_is_cut_short_by_news() {
        let (second, hour) = (Duration::from_secs(1), Duration::from_hours(1));
        let mut rest = Rest::default();
        assert_eq!(rest.left(second, hour), None);
        rest.fail(second, |failures| grown(10 * second, failures, hour));
        assert_eq!(rest.left(6 * second, hour), Some(15 * second));
        assert_eq!(rest.left(6 * second, 10 * second), Some(5 * second));
        assert_eq!(rest.left(60 * second, hour), Some(Duration::ZERO));
        for _ in 0..100 {
            rest.fail(second, |failures| grown(10 * second, failures, hour));
        }
        assert_eq!(rest.left(second, Duration::MAX), Some(hour));
    }
}
