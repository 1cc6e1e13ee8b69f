//! A plain directory as it was at one moment: its listing, its fingerprint, and its files as long as they stay that way.

use std::fmt::Write as _;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::{Path, PathBuf};

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rustix::fs::{AtFlags, Dir, FileType, Stat, fstat, statat};
use rustix::io::Errno;

use crate::adapters::beneath::{file_type, open_file, open_folder, open_root, read_bytes, size};
use crate::model::{Sha256, TreePath};
use crate::ports::{RepoEntryKind, RepoError, Revision};

use super::{Siblings, failed, moved, unusable};

/// The most folders inside each other: more than any layout of ours has, and few enough to bound a walk.
const DEPTH: usize = 64;

/// How often a walk is begun again because the directory was switched meanwhile.
const ATTEMPTS: usize = 100;

/// What tells a file from its successor: everything that an ordinary write or replacement changes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Stamp {
    size: u64,
    /// Last modification, nanoseconds since the epoch.
    modified: i128,
    inode: u64,
}

impl Stamp {
    fn of(stat: &Stat) -> Self {
        let modified = i128::from(stat.st_mtime) * 1_000_000_000 + i128::from(stat.st_mtime_nsec);
        Self { size: size(stat), modified, inode: stat.st_ino }
    }
}

/// A file, or something in the place of one.
#[derive(Debug)]
pub(super) struct Listed {
    pub(super) path: TreePath,
    pub(super) kind: RepoEntryKind,
    stamp: Stamp,
}

/// A directory as it was when it was walked. Its files are read relative to the open directory, so that they are those
/// of this state even when another has taken its place.
#[derive(Debug)]
pub(super) struct Snapshot {
    place: PathBuf,
    /// The directory; `None` where there is none.
    root: Option<OwnedFd>,
    pub(super) revision: Revision,
    /// Sorted by path.
    pub(super) entries: Vec<Listed>,
    /// What is there without belonging to the tree, like `.git`.
    pub(super) unlisted: Vec<PathBuf>,
}

impl Snapshot {
    /// The directory as it is now; without a root, where there is none.
    ///
    /// # Errors
    /// [`RepoError::Moved`] when it keeps changing, [`RepoError::Unusable`] when it cannot be read.
    pub(super) fn take(siblings: &Siblings) -> Result<Self, RepoError> {
        for _ in 0..ATTEMPTS {
            let Some(root) = open_current(siblings)? else {
                return Ok(Self::nothing(siblings.live.clone()));
            };
            let opened = fstat(&root).map_err(|error| failed(&siblings.live, error))?;
            let taken = Self::of(root, siblings.live.clone());
            // A switched-out directory is deleted bit by bit, so a walk of it may have missed files. While it is the
            // current one after the walk, nothing of it had been deleted.
            let current =
                open_current(siblings)?.map(fstat).transpose().map_err(|error| failed(&siblings.live, error))?;
            if current.is_some_and(|now| (now.st_dev, now.st_ino) == (opened.st_dev, opened.st_ino)) {
                return taken;
            }
        }
        Err(moved(&siblings.live))
    }

    fn nothing(place: PathBuf) -> Self {
        let revision = Revision("directory:none".to_owned());
        Self { place, root: None, revision, entries: Vec::new(), unlisted: Vec::new() }
    }

    /// What the open directory `root` holds. `place` is what messages call it.
    pub(super) fn of(root: OwnedFd, place: PathBuf) -> Result<Self, RepoError> {
        let mut entries = Vec::new();
        let mut unlisted = Vec::new();
        let mut level: Vec<Option<TreePath>> = vec![None];
        for _ in 0..=DEPTH {
            let looked: Vec<_> = level.par_iter().map(|folder| look(root.as_fd(), folder.as_ref())).collect();
            let mut next = Vec::new();
            for (folder, contents) in level.iter().zip(looked) {
                let mut contents = contents.map_err(|error| failed(&below(&place, folder.as_ref()), error))?;
                next.extend(contents.folders.drain(..).map(Some));
                entries.append(&mut contents.files);
                unlisted.append(&mut contents.unlisted);
            }
            level = next;
        }
        if let Some(folder) = level.first() {
            let place = below(&place, folder.as_ref());
            return Err(unusable(&place, format!("more than {DEPTH} folders are inside each other")));
        }
        entries.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        unlisted.sort_unstable();
        let revision = fingerprint(&entries);
        Ok(Self { place, root: Some(root), revision, entries, unlisted })
    }

