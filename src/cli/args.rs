//! What can be typed. The help texts are read before any manual: each shows how the command is used.

use std::path::PathBuf;

use clap::{Parser, ValueEnum};

use crate::model::{
    AddressRange, Branch, EncoderName, PackageName, Profile, RepositoryName, Timestamp, TreePath, Version,
};
use crate::ops::{Extent, Retry, RunRequest};

use super::command::Command;

const ABOUT: &str = "A package registry that is nothing but git repositories and static files";

const LONG_ABOUT: &str = "\
A package registry that is nothing but git repositories and static files.

Authors add one definition file per package version. The curator checks it, shows exactly
what will be published, packs a reproducible archive from the declared source, and writes
the index that clients and mirrors read.";

const AFTER: &str = "\
Begin here:
  curator init my-registry      make a new registry
  curator check                 find everything that is wrong with what is wanted
  curator plan --preview        see exactly what would be published
  curator sync                  publish it
To use packages, name an index with --index, in CURATOR_INDEX or in curator.project.toml:
  curator search WORD           find packages
  curator add NAME              use one: lock it with all that it needs, and install that
  curator install               install what a project uses

Exit codes: 0 done, 1 findings to mend, 2 try again, 3 a matter for the operator.";

/// The whole command line.
#[derive(Debug, Parser)]
#[command(name = "curator", version, about = ABOUT, long_about = LONG_ABOUT, after_help = AFTER)]
pub struct Args {
    /// What every command understands.
    #[command(flatten)]
    pub global: GlobalArgs,
    /// The command.
    #[command(subcommand)]
    pub command: Command,
}

/// What every command understands.
#[derive(Debug, Clone, clap::Args)]
#[command(next_help_heading = "Options of every command")]
pub struct GlobalArgs {
    /// The registry: a folder, a bare git repository or a URL [default: the current folder if it holds curator.toml, else
    /// ./registry]
    #[arg(long, global = true, value_name = "PLACE")]
    pub registry: Option<PathBuf>,
    /// The folder in there that holds curator.toml [default: all of it]
    #[arg(long, global = true, value_name = "FOLDER")]
    pub registry_path: Option<TreePath>,
    /// The branch of a registry in git [default: main]
    #[arg(long, global = true, value_name = "BRANCH")]
    pub registry_branch: Option<Branch>,
    /// The index: a folder, a bare git repository or a URL; one to read from also the URL of files on a web server, ending
    /// in / [default: what curator.toml says; beside a registry in git, its branch index]
    #[arg(long, global = true, value_name = "PLACE")]
    pub index: Option<PathBuf>,
    /// The branch of an index in git [default: main, and index where registry and index are in one repository]
    #[arg(long, global = true, value_name = "BRANCH")]
    pub index_branch: Option<Branch>,
    /// The registry's repository on GitHub [default: `GITHUB_REPOSITORY`, else what the URL of the registry says]
    #[arg(long, global = true, value_name = "OWNER/NAME")]
    pub github: Option<RepositoryName>,
    /// Where remotes are kept between runs [default: `XDG_CACHE_HOME`/curator, else ~/.cache/curator]
    #[arg(long, global = true, value_name = "DIR")]
    pub cache: Option<PathBuf>,
    /// A store, instead of those in curator.toml: a folder, `s3://BUCKET/PREFIX` or `github:OWNER/NAME`; to read archives
    /// from also a URL with {name} and {version}; may be repeated
    #[arg(long = "store", global = true, value_name = "PLACE")]
    pub stores: Vec<PathBuf>,
    /// Fetch every source from here: a folder of bare repositories OWNER+REPO, or an https URL with {owner} and {repo}
    #[arg(long, global = true, value_name = "DIR|URL")]
    pub from_mirror: Option<String>,
    /// Let fetches connect to these addresses, too, though they are not of the public internet; may be repeated [also:
    /// `CURATOR_ALLOW_ADDRESSES`, separated by commas]
    #[arg(long = "allow-address", global = true, value_name = "CIDR")]
    pub allow_addresses: Vec<AddressRange>,
    /// How results are printed
    #[arg(long, global = true, value_enum, default_value_t = Format::Human)]
    pub format: Format,
    /// How what goes wrong, and what is logged, is written to standard error
    #[arg(long, global = true, value_enum, default_value_t = LogFormat::Text)]
    pub log_format: LogFormat,
}

/// How standard error is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// For people.
    Text,
    /// For programs: one JSON object a line.
    Json,
}

/// How results are printed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// For people.
    Human,
    /// For programs: one JSON value.
    Json,
    /// For GitHub Actions: findings as annotations of the change.
    Github,
    /// For comments and job summaries: plans as Markdown.
    Markdown,
}

