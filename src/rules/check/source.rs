//! Whether the source is the one that was reviewed, and has anything to publish.

use crate::model::{Area, Finding, Place};
use crate::rules::pack::GlobRules;
use crate::rules::report::words;

use super::Case;

/// The ref resolves to the commit of the definition.
pub(super) fn ref_moved(case: &Case<'_>) -> Vec<Finding> {
    let (Some(source), Some(definition)) = (case.source, case.definition()) else { return Vec::new() };
    let Some(commit) = definition.commit else { return Vec::new() };
    if source.resolved == Some(commit) {
        return Vec::new();
    }
    let reference = &definition.manifest.reference;
    vec![words::definition::ref_moved(reference, source.resolved.as_ref(), &commit).at(case.field("commit"))]
}

/// The source has what every package has: a module under `src`, or what the registry asks for.
pub(super) fn has_modules(case: &Case<'_>) -> Vec<Finding> {
    let Some(source) = case.source else { return Vec::new() };
    if let Some(package) = &case.policy.package {
        let Ok(files) = source.packed else { return Vec::new() };
        let globs = GlobRules::new(package);
        return globs.missing(files).map(|glob| words::source::without(glob).at(case.place())).collect();
    }
    let is_module = |path: &str| path.starts_with("src/") && path.strip_suffix(".purs").is_some();
    if source.tree.keys().any(|path| is_module(path.as_str())) {
        return Vec::new();
    }
    vec![words::source::no_modules().at(Place::file(Area::Source, "src"))]
}
