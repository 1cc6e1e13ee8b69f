//! Where the source of a package is.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::archive_url::ArchiveUrl;
use super::digest::Sha256;
use super::serde_text::serde_through_text;
use super::tree::TreePath;

/// The place of a package's source: a GitHub repository or any git URL, and a folder in it.
///
/// Two locations are equal only when they are spelled alike: case counts, as in the PureScript registry.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(untagged, try_from = "LocationFields")]
pub enum Location {
    /// A repository on github.com.
    #[serde(rename_all = "camelCase")]
    GitHub {
        /// The user or organisation.
        github_owner: GitHubName,
        /// The repository's name, without `.git`.
        github_repo: GitHubName,
        /// The folder of the package, where it is not the root.
        #[serde(skip_serializing_if = "Option::is_none")]
        subdir: Option<TreePath>,
    },
    /// A repository at a URL.
    #[serde(rename_all = "camelCase")]
    Git {
        /// The URL of the repository.
        git_url: GitUrl,
        /// The folder of the package, where it is not the root.
        #[serde(skip_serializing_if = "Option::is_none")]
        subdir: Option<TreePath>,
    },
    /// An archive on the web, with its digest; in a registration, the folder of all archives of the package, without one.
    /// Only profile `generic` has such sources.
    Archive {
        /// The URL of the archive.
        url: ArchiveUrl,
        /// What its bytes hash to.
        #[serde(skip_serializing_if = "Option::is_none")]
        sha256: Option<Sha256>,
    },
}

/// A location as it stands in a file.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct LocationFields {
    github_owner: Option<GitHubName>,
    github_repo: Option<GitHubName>,
    git_url: Option<GitUrl>,
    subdir: Option<TreePath>,
    url: Option<ArchiveUrl>,
    sha256: Option<Sha256>,
}

/// Fields that name no repository, or two.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a location has either 'githubOwner' and 'githubRepo', or 'gitUrl'")]
pub struct LocationError;

impl TryFrom<LocationFields> for Location {
    type Error = LocationError;

    fn try_from(fields: LocationFields) -> Result<Self, LocationError> {
        if let Some(url) = fields.url {
            let is_alone = fields.github_owner.is_none() && fields.github_repo.is_none() && fields.git_url.is_none();
            let sha256 = fields.sha256;
            return if is_alone && fields.subdir.is_none() {
                Ok(Self::Archive { url, sha256 })
            } else {
                Err(LocationError)
            };
        }
        let subdir = fields.subdir;
        // With both forms, two readers could fetch from two places; the PureScript registry takes the URL.
        match (fields.github_owner, fields.github_repo, fields.git_url) {
            (Some(github_owner), Some(github_repo), None) => Ok(Self::GitHub { github_owner, github_repo, subdir }),
            (None, None, Some(git_url)) => Ok(Self::Git { git_url, subdir }),
            _ => Err(LocationError),
        }
    }
}

impl Location {
    /// The folder of the package, where it is not the root of the repository.
    #[must_use]
    pub fn subdir(&self) -> Option<&TreePath> {
        match self {
            Self::GitHub { subdir, .. } | Self::Git { subdir, .. } => subdir.as_ref(),
            Self::Archive { .. } => None,
        }
    }

    /// Whether it is an archive, and no repository.
    #[must_use]
    pub fn is_archive(&self) -> bool {
        matches!(self, Self::Archive { .. })
    }

    /// Whether a package that is registered here may have a version there: at the very place, or in the folder of its
    /// archives.
    #[must_use]
    pub fn covers(&self, other: &Self) -> bool {
        match (self, other) {
            (Self::Archive { url: folder, .. }, Self::Archive { url, .. }) => folder.holds(url),
            _ => self == other,
        }
    }

