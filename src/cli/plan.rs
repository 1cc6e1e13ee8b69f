//! `curator plan`.

use std::sync::Arc;

use crate::model::{Finding, Timestamp};
use crate::ops::{self, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report;

use super::args::{Format, PlanArgs};
use super::exit::Exit;
use super::output::Output;

/// Plans a sync and prints the steps.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn plan<P: Ports>(
    curator: &Arc<Curator<P>>,
    args: &PlanArgs,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let request = args.run.request(now);
    let planned =
        if args.preview { ops::preview(curator, request).await? } else { ops::plan(curator, request).await? };
    let findings: Vec<Finding> = planned.all_findings();
    match output.format {
        Format::Json => {
            let values = Output::finding_values(&findings, &planned.texts);
            output.json(&report::plan_json(&planned.plan, &planned.prepared, &values, planned.published));
        }
        Format::Markdown => {
            output.text(&report::plan_markdown(&planned.plan, &planned.prepared, &findings, planned.published));
        }
        Format::Human | Format::Github => {
            output.findings(&findings, &planned.texts);
            let owed = &planned.postponed;
            output.text(&report::plan_text(&planned.plan, &planned.prepared, planned.published, owed));
        }
    }
    let stopped = findings.iter().any(Finding::is_error);
    Ok(Exit::after(stopped, planned.transient))
}
