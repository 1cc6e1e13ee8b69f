//! Where the loop and the door write down how they are doing.

use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use crate::model::{Half, Latencies, Receipt, ReviewEnd, Stage, SyncReport, Timestamp, Vitals};
use crate::ports::Revision;

/// How a curator is doing, as several threads write it down.
#[derive(Debug)]
pub struct Record(Mutex<Vitals>);

impl Record {
    /// A record that begins with `vitals`.
    #[must_use]
    pub fn new(vitals: Vitals) -> Self {
        Self(Mutex::new(vitals))
    }

    /// What stands in it now.
    #[must_use]
    pub fn vitals(&self) -> Vitals {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    pub(super) fn write(&self, write: impl FnOnce(&mut Vitals)) {
        write(&mut self.0.lock().unwrap_or_else(PoisonError::into_inner));
    }

    /// A half of the work went well.
    pub(super) fn good(&self, half: Half, now: Timestamp) {
        self.write(|vitals| {
            let half = vitals.halves.entry(half).or_default();
            (half.good, half.trouble) = (Some(now), None);
            half.good_rounds += 1;
        });
    }

    /// A half of the work did not go well.
    pub(super) fn bad(&self, half: Half, why: String) {
        self.write(|vitals| {
            let half = vitals.halves.entry(half).or_default();
            half.trouble = Some(why);
            half.bad_rounds += 1;
        });
    }

    pub(super) fn took(&self, stage: Stage, time: Duration) {
        tracing::debug!(?stage, ?time, "a stage is done");
        self.write(|vitals| vitals.stages.entry(stage).or_insert_with(Latencies::default).add(time));
    }

    pub(super) fn synced(&self, report: &SyncReport, head: &Revision, now: Timestamp) {
        let (published, failed) = (report.published.len(), report.failed.len());
        tracing::info!(registry.commit = head.0, published, failed, postponed = report.postponed.len(), "synced");
        self.write(|vitals| {
            vitals.synced = Some(now);
            vitals.plan = published + failed + report.restocked.len();
            vitals.pending = failed + report.postponed.len();
            vitals.published += count(published);
            vitals.failed += count(failed);
        });
    }

    pub(super) fn reviewed(&self, end: ReviewEnd) {
        self.write(|vitals| *vitals.reviews.entry(end).or_default() += 1);
    }

    pub(super) fn delivered(&self, receipt: Receipt) {
        self.write(|vitals| *vitals.deliveries.entry(receipt).or_default() += 1);
    }
}

fn count(number: usize) -> u64 {
    u64::try_from(number).unwrap_or(u64::MAX)
}
