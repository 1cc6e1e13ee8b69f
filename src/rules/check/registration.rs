//! The checks of the other files of a registry: registrations, overrides, statuses, and what belongs nowhere.

use crate::model::{
    Area, BoundOverride, Code, Document, FieldProblem, FieldProblemKind, Finding, Manifest, PackageName, Place,
    Profile, Reading, Registration, Status, Terms, TreePath, Value,
};
use crate::rules::registry::RegistryPath;
use crate::rules::report::words;

/// What is wrong with a registration file.
#[must_use]
pub fn check_registration(file: &TreePath, bytes: &[u8], terms: Terms) -> (Option<Registration>, Vec<Finding>) {
    read(file, bytes, terms, Registration::read)
}

/// What is wrong with an override file.
#[must_use]
pub fn check_override(file: &TreePath, bytes: &[u8], terms: Terms) -> (Option<BoundOverride>, Vec<Finding>) {
    read(file, bytes, terms, BoundOverride::read)
}

/// What keeps an override from changing its version, whose manifest is `None` where nobody published or wants it.
///
/// Silent about a file that cannot be read: [`check_override`] says that.
#[must_use]
pub fn check_override_target(file: &TreePath, bytes: &[u8], terms: Terms, manifest: Option<&Manifest>) -> Vec<Finding> {
    let place = Place::file(Area::Registry, file);
    let Some(manifest) = manifest else { return vec![words::file::without_version().at(place)] };
    let Ok(document) = Document::parse(bytes, terms.json_bytes) else { return Vec::new() };
    let Some(Value::Object(members)) = document.member("dependencies").map(|member| &member.value.value) else {
        return Vec::new();
    };
    let is_foreign = |name: &str| name.parse::<PackageName>().is_ok_and(|it| !manifest.dependencies.contains_key(&it));
    let foreign = members.iter().filter(|member| is_foreign(&member.key));
    let finding = |member: &crate::model::Member| {
        let wording = words::dependencies::not_a_dependency(&member.key, manifest);
        wording.at(place.clone().at(member.key_span.clone()))
    };
    foreign.map(finding).collect()
}

/// What is wrong with a status file.
#[must_use]
pub fn check_status(file: &TreePath, bytes: &[u8], terms: Terms) -> (Option<Status>, Vec<Finding>) {
    read(file, bytes, terms, Status::read)
}

/// What is wrong with the place of a file, whatever is in it.
#[must_use]
pub fn check_stray(file: &TreePath, profile: Profile) -> Option<Finding> {
    let RegistryPath::Stray(expected) = RegistryPath::within(profile, file) else { return None };
    Some(words::file::stray(expected).at(Place::file(Area::Registry, file)))
}

pub(super) fn read<T>(
    file: &TreePath,
    bytes: &[u8],
    terms: Terms,
    read: impl FnOnce(&Document, Profile) -> Reading<T>,
) -> (Option<T>, Vec<Finding>) {
    let place = Place::file(Area::Registry, file);
    match Document::parse(bytes, terms.json_bytes) {
        Ok(document) => {
            let reading = read(&document, terms.profile);
            let findings: Vec<Finding> =
                reading.problems.iter().map(|problem| finding(&place, &document, problem)).collect();
            // These files give rights: one that is not wholly understood has none of its effect.
            (reading.value.filter(|_| findings.is_empty()), findings)
        }
        Err(errors) => {
            let finding = |error: &crate::model::SyntaxError| {
                words::file::not_json(&error.kind).at(place.clone().at(error.span.clone()))
            };
            (None, errors.iter().map(finding).collect())
        }
    }
}

fn finding(file: &Place, document: &Document, problem: &FieldProblem) -> Finding {
    let place = file.clone().at(problem.span.clone());
    match &problem.kind {
        FieldProblemKind::Unknown => words::file::refused_key(&problem.key).at(place),
        FieldProblemKind::Invalid { text, reason } if is_name(document, problem) => {
            words::definition::name(text, reason).at(place)
        }
        FieldProblemKind::Invalid { reason, .. } => {
            words::file::invalid(code(&problem.key), &problem.key, reason).at(place)
        }
        FieldProblemKind::Missing | FieldProblemKind::WrongType { .. } => {
            let place = if problem.kind == FieldProblemKind::Missing { file.clone() } else { place };
            words::file::shape(problem).unwrap_or_else(|| words::file::refused_key(&problem.key)).at(place)
        }
    }
}

/// Whether the problem is with the name of a package: of a dependency, or of a replacement.
fn is_name(document: &Document, problem: &FieldProblem) -> bool {
    let Some(member) = document.member(&problem.key) else { return false };
    match &member.value.value {
        Value::Object(members) => {
            ["dependencies", "packages"].contains(&problem.key.as_str())
                && members.iter().any(|member| member.key_span == problem.span)
        }
        _ => problem.key == "replacement",
    }
}

fn code(key: &str) -> Code {
    match key {
        "location" => Code::LocationGrammar,
        "owners" => Code::Owners,
        "dependencies" => Code::RangeGrammar,
        "packages" => Code::VersionGrammar,
        "compiler" => Code::Compiler,
        _ => Code::Shape,
    }
}
