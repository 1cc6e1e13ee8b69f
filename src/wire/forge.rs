//! The forge: whom the curator asks, and where the forge calls.

use std::net::SocketAddr;

use crate::adapters::{Door, GitHub, Visits};
use crate::config::Environment;

use super::WireError;

/// GitHub, or what the environment names in its place.
///
/// # Errors
/// [`WireError::Forge`] where that is no address.
pub fn forge(environment: &Environment) -> Result<GitHub, WireError> {
    Ok(GitHub::new(environment.github_api.as_deref(), environment.github_token.clone())?)
}

/// The door at which webhooks come in.
///
/// # Errors
/// [`WireError::Door`] where nobody can listen there.
pub async fn door(address: SocketAddr) -> Result<Door, WireError> {
    Ok(Door::open(address, Visits::default()).await?)
}
