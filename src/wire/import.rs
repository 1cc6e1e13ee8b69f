//! The hands of an import: what is read, and the folders that are made of it.

use std::path::Path;

use crate::adapters::{Address, Directory, Place};
use crate::config::Environment;
use crate::ports::Role;

use super::made::{PARTS, apart, made};
use super::repositories::Repositories;
use super::{Access, Overrides, WireError};

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
    for source in [&overrides.registry, &overrides.index].into_iter().flatten() {
        let (Address::Folder(source) | Address::Repository(source)) = Address::parse(source)? else { continue };
        PARTS.iter().try_for_each(|part| apart(&source, &into.join(part)))?;
    }
    made(into)
}
