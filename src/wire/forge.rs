//! The forge: which repository there is the registry's, whom the curator speaks as, and where the forge calls.

use std::net::SocketAddr;

use crate::adapters::github::{ApiAddress, AppKeys, GitHubRepository, Installation, Keys, Pace, Patience};
use crate::adapters::{Address, Door, GitHub, RemoteUrl, Visits, read_file};
use crate::config::{Environment, GitHubVariables, Runner};
use crate::model::{ApiUse, RepositoryName, Secret};

use super::files::unreadable;
use super::{Overrides, WireError};

/// How the tokens of workflows and of Apps begin.
const INSTALLATION_TOKEN: &str = "ghs_";

/// The registry's repository on GitHub, or on what the environment names in its place.
///
/// # Errors
/// [`WireError`] where an address is none, or what an App proves itself with is missing or unusable.
pub fn forge(environment: &Environment, repository: RepositoryName) -> Result<GitHubRepository, WireError> {
    Ok(github(environment, Some(&repository), Patience::default())?.repository(repository))
}

/// What the forge was asked so far, and what it still answers.
#[must_use]
pub fn usage(forge: &GitHubRepository) -> Option<ApiUse> {
    let github = forge.github();
    Some(ApiUse { calls: github.calls(), budget: github.budget() })
}

/// GitHub, asked for numeric ids while a person waits who can do without them.
///
/// # Errors
/// As for [`forge()`].
pub fn identities(environment: &Environment) -> Result<GitHub, WireError> {
    github(environment, None, Patience::brief())
}

/// The registry's repository: the one that is named, else that of the workflow that runs, else what the registry's URL
/// says, where that is on the forge.
///
/// # Errors
/// [`WireError::NoRepository`] where nothing tells, and whatever [`forge()`] says of the address.
pub fn repository_name(overrides: &Overrides, environment: &Environment) -> Result<RepositoryName, WireError> {
    if let Some(name) = overrides.repository.as_ref().or(environment.github.repository.as_ref()) {
        return Ok(name.clone());
    }
    let place = overrides.registry.as_deref().map(Address::parse).transpose()?;
    match place {
        Some(Address::Remote(url)) if address(&environment.github)?.is_at(url.host()) => {
            name_in(&url).ok_or(WireError::NoRepository)
        }
        _ => Err(WireError::NoRepository),
    }
}

/// GitHub, asked for what is about `repository` and waited for so long.
pub(super) fn github(
    environment: &Environment,
    repository: Option<&RepositoryName>,
    patience: Patience,
) -> Result<GitHub, WireError> {
    let variables = &environment.github;
    let keys = match app(variables, repository)? {
        Some(app) => Keys::App(Box::new(app)),
        None => token(variables),
    };
    Ok(GitHub::new(address(variables)?, keys, patience, Pace::default()))
}

/// The token that git may use at the forge, and the host that it is for: where the command line names a remote there and
/// nothing else is to be used.
pub(super) async fn git_token(
    overrides: &Overrides,
    environment: &Environment,
) -> Result<Option<(String, Secret)>, WireError> {
    if environment.git_token.is_some() {
        return Ok(None);
    }
    let forge = address(&environment.github)?;
    let mut host = None;
    for place in [&overrides.registry, &overrides.index].into_iter().flatten() {
        if let Address::Remote(url) = Address::parse(place)?
            && url.protocol() == "https"
            && forge.is_at(url.host())
        {
            host = Some(url.host().to_owned());
        }
    }
    let Some(host) = host else { return Ok(None) };
    let forge = if let Some(forge) = &overrides.forge {
        forge.clone()
    } else {
        let repository = repository_name(overrides, environment).ok();
        github(environment, repository.as_ref(), Patience::default())?
    };
    Ok(forge.token().await?.map(|token| (host, token)))
}

fn address(variables: &GitHubVariables) -> Result<ApiAddress, WireError> {
    let api = variables.api.as_deref();
    let derived = ApiAddress::new(api, None)?;
    let address = match &variables.uploads {
        None => derived,
        Some(uploads) => ApiAddress::new(api, Some(uploads)).map_err(WireError::Uploads)?,
    };
    address.with_web(variables.web.as_deref()).map_err(WireError::Web)
}

fn token(variables: &GitHubVariables) -> Keys {
    match &variables.token {
        None => Keys::Nobody,
        Some(token) if variables.runner == Runner::Actions && token.reveal().starts_with(INSTALLATION_TOKEN) => {
            Keys::Actions(token.clone())
        }
        Some(token) => Keys::Token(token.clone()),
    }
}

/// What the App proves itself with, where the environment names one. Without a repository nothing tells which of its
/// installations is meant.
fn app(variables: &GitHubVariables, repository: Option<&RepositoryName>) -> Result<Option<AppKeys>, WireError> {
    let Some(id) = &variables.app else { return Ok(None) };
    let number = |name: &'static str, text: &str| {
        text.parse::<u64>().map_err(|_| WireError::NoNumber { name, text: text.to_owned() })
    };
    let installation = match (&variables.installation, repository) {
        (Some(text), _) => Installation::Number(number("CURATOR_APP_INSTALLATION", text)?),
        (None, Some(repository)) => Installation::Of(repository.clone()),
        (None, None) => return Ok(None),
    };
    let key = match (&variables.app_key, &variables.app_key_file) {
        (Some(key), _) => key.clone(),
        (None, Some(file)) => {
            let bytes = read_file(file).map_err(|error| unreadable(file, &error.to_string()))?;
            let bytes = bytes.ok_or_else(|| unreadable(file, "it is not there"))?;
            Secret::new(String::from_utf8_lossy(&bytes).into_owned())
        }
        (None, None) => return Err(WireError::NoAppKey),
    };
    Ok(Some(AppKeys::new(number("CURATOR_APP_ID", id)?, &key, installation)?))
}

/// The name of a repository at the end of its URL: `https://host/owner/name.git`, `user@host:owner/name`.
fn name_in(url: &RemoteUrl) -> Option<RepositoryName> {
    let path = match url.as_str().split_once("://") {
        Some((_, rest)) => rest.split_once('/')?.1,
        None => url.as_str().split_once(':')?.1,
    };
    let path = path.trim_end_matches('/');
    let (owner, name) = path.strip_suffix(".git").unwrap_or(path).rsplit_once('/')?;
    let owner = owner.rsplit('/').next().unwrap_or_default();
    format!("{owner}/{name}").parse().ok()
}

/// The door at which webhooks come in.
///
/// # Errors
/// [`WireError::Door`] where nobody can listen there.
pub async fn door(address: SocketAddr) -> Result<Door, WireError> {
    Ok(Door::open(address, Visits::default()).await?)
}
