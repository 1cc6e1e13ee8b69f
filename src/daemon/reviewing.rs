//! The half of a round that is about pull requests: list, review a few, tell what became of those that were merged.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::{Half, PullCounts, PullNumber, ReviewEnd, Stage};
use crate::ops::{Retry, Stop};
use crate::ports::ForgeError;

use super::agenda::{Agenda, Base};
use super::bench::{Desk, Look};
use super::pause::{Clock, Rest, grown, until};
use super::watch::{Settings, Told};

/// The shortest rest after the forge said that it answers no more for now, and not until when.
/// <https://docs.github.com/en/rest/using-the-rest-api/best-practices-for-using-the-rest-api>
const REST: Duration = Duration::from_mins(1);
/// The longest rest.
const LONGEST: Duration = Duration::from_hours(1);
/// How much later than the forge says that it answers again it is asked again: clocks differ.
const GRACE: Duration = Duration::from_secs(2);
/// After so many reviews in a row that the forge was at fault for, it is left alone.
const PATIENCE: u32 = 3;

/// How often merged pull requests are looked after where nothing hints at them: somebody may ask for another try.
const SWEEP: Duration = Duration::from_mins(10);

/// What the other half of the round knows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct News {
    /// What a review depends on besides the pull request.
    pub(super) base: Base,
    /// How many wishes for another try were granted.
    pub(super) grants: u64,
}

/// What is known from the rounds before. Nothing of it is needed: a new process looks at every open pull request, and
/// at everything that was merged lately.
#[derive(Default)]
pub(super) struct Reviewing {
    agenda: Agenda,
    /// Those that somebody hinted at while they could not be listed.
    hinted: BTreeSet<PullNumber>,
    /// Those of them that are not open, as far as the list knows: a list lags behind, and who was merged may have asked
    /// for another try.
    strays: BTreeSet<PullNumber>,
    /// What was known when merged pull requests were last told, and when that was.
    announced: Option<(News, Duration)>,
    /// Whether somebody who may asks for what failed to be tried again.
    wish: Retry,
    /// Where the forge is in trouble: how long it is left alone.
    rest: Rest,
    /// What comes right after this round.
    then: Then,
}

/// What comes right after a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
enum Then {
    /// A wait.
    #[default]
    Wait,
    /// Another round: something was merged, or not all was reviewed.
    Round,
}

