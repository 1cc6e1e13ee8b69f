//! The other side of a repository elsewhere: fetched from and pushed to with the `git` program, which works in scratch.
//!
//! Nothing is ever forced. A push names the commit alone and is a plain child of what was read: where the branch has
//! moved, the server refuses it. Where the answer is lost, the branch is read again before anything is said.

mod proposal;

use std::collections::BTreeSet;
use std::ffi::OsString;
use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::Oid;
use tokio::time::Instant;

use crate::adapters::git::Credentials;
use crate::adapters::git::facade::{lay_bare, quoted};
use crate::adapters::git::message::reason;
use crate::adapters::git::program::{Call, Ended, Program};
use crate::adapters::git::refs::named;
use crate::model::{Branch, Limits};
use crate::ports::{RepoError, Role};

use super::address::RemoteUrl;
use super::cache::{Apart, Cache, Locked};
use super::objects::Objects;
use super::past::{Reach, reaches};
use super::{failed, unusable};

/// How long one exchange with a remote may take, and the most bytes of a pack: these are the operator's own repositories.
const PATIENCE: Duration = Duration::from_mins(15);
const MOST_BYTES: u64 = 64 << 30;
/// git's word for a history without end.
pub(super) const WHOLE: u32 = 0x7fff_ffff;
/// How many commits of a history are fetched, at first and then ten times as many each time.
pub(super) const FIRST_DEPTH: u32 = 50;
/// From here on all of it is fetched.
pub(super) const MOST_DEPTH: u32 = 5000;

/// What scratch calls that which was fetched.
const FETCHED: &str = "refs/fetched/it";

/// A host that says nothing for a minute is taken for gone. Where a server sends somebody else, the operator decides
/// whether that is meant: a credential must not go there unasked.
const SETTINGS: [&str; 3] = ["http.lowSpeedLimit=1", "http.lowSpeedTime=60", "http.followRedirects=false"];

/// Variables of an environment.
type Variables = Vec<(OsString, OsString)>;

/// What the operator's environment gives to git.
#[derive(Clone)]
pub struct RemoteSettings {
    /// The `git` program: a name that `PATH` knows, or a path.
    pub git: PathBuf,
    /// The variables that git may see besides `PATH`: for ssh those that ssh needs, for https proxies and CA files.
    pub env: Variables,
    /// What lets the curator in.
    pub credentials: Credentials,
}

/// A repository elsewhere, and what is here of it.
pub(super) struct Remote {
    url: RemoteUrl,
    program: Program,
    env: Variables,
    pub(super) cache: Cache,
    role: Role,
    /// What messages call it.
    place: String,
    /// Keeps what was fetched where it is, as long as it is read.
    _readers: File,
}

/// How much of a history is fetched.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Depth {
    /// What is new since the last time, and at first the newest commit alone.
    New,
    /// At least so many commits.
    AtLeast(u32),
}

impl Remote {
    pub(super) fn new(
        url: RemoteUrl,
        cache: Cache,
        readers: File,
        role: Role,
        place: String,
        settings: &RemoteSettings,
    ) -> Self {
        let limits = Limits { fetch_time: PATIENCE, fetch_bytes: MOST_BYTES, ..Limits::default() };
        let (pass_env, env) = if url.protocol() == "ssh" {
            (given(&settings.env, |name| SSH.contains(&name)), ssh(&settings.env))
        } else {
            let env = settings.credentials.environment(url.host(), &url.origin());
            (given(&settings.env, |name| !SSH.contains(&name) && name != "HOME"), env)
        };
        let program = Program::new(settings.git.clone(), pass_env, &limits);
        Self { url, program, env, cache, role, place, _readers: readers }
    }

    /// Fetches the branch; gives its commit, or `None` where the remote has no such branch.
    pub(super) async fn fetch(&self, branch: &Branch, depth: Depth) -> Result<Option<Oid>, RepoError> {
        let locked = self.lock().await?;
        self.fetch_ref(&locked, &format!("refs/heads/{branch}"), depth).await
    }

