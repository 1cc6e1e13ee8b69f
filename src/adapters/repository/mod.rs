//! A registry or an index that is a branch of a git repository: on this machine, or elsewhere.
//!
//! A state is a commit. It is read out of git's objects, and the next one is written straight into them: there is no
//! work tree and no index file. A branch on this machine is moved by compare-and-swap ([`branch`]); hooks of that
//! repository do not run. A remote is fetched into a cache and pushed to with the `git` program ([`remote`]).
//!
//! The newest commit that was seen is remembered ([`cache`]): a branch that does not descend from it was rewritten, and
//! everything stops.

mod address;
mod branch;
mod cache;
mod commit_object;
mod difference;
mod laid;
mod merge;
mod objects;
mod offline;
mod pack;
mod past;
mod proposed;
mod remote;
mod trees;
mod work_tree;
mod written;

use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ObjectType, Oid};

use crate::model::{Branch, Timestamp, TreePath};
use crate::ports::{Change, Differences, History, Logged, ObjectId, Repo, RepoEntry, RepoError, Revision, Role};

use super::beneath::is_full;
pub use address::{Address, AddressError, RemoteUrl};
use branch::BranchFile;
use cache::{Apart, Cache};
use commit_object::{Commit, id};
pub use laid::Laid;
use objects::{Objects, refuse_sha256};
use past::{Log, Reach};
pub use proposed::ProposalBudget;
pub use remote::RemoteSettings;
use remote::{Depth, FIRST_DEPTH, MOST_DEPTH, Remote, WHOLE};
use trees::NewObject;
pub(super) use work_tree::WorkTree;

/// The revision of a branch that does not exist yet.
const EMPTY: &str = "empty";

/// Which files of which branch a repository is asked for, and what a commit says.
#[derive(Debug, Clone)]
pub struct GitPlace {
    /// Registry or index.
    pub role: Role,
    /// The branch.
    pub branch: Branch,
    /// The folder of the tree that is meant; all of it, for `None`.
    pub folder: Option<TreePath>,
    /// Who commits, and when; `None` where it is opened for reading.
    pub writer: Option<Writer>,
}

/// Who commits, and when: the same for every commit of a run, so that a run that is repeated makes the same commit.
#[derive(Debug, Clone)]
pub struct Writer {
    /// `Name <address>`.
    pub name: String,
    /// The time of the commits.
    pub time: Timestamp,
}

/// A branch of a git repository.
pub struct GitRepo {
    place: GitPlace,
    /// What messages call it.
    shown: String,
    objects: Objects,
    /// Where objects are written.
    folder: PathBuf,
    side: Side,
    /// The state that `head` gives without a look: that whose configuration was read.
    kept: Mutex<Option<Revision>>,
    /// What a proposal may take.
    budget: ProposalBudget,
    /// Where what is proposed lies, once something was.
    apart: Mutex<Option<Arc<Apart>>>,
}

/// Where the branch is.
enum Side {
    /// In the repository at this folder, with what is remembered of it, where anything can be.
    Here(PathBuf, Option<Cache>),
    /// Elsewhere.
    There(Remote),
}

impl GitRepo {
    /// The repository at `git_dir`, on this machine. What was seen of it is remembered below `cache`, if there is one.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where the cache cannot be written.
    pub fn local(git_dir: &Path, place: GitPlace, cache: Option<&Path>) -> Result<Self, RepoError> {
        let shown = format!("{} (branch {})", git_dir.display(), place.branch);
        let git_dir = git_dir.canonicalize().map_err(|error| failed(&shown, error))?;
        let cache = match cache {
            Some(root) => {
                let address = git_dir.display().to_string();
                Some(Cache::of(root, &address).map_err(|error| unkept(root, &error))?)
            }
            None => None,
        };
        refuse_sha256(&git_dir, &shown)?;
        let folder = git_dir.join("objects");
        let objects = Objects::open(&folder, &shown)?;
        Ok(Self::new(place, shown, objects, folder, Side::Here(git_dir, cache)))
    }

