//! How often the index is pushed to: a forge asks for few pushes, and what is merged meanwhile is published together.

use std::collections::VecDeque;
use std::time::Duration;

/// The most pushes of one sync that is not done in parts: what is published, and where archives are.
const OF_A_SYNC: usize = 2;

/// How often the index may be pushed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pushes {
    /// So often.
    pub most: usize,
    /// In such a time.
    pub within: Duration,
}

impl Default for Pushes {
    /// What GitHub recommends: <https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits>
    fn default() -> Self {
        Self { most: 6, within: Duration::from_mins(1) }
    }
}

/// When the index was pushed to lately.
#[derive(Debug, Default)]
pub(super) struct Pushed(VecDeque<Duration>);

impl Pushed {
    /// It was pushed to so often, at `at`.
    pub(super) fn note(&mut self, pushes: &Pushes, at: Duration, times: usize) {
        self.0.extend(std::iter::repeat_n(at, times));
        while self.0.len() > pushes.most {
            self.0.pop_front();
        }
    }

    /// How long to wait at `at` before the next sync; nothing, where it may push now.
    pub(super) fn wait(&self, pushes: &Pushes, at: Duration) -> Duration {
        // The sync may push when all but so many of those before it are past.
        let allowed = pushes.most.saturating_sub(OF_A_SYNC);
        let Some(last) = self.0.len().checked_sub(allowed + 1).and_then(|index| self.0.get(index)) else {
            return Duration::ZERO;
        };
        (*last + pushes.within).saturating_sub(at)
    }
}

#[cfg(test)]
mod tests {
    use super::{Duration, Pushed, Pushes};

    #[test]
    fn no_minute_sees_more_than_six() {
        let (pushes, second) = (Pushes::default(), Duration::from_secs(1));
        for times in 1..=2 {
            // Somebody merges every second, and a sync follows as soon as it may.
            let (mut lately, mut done) = (Pushed::default(), Vec::new());
            for at in (0..600).map(|at| at * second) {
                if lately.wait(&pushes, at).is_zero() {
                    lately.note(&pushes, at, times);
                    done.extend(std::iter::repeat_n(at, times));
                }
            }
            for (from, at) in done.iter().enumerate() {
                let minute = done.iter().skip(from).take_while(|it| **it < *at + pushes.within).count();
                assert!(minute <= pushes.most, "{minute} pushes from {at:?} on: {done:?}");
            }
            assert!(done.len() >= 5 * 9, "{} pushes in ten minutes", done.len());
        }
    }

    #[test]
    fn after_a_pause_nothing_waits() {
        let (pushes, second) = (Pushes { most: 6, within: Duration::from_mins(1) }, Duration::from_secs(1));
        let mut lately = Pushed::default();
        lately.note(&pushes, 10 * second, 40);
        assert_eq!(lately.wait(&pushes, 30 * second), 40 * second);
        assert_eq!(lately.wait(&pushes, 70 * second), Duration::ZERO);
    }
}