    /// Fetches what a person names: a branch, a tag or a commit.
    pub(super) async fn fetch_named(&self, name: &str) -> Result<Option<Oid>, RepoError> {
        let locked = self.lock().await?;
        let depth = Depth::AtLeast(FIRST_DEPTH);
        if name.len() == 40 && name.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return self.fetch_ref(&locked, name, depth).await;
        }
        if name.parse::<Branch>().is_err() {
            return Ok(None);
        }
        match self.fetch_ref(&locked, &format!("refs/heads/{name}"), depth).await? {
            None => self.fetch_ref(&locked, &format!("refs/tags/{name}"), depth).await,
            found => Ok(found),
        }
    }

    /// Whether there is more of the history than what is here.
    pub(super) fn is_shallow(&self) -> Result<bool, RepoError> {
        Ok(self.cache.read("shallow").map_err(|error| failed(&self.place, error))?.is_some())
    }

    /// Pushes `commit`, a child of `parent`, to the branch.
    pub(super) async fn push(&self, branch: &Branch, parent: Option<Oid>, commit: Oid) -> Result<(), RepoError> {
        let locked = self.lock().await?;
        let scratch = self.scratch(&locked, None)?;
        let refspec = format!("{commit}:refs/heads/{branch}");
        let args = ["push", "--quiet", "--no-verify", "--no-follow-tags", "--recurse-submodules=no", "--"];
        let args = args.map(OsString::from).into_iter().chain([self.url.as_str().into(), refspec.into()]).collect();
        let failure = match self.run(&self.program, scratch.path(), args, Vec::new()).await? {
            Ended::Well(_) => return Ok(()),
            Ended::Badly(words) => self.refusal(&words, scratch.path()),
            Ended::Late | Ended::Flooded => self.late(PATIENCE),
        };
        // The words do not always tell, and an answer can be lost after the branch was moved: the branch itself decides.
        let name = format!("refs/heads/{branch}");
        let Ok(now) = self.fetch_ref(&locked, &name, Depth::New).await else { return Err(failure) };
        let objects = Objects::open(&self.cache.objects(), &self.place)?;
        match now {
            Some(now) if reaches(&objects, now, commit)? == Reach::Found => Ok(()),
            now if now == parent && !matches!(failure, RepoError::Moved { .. }) => Err(failure),
            _ => Err(RepoError::Moved { place: self.place.clone() }),
        }
    }

    pub(super) async fn lock(&self) -> Result<Locked<'_>, RepoError> {
        let locked = self.cache.lock(Instant::now() + PATIENCE).await.map_err(|error| failed(&self.place, error))?;
        let holder = "it is speaking to the remote for a long time".to_owned();
        locked.ok_or_else(|| RepoError::Locked { place: self.place.clone(), holder })
    }

    /// Fetches `name`, a ref written in full or a commit; gives the commit that it leads to.
    async fn fetch_ref(&self, locked: &Locked<'_>, name: &str, depth: Depth) -> Result<Option<Oid>, RepoError> {
        let fail = |error: io::Error| failed(&self.place, error);
        let scratch = self.scratch(locked, None)?;
        let depth = self.depth(depth).map_err(fail)?;
        match self.run(&self.program, scratch.path(), fetch_args(&self.url, depth), refspec(name)).await? {
            Ended::Well(_) => {}
            Ended::Badly(words) if is_absent(&words) => return Ok(None),
            Ended::Badly(words) => return Err(self.refusal(&words, scratch.path())),
            Ended::Late | Ended::Flooded => return Err(self.late(PATIENCE)),
        }
        let found = self.take(locked, scratch.path(), &self.cache)?;
        if let Some(depth) = depth {
            self.cache.write("depth", &depth.to_string()).map_err(fail)?;
        }
        Ok(found)
    }

    /// Moves what was fetched in `scratch` to where it is kept; gives the commit.
    fn take(&self, locked: &Locked<'_>, scratch: &Path, keeper: &Cache) -> Result<Option<Oid>, RepoError> {
        let fail = |error: io::Error| failed(&self.place, error);
        let found = named(&scratch.join("store"), FETCHED, 1 << 10);
        let found = found.map_err(|error| unusable(&self.place, &error.to_string()))?;
        keeper.take_packs(locked, &scratch.join("store/objects/pack")).map_err(fail)?;
        // Only now: whoever reads in between finds more than it is told of, never less.
        match fs::read_to_string(scratch.join("store/shallow")) {
            Ok(shallow) => keeper.write("shallow", &shallow).map_err(fail)?,
            Err(error) if error.kind() == io::ErrorKind::NotFound => keeper.remove("shallow").map_err(fail)?,
            Err(error) => return Err(fail(error)),
        }
        Ok(found)
    }

    /// What `--depth` says; nothing, where git is to fetch what is new, however much that is.
    fn depth(&self, wanted: Depth) -> io::Result<Option<u32>> {
        let known = self.cache.read("depth")?.and_then(|text| text.trim().parse::<u32>().ok());
        let is_shallow = self.cache.read("shallow")?.is_some();
        Ok(match (wanted, known) {
            (Depth::AtLeast(wanted), Some(known)) if is_shallow => Some(wanted.max(known)),
            (Depth::AtLeast(wanted), None) => Some(wanted),
            (Depth::New, None) => Some(1),
            // The branches of people that are merged into a registry start before the newest commit: without a depth,
            // the server would send all that came before them.
            (Depth::New, Some(known)) if is_shallow && self.role == Role::Registry => Some(known.max(FIRST_DEPTH)),
            _ => None,
        })
    }

    /// A repository to work in, which borrows the objects of the cache, and those that lie `apart` where it is to see
    /// them, and knows which commits are there.
    fn scratch(&self, locked: &Locked<'_>, apart: Option<&Apart>) -> Result<tempfile::TempDir, RepoError> {
        let lay = || -> io::Result<tempfile::TempDir> {
            let scratch = locked.scratch()?;
            fs::create_dir(scratch.path().join("home"))?;
            let store = scratch.path().join("store");
            lay_bare(&store, "")?;
            let objects = self.cache.objects();
            fs::create_dir_all(objects.join("pack"))?;
            fs::create_dir(store.join("objects/info"))?;
            let shelves = || [&self.cache].into_iter().chain(apart.map(|apart| &apart.shelf));
            let alternates = shelves()
                .map(|shelf| [quoted(shelf.objects().as_os_str().as_encoded_bytes()).as_slice(), b"\n"].concat());
            fs::write(store.join("objects/info/alternates"), alternates.collect::<Vec<_>>().concat())?;
            let shallow: BTreeSet<String> = shelves()
                .map(|shelf| shelf.read("shallow"))
                .collect::<io::Result<Vec<_>>>()?
                .into_iter()
                .flatten()
                .flat_map(|text| text.lines().map(|line| format!("{line}\n")).collect::<Vec<_>>())
                .collect();
            if !shallow.is_empty() {
                fs::write(store.join("shallow"), shallow.into_iter().collect::<String>())?;
            }
            let known = Objects::open(&objects, &self.place).map_err(io::Error::other)?;
            let seen = self.cache.all_seen()?.into_iter().filter(|id| known.odb.exists(*id));
            let refs: Vec<String> = seen.map(|id| format!("{id} refs/seen/{id}\n")).collect();
            fs::write(store.join("packed-refs"), refs.concat())?;
            Ok(scratch)
        };
        lay().map_err(|error| failed(&self.place, error))
    }

    async fn run(
        &self,
        program: &Program,
        scratch: &Path,
        args: Vec<OsString>,
        stdin: Vec<u8>,
    ) -> Result<Ended, RepoError> {
        let call = Call {
            repository: &scratch.join("store"),
            home: &scratch.join("home"),
            protocol: Some(self.url.protocol()),
            settings: SETTINGS.map(str::to_owned).into(),
            env: self.env.clone(),
            args,
            stdin,
            deadline: Instant::now() + program.time,
        };
        program.run(call).await.map_err(|error| unusable(&self.place, &error.to_string()))
    }

    fn late(&self, patience: Duration) -> RepoError {
        let message = format!("no end after {} minutes", patience.as_secs().div_ceil(60));
        RepoError::Unreachable { place: self.place.clone(), message }
    }

    /// Why git failed.
    fn refusal(&self, words: &str, scratch: &Path) -> RepoError {
        let place = self.place.clone();
        let says = |phrases: &[&str]| phrases.iter().any(|phrase| words.contains(phrase));
        let message = reason(words, scratch);
        if says(&MOVED) {
            RepoError::Moved { place }
        } else if says(&FULL) {
            RepoError::Full { place, message }
        } else if says(&DENIED) {
            RepoError::Denied { place, message }
        } else if says(&MISSING) {
            RepoError::Missing { role: self.role.as_str(), place }
        } else if says(&UNREACHABLE) {
            RepoError::Unreachable { place, message }
        } else {
            RepoError::Unusable { place, message }
        }
    }
}

