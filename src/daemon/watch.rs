//! Watching the registry: one round after the other, each of two halves that do not hold up each other.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use crate::model::{Fault, Half, PullNumber, Stage, Timestamp};
use crate::ops::{Retry, Stop, Synced};
use crate::ports::{RepoError, Revision};

use super::agenda::Base;
use super::bench::{Bench, Desk};
use super::mail::MailBox;
use super::pause::{Clock, Rest, grown, until};
use super::pushes::{Pushed, Pushes};
use super::record::Record;
use super::reviewing::{News, Reviewing};

/// How long hints are gathered before they are acted on, so that a storm of deliveries is one round.
const BREATH: Duration = Duration::from_millis(500);

/// The longest wait while a remote is down.
const LONGEST: Duration = Duration::from_hours(1);

/// What somebody who looks on is told.
#[derive(Debug)]
pub enum Told<'a> {
    /// A sync did this.
    Synced(&'a Synced),
    /// A sync could not do its work.
    Stopped(&'a Stop),
    /// It is tried again after this time.
    Waiting(Duration),
    /// Nothing could be reviewed.
    Unreviewing(&'a Stop),
    /// One pull request could not be reviewed.
    Unreviewed(PullNumber, &'a Stop),
    /// A merged pull request could not be told what became of it.
    Untold(PullNumber, &'a Stop),
    /// Reviews are tried again after this time.
    Resting(Duration),
}

/// Why a round came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It may pass, or somebody may mend it meanwhile.
    Passing,
    /// Only an operator can mend it, and must know: a history was rewritten.
    Lasting,
}

/// Why the curator could not be had, which was told already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unopened {
    /// Who can mend it.
    pub fault: Fault,
    /// Whether it may pass.
    pub trouble: Trouble,
    /// It in words.
    pub why: String,
}

/// How much is reviewed between two syncs.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Turn {
    /// The most pull requests.
    pub most: usize,
    /// After this time, no other one is begun.
    pub longest: Duration,
}

impl Default for Turn {
    fn default() -> Self {
        Self { most: 16, longest: Duration::from_mins(1) }
    }
}

/// How the loop runs, and what it shares with the door.
#[derive(Clone)]
pub struct Settings {
    /// The time between two looks.
    pub interval: Duration,
    /// What is reviewed before the next sync: what is merged must not wait for all of it.
    pub turn: Turn,
    /// How often the index may be pushed to.
    pub pushes: Pushes,
    /// Where hints come from.
    pub mail: Arc<MailBox>,
    /// Where it is written down how things go.
    pub record: Arc<Record>,
    /// The time since some moment before the start. It never goes back.
    pub elapsed: fn() -> Duration,
    /// Whether somebody asks it to end.
    pub stop: Receiver<bool>,
}

impl Settings {
    /// Whether somebody asks it to end.
    pub(super) fn is_ending(&self) -> bool {
        *self.stop.borrow()
    }

    /// A wait as long as `due`, but no longer than the time between two looks.
    pub(super) fn soon(&self, due: Duration) -> Duration {
        due.clamp(Duration::from_secs(1).min(self.interval), self.interval)
    }

    /// Does `work` and writes down how long it took.
    pub(super) async fn timed<T>(&self, stage: Stage, work: impl Future<Output = T>) -> T {
        let began = (self.elapsed)();
        let done = work.await;
        self.record.took(stage, (self.elapsed)().saturating_sub(began));
        done
    }
}

/// What is known from the rounds before. Nothing of it is needed: a new process begins without.
#[derive(Default)]
struct Publishing {
    /// The state of the registry that was synced last.
    synced: Option<Revision>,
    /// When something that is owed is to be tried again.
    next: Option<Timestamp>,
    /// How many syncs published something.
    publications: u64,
    /// When it pushed lately, which puts off the next sync.
    pushed: Pushed,
    /// How many versions were owed after the last sync.
    owed: usize,
    /// Whether the last round tried what failed because somebody asked for it.
    tried: Retry,
    /// Where it is in trouble: how long it is left alone.
    rest: Rest,
    /// Whether some round went well.
    worked: bool,
}

/// Looks at the registry every `interval`, or when somebody hints at a change, and syncs where it has changed, or where
/// something owed is due; reviews the open pull requests that changed, or whose base did. Each round `open`s the
/// curator anew, so that a changed configuration counts, and gives it with the time; it tells itself why it could not.
///
/// Ends well when somebody asks for it, after the sync or the review that is under way. Once a round went well, nothing
/// but a rewritten history ends it: a slip that was merged into the configuration is mended by another merge.
///
/// # Errors
/// [`Fault::Operator`], where no wait would help.
pub async fn watch<B: Bench, F>(
    settings: Settings,
    open: impl Fn() -> F,
    mut tell: impl FnMut(Told<'_>),
) -> Result<(), Fault>
where
    F: Future<Output = Result<(B, Timestamp), Unopened>>,
{
    let (mut publishing, mut reviewing) = (Publishing::default(), Reviewing::default());
    while !settings.is_ending() {
        let mail = settings.mail.take();
        let pause = match settings.timed(Stage::Open, open()).await {
            Err(unopened) => {
                publishing.failed(&settings, unopened, &mut tell)?;
                publishing.pause(&settings, None)
            }
            Ok((bench, now)) => {
                let clock = Clock { set: now, since: (settings.elapsed)(), elapsed: settings.elapsed };
                // A forge that is left alone is not asked for wishes either.
                let asks = bench.desk().filter(|_| !reviewing.rests(&settings));
                let head = publishing.round(&settings, &bench, asks, &clock, mail.registry, &mut tell).await?;
                let pause = publishing.pause(&settings, Some(&clock));
                match (bench.desk(), head) {
                    (Some(desk), Some(registry)) => {
                        let base = Base { registry, publications: publishing.publications };
                        let news = News { base, tried: publishing.tried };
                        reviewing.round(&settings, desk, &news, &clock, mail.pulls, &mut tell).await;
                        reviewing.pause(&settings, &clock).min(pause)
                    }
                    _ => pause,
                }
            }
        };
        wait(&settings, pause).await;
    }
    Ok(())
}

/// Waits, at most so long: less where somebody hints at something, or asks for the end.
async fn wait(settings: &Settings, pause: Duration) {
    let mut stop = settings.stop.clone();
    // A sender that is gone can ask for nothing any more: the wait is all there is.
    let asked = async {
        if stop.wait_for(|asked| *asked).await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    let rung = async {
        settings.mail.rings().await;
        tokio::time::sleep(BREATH).await;
    };
    tokio::select! {
        () = asked => {}
        () = rung => {}
        () = tokio::time::sleep(pause) => {}
    }
}

impl Publishing {
    /// Looks once, and syncs where there may be something to do; gives the state of the registry, where it can be read.
    async fn round<B: Bench>(
        &mut self,
        settings: &Settings,
        bench: &B,
        asks: Option<&B::Desk>,
        clock: &Clock,
        hints: usize,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<Option<Revision>, Fault> {
        self.tried = Retry::WhenDue;
        let head = match bench.head().await {
            Ok(head) => head,
            Err(stop) => return self.stopped(settings, &stop, tell).map(|()| None),
        };
        // What was merged may be what mends it; but a storm of deliveries must not hurry a store that is down.
        let at_most = if hints > 0 { settings.interval } else { Duration::MAX };
        if self.rest.left((settings.elapsed)(), at_most).is_some_and(|left| !left.is_zero()) {
            return Ok(Some(head));
        }
        let is_due = self.next.is_some_and(|next| next <= clock.now());
        let asked = self.asked(asks, clock).await;
        let is_wanted = self.synced.as_ref() != Some(&head) || is_due || asked == Retry::Now;
        // What has to wait is found again in a later round, together with what comes until then.
        let is_held = is_wanted && !self.pushed.wait(&settings.pushes, (settings.elapsed)()).is_zero();
        if is_wanted && !is_held {
            let synced = match settings.timed(Stage::Sync, bench.sync(asked, clock.now())).await {
                Ok(synced) => synced,
                Err(stop) => return self.stopped(settings, &stop, tell).map(|()| Some(head)),
            };
            self.pushed.note(&settings.pushes, (settings.elapsed)(), synced.commits);
            settings.record.synced(&synced.report, &head, clock.now());
            self.tried = asked;
            self.owed = synced.report.failed.len() + synced.report.postponed.len();
            self.publications += u64::from(!synced.report.published.is_empty());
            (self.synced, self.next) = (Some(head.clone()), synced.report.next);
            tell(Told::Synced(&synced));
        }
        (self.rest, self.worked) = (Rest::default(), true);
        settings.record.good(Half::Publishing, clock.now());
        // Nobody is to be told of a state that was not synced yet.
        Ok(if is_held { self.synced.clone() } else { Some(head) })
    }

    /// Whether somebody asked for another try of what is owed. That a forge does not tell holds up nothing here.
    async fn asked<D: Desk>(&self, desk: Option<&D>, clock: &Clock) -> Retry {
        match desk.filter(|_| self.owed > 0) {
            Some(desk) => desk.asked(clock.now()).await.unwrap_or_default(),
            None => Retry::WhenDue,
        }
    }

    fn stopped(&mut self, settings: &Settings, stop: &Stop, tell: &mut impl FnMut(Told<'_>)) -> Result<(), Fault> {
        tell(Told::Stopped(stop));
        let is_rewritten = matches!(stop, Stop::Repo(RepoError::Rewritten { .. }));
        let trouble = if is_rewritten { Trouble::Lasting } else { Trouble::Passing };
        self.failed(settings, Unopened { fault: stop.fault(), trouble, why: stop.to_string() }, tell)
    }

    fn failed(
        &mut self,
        settings: &Settings,
        unopened: Unopened,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), Fault> {
        settings.record.bad(Half::Publishing, unopened.why);
        if unopened.trouble == Trouble::Lasting || unopened.fault == Fault::Operator && !self.worked {
            return Err(Fault::Operator);
        }
        self.rest.fail((settings.elapsed)(), |failures| grown(settings.interval, failures, LONGEST));
        tell(Told::Waiting(self.pause(settings, None)));
        Ok(())
    }

    /// How long to wait before the next look.
    fn pause(&self, settings: &Settings, clock: Option<&Clock>) -> Duration {
        if let Some(left) = self.rest.left((settings.elapsed)(), Duration::MAX) {
            return left;
        }
        let due = self.next.zip(clock).map(|(next, clock)| until(clock.now(), next));
        let due = due.map_or(settings.interval, |due| settings.soon(due));
        let held = self.pushed.wait(&settings.pushes, (settings.elapsed)());
        if held.is_zero() { due } else { due.min(held) }
    }
}
