//! The hand that fetches sources.

use std::collections::BTreeMap;
use std::path::PathBuf;

use crate::adapters::Laid;
use crate::adapters::git::{GitSettings, GitSources, ReplaceError, resolve_replacement};
use crate::config::{Config, Environment};
use crate::model::{Limits, TreePath};
use crate::ports::Revision;

use super::WireError;
use super::repositories::Registry;

/// The fetcher that `config` describes, and what is laid on the disk for it.
pub(super) fn sources(
    registry: &Registry,
    at: Option<&Revision>,
    config: &Config,
    limits: &Limits,
) -> Result<(GitSources, Option<Laid>), WireError> {
    let (replace, laid) = match (registry, at) {
        (Registry::Repository { repo, .. }, Some(at)) if !config.fetch.replace.is_empty() => {
            let laid = Laid::new()?;
            let lay = |(url, value): (&String, &TreePath)| {
                let place = laid.lay(repo, at, value)?.ok_or_else(|| ReplaceError::Missing { value: value.clone() })?;
                Ok((url.clone(), place))
            };
            (config.fetch.replace.iter().map(lay).collect::<Result<_, WireError>>()?, Some(laid))
        }
        (Registry::Folder(folder), _) => {
            let resolve = |(url, value): (&String, &TreePath)| Ok((url.clone(), resolve_replacement(folder, value)?));
            (config.fetch.replace.iter().map(resolve).collect::<Result<BTreeMap<String, PathBuf>, WireError>>()?, None)
        }
        _ => (BTreeMap::new(), None),
    };
    let pass_env = Environment::pass(&config.fetch.pass_env);
    let settings = GitSettings { replace, pass_env, limits: limits.clone(), git: PathBuf::from("git") };
    Ok((GitSources::new(settings), laid))
}
