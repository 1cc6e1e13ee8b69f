//! `curator verify`, `curator mirror` and `curator restore`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::model::{PackageName, Verified, VerifyDepth, Version};
use crate::ops::Stop;
use crate::ops::client::{VerifySubject, verify as verified};
use crate::ops::mirror::{self as story, Budget, Restored};
use crate::ports::{ArtifactStore, Client, ClientPorts, MirrorFolder, Repo};
use crate::rules::report::client as report;

use super::args::{Format, package_version};
use super::exit::Exit;
use super::output::Output;

/// The most versions of which every line is said.
const FEW: usize = 20;

/// What `verify` takes.
#[derive(Debug, Clone, Args)]
pub struct VerifyArgs {
    /// Versions, or the archive of one
    #[arg(value_name = "NAME@VERSION | FILE", required_unless_present = "all")]
    pub targets: Vec<String>,
    /// Every published version
    #[arg(long, conflicts_with = "targets")]
    pub all: bool,
    /// Take the archives from this place alone: a mirror, or a store as --store takes it
    #[arg(long, value_name = "PLACE")]
    pub from: Vec<PathBuf>,
    /// Compare size and hash, and not what is inside the archives: as fast as they can be read
    #[arg(long)]
    pub hash_only: bool,
    /// Ask no other machine
    #[arg(long)]
    pub offline: bool,
}

/// What `verify` is asked for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum VerifyTarget {
    /// Every version.
    All,
    /// These versions.
    Versions(Vec<(PackageName, Version)>),
    /// A file.
    File(PathBuf),
}

impl VerifyArgs {
    /// How much is compared.
    #[must_use]
    pub fn depth(&self) -> VerifyDepth {
        if self.hash_only { VerifyDepth::Hash } else { VerifyDepth::Everything }
    }

    /// What is asked for.
    ///
    /// # Errors
    /// [`Stop::Usage`] where files and versions stand together.
    pub fn target(&self) -> Result<VerifyTarget, Stop> {
        if self.all {
            return Ok(VerifyTarget::All);
        }
        let versions: Result<Vec<_>, String> = self.targets.iter().map(|text| package_version(text)).collect();
        match (versions, self.targets.as_slice()) {
            (Ok(versions), _) => Ok(VerifyTarget::Versions(versions)),
            (Err(_), [file]) => Ok(VerifyTarget::File(PathBuf::from(file))),
            (Err(reason), _) => Err(Stop::Usage(format!("name versions, or one file: {reason}"))),
        }
    }
}

/// Verifies, and prints what agrees and what does not.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn verify<P: ClientPorts>(
    client: &Arc<Client<P>>,
    subject: VerifySubject,
    depth: VerifyDepth,
    output: &Output,
) -> Result<Exit, Stop> {
    let few = subject != VerifySubject::All;
    let found = verified(client, subject, depth).await?;
    match output.format {
        Format::Json => output.json(&report::verified_json(&found)),
        _ => output.text(&report::verified_text(&found, depth, few && found.len() <= FEW)),
    }
    Ok(Exit::after(!found.iter().all(Verified::is_sound), false))
}

/// What `mirror` takes.
#[derive(Debug, Clone, Args)]
pub struct MirrorArgs {
    /// The index: a git repository, a folder, or a URL that ends in / for files on a web server
    #[arg(value_name = "SOURCE")]
    pub source: PathBuf,
    /// The folder that holds the mirror: a new one, or that of an earlier run
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// How many archives are fetched at once
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=64))]
    pub workers: u16,
    /// The most archives that are asked for in a second
    #[arg(long, value_name = "N", default_value_t = 50, value_parser = clap::value_parser!(u32).range(1..))]
    pub per_second: u32,
}

/// Brings a mirror up to date, and prints what was new.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn mirror<P: ClientPorts, M: MirrorFolder + Send + 'static, R: Repo>(
    client: &Arc<Client<P>>,
    registry: Option<&R>,
    target: &Arc<M>,
    args: &MirrorArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let budget = Budget { workers: args.workers.into(), per_second: args.per_second };
    let done = story::mirror(client, registry, target, budget).await?;
    match output.format {
        Format::Json => output.json(&report::mirror_json(&done)),
        _ => output.text(&report::mirror_text(&done)),
    }
    Ok(Exit::after(!done.missing.is_empty(), done.transient))
}

/// What `restore` takes.
#[derive(Debug, Clone, Args)]
pub struct RestoreArgs {
    /// The folder of the mirror
    #[arg(long, value_name = "MIRROR")]
    pub from: PathBuf,
    /// The folder that gets `registry`, `index` and `.curator/store`: a new or an empty one, or that of a restoration that
    /// was cut off
    #[arg(long, value_name = "DIR")]
    pub to: PathBuf,
}

/// Makes a working registry of a mirror, and prints what is in it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn restore<M: MirrorFolder, R: Repo, S: ArtifactStore>(
    mirror: &M,
    into: &Restored<R, S>,
    args: &RestoreArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let done = story::restore(mirror, into).await?;
    let to = args.to.display().to_string();
    match output.format {
        Format::Json => output.json(&report::restore_json(&done, &to)),
        _ => output.text(&report::restore_text(&done, &to)),
    }
    Ok(Exit::after(!done.missing.is_empty() || !done.undefined.is_empty(), false))
}
