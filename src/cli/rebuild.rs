//! `curator rebuild`.

use std::sync::Arc;

use crate::ops::{self, RebuildRequest, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::{Format, RebuildArgs};
use super::exit::Exit;
use super::output::Output;

/// Packs published versions again and prints how each compares.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn rebuild<P: Ports>(curator: &Arc<Curator<P>>, args: &RebuildArgs, output: &Output) -> Result<Exit, Stop> {
    let request = if args.all { RebuildRequest::All } else { RebuildRequest::Versions(args.versions.clone()) };
    let rebuilt = ops::rebuild(curator, &request, args.encoder).await?;
    match output.format {
        Format::Json => output.json(&report::rebuild_json(&rebuilt)),
        _ => output.text(&report::rebuild_text(&rebuilt)),
    }
    let stopped = rebuilt.iter().any(|rebuilt| !rebuilt.outcome.is_sound());
    let transient = rebuilt.iter().any(|rebuilt| rebuilt.outcome.is_transient());
    Ok(Exit::after(stopped, transient))
}
