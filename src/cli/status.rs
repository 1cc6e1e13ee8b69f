//! `curator status`.

use crate::ops::{self, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// Prints what is owed.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn status<P: Ports>(curator: &Curator<P>, output: &Output) -> Result<Exit, Stop> {
    let status = ops::status(curator).await?;
    let (index, registry) = (status.index_commit.as_deref(), status.registry_commit.as_deref());
    if output.format == Format::Json {
        output.json(&report::status_json(&status.owed, index, registry));
    } else {
        output.text(&report::status_text(&status.owed, index, registry));
    }
    Ok(Exit::Done)
}
