//! Whether the repository at a registered location is the one that was registered (threat 17).

use crate::model::{Area, Document, Finding, PackageName, Place, Registration, Span, TreePath};
use crate::rules::report::words;

/// A registration whose repository a forge knows by number.
#[derive(Debug, Clone, Copy)]
pub struct Identified<'a> {
    /// The package.
    pub name: &'a PackageName,
    /// The file of the registration.
    pub file: &'a TreePath,
    /// What it says.
    pub registration: &'a Registration,
    /// What stood there before; `None` for a new package.
    pub before: Option<&'a Registration>,
    /// Its text, where a pull request brings it: then its author can mend it.
    pub brought: Option<&'a str>,
    /// The number of the repository that is at the location now.
    pub repository: u64,
}

/// What is wrong with the number of a registered repository.
#[must_use]
pub fn check_location_id(identified: Identified<'_>) -> Option<Finding> {
    let Identified { name, file, registration, before, brought, repository } = identified;
    let place = Place::file(Area::Registry, file);
    let document = brought.and_then(|text| Document::parse(text.as_bytes(), text.len() as u64).ok());
    let span = |key: &str| document.as_ref()?.member(key).map(|member| member.value.span.clone());
    let mended = |finding: Finding| Finding { package: Some(name.clone()), ..finding };
    match (registration.location_id, brought) {
        (Some(registered), _) if registered == repository => None,
        (Some(registered), _) => {
            let location = registration.location.to_string();
            let place = span("locationId").map_or(place.clone(), |span| place.at(span));
            Some(words::definition::location_id_differs(&location, registered, repository).about(name, place))
        }
        // What was registered without a number long ago is nothing that this author can be asked for.
        (None, None) => None,
        (None, Some(_)) => {
            let wording = words::definition::location_id_missing(repository, before);
            Some(match span("location") {
                Some(Span { end, .. }) => {
                    mended(wording.mended_by(place, end..end, format!(",\n  \"locationId\": {repository}")))
                }
                None => wording.about(name, place),
            })
        }
    }
}
