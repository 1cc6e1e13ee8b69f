//! The hands of an import: what is read, and the folders that are made of it.

use std::path::Path;

use crate::adapters::{Address, Directory, Place, holds, names_in};
use crate::config::Environment;
use crate::ports::Role;

use super::files::unreadable;
use super::repositories::Repositories;
use super::{Access, Overrides, WireError};

/// The registry and the index in the folder of an import.
const PARTS: [&str; 2] = ["registry", "index"];

/// The registry and the index that an import reads, for reading only.
///
/// # Errors
/// [`WireError::Unnamed`] where one of the two is not named, and whatever keeps a repository from being opened.
pub fn import_source(overrides: &Overrides, environment: &Environment) -> Result<[Place; 2], WireError> {
    let repositories = Repositories { overrides, environment, access: Access::Read, forge_token: None };
    let registry = overrides.registry.as_ref().ok_or(WireError::Unnamed("--registry"))?;
    let index = overrides.index.as_ref().ok_or(WireError::Unnamed("--index"))?;
    Ok([repositories.foreign(registry, Role::Registry)?, repositories.foreign(index, Role::Index)?])
}

/// The registry and the index that an import makes in the folder `into`, as their only writer.
///
/// # Errors
/// [`WireError::Overlap`] where they would lie in what is read, [`WireError::Occupied`] where the folder holds something
/// else, and [`WireError::Repo`] where they cannot be written.
pub fn import_target(overrides: &Overrides, into: &Path) -> Result<[Directory; 2], WireError> {
    let targets = PARTS.map(|part| into.join(part));
    for source in [&overrides.registry, &overrides.index].into_iter().flatten() {
        let (Address::Folder(source) | Address::Repository(source)) = Address::parse(source)? else { continue };
        for target in &targets {
            let overlap = |outer: &Path, inner: &Path| WireError::Overlap {
                outer: outer.display().to_string(),
                inner: inner.display().to_string(),
            };
            if holds(&source, target) {
                return Err(overlap(&source, target));
            }
            if holds(target, &source) {
                return Err(overlap(target, &source));
            }
        }
    }
    let names = names_in(into).map_err(|error| unreadable(into, &error.to_string()))?;
    // Writers keep their own files beside the two, and stores may be there by now; their names start with a dot.
    if let Some(other) = names.into_iter().find(|name| !PARTS.contains(&name.as_str()) && !name.starts_with('.')) {
        return Err(WireError::Occupied { place: into.display().to_string(), entry: other });
    }
    // Neither has to be there, as an index has not: an import begins with nothing.
    let [registry, index] = targets;
    Ok([Directory::writing(&registry, Role::Index)?, Directory::writing(&index, Role::Index)?])
}
