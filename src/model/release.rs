//! The releases of a repository on GitHub in which artifacts lie, and the tags that they have.

use std::fmt;
use std::num::NonZeroU32;
use std::str::FromStr;

use serde::Deserialize;

use super::name::PackageName;
use super::repository_name::{RepositoryName, RepositoryNameError};
use super::serde_text::serde_through_text;
use super::version::Version;

/// Artifacts in the releases of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Releases {
    /// The repository.
    pub repository: RepositoryName,
    /// What a release holds.
    pub layout: ReleaseLayout,
}

/// What a release holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum ReleaseLayout {
    /// All versions of a package, and the next release what the one before has no room for.
    #[default]
    PerPackage,
    /// One version. It is complete before it is published, so its repository may make its releases immutable.
    PerVersion,
}

/// The tag of a release that holds artifacts. A number has no dots and a version has two, so neither can be the other.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum ReleaseTag {
    /// `pkg/<name>/<n>`: the versions of a package, in the order in which they were published.
    Package {
        /// The package.
        name: PackageName,
        /// Which of its releases, counted from 1.
        number: NonZeroU32,
    },
    /// `pkg/<name>/<version>`: one version of it.
    Version {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
    },
}

/// A text is not the tag of a release that holds artifacts.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("'{0}' is no tag of a release with artifacts: it is pkg/NAME/NUMBER or pkg/NAME/VERSION")]
pub struct ReleaseTagError(String);

/// Why a text does not name the releases of a repository.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ReleasesError {
    /// It begins otherwise.
    #[error("'{0}' is no address of releases: write it as github:owner/name")]
    Address(String),
    /// What it names is no repository.
    #[error(transparent)]
    Repository(#[from] RepositoryNameError),
}

/// How every tag begins.
const FOLDER: &str = "pkg/";

impl Releases {
    /// Where everybody can download an archive: a URL with `{release}`, `{name}` and `{version}` in it. `{release}` is the
    /// tag that the metadata of a version records under `release`.
    #[must_use]
    pub fn download_url(&self) -> String {
        format!("https://github.com/{}/releases/download/{{release}}/{{name}}-{{version}}.tar.gz", self.repository)
    }
}

impl FromStr for Releases {
    type Err = ReleasesError;

    /// Reads `github:owner/name`.
    fn from_str(text: &str) -> Result<Self, ReleasesError> {
        let repository = text.strip_prefix("github:").ok_or_else(|| ReleasesError::Address(text.to_owned()))?;
        Ok(Self { repository: repository.parse()?, layout: ReleaseLayout::default() })
    }
}

impl fmt::Display for Releases {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "github:{}", self.repository)
    }
}

impl ReleaseTag {
    /// The package whose artifacts the release holds.
    #[must_use]
    pub fn package(&self) -> &PackageName {
        match self {
            Self::Package { name, .. } | Self::Version { name, .. } => name,
        }
    }

    /// What people see the release called.
    #[must_use]
    pub fn title(&self) -> String {
        match self {
            Self::Package { name, number } if number.get() == 1 => name.to_string(),
            Self::Package { name, number } => format!("{name} ({number})"),
            Self::Version { name, version } => format!("{name} {version}"),
        }
    }

    /// What the release says of itself.
    #[must_use]
    pub fn notes(&self) -> String {
        let what = match self {
            Self::Package { name, number } if number.get() == 1 => format!("The archives of all versions of {name}"),
            Self::Package { name, .. } => format!("Further archives of versions of {name}"),
            Self::Version { name, version } => format!("The archive of {name} {version}"),
        };
        format!(
            "{what}, with the SHA-256 beside it. The curator of this registry puts files here and never changes one; which \
             versions there are, and what they must hash to, the index says.\n"
        )
    }
}

impl FromStr for ReleaseTag {
    type Err = ReleaseTagError;

    fn from_str(text: &str) -> Result<Self, ReleaseTagError> {
        let refused = || ReleaseTagError(text.to_owned());
        let (name, last) = text.strip_prefix(FOLDER).and_then(|rest| rest.rsplit_once('/')).ok_or_else(refused)?;
        let name = name.parse().map_err(|_| refused())?;
        let tag = match (last.parse(), last.parse()) {
            (Ok(number), _) => Self::Package { name, number },
            (_, Ok(version)) => Self::Version { name, version },
            _ => return Err(refused()),
        };
        // `01` would be a second spelling of `1`, and so a second release of the same number.
        if tag.to_string() == text { Ok(tag) } else { Err(refused()) }
    }
}

impl fmt::Display for ReleaseTag {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Package { name, number } => write!(f, "{FOLDER}{name}/{number}"),
            Self::Version { name, version } => write!(f, "{FOLDER}{name}/{version}"),
        }
    }
}

serde_through_text!(ReleaseTag);
