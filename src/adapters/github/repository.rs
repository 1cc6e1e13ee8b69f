//! A repository on GitHub, and what its answers look like as far as that counts.

use std::sync::Arc;
use std::sync::atomic::AtomicBool;

use serde::Deserialize;
use serde::de::IgnoredAny;
use tokio::sync::OnceCell;
use url::form_urlencoded::byte_serialize;

use crate::model::{Location, Person, RepositoryName};
use crate::ports::{Forge, ForgeError, Identity};

use super::GitHub;

/// A repository on GitHub. A copy shares everything with it.
#[derive(Clone)]
pub struct GitHubRepository {
    pub(super) github: GitHub,
    pub(super) name: RepositoryName,
    pub(super) known: Arc<Known>,
}

/// What was found out about the token on the way.
#[derive(Default)]
pub(super) struct Known {
    /// Whose it is.
    pub(super) me: OnceCell<Person>,
    /// Whether it may not write check runs.
    pub(super) without_checks: AtomicBool,
}

impl GitHub {
    /// A repository there.
    #[must_use]
    pub fn repository(&self, name: RepositoryName) -> GitHubRepository {
        GitHubRepository { github: self.clone(), name, known: Arc::default() }
    }
}

impl GitHubRepository {
    /// The API that it is asked through.
    #[must_use]
    pub fn github(&self) -> &GitHub {
        &self.github
    }

    /// Its name.
    #[must_use]
    pub fn name(&self) -> &RepositoryName {
        &self.name
    }

    /// The route of something in it.
    pub(super) fn route(&self, rest: &str) -> String {
        format!("/repos/{}/{rest}", self.name)
    }
}

impl Forge for GitHubRepository {
    async fn identify(&self, location: &Location) -> Result<Option<Identity>, ForgeError> {
        self.github.identify(location).await
    }
}

/// A text as part of a path or a query.
pub(super) fn encoded(text: &str) -> String {
    // A blank is `+` only in a query.
    byte_serialize(text.as_bytes()).collect::<String>().replace('+', "%20")
}

/// An account. That of whoever left GitHub is gone.
#[derive(Deserialize, Clone)]
pub(super) struct Account {
    pub(super) id: u64,
    pub(super) login: String,
}

/// Who it was: what GitHub shows as a ghost has the number of nobody.
pub(super) fn person(account: Option<Account>) -> Person {
    let ghost = || Account { id: 0, login: "ghost".to_owned() };
    let Account { id, login } = account.unwrap_or_else(ghost);
    Person { id, login }
}

/// Something with a name.
#[derive(Deserialize)]
pub(super) struct Named {
    pub(super) name: String,
}

/// An answer of which nothing counts but that it came.
#[derive(Deserialize)]
#[serde(from = "IgnoredAny")]
pub(super) struct Done;

impl From<IgnoredAny> for Done {
    fn from(_: IgnoredAny) -> Self {
        Self
    }
}

/// The first `most` characters of a text: GitHub refuses more.
pub(super) fn cut(text: &str, most: usize) -> &str {
    text.char_indices().nth(most).map_or(text, |(end, _)| text.get(..end).unwrap_or_default())
}
