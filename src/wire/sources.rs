//! The hand that fetches sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::git::{
    Credentials, GitSettings, GitSources, Mirror, NetworkSettings, ReplaceError, SystemResolver, resolve_replacement,
};
use crate::adapters::{Places, full_path};
use crate::config::{Config, Environment};
use crate::model::{Limits, Secret};

use super::files::unreadable;
use super::{Overrides, WireError};

/// The fetcher that `config` describes.
pub(super) fn sources(
    overrides: &Overrides,
    places: &Places,
    config: &Config,
    limits: &Limits,
) -> Result<GitSources, WireError> {
    let replace: Result<BTreeMap<String, PathBuf>, ReplaceError> = config
        .fetch
        .replace
        .iter()
        .map(|(url, value)| Ok((url.clone(), resolve_replacement(&places.registry, value)?)))
        .collect();
    let network = NetworkSettings {
        allow_hosts: config.fetch.allow_hosts.clone(),
        allow_addresses: overrides.allow_addresses.clone(),
        credentials: credentials(config)?,
        mirror: overrides.mirror.as_deref().map(mirror).transpose()?,
        resolver: Arc::new(SystemResolver),
    };
    let settings = GitSettings {
        replace: replace?,
        pass_env: Environment::pass(&config.fetch.pass_env),
        limits: limits.clone(),
        git: PathBuf::from("git"),
        network,
    };
    Ok(GitSources::new(settings))
}

/// What lets the curator in, by host.
///
/// # Errors
/// [`WireError::Credential`] where a variable is not set: a fetch without it could only be refused.
pub(super) fn credentials(config: &Config) -> Result<Credentials, WireError> {
    let secret = |(host, variable): (&String, &String)| -> Result<(String, Secret), WireError> {
        let missing = || WireError::Credential { host: host.clone(), variable: variable.clone() };
        Ok((host.clone(), Environment::secret(variable).ok_or_else(missing)?))
    };
    Ok(Credentials::new(config.fetch.credentials.iter().map(secret).collect::<Result<_, _>>()?))
}

/// The mirror that the operator named; a folder must be there.
fn mirror(text: &str) -> Result<Mirror, WireError> {
    let mirror = Mirror::parse(text)?;
    if let Mirror::Folder(folder) = &mirror {
        full_path(folder).map_err(|error| unreadable(Path::new(text), &error.to_string()))?;
    }
    Ok(mirror)
}