    /// The directory itself; `None` where there is none.
    pub(super) fn root(&self) -> Option<BorrowedFd<'_>> {
        self.root.as_ref().map(AsFd::as_fd)
    }

    /// The entries below `under`, sorted by path.
    pub(super) fn below(&self, under: Option<&TreePath>) -> &[Listed] {
        let Some(under) = under else { return &self.entries };
        let prefix = format!("{under}/");
        let start = self.entries.partition_point(|entry| entry.path.as_str() < prefix.as_str());
        let rest = self.entries.get(start..).unwrap_or_default();
        let length = rest.partition_point(|entry| entry.path.as_str().starts_with(&prefix));
        rest.get(..length).unwrap_or_default()
    }

    /// The entry at exactly `path`.
    pub(super) fn entry(&self, path: &TreePath) -> Option<&Listed> {
        let found = self.entries.binary_search_by(|entry| entry.path.cmp(path)).ok()?;
        self.entries.get(found)
    }

    /// The bytes of a file.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where something else stands at the path, [`RepoError::Moved`] where the file is not what
    /// it was when the directory was walked.
    pub(super) fn read(&self, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        let Some(root) = self.root() else { return Ok(None) };
        let Some(entry) = self.entry(path) else {
            let mut parent = path.parent();
            while let Some(folder) = parent {
                if self.entry(&folder).is_some_and(|entry| entry.kind == RepoEntryKind::Foreign) {
                    return Err(foreign(&self.place, &folder));
                }
                parent = folder.parent();
            }
            if !self.below(Some(path)).is_empty() {
                return Err(unusable(&below(&self.place, Some(path)), "it is a folder, not a file".to_owned()));
            }
            return Ok(None);
        };
        self.read_entry(root, entry).map(Some)
    }

    /// Every file below `under` with its bytes, sorted by path; on as many threads as there are cores.
    ///
    /// # Errors
    /// As [`Self::read`], for the first path that fails.
    pub(super) fn read_all(&self, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        let Some(root) = self.root() else { return Ok(Vec::new()) };
        let read = |entry: &Listed| Ok((entry.path.clone(), self.read_entry(root, entry)?));
        let read: Vec<Result<_, RepoError>> = self.below(under).par_iter().map(read).collect();
        // In order, so that the same failure is told on every run.
        read.into_iter().collect()
    }

    fn read_entry(&self, root: BorrowedFd<'_>, entry: &Listed) -> Result<Vec<u8>, RepoError> {
        if entry.kind == RepoEntryKind::Foreign {
            return Err(foreign(&self.place, &entry.path));
        }
        let read = || -> io::Result<(Vec<u8>, File)> {
            let file = open_file(root, &entry.path)?;
            Ok((read_bytes(&file, entry.stamp.size)?, file))
        };
        let (bytes, file) = read().map_err(|error| self.changed(&entry.path, &error))?;
        // After the reading, so that a write during it is seen too.
        let stat = fstat(&file).map_err(|error| self.changed(&entry.path, &error.into()))?;
        if Stamp::of(&stat) == entry.stamp { Ok(bytes) } else { Err(moved(&self.place)) }
    }

    /// The error for a listed file that cannot be read: one that is gone, or no file any more, was changed by another
    /// program.
    fn changed(&self, path: &TreePath, error: &io::Error) -> RepoError {
        let gone = matches!(Errno::from_io_error(error), Some(Errno::NOENT | Errno::NOTDIR | Errno::LOOP));
        if gone || error.kind() == io::ErrorKind::UnexpectedEof {
            return moved(&self.place);
        }
        // Not `failed`: a file that is too large to read does not mean that the disk is full.
        unusable(&below(&self.place, Some(path)), error.to_string())
    }
}

