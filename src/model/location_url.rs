//! Locations as people give them: a URL to clone from, or `github:owner/repository`.

use super::archive_url::{ArchiveUrl, ArchiveUrlError};
use super::location::{GitHubName, GitHubNameError, GitUrl, GitUrlError, Location};
use super::tree::TreePath;

/// Why a text is not the URL of a source.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum LocationUrlError {
    /// Nothing protects the way to the source, or it needs a key that a curator does not have.
    #[error("a source is fetched over https: write https://host/path.git, or github:owner/repository")]
    Scheme,
    /// The text names something inside a repository of GitHub, or no repository.
    #[error("a repository on GitHub is written https://github.com/owner/repository, or github:owner/repository")]
    GitHubPath,
    /// The owner or the repository is outside GitHub's grammar.
    #[error(transparent)]
    GitHubName(#[from] GitHubNameError),
    /// An archive is packed whole.
    #[error("an archive has no folder of the package: it is packed as it is, without its top folder")]
    ArchiveFolder,
    /// The text is outside the grammar of URLs of archives.
    #[error(transparent)]
    ArchiveUrl(#[from] ArchiveUrlError),
    /// The text is outside the registry's grammar of URLs.
    #[error(transparent)]
    GitUrl(#[from] GitUrlError),
}

/// The schemes under which github.com was reached in the Bower days. All of them lead to the same repository today,
/// which is fetched over https.
const GITHUB: [&str; 4] = ["github:", "https://github.com/", "http://github.com/", "git://github.com/"];

impl Location {
    /// The location that the URL of an archive or of a repository names.
    ///
    /// # Errors
    /// [`LocationUrlError`] as [`Self::parse_url`], and for a folder in an archive.
    pub fn parse_source_url(text: &str, subdir: Option<TreePath>) -> Result<Self, LocationUrlError> {
        let text = text.trim();
        if ArchiveUrl::is_meant(text) {
            return match subdir {
                None => Ok(Self::Archive { url: text.parse()?, sha256: None }),
                Some(_) => Err(LocationUrlError::ArchiveFolder),
            };
        }
        Self::parse_url(text, subdir)
    }

    /// The location that a URL names: on github.com an owner and a repository, elsewhere the URL itself.
    ///
    /// # Errors
    /// [`LocationUrlError`] for anything but https outside github.com, and for whatever the grammars refuse.
    pub fn parse_url(text: &str, subdir: Option<TreePath>) -> Result<Self, LocationUrlError> {
        let text = text.trim();
        let starts = |prefix: &&str| text.get(..prefix.len()).is_some_and(|start| start.eq_ignore_ascii_case(prefix));
        if let Some(prefix) = GITHUB.iter().find(|prefix| starts(prefix)) {
            return on_github(text.get(prefix.len()..).unwrap_or_default(), subdir);
        }
        let git_url: GitUrl = match text.parse() {
            Ok(_) if !text.starts_with("https://") => return Err(LocationUrlError::Scheme),
            Err(GitUrlError::Scheme) => return Err(LocationUrlError::Scheme),
            parsed => parsed?,
        };
        Ok(Self::Git { git_url, subdir })
    }
}

fn on_github(path: &str, subdir: Option<TreePath>) -> Result<Location, LocationUrlError> {
    let path = path.strip_suffix('/').unwrap_or(path);
    let (owner, repository) = path.split_once('/').ok_or(LocationUrlError::GitHubPath)?;
    if repository.contains('/') {
        return Err(LocationUrlError::GitHubPath);
    }
    let repository = repository.strip_suffix(".git").unwrap_or(repository);
    let (github_owner, github_repo): (GitHubName, GitHubName) = (owner.parse()?, repository.parse()?);
    Ok(Location::GitHub { github_owner, github_repo, subdir })
}
