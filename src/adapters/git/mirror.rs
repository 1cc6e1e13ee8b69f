//! Where the operator says that all sources are to be had: copies in a folder, or another server.

use std::fs;
use std::path::{Path, PathBuf};

use crate::model::{GitHubName, Location};
use crate::ports::FetchError;

use super::address::{Address, AddressError};

/// A place that is asked for every source instead of the places that the locations name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Mirror {
    /// A folder with bare repositories: `OWNER+REPO/repo`, `OWNER+REPO` or `OWNER+REPO.git`.
    Folder(PathBuf),
    /// An https URL with `{owner}` and `{repo}` in it.
    Template(String),
}

/// Why something is no mirror.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum MirrorError {
    /// The template leaves out what tells the repositories apart.
    #[error("the mirror {0} is a URL without {{owner}} and {{repo}} in it")]
    NoPlace(String),
    /// The URL may not be fetched.
    #[error("the mirror {template} cannot be used: {reason}")]
    Unusable {
        /// The template.
        template: String,
        /// The rule that forbids it.
        reason: String,
    },
}

/// What stands at a mirror for a location.
#[derive(Debug)]
pub(super) enum Mirrored {
    /// A repository in a folder.
    Folder(PathBuf),
    /// A repository on a server.
    Network(Address),
}

impl Mirror {
    /// The mirror that a person names: a URL template, or else a folder.
    ///
    /// # Errors
    /// [`MirrorError`] where no fetch from the URL could succeed.
    pub fn parse(text: &str) -> Result<Self, MirrorError> {
        if !text.contains("://") {
            return Ok(Self::Folder(PathBuf::from(text)));
        }
        if !text.contains("{owner}") || !text.contains("{repo}") {
            return Err(MirrorError::NoPlace(text.to_owned()));
        }
        match filled(text, "owner", "repo") {
            Ok(_) => Ok(Self::Template(text.to_owned())),
            Err(error) => Err(MirrorError::Unusable { template: text.to_owned(), reason: error.to_string() }),
        }
    }

    /// Where the source of `location` is to be had.
    pub(super) fn find(&self, location: &Location) -> Result<Mirrored, FetchError> {
        let refused = |reason: String| FetchError::Refused { location: location.to_string(), reason };
        let Some((owner, repo)) = names(location) else {
            return Err(refused("its URL does not end in OWNER/REPO, as a mirror needs it".to_owned()));
        };
        match self {
            Self::Template(template) => {
                let address = filled(template, &owner, &repo);
                Ok(Mirrored::Network(address.map_err(|error| refused(format!("at its mirror, {error}")))?))
            }
            Self::Folder(folder) => {
                let found = copy_in(folder, &owner, &repo);
                found.map(Mirrored::Folder).ok_or_else(|| FetchError::NoRepository { location: location.to_string() })
            }
        }
    }
}

fn filled(template: &str, owner: &str, repo: &str) -> Result<Address, AddressError> {
    Address::of_mirror(&template.replace("{owner}", owner).replace("{repo}", repo))
}

/// The first of the three places of a copy in `folder` that is there.
fn copy_in(folder: &Path, owner: &str, repo: &str) -> Option<PathBuf> {
    let name = format!("{owner}+{repo}");
    let places = [folder.join(&name).join("repo"), folder.join(&name), folder.join(format!("{name}.git"))];
    let there = places.into_iter().find(|place| fs::metadata(place).is_ok_and(|found| found.is_dir()))?;
    // git and the facade are given paths that mean the same wherever they run.
    there.canonicalize().ok()
}

/// Owner and repository: of another host's URL, the last two parts of its path. Neither can lead out of a folder.
fn names(location: &Location) -> Option<(String, String)> {
    match location {
        Location::GitHub { github_owner, github_repo, .. } => Some((github_owner.to_string(), github_repo.to_string())),
        Location::Archive { .. } => None,
        Location::Git { git_url, .. } => {
            let (_, rest) = git_url.as_str().split_once("://")?;
            let (_, path) = rest.split_once('/')?;
            let path = path.strip_suffix('/').unwrap_or(path);
            let (owners, repo) = path.strip_suffix(".git").unwrap_or(path).rsplit_once('/')?;
            let owner = owners.rsplit('/').next()?;
            let sound = |name: &str| name.parse::<GitHubName>().is_ok();
            (sound(owner) && sound(repo)).then(|| (owner.to_owned(), repo.to_owned()))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{Mirror, MirrorError, names};
    use crate::model::Location;

    #[test]
    fn a_url_is_a_template_and_all_else_a_folder() {
        assert_eq!(Mirror::parse("../mirror"), Ok(Mirror::Folder("../mirror".into())));
        let template = "https://mirror.example.net:8443/{owner}/{repo}.git";
        assert_eq!(Mirror::parse(template), Ok(Mirror::Template(template.to_owned())));
        assert!(matches!(Mirror::parse("https://mirror.example.net/{owner}.git"), Err(MirrorError::NoPlace(_))));
        for text in
            ["http://m.example/{owner}/{repo}", "https://10.0.0.1/{owner}/{repo}", "https://{owner}/{repo}/../x"]
        {
            assert!(matches!(Mirror::parse(text), Err(MirrorError::Unusable { .. })), "{text}");
        }
    }

    #[test]
    fn owner_and_repository_never_lead_elsewhere() {
        let of = |url: &str| names(&Location::Git { git_url: url.parse().unwrap(), subdir: None });
        let pair = |owner: &str, repo: &str| Some((owner.to_owned(), repo.to_owned()));
        assert_eq!(of("https://gitlab.com/group/sub/repo.git"), pair("sub", "repo"));
        assert_eq!(of("https://gitlab.com/group/repo/"), pair("group", "repo"));
        for url in
            ["https://e.org/a.git", "https://e.org/../a", "https://e.org/a/..", "https://e.org/-a/b", "https://e.org"]
        {
            assert_eq!(of(url), None, "{url}");
        }
    }
}