/// The error for a link, device or pipe where a registry has files.
pub(super) fn foreign(place: &Path, path: &TreePath) -> RepoError {
    unusable(&below(place, Some(path)), "it is a link or a device, not a file".to_owned())
}

/// The path of `path` on the disk, for messages.
fn below(place: &Path, path: Option<&TreePath>) -> PathBuf {
    path.map_or_else(|| place.to_owned(), |path| place.join(path.as_str()))
}

/// Opens the directory that is current; `None` where there is none.
///
/// Without an exchange of names, a switch has a moment in which the old directory has left its place and the new one is
/// not there yet: the old one is still the current one then.
fn open_current(siblings: &Siblings) -> Result<Option<OwnedFd>, RepoError> {
    for place in [&siblings.live, &siblings.old, &siblings.live] {
        match open_root(place) {
            Ok(root) => return Ok(Some(root)),
            Err(Errno::NOENT) => {}
            Err(error) => return Err(failed(place, error)),
        }
    }
    Ok(None)
}

/// What stands directly in a folder.
#[derive(Default)]
struct Contents {
    folders: Vec<TreePath>,
    files: Vec<Listed>,
    unlisted: Vec<PathBuf>,
}

/// Looks into one folder below `root`. What vanishes meanwhile was not there.
fn look(root: BorrowedFd<'_>, folder: Option<&TreePath>) -> Result<Contents, Errno> {
    let mut contents = Contents::default();
    let opened = match open_folder(root, folder) {
        Err(Errno::NOENT) => return Ok(contents),
        opened => opened?,
    };
    let mut dir = Dir::new(opened)?;
    while let Some(entry) = dir.read() {
        let entry = entry?;
        let name = entry.file_name().to_bytes();
        if matches!(name, b"." | b"..") {
            continue;
        }
        let Some(path) = path_below(folder, name) else {
            let name = String::from_utf8_lossy(name).into_owned();
            contents.unlisted.push(folder.map_or_else(PathBuf::new, |folder| folder.as_str().into()).join(name));
            continue;
        };
        if entry.file_type() == FileType::Directory {
            contents.folders.push(path);
            continue;
        }
        let stat = match statat(dir.fd()?, entry.file_name(), AtFlags::SYMLINK_NOFOLLOW) {
            Err(Errno::NOENT) => continue,
            stat => stat?,
        };
        // Some file systems do not tell the type in the listing.
        let kind = match file_type(&stat) {
            FileType::Directory => {
                contents.folders.push(path);
                continue;
            }
            FileType::RegularFile => RepoEntryKind::File,
            _ => RepoEntryKind::Foreign,
        };
        contents.files.push(Listed { path, kind, stamp: Stamp::of(&stat) });
    }
    Ok(contents)
}

/// The name of the curator's own folder at the top: the store of the embedded default is in it.
const OWN_FOLDER: &[u8] = b".curator";

/// The path of `name` in `folder`; `None` for what is in the directory without belonging to it: git's own folder, ours,
/// and names that no tree can have.
fn path_below(folder: Option<&TreePath>, name: &[u8]) -> Option<TreePath> {
    match folder {
        None if name == OWN_FOLDER => None,
        None => TreePath::from_bytes(name).ok(),
        Some(folder) => TreePath::from_bytes(&[folder.as_str().as_bytes(), b"/", name].concat()).ok(),
    }
}

/// The revision of a directory: a digest of what `stat` says of every entry. It differs between machines, so it may be
/// compared and never published.
fn fingerprint(entries: &[Listed]) -> Revision {
    let mut text = String::with_capacity(entries.len() * 96);
    for Listed { path, kind, stamp: Stamp { size, modified, inode } } in entries {
        // A NUL cannot be in a path, so no two listings have the same text. Writing to a `String` does not fail.
        let _ = writeln!(text, "{path}\0{kind:?} {size} {modified} {inode}");
    }
    Revision(format!("directory:{}", Sha256::of(text.as_bytes()).to_hex()))
}
