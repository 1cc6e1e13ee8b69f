//! `curator sync`.

use std::sync::Arc;

use crate::model::{Finding, ReviewPlace, Timestamp};
use crate::ops::{self, Extent, Retry, Stop, Synced, Untold};
use crate::ports::{Curator, Forum, Ports};
use crate::rules::report::{self, ViewTold};

use super::args::{Format, SyncArgs};
use super::exit::Exit;
use super::output::Output;
use super::view;

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

/// The same, and tells those who wait for it at the forge what became of their merged pull requests. What somebody who
/// may asked to be tried again is tried again now.
///
/// # Errors
/// [`Stop`], as the stories tell. What was published stays published where it cannot be told.
pub async fn sync_and_announce<P: Ports, F: Forum>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    args: &SyncArgs,
    place: &ReviewPlace,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let mut request = args.run.request(now);
    match ops::asked_to_retry(curator, forge, place, now).await {
        Ok(Retry::Now) => request.retry = Retry::Now,
        Ok(Retry::WhenDue) => {}
        // A forge that does not answer must not hold up what is wanted.
        Err(stop) => output.error(&report::stop(&stop.to_string(), stop.way_out())),
    }
    let mut exit = tell(&ops::sync(curator, request).await?, output);
    // Where everything is looked at, what is parked is tried, too.
    let tried = if request.extent == Extent::Everything { Retry::Now } else { request.retry };
    let announcements = ops::announce(curator, forge, place, tried, now).await?;
    for announced in &announcements.told {
        output.note(&report::review::announced_lines(&announced.announcement));
    }
    for Untold { pull, why, .. } in &announcements.untold {
        output.error(&report::untold(pull.0, &why.to_string()));
        exit = exit.max(why.fault().into());
    }
    Ok(exit)
}

/// Prints what a sync did.
pub(super) fn tell(synced: &Synced, output: &Output) -> Exit {
    let report = &synced.report;
    if output.format == Format::Json {
        let findings = Output::finding_values(&report.findings, &synced.texts);
        let told = report::sync_json(report, &findings);
        output.json(&report::with_views(told, view::view_values(&synced.views)));
    } else {
        output.findings(&report.findings, &synced.texts);
        output.text(&report::sync_text(report));
    }
    // A registration or an override may be broken while no version waits for it: that is to be mended as well.
    let views = view::tell(&synced.views, ViewTold::News, output);
    let stopped = !report.failed.is_empty() || report.findings.iter().any(Finding::is_error);
    Exit::after(stopped, synced.transient).max(views)
}
