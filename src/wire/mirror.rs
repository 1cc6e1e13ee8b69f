//! The hands of a mirror and of a restoration.

use std::path::Path;

use crate::adapters::{Directory, MirrorDisk, Objects, Place, Store};
use crate::config::Environment;
use crate::ports::Role;

use super::made::{apart, made};
use super::repositories::Repositories;
use super::{Access, Overrides, WireError};

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
    apart(from, to)?;
    let store = Store::Objects(Objects::directory("local", &to.join(STORE)));
    Ok((MirrorDisk::reading(from), made(to)?, store))
}
