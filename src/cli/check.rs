//! `curator check`.

use std::sync::Arc;

use serde_json::{Value, json};

use crate::model::{Finding, TreePath};
use crate::ops::{self, CheckReport, CheckRequest, Selection, SourceAccess, Stop};
use crate::ports::{Curator, Ports, Workspace};
use crate::rules::report;

use super::args::{CheckArgs, Format};
use super::exit::Exit;
use super::output::Output;

/// Checks `files`, or everything, and prints what was found. Fixes go into `workspace`, the user's own files.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn check<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    workspace: Option<&W>,
    args: &CheckArgs,
    files: Vec<TreePath>,
    output: &Output,
) -> Result<Exit, Stop> {
    let sources = if args.offline { SourceAccess::Offline } else { SourceAccess::Fetch };
    let selection = match &args.base {
        Some(base) => Selection::Since(base.clone()),
        None if files.is_empty() => Selection::Everything,
        None => Selection::Files(files),
    };
    let request = CheckRequest { selection, sources };
    let mut found = ops::check(curator, &request).await?;
    let mut fixed = Vec::new();
    if let Some(workspace) = workspace.filter(|_| args.fix) {
        fixed = ops::fix(workspace, &found)?;
        found = if fixed.is_empty() { found } else { ops::check(curator, &request).await? };
    }
    print(&found, &fixed, output);
    Ok(Exit::after(found.findings.iter().any(Finding::is_error), found.transient))
}

fn print(found: &CheckReport, fixed: &[TreePath], output: &Output) {
    if output.format == Format::Json {
        let findings = Output::finding_values(&found.findings, &found.texts);
        let mut told = json!({ "checked": found.checked, "fixed": fixed, "findings": findings });
        if !found.plan().steps.is_empty()
            && let Value::Object(members) = &mut told
        {
            let plan = report::plan_json(&found.plan(), &found.prepared, &[], None);
            members.insert("steps".to_owned(), plan.get("steps").cloned().unwrap_or_default());
        }
        if let (Some(impact), Value::Object(members)) = (&found.impact, &mut told) {
            members.insert("impact".to_owned(), report::impact_json(impact));
        }
        return output.json(&told);
    }
    if !found.plan().steps.is_empty() {
        output.text(&report::plan_text(&found.plan(), &found.prepared, None, &[]));
    }
    if let Some(impact) = &found.impact {
        output.text(&format!("{}\n", report::impact_text(impact)));
    }
    output.findings(&found.findings, &found.texts);
    for file in fixed {
        output.line(&format!("mended {file}"));
    }
    output.line(&report::summary(&found.findings, found.checked));
}
