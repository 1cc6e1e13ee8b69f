//! `curator log`.

use crate::model::{Date, LogScope};
use crate::ops::{self, LogRequest, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report::{self, Order};

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `log` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct LogArgs {
    /// A package, or a version of one [default: everything]
    ///
    /// With `--format json`: {since, walked: [{area, commits, until}], entries, why}. An entry is {when, place, commit,
    /// kind, package, version, file, what, authority, by: {author, committer, title, merged, record, registryCommit,
    /// says}}: `says` is what the message of the commit claims of pull request, proposer and approvers, and `record` how
    /// much of that git proves: merge (the head that it names was merged), squash (nothing), void (it is not believed),
    /// sync (a commit of the curator's own), none. `why` is there where a version is asked about.
    #[arg(value_name = "NAME[@VERSION]")]
    pub scope: Option<LogScope>,
    /// Only what happened from this day on (UTC), like 2026-02-01
    #[arg(long, value_name = "DATE")]
    pub since: Option<Date>,
    /// The oldest first
    #[arg(long)]
    pub reverse: bool,
}

/// Prints what happened, who did it and by which authority.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn chronicle<P: Ports>(curator: &Curator<P>, args: &LogArgs, output: &Output) -> Result<Exit, Stop> {
    let request = LogRequest { scope: args.scope.clone(), since: args.since };
    let log = ops::log(curator, request).await?;
    let order = if args.reverse { Order::OldestFirst } else { Order::NewestFirst };
    match output.format {
        Format::Json => output.json(&report::log_json(&log, order)),
        _ => output.text(&report::log_text(&log, order)),
    }
    Ok(Exit::Done)
}
