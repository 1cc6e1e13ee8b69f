//! `curator audit`.

use std::sync::Arc;

use crate::model::{Date, Finding};
use crate::ops::{self, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `audit` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct AuditArgs {
    /// Read every commit of registry and index instead: what was lost or rewritten, by whom, and what became of it
    ///
    /// With `--format json`: {since, walked: [{area, commits, until}], damaged, compilersAdded, incidents, findings}. An
    /// incident is {deed, damage, commit: {area, id, time, author, message}, keys, facts: [{fact, fate, by, count,
    /// subjects}]}: what one commit did, where `deed` is spoiled, vanished, rewritten, changed, unpublished or revised,
    /// and `fate` is open, restored, replaced, unpublished or gone, `by` the commit that made it so.
    #[arg(long)]
    pub history: bool,
    /// Only commits from this day on (UTC), like 2026-02-01; the state before is taken as it was
    #[arg(long, value_name = "DATE", requires = "history")]
    pub since: Option<Date>,
}

/// Compares everything that is published, or looks through its history, and prints what is damaged.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn audit<P: Ports>(curator: &Arc<Curator<P>>, args: &AuditArgs, output: &Output) -> Result<Exit, Stop> {
    if args.history {
        return history(curator, args.since, output).await;
    }
    let report = ops::audit(curator).await?;
    match output.format {
        Format::Json => output.json(&report::audit_json(&report)),
        _ => output.text(&report::audit_text(&report, output.style())),
    }
    let damaged = report.findings.iter().any(Finding::is_error);
    Ok(if damaged { Exit::Findings } else { Exit::Done })
}

async fn history<P: Ports>(curator: &Curator<P>, since: Option<Date>, output: &Output) -> Result<Exit, Stop> {
    let report = ops::audit_history(curator, since).await?;
    match output.format {
        Format::Json => output.json(&report::history_json(&report)),
        _ => output.text(&report::history_text(&report, output.style())),
    }
    let damaged = report.open().next().is_some();
    Ok(if damaged { Exit::Findings } else { Exit::Done })
}
