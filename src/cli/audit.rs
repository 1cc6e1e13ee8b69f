//! `curator audit`.

use std::sync::Arc;

use crate::model::Finding;
use crate::ops::{self, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// Compares everything that is published and prints what is damaged.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn audit<P: Ports>(curator: &Arc<Curator<P>>, output: &Output) -> Result<Exit, Stop> {
    let report = ops::audit(curator).await?;
    match output.format {
        Format::Json => output.json(&report::audit_json(&report)),
        _ => output.text(&report::audit_text(&report, output.style())),
    }
    let damaged = report.findings.iter().any(Finding::is_error);
    Ok(if damaged { Exit::Findings } else { Exit::Done })
}
