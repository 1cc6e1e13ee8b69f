//! The folder that a workload stands in while it is run.

use std::fs::{self, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use crate::model::Files;

/// Scratch with a workload in it, the empty folder of a world, and a file that no sandbox may see.
pub(super) struct Scratch {
    folder: TempDir,
}

impl Scratch {
    /// Writes the files of a workload, for everybody to read: whoever compiles is nobody.
    pub(super) fn with(files: &Files) -> io::Result<Self> {
        let scratch = Self { folder: TempDir::with_prefix("curator-compile-")? };
        open_folder(&scratch.workload())?;
        fs::create_dir(scratch.world())?;
        fs::write(scratch.canary(), "nobody in a sandbox sees this\n")?;
        for (path, file) in files {
            match write(&scratch.workload(), path.as_str(), &file.bytes) {
                // No compiler can open it either.
                Err(error) if error.kind() == io::ErrorKind::InvalidFilename => {}
                written => written?,
            }
        }
        Ok(scratch)
    }

    /// The files.
    pub(super) fn workload(&self) -> PathBuf {
        self.folder.path().join("in")
    }

    /// An empty folder.
    pub(super) fn world(&self) -> PathBuf {
        self.folder.path().join("world")
    }

    /// A file outside.
    pub(super) fn canary(&self) -> PathBuf {
        self.folder.path().join("canary")
    }
}

fn write(root: &Path, path: &str, bytes: &[u8]) -> io::Result<()> {
    let mut folder = root.to_owned();
    if let Some((above, _)) = path.rsplit_once('/') {
        for part in above.split('/') {
            folder.push(part);
            if !folder.exists() {
                open_folder(&folder)?;
            }
        }
    }
    let place = root.join(path);
    fs::write(&place, bytes)?;
    // Whatever the umask says. No program of a stranger's archive is run by its name.
    fs::set_permissions(place, Permissions::from_mode(0o644))
}

fn open_folder(folder: &Path) -> io::Result<()> {
    fs::create_dir(folder)?;
    fs::set_permissions(folder, Permissions::from_mode(0o755))
}
