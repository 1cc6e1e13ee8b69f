//! Compiling versions before they are let in: each with its dependencies as they would be installed, in a sandbox.

mod cases;
mod materials;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    CompileClaim, CompileOutcome, CompileRules, CompiledVersion, DependencyUse, ExpectedTool, Finding, NotCompiled,
    PackageName, PullNumber, RunEnd, Tool, TreePath, Version,
};
use crate::ports::{CompileError, Compiler, Ports};
use crate::rules::compile as rule;
use crate::rules::report::{Texts, words};

use super::reader::bug;
use super::scope::RunRequest;
use super::{Curator, Stop};
pub(super) use cases::Case;
use cases::{Cases, cases};
pub(super) use materials::{Materials, published_files};

/// What to compile, and how.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CompileRequest {
    /// What.
    pub subject: CompileSubject,
    /// How.
    pub rules: CompileRules,
}

/// What to compile.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum CompileSubject {
    /// What these definitions, as paths in the registry, would publish.
    Files(Vec<TreePath>),
    /// A version that is published or wanted.
    Version(PackageName, Version),
    /// What a pull request would publish.
    Pull(PullNumber),
    /// Everything that is wanted and not published yet.
    Wanted(RunRequest),
}

/// What came of it.
#[derive(Debug, Clone, PartialEq)]
pub struct CompileReport {
    /// What can be said of it to others.
    pub claim: CompileClaim,
    /// Why no compiler could be run, where there was something to compile: nothing is known of the versions then.
    pub unable: Option<CompileError>,
    /// The versions.
    pub versions: Vec<CompiledVersion>,
    /// What was found, by place: of compiling, and of everything that was looked at for it.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub texts: Texts,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

/// Compiles versions.
///
/// # Errors
/// [`Stop`] where registry, index, stores or machine are at fault: where there is no sandbox, nothing is run.
pub async fn compile<P: Ports, C: Compiler>(
    curator: &Arc<Curator<P>>,
    compiler: &C,
    request: &CompileRequest,
) -> Result<CompileReport, Stop> {
    let Cases { head, all: cases, mut findings, texts, transient } = cases(curator, &request.subject).await?;
    let done = compile_all(curator, compiler, &request.rules, &cases).await;
    let (Done { versions, findings: found }, unable) = match done {
        Ok(done) => (done, None),
        // What this machine lacks; nothing of a stranger's was run before that is known.
        Err(Stop::Compile(error @ (CompileError::NoTool { .. } | CompileError::NoSandbox { .. }))) => {
            (Done::default(), Some(error))
        }
        Err(stop) => return Err(stop),
    };
    findings.extend(found);
    findings.sort_by(Finding::by_place);
    findings.dedup();
    let claim = CompileClaim {
        format: CompileClaim::FORMAT,
        head,
        unable: unable.is_some(),
        versions: versions.iter().filter_map(|version| version.claim.clone()).collect(),
    };
    Ok(CompileReport { claim, unable, versions, findings, texts, transient })
}

/// What came of the versions.
#[derive(Default)]
struct Done {
    versions: Vec<CompiledVersion>,
    findings: Vec<Finding>,
}

async fn compile_all<P: Ports, C: Compiler>(
    curator: &Arc<Curator<P>>,
    compiler: &C,
    rules: &CompileRules,
    cases: &[Case],
) -> Result<Done, Stop> {
    let mut materials = Materials::new(curator, cases);
    let Done { mut versions, mut findings } = Done::default();
    let mut tool = None;
    for case in cases {
        let Some(files) = &case.files else {
            versions.push(case.not_compiled(NotCompiled::NoArchive));
            continue;
        };
        if case.plan.len() < case.manifest.dependencies.len() {
            versions.push(case.not_compiled(NotCompiled::NoPlan));
            continue;
        }
        if let Some((name, version)) = materials.gather(&case.plan).await? {
            versions.push(case.not_compiled(NotCompiled::NoDependency { name, version }));
            continue;
        }
        let tool = match &tool {
            Some(tool) => tool,
            None => tool.insert(ask(compiler, rules).await?),
        };
        let dependencies = materials.of(&case.plan);
        let (outcome, uses) = match refused(rules, tool, case) {
            Some(why) => (CompileOutcome::NotCompiled(why), Uses::default()),
            None => run(compiler, rules, case, files, &dependencies).await?,
        };
        findings.extend(case.findings(tool, &outcome, &uses.found));
        let identity = (&case.manifest.name, &case.manifest.version);
        versions.push(case.compiled(tool, outcome, &uses.found, uses.untold.is_some()));
        findings.extend(uses.untold.map(|wording| wording.of(identity.0, identity.1, case.place())));
    }
    Ok(Done { versions, findings })
}

/// Asks the tool for its version.
async fn ask<C: Compiler>(compiler: &C, rules: &CompileRules) -> Result<Tool, Stop> {
    let program = rules.command.program.clone();
    let Some(command) = &rules.version else { return Ok(Tool { program, version: None }) };
    let ends = compiler.compile(&rule::command(rules, command)).await?;
    Ok(Tool { program, version: ends.first().and_then(rule::tool_version) })
}

/// Why the tool cannot speak for the version; `None` where it can.
fn refused(rules: &CompileRules, tool: &Tool, case: &Case) -> Option<NotCompiled> {
    let found = tool.version.clone().unwrap_or_default();
    let wanted = case.compilers.first()?;
    let is_wanted = case.compilers.iter().any(|compiler| compiler.to_string() == found);
    let is_other = rules.expected == ExpectedTool::AsDefined && !is_wanted;
    is_other.then(|| NotCompiled::OtherCompiler { wanted: wanted.clone(), found })
}

/// What is known of the dependencies.
#[derive(Default)]
struct Uses {
    found: DependencyUse,
    /// Why nothing is known.
    untold: Option<words::Wording>,
}

async fn run<C: Compiler>(
    compiler: &C,
    rules: &CompileRules,
    case: &Case,
    files: &crate::model::Files,
    dependencies: &BTreeMap<&PackageName, &crate::model::Files>,
) -> Result<(CompileOutcome, Uses), Stop> {
    let wants_graph = rule::wants_graph(rules.expected, case.compilers.first());
    let rules = CompileRules { graph: rules.graph.clone().filter(|_| wants_graph), ..rules.clone() };
    let Some(workload) = rule::workload(&rules, files, dependencies).map_err(bug)? else {
        let why = NotCompiled::TooLarge { limit: rule::MOST_BYTES };
        return Ok((CompileOutcome::NotCompiled(why), Uses::default()));
    };
    let ends = compiler.compile(&workload).await?;
    let end = ends.first().ok_or_else(|| Stop::Bug("the compiler was not run".to_owned()))?;
    let mut uses = Uses::default();
    match ends.get(1) {
        None => {}
        Some(RunEnd::Well(graph)) => match rule::dependency_use(graph, case.manifest.dependencies.keys()) {
            Ok(found) => uses.found = found,
            Err(error) => uses.untold = Some(words::compile::no_graph(&error.to_string())),
        },
        Some(_) => uses.untold = Some(words::compile::no_graph(words::compile::GRAPH_FAILED)),
    }
    Ok((rule::outcome(end, &rules.bounds), uses))
}
