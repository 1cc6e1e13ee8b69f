//! The packages that a project has unpacked: a folder for each, and beside them what each was unpacked from.
//!
//! Packages are unpacked into a draft, which is a process's own and goes with it; one that a killed process left is
//! swept by the next. A stamp names what the folder was unpacked from. It is emptied before the folder changes and written
//! after it has, so that whatever was cut off is known, and is unpacked again or taken away. Nothing is read or written
//! through a link: a project may come from anybody.

use std::collections::BTreeMap;
use std::fs::{self, File, OpenOptions, Permissions};
use std::io::{self, ErrorKind, Write as _};
use std::os::fd::AsFd as _;
use std::os::unix::fs::{OpenOptionsExt as _, PermissionsExt as _};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use tempfile::TempDir;

use crate::model::{Files, Mode, PackageName, Sha256, TreePath};
use crate::ports::{Installation, WorkspaceError};

use super::beneath::{open_file, open_root, read_bytes};

/// The folder of unpacked packages in a project's folder, from the top.
const FOLDERS: [&str; 2] = [".curator", "packages"];
/// What each package was unpacked from.
const STAMPS: &str = ".stamps";
/// The longest stamp. It is a digest.
const MOST_STAMP_BYTES: u64 = 200;
/// How the folders begin that packages are unpacked into, and put away in.
const DRAFT: &str = ".draft-";
/// Tells git to leave all of it alone.
const IGNORED: &str = ".gitignore";

/// The unpacked packages of a project.
#[derive(Debug)]
pub struct Unpacked {
    project: PathBuf,
    draft: Mutex<Option<Arc<Draft>>>,
}

/// A package that is unpacked and not in its place yet.
#[derive(Debug)]
pub struct Drafted {
    folder: PathBuf,
    draft: Arc<Draft>,
}

/// Where one process unpacks, on the file system of the project. Whoever holds it is alive.
#[derive(Debug)]
struct Draft {
    home: TempDir,
    _held: File,
    next: AtomicU64,
}

impl Draft {
    /// A name in it that nobody else uses.
    fn place(&self) -> PathBuf {
        self.home.path().join(self.next.fetch_add(1, Ordering::Relaxed).to_string())
    }
}

impl Unpacked {
    /// Those of the project in the folder `project`.
    #[must_use]
    pub fn new(project: &Path) -> Self {
        Self { project: project.to_owned(), draft: Mutex::default() }
    }

    fn folder(&self) -> PathBuf {
        FOLDERS.iter().fold(self.project.clone(), |folder, part| folder.join(part))
    }

    fn stamp(&self, name: &PackageName) -> PathBuf {
        self.folder().join(STAMPS).join(flat(name))
    }

    /// The folders from the top, each below the one before it.
    fn ways(&self) -> impl Iterator<Item = PathBuf> {
        let parts = FOLDERS.into_iter().chain([STAMPS]);
        parts.scan(self.project.clone(), |folder, part| {
            folder.push(part);
            Some(folder.clone())
        })
    }

