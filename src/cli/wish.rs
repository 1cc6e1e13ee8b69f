//! `curator override`, `yank`, `deprecate`, `quarantine`, `unpublish` and `transfer`.

use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use crate::model::{
    Authorization, Dependencies, Finding, Location, NameError, PackageName, Range, RangeError, Reason, Status,
    StatusKind, TreePath, Version,
};
use crate::ops::{self, FileDeed, Stop, Wish};
use crate::ports::{Curator, Forge, Ports, Workspace};
use crate::rules::report;

use super::args::{Format, package_or_version, package_version};
use super::exit::Exit;
use super::output::Output;

/// What `override` takes.
#[derive(Debug, Clone, Args)]
pub struct OverrideArgs {
    /// The version
    #[arg(value_name = "NAME@VERSION", value_parser = package_version)]
    pub version: (PackageName, Version),
    /// A dependency of it, and its range from now on; may be repeated
    #[arg(long = "dependency", value_name = "'NAME >=A <B'", value_parser = dependency, required = true)]
    pub dependencies: Vec<(PackageName, Range)>,
    /// Why, in at most 300 characters
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
}

/// What `yank` and `quarantine` take.
#[derive(Debug, Clone, Args)]
pub struct MarkArgs {
    /// The version, or the whole package
    #[arg(value_name = "NAME[@VERSION]", value_parser = package_or_version)]
    pub subject: Subject,
    /// Why, in at most 300 characters
    #[arg(long, value_name = "TEXT", required_unless_present = "undo")]
    pub reason: Option<Reason>,
    /// What to use instead
    #[arg(long, value_name = "NAME")]
    pub replacement: Option<PackageName>,
    /// What `curator sign` printed
    #[arg(long, value_name = "FILE")]
    pub authorization: Option<PathBuf>,
    /// Take it back
    #[arg(long, conflicts_with_all = ["reason", "replacement", "authorization"])]
    pub undo: bool,
}

/// What `unpublish` takes.
#[derive(Debug, Clone, Args)]
pub struct UnpublishArgs {
    /// The version, or the whole package
    #[arg(value_name = "NAME[@VERSION]", value_parser = package_or_version)]
    pub subject: Subject,
    /// Why, in at most 300 characters
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
    /// What `curator sign` printed
    #[arg(long, value_name = "FILE")]
    pub authorization: Option<PathBuf>,
}

/// What `transfer` takes.
#[derive(Debug, Clone, Args)]
pub struct TransferArgs {
    /// The package
    #[arg(value_name = "NAME")]
    pub name: PackageName,
    /// The repository of its source from now on: an https URL, or github:owner/repository
    #[arg(value_name = "GIT_URL")]
    pub url: String,
    /// The folder of the package in the repository [default: its top]
    #[arg(long, value_name = "DIR")]
    pub subdir: Option<TreePath>,
    /// What `curator sign` printed
    #[arg(long, value_name = "FILE")]
    pub authorization: Option<PathBuf>,
}

/// A version, or a whole package.
pub type Subject = (PackageName, Option<Version>);

/// Reads `name >=A <B`.
fn dependency(text: &str) -> Result<(PackageName, Range), String> {
    let (name, range) = text.trim().split_once(' ').ok_or("write it as 'name >=1.0.0 <2.0.0'")?;
    let name = name.parse().map_err(|error: NameError| error.to_string())?;
    Ok((name, range.trim().parse().map_err(|error: RangeError| error.to_string())?))
}

impl OverrideArgs {
    /// What is asked for, and how a commit calls it.
    #[must_use]
    pub fn wish(&self) -> (Wish, String) {
        let (name, version) = self.version.clone();
        let title = format!("Revise the bounds of {name}@{version}");
        let dependencies: Dependencies = self.dependencies.iter().cloned().collect();
        (Wish::Override { name, version, dependencies, reason: self.reason.clone() }, title)
    }
}

impl MarkArgs {
    /// What is asked for, and how a commit calls it; `signed` is what an owner signed.
    #[must_use]
    pub fn wish(&self, kind: StatusKind, signed: Option<Authorization>) -> (Wish, String) {
        let (name, version) = self.subject.clone();
        if let Some(reason) = &self.reason {
            return status((name, version), kind, reason, self.replacement.clone(), signed);
        }
        let title = format!("Take back that {} is {}", shown(&name, version.as_ref()), kind.as_str());
        (Wish::TakeBack { name, version, kind }, title)
    }
}

impl UnpublishArgs {
    /// What is asked for, and how a commit calls it; `signed` is what an owner signed.
    #[must_use]
    pub fn wish(&self, signed: Option<Authorization>) -> (Wish, String) {
        status(self.subject.clone(), StatusKind::Unpublished, &self.reason, None, signed)
    }
}

impl TransferArgs {
    /// What is asked for, and how a commit calls it; `signed` is what an owner signed.
    ///
    /// # Errors
    /// [`Stop::Usage`] where the URL is no location.
    pub fn wish(&self, signed: Option<Authorization>) -> Result<(Wish, String), Stop> {
        let location = Location::parse_url(&self.url, self.subdir.clone());
        let location = location.map_err(|error| Stop::Usage(format!("'{}': {error}", self.url)))?;
        let (name, title) = (self.name.clone(), format!("Transfer {}", self.name));
        Ok((Wish::Transfer { name, location, authorization: signed }, title))
    }
}

fn status(
    (name, version): Subject,
    kind: StatusKind,
    reason: &Reason,
    replacement: Option<PackageName>,
    authorization: Option<Authorization>,
) -> (Wish, String) {
    let verb = match kind {
        StatusKind::Yanked => "Yank",
        StatusKind::Deprecated => "Deprecate",
        StatusKind::Quarantined => "Quarantine",
        StatusKind::Unpublished => "Unpublish",
    };
    let title = format!("{verb} {}", shown(&name, version.as_ref()));
    let status = Status { kind, reason: reason.clone(), replacement, authorization };
    (Wish::Status { name, version, status }, title)
}

fn shown(name: &PackageName, version: Option<&Version>) -> String {
    version.map_or_else(|| name.to_string(), |version| format!("{name}@{version}"))
}

/// Writes the file of a wish, and says what to do next.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn wish<P: Ports, F: Forge, W: Workspace>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    workspace: &W,
    (wish, title): (Wish, String),
    output: &Output,
) -> Result<Exit, Stop> {
    let wished = ops::wish(curator, forge, workspace, &wish).await?;
    let found = &wished.report;
    let sound = !found.findings.iter().any(Finding::is_error);
    let removed = wished.deed == FileDeed::Removed;
    let summary = report::WishFile { file: &wished.file, removed, title: &title, sound };
    if output.format == Format::Json {
        output.json(&summary.json(&Output::finding_values(&found.findings, &found.texts)));
    } else {
        output.findings(&found.findings, &found.texts);
        output.text(&summary.text(&|file| output.registry_file(file.as_str())));
    }
    Ok(Exit::after(!sound, found.transient))
}