    /// The repository at `url`, of which what is fetched is kept below `cache`.
    ///
    /// # Errors
    /// [`RepoError::Unusable`] where the cache cannot be written.
    pub fn remote(url: RemoteUrl, place: GitPlace, cache: &Path, settings: &RemoteSettings) -> Result<Self, RepoError> {
        let shown = format!("{url} (branch {})", place.branch);
        let root = cache;
        let cache = Cache::of(root, url.as_str()).map_err(|error| unkept(root, &error))?;
        let readers = cache.share().map_err(|error| unkept(root, &error))?;
        let folder = cache.objects();
        let objects = Objects::open(&folder, &shown)?;
        let remote = Remote::new(url, cache, readers, place.role, shown.clone(), settings);
        Ok(Self::new(place, shown, objects, folder, Side::There(remote)))
    }

    fn new(place: GitPlace, shown: String, objects: Objects, folder: PathBuf, side: Side) -> Self {
        let (kept, budget, apart) = (Mutex::default(), ProposalBudget::default(), Mutex::default());
        Self { place, shown, objects, folder, side, kept, budget, apart }
    }

    /// Lets `head` give `revision` from now on without another look, so that what was read of it before, its
    /// configuration, is of one state with what is read after.
    pub fn keep(&self, revision: Revision) {
        *self.kept.lock().unwrap_or_else(PoisonError::into_inner) = Some(revision);
    }

    fn cache(&self) -> Option<&Cache> {
        match &self.side {
            Side::Here(_, cache) => cache.as_ref(),
            Side::There(remote) => Some(&remote.cache),
        }
    }

    /// The commit of the branch, as it is now.
    async fn tip(&self) -> Result<Option<Oid>, RepoError> {
        match &self.side {
            Side::Here(git_dir, _) => self.branch_file(git_dir).tip(),
            Side::There(remote) => remote.fetch(&self.place.branch, Depth::New).await,
        }
    }

    fn branch_file<'a>(&'a self, git_dir: &'a Path) -> BranchFile<'a> {
        BranchFile { git_dir, branch: &self.place.branch, place: &self.shown }
    }

    /// Stops where `seen`, which the branch was at before, is no longer in its history.
    async fn refuse_rewritten(&self, seen: Oid, tip: Option<Oid>) -> Result<(), RepoError> {
        if let Some(tip) = tip
            && self.reach(tip, seen).await? == Reach::Found
        {
            return Ok(());
        }
        let memory = self.cache().map(|cache| cache.seen_file(&self.place.branch)).unwrap_or_default();
        let seen = format!("{seen} (remembered in {})", memory.display());
        Err(self.rewritten(seen, tip.map_or_else(|| "nothing".to_owned(), |tip| tip.to_string())))
    }

    fn rewritten(&self, seen: String, now: String) -> RepoError {
        RepoError::Rewritten { place: self.shown.clone(), seen, now }
    }

    /// Whether `to` is `from` or an ancestor of it; what is not here of the history is fetched.
    async fn reach(&self, from: Oid, to: Oid) -> Result<Reach, RepoError> {
        let mut depth = FIRST_DEPTH;
        loop {
            match past::reaches(&self.objects, from, to)? {
                Reach::CutOff if self.deepen(&mut depth).await? => {}
                reach => return Ok(reach),
            }
        }
    }

    /// Fetches more of the history; `false` where there is no more.
    async fn deepen(&self, depth: &mut u32) -> Result<bool, RepoError> {
        let Side::There(remote) = &self.side else { return Ok(false) };
        if !remote.is_shallow()? {
            return Ok(false);
        }
        remote.fetch(&self.place.branch, Depth::AtLeast(*depth)).await?;
        *depth = if *depth < MOST_DEPTH { *depth * 10 } else { WHOLE };
        Ok(true)
    }

