//! What the curator remembers of a repository between runs: the newest commit of each branch that it saw, and of a
//! remote the objects. Nothing in it is the only copy of anything.
//!
//! Of one repository, `<cache>/<digest of its address>/` holds
//!
//! - `address`: for people;
//! - `seen/<digest of the branch>`: the newest commit that was seen;
//! - `lock`: held while a remote is spoken to;
//! - `readers`: held, together with others, as long as what was fetched is read;
//! - `objects/`, `shallow`, `depth`: what was fetched;
//! - `proposed-…`: what a stranger proposes, apart from all that, for as long as one process looks at it;
//! - `scratch-…`: where git works. What it brings is moved out of there, whole files at a time, so that a git that is
//!   killed leaves nothing behind that could block the next.

use std::fs::{self, File, TryLockError};
use std::io::{self, ErrorKind, Write as _};
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Oid;
use tempfile::TempDir;
use tokio::time::{Instant, sleep};

use crate::model::{Branch, Sha256};

use super::commit_object::id;

/// The prefix of scratch.
const SCRATCH: &str = "scratch-";

/// The prefix of what was proposed, and the file in it that its owner holds.
const PROPOSED: &str = "proposed-";
const OWNED: &str = "owned";

/// From so many packs on, each the fruit of one fetch, it is cheaper to fetch afresh than to look into all of them.
const MOST_PACKS: usize = 200;
/// The pack, its index, and the index of its offsets.
const FILES_OF_A_PACK: usize = 3;

/// How long the lock of another process is waited for between two looks.
const PAUSE: Duration = Duration::from_millis(20);

/// What is remembered of one repository.
#[derive(Debug, Clone)]
pub(super) struct Cache {
    folder: PathBuf,
}

impl Cache {
    /// What is remembered below `root` of the repository at `address`.
    pub(super) fn of(root: &Path, address: &str) -> io::Result<Self> {
        // git finds the objects from elsewhere.
        let folder = std::path::absolute(root)?.join(Sha256::of(address.as_bytes()).to_hex());
        fs::create_dir_all(folder.join("seen"))?;
        let cache = Self { folder };
        if !cache.folder.join("address").exists() {
            cache.write("address", address)?;
        }
        Ok(cache)
    }

    /// The newest commit of the branch that was seen.
    pub(super) fn seen(&self, branch: &Branch) -> Option<Oid> {
        fs::read_to_string(self.seen_file(branch)).ok().and_then(|text| id(text.trim_end()))
    }

    /// The newest commit of every branch that was seen.
    pub(super) fn all_seen(&self) -> io::Result<Vec<Oid>> {
        let files = fs::read_dir(self.folder.join("seen"))?;
        let texts = files.filter_map(|file| fs::read_to_string(file.ok()?.path()).ok());
        let mut seen: Vec<Oid> = texts.filter_map(|text| id(text.trim_end())).collect();
        seen.sort_unstable();
        seen.dedup();
        Ok(seen)
    }

    /// Remembers that the branch was at `commit`.
    pub(super) fn remember(&self, branch: &Branch, commit: Oid) -> io::Result<()> {
        if self.seen(branch) == Some(commit) {
            return Ok(());
        }
        self.replace(&self.seen_file(branch), &format!("{commit}\n"))
    }

    /// Where that is remembered.
    pub(super) fn seen_file(&self, branch: &Branch) -> PathBuf {
        self.folder.join("seen").join(Sha256::of(branch.as_str().as_bytes()).to_hex())
    }

    /// The folder of the objects.
    pub(super) fn objects(&self) -> PathBuf {
        self.folder.join("objects")
    }

