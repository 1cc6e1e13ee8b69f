//! The hand that fetches sources.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::adapters::Places;
use crate::adapters::git::{GitSettings, GitSources, ReplaceError, resolve_replacement};
use crate::config::{Config, Environment};
use crate::model::Limits;

use super::WireError;

/// The fetcher that `config` describes.
pub(super) fn sources(places: &Places, config: &Config, limits: &Limits) -> Result<GitSources, WireError> {
    let replace: Result<BTreeMap<String, PathBuf>, ReplaceError> = config
        .fetch
        .replace
        .iter()
        .map(|(url, value)| Ok((url.clone(), resolve_replacement(&places.registry, value)?)))
        .collect();
    let pass_env = Environment::pass(&config.fetch.pass_env);
    Ok(GitSources::new(GitSettings { replace: replace?, pass_env, limits: limits.clone(), git: PathBuf::from("git") }))
}
