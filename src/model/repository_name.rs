//! The name of a repository on a forge.

use std::fmt;
use std::str::FromStr;

use super::location::GitHubName;
use super::serde_text::serde_through_text;

/// `owner/name`, as GitHub writes the name of a repository.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct RepositoryName {
    owner: String,
    name: String,
}

/// Why a text is not the name of a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no name of a repository: write it as owner/name")]
pub struct RepositoryNameError(String);

impl RepositoryName {
    /// Whom it belongs to.
    #[must_use]
    pub fn owner(&self) -> &str {
        &self.owner
    }

    /// What it is called.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }
}

impl FromStr for RepositoryName {
    type Err = RepositoryNameError;

    fn from_str(text: &str) -> Result<Self, RepositoryNameError> {
        let refused = || RepositoryNameError(text.to_owned());
        let (owner, name) = text.split_once('/').ok_or_else(refused)?;
        let sound = |part: &str| part.parse::<GitHubName>().is_ok();
        if !(sound(owner) && sound(name)) {
            return Err(refused());
        }
        Ok(Self { owner: owner.to_owned(), name: name.to_owned() })
    }
}

impl fmt::Display for RepositoryName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.owner, self.name)
    }
}

serde_through_text!(RepositoryName);
