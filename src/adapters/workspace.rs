//! The user's own folder: where definitions are written and packages are packed from.

use std::fs::File;
use std::io::{self, ErrorKind, Write as _};
use std::os::fd::{AsFd, AsRawFd as _, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use rustix::fs::{
    AtFlags, CWD, Dir, FileType, Mode as Permissions, OFlags, RenameFlags, Stat, fchmod, fstat, fsync, linkat, mkdirat,
    openat, readlinkat, renameat, renameat_with, statat, unlinkat,
};
use rustix::io::Errno;
use rustix::process::{Pid, test_kill_process};

use crate::model::{Entry, File as PackedFile, Limits, Mode, PathError, SourceTree, TreePath};
use crate::ports::{Wanted, Workspace, WorkspaceError};

use super::beneath::{file_type, open_file, open_folder, open_root, open_subfolder, read_bytes, size};

/// A folder of the user's. No link in it is followed, so that a cloned folder cannot lead the curator out of it.
#[derive(Debug, Clone)]
pub struct Folder {
    root: PathBuf,
    limits: Limits,
}

/// The most files that a folder may hold beside the package. A working folder has `node_modules` and build output,
/// hundreds of thousands of files that are looked at and never packed.
const MOST_UNWANTED: usize = 1_000_000;

impl Folder {
    /// The folder `root`, as far as `limits` let a package reach.
    #[must_use]
    pub fn new(root: &Path, limits: Limits) -> Self {
        Self { root: root.to_owned(), limits }
    }

    fn open(&self) -> Result<OwnedFd, WorkspaceError> {
        open_root(&self.root).map_err(|error| self.failed(None, error))
    }

    /// The folder that `path` is in, with those above it; they are made where they are missing.
    fn make_parents(&self, path: &TreePath) -> Result<OwnedFd, WorkspaceError> {
        std::fs::create_dir_all(&self.root).map_err(|error| self.failed(None, error))?;
        let mut folder = self.open()?;
        let mut parts: Vec<&str> = path.parts().collect();
        parts.pop();
        for part in parts {
            let made = match mkdirat(&folder, part, Permissions::from_raw_mode(0o777)) {
                Err(Errno::EXIST) => Ok(()),
                made => made,
            };
            folder = made
                .and_then(|()| open_subfolder(folder.as_fd(), part))
                .map_err(|error| self.failed(Some(path), error))?;
        }
        Ok(folder)
    }

    fn place(&self, path: Option<&TreePath>) -> String {
        path.map_or_else(|| self.root.clone(), |path| self.root.join(path.as_str())).display().to_string()
    }

    fn failed(&self, path: Option<&TreePath>, error: impl Into<io::Error>) -> WorkspaceError {
        let error = error.into();
        let message = match Errno::from_io_error(&error) {
            Some(Errno::LOOP) => "it is a symbolic link, which is not followed".to_owned(),
            Some(Errno::NOTDIR) => "a folder in the path is a symbolic link or a file".to_owned(),
            _ => error.to_string(),
        };
        WorkspaceError::Unusable { place: self.place(path), message }
    }
}

impl Workspace for Folder {
    fn read(&self, path: &TreePath) -> Result<Option<Vec<u8>>, WorkspaceError> {
        let read = || -> io::Result<Vec<u8>> {
            let file = open_file(open_root(&self.root)?.as_fd(), path)?;
            read_bytes(&file, regular_size(&fstat(&file)?)?)
        };
        match read() {
            Ok(bytes) => Ok(Some(bytes)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.failed(Some(path), error)),
        }
    }

    fn create(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError> {
        let folder = self.make_parents(path)?;
        match put_nameless(folder.as_fd(), path.file_name(), bytes) {
            Ok(Nameless::Put) => return Ok(()),
            Err(error) if error.kind() == ErrorKind::AlreadyExists => {
                return Err(WorkspaceError::Exists { place: self.place(Some(path)) });
            }
            Err(error) => return Err(self.failed(Some(path), error)),
            Ok(Nameless::Unknown) => {}
        }
        let draft = Draft::write(folder.as_fd(), bytes, None).map_err(|error| self.failed(Some(path), error))?;
        match draft.put_new(path.file_name()) {
            Err(Errno::EXIST) => Err(WorkspaceError::Exists { place: self.place(Some(path)) }),
            put => put.map_err(|error| self.failed(Some(path), error)),
        }
    }

    fn replace(&self, path: &TreePath, bytes: &[u8]) -> Result<(), WorkspaceError> {
        let fail = |error: Errno| self.failed(Some(path), error);
        let folder = open_folder(self.open()?.as_fd(), path.parent().as_ref()).map_err(fail)?;
        let present = statat(&folder, path.file_name(), AtFlags::SYMLINK_NOFOLLOW).map_err(fail)?;
        match file_type(&present) {
            FileType::RegularFile => {}
            FileType::Symlink => return Err(fail(Errno::LOOP)),
            _ => return Err(self.failed(Some(path), not_a_file())),
        }
        let draft =
            Draft::write(folder.as_fd(), bytes, Some(&present)).map_err(|error| self.failed(Some(path), error))?;
        draft.put_over(path.file_name()).map_err(fail)
    }

    fn remove(&self, path: &TreePath) -> Result<(), WorkspaceError> {
        let fail = |error: Errno| self.failed(Some(path), error);
        let folder = open_folder(self.open()?.as_fd(), path.parent().as_ref()).map_err(fail)?;
        let present = statat(&folder, path.file_name(), AtFlags::SYMLINK_NOFOLLOW).map_err(fail)?;
        if file_type(&present) != FileType::RegularFile {
            return Err(self.failed(Some(path), not_a_file()));
        }
        unlinkat(&folder, path.file_name(), AtFlags::empty()).map_err(fail)
    }

    fn source(&self, wanted: Wanted<'_>) -> Result<SourceTree, WorkspaceError> {
        let root = self.open()?;
        let mut walk = Walk { folder: self, wanted, tree: SourceTree::new(), wanted_entries: 0, wanted_bytes: 0 };
        let mut level: Vec<Option<TreePath>> = vec![None];
        for _ in 0..=self.limits.depth {
            let mut next = Vec::new();
            for folder in &level {
                walk.look(root.as_fd(), folder.as_ref(), &mut next)?;
            }
            level = next;
        }
        match level.first() {
            None => Ok(walk.tree),
            Some(folder) => {
                Err(walk
                    .unpackable(folder.as_ref(), format!("folders are nested more than {} deep", self.limits.depth)))
            }
        }
    }
}

/// The size of a file, if it is a plain one.
fn regular_size(stat: &Stat) -> io::Result<u64> {
    if file_type(stat) == FileType::RegularFile { Ok(size(stat)) } else { Err(not_a_file()) }
}

fn not_a_file() -> io::Error {
    io::Error::new(ErrorKind::InvalidInput, "it is not a plain file")
}

/// Whether a file system knows files without a name.
enum Nameless {
    /// It does, and the bytes have their name now.
    Put,
    /// It does not.
    Unknown,
}

/// Writes bytes into a file without a name, brings them to the disk, and then gives them their name if nothing has it. Of
/// a run that is killed on the way nothing is left: a registry must not hold a file that means nothing.
fn put_nameless(folder: BorrowedFd<'_>, name: &str, bytes: &[u8]) -> io::Result<Nameless> {
    let flags = OFlags::WRONLY | OFlags::TMPFILE | OFlags::CLOEXEC;
    let mut file = match openat(folder, ".", flags, Permissions::from_raw_mode(0o666)) {
        Ok(file) => File::from(file),
        Err(Errno::OPNOTSUPP | Errno::ISDIR | Errno::INVAL | Errno::NOENT) => return Ok(Nameless::Unknown),
        Err(error) => return Err(error.into()),
    };
    file.write_all(bytes)?;
    file.sync_all()?;
    // The way that the manual of open(2) shows; without /proc there is none for everybody.
    let itself = format!("/proc/self/fd/{}", file.as_raw_fd());
    match linkat(CWD, itself, folder, name, AtFlags::SYMLINK_FOLLOW) {
        Ok(()) => fsync(folder)?,
        Err(Errno::NOENT | Errno::XDEV | Errno::OPNOTSUPP | Errno::PERM) => return Ok(Nameless::Unknown),
        Err(error) => return Err(error.into()),
    }
    Ok(Nameless::Put)
}

/// New bytes under a name of their own beside the file that they are for, so that the file is never half written.
struct Draft<'a> {
    folder: BorrowedFd<'a>,
    name: String,
}

impl<'a> Draft<'a> {
    /// Writes the bytes and brings them to the disk, with the permissions of the file that they are to replace.
    fn write(folder: BorrowedFd<'a>, bytes: &[u8], replaced: Option<&Stat>) -> io::Result<Self> {
        Self::sweep(folder);
        let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
        let mut attempt = 0_u32;
        let (mut file, draft) = loop {
            let name = format!(".curator-{}-{attempt}.tmp", std::process::id());
            match openat(folder, &name, flags, Permissions::from_raw_mode(0o666)) {
                Ok(file) => break (File::from(file), Self { folder, name }),
                Err(Errno::EXIST) => attempt += 1,
                Err(error) => return Err(error.into()),
            }
        };
        file.write_all(bytes)?;
        if let Some(replaced) = replaced {
            fchmod(&file, Permissions::from_raw_mode(replaced.st_mode))?;
        }
        file.sync_all()?;
        Ok(draft)
    }

    /// Removes the drafts of processes that were killed. What cannot be removed is in nobody's way.
    fn sweep(folder: BorrowedFd<'_>) {
        let Ok(mut dir) = Dir::read_from(folder) else { return };
        while let Some(Ok(entry)) = dir.read() {
            let name = entry.file_name().to_string_lossy().into_owned();
            if draft_owner(&name).is_some_and(is_gone)
                && statat(folder, &name, AtFlags::SYMLINK_NOFOLLOW).is_ok_and(|found| is_old(&found))
            {
                let _ = unlinkat(folder, &name, AtFlags::empty());
            }
        }
    }

    /// Gives the bytes their name, in place of the file that has it.
    fn put_over(self, name: &str) -> rustix::io::Result<()> {
        renameat(self.folder, &self.name, self.folder, name)?;
        fsync(self.folder)
    }

    /// Gives the bytes their name if nothing has it: [`Errno::EXIST`] otherwise.
    fn put_new(self, name: &str) -> rustix::io::Result<()> {
        match renameat_with(self.folder, &self.name, self.folder, name, RenameFlags::NOREPLACE) {
            Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => {
                linkat(self.folder, &self.name, self.folder, name, AtFlags::empty())?;
            }
            renamed => renamed?,
        }
        fsync(self.folder)
    }
}

/// The process that a draft is of, by its name.
fn draft_owner(name: &str) -> Option<Pid> {
    let (owner, _) = name.strip_prefix(".curator-")?.strip_suffix(".tmp")?.split_once('-')?;
    Pid::from_raw(owner.parse().ok().filter(|&owner| owner > 0)?)
}

/// Whether no process has the number any more.
fn is_gone(owner: Pid) -> bool {
    test_kill_process(owner) == Err(Errno::SRCH)
}

/// Whether a draft is older than any that is being written: its process may be one that cannot be seen from here.
fn is_old(found: &Stat) -> bool {
    let written =
        u64::try_from(found.st_mtime).ok().map(|seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds));
    let age = written.and_then(|written| SystemTime::now().duration_since(written).ok());
    age.is_some_and(|age| age > Duration::from_mins(1))
}

