//! A compiler in a sandbox: it sees the system's programs and its files, both for reading, one folder in memory, and
//! nothing else. No network, no environment, no process and no file of anybody's; bounds on all that it uses.
//!
//! Nothing is run before the sandbox has shown, from the inside, that it holds. There is no other way to run.

mod child;
mod scratch;
mod way;

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use tokio::process::Command;
use tokio::sync::OnceCell;

use crate::model::{CompileBounds, Files, RunEnd, ToolRun, Workload};
use crate::ports::{CompileError, Compiler};

use super::git::message::shown;
use scratch::Scratch;
use way::{Inmate, Nobody};

pub use way::Way;

/// The longest time that a sandbox takes to show that it holds.
const PROOF_TIME: Duration = Duration::from_secs(20);
/// What it says then.
const PROVEN: &[u8] = b"sandboxed\n";

/// Runs tools in a sandbox.
#[derive(Debug)]
pub struct Sandbox {
    ways: Vec<Way>,
    /// Where the tools are.
    search_path: OsString,
    /// Where the programs are that make a sandbox.
    system_path: OsString,
    home: OsString,
    /// The first way that holds: asked once, before anything is run.
    proven: OnceCell<Result<Way, CompileError>>,
}

impl Sandbox {
    /// A sandbox made in the first of these ways that holds here.
    #[must_use]
    pub fn new(ways: Vec<Way>) -> Self {
        let variable = |name: &str| std::env::var_os(name).unwrap_or_default();
        let (search_path, home) = (variable("PATH"), variable("HOME"));
        Self { ways, search_path, system_path: way::SYSTEM_PATH.into(), home, proven: OnceCell::new() }
    }

    /// The same, looking for tools in these folders.
    #[must_use]
    pub fn searching(self, search_path: OsString) -> Self {
        Self { search_path, ..self }
    }

    /// The same, made by programs in these folders.
    #[must_use]
    pub fn made_by(self, system_path: OsString) -> Self {
        Self { system_path, ..self }
    }

    /// The way that holds.
    async fn proven(&self) -> Result<Way, CompileError> {
        self.proven.get_or_init(|| self.prove()).await.clone()
    }

    async fn prove(&self) -> Result<Way, CompileError> {
        let mut tried = Vec::new();
        for &way in &self.ways {
            match self.holds(way).await {
                Ok(()) => return Ok(way),
                Err(message) => tried.push(format!("{}: {}", name(way), shown(&message))),
            }
        }
        let message = if tried.is_empty() { "none was asked for".to_owned() } else { tried.join("; ") };
        Err(CompileError::NoSandbox { message })
    }

    /// Whether a sandbox made in this way holds, from the inside; what is wrong, where not.
    async fn holds(&self, way: Way) -> Result<(), String> {
        let bounds = CompileBounds { time: PROOF_TIME, processes: 64, ..CompileBounds::default() };
        let scratch = Scratch::with(&Files::new()).map_err(|error| error.to_string())?;
        let script = ["-c", include_str!("proof.sh"), "proof"].map(OsString::from);
        let told = [scratch.canary().into(), self.home.clone(), bounds.processes.to_string().into()];
        let inmate = Inmate {
            program: Path::new("/bin/sh"),
            arguments: script.into_iter().chain(told).collect(),
            script: None,
            workload: &scratch.workload(),
            world: &scratch.world(),
            bounds: &bounds,
            nobody: Nobody::next(),
        };
        match child::run(self.command(way, &inmate), &bounds).await {
            Ok(RunEnd::Well(said)) if said == PROVEN => Ok(()),
            Ok(RunEnd::Well(said)) => Err(first_line(&said)),
            Ok(RunEnd::Badly { words, printed }) => Err(first_line(if printed.is_empty() { &words } else { &printed })),
            Ok(RunEnd::Late | RunEnd::Flooded) => Err("it does not end".to_owned()),
            Err(error) => Err(error.to_string()),
        }
    }

    fn command(&self, way: Way, inmate: &Inmate<'_>) -> Command {
        let mut command = way::command(way, rustix::process::geteuid().is_root(), inmate);
        command.env_clear().env("PATH", &self.system_path).current_dir("/");
        command
    }

    /// The file of a program: without links, where these lead out of the system's folders.
    fn find(&self, program: &str) -> Option<PathBuf> {
        use std::os::unix::fs::PermissionsExt as _;
        let folders = std::env::split_paths(&self.search_path).filter(|folder| folder.is_absolute());
        let is_program = |file: &PathBuf| {
            std::fs::metadata(file).is_ok_and(|it| it.is_file() && it.permissions().mode() & 0o111 != 0)
        };
        let found = folders.map(|folder| folder.join(program)).find(is_program)?;
        let file = found.canonicalize().ok()?;
        // Some programs are another one by the name of the link.
        Some(if way::is_of_system(&found) && way::is_of_system(&file) { found } else { file })
    }
}

impl Compiler for Sandbox {
    async fn compile(&self, work: &Workload) -> Result<Vec<RunEnd>, CompileError> {
        let mut programs = Vec::new();
        for run in &work.runs {
            let program = run.program.as_str();
            let found = self.find(program).ok_or_else(|| CompileError::NoTool { program: program.to_owned() })?;
            programs.push((found, run));
        }
        let way = self.proven().await?;
        let unusable = |error: io::Error| CompileError::Unusable { message: shown(&error.to_string()) };
        let scratch = Scratch::with(&work.files).map_err(unusable)?;
        let mut ends = Vec::new();
        for (program, run) in programs {
            let ToolRun { arguments, script, .. } = run;
            let inmate = Inmate {
                program: &program,
                arguments: arguments.iter().map(OsString::from).collect(),
                script: *script,
                workload: &scratch.workload(),
                world: &scratch.world(),
                bounds: &work.bounds,
                nobody: Nobody::next(),
            };
            let end = child::run(self.command(way, &inmate), &work.bounds).await.map_err(unusable)?;
            let is_well = matches!(end, RunEnd::Well(_));
            ends.push(end);
            if !is_well {
                break;
            }
        }
        Ok(ends)
    }
}

fn name(way: Way) -> &'static str {
    match way {
        Way::Bubblewrap => "bwrap",
        Way::Unshare => "unshare",
        Way::SudoUnshare => "sudo unshare",
    }
}

/// The first line that somebody said, not yet safe to show.
fn first_line(said: &[u8]) -> String {
    let text = String::from_utf8_lossy(said);
    text.lines().find(|line| !line.trim().is_empty()).unwrap_or("it says nothing").to_owned()
}
