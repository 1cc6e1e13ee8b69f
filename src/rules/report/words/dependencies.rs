//! What is said of dependencies.

use crate::model::{Code, Manifest, PackageName, Range, Version};

use super::{Wording, listed, word};

/// A range is outside the grammar.
#[must_use]
pub fn range(reason: &str, strict: Option<&Range>) -> Wording {
    let wording = Wording::error(Code::RangeGrammar, format!("\"dependencies\": {reason}"));
    match strict {
        Some(strict) => wording.hint(format!("write \"{strict}\"")),
        None => wording.hint("write a lower and an upper bound, like \">=1.0.0 <2.0.0\""),
    }
}

/// The package depends on itself.
#[must_use]
pub fn itself(name: &PackageName) -> Wording {
    Wording::error(Code::DependencyUnknown, format!("{name} depends on itself")).hint("remove the dependency")
}

/// The dependency does not exist.
#[must_use]
pub fn unknown(name: &PackageName, nearest: Option<&PackageName>) -> Wording {
    let wording = Wording::error(Code::DependencyUnknown, format!("there is no package {name} in this registry"));
    match nearest {
        Some(nearest) => wording.hint(format!("did you mean {nearest}?")),
        None => wording.hint("a dependency must be published before, or together with, the package that needs it"),
    }
}

/// Every version of the dependency is withheld.
#[must_use]
pub fn withheld(name: &PackageName) -> Wording {
    let message = format!("every version of {name} is yanked, quarantined or unpublished");
    Wording::error(Code::DependencyRange, message).hint("a resolver takes none of them; depend on something else")
}

/// An override names a package that its version does not depend on.
#[must_use]
pub fn not_a_dependency(name: &str, manifest: &Manifest) -> Wording {
    let Manifest { name: package, version, .. } = manifest;
    Wording::error(Code::DependencyUnknown, format!("{package}@{version} does not depend on {}", word(name)))
        .hint("an override changes the ranges of dependencies that are there; it adds none")
}

/// No version of the dependency is in the range.
#[must_use]
pub fn unsatisfiable(name: &PackageName, range: &Range, versions: &[&Version]) -> Wording {
    let newest: Vec<&&Version> = versions.iter().rev().take(3).collect();
    Wording::error(Code::DependencyRange, format!("no version of {name} is in {range}"))
        .hint(format!("its newest versions are {}", listed(newest.into_iter().rev())))
}

/// The range goes on past the major versions that anybody has seen.
#[must_use]
pub fn unbounded(name: &PackageName, range: &Range, newest: &Version, bound: &Version) -> Wording {
    Wording::error(
        Code::UpperBound,
        format!("the range {range} takes major versions of {name} that do not exist yet; the newest is {newest}"),
    )
    .hint(format!("end it at {bound} or before"))
}

/// The dependencies cannot be resolved together.
#[must_use]
pub fn unsolvable(explanation: &str) -> Wording {
    Wording::error(Code::Unsolvable, "the dependencies cannot be resolved together")
        .explained(explanation)
        .hint("widen one of the ranges that the explanation names")
}

/// A dependency is asked for and not published in this run.
#[must_use]
pub fn held(dependency: &PackageName, range: &Range) -> Wording {
    Wording::error(Code::DependencyHeld, format!("waits for {dependency} {range}, which could not be published"))
        .hint("mend the dependency first; this version follows by itself")
}
