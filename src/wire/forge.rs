//! The forge that is asked for numeric ids.

use crate::adapters::GitHub;
use crate::config::Environment;

use super::WireError;

/// GitHub, or what the environment names in its place.
///
/// # Errors
/// [`WireError::Forge`] where that is no address.
pub fn forge(environment: &Environment) -> Result<GitHub, WireError> {
    Ok(GitHub::new(environment.github_api.as_deref(), environment.github_token.clone())?)
}
