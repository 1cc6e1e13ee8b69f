//! Why the hands could not be joined.

use crate::adapters::git::{MirrorError, ReplaceError};
use crate::adapters::github::AppKeyError;
use crate::adapters::{AddressError, ApiAddressError, DoorError, ServeError};
use crate::config::ConfigError;
use crate::model::{BucketError, Fault, ReleasesError};
use crate::ports::{ForgeError, KeyError, RepoError, StoreError, WorkspaceError};

/// Why the hands could not be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum WireError {
    /// There is no registry.
    #[error("there is no registry at {0}: it has no curator.toml")]
    NoRegistry(String),
    /// `curator.toml` cannot be read as a file.
    #[error("{file} cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// What the operating system said.
        message: String,
    },
    /// `curator.toml` says something that it cannot say.
    #[error("{file}: {error}")]
    Config {
        /// The file.
        file: String,
        /// Its text.
        text: String,
        /// What is wrong with it.
        error: ConfigError,
    },
    /// A replacement under `[fetch] replace` cannot be used.
    #[error(transparent)]
    Replace(#[from] ReplaceError),
    /// The mirror cannot be used.
    #[error(transparent)]
    Mirror(#[from] MirrorError),
    /// The key of an owner cannot be used.
    #[error(transparent)]
    Key(#[from] KeyError),
    /// A file that came with the registry cannot be used.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// The address of the forge is none.
    #[error("CURATOR_GITHUB_API: {0}")]
    Forge(#[from] ApiAddressError),
    /// The address of its uploads is none.
    #[error("CURATOR_GITHUB_UPLOADS: {0}")]
    Uploads(ApiAddressError),
    /// The address that people look at is none.
    #[error("CURATOR_GITHUB_WEB: {0}")]
    Web(ApiAddressError),
    /// The key of an App is none.
    #[error("CURATOR_APP_KEY: {0}")]
    AppKey(#[from] AppKeyError),
    /// An App is named and cannot prove itself.
    #[error("CURATOR_APP_ID names an App, and neither CURATOR_APP_KEY nor CURATOR_APP_KEY_FILE its key")]
    NoAppKey,
    /// A variable that holds a number holds none.
    #[error("{name} is '{text}', which is no number")]
    NoNumber {
        /// The variable.
        name: &'static str,
        /// What it holds.
        text: String,
    },
    /// Nothing tells which repository is the registry's.
    #[error("nothing tells which repository on GitHub the registry's is")]
    NoRepository,
    /// The forge gives no token for git.
    #[error("there is no token for git: {0}")]
    NoToken(#[from] ForgeError),
    /// Nobody can listen there.
    #[error("--listen: {0}")]
    Door(#[from] DoorError),
    /// A folder cannot be served.
    #[error(transparent)]
    Serve(#[from] ServeError),
    /// The index cannot be opened.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// A bucket that is named on the command line cannot be used.
    #[error("--store: {0}")]
    Bucket(#[from] BucketError),
    /// Releases that are named on the command line cannot be used.
    #[error("--store: {0}")]
    Releases(#[from] ReleasesError),
    /// A place must be named, and is not.
    #[error("this command does not guess what it reads: name it with {0}")]
    Unnamed(&'static str),
    /// A folder that is to be new holds something.
    #[error("{place} holds '{entry}' already: name a folder that is empty or not there yet")]
    Occupied {
        /// The folder.
        place: String,
        /// What is in it.
        entry: String,
    },
    /// A place is named in a way that the curator does not speak.
    #[error(transparent)]
    Address(#[from] AddressError),
    /// A branch of a folder is asked for.
    #[error("the {0} is a folder, which has no branches: name the repository itself, such as its .git")]
    NoBranches(&'static str),
    /// A place for the index is named where nothing is.
    #[error("there is no index at {0}")]
    NoIndex(String),
    /// Nothing tells which registry's packages are to be used.
    #[error("nothing tells which registry's packages are to be used")]
    NoIndexNamed,
    /// The project's file names a place that a file that may be anybody's must not name.
    #[error("curator.project.toml names {0}: a project names https:// URLs and folders")]
    ProjectPlace(String),
    /// A store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// A store is named in a way that the curator does not speak.
    #[error("--store {0}: a store is a folder, a bucket as s3://BUCKET/PREFIX, or releases as github:OWNER/NAME")]
    StoreScheme(String),
    /// A command writes into the user's own files, and there are none.
    #[error("the registry is in git, and this command writes into its files")]
    NoFolder,
    /// A command that publishes from this machine writes registry and index in one go, and one of them is in git.
    #[error("the {0} is in git: what is published there goes through a review, not straight from this machine")]
    InGit(&'static str),
    /// There is nowhere to keep what is fetched from a remote.
    #[error("there is no folder to keep remotes in: neither XDG_CACHE_HOME nor HOME names one")]
    NoCache,
    /// Two places that are written in their own ways lie in each other.
    #[error("{outer} holds {inner}: registry, index and stores need folders of their own")]
    Overlap {
        /// The outer place.
        outer: String,
        /// The inner place.
        inner: String,
    },
}

impl WireError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Repo(error) => error.fault(),
            Self::Store(error) => error.fault(),
            Self::Key(error) => error.fault(),
            Self::NoToken(error) if error.fault() == Fault::Transient => Fault::Transient,
            _ => Fault::Operator,
        }
    }

    /// Whether a history was rewritten: no wait mends that.
    #[must_use]
    pub fn is_rewritten(&self) -> bool {
        matches!(self, Self::Repo(RepoError::Rewritten { .. }))
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::NoRegistry(_) => Some("name the registry with --registry, or make one with `curator init DIR`"),
            Self::Mirror(_) => Some("name a folder of bare repositories, or https://HOST/{owner}/{repo}.git"),
            Self::Repo(error) => error.way_out(),
            Self::Key(error) => error.way_out(),
            Self::NoIndex(_) => Some(
                "make it first, with `git init --bare --initial-branch=main`, or correct its name; nothing was written",
            ),
            Self::NoIndexNamed => Some(
                "name its index with --index, in CURATOR_INDEX, or as `index = \"…\"` in curator.project.toml: a git repository, \
                 a folder, or a URL that ends in / for files on a web server",
            ),
            Self::Serve(ServeError::Unknown(_)) => {
                Some("name a folder that `curator mirror` made, or one that holds an index")
            }
            Self::NoFolder => Some("clone the registry, and name the clone with --registry"),
            Self::InGit(_) => Some(
                "push the source with a tag, write its definition with `curator new` in a clone of the registry, and open a pull \
                 request",
            ),
            Self::NoRepository => Some("name it with --github OWNER/NAME"),
            Self::NoCache => Some("name one with --cache DIR"),
            _ => None,
        }
    }
}