/// What `check` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct CheckArgs {
    /// The files to check [default: every file of the registry]
    #[arg(value_name = "FILES")]
    pub files: Vec<PathBuf>,
    /// Check what changed since the registry forked off this branch, tag or commit of its git repository
    #[arg(long, value_name = "REV", conflicts_with = "files")]
    pub base: Option<String>,
    /// Write the fixes that a machine can make into the files
    #[arg(long)]
    pub fix: bool,
    /// Fetch no sources: check only what the registry and the index hold
    #[arg(long)]
    pub offline: bool,
}

/// What `explain` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct ExplainArgs {
    /// The code, like R024 [default: list them all]
    #[arg(value_name = "CODE")]
    pub code: Option<String>,
}

/// What `schema` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SchemaArgs {
    /// The kind of file, like definition [default: list them all]
    #[arg(value_name = "KIND")]
    pub kind: Option<String>,
    /// The profile of the registry: purescript, or generic [default: purescript]
    #[arg(long, value_name = "PROFILE", default_value = "purescript", hide_default_value = true)]
    pub profile: Profile,
}

/// What `plan` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct PlanArgs {
    /// Prepare every publication: fetch, check, pack and compare
    #[arg(long)]
    pub preview: bool,
    /// How much is looked at.
    #[command(flatten)]
    pub run: RunArgs,
}

/// How much a run looks at.
#[derive(Debug, Clone, Copy, clap::Args)]
pub struct RunArgs {
    /// Compare everything, stores too, and not only what changed since the last run; on plain folders that is always so
    #[arg(long)]
    pub full: bool,
    /// Try again what failed before, also where it is not due or parked
    #[arg(long)]
    pub retry: bool,
}

impl RunArgs {
    /// What is asked for, at this time.
    #[must_use]
    pub fn request(self, now: Timestamp) -> RunRequest {
        RunRequest {
            extent: if self.full { Extent::Everything } else { Extent::Changes },
            retry: if self.retry { Retry::Now } else { Retry::WhenDue },
            now,
        }
    }
}

/// What `sync` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SyncArgs {
    /// How much is looked at.
    #[command(flatten)]
    pub run: RunArgs,
    /// Run what the curator.toml of files on this machine names to make documentation; the one on a remote branch needs no
    /// such word
    #[arg(long)]
    pub trust: bool,
    /// What `compile --wanted` claims, from another job: what compiles is published as compiled
    #[arg(long, value_name = "FILE")]
    pub claim: Option<PathBuf>,
    /// Tell merged pull requests what became of their versions, and try again what they ask for
    #[arg(long)]
    pub announce: bool,
    /// The time of the run, and of publications from a plain folder, like 2026-11-20T12:00:00Z
    /// [default: `SOURCE_DATE_EPOCH`, else now]
    #[arg(long, value_name = "TIME")]
    pub published_time: Option<Timestamp>,
}

/// What `rebuild` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct RebuildArgs {
    /// The versions
    #[arg(value_name = "NAME@VERSION", value_parser = package_version, required_unless_present = "all")]
    pub versions: Vec<(PackageName, Version)>,
    /// Every published version
    #[arg(long, conflicts_with = "versions")]
    pub all: bool,
    /// Compress with this encoder instead, and compare what is in the archives
    #[arg(long, value_name = "NAME")]
    pub encoder: Option<EncoderName>,
}

/// Reads `name` or `name@version`.
pub(super) fn package_or_version(text: &str) -> Result<(PackageName, Option<Version>), String> {
    let (name, version) = name_at(text)?;
    Ok((name, version.map(str::parse).transpose().map_err(|error| format!("{error}"))?))
}

/// Reads `name@version`.
pub(super) fn package_version(text: &str) -> Result<(PackageName, Version), String> {
    let (name, version) = name_at(text)?;
    let version = version.ok_or("write it as name@version, like prelude@6.0.1")?;
    Ok((name, version.parse().map_err(|error| format!("{error}"))?))
}

/// A name, and what stands behind the mark after it.
pub(super) fn name_at(text: &str) -> Result<(PackageName, Option<&str>), String> {
    // The name of a scope begins with the same mark.
    let at = text.char_indices().skip(1).find(|(_, c)| *c == '@').map(|(at, _)| at);
    let (name, rest) = at.map_or((text, None), |at| (text.get(..at).unwrap_or(text), text.get(at + 1..)));
    Ok((name.parse().map_err(|error| format!("{error}"))?, rest))
}