impl Reviewing {
    /// Lists the open pull requests and reviews some of them; gives whether somebody who may asks for another try of what
    /// failed to be published.
    pub(super) async fn round<D: Desk>(
        &mut self,
        settings: &Settings,
        desk: &D,
        news: &News,
        clock: &Clock,
        hinted: BTreeSet<PullNumber>,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Retry {
        self.hinted.extend(hinted);
        self.then = Then::Wait;
        if settings.is_ending() || self.left(settings).is_some_and(|left| !left.is_zero()) {
            return Retry::WhenDue;
        }
        let done = self.work(settings, desk, news, clock, tell).await;
        let usage = desk.usage();
        match done {
            Ok(()) => {
                self.rest = Rest::default();
                settings.record.good(Half::Reviewing, clock.now());
            }
            Err(stop) => {
                let spent = usage.and_then(|usage| usage.budget).filter(|budget| budget.remaining == 0);
                let reset = spent.map(|budget| (until(clock.now(), budget.reset) + GRACE).min(LONGEST));
                self.rest.fail((settings.elapsed)(), |failures| match reset {
                    Some(reset) if is_limit(&stop) => reset,
                    None if is_limit(&stop) => grown(REST, failures - 1, LONGEST),
                    _ => grown(settings.interval, failures, LONGEST),
                });
                tell(Told::Unreviewing(&stop));
                tell(Told::Resting(self.left(settings).unwrap_or_default()));
                settings.record.bad(Half::Reviewing, stop.to_string());
            }
        }
        let pulls = PullCounts { open: self.agenda.len(), due: self.agenda.due() };
        settings.record.write(|vitals| (vitals.pulls, vitals.api) = (Some(pulls), usage));
        let wish = std::mem::take(&mut self.wish);
        if wish == Retry::Now {
            self.then = Then::Round;
        }
        wish
    }

    async fn work<D: Desk>(
        &mut self,
        settings: &Settings,
        desk: &D,
        news: &News,
        clock: &Clock,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Stop> {
        let open = settings.timed(Stage::List, desk.open()).await?;
        let strays = self.agenda.update(&open, &news.base, &std::mem::take(&mut self.hinted), clock.now());
        self.strays.extend(strays);
        // What people wait for longest is first: the versions that are installable now.
        let told = self.announce(settings, desk, news, clock).await;
        if told.as_ref().is_err_and(is_limit) {
            return told;
        }
        self.review(settings, desk, clock, tell).await?;
        told
    }

    /// Tells what became of merged pull requests, where something may have.
    async fn announce<D: Desk>(
        &mut self,
        settings: &Settings,
        desk: &D,
        news: &News,
        clock: &Clock,
    ) -> Result<(), Stop> {
        let now = (settings.elapsed)();
        let tried = match &self.announced {
            Some((known, at)) if known == news && now.saturating_sub(*at) < SWEEP => return Ok(()),
            Some((known, _)) if known.grants < news.grants => Retry::Now,
            _ => Retry::WhenDue,
        };
        let wish = settings.timed(Stage::Announce, desk.announce(tried, clock.now())).await?;
        self.announced = Some((news.clone(), now));
        // A wish that was granted is still there to be read until that was said.
        if tried == Retry::WhenDue {
            self.wish = wish;
        }
        Ok(())
    }

    /// Reviews what is due, as far as that is allowed before the next sync.
    async fn review<D: Desk>(
        &mut self,
        settings: &Settings,
        desk: &D,
        clock: &Clock,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Stop> {
        let (mut at_fault, began) = (0, (settings.elapsed)());
        for done in 0..settings.turn.most {
            let Some(number) = self.next(settings.turn.most.div_ceil(2).saturating_sub(done)) else { break };
            if settings.is_ending() {
                return Ok(());
            }
            if done > 0 && (settings.elapsed)().saturating_sub(began) > settings.turn.longest {
                break;
            }
            match settings.timed(Stage::Review, desk.review(number, clock.now())).await {
                Ok(look) => {
                    at_fault = 0;
                    self.reviewed(settings, number, look, clock);
                    // What was merged is published before anything else is looked at: others may depend on it.
                    if look == Look::Merged {
                        return Ok(());
                    }
                }
                // Not the fault of this one: it stays where it is.
                Err(stop) if is_limit(&stop) => return Err(stop),
                Err(stop) => {
                    self.strays.remove(&number);
                    self.agenda.reviewed(number, None, clock.now());
                    settings.record.reviewed(ReviewEnd::Failed);
                    at_fault = if is_unreachable(&stop) { at_fault + 1 } else { 0 };
                    if at_fault == PATIENCE {
                        return Err(stop);
                    }
                    tell(Told::Unreviewed(number, &stop));
                }
            }
        }
        if self.agenda.due() > 0 || !self.strays.is_empty() {
            self.then = Then::Round;
        }
        Ok(())
    }

    /// The pull request that is reviewed next; `hinted` says how many of those that somebody hinted at may come first.
    fn next(&self, hinted: usize) -> Option<PullNumber> {
        let stray = || self.strays.first().copied();
        let first = if hinted > 0 { stray() } else { None };
        first.or_else(|| self.agenda.next(hinted)).or_else(stray)
    }

    /// Writes down what came of a review.
    fn reviewed(&mut self, settings: &Settings, number: PullNumber, look: Look, clock: &Clock) {
        self.strays.remove(&number);
        self.agenda.reviewed(number, Some(look), clock.now());
        tracing::info!(pull.number = number.0, ?look, "reviewed");
        settings.record.reviewed(match look {
            Look::Merged => ReviewEnd::Merged,
            Look::Standing { .. } | Look::Gone | Look::Retry => ReviewEnd::Made,
            Look::Unsettled => ReviewEnd::Unsettled,
        });
        match look {
            Look::Merged => self.then = Then::Round,
            Look::Retry => self.wish = Retry::Now,
            _ => {}
        }
    }

    /// How long the forge is still left alone.
    fn left(&self, settings: &Settings) -> Option<Duration> {
        self.rest.left((settings.elapsed)(), Duration::MAX)
    }

    /// How long to wait before the next look.
    pub(super) fn pause(&self, settings: &Settings, clock: &Clock) -> Duration {
        if let Some(left) = self.left(settings) {
            return left.max(Duration::from_millis(1));
        }
        if self.then == Then::Round {
            return Duration::ZERO;
        }
        let again = self.agenda.again().map(|again| until(clock.now(), again));
        again.map_or(settings.interval, |again| settings.soon(again))
    }
}

fn is_limit(stop: &Stop) -> bool {
    matches!(stop, Stop::Forge(ForgeError::RateLimited { .. }))
}

fn is_unreachable(stop: &Stop) -> bool {
    matches!(stop, Stop::Forge(ForgeError::Unreachable { .. } | ForgeError::Denied { .. }))
}
