//! The forge that is asked for numeric ids.

use crate::adapters::GitHub;
use crate::adapters::github::{ApiAddress, Keys, Pace, Patience};
use crate::config::Environment;

use super::WireError;

/// GitHub, or what the environment names in its place.
///
/// # Errors
/// [`WireError::Forge`] where that is no address.
pub fn forge(environment: &Environment) -> Result<GitHub, WireError> {
    github(environment, Patience::brief())
}

/// The same, waited for so long.
pub(super) fn github(environment: &Environment, patience: Patience) -> Result<GitHub, WireError> {
    let address = ApiAddress::new(environment.github_api.as_deref(), None)?;
    let keys = environment.github_token.clone().map_or(Keys::Nobody, Keys::Token);
    Ok(GitHub::new(address, keys, patience, Pace::default()))
}
