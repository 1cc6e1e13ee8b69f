//! The archives that this machine keeps: a folder with a file for each, called by its digest, and `scratch` for those on
//! their way into their place, so that nobody ever sees half of one.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Once;

use crate::model::Sha256;
use crate::ports::{ArchiveCache, WorkspaceError};

use super::places::read_file;
use super::scratch::{replace, sweep};

/// Archives by digest, below `<root>/archives`; where nothing can be kept, none.
#[derive(Debug)]
pub struct ArchiveShelf {
    root: Option<PathBuf>,
    swept: Once,
}

impl ArchiveShelf {
    /// The archives that are kept below `cache`.
    #[must_use]
    pub fn new(cache: Option<&Path>) -> Self {
        Self { root: cache.map(|cache| cache.join("archives")), swept: Once::new() }
    }

    fn file(&self, hash: &Sha256) -> Option<PathBuf> {
        let hex = hash.to_hex();
        let (first, rest) = hex.split_at_checked(2)?;
        Some(self.root.as_ref()?.join(first).join(format!("{rest}.tar.gz")))
    }
}

impl ArchiveCache for ArchiveShelf {
    fn get(&self, hash: &Sha256) -> Result<Option<Vec<u8>>, WorkspaceError> {
        let Some(file) = self.file(hash) else { return Ok(None) };
        read_file(&file).map_err(|error| failed(&file, &error))
    }

    fn put(&self, hash: &Sha256, bytes: &[u8]) -> Result<(), WorkspaceError> {
        let Some((root, file)) = self.root.as_ref().zip(self.file(hash)) else { return Ok(()) };
        let write = || -> io::Result<()> {
            let scratch = root.join("scratch");
            fs::create_dir_all(&scratch)?;
            self.swept.call_once(|| sweep(&scratch));
            replace(&scratch, &file, &[bytes])
        };
        write().map_err(|error| failed(&file, &error))
    }
}

fn failed(file: &Path, error: &io::Error) -> WorkspaceError {
    WorkspaceError::Unusable { place: file.display().to_string(), message: error.to_string() }
}
