//! `curator import`.

use std::path::PathBuf;

use clap::Subcommand;

use crate::model::Finding;
use crate::ops::{self, Both, Stop};
use crate::ports::Repo;
use crate::rules::report::{self, Texts};

use super::args::Format;
use super::exit::Exit;
use super::import_bower::BowerArgs;
use super::output::Output;

/// What `import` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ImportArgs {
    /// What is imported
    #[command(subcommand)]
    pub from: ImportCommand,
}

/// What can be imported.
#[derive(Debug, Clone, Subcommand)]
pub enum ImportCommand {
    /// Turn an existing PureScript registry into a registry and an index of your own
    #[command(after_help = "\
Here --registry and --index name the two places of the PureScript registry: metadata/ and package-sets/ stand in the
first, the manifests in the second. Nothing is fetched from the sources of packages, and nothing that is published
changes: manifests, metadata and package sets keep their bytes. Run again, it completes what was begun.

Examples:
  curator import purescript --into my-registry \\
    --registry https://github.com/purescript/registry --index https://github.com/purescript/registry-index
  curator import purescript --into my-registry --registry ../registry --index ../registry-index
  cd my-registry && curator check --offline && curator sync       nothing to mend, nothing to do")]
    Purescript(PurescriptArgs),
    /// Write definitions of the packages of the Bower days, from lists of names and git URLs
    #[command(after_help = "\
Every tag of every listed repository that is a version is read once: purs.json, spago.yaml or bower.json. Versions,
ranges and licences are normalised; what checks and resolves is written as definitions, and `import-report.json` in
the registry says what became of the rest. Cut off and run again, it asks only what is missing. What the packages
answered is kept in .curator/import beside the registry.

Examples:
  curator import bower --compiler 0.15.15 --list bower-packages.json --list new-packages.json
  curator import bower --compiler 0.15.15 --list bower-packages.json --only prelude --only effect
  curator import bower --compiler 0.15.15 --list bower-packages.json --retry
  curator check && curator sync                      afterwards")]
    Bower(BowerArgs),
}

/// What `import purescript` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PurescriptArgs {
    /// The folder that gets `registry` and `index`: a new or an empty one, or that of an import that was cut off
    #[arg(long, value_name = "DIR")]
    pub into: PathBuf,
    /// The new registry's name [default: the name of the folder]
    #[arg(long)]
    pub name: Option<String>,
}

/// Imports the PureScript registry `source` into what `target` opens, or refuses to, once everything has been read.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn import_purescript<S: Repo, R: Repo>(
    source: [S; 2],
    target: impl FnOnce() -> Result<[R; 2], Exit>,
    args: &PurescriptArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let name = args.name.clone().or_else(|| Some(args.into.file_name()?.to_str()?.to_owned()));
    let import = ops::read_purescript(&both(source), &name.unwrap_or_else(|| "registry".to_owned())).await?;
    let target = match target() {
        Ok(target) => both(target),
        Err(exit) => return Ok(exit),
    };
    let report = import.write(&target).await?;
    let into = args.into.display().to_string();
    let texts = Texts::new();
    if output.format == Format::Json {
        let findings = Output::finding_values(&report.findings, &texts);
        output.json(&report::adoption_json(&report, &into, &findings));
    } else {
        output.findings(&report.findings, &texts);
        output.text(&report::adoption_text(&report, &into));
    }
    Ok(Exit::after(report.findings.iter().any(Finding::is_error), false))
}

fn both<R>([registry, index]: [R; 2]) -> Both<R> {
    Both { registry, index }
}
