//! The people of GitHub, and the workflows that it runs for us.

use std::collections::BTreeSet;

use http::Method;
use serde::Deserialize;
use serde_json::json;

use crate::model::{Person, PullNumber, RepositoryName};
use crate::ports::{ForgeError, People};

use super::auth::Keys;
use super::failure::Failure;
use super::repository::{Account, Done, GitHubRepository, encoded, person};
use super::request::Request;

/// The account that the token of a workflow writes as.
const ACTIONS: (u64, &str) = (41_898_282, "github-actions[bot]");

#[derive(Deserialize)]
struct AppNow {
    slug: String,
}

impl GitHubRepository {
    async fn who(&self) -> Result<Person, Failure> {
        let client = &self.github.client;
        let account = match &client.keys {
            Keys::Nobody => {
                return Err(ForgeError::Denied { message: "there is no GITHUB_TOKEN".to_owned() }.into());
            }
            Keys::Actions(_) => {
                let (id, login) = ACTIONS;
                Account { id, login: login.to_owned() }
            }
            Keys::Token(_) => client.get("/user").await?,
            Keys::App(app) => {
                let app: AppNow = client.get_as_app(app, "/app").await?;
                client.get(&format!("/users/{}", encoded(&format!("{}[bot]", app.slug)))).await?
            }
        };
        Ok(person(Some(account)))
    }
}

impl People for GitHubRepository {
    async fn me(&self) -> Result<Person, ForgeError> {
        Ok(self.known.me.get_or_try_init(|| self.who()).await?.clone())
    }

    async fn team(&self, team: &str) -> Result<BTreeSet<u64>, ForgeError> {
        // Written like the name of a repository, and of the same letters.
        let name: RepositoryName = team.parse().map_err(|_| ForgeError::Unknown { location: team.to_owned() })?;
        let route = format!("/orgs/{}/teams/{}/members", name.owner(), name.name());
        let members = self.github.client.list::<Account>(&route).await;
        let members = members.map_err(|failure| match failure {
            Failure::Refused(it) if it.status == 404 => ForgeError::Unknown { location: format!("the team {team}") },
            other => other.into(),
        })?;
        Ok(members.into_iter().map(|member| member.id).collect())
    }

    async fn dispatch(&self, file: &str, branch: &str, pull: Option<PullNumber>) -> Result<(), ForgeError> {
        let route = self.route(&format!("actions/workflows/{}/dispatches", encoded(file)));
        let inputs = pull.map(|PullNumber(number)| json!({ "pull": number.to_string() }));
        let content = match inputs {
            Some(inputs) => json!({ "ref": branch, "inputs": inputs }),
            None => json!({ "ref": branch }),
        };
        let request = Request::json(Method::POST, route, &content);
        // Nobody can tell whether a run was started for this request; a second run finds nothing to do.
        let Done = self.github.client.write(&request, || async { Ok(None) }).await?;
        Ok(())
    }
}
