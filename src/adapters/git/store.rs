//! The scratch repository of one clone URL: filled by git, read as objects, gone with the run.

use std::ffi::OsString;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use git2::{Odb, Oid};
use tempfile::TempDir;
use tokio::time::Instant;

use crate::model::{CommitId, Limits, Ref};
use crate::ports::{FetchError, SourceRequest};

use super::facade::lay_bare;
use super::message;
use super::objects::{self, Objects};
use super::program::{Call, Ended, Program, ProgramError};
use super::refs::tag;
use super::remote::Remote;
use super::{blocking, local, unsound};

/// How every fetch begins. The refspecs come on standard input, so that none is ever taken for an option.
const FETCH: &[&str] =
    &["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--stdin"];

/// A scratch repository and what it is filled from.
pub(super) struct Store {
    odb: Arc<Odb<'static>>,
    scratch: Arc<TempDir>,
    remote: Remote,
    /// Whether there is nothing left to fetch.
    is_whole: bool,
}

/// The commit to read, and the one that the tag names.
#[derive(Debug, Clone, Copy)]
pub(super) struct Found {
    pub(super) commit: CommitId,
    pub(super) resolved: Option<CommitId>,
}

impl Store {
    /// An empty repository for what stands at `replacement`.
    pub(super) async fn open(replacement: PathBuf, location: String, limits: Limits) -> Result<Self, FetchError> {
        blocking(move || {
            let failed = |error: io::Error| local("making a scratch repository", &error);
            let scratch = TempDir::with_prefix("curator-git-").map_err(failed)?;
            let remote = Remote::replacement(&replacement, scratch.path(), &location, &limits)?;
            lay_bare(&store_path(&scratch), "").map_err(failed)?;
            fs::create_dir(home_path(&scratch)).map_err(failed)?;
            let odb = objects::open(&store_path(&scratch).join("objects"))?;
            Ok(Self { odb, scratch: Arc::new(scratch), remote, is_whole: false })
        })
        .await
    }

    /// The objects that are in the store, now and later.
    pub(super) fn objects(&self, location: String, limits: Limits) -> Objects {
        Objects::new(Arc::clone(&self.odb), Arc::clone(&self.scratch), location, limits)
    }

    /// Brings what `request` needs, where it is not here yet.
    pub(super) async fn bring(
        &mut self,
        program: &Program,
        request: &SourceRequest,
        objects: &Objects,
    ) -> Result<Found, FetchError> {
        let location = request.location.to_string();
        let mut fetch = Fetch { store: self, program, objects, deadline: Instant::now() + program.time };
        let tip = fetch.tag(&request.reference).await?;
        let resolved = match tip {
            Some(tip) => {
                let (objects, reference) = (objects.clone(), request.reference.clone());
                Some(blocking(move || objects.peel(&reference, tip)).await?)
            }
            None => None,
        };
        let commit = match (request.commit, resolved) {
            (Some(pinned), _) if fetch.commit(pinned).await? => pinned,
            (Some(commit), _) => return Err(FetchError::NoCommit { location, commit }),
            (None, Some(named)) => named,
            (None, None) => return Err(FetchError::NoRef { location, reference: request.reference.clone() }),
        };
        Ok(Found { commit, resolved })
    }
}

/// The work for one request.
struct Fetch<'a> {
    store: &'a mut Store,
    program: &'a Program,
    objects: &'a Objects,
    deadline: Instant,
}

