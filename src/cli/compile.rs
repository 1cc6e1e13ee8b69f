//! `curator compile`.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use serde_json::json;

use crate::model::{
    ClaimSource, CompileOutcome, CompileRules, Finding, NotCompiled, PackageName, PullNumber, Timestamp, TreePath,
    Version,
};
use crate::ops::{self, CompileReport, CompileRequest, CompileSubject, Extent, Retry, RunRequest, Stop};
use crate::ports::{Compiler, Curator, Ports, Workspace};
use crate::rules::{compile as rule, report};

use super::args::{Format, package_version};
use super::exit::Exit;
use super::output::Output;

/// What `compile` takes.
#[derive(Debug, Clone, clap::Args)]
#[command(group(clap::ArgGroup::new("what").required(true).multiple(true).args(["targets", "pull", "wanted"])))]
pub struct CompileArgs {
    /// A version, or definition files of the registry
    #[arg(value_name = "NAME@VERSION|FILES", conflicts_with = "pull")]
    pub targets: Vec<PathBuf>,
    /// The number of a pull request: what it would publish is compiled
    #[arg(long, value_name = "NUMBER")]
    pub pull: Option<u64>,
    /// Everything that is wanted and not published yet
    #[arg(long, conflicts_with_all = ["targets", "pull"])]
    pub wanted: bool,
    /// Also what failed before, where it is not due or parked
    #[arg(long, requires = "wanted")]
    pub retry: bool,
    /// Run what the curator.toml of files on this machine names; the one on a remote branch needs no such word
    #[arg(long)]
    pub trust: bool,
    /// Write what came of it here, for `review` and `sync`; the file must not be there yet
    #[arg(long, value_name = "FILE")]
    pub claim: Option<PathBuf>,
}

/// Where the `curator.toml` comes from that names a program.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Origin {
    /// From a branch elsewhere, which the registry's own people write.
    Elsewhere,
    /// From this machine: from a clone of anybody's, perhaps.
    Here,
}

/// What is compiled with, and where what came of it goes.
pub struct Workshop<'a, C, W> {
    /// What runs the compiler.
    pub compiler: &'a C,
    /// How versions are compiled.
    pub rules: CompileRules,
    /// The folder and the file of the claim, where one is wanted.
    pub claim: Option<(W, TreePath)>,
}

impl CompileArgs {
    /// The version that is meant, where it is one.
    #[must_use]
    pub fn version(&self) -> Option<(PackageName, Version)> {
        let [target] = self.targets.as_slice() else { return None };
        package_version(target.to_str()?).ok()
    }
}

/// Refuses to run a stranger's code beside secrets: these are the names of the variables that look like some.
///
/// # Errors
/// [`Stop::SecretsNear`].
pub fn without_secrets(names: BTreeSet<String>) -> Result<(), Stop> {
    if names.is_empty() { Ok(()) } else { Err(Stop::SecretsNear { names: names.into_iter().collect() }) }
}

/// The rules by which versions are compiled, where somebody trusts them.
///
/// # Errors
/// [`Stop::NoCompiler`] and [`Stop::Untrusted`].
pub fn trusted(rules: Option<CompileRules>, origin: Origin, args: &CompileArgs) -> Result<CompileRules, Stop> {
    let rules = rules.ok_or(Stop::NoCompiler)?;
    if origin == Origin::Elsewhere || args.trust {
        return Ok(rules);
    }
    Err(Stop::Untrusted { program: rules.command.program.to_string() })
}

/// Compiles what `args` ask for, and of the registry these files, and prints what came of it.
///
/// # Errors
/// [`Stop`], as the story tells.
pub async fn compile<P: Ports, C: Compiler, W: Workspace>(
    curator: &Arc<Curator<P>>,
    workshop: Workshop<'_, C, W>,
    args: &CompileArgs,
    files: Vec<TreePath>,
    now: Timestamp,
    output: &Output,
) -> Result<Exit, Stop> {
    let Workshop { compiler, rules, claim } = workshop;
    let subject = match (args.pull, args.version()) {
        (Some(number), _) => CompileSubject::Pull(PullNumber(number)),
        (None, Some((name, version))) => CompileSubject::Version(name, version),
        (None, None) if args.wanted => {
            let retry = if args.retry { Retry::Now } else { Retry::WhenDue };
            CompileSubject::Wanted(RunRequest { extent: Extent::Changes, retry, now })
        }
        (None, None) => CompileSubject::Files(files),
    };
    let compiled = ops::compile(curator, compiler, &CompileRequest { subject, rules }).await?;
    if let Some((folder, file)) = &claim {
        let text = rule::claim_file(compiled.claim.clone()).map_err(|error| Stop::Bug(error.to_string()))?;
        folder.create(file, text.as_bytes())?;
    }
    print(&compiled, output);
    if let (Some((_, file)), Format::Human) = (claim, output.format) {
        output.line(&report::claimed(file.as_str()));
    }
    match compiled.unable {
        Some(error) => Err(error.into()),
        None => Ok(exit(&compiled)),
    }
}

/// Says that nothing is compiled here, to whoever compiles wherever that is wanted.
#[must_use]
pub fn unclaimed(output: &Output) -> Exit {
    output.note(&Stop::NoCompiler.to_string());
    Exit::Done
}

/// Who says whether versions compile, by the claim that `compile` left in `file`. Where there is none, or one that cannot be
/// read, somebody else is to say it: nothing passes because a claim is broken.
#[must_use]
pub fn claimed(bytes: Option<&[u8]>, file: &Path, output: &Output) -> ClaimSource {
    match bytes.map(rule::read_claim) {
        None => ClaimSource::Elsewhere,
        Some(Ok(claim)) => ClaimSource::Here(claim),
        Some(Err(error)) => {
            output.error(&report::unclaimed(&file.display().to_string(), &error.to_string()));
            ClaimSource::Elsewhere
        }
    }
}

fn print(compiled: &CompileReport, output: &Output) {
    if output.format == Format::Json {
        let findings = Output::finding_values(&compiled.findings, &compiled.texts);
        output.json(&json!({ "versions": report::compile_json(&compiled.versions), "findings": findings }));
    } else {
        output.findings(&compiled.findings, &compiled.texts);
        if compiled.unable.is_none() {
            output.text(&report::compile_text(&compiled.versions));
        }
    }
}

/// Findings first: what this machine lacks is told where there is nothing else to mend.
fn exit(compiled: &CompileReport) -> Exit {
    let exit = Exit::after(compiled.findings.iter().any(Finding::is_error), compiled.transient);
    let lacks = |outcome: &CompileOutcome| {
        matches!(outcome, CompileOutcome::NotCompiled(NotCompiled::OtherCompiler { .. } | NotCompiled::TooLarge { .. }))
    };
    let is_lacking = compiled.versions.iter().any(|version| lacks(&version.outcome));
    if exit == Exit::Done && is_lacking { Exit::Operator } else { exit }
}
