//! `curator new`.

use std::sync::Arc;

use clap::Args;

use crate::model::{Finding, Location, PackageName, Ref, TreePath, Version};
use crate::ops::{self, DefineRequest, Stop};
use crate::ports::{Curator, Forge, Ports, Workspace};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `new` takes.
#[derive(Debug, Clone, Args)]
pub struct NewArgs {
    /// The repository of the source: an https URL, or github:owner/repository; or, where the registry takes archives, the
    /// https URL of one, which ends in .tar.gz or .tgz
    #[arg(value_name = "GIT_URL")]
    pub url: String,
    /// The tag of the version
    #[arg(long = "ref", value_name = "TAG")]
    pub reference: Ref,
    /// The folder of the package in the repository [default: its top]
    #[arg(long, value_name = "DIR")]
    pub subdir: Option<TreePath>,
    /// The package [default: what the source's manifest says]
    #[arg(long)]
    pub name: Option<PackageName>,
    /// The compiler that the version was written for [default: the newest that the index names]
    #[arg(long, value_name = "V")]
    pub compiler: Option<Version>,
}

/// Defines a version, and says what to do next.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn new<P: Ports, F: Forge, W: Workspace>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    workspace: &W,
    args: &NewArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let location = Location::parse_source_url(&args.url, args.subdir.clone());
    let location = location.map_err(|error| Stop::Usage(format!("'{}': {error}", args.url)))?;
    let (reference, name, compiler) = (args.reference.clone(), args.name.clone(), args.compiler.clone());
    let defined =
        ops::define(curator, forge, workspace, &DefineRequest { location, reference, name, compiler }).await?;
    let found = &defined.report;
    let summary = report::NewFiles {
        definition: &defined.definition,
        written: &defined.written,
        notes: &defined.notes,
        unidentified: defined.unidentified.as_deref(),
        sound: !found.findings.iter().any(Finding::is_error),
    };
    if output.format == Format::Json {
        output.json(&summary.json(&Output::finding_values(&found.findings, &found.texts)));
    } else {
        output.findings(&found.findings, &found.texts);
        output.text(&summary.text(&|file| output.registry_file(file.as_str())));
    }
    Ok(Exit::after(!summary.sound, found.transient))
}
