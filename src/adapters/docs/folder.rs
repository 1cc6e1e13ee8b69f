//! Documentation in a folder: one folder for each package, and in that one for each version, there as a whole or not at
//! all.

use std::fs::{self, File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::adapters::git::message::shown;
use crate::model::{Docs, PackageName, Version};
use crate::ports::{DocsError, Put};

/// How the folders begin that documentation is written in before it is whole. No package's name begins so.
const INCOMING: &str = ".incoming-";

/// A folder for documentation.
#[derive(Debug, Clone)]
pub struct DocsFolder {
    name: String,
    root: PathBuf,
}

impl DocsFolder {
    /// This folder, made where it is not there yet; messages call it `name`.
    #[must_use]
    pub fn new(name: &str, root: PathBuf) -> Self {
        Self { name: name.to_owned(), root }
    }

    /// What messages call it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Puts the documentation of a version there, unless there is some.
    pub(super) fn put(&self, name: &PackageName, version: &Version, docs: &Docs) -> Result<Put, DocsError> {
        let place = self.root.join(name.to_string()).join(version.to_string());
        self.enter(&place, docs)
            .map_err(|error| DocsError::Unusable { host: self.name.clone(), message: shown(&error.to_string()) })
    }

    fn enter(&self, place: &Path, docs: &Docs) -> io::Result<Put> {
        if fs::symlink_metadata(place).is_ok() {
            return Ok(Put::AlreadyThere);
        }
        let folder = place.parent().unwrap_or(&self.root);
        fs::create_dir_all(folder)?;
        let incoming = tempfile::Builder::new().prefix(INCOMING).tempdir_in(&self.root)?;
        fs::set_permissions(incoming.path(), Permissions::from_mode(0o755))?;
        match docs {
            Docs::Json(bytes) => write(&incoming.path().join("docs.json"), bytes)?,
            Docs::Bytes(bytes) => write(&incoming.path().join("docs"), bytes)?,
            Docs::Folder(files) => {
                for (path, file) in files {
                    let place = incoming.path().join(path.as_str());
                    fs::create_dir_all(place.parent().unwrap_or(incoming.path()))?;
                    write(&place, &file.bytes)?;
                }
            }
        }
        // A folder takes the place of nothing, and of an empty folder at most.
        match fs::rename(incoming.path(), place) {
            Ok(()) => {
                // It is not there any more to be removed.
                let _ = incoming.keep();
                File::open(folder)?.sync_all()?;
                Ok(Put::Stored)
            }
            Err(_) if fs::symlink_metadata(place).is_ok() => Ok(Put::AlreadyThere),
            Err(error) => Err(error),
        }
    }
}

/// Writes a file that everybody may read, down to the disk.
fn write(place: &Path, bytes: &[u8]) -> io::Result<()> {
    fs::write(place, bytes)?;
    fs::set_permissions(place, Permissions::from_mode(0o644))?;
    File::open(place)?.sync_all()
}
