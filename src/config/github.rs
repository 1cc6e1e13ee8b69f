//! What the environment says of GitHub.

use std::path::PathBuf;

use crate::model::{RepositoryName, Secret};

/// What the environment says of GitHub.
#[derive(Clone, Default)]
pub struct GitHubVariables {
    /// Where its API is (`CURATOR_GITHUB_API`), where that is not its own address.
    pub api: Option<String>,
    /// Where its uploads go (`CURATOR_GITHUB_UPLOADS`), where the API's address does not tell.
    pub uploads: Option<String>,
    /// Where people look at it and download (`CURATOR_GITHUB_WEB`), where the API's address does not tell.
    pub web: Option<String>,
    /// A token (`GITHUB_TOKEN`): that of a workflow, of an App or of a person.
    pub token: Option<Secret>,
    /// The repository of the workflow that runs (`GITHUB_REPOSITORY`).
    pub repository: Option<RepositoryName>,
    /// Who started the curator (`GITHUB_ACTIONS`).
    pub runner: Runner,
    /// The number of a GitHub App (`CURATOR_APP_ID`).
    pub app: Option<String>,
    /// Its private key in PEM (`CURATOR_APP_KEY`).
    pub app_key: Option<Secret>,
    /// The file that holds the key instead (`CURATOR_APP_KEY_FILE`).
    pub app_key_file: Option<PathBuf>,
    /// The number of its installation (`CURATOR_APP_INSTALLATION`), where that is not the one of the repository.
    pub installation: Option<String>,
}

/// Who started the curator.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Runner {
    /// A workflow of GitHub Actions.
    Actions,
    /// Anybody else.
    #[default]
    Other,
}

impl GitHubVariables {
    /// Reads the variables by `text`, which gives what a variable holds.
    pub(super) fn read(text: impl Fn(&str) -> Option<String>) -> Self {
        Self {
            api: text("CURATOR_GITHUB_API"),
            uploads: text("CURATOR_GITHUB_UPLOADS"),
            web: text("CURATOR_GITHUB_WEB"),
            token: text("GITHUB_TOKEN").map(Secret::new),
            repository: text("GITHUB_REPOSITORY").and_then(|name| name.parse().ok()),
            runner: if text("GITHUB_ACTIONS").as_deref() == Some("true") { Runner::Actions } else { Runner::Other },
            app: text("CURATOR_APP_ID"),
            app_key: text("CURATOR_APP_KEY").map(Secret::new),
            app_key_file: text("CURATOR_APP_KEY_FILE").map(PathBuf::from),
            installation: text("CURATOR_APP_INSTALLATION"),
        }
    }
}