    /// The commit of a state; `None` for the empty one.
    fn commit_of(&self, at: &Revision) -> Result<Option<(Oid, Commit)>, RepoError> {
        if at.0 == EMPTY {
            return Ok(None);
        }
        let unknown = || RepoError::Unknown { place: self.shown.clone(), revision: at.0.clone() };
        let id = id(&at.0).ok_or_else(unknown)?;
        Ok(Some((id, self.objects.commit(id)?.ok_or_else(unknown)?)))
    }

    /// The tree of a state; `None` where there is nothing in it.
    fn root(&self, at: &Revision) -> Result<Option<Oid>, RepoError> {
        match self.commit_of(at)? {
            Some((_, commit)) => self.objects.root(&commit, self.place.folder.as_ref()),
            None => Ok(None),
        }
    }

    fn remember(&self, commit: Oid) -> Result<(), RepoError> {
        let Some(cache) = self.cache() else { return Ok(()) };
        cache.remember(&self.place.branch, commit).map_err(|error| failed(&self.shown, error))
    }
}

impl Repo for GitRepo {
    async fn head(&self) -> Result<Revision, RepoError> {
        if let Some(kept) = self.kept.lock().unwrap_or_else(PoisonError::into_inner).clone() {
            return Ok(kept);
        }
        // Before the look: another process may remember a commit that is newer than what is about to be read.
        let seen = self.cache().and_then(|cache| cache.seen(&self.place.branch));
        let tip = self.tip().await?;
        if let Some(seen) = seen.filter(|seen| tip != Some(*seen)) {
            self.refuse_rewritten(seen, tip).await?;
        }
        match tip {
            Some(tip) => {
                let revision = Revision(tip.to_string());
                self.commit_of(&revision)?;
                self.remember(tip)?;
                Ok(revision)
            }
            None if self.place.role == Role::Index => Ok(Revision(EMPTY.to_owned())),
            None => Err(RepoError::Missing { role: self.place.role.as_str(), place: self.shown.clone() }),
        }
    }

    fn list(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<RepoEntry>, RepoError> {
        let Some(root) = self.root(at)? else { return Ok(Vec::new()) };
        let listed = self.objects.list(root, under)?.into_iter();
        Ok(listed.map(|entry| RepoEntry { path: entry.path, kind: entry.kind }).collect())
    }

    fn read(&self, at: &Revision, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        match self.root(at)? {
            Some(root) => self.objects.read(root, path),
            None => Ok(None),
        }
    }

    fn read_all(&self, at: &Revision, under: Option<&TreePath>) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        let Some(root) = self.root(at)? else { return Ok(Vec::new()) };
        self.objects.read_all(&self.objects.list(root, under)?)
    }

    async fn commit(&self, parent: &Revision, change: &Change, message: &str) -> Result<Revision, RepoError> {
        let Some(writer) = &self.place.writer else {
            return Err(unusable(&self.shown, "it was opened for reading only"));
        };
        let base = self.commit_of(parent)?;
        let base_tree = base.as_ref().map(|(_, commit)| commit.tree);
        let (tree, mut new) = trees::build(&self.objects, base_tree, self.place.folder.as_ref(), change)?;
        let parent = base.map(|(id, _)| id);
        let commit = Commit {
            tree,
            parents: parent.into_iter().collect(),
            author: writer.name.clone(),
            committer: writer.name.clone(),
            seconds: writer.time.unix_millis().div_euclid(1000),
            message: message.to_owned(),
        };
        let commit = NewObject::of(ObjectType::Commit, commit.to_bytes());
        let commit = commit.map_err(|error| unusable(&self.shown, error.message()))?;
        let id = commit.id;
        new.push(commit);
        written::write(&self.folder, &self.objects, new).map_err(|error| failed(&self.shown, error))?;
        match &self.side {
            Side::Here(git_dir, _) => self.branch_file(git_dir).swap(parent, id)?,
            Side::There(remote) => remote.push(&self.place.branch, parent, id).await?,
        }
        self.remember(id)?;
        Ok(Revision(id.to_string()))
    }
}

