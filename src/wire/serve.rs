//! What `curator serve` needs: a folder, and a door for those who read it.

use std::net::SocketAddr;
use std::path::Path;

use crate::adapters::{Door, ServedFolder, Visits};

use super::WireError;

/// The folder that is served.
///
/// # Errors
/// [`WireError::Serve`] where it is no mirror and no index.
pub fn served(dir: &Path) -> Result<ServedFolder, WireError> {
    Ok(ServedFolder::open(dir)?)
}

/// The door at which readers come in.
///
/// # Errors
/// [`WireError::Door`] where nobody can listen there.
pub async fn readers_door(address: SocketAddr) -> Result<Door, WireError> {
    Ok(Door::open(address, Visits::of_readers()).await?)
}
