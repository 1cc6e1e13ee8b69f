//! `curator pack`.

use std::path::PathBuf;

use crate::model::{Artifact, Definition, Document, EncoderName, Fault, Limits, Location, PackRules, Ref, TreePath};
use crate::ops::{self, PackRequest, Stop};
use crate::ports::{Encoder, SourceFetcher, Workspace, WorkspaceError};
use crate::rules::report;

use super::args::Format;
use super::exit::Exit;
use super::output::Output;

/// What `pack` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PackArgs {
    /// A folder; with --ref, a git repository or bundle
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// Where to write the archive
    #[arg(long, value_name = "F")]
    pub out: PathBuf,
    /// The tag to pack
    #[arg(long = "ref", value_name = "TAG")]
    pub reference: Option<Ref>,
    /// The definition to take the manifest from [default: the source's own]
    #[arg(long, value_name = "FILE")]
    pub definition: Option<PathBuf>,
    /// How to compress
    #[arg(long, default_value_t)]
    pub encoder: EncoderName,
}

/// The address under which the fetcher knows the one repository that a `pack` names.
pub const PACK_URL: &str = "https://pack.invalid/source.git";

/// Packs a folder.
///
/// # Errors
/// [`Stop`], as the story tells.
pub fn pack_folder<W: Workspace, E: Encoder>(
    source: &W,
    encoder: &E,
    args: &PackArgs,
    definition: Option<&[u8]>,
    rules: PackRules,
) -> Result<Artifact, Stop> {
    ops::pack_folder(source, encoder, &request(args, definition, rules)?)
}

/// Packs a git repository at a tag.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn pack_git<F: SourceFetcher, E: Encoder>(
    sources: &F,
    encoder: &E,
    args: &PackArgs,
    definition: Option<&[u8]>,
    rules: PackRules,
) -> Result<Artifact, Stop> {
    let request = request(args, definition, rules)?;
    let subdir = request.manifest.as_ref().and_then(|manifest| manifest.location.subdir().cloned());
    let git_url = PACK_URL.parse().map_err(|error| Stop::Bug(format!("{PACK_URL}: {error}")))?;
    let packed = ops::pack_git(sources, encoder, Location::Git { git_url, subdir }, &request).await;
    packed.map_err(|stop| match stop {
        Stop::Fetch(error) if error.fault() != Fault::Operator => {
            // The person named a path and never saw the address that stands for it.
            let place = args.source.display().to_string();
            let message = error.to_string().replace(PACK_URL, "it");
            Stop::Workspace(WorkspaceError::Unpackable { place, message })
        }
        stop => stop,
    })
}

/// Writes the archive and prints what is in it.
///
/// # Errors
/// [`Stop::Workspace`] where the file is there already or cannot be written.
pub fn write<W: Workspace>(
    folder: &W,
    file: &TreePath,
    artifact: &Artifact,
    args: &PackArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    folder.create(file, &artifact.bytes)?;
    let out = args.out.display().to_string();
    match output.format {
        Format::Json => output.json(&report::artifact_json(artifact, &out)),
        _ => output.text(&report::artifact_text(artifact, &out)),
    }
    Ok(Exit::Done)
}

fn request(args: &PackArgs, definition: Option<&[u8]>, rules: PackRules) -> Result<PackRequest, Stop> {
    let manifest = match definition {
        None => None,
        Some(bytes) => {
            let unreadable = |reason: String| Stop::Usage(format!("the definition cannot be read: {reason}"));
            let document = Document::parse(bytes, Limits::default().json_bytes)
                .map_err(|errors| unreadable(report::words::joined(&errors)))?;
            let reading = Definition::read(&document, rules.profile);
            let broken = || unreadable("`curator check` tells what is wrong with it".to_owned());
            Some(reading.value.ok_or_else(broken)?.manifest)
        }
    };
    Ok(PackRequest { manifest, reference: args.reference.clone(), encoder: args.encoder, package: rules.package })
}
