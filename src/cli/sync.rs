//! `curator sync`.

use std::sync::Arc;

use crate::model::{Finding, Timestamp};
use crate::ops::{self, Stop, Synced};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::{Format, SyncArgs};
use super::exit::Exit;
use super::output::Output;

/// Publishes what is wanted and prints what was done.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn sync<P: Ports>(
    curator: &Arc<Curator<P>>,
    args: &SyncArgs,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let synced = ops::sync(curator, args.run.request(now)).await?;
    Ok(tell(&synced, output))
}

/// Prints what a sync did.
pub(super) fn tell(synced: &Synced, output: &Output) -> Exit {
    let report = &synced.report;
    if output.format == Format::Json {
        let findings = Output::finding_values(&report.findings, &synced.texts);
        output.json(&report::sync_json(report, &findings));
    } else {
        output.findings(&report.findings, &synced.texts);
        output.text(&report::sync_text(report));
    }
    // A registration or an override may be broken while no version waits for it: that is to be mended as well.
    let stopped = !report.failed.is_empty() || report.findings.iter().any(Finding::is_error);
    Exit::after(stopped, synced.transient)
}
