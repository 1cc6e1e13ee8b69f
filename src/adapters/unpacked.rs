//! The packages that a project has unpacked: a folder for each, and beside them what each was unpacked from.
//!
//! A package is whole if its stamp is there. The stamp goes before the folder changes and comes after it has, so that
//! whatever was cut off is unpacked again. Nothing is written through a link: a project may come from anybody.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::OpenOptionsExt as _;
use std::path::{Path, PathBuf};

use crate::model::{Files, Mode, PackageName, Sha256};
use crate::ports::{Installation, WorkspaceError};

/// The folder of unpacked packages in a project's folder, from the top.
const FOLDERS: [&str; 2] = [".curator", "packages"];
/// What each package was unpacked from.
const STAMPS: &str = ".stamps";
/// How the folders begin that packages are unpacked into, and put away in.
const DRAFT: &str = ".draft-";
/// Tells git to leave all of it alone.
const IGNORED: &str = ".gitignore";

/// The unpacked packages of a project.
#[derive(Debug, Clone)]
pub struct Unpacked {
    project: PathBuf,
}

impl Unpacked {
    /// Those of the project in the folder `project`.
    #[must_use]
    pub fn new(project: &Path) -> Self {
        Self { project: project.to_owned() }
    }

    fn folder(&self) -> PathBuf {
        FOLDERS.iter().fold(self.project.clone(), |folder, part| folder.join(part))
    }

    fn stamp(&self, name: &PackageName) -> PathBuf {
        self.folder().join(STAMPS).join(flat(name))
    }

    /// Makes the folder where it is missing, and holds it alone as long as the answer is held.
    fn hold(&self) -> io::Result<File> {
        let mut folder = self.project.clone();
        for part in FOLDERS.into_iter().chain([STAMPS]) {
            folder.push(part);
            match fs::create_dir(&folder) {
                Err(error) if error.kind() != ErrorKind::AlreadyExists => return Err(error),
                _ => refuse_link(&folder)?,
            }
        }
        let ignored = self.folder().join(IGNORED);
        match OpenOptions::new().write(true).create_new(true).open(&ignored) {
            Ok(mut file) => file.write_all(b"*\n")?,
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {}
            Err(error) => return Err(error),
        }
        let lock = File::open(folder)?;
        lock.lock()?;
        Ok(lock)
    }

    /// Takes the stamp of a package away, and puts its folder aside, where it is to be removed.
    fn set_aside(&self, name: &PackageName, aside: &Path) -> io::Result<()> {
        missing_is_well(fs::remove_file(self.stamp(name)))?;
        missing_is_well(fs::rename(self.folder().join(name.as_str()), aside.join("old")))
    }

    fn draft(&self) -> io::Result<tempfile::TempDir> {
        tempfile::Builder::new().prefix(DRAFT).tempdir_in(self.folder())
    }

    fn failed(&self, name: Option<&PackageName>, error: &io::Error) -> WorkspaceError {
        let folder = self.folder();
        let place = name.map_or_else(|| folder.clone(), |name| folder.join(name.as_str())).display().to_string();
        WorkspaceError::Unusable { place, message: error.to_string() }
    }

    fn unpack(&self, name: &PackageName, hash: &Sha256, files: &Files) -> io::Result<()> {
        let draft = {
            let _held = self.hold()?;
            self.draft()?
        };
        let new = draft.path().join("new");
        fs::create_dir(&new)?;
        for (path, file) in files {
            let place = new.join(path.as_str());
            fs::create_dir_all(place.parent().unwrap_or(&new))?;
            let mode = if file.mode == Mode::Executable { 0o755 } else { 0o644 };
            let mut opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(&place)?;
            opened.write_all(&file.bytes)?;
        }
        let _held = self.hold()?;
        self.set_aside(name, draft.path())?;
        let place = self.folder().join(name.as_str());
        self.make_scope(name)?;
        fs::rename(&new, place)?;
        let mut stamp = tempfile::NamedTempFile::new_in(draft.path())?;
        stamp.write_all(hash.to_string().as_bytes())?;
        stamp.persist(self.stamp(name))?;
        Ok(())
    }

    /// Makes the folder of a name's scope, where it has one.
    fn make_scope(&self, name: &PackageName) -> io::Result<()> {
        let Some((scope, _)) = name.as_str().split_once('/') else { return Ok(()) };
        let scope = self.folder().join(scope);
        match fs::create_dir(&scope) {
            Err(error) if error.kind() != ErrorKind::AlreadyExists => Err(error),
            _ => refuse_link(&scope),
        }
    }

    fn stamps(&self) -> io::Result<BTreeMap<PackageName, Sha256>> {
        let mut present = BTreeMap::new();
        let entries = match fs::read_dir(self.folder().join(STAMPS)) {
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(present),
            entries => entries?,
        };
        for entry in entries {
            let entry = entry?;
            let name = entry.file_name().to_str().and_then(|name| name.replace('+', "/").parse::<PackageName>().ok());
            let Some(name) = name else { continue };
            let hash = fs::read_to_string(entry.path())?.parse::<Sha256>().ok();
            let is_there = self.folder().join(name.as_str()).symlink_metadata().is_ok_and(|found| found.is_dir());
            if let Some(hash) = hash.filter(|_| is_there) {
                present.insert(name, hash);
            }
        }
        Ok(present)
    }
}

impl Installation for Unpacked {
    fn present(&self) -> Result<BTreeMap<PackageName, Sha256>, WorkspaceError> {
        self.stamps().map_err(|error| self.failed(None, &error))
    }

    fn put(&self, name: &PackageName, hash: &Sha256, files: &Files) -> Result<(), WorkspaceError> {
        self.unpack(name, hash, files).map_err(|error| self.failed(Some(name), &error))
    }

    fn remove(&self, name: &PackageName) -> Result<(), WorkspaceError> {
        let take = || -> io::Result<()> {
            let _held = self.hold()?;
            self.set_aside(name, self.draft()?.path())
        };
        take().map_err(|error| self.failed(Some(name), &error))
    }

    fn place(&self) -> String {
        let folder = self.folder();
        folder.strip_prefix(".").unwrap_or(&folder).display().to_string()
    }
}

/// The name of a package as the name of one file.
fn flat(name: &PackageName) -> String {
    name.as_str().replace('/', "+")
}

/// Refuses what is no folder of its own.
fn refuse_link(folder: &Path) -> io::Result<()> {
    if folder.symlink_metadata()?.is_dir() {
        return Ok(());
    }
    Err(io::Error::other(format!(
        "{} is a link or a file, and packages are unpacked into folders alone",
        folder.display()
    )))
}

fn missing_is_well(result: io::Result<()>) -> io::Result<()> {
    match result {
        Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
        result => result,
    }
}
