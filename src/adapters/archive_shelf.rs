//! The archives that this machine keeps: a folder with a file for each, called by its digest.

use std::fs;
use std::io::{self, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::Sha256;
use crate::ports::{ArchiveCache, WorkspaceError};

use super::places::read_file;

/// Archives by digest, below `<root>/archives`; where nothing can be kept, none.
#[derive(Debug, Clone)]
pub struct ArchiveShelf {
    root: Option<PathBuf>,
}

impl ArchiveShelf {
    /// The archives that are kept below `cache`.
    #[must_use]
    pub fn new(cache: Option<&Path>) -> Self {
        Self { root: cache.map(|cache| cache.join("archives")) }
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
        let Some(file) = self.file(hash) else { return Ok(()) };
        let write = || -> io::Result<()> {
            let folder = file.parent().unwrap_or(Path::new("."));
            fs::create_dir_all(folder)?;
            // Another program may be writing the same: whoever is last leaves the same bytes.
            let mut draft = NamedTempFile::new_in(folder)?;
            draft.write_all(bytes)?;
            draft.persist(&file)?;
            Ok(())
        };
        write().map_err(|error| failed(&file, &error))
    }
}

fn failed(file: &Path, error: &io::Error) -> WorkspaceError {
    WorkspaceError::Unusable { place: file.display().to_string(), message: error.to_string() }
}