impl Drop for Draft<'_> {
    fn drop(&mut self) {
        // It is there only where the bytes did not get their name, or got it as a second one.
        let _ = unlinkat(self.folder, &self.name, AtFlags::empty());
    }
}

/// A walk through the folder, as git would see it: pipes, sockets and devices do not exist, and neither does what
/// stands under git's own name.
struct Walk<'a> {
    folder: &'a Folder,
    wanted: Wanted<'a>,
    tree: SourceTree,
    /// Files and links that are asked for.
    wanted_entries: usize,
    wanted_bytes: u64,
}

impl Walk<'_> {
    /// Takes up what stands directly in `folder` and adds its subfolders to `next`.
    fn look(
        &mut self,
        root: BorrowedFd<'_>,
        folder: Option<&TreePath>,
        next: &mut Vec<Option<TreePath>>,
    ) -> Result<(), WorkspaceError> {
        let fail = |error: Errno| self.folder.failed(folder, error);
        let opened = open_folder(root, folder).map_err(fail)?;
        let mut paths = Vec::new();
        let mut dir = Dir::read_from(&opened).map_err(fail)?;
        while let Some(entry) = dir.read() {
            let entry = entry.map_err(fail)?;
            match path_below(folder, entry.file_name().to_bytes()) {
                Err(PathError::Dots | PathError::DotGit) => {}
                Err(error) => {
                    let name = entry.file_name().to_string_lossy().into_owned();
                    return Err(self.unpackable(folder, format!("it holds {name:?}: {error}")));
                }
                Ok(path) => paths.push(path),
            }
        }
        // Sorted, so that the same fault is found first on every machine.
        paths.sort_unstable();
        for path in paths {
            let stat = statat(&opened, path.file_name(), AtFlags::SYMLINK_NOFOLLOW)
                .map_err(|error| self.folder.failed(Some(&path), error))?;
            match file_type(&stat) {
                FileType::Directory => next.push(Some(path)),
                FileType::RegularFile => self.take_file(root, path, size(&stat))?,
                FileType::Symlink => self.take_link(opened.as_fd(), path)?,
                _ if (self.wanted)(&path) => {
                    return Err(self.unpackable(Some(&path), "it is not a plain file".to_owned()));
                }
                _ => {}
            }
        }
        Ok(())
    }

    fn take_file(&mut self, root: BorrowedFd<'_>, path: TreePath, size: u64) -> Result<(), WorkspaceError> {
        if !(self.wanted)(&path) {
            self.count_unwanted()?;
            self.tree.insert(path, Entry::Unread { size });
            return Ok(());
        }
        self.count_wanted()?;
        let open = || -> io::Result<(File, Stat)> {
            let file = open_file(root, &path)?;
            let stat = fstat(&file)?;
            Ok((file, stat))
        };
        let (file, stat) = open().map_err(|error| self.folder.failed(Some(&path), error))?;
        // The open file counts, not what was listed: it is the one that is read.
        let size = regular_size(&stat).map_err(|error| self.folder.failed(Some(&path), error))?;
        let limits = &self.folder.limits;
        if size > limits.file_bytes {
            return Err(self.unpackable(Some(&path), format!("it has more than {} bytes", limits.file_bytes)));
        }
        self.wanted_bytes += size;
        if self.wanted_bytes > limits.tree_bytes {
            let message = format!("its files have more than {} bytes together", limits.tree_bytes);
            return Err(self.unpackable(None, message));
        }
        let bytes = read_bytes(&file, size).map_err(|error| self.folder.failed(Some(&path), error))?;
        // The owner's bit is the one that git looks at.
        let executable = Permissions::from_raw_mode(stat.st_mode).contains(Permissions::XUSR);
        let mode = if executable { Mode::Executable } else { Mode::Regular };
        self.tree.insert(path, Entry::File(PackedFile { mode, bytes }));
        Ok(())
    }

    fn take_link(&mut self, folder: BorrowedFd<'_>, path: TreePath) -> Result<(), WorkspaceError> {
        if (self.wanted)(&path) {
            self.count_wanted()?;
        } else {
            self.count_unwanted()?;
        }
        let target =
            readlinkat(folder, path.file_name(), Vec::new()).map_err(|error| self.folder.failed(Some(&path), error))?;
        self.tree.insert(path, Entry::Link { target: target.into_bytes() });
        Ok(())
    }

    fn count_wanted(&mut self) -> Result<(), WorkspaceError> {
        self.wanted_entries += 1;
        let most = self.folder.limits.entries;
        if self.wanted_entries > most {
            return Err(self.unpackable(None, format!("the package has more than {most} files and links")));
        }
        Ok(())
    }

    fn count_unwanted(&self) -> Result<(), WorkspaceError> {
        if self.tree.len().saturating_sub(self.wanted_entries) >= MOST_UNWANTED {
            return Err(self.unpackable(None, format!("it has more than {MOST_UNWANTED} files beside the package")));
        }
        Ok(())
    }

    fn unpackable(&self, path: Option<&TreePath>, message: String) -> WorkspaceError {
        WorkspaceError::Unpackable { place: self.folder.place(path), message }
    }
}

/// The path of `name` in `folder`.
fn path_below(folder: Option<&TreePath>, name: &[u8]) -> Result<TreePath, PathError> {
    match folder {
        None => TreePath::from_bytes(name),
        Some(folder) => TreePath::from_bytes(&[folder.as_str().as_bytes(), b"/", name].concat()),
    }
}
