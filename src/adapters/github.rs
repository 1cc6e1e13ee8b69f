//! GitHub, asked through its REST API.

use std::time::Duration;

use http_body_util::{BodyExt as _, Limited};
use octocrab::Octocrab;
use serde::Deserialize;

use crate::model::{Location, Secret};
use crate::ports::{Forge, ForgeError, ForgeOwner, Identity};

/// Where the API is.
const API: &str = "https://api.github.com";
/// The longest time that one question may take. Nothing depends on the answer, and a person waits.
const PATIENCE: Duration = Duration::from_secs(10);
/// The most bytes of an answer: that of a repository has about 7 kB.
const MOST_BYTES: usize = 1 << 20;

/// The API of GitHub, or of a server that speaks like it.
pub struct GitHub {
    api: String,
    token: Option<Secret>,
}

/// An address that is none of an API.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is not the address of an API: it is https, or http on this machine")]
pub struct ApiAddressError(String);

/// The part of an answer that counts. octocrab's own model demands fields that GitHub's description leaves optional.
#[derive(Deserialize)]
struct Repository {
    id: u64,
    full_name: String,
    owner: Owner,
}

#[derive(Deserialize)]
struct Owner {
    id: u64,
    #[serde(rename = "type")]
    kind: String,
}

impl GitHub {
    /// The API at `api`, where that is not GitHub's own, with a token that raises its limits.
    ///
    /// # Errors
    /// [`ApiAddressError`]: a token would be sent in the clear.
    pub fn new(api: Option<&str>, token: Option<Secret>) -> Result<Self, ApiAddressError> {
        let api = api.unwrap_or(API).trim_end_matches('/');
        let local = ["http://127.0.0.1", "http://[::1]", "http://localhost"];
        let is_local = |rest: &str| rest.is_empty() || rest.starts_with([':', '/']);
        let safe = api.starts_with("https://") || local.iter().any(|it| api.strip_prefix(it).is_some_and(is_local));
        if safe { Ok(Self { api: api.to_owned(), token }) } else { Err(ApiAddressError(api.to_owned())) }
    }

    async fn ask(&self, location: &Location, route: &str, full_name: &str) -> Result<Identity, ForgeError> {
        let builder = Octocrab::builder().set_connect_timeout(Some(PATIENCE)).set_read_timeout(Some(PATIENCE));
        let builder = builder.base_uri(&self.api).map_err(unreachable)?;
        let builder = match &self.token {
            Some(token) => builder.personal_token(token.reveal().to_owned()),
            None => builder,
        };
        let response = builder.build().map_err(unreachable)?._get(route).await.map_err(unreachable)?;
        let header = |name: &str| response.headers().get(name).and_then(|value| value.to_str().ok());
        let location = || location.to_string();
        match response.status().as_u16() {
            200 => {}
            301 | 302 | 307 | 308 => return Err(ForgeError::Moved { location: location() }),
            404 | 451 => return Err(ForgeError::Unknown { location: location() }),
            429 => return Err(limited()),
            403 if header("x-ratelimit-remaining") == Some("0") || header("retry-after").is_some() => {
                return Err(limited());
            }
            401 | 403 => return Err(ForgeError::Denied { message: "it does not accept GITHUB_TOKEN".to_owned() }),
            status => return Err(ForgeError::Unreachable { message: format!("it answers {status}") }),
        }
        let body = Limited::new(response.into_body(), MOST_BYTES).collect().await;
        let body = body.map_err(|error| ForgeError::Unreachable { message: error.to_string() })?.to_bytes();
        let repository: Repository = serde_json::from_slice(&body).map_err(unreachable)?;
        // GitHub's redirect may be followed by a server in between: the answer says whose it is.
        if !repository.full_name.eq_ignore_ascii_case(full_name) {
            return Err(ForgeError::Moved { location: location() });
        }
        let owner = match repository.owner.kind.as_str() {
            "User" => ForgeOwner::User(repository.owner.id),
            _ => ForgeOwner::Organization(repository.owner.id),
        };
        Ok(Identity { repository: repository.id, owner })
    }
}

impl Forge for GitHub {
    async fn identify(&self, location: &Location) -> Result<Option<Identity>, ForgeError> {
        let Location::GitHub { github_owner, github_repo, .. } = location else { return Ok(None) };
        let full_name = format!("{github_owner}/{github_repo}");
        let route = format!("/repos/{full_name}");
        match tokio::time::timeout(PATIENCE, self.ask(location, &route, &full_name)).await {
            Ok(answer) => answer.map(Some),
            Err(_) => Err(ForgeError::Unreachable { message: format!("no answer within {} s", PATIENCE.as_secs()) }),
        }
    }
}

fn limited() -> ForgeError {
    ForgeError::RateLimited { message: "GITHUB_TOKEN would raise it".to_owned() }
}

/// The innermost reason alone: octocrab's own words end in a backtrace.
fn unreachable(error: impl std::error::Error) -> ForgeError {
    let mut reason: &dyn std::error::Error = &error;
    while let Some(source) = reason.source() {
        reason = source;
    }
    let message = reason.to_string();
    ForgeError::Unreachable { message: message.lines().next().unwrap_or_default().to_owned() }
}
