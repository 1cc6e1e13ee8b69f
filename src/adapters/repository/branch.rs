//! The branch of a repository on this machine: read from its files, and moved by compare-and-swap.
//!
//! git moves a ref by making `<ref>.lock`, writing the id to it and renaming it. So does this, so that a push, a person's
//! `git commit` and other curators each lose or win cleanly. But git never removes the lock of a process that was
//! killed. Ours is therefore a second name of a file that only curators have: whoever holds the lock of the operating
//! system beside it knows that the owner of such a lock file is dead.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::os::unix::fs::MetadataExt as _;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Oid;

use crate::adapters::git::refs::{RefFileError, named};
use crate::model::{Branch, Sha256};
use crate::ports::RepoError;

use super::{failed, unusable};

/// The most bytes of a file with refs: a million of them.
const MOST_REF_BYTES: u64 = 256 << 20;

/// How often another process's lock is looked at again, and how long between: git holds one for moments.
const TRIES: u32 = 100;
const PAUSE: Duration = Duration::from_millis(20);

/// How often another curator's lock is looked at again: it writes the id of a commit in it, and no more.
const OWN_TRIES: u32 = 500;

/// A branch of the repository at `git_dir`.
pub(super) struct BranchFile<'a> {
    pub(super) git_dir: &'a Path,
    pub(super) branch: &'a Branch,
    /// What messages call it.
    pub(super) place: &'a str,
}

impl BranchFile<'_> {
    /// The commit of the branch; `None` where there is no such branch.
    pub(super) fn tip(&self) -> Result<Option<Oid>, RepoError> {
        self.named(&format!("refs/heads/{}", self.branch))
    }

    /// What a ref, written in full, names.
    pub(super) fn named(&self, name: &str) -> Result<Option<Oid>, RepoError> {
        if self.git_dir.join("reftable").exists() {
            let message =
                "it keeps its refs in a reftable; 'git refs migrate --ref-format=files' there makes files of it";
            return Err(unusable(self.place, message));
        }
        match named(self.git_dir, name, MOST_REF_BYTES) {
            Ok(id) => Ok(id),
            Err(RefFileError::Io(error)) => Err(failed(self.place, error)),
            Err(RefFileError::NoObjectId) => {
                Err(unusable(self.place, &format!("{name} does not hold a SHA-1 commit id")))
            }
        }
    }

    /// Moves the branch from `from` to `to`.
    ///
    /// # Errors
    /// [`RepoError::Moved`] where it is not at `from`; [`RepoError::Locked`] while another process keeps it locked.
    pub(super) fn swap(&self, from: Option<Oid>, to: Oid) -> Result<(), RepoError> {
        let fail = |error: io::Error| failed(self.place, error);
        self.refuse_checked_out()?;
        let file = self.git_dir.join(format!("refs/heads/{}", self.branch));
        fs::create_dir_all(file.parent().unwrap_or(self.git_dir)).map_err(fail)?;
        let own = self.own_lock()?;
        let lock = with_suffix(&file, ".lock");
        // One a branch: the lock of another one is not ours to judge.
        let name = Sha256::of(self.branch.as_str().as_bytes()).to_hex();
        let next = self.git_dir.join(format!("curator-{name}.next"));
        Self::prepare(&next, &lock, to).map_err(fail)?;
        self.take(&next, &lock)?;
        // From here on nobody else moves the branch.
        let swapped = match self.tip() {
            Ok(tip) if tip == from => fs::rename(&lock, &file).map_err(fail),
            Ok(_) => Err(RepoError::Moved { place: self.place.to_owned() }),
            Err(error) => Err(error),
        };
        if swapped.is_err() {
            let _ = fs::remove_file(&lock);
        }
        let _ = fs::remove_file(&next);
        swapped?;
        let folder = file.parent().unwrap_or(self.git_dir);
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)?;
        drop(own);
        Ok(())
    }

    /// Refuses to move a branch below the feet of whoever works in the work tree, as `git push` does.
    fn refuse_checked_out(&self) -> Result<(), RepoError> {
        let head = fs::read_to_string(self.git_dir.join("HEAD")).unwrap_or_default();
        let is_checked_out = head.trim_end() == format!("ref: refs/heads/{}", self.branch);
        if !is_checked_out || self.git_dir.file_name() != Some(".git".as_ref()) {
            return Ok(());
        }
        let message = "the branch is checked out there: use a bare repository, or another branch".to_owned();
        Err(RepoError::Denied { place: self.place.to_owned(), message })
    }

    /// The lock among curators; it ends with the process that holds it. The file stays: removing it would let two of
    /// them hold two files of the same name.
    fn own_lock(&self) -> Result<File, RepoError> {
        let path = self.git_dir.join("curator.lock");
        let file = File::options().create(true).append(true).open(&path).map_err(|error| failed(self.place, error))?;
        // A curator that was stopped in the middle must not hold up the others for good.
        for _ in 0..OWN_TRIES {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::WouldBlock) => std::thread::sleep(PAUSE),
                Err(TryLockError::Error(error)) => return Err(failed(self.place, error)),
            }
        }
        let holder = format!("it holds {}", path.display());
        Err(RepoError::Locked { place: self.place.to_owned(), holder })
    }

    /// Writes the id to a file of our own, and removes what a curator that was killed left of it.
    fn prepare(next: &Path, lock: &Path, to: Oid) -> io::Result<()> {
        let identity = |path: &Path| fs::symlink_metadata(path).ok().map(|stat| (stat.dev(), stat.ino()));
        if let (Some(former), Some(locked)) = (identity(next), identity(lock))
            && former == locked
        {
            fs::remove_file(lock)?;
        }
        match fs::remove_file(next) {
            Err(error) if error.kind() != ErrorKind::NotFound => return Err(error),
            _ => {}
        }
        let mut file = File::create_new(next)?;
        writeln!(file, "{to}")?;
        file.sync_all()
    }

    /// Makes git's lock file, as a second name of our own.
    fn take(&self, next: &Path, lock: &Path) -> Result<(), RepoError> {
        for _ in 0..TRIES {
            match fs::hard_link(next, lock) {
                Ok(()) => return Ok(()),
                Err(error) if error.kind() == ErrorKind::AlreadyExists => std::thread::sleep(PAUSE),
                Err(error) => return Err(failed(self.place, error)),
            }
        }
        let lock = lock.display();
        let holder =
            format!("git's lock file {lock}: if no git is at work there, one was killed; then remove that file");
        Err(RepoError::Locked { place: self.place.to_owned(), holder })
    }
}

fn with_suffix(file: &Path, suffix: &str) -> PathBuf {
    let mut name = file.as_os_str().to_owned();
    name.push(suffix);
    name.into()
}
