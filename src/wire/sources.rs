//! The hand that fetches sources.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use crate::adapters::git::{
    Credentials, GitSettings, GitSources, Mirror, NetworkSettings, ReplaceError, SystemResolver, resolve_replacement,
};
use crate::adapters::{ArchiveSettings, Archives, Laid, Sources, full_path};
use crate::config::{Config, Environment};
use crate::model::{Limits, Secret, TreePath};
use crate::ports::Revision;

use super::files::unreadable;
use super::repositories::Registry;
use super::{Overrides, WireError};

/// The fetcher that `config` describes, and what is laid on the disk for it.
pub(super) fn sources(
    overrides: &Overrides,
    registry: &Registry,
    at: Option<&Revision>,
    config: &Config,
    limits: &Limits,
) -> Result<Sources, WireError> {
    let (replace, laid) = replacements(registry, at, config)?;
    let network = NetworkSettings {
        allow_hosts: config.fetch.allow_hosts.clone(),
        allow_addresses: overrides.allow_addresses.clone(),
        credentials: credentials(config),
        mirror: overrides.mirror.as_deref().map(mirror).transpose()?,
        resolver: Arc::new(SystemResolver),
    };
    let archives = Archives::new(ArchiveSettings {
        replace: replace.clone(),
        allow_hosts: network.allow_hosts.clone(),
        allow_addresses: network.allow_addresses.clone(),
        limits: limits.clone(),
        resolver: Arc::new(SystemResolver),
    });
    let settings = GitSettings {
        replace,
        pass_env: Environment::pass(&config.fetch.pass_env),
        limits: limits.clone(),
        git: PathBuf::from("git"),
        network,
    };
    Ok(Sources::new(GitSources::new(settings).holding(laid), archives))
}

/// What stands in for sources, by clone URL: in the registry's folder, or laid out of its commit.
fn replacements(
    registry: &Registry,
    at: Option<&Revision>,
    config: &Config,
) -> Result<(BTreeMap<String, PathBuf>, Option<Laid>), WireError> {
    let replace = &config.fetch.replace;
    match (registry, at) {
        (Registry::Repository { repo, .. }, Some(at)) if !replace.is_empty() => {
            let laid = Laid::new()?;
            let lay = |(url, value): (&String, &TreePath)| {
                let place = laid.lay(repo, at, value)?.ok_or_else(|| ReplaceError::Missing { value: value.clone() })?;
                Ok((url.clone(), place))
            };
            Ok((replace.iter().map(lay).collect::<Result<_, WireError>>()?, Some(laid)))
        }
        (Registry::Folder(folder), _) => {
            let resolve = |(url, value): (&String, &TreePath)| Ok((url.clone(), resolve_replacement(folder, value)?));
            Ok((replace.iter().map(resolve).collect::<Result<_, WireError>>()?, None))
        }
        _ => Ok((BTreeMap::new(), None)),
    }
}

/// What lets the curator in, by host.
pub(super) fn credentials(config: &Config) -> Credentials {
    let missing = config.fetch.credentials.iter().filter(|(_, variable)| Environment::secret(variable).is_none());
    let missing = missing.map(|(host, variable)| (host.clone(), variable.clone())).collect();
    Credentials::new(secrets(config)).without(missing)
}

/// What lets the curator in, by host, as far as it is set.
pub(super) fn secrets(config: &Config) -> BTreeMap<String, Secret> {
    let named = config.fetch.credentials.iter();
    named.filter_map(|(host, variable)| Some((host.clone(), Environment::secret(variable)?))).collect()
}

/// The mirror that the operator named; a folder must be there.
fn mirror(text: &str) -> Result<Mirror, WireError> {
    let mirror = Mirror::parse(text)?;
    if let Mirror::Folder(folder) = &mirror {
        full_path(folder).map_err(|error| unreadable(Path::new(text), &error.to_string()))?;
    }
    Ok(mirror)
}
