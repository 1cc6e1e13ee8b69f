//! How long a forge is waited for, and how fast it is asked.

use std::collections::VecDeque;
use std::hash::{BuildHasher as _, RandomState};
use std::time::{Duration, Instant};

use super::request::Weight;

/// How long a forge is waited for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Patience {
    /// The longest time until a connection stands.
    pub connect: Duration,
    /// The longest time until an answer begins, and until it ends, without the time that bytes take.
    pub answer: Duration,
    /// The fewest bytes in a second that a transfer may creep at.
    pub bytes_per_second: u64,
    /// How often in all a request is made whose fate is unknown.
    pub tries: usize,
    /// How long is waited before the second try; each further one is waited for four times as long.
    pub pause: Duration,
    /// The longest time that a limit of the forge's, or of ours, is waited for. One that lasts longer is told.
    pub limit: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Self {
            connect: Duration::from_secs(5),
            answer: Duration::from_secs(30),
            bytes_per_second: 32 << 10,
            tries: 3,
            pause: Duration::from_millis(400),
            // A little above the minute that GitHub asks for when it names no time.
            limit: Duration::from_secs(75),
        }
    }
}

impl Patience {
    /// That of somebody who waits for an answer that nothing depends on.
    #[must_use]
    pub fn brief() -> Self {
        Self { answer: Duration::from_secs(10), tries: 2, limit: Duration::ZERO, ..Self::default() }
    }

    /// How long it may take to send or to receive so many bytes.
    pub(super) fn with_bytes(&self, bytes: usize) -> Duration {
        self.answer + Duration::from_secs(bytes as u64 / self.bytes_per_second.max(1))
    }

    /// The pauses between the tries of one request. Each is up to a half longer than it must be, so that curators that
    /// failed together do not come back together.
    pub(super) fn pauses(&self) -> impl Iterator<Item = Duration> + Send + use<> {
        let (pause, tries) = (self.pause, self.tries);
        let powers = (0u32..).map(|power| 4u32.saturating_pow(power));
        powers.take(tries.saturating_sub(1)).map(move |factor| {
            let pause = pause.saturating_mul(factor);
            let chance = u32::try_from(RandomState::new().hash_one(factor) % 512).unwrap_or_default();
            pause + pause * chance / 1024
        })
    }
}

/// How fast a forge is asked: GitHub's secondary limits (field D 7), which it does not count down for anybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pace {
    /// The most requests that write, in a minute.
    pub writes_per_minute: usize,
    /// The most of them in an hour.
    pub writes_per_hour: usize,
    /// The most points in a minute: a request that reads costs one, one that writes five.
    pub points_per_minute: usize,
    /// How long a minute is. An hour has sixty of them.
    pub minute: Duration,
}

impl Default for Pace {
    fn default() -> Self {
        Self { writes_per_minute: 80, writes_per_hour: 500, points_per_minute: 900, minute: Duration::from_mins(1) }
    }
}

/// The requests of the last hour.
#[derive(Debug, Default)]
pub(super) struct Strides {
    writes: VecDeque<Instant>,
    points: VecDeque<(Instant, usize)>,
}

impl Strides {
    /// When the next request of that weight may be made.
    pub(super) fn free_at(&mut self, pace: &Pace, weight: Weight, now: Instant) -> Instant {
        let hour = pace.minute * 60;
        while self.writes.front().is_some_and(|at| *at + hour <= now) {
            self.writes.pop_front();
        }
        while self.points.front().is_some_and(|(at, _)| *at + pace.minute <= now) {
            self.points.pop_front();
        }
        let mut free = now;
        if weight == Weight::Write {
            for (most, window) in [(pace.writes_per_minute, pace.minute), (pace.writes_per_hour, hour)] {
                let oldest = self.writes.len().checked_sub(most.max(1)).and_then(|at| self.writes.get(at));
                free = free.max(oldest.map_or(now, |at| *at + window));
            }
        }
        let mut points: usize = self.points.iter().map(|(_, points)| points).sum();
        for (at, spent) in &self.points {
            if points + weight.points() <= pace.points_per_minute {
                break;
            }
            points -= spent;
            free = free.max(*at + pace.minute);
        }
        free
    }

    /// A request of that weight is over. Counted from now on, and not from when it was sent: the forge saw it in between.
    pub(super) fn note(&mut self, weight: Weight, now: Instant) {
        if weight == Weight::Write {
            self.writes.push_back(now);
        }
        self.points.push_back((now, weight.points()));
    }
}

#[cfg(test)]
mod tests {
    use std::time::{Duration, Instant};

    use super::{Pace, Patience, Strides, Weight};

    #[test]
    fn no_window_holds_more_than_it_may() {
        let minute = Duration::from_mins(1);
        let pace = Pace { writes_per_minute: 3, writes_per_hour: 20, points_per_minute: 40, minute };
        let (mut strides, start) = (Strides::default(), Instant::now());
        let (mut now, mut made) = (start, Vec::new());
        for turn in 0..200 {
            let weight = if turn % 3 == 0 { Weight::Read } else { Weight::Write };
            now = now.max(strides.free_at(&pace, weight, now));
            assert_eq!(strides.free_at(&pace, weight, now), now);
            strides.note(weight, now);
            made.push((now, weight));
        }
        let within =
            |from: Instant, window: Duration| made.iter().filter(move |it| it.0 >= from && it.0 < from + window);
        for (from, _) in &made {
            let writes = |window| within(*from, window).filter(|it| it.1 == Weight::Write).count();
            assert!(writes(minute) <= 3 && writes(minute * 60) <= 20);
            assert!(within(*from, minute).map(|it| it.1.points()).sum::<usize>() <= 40);
        }
        // And it is no slower than that: 133 writes, twenty an hour.
        assert!(now - start <= minute * 60 * 7, "{:?}", now - start);
    }

    #[test]
    fn pauses_grow_and_end() {
        let pauses: Vec<Duration> = Patience { tries: 4, ..Patience::default() }.pauses().collect();
        let base = Patience::default().pause;
        assert_eq!(pauses.len(), 3);
        for (pause, factor) in pauses.iter().zip([1, 4, 16]) {
            assert!((base * factor..=base * factor * 3 / 2).contains(pause), "{pause:?}");
        }
    }
}
