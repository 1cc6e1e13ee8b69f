//! Watching the registry: one sync at a time, farther apart while a remote is down.

use std::future::Future;
use std::sync::Arc;
use std::time::Duration;

use tokio::sync::watch::Receiver;

use crate::model::{Fault, Timestamp};
use crate::ops::{self, Extent, Retry, RunRequest, Stop, Synced};
use crate::ports::{Curator, Ports, Repo as _, RepoError, Revision};

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
}

/// What is known from the rounds before. Nothing of it is needed: a new process begins without.
#[derive(Default)]
struct Memory {
    /// The state of the registry that was synced last.
    synced: Option<Revision>,
    /// When something that is owed is to be tried again.
    next: Option<Timestamp>,
    /// How many rounds in a row failed.
    failures: u32,
    /// Whether some round went well.
    worked: bool,
    /// When the last look was.
    now: Option<Timestamp>,
}

/// Why a round came to nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// It may pass, or somebody may mend it meanwhile.
    Passing,
    /// Only an operator can mend it, and must know: a history was rewritten.
    Lasting,
}

/// Looks at the registry every `interval` and syncs where it has changed, or where something owed is due. Each round
/// `open`s the curator anew, so that a changed configuration counts, and gives it with the time; it tells itself why it
/// could not.
///
/// Ends well when `stop` says so, after the sync that is under way. Once a round went well, nothing but a rewritten
/// history ends it: a slip that was merged into the configuration is mended by another merge.
///
/// # Errors
/// [`Fault::Operator`], where no wait would help.
pub async fn watch<P: Ports, F>(
    interval: Duration,
    open: impl Fn() -> F,
    mut tell: impl FnMut(Told<'_>),
    mut stop: Receiver<bool>,
) -> Result<(), Fault>
where
    F: Future<Output = Result<(Arc<Curator<P>>, Timestamp), (Fault, Trouble)>>,
{
    let mut memory = Memory::default();
    while !*stop.borrow() {
        match memory.round(&open, &mut tell).await {
            Ok(()) => (memory.failures, memory.worked) = (0, true),
            Err((_, Trouble::Lasting)) => return Err(Fault::Operator),
            Err((Fault::Operator, _)) if !memory.worked => return Err(Fault::Operator),
            Err(_) => memory.failures = memory.failures.saturating_add(1),
        }
        let pause = memory.pause(interval);
        if memory.failures > 0 {
            tell(Told::Waiting(pause));
        }
        // A sender that is gone can ask for nothing any more: the wait is all there is.
        let asked = async {
            if stop.wait_for(|asked| *asked).await.is_err() {
                std::future::pending::<()>().await;
            }
        };
        tokio::select! {
            () = asked => {}
            () = tokio::time::sleep(pause) => {}
        }
    }
    Ok(())
}

impl Memory {
    /// Looks once, and syncs where there may be something to do.
    async fn round<P: Ports, F>(
        &mut self,
        open: &impl Fn() -> F,
        tell: &mut impl FnMut(Told<'_>),
    ) -> Result<(), (Fault, Trouble)>
    where
        F: Future<Output = Result<(Arc<Curator<P>>, Timestamp), (Fault, Trouble)>>,
    {
        let (curator, now) = open().await?;
        self.now = Some(now);
        let mut stopped = |stop: Stop| {
            tell(Told::Stopped(&stop));
            let is_rewritten = matches!(stop, Stop::Repo(RepoError::Rewritten { .. }));
            (stop.fault(), if is_rewritten { Trouble::Lasting } else { Trouble::Passing })
        };
        let head = curator.registry.head().await.map_err(|error| stopped(error.into()))?;
        let is_due = self.next.is_some_and(|next| next <= now);
        if self.synced.as_ref() == Some(&head) && !is_due {
            return Ok(());
        }
        let request = RunRequest { extent: Extent::Changes, retry: Retry::WhenDue, now };
        let synced = ops::sync(&curator, request).await.map_err(stopped)?;
        self.synced = Some(head);
        self.next = synced.report.next;
        tell(Told::Synced(&synced));
        Ok(())
    }

    /// How long to wait before the next look.
    fn pause(&self, interval: Duration) -> Duration {
        if self.failures > 0 {
            return interval.saturating_mul(1 << self.failures.min(16)).min(LONGEST.max(interval));
        }
        let due = self.next.zip(self.now).map(|(next, now)| next.unix_millis().saturating_sub(now.unix_millis()));
        let due = due.and_then(|millis| u64::try_from(millis).ok()).map(Duration::from_millis);
        due.map_or(interval, |due| due.clamp(Duration::from_secs(1).min(interval), interval))
    }
}
