//! Why a run stopped: what is nobody's finding, because the author of no definition can mend it.

use crate::model::{Fault, PackageName, Ref, Version};
use crate::ports::{CompileError, EncodeError, FetchError, ForgeError, RepoError, StoreError, WorkspaceError};
use crate::rules::package_set::ShelfError;

use super::client::Refusal;
use super::publish::PublishRefusal;

/// Why a run stopped. Nothing that it had not finished is visible.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Stop {
    /// The registry or the index cannot be read or written.
    #[error(transparent)]
    Repo(#[from] RepoError),
    /// A store cannot be used.
    #[error(transparent)]
    Store(#[from] StoreError),
    /// Archives cannot be compressed.
    #[error(transparent)]
    Encode(#[from] EncodeError),
    /// Sources cannot be fetched by this machine.
    #[error(transparent)]
    Fetch(#[from] FetchError),
    /// The forge cannot be asked, or does not do what it is asked for.
    #[error(transparent)]
    Forge(#[from] ForgeError),
    /// A file of the user cannot be read or written.
    #[error(transparent)]
    Workspace(#[from] WorkspaceError),
    /// Nothing can be compiled on this machine.
    #[error(transparent)]
    Compile(#[from] CompileError),
    /// A user of packages is not served.
    #[error(transparent)]
    Client(Box<Refusal>),
    /// A folder is not published.
    #[error(transparent)]
    Publish(Box<PublishRefusal>),
    /// The registry does not say what compiles its versions.
    #[error("not compiled: this registry does not say with what")]
    NoCompiler,
    /// Secrets are in the environment of what would run a stranger's code.
    #[error("not compiled: the environment holds what looks like secrets ({})", .names.join(", "))]
    SecretsNear {
        /// The variables.
        names: Vec<String>,
    },
    /// The command comes from files that may be anybody's.
    #[error(
        "not compiled: the curator.toml of these files names the program '{program}', and nobody said that it is trusted"
    )]
    Untrusted {
        /// The program.
        program: String,
    },
    /// A published archive that something is compiled with cannot be had as it was published.
    #[error("the archive of {name}@{version} {reason}")]
    Archive {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What is wrong with it.
        reason: String,
    },
    /// A file of the index does not parse. It is never taken for absent.
    #[error("the index file {file} cannot be read: {reason}")]
    IndexFile {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A source does not say what a definition needs.
    #[error("{location} at '{reference}': {reason}")]
    Undefinable {
        /// The source.
        location: String,
        /// The tag.
        reference: Ref,
        /// What it lacks.
        reason: String,
    },
    /// A version that is to be defined is defined already.
    #[error("{name}@{version} {how}")]
    Taken {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What became of it.
        how: Taken,
    },
    /// The registry that was found is older than the one that the index was made from.
    #[error("the registry stands at {found}, and the index was made from {recorded}, which is newer")]
    Behind {
        /// The commit that the index records.
        recorded: String,
        /// The commit that was found.
        found: String,
    },
    /// The past was asked of places that have none.
    #[error("neither the registry nor the index has a history")]
    NoHistory,
    /// Something was asked for that cannot be.
    #[error("{0}")]
    Usage(String),
    /// A part of the program broke its own rules.
    #[error("the curator is at fault: {0}")]
    Bug(String),
}

/// What became of a version that somebody wants to define again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Taken {
    /// It was published.
    #[error("is published already")]
    Published,
    /// It was published and unpublished.
    #[error("was unpublished")]
    Unpublished,
    /// Its definition stands in the registry.
    #[error("is defined already, and not published yet")]
    Wanted,
}

impl Taken {
    fn way_out(self) -> &'static str {
        match self {
            Self::Published => "a published version never changes: tag the next one and define that",
            Self::Unpublished => "an unpublished version never comes back: tag the next one and define that",
            Self::Wanted => "edit its definition, or remove the file and run this again",
        }
    }
}

impl From<Refusal> for Stop {
    fn from(refusal: Refusal) -> Self {
        Self::Client(Box::new(refusal))
    }
}

impl From<PublishRefusal> for Stop {
    fn from(refusal: PublishRefusal) -> Self {
        Self::Publish(Box::new(refusal))
    }
}

impl From<ShelfError> for Stop {
    fn from(error: ShelfError) -> Self {
        Self::IndexFile { file: error.file, reason: error.reason }
    }
}

impl Stop {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::Repo(error) => error.fault(),
            Self::Store(error) => error.fault(),
            Self::Encode(error) => error.fault(),
            Self::Fetch(error) => error.fault(),
            Self::Forge(error) => error.fault(),
            Self::Workspace(error) => error.fault(),
            Self::Compile(error) => error.fault(),
            Self::Client(refusal) => refusal.fault(),
            Self::Undefinable { .. } | Self::Taken { .. } | Self::Publish(_) => Fault::Author,
            Self::Behind { .. } => Fault::Transient,
            Self::NoCompiler
            | Self::SecretsNear { .. }
            | Self::Untrusted { .. }
            | Self::Archive { .. }
            | Self::IndexFile { .. }
            | Self::NoHistory
            | Self::Usage(_)
            | Self::Bug(_) => Fault::Operator,
        }
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::Repo(error) => error.way_out(),
            Self::Store(StoreError::Full { .. }) => {
                Some("make room and run this again; nothing of this run is visible")
            }
            Self::Store(StoreError::Conflict { .. }) => Some(
                "nothing is ever overwritten: find out who put those bytes there, move them away and run this again",
            ),
            Self::Store(StoreError::Unreachable { .. }) => {
                Some("run this again later; what was done before it is kept")
            }
            Self::Store(StoreError::Denied { .. }) => Some(
                "set the keys of the bucket in the environment (AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, or those that \
                 `credentials` names); they must be allowed to list the bucket, and to get and put its objects. For releases \
                 set GITHUB_TOKEN; it must be allowed to write the contents of their repository",
            ),
            Self::Store(StoreError::Absent { .. }) => Some(
                "make it, or mend how curator.toml names it (and a bucket's region and endpoint); the curator makes none by itself",
            ),
            Self::Forge(error) => error.way_out(),
            Self::Encode(_) => {
                Some("install GNU gzip, or leave [archive] encoder out of curator.toml to use the built-in encoder")
            }
            Self::Fetch(FetchError::Full { .. }) => {
                Some("make room in the folder for temporary files (TMPDIR says where) and run this again")
            }
            Self::Fetch(FetchError::NoCredential { .. }) => {
                Some("set it to `user:password` or to a token, or take it out of curator.toml")
            }
            Self::Fetch(FetchError::Local { .. }) => Some("install git and make sure that it is on the search path"),
            Self::IndexFile { .. } => {
                Some("restore the file from the index's history or a mirror; `curator audit` finds every such file")
            }
            Self::Undefinable { .. } => {
                Some("mend the source and tag it again, or write the definition by hand: packages/README.md shows one")
            }
            Self::Taken { how, .. } => Some(how.way_out()),
            Self::Behind { .. } => Some(
                "a copy of the registry lags behind: run this again in a moment; if that does not help, its history was rolled \
                 back: restore it, or run `curator sync --full` once",
            ),
            Self::NoHistory => Some(
                "name a git repository with --registry or --index: a bare repository, the .git folder of a clone, or a URL",
            ),
            Self::Compile(error) => error.way_out(),
            Self::Client(refusal) => refusal.way_out(),
            Self::Publish(refusal) => Some(refusal.way_out()),
            Self::NoCompiler => Some("add `compile = \"purs\"` under [verify] in curator.toml"),
            Self::SecretsNear { .. } => Some(
                "run it where they are not: `env -u NAME curator compile …` leaves one out; a stranger's code must not be near them",
            ),
            Self::Untrusted { .. } => Some(
                "look at [verify] there, then run it with --trust: the program runs in a sandbox, on what strangers wrote",
            ),
            Self::Archive { .. } => Some("`curator audit` compares every archive with the index"),
            Self::Bug(_) => Some("please report this with the command that you ran"),
            _ => None,
        }
    }
}
