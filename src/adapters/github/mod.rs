//! GitHub, asked through its REST API.

mod address;
mod auth;
mod client;
mod conversation;
mod failure;
mod kept;
mod lane;
mod limits;
mod patience;
mod people;
mod pulls;
mod releases;
mod repository;
mod request;
mod verdicts;

use std::fmt;
use std::sync::Arc;

use serde::Deserialize;

use crate::model::{ApiBudget, Location, Secret};
use crate::ports::{Forge, ForgeError, ForgeOwner, Identity};

use super::clock::now;
pub use address::{ApiAddress, ApiAddressError};
pub use auth::{AppKeyError, AppKeys, Installation, Keys};
use client::Client;
use failure::Failure;
pub use patience::{Pace, Patience};
pub use releases::ReleaseStore;
pub use repository::GitHubRepository;

/// The API of GitHub, or of a server that speaks like it. A copy shares connections, limits and kept answers.
#[derive(Clone)]
pub struct GitHub {
    client: Arc<Client>,
}

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

impl fmt::Debug for GitHub {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("GitHub").field(&self.client.address).finish()
    }
}

impl GitHub {
    /// The API at `address`, asked as whoever `keys` are of.
    #[must_use]
    pub fn new(address: ApiAddress, keys: Keys, patience: Patience, pace: Pace) -> Self {
        Self { client: Arc::new(Client::new(address, keys, patience, pace)) }
    }

    /// The token that requests are made with at the moment, so that git can use it, too; `None` where there is none.
    ///
    /// # Errors
    /// [`ForgeError`] where an App gets none.
    pub async fn token(&self) -> Result<Option<Secret>, ForgeError> {
        Ok(self.client.token().await?)
    }

    /// What the forge last said is left of its limit; `None` where it has said nothing yet.
    #[must_use]
    pub fn budget(&self) -> Option<ApiBudget> {
        self.client.budget()
    }

    /// How many requests were made to the API.
    #[must_use]
    pub fn calls(&self) -> u64 {
        self.client.calls()
    }
}

impl Forge for GitHub {
    async fn identify(&self, location: &Location) -> Result<Option<Identity>, ForgeError> {
        let Location::GitHub { github_owner, github_repo, .. } = location else { return Ok(None) };
        let full_name = format!("{github_owner}/{github_repo}");
        let moved = || ForgeError::Moved { location: location.to_string() };
        let asked = self.client.get::<Repository>(&format!("/repos/{full_name}")).await;
        let repository = asked.map_err(|failure| match failure {
            Failure::Other(ForgeError::Moved { .. }) => moved(),
            Failure::Refused(it) if matches!(it.status, 404 | 451) => {
                ForgeError::Unknown { location: location.to_string() }
            }
            other => other.into(),
        })?;
        // GitHub's redirect may be followed by a server in between: the answer says whose it is.
        if !repository.full_name.eq_ignore_ascii_case(&full_name) {
            return Err(moved());
        }
        let owner = match repository.owner.kind.as_str() {
            "User" => ForgeOwner::User(repository.owner.id),
            _ => ForgeOwner::Organization(repository.owner.id),
        };
        Ok(Some(Identity { repository: repository.id, owner }))
    }
}