impl Fetch<'_> {
    /// What the tag names, in the store; `None` where the other side has no such tag.
    async fn tag(&mut self, reference: &Ref) -> Result<Option<Oid>, FetchError> {
        if let Some(known) = self.stored_tag(reference)? {
            return Ok(Some(known));
        }
        let absent = "couldn't find remote ref";
        if self.store.is_whole {
            return Ok(None);
        }
        if self.store.remote.comes_whole() {
            // Branches too: a commit whose tag is gone may be on one.
            self.git(&["+refs/tags/*:refs/tags/*", "+refs/heads/*:refs/heads/*"], absent).await?;
            self.store.is_whole = true;
        } else if self.store.remote.offers(reference, self.objects.location())? {
            self.git(&[&format!("+refs/tags/{reference}:refs/tags/{reference}")], absent).await?;
        }
        self.stored_tag(reference)
    }

    /// Whether the commit is in the store, where it is fetched to if the other side has it.
    async fn commit(&mut self, commit: CommitId) -> Result<bool, FetchError> {
        if self.has(commit).await? {
            return Ok(true);
        }
        if self.store.is_whole {
            return Ok(false);
        }
        // Under a name, so that git knows later that it is here.
        let refspec = format!("{commit}:refs/commits/{commit}");
        Ok(self.git(&[&refspec], "not our ref").await? && self.has(commit).await?)
    }

    async fn has(&self, commit: CommitId) -> Result<bool, FetchError> {
        let objects = self.objects.clone();
        blocking(move || objects.has_commit(commit)).await
    }

    fn stored_tag(&self, reference: &Ref) -> Result<Option<Oid>, FetchError> {
        let most_bytes = self.objects.limits().file_bytes;
        tag(&store_path(&self.store.scratch), reference, most_bytes)
            .map_err(|error| local("reading a scratch repository", &error))
    }

    /// Runs git once. The answer is whether the other side has what was asked for; where it has not, git says `absent`.
    async fn git(&self, refspecs: &[&str], absent: &str) -> Result<bool, FetchError> {
        let scratch = &self.store.scratch;
        let store = store_path(scratch);
        let mut args: Vec<OsString> = FETCH.iter().map(OsString::from).collect();
        if !self.store.remote.comes_whole() {
            args.extend(["--depth", "1"].map(OsString::from));
        }
        args.extend(["--".into(), self.store.remote.address().to_owned()]);
        let call = Call {
            repository: &store,
            home: &home_path(scratch),
            protocol: Some(self.store.remote.protocol()),
            settings: Vec::new(),
            env: Vec::new(),
            args,
            stdin: refspecs.join("\n").into_bytes(),
            deadline: self.deadline,
        };
        let failed = |error: ProgramError| FetchError::Local { message: error.to_string() };
        let ended = self.program.run(call).await.map_err(failed)?;
        let largest = largest_file(&store.join("objects/pack"))
            .map_err(|error| local("looking at a scratch repository", &error))?;
        let words = match ended {
            Ended::Well(_) if largest <= self.program.disk_bytes => return Ok(true),
            Ended::Well(_) | Ended::Flooded => String::new(),
            Ended::Badly(words) if has_line(&words, absent) => return Ok(false),
            Ended::Badly(words) => words,
            Ended::Late => {
                let location = self.objects.location().to_owned();
                return Err(FetchError::TimedOut { location, seconds: self.program.time.as_secs() });
            }
        };
        Err(self.refusal(largest, &words))
    }

    /// Why git failed, with the largest file that it wrote and what it said.
    fn refusal(&self, largest: u64, words: &str) -> FetchError {
        // git dies of the limit in the middle of a pack, which then has just that size.
        if largest >= self.program.disk_bytes {
            return FetchError::OverLimit { what: "bytes on the disk".to_owned(), limit: self.program.disk_bytes };
        }
        if words.contains("Out of memory") || words.contains("Cannot allocate memory") {
            return FetchError::OverLimit { what: "bytes of memory".to_owned(), limit: self.program.memory_bytes };
        }
        let reason = message::reason(words, self.store.scratch.path());
        if NO_ROOM.iter().any(|phrase| has_line(words, phrase)) {
            return FetchError::Full { message: reason };
        }
        unsound(self.objects.location(), reason)
    }
}

/// What git says where this machine's disk, quota or limit on files is at fault, and not what was sent.
const NO_ROOM: [&str; 3] =
    ["write error: No space left on device", "write error: Disk quota exceeded", "write error: File too large"];

/// Whether git itself, and not the other side through it, says `phrase`.
fn has_line(words: &str, phrase: &str) -> bool {
    words.lines().any(|line| line.starts_with("fatal: ") && line.contains(phrase))
}

fn store_path(scratch: &TempDir) -> PathBuf {
    scratch.path().join("store")
}

fn home_path(scratch: &TempDir) -> PathBuf {
    scratch.path().join("home")
}

/// The size of the largest file in `folder`.
fn largest_file(folder: &Path) -> io::Result<u64> {
    fs::read_dir(folder)?.try_fold(0, |largest, entry| Ok(entry?.metadata()?.len().max(largest)))
}
