//! The hands of a mirror and of a restoration.

use std::path::Path;

use crate::adapters::{Directory, MirrorDisk, Objects, Place, Store, holds, names_in};
use crate::config::Environment;
use crate::ports::Role;

use super::files::unreadable;
use super::repositories::Repositories;
use super::{Access, Overrides, WireError};

/// What a restored registry consists of.
const PARTS: [&str; 2] = ["registry", "index"];
/// Where the store of a restored registry is.
const STORE: &str = ".curator/store";

/// The folder of a mirror that is to be brought up to date.
///
/// # Errors
/// [`WireError::Workspace`] where it cannot be written, or is being written.
pub fn mirror_target(dir: &Path) -> Result<MirrorDisk, WireError> {
    Ok(MirrorDisk::writing(dir)?)
}

/// The registry whose files a mirror is to hold; `None` where none is named.
///
/// # Errors
/// Whatever keeps it from being opened.
pub fn mirrored_registry(overrides: &Overrides, environment: &Environment) -> Result<Option<Place>, WireError> {
    let Some(place) = &overrides.registry else { return Ok(None) };
    let repositories = Repositories { overrides, environment, access: Access::Read, forge_token: None };
    repositories.foreign(place, Role::Registry).map(Some)
}

/// A mirror to read from, and the registry, the index and the store that are made of it.
///
/// # Errors
/// [`WireError::Overlap`] where they would lie in each other, [`WireError::Occupied`] where the folder holds something else.
pub fn restoration(from: &Path, to: &Path) -> Result<(MirrorDisk, [Directory; 2], Store), WireError> {
    let overlap = |outer: &Path, inner: &Path| WireError::Overlap {
        outer: outer.display().to_string(),
        inner: inner.display().to_string(),
    };
    if holds(from, to) {
        return Err(overlap(from, to));
    }
    if holds(to, from) {
        return Err(overlap(to, from));
    }
    let names = names_in(to).map_err(|error| unreadable(to, &error.to_string()))?;
    if let Some(entry) = names.into_iter().find(|name| !PARTS.contains(&name.as_str()) && !name.starts_with('.')) {
        return Err(WireError::Occupied { place: to.display().to_string(), entry });
    }
    let [registry, index] = PARTS.map(|part| to.join(part));
    // Neither has to be there, as an index has not.
    let places = [Directory::writing(&registry, Role::Index)?, Directory::writing(&index, Role::Index)?];
    Ok((MirrorDisk::reading(from), places, Store::Objects(Objects::directory("local", &to.join(STORE)))))
}
