//! Compiling a version: what is run, on which files, within which bounds, and what came of it.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;
use std::time::Duration;

use super::claim::ClaimedVersion;
use super::name::PackageName;
use super::tree::Files;
use super::version::Version;

/// How the versions of a registry are compiled (`[verify]` in `curator.toml`).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileRules {
    /// Compiles a version and its dependencies.
    pub command: ToolCommand,
    /// Prints which module uses which, as `purs graph` does; without it nobody looks for unused dependencies.
    pub graph: Option<ToolCommand>,
    /// Prints the version of the tool.
    pub version: Option<ToolCommand>,
    /// Which version the tool must have.
    pub expected: ExpectedTool,
    /// What a run may use.
    pub bounds: CompileBounds,
}

/// Which version a tool must have.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExpectedTool {
    /// The one that the definition names as its compiler.
    AsDefined,
    /// Any.
    Any,
}

impl CompileRules {
    /// The rules for the PureScript compiler.
    #[must_use]
    pub fn purs(bounds: CompileBounds) -> Self {
        let purs = |argument: &str, more: Option<Argument>| ToolCommand {
            program: ProgramName::purs(),
            arguments: std::iter::once(Argument::Text(argument.to_owned())).chain(more).collect(),
        };
        Self {
            command: purs("compile", Some(Argument::Globs)),
            graph: Some(purs("graph", Some(Argument::Globs))),
            version: Some(purs("--version", None)),
            expected: ExpectedTool::AsDefined,
            bounds,
        }
    }

    /// The tool that may speak for a version written for this compiler, as far as that tells it.
    #[must_use]
    pub fn tool_for(&self, compiler: Option<&Version>) -> Tool {
        let is_known = self.expected == ExpectedTool::AsDefined;
        let version = compiler.filter(|_| is_known).map(ToString::to_string);
        Tool { program: self.command.program.clone(), version }
    }
}

/// What a run may use. What it writes to the disk stays in memory, and is gone with it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileBounds {
    /// The longest time, by the clock on the wall.
    pub time: Duration,
    /// The most bytes of memory of one process.
    pub memory_bytes: u64,
    /// The most bytes of all files that it writes.
    pub disk_bytes: u64,
    /// The most processes and threads at once.
    pub processes: u64,
    /// The most bytes that it may print.
    pub output_bytes: u64,
}

impl Default for CompileBounds {
    fn default() -> Self {
        Self {
            time: Duration::from_mins(10),
            memory_bytes: 4 << 30,
            disk_bytes: 1 << 30,
            processes: 256,
            output_bytes: 16 << 20,
        }
    }
}

/// The name of a program on the search path. It is no path: what a registry says must not choose a file of the machine.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProgramName(String);

impl ProgramName {
    /// The compiler of PureScript.
    pub(super) fn purs() -> Self {
        Self("purs".to_owned())
    }

    /// The name as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for ProgramName {
    type Err = ToolCommandError;

    fn from_str(text: &str) -> Result<Self, ToolCommandError> {
        let is_plain = |c: char| c.is_ascii_alphanumeric() || "._+-".contains(c);
        let is_name = (1..=64).contains(&text.len()) && text.chars().all(is_plain) && !text.starts_with(['.', '-']);
        is_name.then(|| Self(text.to_owned())).ok_or_else(|| ToolCommandError::Program(text.to_owned()))
    }
}

impl fmt::Display for ProgramName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A program and its arguments, each of them a whole text or a placeholder: no shell reads them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolCommand {
    /// The program.
    pub program: ProgramName,
    /// The arguments.
    pub arguments: Vec<Argument>,
}

/// An argument of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Argument {
    /// This text.
    Text(String),
    /// `{package}`: the folder of the unpacked version.
    Package,
    /// `{dependencies}`: the folder that holds one folder for each dependency, by its name.
    Dependencies,
    /// `{globs}`: the patterns of the sources of the version, and of its dependencies where there are any; an argument each.
    Globs,
    /// `{sources}`: every source file of the version and its dependencies; an argument each.
    Sources,
}

/// Why words are no command.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum ToolCommandError {
    /// There are none.
    #[error("a command is a list that begins with the name of a program")]
    Empty,
    /// The first one is no name of a program.
    #[error(
        "'{0}' is no name of a program: write letters, digits, '.', '_', '+' and '-', and no path; it is looked for on the search path"
    )]
    Program(String),
    /// A placeholder that nobody knows, or one inside of other text.
    #[error(
        "the argument '{0}' has braces: {{package}}, {{dependencies}}, {{globs}} and {{sources}} each stand as a whole argument, and there is no other placeholder"
    )]
    Placeholder(String),
    /// An argument that no program can be given.
    #[error("an argument has a NUL character")]
    Nul,
}

