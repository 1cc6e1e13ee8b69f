//! Whether the manifest that stands in the source says what the definition says.

use std::collections::BTreeMap;

use serde_json::Value;

use crate::model::{Area, Dependencies, Finding, License, Manifest, PackageName, Place, Range};
use crate::rules::own_manifest::OwnManifest;
use crate::rules::report::words;

use super::Case;

/// `purs.json` and `spago.yaml` of the source, or the manifest that the registry names, agree with the definition field by field.
pub(super) fn agrees(case: &Case<'_>) -> Vec<Finding> {
    let (Some(source), Some(definition)) = (case.source, case.definition()) else { return Vec::new() };
    let ours = &definition.manifest;
    let mut findings = Vec::new();
    for (name, theirs) in OwnManifest::all(source.tree, case.policy.package.as_ref()) {
        let place = Place::file(Area::Source, &name);
        match theirs {
            Ok(theirs) => findings.extend(differences(&theirs, ours).into_iter().map(|difference| {
                let Difference { field, theirs, ours } = difference;
                words::source::manifest_differs(&name, &field, &theirs, &ours).at(place.clone())
            })),
            Err(reason) => findings.push(words::source::manifest_unreadable(&name, &reason).at(place)),
        }
    }
    findings
}

/// Whether a source's own manifest says something else than `ours`.
#[must_use]
pub fn differs_from_own(theirs: &OwnManifest, ours: &Manifest) -> bool {
    !differences(theirs, ours).is_empty()
}

struct Difference {
    field: String,
    theirs: String,
    ours: String,
}

fn differences(theirs: &OwnManifest, ours: &Manifest) -> Vec<Difference> {
    let our_fields = serde_json::to_value(ours).unwrap_or_default();
    let mut differences = Vec::new();
    // An archive cannot know its own digest, nor where it will lie.
    let knows = |field: &str| field != "location" || !ours.location.is_archive();
    for (&field, theirs) in theirs.fields.iter().filter(|(field, _)| knows(field)) {
        let mine = our_fields.get(field).unwrap_or(&Value::Null);
        let same = if field == "license" { same_license(theirs, &ours.license) } else { theirs == mine };
        if !same {
            let (theirs, ours) = (shown(theirs), shown(mine));
            differences.push(Difference { field: field.to_owned(), theirs, ours });
        }
    }
    if let Some(theirs) = &theirs.dependencies {
        differences.extend(dependency_differences(theirs, &ours.dependencies));
    }
    differences
}

fn same_license(theirs: &Value, ours: &License) -> bool {
    let license = theirs.as_str().and_then(|text| text.parse::<License>().ok());
    license.is_some_and(|license| license.canonical() == ours.canonical())
}

fn shown(value: &Value) -> String {
    if value.is_null() { "absent".to_owned() } else { value.to_string() }
}

fn dependency_differences(theirs: &BTreeMap<String, Option<Range>>, ours: &Dependencies) -> Vec<Difference> {
    let all: std::collections::BTreeSet<&str> =
        theirs.keys().map(String::as_str).chain(ours.keys().map(PackageName::as_str)).collect();
    let difference = |name: &str| {
        let (theirs, ours) = (theirs.get(name), ours.get(name));
        let same = match (theirs, ours) {
            (Some(None), Some(_)) => true,
            (Some(Some(theirs)), Some(ours)) => theirs == ours,
            _ => false,
        };
        let say = |range: Option<&Range>| range.map_or_else(|| "absent".to_owned(), ToString::to_string);
        let theirs = match theirs {
            Some(None) => "any version".to_owned(),
            Some(Some(range)) => range.to_string(),
            None => say(None),
        };
        (!same).then(|| Difference { field: format!("dependency {name}"), theirs, ours: say(ours) })
    };
    all.into_iter().filter_map(difference).collect()
}
