//! `curator package-set`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::model::{Finding, Timestamp};
use crate::ops::{self, SetReport, SetSelection, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report::{self, SetDeed, Texts};

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `package-set` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PackageSetArgs {
    /// What is done
    #[command(subcommand)]
    pub command: PackageSetCommand,
}

/// What can be done with package sets.
#[derive(Debug, Clone, Subcommand)]
pub enum PackageSetCommand {
    /// Show what the next package set would be, and why what is not in it is not; writes nothing
    #[command(after_help = "\
What is newer than the newest set comes, where it fits, and so does what is wished for in package-set.json:
  {\"compiler\": \"0.15.15\", \"packages\": {\"prelude\": \"6.0.1\", \"generics\": null}}

Examples:
  curator package-set propose
  curator package-set propose --format markdown
  curator package-set propose --registry ../registry --index ../registry-index     a plain copy of the PureScript registry")]
    Propose(SetTimeArgs),
    /// Release the next package set; run again, it does nothing and says so
    #[command(after_help = "Examples:\n  curator sync && curator package-set update")]
    Update(SetTimeArgs),
    /// Find what is wrong with a package set
    #[command(after_help = "\
Examples:
  curator package-set check                         the newest
  curator package-set check 80.8.0
  curator package-set check next.json               a file, held against the index")]
    Check(SetCheckArgs),
}

/// When a set is made.
#[derive(Debug, Clone, clap::Args)]
pub struct SetTimeArgs {
    /// The time whose day the set has, like 2026-11-20T12:00:00Z [default: `SOURCE_DATE_EPOCH`, else now]
    #[arg(long, value_name = "TIME")]
    pub published_time: Option<Timestamp>,
}

/// What `package-set check` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SetCheckArgs {
    /// The version of a set of the index, or a file [default: the newest set]
    #[arg(value_name = "VERSION|FILE")]
    pub set: Option<PathBuf>,
}

impl SetCheckArgs {
    /// The set that is meant. A file is read by `read`.
    ///
    /// # Errors
    /// What `read` says.
    pub fn selection<E>(&self, read: impl FnOnce(&Path) -> Result<Vec<u8>, E>) -> Result<SetSelection, E> {
        let Some(set) = &self.set else { return Ok(SetSelection::Newest) };
        match set.to_str().and_then(|text| text.parse().ok()) {
            Some(version) => Ok(SetSelection::Version(version)),
            None => Ok(SetSelection::File { name: set.display().to_string(), bytes: read(set)? }),
        }
    }
}

/// Tells what the next package set would be.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn propose_set<P: Ports>(curator: &Curator<P>, now: Timestamp, output: &Output) -> Result<Exit, Stop> {
    Ok(tell(&ops::propose_set(curator, now).await?, SetDeed::Proposed, output))
}

/// Releases the next package set.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn update_set<P: Ports>(curator: &Curator<P>, now: Timestamp, output: &Output) -> Result<Exit, Stop> {
    Ok(tell(&ops::update_set(curator, now).await?, SetDeed::Released, output))
}

/// Looks at a package set.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn check_set<P: Ports>(
    curator: &Curator<P>,
    selection: SetSelection,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let findings = ops::check_package_set(curator, selection, now.date()).await?;
    if output.format == Format::Json {
        output.json(&serde_json::json!({ "findings": Output::finding_values(&findings, &Texts::new()) }));
    } else {
        output.findings(&findings, &Texts::new());
        output.line(&report::summary(&findings, 1));
    }
    Ok(Exit::after(findings.iter().any(Finding::is_error), false))
}

fn tell(told: &SetReport, deed: SetDeed, output: &Output) -> Exit {
    let SetReport { proposal, findings, texts } = told;
    let findings: Vec<Finding> = findings.iter().chain(&proposal.findings).cloned().collect();
    let stopped = findings.iter().any(Finding::is_error);
    // Without wishes that can be read nothing was looked at.
    let is_told = told.findings.is_empty();
    match output.format {
        Format::Json => output.json(&report::set_json(proposal, deed, &Output::finding_values(&findings, texts))),
        Format::Markdown if is_told => output.text(&report::set_markdown(proposal, deed, &findings)),
        _ => {
            output.findings(&findings, texts);
            if is_told {
                output.text(&report::set_text(proposal, deed));
            }
        }
    }
    Exit::after(stopped, false)
}
