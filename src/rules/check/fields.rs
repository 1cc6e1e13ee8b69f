//! Whether each field of a definition is there and within its grammar.

use crate::model::{
    CLIENT_DESCRIPTION_LIMIT, Code, DEFINITION_KEYS, Description, FieldProblem, FieldProblemKind, Finding, Node, Value,
    Version,
};
use crate::rules::report::words::{self, Wording};

use super::Case;

/// Every field is there, with the right type; unknown keys are warned of, since a newer curator may know them.
pub(super) fn shape(case: &Case<'_>) -> Vec<Finding> {
    let problems = case.candidate.reading.iter().flat_map(|reading| &reading.problems);
    let finding = |problem: &FieldProblem| {
        let place = case.place().at(problem.span.clone());
        match (&problem.kind, problem.key.as_str()) {
            (FieldProblemKind::Unknown, key) => {
                let nearest = nearest_key(key);
                Some(words::file::unknown_key(key, nearest).at(place))
            }
            (FieldProblemKind::Missing, "compiler") => Some(words::definition::compiler_missing().at(case.place())),
            (FieldProblemKind::Missing, _) => words::file::shape(problem).map(|wording| wording.at(case.place())),
            _ => words::file::shape(problem).map(|wording| wording.at(place)),
        }
    };
    problems.filter_map(finding).collect()
}

/// The key that was probably meant.
fn nearest_key(key: &str) -> Option<&'static str> {
    // Lengths first: the distance of a key of a megabyte takes long, and is never 2.
    let is_near = |known: &&str| known.len().abs_diff(key.len()) <= 2 && strsim::osa_distance(known, key) <= 2;
    DEFINITION_KEYS.into_iter().find(is_near)
}

/// Every value is within its grammar; where the lenient reading of the Bower days understands it, a fix spells it strictly.
pub(super) fn grammar(case: &Case<'_>) -> Vec<Finding> {
    let problems = case.candidate.reading.iter().flat_map(|reading| &reading.problems);
    let finding = |problem: &FieldProblem| match &problem.kind {
        FieldProblemKind::Invalid { text, reason } => Some(invalid(case, problem, text, reason)),
        _ => None,
    };
    problems.filter_map(finding).collect()
}

fn invalid(case: &Case<'_>, problem: &FieldProblem, text: &str, reason: &str) -> Finding {
    let place = case.place().at(problem.span.clone());
    match problem.key.as_str() {
        "name" => words::definition::name(text, reason).at(place),
        "version" => {
            let wording = words::definition::version(text, reason);
            let meant = Version::parse_lenient(text).ok();
            let placed = case.candidate.expected.as_ref().map(|(_, version)| version.clone());
            mended(case, problem, wording, meant.filter(|meant| placed.as_ref() == Some(meant)))
        }
        "license" => words::definition::license(reason).at(place),
        "location" => words::definition::location(reason).at(place),
        "ref" => words::definition::reference(text, reason).at(place),
        "commit" => words::definition::commit(reason).at(place),
        "compiler" => {
            let wording = words::definition::compiler(text, reason);
            mended(case, problem, wording, Version::parse_lenient(text).ok())
        }
        key @ ("includeFiles" | "excludeFiles") => words::definition::glob(key, reason).at(place),
        "dependencies" if is_dependency_name(case, problem) => words::definition::name(text, reason).at(place),
        "dependencies" => {
            let meant = case.policy.profile.range_meant(text);
            let wording = words::dependencies::range(reason, meant.as_ref());
            mended(case, problem, wording, meant)
        }
        "description" => words::definition::description(text.chars().count(), CLIENT_DESCRIPTION_LIMIT).at(place),
        "owners" => words::file::invalid(Code::Owners, "owners", reason).at(place),
        key => words::file::invalid(Code::Shape, key, reason).at(place),
    }
}

/// The finding, with the JSON string of `meant` as its fix where something was understood.
fn mended<T: ToString>(case: &Case<'_>, problem: &FieldProblem, wording: Wording, meant: Option<T>) -> Finding {
    match meant {
        Some(meant) => {
            let literal = format!("\"{}\"", meant.to_string());
            wording.mended_by(case.place(), problem.span.clone(), literal)
        }
        None => wording.at(case.place().at(problem.span.clone())),
    }
}

/// Whether the problem is with the name of a dependency, not with its range.
fn is_dependency_name(case: &Case<'_>, problem: &FieldProblem) -> bool {
    let members = case.document().and_then(|document| document.member("dependencies")).map(|member| &member.value);
    let is_key = |node: &Node| match &node.value {
        Value::Object(members) => members.iter().any(|member| member.key_span == problem.span),
        _ => false,
    };
    members.is_some_and(is_key)
}

/// The description is short enough for the clients that people use.
pub(super) fn description(case: &Case<'_>) -> Vec<Finding> {
    let description = case.parts().and_then(|parts| parts.description.as_ref());
    let too_long = description.map(Description::chars).filter(|&chars| chars > CLIENT_DESCRIPTION_LIMIT);
    let finding = |chars| words::definition::description(chars, CLIENT_DESCRIPTION_LIMIT).at(case.field("description"));
    too_long.map(finding).into_iter().collect()
}
