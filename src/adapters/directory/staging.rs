//! Building the next state of a directory beside it, and putting it in its place in one step.

use std::collections::BTreeMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::os::fd::{AsFd, BorrowedFd, OwnedFd};
use std::path::Path;

use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};
use rustix::fs::{
    AtFlags, CWD, Mode, OFlags, RenameFlags, fchmod, fstat, fsync, linkat, mkdirat, openat, renameat, renameat_with,
    statat,
};
use rustix::io::Errno;

use crate::adapters::beneath::{open_folder, open_root, open_subfolder};
use crate::model::TreePath;
use crate::ports::{Change, RepoError};

use super::snapshot::Snapshot;
use super::{Siblings, failed, moved, unusable};

/// The next state of a directory. Dropping it removes what stands under its name: the next state where it was not
/// switched to, the former one where it was.
pub(super) struct Staging<'a> {
    siblings: &'a Siblings,
    root: OwnedFd,
    durability: Durability,
}

/// How new files are brought to the disk.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Durability {
    /// Each by itself.
    Each,
    /// All together, once all are written. A disk takes milliseconds for each that is synced alone.
    Together,
}

impl Durability {
    /// The most new files that are synced one by one.
    const FEW: usize = 64;

    /// What is cheaper. Only Linux can sync one file system and say what went wrong.
    fn of(change: &Change) -> Self {
        if change.len() > Self::FEW && cfg!(target_os = "linux") { Self::Together } else { Self::Each }
    }
}

/// What a folder is to hold: a file of the present state, or new bytes.
type Contents<'a> = Vec<(&'a TreePath, Option<&'a [u8]>)>;

impl<'a> Staging<'a> {
    /// Builds the state after `change` and brings it to the disk.
    pub(super) fn fill(siblings: &'a Siblings, base: &Snapshot, change: &Change) -> Result<Self, RepoError> {
        remove(&siblings.next)?;
        let fail = |error: Errno| failed(&siblings.live, error);
        // Nobody else may look in until the folder has the permissions of the one that it is to replace.
        let mode = if base.root().is_some() { 0o700 } else { 0o777 };
        mkdirat(CWD, &siblings.next, Mode::from_raw_mode(mode)).map_err(fail)?;
        let root = open_root(&siblings.next).map_err(fail)?;
        let staging = Self { siblings, root, durability: Durability::of(change) };
        if let Some(live) = base.root() {
            copy_mode(live, staging.root.as_fd()).map_err(fail)?;
        }
        let folders = planned(base, change);
        for folder in folders.keys().flatten() {
            staging.make_folder(base, folder).map_err(fail)?;
        }
        let folders: Vec<_> = folders.into_iter().collect();
        let filled: Vec<_> =
            folders.par_iter().map(|(folder, contents)| staging.fill_folder(base, folder.as_ref(), contents)).collect();
        filled.into_iter().collect::<Result<(), RepoError>>()?;
        #[cfg(target_os = "linux")]
        if staging.durability == Durability::Together {
            rustix::fs::syncfs(&staging.root).map_err(fail)?;
        }
        Ok(staging)
    }

    /// The state as it will be once it is switched to.
    pub(super) fn snapshot(&self) -> Result<Snapshot, RepoError> {
        let root = self.root.try_clone().map_err(|error| failed(&self.siblings.live, error))?;
        Snapshot::of(root, self.siblings.live.clone())
    }

    /// Makes the folder, with the permissions that it has in the present state. Its parents are there.
    fn make_folder(&self, base: &Snapshot, folder: &TreePath) -> rustix::io::Result<()> {
        let parent = open_folder(self.root.as_fd(), folder.parent().as_ref())?;
        mkdirat(&parent, folder.file_name(), Mode::from_raw_mode(0o777))?;
        match base.root().map(|live| open_folder(live, Some(folder))) {
            Some(Ok(live)) => copy_mode(live.as_fd(), open_subfolder(parent.as_fd(), folder.file_name())?.as_fd()),
            Some(Err(Errno::NOENT | Errno::NOTDIR)) | None => Ok(()),
            Some(Err(error)) => Err(error),
        }
    }

