//! How much is asked of one host at a time.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use tokio::sync::{Semaphore, SemaphorePermit};

use crate::model::Location;

/// A host that failed this often, one time after the other, is left alone for the rest of the run.
const MOST_FAILURES: usize = 5;

/// The hosts that an import asks.
pub(super) struct Hosts {
    at_once: usize,
    pause: Duration,
    known: BTreeMap<String, Arc<Host>>,
}

/// One host.
pub(super) struct Host {
    name: String,
    room: Semaphore,
    pause: Duration,
    failures: AtomicUsize,
}

impl Hosts {
    pub(super) fn new(at_once: usize, pause: Duration) -> Self {
        Self { at_once: at_once.max(1), pause, known: BTreeMap::new() }
    }

    /// The host of a location.
    pub(super) fn of(&mut self, location: &Location) -> Arc<Host> {
        let url = location.clone_url();
        let rest = url.split_once("://").map_or(url.as_str(), |(_, rest)| rest);
        let name = rest.split('/').next().unwrap_or_default();
        let host = self.known.entry(name.to_owned()).or_insert_with(|| {
            let room = Semaphore::new(self.at_once);
            Arc::new(Host { name: name.to_owned(), room, pause: self.pause, failures: AtomicUsize::new(0) })
        });
        Arc::clone(host)
    }
}

impl Host {
    /// The host's name.
    pub(super) fn name(&self) -> &str {
        &self.name
    }

    /// Waits for a place among those who ask.
    pub(super) async fn enter(&self) -> Option<SemaphorePermit<'_>> {
        self.room.acquire().await.ok()
    }

    /// Waits as long as the host is to be left in peace between two questions.
    pub(super) async fn rest(&self) {
        if !self.pause.is_zero() {
            tokio::time::sleep(self.pause).await;
        }
    }

    /// Notes that the host answered.
    pub(super) fn answered(&self) {
        self.failures.store(0, Ordering::Relaxed);
    }

    /// Notes that the host did not answer.
    pub(super) fn failed(&self) {
        self.failures.fetch_add(1, Ordering::Relaxed);
    }

    /// Whether the host is left alone for the rest of the run.
    pub(super) fn is_down(&self) -> bool {
        self.failures.load(Ordering::Relaxed) >= MOST_FAILURES
    }
}
