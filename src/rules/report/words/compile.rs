//! What is said of versions that were compiled.

use std::time::Duration;

use crate::model::{Code, PackageName, Tool};

use super::super::findings::counted;
use super::Wording;

/// What a tool is called, with its version where that is known.
#[must_use]
pub fn tool_name(tool: &Tool) -> String {
    match &tool.version {
        Some(version) => format!("{} {version}", tool.program),
        None => tool.program.to_string(),
    }
}

/// It does not compile; `said` is cut and harmless.
#[must_use]
pub fn uncompilable(tool: &Tool, said: &str) -> Wording {
    Wording::error(Code::Uncompilable, format!("it does not compile with {}", tool_name(tool)))
        .explained(said)
        .hint("mend the source, tag it again and define that; `curator compile --trust` shows the same on your machine")
}

/// It did not compile when it was tried, at the same commit.
#[must_use]
pub fn failed_before() -> Wording {
    let message =
        "at this commit it does not compile, or it uses other dependencies than it names: an earlier run found that";
    Wording::error(Code::Uncompilable, message)
        .hint("mend the source, tag it again and define that; `/curator recheck` has it compiled again, and tells how it fails")
}

/// No module of a dependency is used.
#[must_use]
pub fn unused(name: &PackageName) -> Wording {
    Wording::error(Code::DependencyUse, format!("no module of the package imports one of {name}"))
        .hint("remove the dependency")
}

/// A package is used that is no dependency.
#[must_use]
pub fn missing(name: &PackageName) -> Wording {
    Wording::error(Code::DependencyUse, format!("the package imports modules of {name}, which is no dependency of it"))
        .hint(format!("add {name} to the dependencies: whoever brings it along now may drop it"))
}

/// Nothing can be told of the dependencies.
#[must_use]
pub fn no_graph(reason: &str) -> Wording {
    Wording::warning(Code::DependencyUse, format!("nobody can tell which dependencies are used: {reason}"))
}

/// Why there is no graph, where the tool made none.
pub const GRAPH_FAILED: &str = "the tool prints no graph of the modules";

/// It took too long.
#[must_use]
pub fn late(time: Duration) -> String {
    format!(
        "it did not end within {}, and was ended",
        counted(usize::try_from(time.as_secs()).unwrap_or_default(), "second")
    )
}

/// It printed too much.
#[must_use]
pub fn flooded(most: u64) -> String {
    format!("it printed more than {most} bytes, and was ended")
}

/// It failed without a word.
#[must_use]
pub fn silent() -> String {
    "it said nothing".to_owned()
}

/// Lines that were left out.
#[must_use]
pub fn more_lines(count: usize) -> String {
    format!("and {}", counted(count, "more line"))
}
