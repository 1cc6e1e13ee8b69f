//! What users of packages type: `resolve`, `add`, `remove`, `install`, `update`, `tree`, `outdated`, `search`, `info`.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::model::{AdvisoryId, ChoiceTerms, PackageName, Range, Version, VersionOrder};
use crate::ops::Stop;
use crate::ops::client::{self, Addition, Edited, InstallMode, Locking, ResolveSubject};
use crate::ports::{Client, ClientPorts};
use crate::rules::report::client as report;

use super::args::{Format, name_at, package_or_version};
use super::exit::Exit;
use super::output::Output;

/// What every command of a user of packages understands.
#[derive(Debug, Clone, Args)]
pub struct ClientArgs {
    /// The folder of the project
    #[arg(long, value_name = "DIR", default_value = ".")]
    pub project: PathBuf,
    /// Ask no other machine: use what is kept on this one
    #[arg(long)]
    pub offline: bool,
}

/// On which terms versions are chosen.
#[derive(Debug, Clone, Args)]
pub struct TermsArgs {
    /// Choose only what works with this compiler [default: what curator.project.toml says, else any]
    #[arg(long, value_name = "V")]
    pub compiler: Option<Version>,
    /// Put up with a critical advisory; may be repeated
    #[arg(long = "allow-advisory", value_name = "ID")]
    pub allow_advisories: Vec<AdvisoryId>,
    /// Choose the lowest versions that fit, not the highest: shows whether lower bounds are true
    #[arg(long)]
    pub minimal_versions: bool,
}

impl TermsArgs {
    fn terms(&self) -> ChoiceTerms {
        ChoiceTerms {
            compiler: self.compiler.clone(),
            order: if self.minimal_versions { VersionOrder::Lowest } else { VersionOrder::Highest },
            locked: BTreeMap::new(),
            allowed: self.allow_advisories.iter().cloned().collect(),
        }
    }
}

/// A package and the versions of it that will do, as a person types them: `prelude`, `prelude@6.0.1`,
/// `prelude@>=6.0.0 <7.0.0`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PackageRequest {
    /// The package.
    pub name: PackageName,
    /// The versions that were named.
    pub range: Option<Range>,
}

/// Reads a package and its versions.
fn package_request(text: &str) -> Result<PackageRequest, String> {
    let (name, range) = name_at(text)?;
    // A version by itself is that version: who means more than one says so.
    let read = |text: &str| match text.parse::<Version>() {
        Ok(version) => Ok(Range::exact(&version)),
        Err(_) => text.parse().map_err(|error| format!("{error}")),
    };
    Ok(PackageRequest { name, range: range.map(read).transpose()? })
}

