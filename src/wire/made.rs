//! The folders of a registry that is made as a whole, by an import or of a mirror; and keeping places apart.

use std::path::Path;

use crate::adapters::{Directory, holds, names_in};
use crate::ports::Role;

use super::WireError;
use super::files::unreadable;

/// What a registry consists of that is made as a whole.
pub(super) const PARTS: [&str; 2] = ["registry", "index"];

/// The registry and the index in the folder `into`, to be made by their only writer.
///
/// # Errors
/// [`WireError::Occupied`] where the folder holds something else, and [`WireError::Repo`] where they cannot be written.
pub(super) fn made(into: &Path) -> Result<[Directory; 2], WireError> {
    let names = names_in(into).map_err(|error| unreadable(into, &error.to_string()))?;
    // Writers keep their own files beside the two, and stores may be there by now; their names start with a dot.
    if let Some(entry) = names.into_iter().find(|name| !PARTS.contains(&name.as_str()) && !name.starts_with('.')) {
        return Err(WireError::Occupied { place: into.display().to_string(), entry });
    }
    let [registry, index] = PARTS.map(|part| into.join(part));
    // Neither has to be there, as an index has not.
    Ok([Directory::writing(&registry, Role::Index)?, Directory::writing(&index, Role::Index)?])
}

/// Refuses two folders of which one is the other, or lies in it.
///
/// # Errors
/// [`WireError::Overlap`] tells which lies in which.
pub(super) fn apart(one: &Path, other: &Path) -> Result<(), WireError> {
    outside(one, other)?;
    outside(other, one)
}

/// Refuses a folder that is `outer`, or lies in it.
///
/// # Errors
/// [`WireError::Overlap`].
pub(super) fn outside(outer: &Path, inner: &Path) -> Result<(), WireError> {
    if holds(outer, inner) {
        return Err(WireError::Overlap { outer: outer.display().to_string(), inner: inner.display().to_string() });
    }
    Ok(())
}