    /// The host of the repository.
    #[must_use]
    pub fn host(&self) -> &str {
        match self {
            Self::GitHub { .. } => "github.com",
            Self::Git { git_url, .. } => {
                let (_, rest) = git_url.as_str().split_once("://").unwrap_or_default();
                let authority = rest.split_once('/').map_or(rest, |(authority, _)| authority);
                authority.rsplit_once('@').map_or(authority, |(_, host)| host)
            }
            Self::Archive { url, .. } => url.host(),
        }
    }

    /// The URL to clone from, without regard to the folder.
    #[must_use]
    pub fn clone_url(&self) -> String {
        match self {
            Self::GitHub { github_owner, github_repo, .. } => {
                format!("https://github.com/{github_owner}/{github_repo}.git")
            }
            Self::Git { git_url, .. } => git_url.to_string(),
            Self::Archive { url, .. } => url.to_string(),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::GitHub { github_owner, github_repo, .. } => write!(f, "github.com/{github_owner}/{github_repo}")?,
            Self::Git { git_url, .. } => write!(f, "{git_url}")?,
            Self::Archive { url, .. } => write!(f, "{url}")?,
        }
        self.subdir().map_or(Ok(()), |subdir| write!(f, " ({subdir})"))
    }
}

/// The name of a GitHub account or repository: 1 to 100 of `A-Z a-z 0-9 . _ -`, not starting with a dash, not `.` or `..`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitHubName(String);

/// A text that cannot name a GitHub account or repository.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a GitHub owner or repository is 1 to 100 letters, digits, '.', '_' or '-', and does not start with '-'")]
pub struct GitHubNameError;

impl FromStr for GitHubName {
    type Err = GitHubNameError;

    fn from_str(text: &str) -> Result<Self, GitHubNameError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'.' | b'_' | b'-');
        let sound = (1..=100).contains(&text.len())
            && text.bytes().all(allowed)
            && !text.starts_with('-')
            && !matches!(text, "." | "..");
        if sound { Ok(Self(text.to_owned())) } else { Err(GitHubNameError) }
    }
}

impl fmt::Display for GitHubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for GitHubName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The URL of a git repository in the PureScript registry's grammar: `(git|https|http)://`, then letters and digits of
/// any script and `. / @ _ ~ -`. There is no port, query, fragment, blank or `user:password` in it, and `.git` stands
/// nowhere but at the end, before at most one slash.
///
/// The grammar says what a *file* may hold. Which of these URLs may be fetched is decided at the fetch.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct GitUrl(String);

/// Why a text is not a git URL.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum GitUrlError {
    /// The text does not start with one of the three schemes.
    #[error("a git URL starts with https:// (or http://, git://)")]
    Scheme,
    /// Nothing follows the scheme, or something but letters, digits and `. / @ _ ~ -`.
    #[error("a git URL has letters, digits and ./@_~- only, without a port")]
    Alphabet,
    /// `.git` stands before the end. The PureScript clients stop reading there, and then drop the whole package.
    #[error("'.git' can stand only at the end of a git URL")]
    EarlySuffix,
}

impl GitUrl {
    /// The URL as text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for GitUrl {
    type Err = GitUrlError;

    fn from_str(text: &str) -> Result<Self, GitUrlError> {
        let schemes = ["git://", "https://", "http://"];
        let rest = schemes.iter().find_map(|scheme| text.strip_prefix(scheme)).ok_or(GitUrlError::Scheme)?;
        let allowed = |c: char| c.is_alphanumeric() || matches!(c, '.' | '/' | '@' | '_' | '~' | '-');
        if rest.is_empty() || !rest.chars().all(allowed) {
            return Err(GitUrlError::Alphabet);
        }
        match rest.split_once(".git") {
            Some((_, behind)) if !matches!(behind, "" | "/") => Err(GitUrlError::EarlySuffix),
            _ => Ok(Self(text.to_owned())),
        }
    }
}

impl fmt::Display for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for GitUrl {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

serde_through_text!(GitHubName);
serde_through_text!(GitUrl);
