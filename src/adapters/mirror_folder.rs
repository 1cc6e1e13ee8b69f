//! The folder of a mirror on the disk.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use crate::model::TreePath;
use crate::ports::{MirrorFolder, WorkspaceError};

/// The folder, beside the files of the mirror, in which files are drafted: renaming is then never across disks.
const DRAFTS: &str = ".drafts";
/// The most folders inside each other that are looked through.
const DEPTH: usize = 16;

/// The folder of a mirror.
#[derive(Debug)]
pub struct MirrorDisk {
    root: PathBuf,
    /// Held by the one writer.
    _held: Option<File>,
}

impl MirrorDisk {
    /// The mirror in `root`, to read from.
    #[must_use]
    pub fn reading(root: &Path) -> Self {
        Self { root: root.to_owned(), _held: None }
    }

    /// The mirror in `root`, as its only writer; the folder is made where it is missing. What a writer that was cut off
    /// left drafted is cleared away.
    ///
    /// # Errors
    /// [`WorkspaceError::Unusable`], also where another program writes it.
    pub fn writing(root: &Path) -> Result<Self, WorkspaceError> {
        let fail = |error: &io::Error| failed(root, error);
        let drafts = root.join(DRAFTS);
        fs::create_dir_all(&drafts).map_err(|error| fail(&error))?;
        let held = File::create(root.join(".lock")).map_err(|error| fail(&error))?;
        match held.try_lock() {
            Ok(()) => {}
            Err(fs::TryLockError::WouldBlock) => {
                return Err(fail(&io::Error::other("another program is writing this mirror")));
            }
            Err(fs::TryLockError::Error(error)) => return Err(fail(&error)),
        }
        let sweep = || -> io::Result<()> {
            for draft in fs::read_dir(&drafts)? {
                fs::remove_file(draft?.path())?;
            }
            Ok(())
        };
        sweep().map_err(|error| fail(&error))?;
        Ok(Self { root: root.to_owned(), _held: Some(held) })
    }

    fn file(&self, path: &TreePath) -> PathBuf {
        self.root.join(path.as_str())
    }

    fn write(&self, path: &TreePath, bytes: &[u8]) -> io::Result<()> {
        let file = self.file(path);
        fs::create_dir_all(file.parent().unwrap_or(&self.root))?;
        let mut draft = NamedTempFile::new_in(self.root.join(DRAFTS))?;
        draft.write_all(bytes)?;
        // A web server reads it as somebody else.
        readable(draft.as_file())?;
        draft.as_file().sync_data()?;
        draft.persist(&file)?;
        Ok(())
    }
}

#[cfg(unix)]
fn readable(file: &File) -> io::Result<()> {
    use std::os::unix::fs::PermissionsExt as _;
    file.set_permissions(fs::Permissions::from_mode(0o644))
}

#[cfg(not(unix))]
fn readable(_: &File) -> io::Result<()> {
    Ok(())
}

impl MirrorFolder for MirrorDisk {
    fn place(&self) -> String {
        self.root.display().to_string()
    }

    fn read(&self, path: &TreePath) -> Result<Option<Vec<u8>>, WorkspaceError> {
        let file = self.file(path);
        match fs::symlink_metadata(&file) {
            Err(error) if matches!(error.kind(), ErrorKind::NotFound | ErrorKind::NotADirectory) => Ok(None),
            Ok(found) if found.is_file() => fs::read(&file).map(Some).map_err(|error| failed(&file, &error)),
            Ok(_) => Err(failed(&file, &io::Error::other("it is no plain file"))),
            Err(error) => Err(failed(&file, &error)),
        }
    }

    fn sizes(&self, under: Option<&TreePath>) -> Result<BTreeMap<TreePath, u64>, WorkspaceError> {
        let mut sizes = BTreeMap::new();
        let mut level: Vec<PathBuf> = vec![under.map_or_else(|| self.root.clone(), |under| self.file(under))];
        for _ in 0..DEPTH {
            let mut next = Vec::new();
            for folder in &level {
                let fail = |error: io::Error| failed(folder, &error);
                let entries = match fs::read_dir(folder) {
                    Err(error) if error.kind() == ErrorKind::NotFound => continue,
                    entries => entries.map_err(fail)?,
                };
                for entry in entries {
                    let entry = entry.map_err(fail)?;
                    let kind = entry.file_type().map_err(fail)?;
                    let path = entry.path();
                    let relative = path.strip_prefix(&self.root).ok().and_then(|path| path.to_str()?.parse().ok());
                    let hidden = entry.file_name().as_encoded_bytes().starts_with(b".");
                    match relative {
                        Some(_) if hidden && folder == &self.root => {}
                        Some(_) if kind.is_dir() => next.push(path),
                        Some(relative) if kind.is_file() => {
                            sizes.insert(relative, entry.metadata().map_err(fail)?.len());
                        }
                        _ => {}
                    }
                }
            }
            level = next;
        }
        Ok(sizes)
    }

    fn put(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError> {
        self.write(path, bytes).map_err(|error| failed(&self.file(path), &error))
    }

    fn remove(&self, path: &TreePath) -> Result<(), WorkspaceError> {
        match fs::remove_file(self.file(path)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(failed(&self.file(path), &error)),
            _ => Ok(()),
        }
    }
}

fn failed(file: &Path, error: &io::Error) -> WorkspaceError {
    WorkspaceError::Unusable { place: file.display().to_string(), message: error.to_string() }
}
