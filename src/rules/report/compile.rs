//! What compiling versions gave, in words: a line for each.

use std::fmt::Write as _;

use serde_json::{Value, json};

use crate::model::{CompileOutcome, CompiledVersion, NotCompiled, Tool};

use super::findings::counted;
use super::words::compile::tool_name;

/// A line for each version.
#[must_use]
pub fn compile_text(versions: &[CompiledVersion]) -> String {
    if versions.is_empty() {
        return "Nothing here is a version that could be compiled.\n".to_owned();
    }
    versions.iter().fold(String::new(), |mut text, version| {
        let _ = writeln!(text, "{}@{}: {}", version.name, version.version, verdict(version));
        text
    })
}

/// The same for a program.
#[must_use]
pub fn compile_json(versions: &[CompiledVersion]) -> Vec<Value> {
    let one = |version: &CompiledVersion| {
        let (outcome, reason) = match &version.outcome {
            CompileOutcome::Compiled => ("compiled", None),
            CompileOutcome::Failed(said) => ("failed", Some(said.clone())),
            CompileOutcome::NotCompiled(why) => ("not-compiled", Some(not_compiled(why))),
        };
        let tool = version.tool.as_ref();
        json!({
            "name": version.name,
            "version": version.version,
            "outcome": outcome,
            "reason": reason,
            "compiler": tool.map(|tool| json!({ "name": tool.program.as_str(), "version": tool.version })),
            "dependencies": version.dependencies,
        })
    };
    versions.iter().map(one).collect()
}

/// A claim that is left aside.
#[must_use]
pub fn unclaimed(file: &str, why: &str) -> String {
    format!("the claim in {file} is left aside: {why}")
}

fn verdict(version: &CompiledVersion) -> String {
    let with = |tool: Option<&Tool>| {
        let tool = tool.map(|tool| format!(" with {}", tool_name(tool))).unwrap_or_default();
        format!("{tool} ({})", packages(version.dependencies))
    };
    match &version.outcome {
        CompileOutcome::Compiled => format!("compiled{}", with(version.tool.as_ref())),
        CompileOutcome::Failed(_) => format!("does not compile{}", with(version.tool.as_ref())),
        CompileOutcome::NotCompiled(why) => format!("not compiled: {}", not_compiled(why)),
    }
}

fn packages(count: usize) -> String {
    if count == 1 { "1 dependency".to_owned() } else { format!("{count} dependencies") }
}

fn not_compiled(why: &NotCompiled) -> String {
    match why {
        NotCompiled::NoArchive => "there is no archive of it".to_owned(),
        NotCompiled::NoPlan => "its dependencies cannot be resolved together".to_owned(),
        NotCompiled::NoDependency { name, version } => {
            format!("there is no archive of {name}@{version}, which it needs; its definition is in the registry")
        }
        NotCompiled::TooLarge { limit } => {
            format!(
                "it and its dependencies have more than {} together",
                counted(usize::try_from(*limit).unwrap_or_default(), "byte")
            )
        }
        NotCompiled::OtherCompiler { wanted, found } if found.is_empty() => {
            format!("it was written for {wanted}, and the compiler of this machine does not tell its version")
        }
        NotCompiled::OtherCompiler { wanted, found } => {
            format!("it was written for {wanted}, and the compiler of this machine is {found}")
        }
    }
}

/// Tells where the claim is.
#[must_use]
pub fn claimed(file: &str) -> String {
    format!("The claim is in {}.", super::inert::inert_line(file))
}
