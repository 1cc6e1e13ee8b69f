//! Fetching the source of a package.

use std::future::Future;

use crate::model::{ArchiveUrl, CommitId, Fault, Location, PathError, Ref, Sha256, SourceTree, TreePath};

/// Which source, at which commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceRequest {
    /// The repository and the folder in it.
    pub location: Location,
    /// The tag.
    pub reference: Ref,
    /// The commit to read; where there is none, the one that the tag names.
    pub commit: Option<CommitId>,
    /// What must be shown of that commit.
    pub proof: Proof,
}

/// What a fetch must show of a pinned commit, besides that the repository gives it out.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Proof {
    /// It can be reached from a branch or a tag of the very repository: servers also give out commits of pull requests
    /// and forks, by id. Asked at review.
    Reachable,
    /// Nothing: the commit was reviewed before.
    Reviewed,
}

/// A tag of a repository.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tag {
    /// Its name.
    pub reference: Ref,
    /// What it leads to, annotated tags peeled. Whether that is a commit shows when it is fetched.
    pub commit: CommitId,
}

/// What a fetch brought.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Source {
    /// The commit that was read.
    pub commit: CommitId,
    /// The commit that the tag names now, annotated tags peeled; `None` where the tag is gone.
    pub resolved: Option<CommitId>,
    /// The files below the package's folder.
    pub tree: SourceTree,
}

/// Which files' bytes a fetch is to read.
pub type Wanted<'a> = &'a (dyn Fn(&TreePath) -> bool + Sync);

/// Why a source could not be fetched.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// The location is not one that this registry may fetch.
    #[error("the location {location} may not be fetched: {reason}")]
    Refused {
        /// The location.
        location: String,
        /// The rule that forbids it.
        reason: String,
    },
    /// There is no repository at the location.
    #[error("there is no repository at {location}")]
    NoRepository {
        /// The location.
        location: String,
    },
    /// The repository has no such tag.
    #[error("{location} has no tag '{reference}'")]
    NoRef {
        /// The location.
        location: String,
        /// The tag.
        reference: Ref,
    },
    /// The tag does not lead to a commit.
    #[error("the tag '{reference}' of {location} names a {kind}, not a commit")]
    NotACommit {
        /// The location.
        location: String,
        /// The tag.
        reference: Ref,
        /// What it names.
        kind: String,
    },
    /// The repository does not have the commit.
    #[error("{location} does not have the commit {commit}")]
    NoCommit {
        /// The location.
        location: String,
        /// The commit.
        commit: CommitId,
    },
    /// The repository gives the commit out, but none of its branches and tags leads to it.
    #[error("the commit {commit} is on no branch and no tag of {location}")]
    NotReachable {
        /// The location.
        location: String,
        /// The commit.
        commit: CommitId,
    },
    /// The repository does not let strangers in.
    #[error("{location} does not let the curator in: it is private, or it is not there")]
    Private {
        /// The location.
        location: String,
    },
    /// The repository is elsewhere now.
    #[error("{location} has moved to {to}")]
    Relocated {
        /// The location.
        location: String,
        /// Where the server sends those who ask.
        to: String,
    },
    /// The host cannot be reached or is in trouble.
    #[error("{location} cannot be reached: {message}")]
    Unreachable {
        /// The location.
        location: String,
        /// What went wrong.
        message: String,
    },
    /// The commit has no such folder.
    #[error("commit {commit} of {location} has no folder '{subdir}'")]
    NoSubdir {
        /// The location.
        location: String,
        /// The commit.
        commit: CommitId,
        /// The folder.
        subdir: TreePath,
    },
    /// The tree holds a path that must not exist.
    #[error("the source has the path {path:?}: {error}")]
    UnsafePath {
        /// The path, as far as it can be shown.
        path: String,
        /// The danger.
        error: PathError,
    },
    /// The tree names the same path twice.
    #[error("the source has the path {path} twice")]
    DuplicatePath {
        /// The path.
        path: TreePath,
    },
    /// The source is larger than the registry takes.
    #[error("the source is too large: {what}, the limit is {limit}")]
    OverLimit {
        /// What was counted.
        what: String,
        /// The most there may be.
        limit: u64,
    },
    /// The fetch took too long.
    #[error("fetching {location} took longer than {seconds} s")]
    TimedOut {
        /// The location.
        location: String,
        /// The limit.
        seconds: u64,
    },
    /// The fetched objects are not sound.
    #[error("git refused what {location} sent: {message}")]
    Unsound {
        /// The location.
        location: String,
        /// What git said.
        message: String,
    },
    /// There is no archive at the URL.
    #[error("there is no archive at {location} (HTTP {status})")]
    NoArchive {
        /// The URL.
        location: String,
        /// What the server answered.
        status: u16,
    },
    /// The archive is not the one that was pinned.
    #[error("{location} is not what it was: its digest is {found}, and {expected} is asked for")]
    OtherBytes {
        /// The URL.
        location: String,
        /// The digest that the location names.
        expected: Sha256,
        /// That of what came.
        found: Sha256,
    },
    /// The archive cannot be unpacked.
    #[error("the archive {location} cannot be unpacked: {message}")]
    BadArchive {
        /// The URL.
        location: String,
        /// Why.
        message: String,
    },
    /// There is no room for what is fetched.
    #[error("there is no room to fetch to: {message}")]
    Full {
        /// What went wrong.
        message: String,
    },
    /// What should let the curator in is not there.
    #[error("the environment variable {variable}, which [fetch] credentials names for {host}, is not set")]
    NoCredential {
        /// The host.
        host: String,
        /// The variable.
        variable: String,
    },
    /// The `git` program is missing or did not do its work, or the disk failed.
    #[error("cannot fetch with git: {message}")]
    Local {
        /// What went wrong.
        message: String,
    },
}

impl FetchError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::TimedOut { .. } | Self::Unreachable { .. } => Fault::Transient,
            Self::Full { .. } | Self::NoCredential { .. } | Self::Local { .. } => Fault::Operator,
            _ => Fault::Author,
        }
    }
}

/// Brings the source of a package as a value. It never checks out, never runs what it brings, and writes nothing but
/// scratch.
pub trait SourceFetcher: Sync {
    /// Reads the tree of `request`, with the bytes of those files that are `wanted`.
    ///
    /// # Errors
    /// [`FetchError`]; the same input fails in the same way on every run.
    fn fetch(
        &self,
        request: &SourceRequest,
        wanted: Wanted<'_>,
    ) -> impl Future<Output = Result<Source, FetchError>> + Send;

    /// The bytes of the archive at `url`. Nobody has judged them yet.
    ///
    /// # Errors
    /// [`FetchError`], as for a fetch.
    fn download(&self, url: &ArchiveUrl) -> impl Future<Output = Result<Vec<u8>, FetchError>> + Send {
        let reason = "this fetcher reads repositories alone".to_owned();
        let refused = FetchError::Refused { location: url.to_string(), reason };
        async { Err(refused) }
    }

    /// The tags of the repository at `location`, sorted by name. Names that no [`Ref`] can have are left out.
    ///
    /// # Errors
    /// [`FetchError`], as for a fetch.
    fn tags(&self, location: &Location) -> impl Future<Output = Result<Vec<Tag>, FetchError>> + Send;
}
