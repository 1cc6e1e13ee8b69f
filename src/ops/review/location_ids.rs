//! Asking the forge which repositories the registered locations are (threat 17).

use crate::model::Finding;
use crate::ops::Stop;
use crate::ops::reader::bug;
use crate::ports::{Forge, ForgeError};
use crate::rules::check::{Identified, check_location_id};
use crate::rules::registry::registration_path;

use super::examine::Examined;

/// The most packages that a forge is asked about for one pull request: its answers are numbered, and others need them.
const MOST_QUESTIONS: usize = 100;

/// Compares the number of each repository that something would be published from with the registered one, and adds what
/// it finds to `examined`: one question for each package.
///
/// A forge that does not answer leaves it open who somebody's source is, so the pull request waits.
///
/// # Errors
/// [`Stop::Bug`] where a name has no place.
pub async fn check_location_ids<F: Forge>(forge: &F, examined: &mut Examined) -> Result<(), Stop> {
    if examined.subjects.len() > MOST_QUESTIONS {
        examined.too_large = Some(MOST_QUESTIONS);
        return Ok(());
    }
    for (name, subject) in &examined.subjects {
        let is_published_from = examined.prepared.iter().any(|it| it.publication.definition.manifest.name == *name);
        let Some(registration) = subject.registering.as_ref().or(subject.registered.as_ref()) else { continue };
        // Of a registration that gives no number there is nothing to compare, unless its author can still add one.
        let is_known = is_published_from && registration.location_id.is_some();
        if !is_known && subject.registering.is_none() {
            continue;
        }
        match forge.identify(&registration.location).await {
            // Who cannot fetch what is not there says so.
            Ok(None) | Err(ForgeError::Unknown { .. } | ForgeError::Moved { .. }) => {}
            Err(_) => examined.transient = true,
            Ok(Some(identity)) => {
                let file = registration_path(name).map_err(bug)?;
                let brought = examined.texts.get(file.as_str()).map(String::as_str);
                let brought = brought.filter(|_| subject.registering.is_some());
                let repository = identity.repository;
                let before = subject.registered.as_ref();
                let identified = Identified { name, file: &file, registration, before, brought, repository };
                examined.findings.extend(check_location_id(identified));
            }
        }
    }
    examined.findings.sort_by(Finding::by_place);
    Ok(())
}
