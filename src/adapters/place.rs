//! A registry or an index, whatever it is kept in.

use crate::model::{CommitId, TreePath};
use crate::ports::{
    Change, Differences, History, Logged, ObjectId, Proposal, Proposals, Repo, RepoEntry, RepoError, Revision,
};

use super::directory::Directory;
use super::repository::GitRepo;

/// A registry or an index.
pub enum Place {
    /// A plain folder.
    Folder(Box<Directory>),
    /// A branch of a git repository.
    Repository(Box<GitRepo>),
}

impl Repo for Place {
    async fn head(&self) -> Result<Revision, RepoError> {
        match self {
            Self::Folder(it) => it.head().await,
            Self::Repository(it) => it.head().await,
        }
    }

    fn list(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<RepoEntry>, RepoError> {
        match self {
            Self::Folder(it) => it.list(at, under),
            Self::Repository(it) => it.list(at, under),
        }
    }

    fn read(&self, at: &Revision, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        match self {
            Self::Folder(it) => it.read(at, path),
            Self::Repository(it) => it.read(at, path),
        }
    }

    fn read_all(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        match self {
            Self::Folder(it) => it.read_all(at, under),
            Self::Repository(it) => it.read_all(at, under),
        }
    }

    async fn commit(&self, parent: &Revision, change: &Change, message: &str) -> Result<Revision, RepoError> {
        match self {
            Self::Folder(it) => it.commit(parent, change, message).await,
            Self::Repository(it) => it.commit(parent, change, message).await,
        }
    }
}

impl History for Place {
    fn describe(&self, at: &Revision) -> Result<Option<Logged>, RepoError> {
        match self {
            Self::Folder(it) => it.describe(at),
            Self::Repository(it) => it.describe(at),
        }
    }

    async fn log(&self, since: Option<&Revision>, until: &Revision) -> Result<Vec<Logged>, RepoError> {
        match self {
            Self::Folder(it) => it.log(since, until).await,
            Self::Repository(it) => it.log(since, until).await,
        }
    }

    fn difference(&self, from: Option<&Revision>, to: &Revision) -> Result<Differences, RepoError> {
        match self {
            Self::Folder(it) => it.difference(from, to),
            Self::Repository(it) => it.difference(from, to),
        }
    }

    fn bytes(&self, object: &ObjectId) -> Result<Vec<u8>, RepoError> {
        match self {
            Self::Folder(it) => it.bytes(object),
            Self::Repository(it) => it.bytes(object),
        }
    }

    async fn fork_point(&self, name: &str, at: &Revision) -> Result<Option<Revision>, RepoError> {
        match self {
            Self::Folder(it) => it.fork_point(name, at).await,
            Self::Repository(it) => it.fork_point(name, at).await,
        }
    }
}

impl Proposals for Place {
    async fn proposed(&self, reference: &str) -> Result<CommitId, RepoError> {
        match self {
            Self::Folder(it) => it.proposed(reference).await,
            Self::Repository(it) => it.proposed(reference).await,
        }
    }

    async fn propose(&self, reference: &str, head: &CommitId, base: &Revision) -> Result<Proposal, RepoError> {
        match self {
            Self::Folder(it) => it.propose(reference, head, base).await,
            Self::Repository(it) => it.propose(reference, head, base).await,
        }
    }

    async fn newest(&self) -> Result<Revision, RepoError> {
        match self {
            Self::Folder(it) => it.newest().await,
            Self::Repository(it) => it.newest().await,
        }
    }
}