/// What git says where another push was faster.
const MOVED: [&str; 6] = [
    "(fetch first)",
    "(non-fast-forward)",
    "(incorrect old value provided)",
    "(failed to update ref)",
    "cannot lock ref",
    "(reference already exists)",
];
/// What it says where this machine has no room.
const FULL: [&str; 2] = ["No space left on device", "Disk quota exceeded"];
/// What it says where somebody is not let in, or what is pushed is not taken.
const DENIED: [&str; 9] = [
    "Authentication failed",
    "could not read Username",
    "could not read Password",
    "returned error: 401",
    "returned error: 403",
    "Permission denied",
    "Host key verification failed",
    "[remote rejected]",
    "access denied",
];
/// What it says where there is no repository.
const MISSING: [&str; 3] = ["not found", "returned error: 404", "does not appear to be a git repository"];
/// What it says where the network or the other side is at fault.
const UNREACHABLE: [&str; 13] = [
    "Could not resolve host",
    "Failed to connect",
    "Couldn't connect",
    "onnection refused",
    "onnection timed out",
    "onnection reset",
    "Operation timed out",
    "Operation too slow",
    "early EOF",
    "hung up unexpectedly",
    "Could not read from remote repository",
    "returned error: 5",
    "RPC failed",
];

/// What git is told to fetch `name`.
fn refspec(name: &str) -> Vec<u8> {
    format!("+{name}:{FETCHED}").into_bytes()
}

