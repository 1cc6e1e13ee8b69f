//! `curator init`.

use std::num::NonZeroU64;
use std::path::{Path, PathBuf};

use serde_json::json;

use crate::model::{Profile, RepositoryName, TreePath};
use crate::ops::{self, Stop};
use crate::ports::Workspace;
use crate::rules::init::{ChecksBy, Digests, GitHubSetup, Program, Team, Trustee};
use crate::rules::report;

use super::args::{Format, GlobalArgs};
use super::exit::Exit;
use super::output::Output;

/// The repository in whose releases this program is, where its build was told.
const HOME: Option<&str> = option_env!("CURATOR_REPOSITORY");

/// What `init` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct InitArgs {
    /// The folder to make the registry in
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    /// The registry's name [default: the name of the folder]
    #[arg(long)]
    pub name: Option<String>,
    /// The language whose rules hold: purescript, or generic for any other [default: purescript]
    #[arg(long, value_name = "PROFILE")]
    pub profile: Option<Profile>,
    /// What it has on GitHub.
    #[command(flatten, next_help_heading = "Options of a registry on GitHub, with --github OWNER/NAME")]
    pub github: GitHubArgs,
}

/// What `init` takes of a registry on GitHub.
#[derive(Debug, Clone, clap::Args)]
pub struct GitHubArgs {
    /// Who looks after the registry: the number of an account on GitHub, or number=login; may be repeated
    #[arg(long = "trustee", value_name = "ID[=LOGIN]")]
    pub trustees: Vec<Trustee>,
    /// The team whose members look after the registry, too
    #[arg(long, value_name = "ORGANISATION/TEAM")]
    pub team: Option<Team>,
    /// The repository whose releases have this program, for the workflows [default: that of this build]
    #[arg(long, value_name = "OWNER/NAME")]
    pub program: Option<RepositoryName>,
    /// The file SHA256SUMS of the release of this version, for the workflows
    #[arg(long, value_name = "FILE")]
    pub sums: Option<PathBuf>,
    /// Who gives the check without which nothing is merged: `actions`, the workflows; `app:ID`, a service that speaks as
    /// this GitHub App; `anyone`, a service with a person's token. For a service no workflows are written
    /// [default: actions]
    #[arg(long, value_name = "WHO")]
    pub checks_by: Option<ChecksBy>,
    /// The number of the GitHub App that alone may write the index [default: that of --checks-by]
    #[arg(long, value_name = "ID")]
    pub index_app: Option<NonZeroU64>,
}

impl GitHubArgs {
    /// What the administrator says, with the text of the file of digests; `None` where the registry is not on GitHub.
    ///
    /// # Errors
    /// [`Stop::Usage`] where --index or the digests cannot be used, or --github is missing.
    pub fn setup(&self, global: &GlobalArgs, sums: Option<&[u8]>) -> Result<Option<GitHubSetup>, Stop> {
        let is_said = !self.trustees.is_empty()
            || self.team.is_some()
            || self.program.is_some()
            || self.sums.is_some()
            || self.checks_by.is_some()
            || self.index_app.is_some();
        let repository = match &global.github {
            Some(repository) => repository.clone(),
            None if is_said => {
                let message = "--trustee, --team, --program, --sums, --checks-by and --index-app say something of a \
                               registry on GitHub: add --github";
                return Err(Stop::Usage(message.to_owned()));
            }
            None => return Ok(None),
        };
        let unusable = |error| Stop::Usage(format!("the file of digests cannot be used: {error}"));
        let sums = sums.map(String::from_utf8_lossy);
        let digests = sums.map(|sums| Digests::read(&sums)).transpose().map_err(unusable)?;
        let program = Program {
            repository: self.program.clone().or_else(|| HOME?.parse().ok()),
            version: env!("CARGO_PKG_VERSION").to_owned(),
            digests,
        };
        let index = global.index.as_deref().map(on_github).transpose()?.filter(|index| *index != repository);
        let checks = self.checks_by.unwrap_or_default();
        if self.index_app.is_some() && checks == ChecksBy::Actions && index.is_none() {
            let message = "the workflows write an index in their own repository with their own token, which is no App's: \
                           leave --index-app out, or give the index a repository of its own";
            return Err(Stop::Usage(message.to_owned()));
        }
        Ok(Some(GitHubSetup {
            repository,
            folder: global.registry_path.clone(),
            index,
            trustees: self.trustees.clone(),
            team: self.team.clone(),
            program,
            checks,
            index_app: self.index_app.or(checks.app()),
        }))
    }
}

/// The repository on GitHub that a URL names.
fn on_github(place: &Path) -> Result<RepositoryName, Stop> {
    let name = place.to_str().and_then(|url| url.strip_prefix("https://github.com/"));
    let name = name.and_then(|name| name.strip_suffix(".git").unwrap_or(name).parse().ok());
    name.ok_or_else(|| Stop::Usage("with --github, name the index as https://github.com/OWNER/NAME.git".to_owned()))
}

/// Makes a new registry and says what to do next.
///
/// # Errors
/// [`Stop`], as the story tells.
pub fn init<W: Workspace>(
    workspace: &W,
    args: &InitArgs,
    setup: Option<&GitHubSetup>,
    output: &Output,
) -> Result<Exit, Stop> {
    let name = args.name.clone().or_else(|| Some(args.dir.file_name()?.to_str()?.to_owned()));
    let name = name.unwrap_or_else(|| "registry".to_owned());
    let dir = args.dir.display().to_string();
    let profile = args.profile.unwrap_or_default();
    if let Some(setup) = setup {
        let begun = ops::init_on_github(workspace, &name, profile, setup)?;
        let steps = report::setup_steps(setup, &begun.kept);
        if output.format == Format::Json {
            let (files, kept, steps) = (&begun.written, &begun.kept, report::setup_json(&steps));
            output.json(&json!({ "directory": dir, "files": files, "kept": kept, "steps": steps }));
        } else {
            told(&begun.written, &begun.kept, output);
            output.line(&format!("A registry for {} stands in '{dir}'.", setup.repository));
            output.text(&report::setup_text(setup, &steps));
        }
        return Ok(Exit::Done);
    }
    let files = ops::init(workspace, &name, profile)?;
    if output.format == Format::Json {
        output.json(&json!({ "directory": dir, "files": files }));
    } else {
        told(&files, &[], output);
        output.line(&format!("A new registry is in {dir}. Read its README.md, then: cd {dir} && curator check"));
    }
    Ok(Exit::Done)
}

fn told(written: &[TreePath], kept: &[TreePath], output: &Output) {
    for file in written {
        output.line(&format!("  wrote {file}"));
    }
    for file in kept {
        output.line(&format!("  kept {file}, which was there"));
    }
}
