//! The half of a round that is about pull requests: list, review a few, tell what became of those that were merged.

use std::collections::BTreeSet;
use std::time::Duration;

use crate::model::{Half, PullCounts, PullNumber, ReviewEnd, Stage};
use crate::ops::{Retry, Stop, Then as Afterwards, Untold};
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

/// What is known from the rounds before. Nothing of it is needed: a new process looks at every open pull request, and
/// at everything that was merged lately.
#[derive(Default)]
pub(super) struct Reviewing {
    agenda: Agenda,
    /// Those that somebody hinted at while they could not be listed.
    hinted: BTreeSet<PullNumber>,
    /// Those of them that were never listed: a list may lag behind what deliveries tell.
    strays: BTreeSet<PullNumber>,
    /// What the registry and the publications were when merged pull requests were last told.
    announced: Option<Base>,
    /// Where the forge is in trouble: how long it is left alone.
    rest: Rest,
    /// What comes right after this round.
    then: Then,
}

/// What the half that publishes has done.
pub(super) struct News {
    /// The registry, and how often something was published.
    pub(super) base: Base,
    /// Whether it tried what failed because somebody asked for it.
    pub(super) tried: Retry,
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
    /// Lists the open pull requests and reviews some of them.
    pub(super) async fn round<D: Desk>(
        &mut self,
        settings: &Settings,
        desk: &D,
        news: &News,
        clock: &Clock,
        hinted: BTreeSet<PullNumber>,
        tell: &mut impl FnMut(Told<'_>),
    ) {
        self.hinted.extend(hinted);
        self.then = Then::Wait;
        if settings.is_ending() || self.rests(settings) {
            return;
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
        let hinted = std::mem::take(&mut self.hinted);
        self.strays.extend(self.agenda.update(&open, &news.base, &hinted, clock.now()));
        // What people wait for longest is first: the versions that are installable now.
        let told = self.announce(settings, desk, news, clock, tell).await;
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
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Stop> {
        if self.announced.as_ref() == Some(&news.base) && news.tried == Retry::WhenDue {
            return Ok(());
        }
        let untold = settings.timed(Stage::Announce, desk.announce(news.tried, clock.now())).await?;
        let mut may_pass = None;
        for Untold { pull, why, then } in untold {
            tell(Told::Untold(pull, &why));
            if then == Afterwards::TryAgain {
                may_pass = Some(why);
            }
        }
        if let Some(why) = may_pass {
            return Err(why);
        }
        self.announced = Some(news.base.clone());
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
            let hinted = settings.turn.most.div_ceil(2).saturating_sub(done);
            let Some(number) = self.next(hinted) else { break };
            if done > 0 && (settings.elapsed)().saturating_sub(began) > settings.turn.longest {
                break;
            }
            if settings.is_ending() {
                return Ok(());
            }
            let end = settings.timed(Stage::Review, desk.review(number, clock.now())).await;
            match end {
                Ok(look) => {
                    at_fault = 0;
                    self.strays.remove(&number);
                    self.agenda.reviewed(number, Some(look), clock.now());
                    settings.record.reviewed(end_of(look));
                    tracing::info!(pull.number = number.0, look = ?look, "reviewed");
                    // What was merged is published before anything else is looked at: others may depend on it.
                    if look == Look::Merged {
                        self.then = Then::Round;
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

    /// Whether the forge is left alone at the moment.
    pub(super) fn rests(&self, settings: &Settings) -> bool {
        self.left(settings).is_some_and(|left| !left.is_zero())
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

fn end_of(look: Look) -> ReviewEnd {
    match look {
        Look::Merged => ReviewEnd::Merged,
        Look::Standing { .. } => ReviewEnd::Made,
        Look::Unsettled => ReviewEnd::Unsettled,
    }
}

fn is_limit(stop: &Stop) -> bool {
    matches!(stop, Stop::Forge(ForgeError::RateLimited { .. }))
}

fn is_unreachable(stop: &Stop) -> bool {
    matches!(stop, Stop::Forge(ForgeError::Unreachable { .. } | ForgeError::Denied { .. }))
}
