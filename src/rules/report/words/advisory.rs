//! What is said of advisories.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Advisory, AdvisoryId, AdvisoryRemarkKind, Code, FieldProblem, FieldProblemKind, PackageName, SeverityLevel,
    StatusKind, TreePath, Version,
};
use crate::rules::report::counted;

use super::{Wording, first_few, line, word};

/// The most characters of a summary that are repeated.
const LONGEST_SUMMARY: usize = 120;

/// Something is wrong with a field.
#[must_use]
pub fn problem(problem: &FieldProblem) -> Wording {
    let key = word(&problem.key);
    let error = |message: String| Wording::error(Code::Advisory, message);
    match &problem.kind {
        FieldProblemKind::Unknown => Wording::warning(Code::UnknownKey, format!("nobody knows the key \"{key}\""))
            .hint("it has no effect here; a newer version of OSV may know it, and it is passed on"),
        FieldProblemKind::Missing => error(format!("the field \"{key}\" is missing"))
            .hint("`curator schema advisory` prints what an advisory holds"),
        FieldProblemKind::WrongType { expected, found } if problem.key.is_empty() => {
            error(format!("the file must hold {expected}, not {found}"))
        }
        FieldProblemKind::WrongType { expected, found } => error(format!("\"{key}\" must be {expected}, not {found}")),
        FieldProblemKind::Invalid { text, reason } if text.is_empty() => error(format!("\"{key}\": {reason}")),
        FieldProblemKind::Invalid { text, reason } => error(format!("\"{key}\": '{}': {reason}", word(text))),
    }
}

/// Whether a problem is that something is not there, so that it has no place of its own.
#[must_use]
pub fn is_of_whole_file(problem: &FieldProblem) -> bool {
    problem.kind == FieldProblemKind::Missing
}

/// Something is sound and has no effect here.
#[must_use]
pub fn remark(kind: &AdvisoryRemarkKind) -> Wording {
    match kind {
        AdvisoryRemarkKind::Commits => Wording::warning(
            Code::Advisory,
            "a range of commits says nothing about versions: it is passed over here".to_owned(),
        )
        .hint("name the versions besides, by a range of type SEMVER or in \"versions\""),
        AdvisoryRemarkKind::RangeType(kind) => Wording::warning(
            Code::Advisory,
            format!("nobody knows ranges of type '{}': this one is passed over", word(kind)),
        )
        .hint("the types are SEMVER, ECOSYSTEM and GIT"),
        AdvisoryRemarkKind::Severity(said) => {
            Wording::warning(Code::Advisory, format!("'{}' is no severity that this registry knows", word(said)))
                .hint("the severities are critical, high, medium and low; without one a score of CVSS v3 counts")
        }
    }
}

/// The file is not called after the id in it.
#[must_use]
pub fn misnamed(found: &AdvisoryId, expected: &AdvisoryId) -> Wording {
    Wording::error(Code::Advisory, format!("the id is {found}, but the file is called after {expected}"))
        .hint(format!("correct one of the two; with this id the file belongs at advisories/{found}.json"))
}

/// An advisory is about a package that does not exist.
#[must_use]
pub fn unknown_package(name: &PackageName) -> Wording {
    Wording::error(Code::Advisory, format!("this registry has no package {name}"))
        .hint("a package of another ecosystem has the name of that ecosystem beside it, and is passed over here")
}

/// An advisory lists a version that does not exist.
#[must_use]
pub fn unknown_version(name: &PackageName, version: &Version) -> Wording {
    Wording::error(Code::Advisory, format!("{name} has no version {version}"))
        .hint("list versions that were published; for versions to come use a range")
}

/// A range of an advisory is about no version that exists.
#[must_use]
pub fn empty_range(name: &PackageName) -> Wording {
    Wording::warning(Code::AdvisoryVersions, format!("no version of {name} is in this range"))
        .hint("the range counts for versions to come; correct it if versions that exist were meant")
}

/// An advisory went, perhaps to another place.
#[must_use]
pub fn deleted(renamed: Option<&TreePath>) -> Wording {
    let what = match renamed {
        Some(to) => format!("the advisory was moved to {to}"),
        None => "the advisory was deleted".to_owned(),
    };
    Wording::warning(Code::Deleted, what)
        .hint("one that is wrong is withdrawn: with \"withdrawn\" in it, its readers learn that it counts no more")
}

/// Who gets a version that an advisory is about: other packages, by their newest versions.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Dependants<'n> {
    /// Those that are given one, as ranges are resolved today.
    pub given: BTreeSet<&'n PackageName>,
    /// Those besides that allow one.
    pub allowed: BTreeSet<&'n PackageName>,
}

/// Published versions have a known weakness.
#[must_use]
pub fn affected(
    advisory: &Advisory,
    name: &PackageName,
    versions: &BTreeMap<&Version, Option<StatusKind>>,
    dependants: &Dependants<'_>,
) -> Wording {
    let spelled = |(version, mark): (&&Version, &Option<StatusKind>)| match mark {
        Some(kind) => format!("{version} ({})", kind.as_str()),
        None => version.to_string(),
    };
    let versions: Vec<String> = versions.iter().map(spelled).collect();
    let summary = advisory.summary.as_deref().map(|it| format!(" ({})", line(it, LONGEST_SUMMARY))).unwrap_or_default();
    let severity = match advisory.level(name) {
        SeverityLevel::Unknown => String::new(),
        level => format!(", {level}"),
    };
    let message = format!(
        "{}{severity}: {name} {} {} affected{summary}; {}",
        advisory.id,
        first_few(&versions),
        if versions.len() == 1 { "is" } else { "are" },
        by(dependants),
    );
    Wording::warning(Code::AffectedVersion, message)
        .hint("publish a version that is not affected, and raise the lower bounds of what depends on those that are")
}

/// Who gets it, or could.
fn by(dependants: &Dependants<'_>) -> String {
    let kinds = [("get it today", &dependants.given), ("allow it", &dependants.allowed)];
    let told = kinds.into_iter().filter(|(_, names)| !names.is_empty()).map(|(what, names)| {
        let number = counted(names.len(), "package");
        let names: Vec<String> = names.iter().map(ToString::to_string).collect();
        format!("dependants that {what}: {} ({number})", first_few(&names))
    });
    let told: Vec<String> = told.collect();
    if told.is_empty() { "no dependants".to_owned() } else { told.join("; ") }
}