impl ToolCommand {
    /// Reads a command as `curator.toml` spells it.
    ///
    /// # Errors
    /// [`ToolCommandError`].
    pub fn parse(words: &[String]) -> Result<Self, ToolCommandError> {
        let (program, arguments) = words.split_first().ok_or(ToolCommandError::Empty)?;
        let arguments = arguments.iter().map(|word| match word.as_str() {
            "{package}" => Ok(Argument::Package),
            "{dependencies}" => Ok(Argument::Dependencies),
            "{globs}" => Ok(Argument::Globs),
            "{sources}" => Ok(Argument::Sources),
            text if text.contains('\0') => Err(ToolCommandError::Nul),
            text if text.contains(['{', '}']) => Err(ToolCommandError::Placeholder(text.to_owned())),
            text => Ok(Argument::Text(text.to_owned())),
        });
        Ok(Self { program: program.parse()?, arguments: arguments.collect::<Result<_, _>>()? })
    }
}

/// Where a tool finds what it works on.
pub const WORKLOAD: &str = "/in";

/// Files, and what is run on them, one after the other, until one does not end well.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Workload {
    /// The files, as paths below [`WORKLOAD`].
    pub files: Files,
    /// What is run.
    pub runs: Vec<ToolRun>,
    /// What each run may use.
    pub bounds: CompileBounds,
}

/// A run of a tool.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ToolRun {
    /// The program.
    pub program: ProgramName,
    /// Its arguments.
    pub arguments: Vec<String>,
    /// A script of a shell that runs it, and gets program and arguments as its own; `None` where nothing stands between.
    pub script: Option<&'static str>,
}

/// How a run of a tool ended. What it wrote is a stranger's: nothing of it is safe to show.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RunEnd {
    /// It did its work; what it printed.
    Well(Vec<u8>),
    /// It failed; its words, and what it printed.
    Badly {
        /// What it wrote to standard error.
        words: Vec<u8>,
        /// What it printed.
        printed: Vec<u8>,
    },
    /// It was ended when its time was over.
    Late,
    /// It was ended because it printed too much.
    Flooded,
}

/// Whether a version compiles.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileOutcome {
    /// It does.
    Compiled,
    /// It does not; the tool's own words, cut and harmless.
    Failed(String),
    /// Nobody knows, and why.
    NotCompiled(NotCompiled),
}

/// Why a version was not compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotCompiled {
    /// There is no archive: other findings say why.
    NoArchive,
    /// Its dependencies cannot be resolved together.
    NoPlan,
    /// A dependency that is wanted, and not published yet, cannot be prepared either.
    NoDependency {
        /// Its package.
        name: PackageName,
        /// Its version.
        version: Version,
    },
    /// Its files and those of its dependencies are too many bytes together.
    TooLarge {
        /// The most bytes.
        limit: u64,
    },
    /// The definition names another version of the compiler than this machine has.
    OtherCompiler {
        /// The version that the definition names.
        wanted: Version,
        /// The version that the tool says it has; a stranger's word, cut and harmless.
        found: String,
    },
}

/// What the modules of a version say of its dependencies.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct DependencyUse {
    /// Dependencies of which no module is used.
    pub unused: BTreeSet<PackageName>,
    /// Packages of which a module is used, that are no dependencies.
    pub missing: BTreeSet<PackageName>,
}

impl DependencyUse {
    /// Whether the dependencies are those that the modules use.
    #[must_use]
    pub fn is_sound(&self) -> bool {
        self.unused.is_empty() && self.missing.is_empty()
    }
}

/// A version that somebody wanted to be compiled, and what became of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompiledVersion {
    /// The package.
    pub name: PackageName,
    /// The version.
    pub version: Version,
    /// How many packages it was compiled with.
    pub dependencies: usize,
    /// What compiled it; `None` where nothing was asked to.
    pub tool: Option<Tool>,
    /// Whether it compiles.
    pub outcome: CompileOutcome,
    /// What can be claimed of it; `None` where nobody knows, and where it is published already.
    pub claim: Option<ClaimedVersion>,
}

/// The tool that compiled something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tool {
    /// Its program.
    pub program: ProgramName,
    /// What it says its version is, cut and harmless; `None` where it was not asked.
    pub version: Option<String>,
}
