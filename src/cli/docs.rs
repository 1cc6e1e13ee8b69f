//! `curator docs`.

use std::sync::Arc;

use crate::model::{PackageName, Timestamp, Version};
use crate::ops::{self, DocsRequest, DocsSubject, Stop};
use crate::ports::{Curator, Ports};
use crate::rules::report::{self, Texts};

use super::args::{Format, package_version};
use super::command::Command;
use super::exit::Exit;
use super::output::Output;

/// What `docs` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct DocsArgs {
    /// The versions
    #[arg(value_name = "NAME@VERSION", value_parser = package_version, required_unless_present = "all")]
    pub versions: Vec<(PackageName, Version)>,
    /// Every published version
    #[arg(long, conflicts_with = "versions")]
    pub all: bool,
    /// Say what would be made and sent; nothing is run
    #[arg(long)]
    pub dry_run: bool,
    /// Run what the curator.toml of files on this machine names; the one on a remote branch needs no such word
    #[arg(long)]
    pub trust: bool,
}

impl DocsArgs {
    fn subject(&self) -> DocsSubject {
        if self.all { DocsSubject::All } else { DocsSubject::Versions(self.versions.clone()) }
    }
}

impl Command {
    /// Whether somebody said that programs may be run which a `curator.toml` on this machine names.
    #[must_use]
    pub fn trusts(&self) -> bool {
        match self {
            Self::Docs(args) => args.trust,
            Self::Sync(args) => args.trust,
            Self::Watch(args) => args.trust,
            _ => false,
        }
    }
}

/// Makes documentation, sends it, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn docs<P: Ports>(
    curator: &Arc<Curator<P>>,
    args: &DocsArgs,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    if args.dry_run {
        let (host, wanted) = ops::docs_wanted(curator, &args.subject()).await?;
        match output.format {
            Format::Json => output.json(&report::docs_plan_json(&host, &wanted)),
            _ => output.text(&report::docs_plan_text(&host, &wanted)),
        }
        return Ok(Exit::Done);
    }
    let sent = ops::docs(curator, &DocsRequest { subject: args.subject(), now }).await?;
    if output.format == Format::Json {
        let findings = Output::finding_values(&sent.findings, &Texts::default());
        output.json(&report::docs_json(&sent.host, &sent.documented, &findings));
    } else {
        output.findings(&sent.findings, &Texts::default());
        output.text(&report::docs_text(&sent.host, &sent.documented));
    }
    Ok(sent.faults.into_iter().map(Exit::from).max_by_key(|exit| exit.code()).unwrap_or(Exit::Done))
}