    /// Makes the folder where it is missing, and holds it alone as long as the answer is held.
    fn hold(&self) -> io::Result<File> {
        for folder in self.ways() {
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
        let lock = File::open(self.folder().join(STAMPS))?;
        lock.lock()?;
        Ok(lock)
    }

    /// This process's draft.
    fn draft(&self) -> io::Result<Arc<Draft>> {
        let mut draft = self.draft.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(draft) = &*draft {
            return Ok(Arc::clone(draft));
        }
        // Nobody sweeps while this is held, so that no draft is swept between its making and its holding.
        let _alone = self.hold()?;
        self.sweep()?;
        let home = tempfile::Builder::new().prefix(DRAFT).tempdir_in(self.folder())?;
        let held = File::open(home.path())?;
        held.lock()?;
        Ok(Arc::clone(draft.insert(Arc::new(Draft { home, _held: held, next: AtomicU64::new(0) }))))
    }

    /// Removes the drafts of processes that were killed.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(self.folder())? {
            let entry = entry?;
            let is_draft = entry.file_name().to_string_lossy().starts_with(DRAFT) && entry.file_type()?.is_dir();
            if is_draft && File::open(entry.path()).is_ok_and(|held| held.try_lock().is_ok()) {
                // One that cannot be removed is in nobody's way.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    /// The same where nothing else may be to be done. It is no reason to stop.
    fn sweep_left(&self) {
        let Ok(mut entries) = fs::read_dir(self.folder()) else { return };
        let is_left =
            entries.any(|entry| entry.is_ok_and(|entry| entry.file_name().to_string_lossy().starts_with(DRAFT)));
        if is_left && let Ok(_alone) = self.hold() {
            let _ = self.sweep();
        }
    }

    /// Says in the stamp of a package what it was unpacked from; nothing, where it is about to change.
    fn mark(&self, draft: &Draft, name: &PackageName, hash: Option<&Sha256>) -> io::Result<()> {
        let readable = Permissions::from_mode(0o644);
        let mut stamp = tempfile::Builder::new().permissions(readable).tempfile_in(draft.home.path())?;
        stamp.write_all(hash.map(ToString::to_string).unwrap_or_default().as_bytes())?;
        stamp.persist(self.stamp(name))?;
        Ok(())
    }

    /// Empties the stamp of a package, and puts its folder aside.
    fn set_aside(&self, draft: &Draft, name: &PackageName) -> io::Result<()> {
        self.mark(draft, name, None)?;
        if let Some(scope) = self.scope(name) {
            missing_is_well(refuse_link(&scope))?;
        }
        missing_is_well(fs::rename(self.folder().join(name.as_str()), draft.place()))
    }

    /// The folder of a name's scope, where it has one.
    fn scope(&self, name: &PackageName) -> Option<PathBuf> {
        name.as_str().split_once('/').map(|(scope, _)| self.folder().join(scope))
    }

    fn failed(&self, name: Option<&PackageName>, error: &io::Error) -> WorkspaceError {
        let folder = self.folder();
        let place = name.map_or_else(|| folder.clone(), |name| folder.join(name.as_str())).display().to_string();
        WorkspaceError::Unusable { place, message: error.to_string() }
    }

    fn write(&self, files: &Files) -> io::Result<Drafted> {
        let draft = self.draft()?;
        let folder = draft.place();
        fs::create_dir(&folder)?;
        for (path, file) in files {
            let place = folder.join(path.as_str());
            fs::create_dir_all(place.parent().unwrap_or(&folder))?;
            let mode = if file.mode == Mode::Executable { 0o755 } else { 0o644 };
            let mut opened = OpenOptions::new().write(true).create_new(true).mode(mode).open(&place)?;
            opened.write_all(&file.bytes)?;
        }
        Ok(Drafted { folder, draft })
    }

    fn switch(&self, name: &PackageName, hash: &Sha256, new: &Drafted) -> io::Result<()> {
        let _alone = self.hold()?;
        self.set_aside(&new.draft, name)?;
        if let Some(scope) = self.scope(name) {
            fs::create_dir_all(scope)?;
        }
        fs::rename(&new.folder, self.folder().join(name.as_str()))?;
        self.mark(&new.draft, name, Some(hash))
    }

    fn take_away(&self, name: &PackageName) -> io::Result<()> {
        let draft = self.draft()?;
        let _alone = self.hold()?;
        self.set_aside(&draft, name)?;
        if let Some(scope) = self.scope(name) {
            // Only where it is empty.
            let _ = fs::remove_dir(scope);
        }
        missing_is_well(fs::remove_file(self.stamp(name)))
    }

    fn stamps(&self) -> io::Result<BTreeMap<PackageName, Option<Sha256>>> {
        let mut present = BTreeMap::new();
        for folder in self.ways() {
            match refuse_link(&folder) {
                Err(error) if error.kind() == ErrorKind::NotFound => return Ok(present),
                checked => checked?,
            }
        }
        self.sweep_left();
        let stamps = self.folder().join(STAMPS);
        let opened = open_root(&stamps)?;
        for entry in fs::read_dir(&stamps)? {
            let file_name = entry?.file_name();
            let text = file_name.to_str();
            let name = text.and_then(|name| name.replace('+', "/").parse::<PackageName>().ok());
            let Some((name, path)) = name.zip(text.and_then(|text| text.parse::<TreePath>().ok())) else { continue };
            let is_there = self.folder().join(name.as_str()).symlink_metadata().is_ok_and(|found| found.is_dir());
            let read = || -> io::Result<Vec<u8>> {
                let file = open_file(opened.as_fd(), &path)?;
                let found = file.metadata()?;
                if found.is_file() && found.len() <= MOST_STAMP_BYTES {
                    return read_bytes(&file, found.len());
                }
                Err(io::Error::other("it is no stamp"))
            };
            let hash = read().ok().and_then(|bytes| std::str::from_utf8(&bytes).ok()?.parse::<Sha256>().ok());
            present.insert(name, hash.filter(|_| is_there));
        }
        Ok(present)
    }
}

impl Installation for Unpacked {
    type Ready = Drafted;

    fn present(&self) -> Result<BTreeMap<PackageName, Option<Sha256>>, WorkspaceError> {
        self.stamps().map_err(|error| self.failed(None, &error))
    }

    fn unpack(&self, files: &Files) -> Result<Drafted, WorkspaceError> {
        self.write(files).map_err(|error| self.failed(None, &error))
    }

    fn put(&self, name: &PackageName, hash: &Sha256, ready: Drafted) -> Result<(), WorkspaceError> {
        self.switch(name, hash, &ready).map_err(|error| self.failed(Some(name), &error))
    }

    fn remove(&self, name: &PackageName) -> Result<(), WorkspaceError> {
        self.take_away(name).map_err(|error| self.failed(Some(name), &error))
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
