//! An index to read from, wherever it lies: opened once, so that a run sees one state of it.

use tokio::sync::OnceCell;

use crate::model::{CommitId, TreePath};
use crate::ports::{IndexSource, RepoError};

use super::http::HttpIndex;
use super::repo_index::RepoIndex;

/// An index to read from.
pub struct ClientIndex {
    place: Anywhere,
    opened: OnceCell<Option<CommitId>>,
}

/// Where an index can be.
enum Anywhere {
    Repo(RepoIndex),
    Web(Box<HttpIndex>),
}

impl ClientIndex {
    /// An index in a folder or in git.
    #[must_use]
    pub fn repo(index: RepoIndex) -> Self {
        Self { place: Anywhere::Repo(index), opened: OnceCell::new() }
    }

    /// An index on a web server.
    #[must_use]
    pub fn web(index: HttpIndex) -> Self {
        Self { place: Anywhere::Web(Box::new(index)), opened: OnceCell::new() }
    }

    /// Where a mirror on a web server has its archives, once it was opened.
    #[must_use]
    pub fn mirror_store(&self) -> Option<String> {
        match &self.place {
            Anywhere::Repo(_) => None,
            Anywhere::Web(it) => it.mirror_store(),
        }
    }
}

impl IndexSource for ClientIndex {
    fn place(&self) -> String {
        match &self.place {
            Anywhere::Repo(it) => it.place(),
            Anywhere::Web(it) => it.place(),
        }
    }

    async fn open(&self) -> Result<Option<CommitId>, RepoError> {
        let open = async || match &self.place {
            Anywhere::Repo(it) => it.open().await,
            Anywhere::Web(it) => it.open().await,
        };
        self.opened.get_or_try_init(open).await.copied()
    }

    async fn read(&self, paths: &[TreePath]) -> Result<Vec<Option<Vec<u8>>>, RepoError> {
        match &self.place {
            Anywhere::Repo(it) => it.read(paths).await,
            Anywhere::Web(it) => it.read(paths).await,
        }
    }

    async fn read_all(&self, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        match &self.place {
            Anywhere::Repo(it) => it.read_all(under).await,
            Anywhere::Web(it) => it.read_all(under).await,
        }
    }
}