    /// Puts the files into a folder that is there, and both on the disk.
    fn fill_folder(
        &self,
        base: &Snapshot,
        folder: Option<&TreePath>,
        contents: &Contents<'_>,
    ) -> Result<(), RepoError> {
        let place = &self.siblings.live;
        let staged = open_folder(self.root.as_fd(), folder).map_err(|error| failed(place, error))?;
        let live = base.root().and_then(|live| open_folder(live, folder).ok());
        for (path, bytes) in contents {
            let live = live.as_ref().map(AsFd::as_fd).filter(|_| base.entry(path).is_some());
            match (bytes, live) {
                (Some(bytes), live) => write_file(staged.as_fd(), path, bytes, live, self.durability),
                (None, Some(live)) => match linkat(live, path.file_name(), &staged, path.file_name(), AtFlags::empty())
                {
                    // FAT has no hard links, and Linux may forbid them for files of other users.
                    Err(Errno::PERM | Errno::OPNOTSUPP | Errno::MLINK) => {
                        let bytes = base.read(path)?.ok_or_else(|| moved(place))?;
                        write_file(staged.as_fd(), path, &bytes, Some(live), self.durability)
                    }
                    Err(Errno::NOENT) => return Err(moved(place)),
                    linked => linked.map_err(io::Error::from),
                },
                (None, None) => return Err(moved(place)),
            }
            .map_err(|error| failed(&place.join(path.as_str()), error))?;
        }
        // A folder that has links only is as durable as the switch, which comes after them in the file system's journal.
        // To sync them all would take seconds for a real index.
        let fresh = self.durability == Durability::Each && contents.iter().any(|(_, bytes)| bytes.is_some());
        if fresh || folder.is_none() { fsync(&staged).map_err(|error| failed(place, error)) } else { Ok(()) }
    }

    /// Puts the next state in the place of `base`.
    pub(super) fn switch(self, base: &Snapshot) -> Result<(), RepoError> {
        let Siblings { live, next, old, .. } = self.siblings;
        let parent = open_root(self.siblings.parent()).map_err(|error| failed(live, error))?;
        let switched = if base.root().is_none() {
            match renameat_with(CWD, next, CWD, live, RenameFlags::NOREPLACE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => renameat(CWD, next, CWD, live),
                renamed => renamed,
            }
        } else {
            match renameat_with(CWD, next, CWD, live, RenameFlags::EXCHANGE) {
                Err(Errno::INVAL | Errno::NOSYS | Errno::OPNOTSUPP) => switch_in_two_steps(live, next, old),
                exchanged => exchanged,
            }
        };
        match switched.and_then(|()| fsync(&parent)) {
            Ok(()) => Ok(()),
            Err(Errno::EXIST | Errno::NOTEMPTY | Errno::NOENT) => Err(moved(live)),
            Err(Errno::BUSY | Errno::XDEV) => {
                Err(unusable(live, "it is a mount point, which cannot be switched: use a folder in it".to_owned()))
            }
            Err(error) => Err(failed(live, error)),
        }
    }
}

impl Drop for Staging<'_> {
    fn drop(&mut self) {
        // What cannot be removed now is removed by the next writer.
        let _ = sweep(self.siblings);
    }
}

/// The contents of every folder after `change`, parents before children; folders without files below them are left out.
fn planned<'a>(base: &'a Snapshot, change: &'a Change) -> BTreeMap<Option<TreePath>, Contents<'a>> {
    let mut files: BTreeMap<&TreePath, Option<&[u8]>> = base.entries.iter().map(|entry| (&entry.path, None)).collect();
    for (path, bytes) in change {
        match bytes {
            Some(bytes) => files.insert(path, Some(bytes)),
            None => files.remove(path),
        };
    }
    let mut folders: BTreeMap<Option<TreePath>, Contents<'a>> = BTreeMap::new();
    for (path, bytes) in files {
        let mut folder = path.parent();
        folders.entry(folder.clone()).or_default().push((path, bytes));
        while let Some(parent) = folder.as_ref().map(TreePath::parent) {
            folders.entry(parent.clone()).or_default();
            folder = parent;
        }
    }
    folders
}

