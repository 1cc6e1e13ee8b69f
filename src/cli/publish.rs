//! `curator publish`.

use std::path::PathBuf;
use std::sync::Arc;

use crate::model::{Timestamp, Version};
use crate::ops::{self, LocalPublication, PublishRequest, Stop};
use crate::ports::{ArtifactStore, Curator, Ports, Workspace};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;
use super::sync;

/// What `publish` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PublishArgs {
    /// The folder of the package
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// Show what would be written, and write nothing
    #[arg(long)]
    pub dry_run: bool,
    /// The provenance of the archive, as in-toto statements that name its SHA-256: it is kept beside the archive
    #[arg(long, value_name = "FILE")]
    pub provenance: Option<PathBuf>,
    /// The compiler that the version was written for [default: the newest that the index names]
    #[arg(long, value_name = "V")]
    pub compiler: Option<Version>,
    /// The time of the publication, like 2026-11-20T12:00:00Z [default: `SOURCE_DATE_EPOCH`, else now]
    #[arg(long, value_name = "TIME")]
    pub published_time: Option<Timestamp>,
}

/// The folders that a publication reads and writes.
#[derive(Debug)]
pub struct PublishPlaces<'a, W> {
    /// The package.
    pub source: &'a W,
    /// The registry.
    pub registry: &'a W,
}

/// Prints what publishing the folder would write.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn rehearse<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    source: &W,
    args: &PublishArgs,
    provenance: Option<Vec<u8>>,
    output: &Output,
) -> Result<Exit, Stop> {
    let prepared = ops::prepare_publication(curator, source, request(args, provenance)).await?;
    let stores: Vec<&str> = curator.stores.iter().map(ArtifactStore::name).collect();
    tell(&prepared, &stores, output);
    Ok(Exit::after(prepared.publishable().is_none(), false))
}

/// Publishes the folder, and prints what was done.
///
/// # Errors
/// [`Stop`], as the stories tell.
pub async fn publish<P: Ports, W: Workspace>(
    curator: &Arc<Curator<P>>,
    places: PublishPlaces<'_, W>,
    args: &PublishArgs,
    provenance: Option<Vec<u8>>,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let prepared = ops::prepare_publication(curator, places.source, request(args, provenance)).await?;
    let findings = &prepared.findings;
    if prepared.publishable().is_none() {
        tell(&prepared, &[], output);
        return Ok(Exit::Findings);
    }
    let mut published = ops::publish(curator, places.registry, &prepared, now).await?;
    // What the folder itself was warned of, its archive need not be.
    let more = findings.iter().filter(|finding| !published.report.findings.contains(finding)).cloned();
    let more: Vec<_> = more.collect();
    published.report.findings.splice(0..0, more);
    published.texts.extend(prepared.texts);
    Ok(sync::tell(&published, output))
}

fn request(args: &PublishArgs, provenance: Option<Vec<u8>>) -> PublishRequest {
    let file = args.provenance.as_ref().map(|file| file.display().to_string());
    PublishRequest {
        place: args.dir.display().to_string(),
        compiler: args.compiler.clone(),
        provenance: file.zip(provenance),
    }
}

fn tell(prepared: &LocalPublication, stores: &[&str], output: &Output) {
    let told = report::LocalFiles {
        definition: &prepared.definition,
        files: &prepared.files,
        indexed: &prepared.indexed,
        artifact: prepared.artifact.as_ref(),
        provenance: prepared.provenance.as_deref(),
        stores,
        sound: prepared.publishable().is_some(),
    };
    if output.format == Format::Json {
        output.json(&told.json(&Output::finding_values(&prepared.findings, &prepared.texts)));
    } else {
        output.findings(&prepared.findings, &prepared.texts);
        output.text(&told.text());
    }
}
