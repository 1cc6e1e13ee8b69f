//! `curator import bower`.

use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

use crate::model::{PackageName, Version};
use crate::ops::{self, IMPORT_REPORT, ImportRequest, Stop};
use crate::ports::{Curator, Ports, Workspace};
use crate::rules::import::Lists;
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `import bower` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct BowerArgs {
    /// The compiler that every definition names
    #[arg(long, value_name = "V")]
    pub compiler: Version,
    /// A list: a JSON object of names and git URLs; may be repeated
    #[arg(long = "list", value_name = "FILE", required = true)]
    pub lists: Vec<PathBuf>,
    /// A package to ask, instead of all that are listed; may be repeated
    #[arg(long, value_name = "NAME")]
    pub only: Vec<PackageName>,
    /// The most repositories of one host that are read at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u8).range(1..=64))]
    pub per_host: u8,
    /// The milliseconds between two questions to one host
    #[arg(long, value_name = "MS", default_value_t = 100)]
    pub pause: u16,
    /// Ask again for what was refused
    #[arg(long)]
    pub retry: bool,
}

/// Imports what `lists` name, each a file and its bytes, and prints the census.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn import_bower<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    registry: &W,
    state: &W,
    args: &BowerArgs,
    lists: &[(String, Vec<u8>)],
    output: &Output,
) -> Result<Exit, Stop> {
    let mut read = Lists::default();
    for (file, bytes) in lists {
        read.add(bytes).map_err(|error| Stop::Usage(format!("{file}: {error}")))?;
    }
    let only: BTreeSet<PackageName> = args.only.iter().cloned().collect();
    let listed = |name: &PackageName| read.entries().any(|it| it.package.as_ref().is_ok_and(|(it, _)| it == name));
    if let Some(name) = only.iter().find(|name| !listed(name)) {
        return Err(Stop::Usage(format!("{name} is on no list")));
    }
    let request = ImportRequest {
        lists: read,
        compiler: args.compiler.clone(),
        only,
        per_host: args.per_host.into(),
        pause: Duration::from_millis(args.pause.into()),
        retry: args.retry,
    };
    let imported = ops::import_bower(curator, registry, state, &request).await?;
    let (census, written) = (&imported.census, imported.written);
    match output.format {
        Format::Json => output.json(&report::import_json(census)),
        _ => output.text(&report::import_text(census, written, &output.registry_file(IMPORT_REPORT))),
    }
    // Refusals are what a census is for. Only what was not asked leaves work for another run.
    let asked = |name: &PackageName| request.only.is_empty() || request.only.contains(name);
    let transient = census.pending.keys().any(asked);
    Ok(if transient { Exit::TryAgain } else { Exit::Done })
}