/// Writes a new file and brings it to the disk, unless all are brought there together. It gets the permissions of the
/// file that it replaces, if any is in the folder `live`.
fn write_file(
    folder: BorrowedFd<'_>,
    path: &TreePath,
    bytes: &[u8],
    live: Option<BorrowedFd<'_>>,
    durability: Durability,
) -> io::Result<()> {
    let flags = OFlags::WRONLY | OFlags::CREATE | OFlags::EXCL | OFlags::NOFOLLOW | OFlags::CLOEXEC;
    let mut file = File::from(openat(folder, path.file_name(), flags, Mode::from_raw_mode(0o666))?);
    file.write_all(bytes)?;
    if let Some(live) = live {
        let replaced = statat(live, path.file_name(), AtFlags::SYMLINK_NOFOLLOW)?;
        fchmod(&file, Mode::from_raw_mode(replaced.st_mode))?;
    }
    match durability {
        Durability::Each => file.sync_all(),
        Durability::Together => Ok(()),
    }
}

fn copy_mode(from: BorrowedFd<'_>, to: BorrowedFd<'_>) -> rustix::io::Result<()> {
    fchmod(to, Mode::from_raw_mode(fstat(from)?.st_mode))
}

/// The switch on file systems that cannot exchange two names (NFS, some network and user-space ones). A crash in
/// between is mended by [`recover`].
fn switch_in_two_steps(live: &Path, next: &Path, old: &Path) -> rustix::io::Result<()> {
    renameat(CWD, live, CWD, old)?;
    renameat(CWD, next, CWD, live).or_else(|error| renameat(CWD, old, CWD, live).and(Err(error)))
}

/// Mends what a writer that was killed left behind: the directory has the state before its last commit or after it.
pub(super) fn recover(siblings: &Siblings) -> Result<(), RepoError> {
    let Siblings { live, old, .. } = siblings;
    if is_free(live)? && !is_free(old)? {
        // Killed between the two steps: nobody was told of the next state, so the former one stands.
        renameat(CWD, old, CWD, live).map_err(|error| failed(old, error))?;
    }
    sweep(siblings)
}

/// Removes the states that are not current. While the directory itself is missing, the former one is all there is.
fn sweep(siblings: &Siblings) -> Result<(), RepoError> {
    remove(&siblings.next)?;
    if is_free(&siblings.live)? { Ok(()) } else { remove(&siblings.old) }
}

fn is_free(place: &Path) -> Result<bool, RepoError> {
    match place.symlink_metadata() {
        Ok(_) => Ok(false),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(error) => Err(failed(place, error)),
    }
}

/// Removes a folder and everything in it, if it is there.
fn remove(folder: &Path) -> Result<(), RepoError> {
    match std::fs::remove_dir_all(folder) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => Err(failed(folder, error)),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn two_renames_switch_where_names_cannot_be_exchanged() {
        let top = tempfile::tempdir().unwrap();
        let siblings = Siblings::of(top.path().join("index"));
        let read = |place: &Path| std::fs::read_to_string(place.join("state")).ok();
        for (place, state) in [(&siblings.live, "former"), (&siblings.next, "next")] {
            std::fs::create_dir(place).unwrap();
            std::fs::write(place.join("state"), state).unwrap();
        }
        switch_in_two_steps(&siblings.live, &siblings.next, &siblings.old).unwrap();
        assert_eq!(read(&siblings.live).as_deref(), Some("next"));
        sweep(&siblings).unwrap();
        assert!(!siblings.next.exists() && !siblings.old.exists());

        // The second rename fails: the former state comes back.
        let failed = switch_in_two_steps(&siblings.live, &siblings.next, &siblings.old);
        assert_eq!(failed, Err(Errno::NOENT));
        assert_eq!(read(&siblings.live).as_deref(), Some("next"));

        // While the directory is missing, its former state is not swept.
        std::fs::rename(&siblings.live, &siblings.old).unwrap();
        sweep(&siblings).unwrap();
        assert_eq!(read(&siblings.old).as_deref(), Some("next"));
        recover(&siblings).unwrap();
        assert_eq!(read(&siblings.live).as_deref(), Some("next"));
    }
}
