//! Whether what would be packed can be.

use crate::model::{Area, Finding, NonEmpty, Place, collisions, portability};
use crate::rules::pack::SelectError;
use crate::rules::report::words;

use super::Case;

/// The most globs of one list: each is held against each path of the source.
const MAX_GLOBS: usize = 100;

/// The globs are legal, stay inside the package and are not too many.
pub(super) fn globs(case: &Case<'_>) -> Vec<Finding> {
    let Some(parts) = case.parts() else { return Vec::new() };
    let fields = [("includeFiles", &parts.include_files), ("excludeFiles", &parts.exclude_files)];
    let mut findings = Vec::new();
    for (key, globs) in fields {
        let globs = globs.as_ref().map_or(&[][..], NonEmpty::as_slice);
        if globs.len() > MAX_GLOBS {
            findings.push(words::definition::many_globs(key, globs.len(), MAX_GLOBS).at(case.field(key)));
        }
        let invalid = globs.iter().enumerate().filter_map(|(at, glob)| {
            let error = glob.compile().err()?;
            Some(words::definition::glob(key, &error.to_string()).at(case.item(key, at)))
        });
        findings.extend(invalid);
    }
    findings
}

/// Everything that would be packed is a plain file.
pub(super) fn plain_files(case: &Case<'_>) -> Vec<Finding> {
    let Some(Err(errors)) = case.source.map(|source| source.packed) else { return Vec::new() };
    let finding = |error: &SelectError| {
        let place = error.path().map_or_else(|| Place::file(Area::Source, ""), |path| Place::file(Area::Source, path));
        words::source::unpackable(&error.to_string()).at(place)
    };
    errors.iter().map(finding).collect()
}

/// Every packed path works on every system.
pub(super) fn portable(case: &Case<'_>) -> Vec<Finding> {
    let Some(Ok(files)) = case.source.map(|source| source.packed) else { return Vec::new() };
    let unportable = files.keys().filter_map(|path| {
        let reason = portability(path)?;
        Some(words::source::portable_path(path, &reason.to_string()).at(Place::file(Area::Source, path)))
    });
    let colliding = collisions(files.keys())
        .into_iter()
        .map(|(first, second)| words::source::colliding_paths(&first, &second).at(Place::file(Area::Source, &second)));
    unportable.chain(colliding).collect()
}

/// The archive is neither too large nor too small.
pub(super) fn size(case: &Case<'_>) -> Vec<Finding> {
    let Some(bytes) = case.source.and_then(|source| source.archive_bytes) else { return Vec::new() };
    let limits = case.limits;
    let wording = if bytes > limits.archive_bytes {
        words::source::archive_size(bytes, limits.archive_bytes)
    } else if bytes < limits.archive_least_bytes {
        words::source::archive_size(bytes, limits.archive_least_bytes)
    } else if bytes > limits.archive_warning_bytes {
        words::source::large_archive(bytes, limits.archive_warning_bytes)
    } else {
        return Vec::new();
    };
    vec![wording.at(case.place())]
}