    /// A small file of the cache.
    pub(super) fn read(&self, name: &str) -> io::Result<Option<String>> {
        match fs::read_to_string(self.folder.join(name)) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(error),
        }
    }

    /// Writes a small file of the cache, all of it or nothing.
    pub(super) fn write(&self, name: &str, text: &str) -> io::Result<()> {
        self.replace(&self.folder.join(name), text)
    }

    /// Removes a small file of the cache, if it is there.
    pub(super) fn remove(&self, name: &str) -> io::Result<()> {
        match fs::remove_file(self.folder.join(name)) {
            Err(error) if error.kind() != ErrorKind::NotFound => Err(error),
            _ => Ok(()),
        }
    }

    fn replace(&self, file: &Path, text: &str) -> io::Result<()> {
        let mut scratch = tempfile::Builder::new().prefix(SCRATCH).tempfile_in(&self.folder)?;
        scratch.write_all(text.as_bytes())?;
        scratch.as_file().sync_all()?;
        scratch.persist(file)?;
        Ok(())
    }

    /// Takes over the packs in `folder`, each with its index last: that is what readers look for.
    pub(super) fn take_packs(&self, _: &Locked<'_>, folder: &Path) -> io::Result<()> {
        let into = self.objects().join("pack");
        fs::create_dir_all(&into)?;
        let names = fs::read_dir(folder)?.map(|entry| Ok(entry?.file_name())).collect::<io::Result<Vec<_>>>()?;
        for suffix in [".pack", ".rev", ".idx"] {
            for name in names.iter().filter(|name| name.to_string_lossy().ends_with(suffix)) {
                File::open(folder.join(name))?.sync_all()?;
                fs::rename(folder.join(name), into.join(name))?;
            }
        }
        File::open(&into)?.sync_all()
    }

    /// Takes part in reading what was fetched, for as long as the file lives. Where nobody else does and too many packs
    /// have gathered, what was fetched is forgotten first.
    pub(super) fn share(&self) -> io::Result<File> {
        let readers = File::options().create(true).append(true).open(self.folder.join("readers"))?;
        let packs = self.objects().join("pack");
        fs::create_dir_all(&packs)?;
        if readers.try_lock().is_ok() && fs::read_dir(&packs)?.count() > MOST_PACKS * FILES_OF_A_PACK {
            // The objects first: a commit whose parents are not here must stay known as one.
            let old = tempfile::Builder::new().prefix(SCRATCH).tempdir_in(&self.folder)?;
            fs::rename(self.objects(), old.path().join("objects"))?;
            self.remove("shallow")?;
            self.remove("depth")?;
            fs::create_dir_all(&packs)?;
        }
        readers.lock_shared()?;
        Ok(readers)
    }

    /// Waits until no other process speaks to the remote; `None` where one still does at the deadline. The lock ends with
    /// its holder, also where that is killed.
    pub(super) async fn lock(&self, deadline: Instant) -> io::Result<Option<Locked<'_>>> {
        let file = File::options().create(true).append(true).open(self.folder.join("lock"))?;
        loop {
            match file.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) if Instant::now() < deadline => sleep(PAUSE).await,
                Err(TryLockError::WouldBlock) => return Ok(None),
                Err(TryLockError::Error(error)) => return Err(error),
            }
        }
        let locked = Locked { cache: self, _file: file };
        locked.sweep()?;
        Ok(Some(locked))
    }
}

/// The cache, while this process alone changes what was fetched.
pub(super) struct Locked<'a> {
    pub(super) cache: &'a Cache,
    _file: File,
}

impl Locked<'_> {
    /// Removes the scratch of processes that were killed, and what they looked at.
    fn sweep(&self) -> io::Result<()> {
        for entry in fs::read_dir(&self.cache.folder)? {
            let entry = entry?;
            let name = entry.file_name();
            let starts_with = |prefix: &str| name.to_string_lossy().starts_with(prefix);
            // Folders only: a small file may be on its way into its place.
            let is_left = starts_with(SCRATCH) || starts_with(PROPOSED) && is_ownerless(&entry.path());
            if is_left && entry.file_type()?.is_dir() {
                // A git that outlived its curator may still write there; then the next run removes the rest.
                let _ = fs::remove_dir_all(entry.path());
            }
        }
        Ok(())
    }

    /// A folder to work in, on the file system of the cache.
    pub(super) fn scratch(&self) -> io::Result<TempDir> {
        tempfile::Builder::new().prefix(SCRATCH).tempdir_in(&self.cache.folder)
    }

    /// A place for what is proposed, on the file system of the cache.
    pub(super) fn apart(&self) -> io::Result<Apart> {
        let home = tempfile::Builder::new().prefix(PROPOSED).tempdir_in(&self.cache.folder)?;
        let owned = File::options().create(true).append(true).open(home.path().join(OWNED))?;
        // Before anybody else can sweep: that takes the lock of the cache.
        owned.lock()?;
        Apart::within(home, Some(owned))
    }
}

/// Whether nobody holds what was proposed there any more.
fn is_ownerless(folder: &Path) -> bool {
    File::open(folder.join(OWNED)).is_ok_and(|owned| owned.try_lock().is_ok())
}

/// Where objects lie that nothing points to: what a stranger proposes, and what would come of merging it. It goes with
/// whoever looks at it, so that nothing of it grows or confuses what is kept.
#[derive(Debug)]
pub(super) struct Apart {
    /// Its `objects` and `shallow` are those of the cache, and more.
    pub(super) shelf: Cache,
    _home: TempDir,
    _owned: Option<File>,
}

impl Apart {
    /// A place among the temporary files of this machine.
    pub(super) fn new() -> io::Result<Self> {
        Self::within(TempDir::with_prefix("curator-proposed-")?, None)
    }

    fn within(home: TempDir, owned: Option<File>) -> io::Result<Self> {
        let shelf = Cache { folder: home.path().to_owned() };
        fs::create_dir_all(shelf.objects().join("pack"))?;
        Ok(Self { shelf, _home: home, _owned: owned })
    }
}
