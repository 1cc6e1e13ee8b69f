//! What is said of documentation.

use crate::model::{Code, ProgramName};

use super::Wording;

/// It did not reach its host.
#[must_use]
pub fn not_there(reason: &str) -> Wording {
    Wording::warning(Code::Undocumented, format!("the version is published, and its documentation is not: {reason}"))
        .hint("it is written down as owed and tried again; `curator status` lists it, and `curator docs` sends it by hand")
}

/// Nothing could be done for documentation, or nothing could be written down of it.
#[must_use]
pub fn unsettled(reason: &str) -> Wording {
    Wording::warning(Code::Undocumented, format!("nobody can tell what became of the documentation: {reason}"))
        .hint("what is owed stays so, and is tried again")
}

/// Why it is owed, before it was tried.
pub const PROMISED: &str = "the version was just published, and its documentation is not made yet";

/// The tool made nothing.
pub const EMPTY: &str = "the tool made nothing";

/// The compiler printed something else than JSON.
pub const NO_JSON: &str = "the last line that the tool printed is no JSON";

/// Its dependencies cannot be had together.
pub const NO_PLAN: &str = "its dependencies cannot be resolved together";

/// It cannot be made of so much.
pub const TOO_LARGE: &str = "it and its dependencies are too many bytes together";

/// A dependency is not published any more.
#[must_use]
pub fn no_dependency(version: &str) -> String {
    format!("there is no archive of {version}, which it needs")
}

/// The tool failed; `said` is cut and harmless, and may have several lines.
#[must_use]
pub fn failed(program: &ProgramName, said: &str) -> String {
    let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    format!("{program} failed: {}", lines.join(" / "))
}

/// What it left in its folder cannot be taken.
#[must_use]
pub fn no_folder(reason: &str) -> String {
    format!("what the tool left in its folder cannot be taken: {}", super::line(reason, super::LONGEST_REASON))
}

/// The command comes from files that may be anybody's.
#[must_use]
pub fn untrusted(program: &ProgramName) -> String {
    format!(
        "the curator.toml of these files names the program '{program}', and nobody said with --trust that it may be run"
    )
}

/// The machine cannot run the tool.
#[must_use]
pub fn unmade(error: &str, way_out: Option<&str>) -> String {
    way_out.map_or_else(|| error.to_owned(), |way_out| format!("{error}; {way_out}"))
}