fn fetch_args(url: &RemoteUrl, depth: Option<u32>) -> Vec<OsString> {
    let args =
        ["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--update-shallow"];
    let depth = depth.map(|depth| format!("--depth={depth}").into());
    let rest = ["--stdin".into(), "--".into(), url.as_str().into()];
    args.map(OsString::from).into_iter().chain(depth).chain(rest).collect()
}

/// Whether git says that the other side does not have what was asked for.
fn is_absent(words: &str) -> bool {
    [
        "couldn't find remote ref",
        "not our ref",
        "no such remote ref",
        "Server does not allow request for unadvertised object",
    ]
    .iter()
    .any(|phrase| words.contains(phrase))
}

/// What ssh needs of the operator's environment, besides its home.
const SSH: [&str; 2] = ["SSH_AUTH_SOCK", "GIT_SSH_COMMAND"];

fn given(env: &[(OsString, OsString)], wanted: impl Fn(&str) -> bool) -> Variables {
    env.iter().filter(|(name, _)| name.to_str().is_some_and(&wanted)).cloned().collect()
}

/// The variables of ssh, which must never ask, since nobody answers.
fn ssh(env: &[(OsString, OsString)]) -> Variables {
    let (mut command, mut home) = (OsString::from("ssh"), None);
    for (name, value) in env {
        match name.to_str() {
            Some("GIT_SSH_COMMAND") => command.clone_from(value),
            Some("HOME") => home = Some((name.clone(), value.clone())),
            _ => {}
        }
    }
    command.push(" -o BatchMode=yes");
    [("GIT_SSH_COMMAND".into(), command)].into_iter().chain(home).collect()
}
