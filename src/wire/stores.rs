//! The stores, and the places that must not lie in each other.

use std::path::{Path, PathBuf};

use crate::adapters::{Address, Places, holds};
use crate::config::Config;

use super::repositories::{IndexAddress, Registry};
use super::{Overrides, WireError};

/// The name and the folder of each store.
pub(super) fn store_folders(overrides: &Overrides, places: &Places, config: &Config) -> Vec<(String, PathBuf)> {
    if overrides.stores.is_empty() {
        let configured = config.store.iter();
        return configured.map(|store| (store.name.clone(), places.from_registry(&store.path))).collect();
    }
    overrides.stores.iter().map(|folder| (folder.display().to_string(), folder.clone())).collect()
}

/// Refuses an index that holds the registry or a store, and a store that holds the index: an index is switched as a whole
/// folder, with everything in it.
pub(super) fn keep_apart(
    registry: &Registry,
    index: &IndexAddress,
    stores: &[(String, PathBuf)],
) -> Result<(), WireError> {
    let overlap = |outer: &Path, inner: &Path| WireError::Overlap {
        outer: outer.display().to_string(),
        inner: inner.display().to_string(),
    };
    let index: &Path = match (index, registry) {
        (IndexAddress::Folder(index), Registry::Folder(registry)) if holds(index, registry) => {
            return Err(overlap(index, registry));
        }
        // People write the one and the curator the other: on one branch, each would undo the other.
        (IndexAddress::Repository(index), Registry::Repository { address, .. })
            if index.repository == address.repository && index.branch == address.branch =>
        {
            return Err(WireError::Overlap { outer: index.to_string(), inner: address.to_string() });
        }
        (IndexAddress::Folder(index), _) => index,
        (IndexAddress::Repository(index), _) => match &index.repository {
            Address::Repository(git_dir) => git_dir,
            _ => return Ok(()),
        },
    };
    for (_, store) in stores {
        if holds(index, store) {
            return Err(overlap(index, store));
        }
        if holds(store, index) {
            return Err(overlap(store, index));
        }
    }
    Ok(())
}
