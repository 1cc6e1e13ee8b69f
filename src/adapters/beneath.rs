//! Opening and reading what stands below a folder without ever following a link, so that no path leads out of it.

use std::fs::File;
use std::io::{self, ErrorKind, Read as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rustix::fs::{CWD, FileType, Mode, OFlags, Stat, openat};
#[cfg(target_os = "linux")]
use rustix::fs::{ResolveFlags, openat2};
use rustix::io::Errno;

use crate::model::TreePath;

/// The largest file that is read into memory, in bytes. Files of a registry are thousands of times smaller.
pub(super) const MOST_BYTES: u64 = 64 << 20;

/// How a folder below the root is opened: a link in its place is an error.
const FOLDER: OFlags = OFlags::RDONLY.union(OFlags::DIRECTORY).union(OFlags::NOFOLLOW).union(OFlags::CLOEXEC);

/// How a file is opened. Without `NONBLOCK`, a pipe that takes the file's place would hold the program up for ever.
const FILE: OFlags = OFlags::RDONLY.union(OFlags::NOFOLLOW).union(OFlags::NONBLOCK).union(OFlags::CLOEXEC);

/// Opens the folder that everything else is relative to. Links on the way there are the operator's and are followed.
pub(super) fn open_root(place: &Path) -> rustix::io::Result<OwnedFd> {
    openat(CWD, place, FOLDER.difference(OFlags::NOFOLLOW), Mode::empty())
}

/// Opens `folder` below `root` (`root` itself, for `None`).
///
/// # Errors
/// [`Errno::LOOP`] or [`Errno::NOTDIR`] where a part of the path is a link.
pub(super) fn open_folder(root: BorrowedFd<'_>, folder: Option<&TreePath>) -> rustix::io::Result<OwnedFd> {
    match folder {
        Some(folder) => open(root, folder, FOLDER),
        None => openat(root, ".", FOLDER, Mode::empty()),
    }
}

/// Opens the folder `name` of `folder`.
pub(super) fn open_subfolder(folder: BorrowedFd<'_>, name: &str) -> rustix::io::Result<OwnedFd> {
    openat(folder, name, FOLDER, Mode::empty())
}

/// Opens the file `path` below `root` for reading.
///
/// # Errors
/// [`Errno::LOOP`] or [`Errno::NOTDIR`] where a part of the path is a link.
pub(super) fn open_file(root: BorrowedFd<'_>, path: &TreePath) -> rustix::io::Result<File> {
    open(root, path, FILE).map(File::from)
}

/// Opens `path`, no part of which may be a link: in one call where the system has one for that, or part by part.
fn open(root: BorrowedFd<'_>, path: &TreePath, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    #[cfg(target_os = "linux")]
    match openat2(root, path.as_str(), flags, Mode::empty(), ResolveFlags::NO_SYMLINKS) {
        // A kernel before 5.6, or a sandbox that does not know the call.
        Err(Errno::NOSYS | Errno::PERM) => {}
        opened => return opened,
    }
    open_by_parts(root, path, flags)
}

fn open_by_parts(root: BorrowedFd<'_>, path: &TreePath, flags: OFlags) -> rustix::io::Result<OwnedFd> {
    let mut folder: Option<OwnedFd> = None;
    let mut parts = path.parts();
    let name = parts.next_back().ok_or(Errno::NOENT)?;
    for part in parts {
        folder = Some(open_subfolder(folder.as_ref().map_or(root, AsFd::as_fd), part)?);
    }
    openat(folder.as_ref().map_or(root, AsFd::as_fd), name, flags, Mode::empty())
}

/// The first `size` bytes of `file`.
///
/// # Errors
/// [`ErrorKind::FileTooLarge`] above [`MOST_BYTES`]; [`ErrorKind::UnexpectedEof`] where the file is shorter.
pub(super) fn read_bytes(mut file: &File, size: u64) -> io::Result<Vec<u8>> {
    let too_large = || io::Error::new(ErrorKind::FileTooLarge, format!("more than {MOST_BYTES} bytes"));
    let length = usize::try_from(size).ok().filter(|_| size <= MOST_BYTES).ok_or_else(too_large)?;
    let mut bytes = vec![0; length];
    file.read_exact(&mut bytes)?;
    Ok(bytes)
}

/// What `stat` is of.
pub(super) fn file_type(stat: &Stat) -> FileType {
    FileType::from_raw_mode(stat.st_mode)
}

/// The size in bytes that `stat` gives.
pub(super) fn size(stat: &Stat) -> u64 {
    u64::try_from(stat.st_size).unwrap_or(0)
}

/// Whether an error of writing says that there is no room: on the disk, in a quota, or below the size limit of a file.
pub(super) fn is_full(error: &io::Error) -> bool {
    matches!(error.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded | ErrorKind::FileTooLarge)
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::symlink;

    use super::*;

    /// Each way of opening: what it reads, or why not.
    fn ways(root: &OwnedFd, path: &str) -> [Result<Vec<u8>, Errno>; 2] {
        let path: TreePath = path.parse().unwrap();
        [open(root.as_fd(), &path, FILE), open_by_parts(root.as_fd(), &path, FILE)]
            .map(|opened| opened.map(|file| read_bytes(&File::from(file), 6).unwrap()))
    }

    #[test]
    fn both_ways_of_opening_read_files_and_follow_no_link() {
        let top = tempfile::tempdir().unwrap();
        std::fs::create_dir_all(top.path().join("a/b")).unwrap();
        std::fs::write(top.path().join("a/b/file"), "inside").unwrap();
        symlink("b", top.path().join("a/link")).unwrap();
        symlink("b/file", top.path().join("a/leaf")).unwrap();
        let root = open_root(top.path()).unwrap();
        assert_eq!(ways(&root, "a/b/file"), [Ok(b"inside".to_vec()), Ok(b"inside".to_vec())]);
        assert_eq!(ways(&root, "a/b/none"), [Err(Errno::NOENT), Err(Errno::NOENT)]);
        for linked in ["a/link/file", "a/leaf"] {
            for refused in ways(&root, linked) {
                assert!(matches!(refused, Err(Errno::LOOP | Errno::NOTDIR)), "{linked}: {refused:?}");
            }
        }
    }
}
