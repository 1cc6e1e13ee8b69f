//! Whether a new name may be taken.

use crate::model::Finding;
use crate::rules::report::words;
use crate::rules::similar::{self, Likeness};

use super::Case;

/// The name is not reserved, by the registry or because some system cannot hold it.
pub(super) fn reserved(case: &Case<'_>) -> Vec<Finding> {
    let Some(name) = case.parts().and_then(|parts| parts.name.as_ref()) else { return Vec::new() };
    let reserved = similar::reserved(name).map(words::definition::why_reserved);
    let reason = reserved.or_else(|| {
        let kept_back = case.policy.reserved_names.contains(name);
        kept_back.then_some("this registry keeps it back")
    });
    let reason = reason.filter(|_| is_new(case));
    reason.map(|reason| words::definition::reserved_name(name, reason).at(case.field("name"))).into_iter().collect()
}

/// The name cannot be mistaken for an existing one.
pub(super) fn similar(case: &Case<'_>) -> Vec<Finding> {
    let Some(name) = case.parts().and_then(|parts| parts.name.as_ref()) else { return Vec::new() };
    if !is_new(case) {
        return Vec::new();
    }
    let others = case.names.iter().filter(|other| *other != name);
    let findings = similar::similar(name, others).into_iter().map(|found| {
        let reason = words::definition::likeness(found.likeness);
        let wording = match found.likeness {
            Likeness::SameSkeleton => words::definition::confusable_name(name, found.name, reason),
            _ => words::definition::similar_name(name, found.name, reason),
        };
        wording.at(case.field("name"))
    });
    findings.collect()
}

/// Whether nothing of the package was published so far: a name that is in use needs no more defence.
fn is_new(case: &Case<'_>) -> bool {
    case.state().is_none_or(|state| state.published.metadata.is_none())
}
