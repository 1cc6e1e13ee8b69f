//! A file that is given out, opened once: whatever takes its place meanwhile, what is sent is what was judged.

use std::fs::File;
use std::io;
use std::os::fd::AsFd as _;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use rustix::fs::{FileType, fstat};
use rustix::io::Errno;

use crate::adapters::beneath::{file_type, open_file, open_root, size};
use crate::model::TreePath;

/// The folder of archives.
const STORE: &str = "store/";
/// The end of an archive's name.
const ARCHIVE: &str = ".tar.gz";

/// The media type of what is compressed already.
const GZIP: &str = "application/gzip";

/// The smallest file that is worth compressing, in bytes, and the largest that is compressed in memory.
const WORTH_ZIPPING: std::ops::RangeInclusive<u64> = 512..=16 << 20;

/// What tells one content of a file from another, as far as the file system knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub(super) struct Identity {
    device: u64,
    inode: u64,
    size: u64,
    /// When its bytes changed last, in seconds and nanoseconds.
    pub(super) modified: (i64, i64),
    /// When anything of it changed last.
    changed: (i64, i64),
}

/// A file that is open for reading.
#[derive(Debug, Clone)]
pub(super) struct Opened {
    file: Arc<File>,
    path: TreePath,
    pub(super) size: u64,
    pub(super) identity: Identity,
}

/// What came of opening a file.
pub(super) enum Opening {
    Opened(Opened),
    /// There is none, or a link or a folder is in its place.
    Absent,
    /// There is not even the folder that is served.
    NoRoot,
}

impl Opened {
    /// Opens the file `path` below `root`.
    pub(super) fn of(root: &Path, path: TreePath) -> io::Result<Opening> {
        // Each time: an index in a folder is published by exchanging the whole folder.
        let root = match open_root(root) {
            Err(Errno::NOENT | Errno::NOTDIR) => return Ok(Opening::NoRoot),
            root => root?,
        };
        let file = match open_file(root.as_fd(), &path) {
            // A link, or a socket.
            Err(Errno::NOENT | Errno::NOTDIR | Errno::LOOP | Errno::NXIO | Errno::NAMETOOLONG) => {
                return Ok(Opening::Absent);
            }
            file => file?,
        };
        let stat = fstat(&file)?;
        if file_type(&stat) != FileType::RegularFile {
            return Ok(Opening::Absent);
        }
        let size = size(&stat);
        let identity = Identity {
            device: stat.st_dev,
            inode: stat.st_ino,
            size,
            modified: (stat.st_mtime, stat.st_mtime_nsec.try_into().unwrap_or_default()),
            changed: (stat.st_ctime, stat.st_ctime_nsec.try_into().unwrap_or_default()),
        };
        Ok(Opening::Opened(Self { file: Arc::new(file), path, size, identity }))
    }

    /// The next bytes from `offset`, at most so many.
    ///
    /// # Errors
    /// Also where there are none any more: the file became shorter.
    pub(super) fn read(&self, offset: u64, most: usize) -> io::Result<Vec<u8>> {
        let mut bytes = vec![0; most];
        let read = self.file.read_at(&mut bytes, offset)?;
        if read == 0 {
            return Err(io::ErrorKind::UnexpectedEof.into());
        }
        bytes.truncate(read);
        Ok(bytes)
    }

    /// Whether it is an archive, which never changes.
    pub(super) fn is_archive(&self) -> bool {
        self.path.as_str().starts_with(STORE) && self.path.as_str().ends_with(ARCHIVE)
    }

    /// Whether it may be sent compressed.
    pub(super) fn can_be_zipped(&self) -> bool {
        !self.path.as_str().starts_with(STORE) && self.kind() != GZIP && WORTH_ZIPPING.contains(&self.size)
    }

    /// Its media type. Nothing is ever called a page or a script, whatever it holds.
    pub(super) fn kind(&self) -> &'static str {
        match self.path.file_name().rsplit_once('.') {
            Some((_, "gz")) => GZIP,
            Some((_, "json")) => "application/json",
            _ => "text/plain; charset=utf-8",
        }
    }
}