/// What `resolve` takes.
#[derive(Debug, Clone, Args)]
pub struct ResolveArgs {
    /// The packages [default: what the project asks for, whatever its curator.lock says]
    #[arg(value_name = "NAME[@RANGE]", value_parser = package_request)]
    pub packages: Vec<PackageRequest>,
    /// Write what was chosen into the project's curator.lock
    #[arg(long, conflicts_with = "packages")]
    pub lock: bool,
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `add` takes.
#[derive(Debug, Clone, Args)]
pub struct AddArgs {
    /// The packages; without a range, those versions that are compatible with the highest that fits. A range is
    /// '>=1.0.0 <2.0.0', one version, or * for any
    #[arg(value_name = "NAME[@RANGE]", value_parser = package_request, required = true)]
    pub packages: Vec<PackageRequest>,
    /// What the project is to call the package; curator.project.toml alone knows aliases
    #[arg(long = "as", value_name = "ALIAS")]
    pub alias: Option<PackageName>,
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `remove` takes.
#[derive(Debug, Clone, Args)]
pub struct RemoveArgs {
    /// The packages, by the names that the project calls them by
    #[arg(value_name = "NAME", required = true)]
    pub packages: Vec<PackageName>,
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `install` takes.
#[derive(Debug, Clone, Args)]
pub struct InstallArgs {
    /// Install what curator.lock says, or nothing: for continuous integration
    #[arg(long, conflicts_with = "minimal_versions")]
    pub locked: bool,
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `update` takes.
#[derive(Debug, Clone, Args)]
pub struct UpdateArgs {
    /// The packages to choose anew [default: all]
    #[arg(value_name = "NAME")]
    pub packages: Vec<PackageName>,
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `tree` takes.
#[derive(Debug, Clone, Args)]
pub struct TreeArgs {
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `outdated` takes.
#[derive(Debug, Clone, Args)]
pub struct OutdatedArgs {
    /// On which terms.
    #[command(flatten)]
    pub terms: TermsArgs,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `search` takes.
#[derive(Debug, Clone, Args)]
pub struct SearchArgs {
    /// Words, all of which are in the name or the description
    #[arg(value_name = "WORD", required = true)]
    pub words: Vec<String>,
    /// The most packages that are shown
    #[arg(long, value_name = "N", default_value_t = 25)]
    pub limit: usize,
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// What `info` takes.
#[derive(Debug, Clone, Args)]
pub struct InfoArgs {
    /// The package, and perhaps one version of it
    #[arg(value_name = "NAME[@VERSION]", value_parser = package_or_version)]
    pub package: (PackageName, Option<Version>),
    /// What every such command understands.
    #[command(flatten)]
    pub client: ClientArgs,
}

/// Resolves, and prints what was chosen.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn resolve<P: ClientPorts>(
    client: &Arc<Client<P>>,
    args: &ResolveArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let roots: BTreeMap<PackageName, Range> =
        args.packages.iter().map(|it| (it.name.clone(), it.range.clone().unwrap_or_else(Range::any))).collect();
    let subject = if roots.is_empty() { ResolveSubject::Project } else { ResolveSubject::Packages(roots) };
    let locking = if args.lock { Locking::Written } else { Locking::Shown };
    let it = client::resolve(client, &subject, args.terms.terms(), locking).await?;
    match output.format {
        Format::Json => output.json(&report::resolved_json(&it.lock, &it.direct, &it.cautions, it.written)),
        _ => output.text(&report::resolved_text(&it.lock, &it.direct, &it.cautions, it.written)),
    }
    Ok(Exit::Done)
}

/// Installs, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn install<P: ClientPorts>(
    client: &Arc<Client<P>>,
    args: &InstallArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let mode = match (args.locked, args.client.offline) {
        (false, _) => InstallMode::Complete,
        (true, false) => InstallMode::Locked,
        (true, true) => InstallMode::LockedOffline,
    };
    let installed = client::install(client, &args.terms.terms(), mode).await?;
    match output.format {
        Format::Json => output.json(&report::install_json(&installed)),
        _ => output.text(&report::install_text(&installed)),
    }
    Ok(Exit::Done)
}

/// Adds packages, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn add<P: ClientPorts>(client: &Arc<Client<P>>, args: &AddArgs, output: &Output) -> Result<Exit, Stop> {
    if args.alias.is_some() && args.packages.len() > 1 {
        return Err(Stop::Usage("--as is for one package".to_owned()));
    }
    let addition =
        |it: &PackageRequest| Addition { package: it.name.clone(), range: it.range.clone(), alias: args.alias.clone() };
    let additions: Vec<Addition> = args.packages.iter().map(addition).collect();
    let edited = client::add(client, &additions, &args.terms.terms()).await?;
    Ok(print_edited(&edited, output))
}

/// Removes packages, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn remove<P: ClientPorts>(client: &Arc<Client<P>>, args: &RemoveArgs, output: &Output) -> Result<Exit, Stop> {
    let edited = client::remove(client, &args.packages, &args.terms.terms()).await?;
    Ok(print_edited(&edited, output))
}

/// Chooses versions anew, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn update<P: ClientPorts>(client: &Arc<Client<P>>, args: &UpdateArgs, output: &Output) -> Result<Exit, Stop> {
    let names: BTreeSet<PackageName> = args.packages.iter().cloned().collect();
    let edited = client::update(client, &names, &args.terms.terms()).await?;
    Ok(print_edited(&edited, output))
}

fn print_edited(edited: &Edited, output: &Output) -> Exit {
    let Edited { file, put, dropped, report: installed } = edited;
    match output.format {
        Format::Json => output.json(&report::edited_json(*file, put, dropped, installed)),
        _ => output.text(&report::edited_text(*file, put, dropped, installed)),
    }
    Exit::Done
}

/// Prints what the project uses.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn tree<P: ClientPorts>(client: &Arc<Client<P>>, output: &Output) -> Result<Exit, Stop> {
    let uses = client::uses(client).await?;
    match output.format {
        Format::Json => output.json(&report::tree_json(&uses.branches, &uses.aliases)),
        _ => output.text(&report::tree_text(&uses.branches, &uses.aliases)),
    }
    Ok(Exit::Done)
}

/// Prints what is newer than what the project uses.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn outdated<P: ClientPorts>(
    client: &Arc<Client<P>>,
    args: &OutdatedArgs,
    output: &Output,
) -> Result<Exit, Stop> {
    let newer = client::outdated(client, &args.terms.terms()).await?;
    match output.format {
        Format::Json => output.json(&report::outdated_json(&newer)),
        _ => output.text(&report::outdated_text(&newer)),
    }
    Ok(Exit::Done)
}

/// Prints the packages that words are about.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn search<P: ClientPorts>(client: &Arc<Client<P>>, args: &SearchArgs, output: &Output) -> Result<Exit, Stop> {
    let found = client::search(client, &args.words, args.limit).await?;
    match output.format {
        Format::Json => output.json(&report::search_json(&found.hits, found.matched, found.of)),
        _ => output.text(&report::search_text(&found.hits, found.matched, found.of)),
    }
    Ok(if found.hits.is_empty() { Exit::Findings } else { Exit::Done })
}

/// Prints what is known of a package.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn info<P: ClientPorts>(client: &Arc<Client<P>>, args: &InfoArgs, output: &Output) -> Result<Exit, Stop> {
    let (name, version) = &args.package;
    let details = client::info(client, name, version.as_ref()).await?;
    match output.format {
        Format::Json => output.json(&report::info_json(&details)),
        _ => output.text(&report::info_text(&details)),
    }
    Ok(Exit::Done)
}