impl History for GitRepo {
    fn describe(&self, at: &Revision) -> Result<Option<Logged>, RepoError> {
        let Some((id, commit)) = self.commit_of(at)? else { return Ok(None) };
        past::describe(&self.objects, id, commit).map(Some)
    }

    async fn log(&self, since: Option<&Revision>, until: &Revision) -> Result<Vec<Logged>, RepoError> {
        let from = match since.filter(|since| since.0 != EMPTY) {
            Some(since) => Some(id(&since.0).ok_or_else(|| self.unknown(since))?),
            None => None,
        };
        let Some((to, _)) = self.commit_of(until)? else { return Ok(Vec::new()) };
        let mut depth = FIRST_DEPTH;
        loop {
            match past::log(&self.objects, from, to)? {
                Log::Whole(logged) => return Ok(logged),
                Log::CutOff if self.deepen(&mut depth).await? => {}
                Log::CutOff if from.is_none() => return Err(past::cut_off(&self.shown)),
                Log::CutOff | Log::Elsewhere => break,
            }
        }
        match from {
            Some(from) if self.reach(to, from).await? == Reach::Found => past::log_apart(&self.objects, from, to),
            _ => Err(self.rewritten(from.map(|from| from.to_string()).unwrap_or_default(), until.0.clone())),
        }
    }

    fn difference(&self, from: Option<&Revision>, to: &Revision) -> Result<Differences, RepoError> {
        let from = from.map(|from| self.root(from)).transpose()?.flatten();
        difference::difference(&self.objects, from, self.root(to)?)
    }

    fn bytes(&self, object: &ObjectId) -> Result<Vec<u8>, RepoError> {
        let id = Oid::from_bytes(&object.0).map_err(|error| unusable(&self.shown, error.message()))?;
        self.objects.blob(id, None)
    }

    async fn fork_point(&self, name: &str, at: &Revision) -> Result<Option<Revision>, RepoError> {
        let Some((at, _)) = self.commit_of(at)? else { return Ok(None) };
        let named = match &self.side {
            Side::Here(git_dir, _) => self.named(git_dir, name)?,
            Side::There(remote) => remote.fetch_named(name).await?,
        };
        let Some(named) = named.map(|named| self.objects.peeled(named)).transpose()?.flatten() else { return Ok(None) };
        let mut depth = FIRST_DEPTH;
        loop {
            match past::merge_base(&self.objects, at, named)? {
                (None, true) if self.deepen(&mut depth).await? => {}
                (None, true) => return Err(past::cut_off(&self.shown)),
                (base, _) => return Ok(base.map(|base| Revision(base.to_string()))),
            }
        }
    }
}

impl GitRepo {
    fn unknown(&self, revision: &Revision) -> RepoError {
        RepoError::Unknown { place: self.shown.clone(), revision: revision.0.clone() }
    }

    /// What a branch, a tag or a commit of the repository at `git_dir` is called by.
    fn named(&self, git_dir: &Path, name: &str) -> Result<Option<Oid>, RepoError> {
        if let Some(commit) = id(name) {
            return Ok(self.objects.odb.exists(commit).then_some(commit));
        }
        if name.parse::<Branch>().is_err() {
            return Ok(None);
        }
        for full in ["refs/heads/", "refs/tags/", "refs/remotes/"] {
            if let Some(id) = self.branch_file(git_dir).named(&format!("{full}{name}"))? {
                return Ok(Some(id));
            }
        }
        Ok(None)
    }
}

/// The port's error for one of the operating system.
fn failed(place: &str, error: impl Into<io::Error>) -> RepoError {
    let error = error.into();
    let (place, message) = (place.to_owned(), error.to_string());
    if is_full(&error) { RepoError::Full { place, message } } else { RepoError::Unusable { place, message } }
}

/// The error where a cache cannot be kept.
fn unkept(root: &Path, error: &io::Error) -> RepoError {
    unusable(&root.display().to_string(), &format!("{error}; name another folder with --cache"))
}

fn unusable(place: &str, message: &str) -> RepoError {
    RepoError::Unusable { place: place.to_owned(), message: message.to_owned() }
}
