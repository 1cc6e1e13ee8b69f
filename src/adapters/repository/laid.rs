//! Files of a commit that a program must find on the disk, laid into scratch.

use std::io;
use std::path::PathBuf;

use tempfile::TempDir;

use crate::model::TreePath;
use crate::ports::{Repo as _, RepoError, Revision};

use super::{GitRepo, failed};

/// Scratch with files of a commit. Dropping it removes them.
#[derive(Debug)]
pub struct Laid {
    scratch: TempDir,
}

impl Laid {
    /// Scratch with nothing in it.
    ///
    /// # Errors
    /// [`RepoError::Full`] and [`RepoError::Unusable`], where it cannot be made.
    pub fn new() -> Result<Self, RepoError> {
        let scratch = TempDir::with_prefix("curator-laid-").map_err(|error| failed("the folder for scratch", error))?;
        Ok(Self { scratch })
    }

    /// Lays the file or the folder at `path` of the state `at`; gives its place, or `None` where there is nothing.
    ///
    /// # Errors
    /// [`RepoError`], where it cannot be read or written.
    pub fn lay(&self, repo: &GitRepo, at: &Revision, path: &TreePath) -> Result<Option<PathBuf>, RepoError> {
        let place = self.scratch.path().join(path.as_str());
        let mut files = repo.read_all(at, Some(path))?;
        if files.is_empty() {
            files.extend(repo.read(at, path)?.map(|bytes| (path.clone(), bytes)));
        }
        let is_there = !files.is_empty();
        for (file, bytes) in files {
            let write = || -> io::Result<()> {
                let file = self.scratch.path().join(file.as_str());
                std::fs::create_dir_all(file.parent().unwrap_or(self.scratch.path()))?;
                std::fs::write(file, bytes)
            };
            write().map_err(|error| failed(&place.display().to_string(), error))?;
        }
        Ok(is_there.then_some(place))
    }
}
