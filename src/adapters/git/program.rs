//! Runs `git fetch`: by argument vector, with an empty environment, and within the budgets.

use std::ffi::OsString;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, ChildStderr, Command};
use tokio::time::{Instant, timeout_at};

use crate::model::Limits;
use crate::ports::FetchError;

use super::local;
use super::remote::Remote;

/// The most bytes of git's words that are kept.
const MOST_WORDS: u64 = 16 << 10;

/// What every fetch sets, whatever the repositories say.
const CONFIG: &[&str] = &[
    "core.hooksPath=/dev/null",
    "protocol.allow=never",
    "fetch.fsckObjects=true",
    "transfer.fsckObjects=true",
    "submodule.recurse=false",
    "gc.auto=0",
    "maintenance.auto=false",
    // Always one pack: the limit on the size of a file holds for all objects together.
    "fetch.unpackLimit=1",
    "transfer.unpackLimit=1",
    // With more threads, which of two unsound objects is named would be a matter of luck.
    "pack.threads=1",
    // Slips of old programs in who and when, which nothing here reads. Modes with a zero in front are read alike.
    "fetch.fsck.badDate=ignore",
    "fetch.fsck.badEmail=ignore",
    "fetch.fsck.badTimezone=ignore",
    "fetch.fsck.missingEmail=ignore",
    "fetch.fsck.missingNameBeforeEmail=ignore",
    "fetch.fsck.missingSpaceBeforeDate=ignore",
    "fetch.fsck.missingSpaceBeforeEmail=ignore",
    "fetch.fsck.zeroPaddedFilemode=ignore",
];

/// The `git` program and what it may use.
#[derive(Debug)]
pub(super) struct Program {
    git: PathBuf,
    pass_env: Vec<(OsString, OsString)>,
    pub(super) time: Duration,
    pub(super) disk_bytes: u64,
    pub(super) memory_bytes: u64,
    file_bytes: u64,
}

/// How a run of git ended.
#[derive(Debug)]
pub(super) enum Ended {
    /// It did its work.
    Well,
    /// It failed; its words, not yet safe to show.
    Badly(String),
    /// It was killed at the deadline.
    Late,
}

impl Program {
    /// The program `git` under `limits`.
    pub(super) fn new(git: PathBuf, pass_env: Vec<(OsString, OsString)>, limits: &Limits) -> Self {
        Self {
            git,
            pass_env,
            time: limits.fetch_time,
            disk_bytes: limits.fetch_bytes,
            // git maps a pack twice, while it is written and while it is read, and needs room to work.
            memory_bytes: limits.fetch_bytes.saturating_mul(2).saturating_add(512 << 20),
            file_bytes: limits.file_bytes,
        }
    }

    /// Fetches `refspecs` from `remote` into the bare repository `store`, until `deadline`.
    ///
    /// # Errors
    /// git could not be started or spoken to.
    pub(super) async fn fetch(
        &self,
        store: &Path,
        home: &Path,
        remote: &Remote,
        refspecs: &[&str],
        deadline: Instant,
    ) -> Result<Ended, FetchError> {
        let failed = |error: io::Error| local("running git", &error);
        let mut child = self.command(store, home, remote).spawn().map_err(|error| self.cannot_start(&error))?;
        let group = Group::led_by(&child)?;
        // git waits for its refspecs before it starts any program of its own, so the limits are there in time and all
        // its children inherit them.
        self.bound(group.0).map_err(failed)?;
        let Ok(ended) = timeout_at(deadline, converse(&mut child, refspecs)).await else {
            drop(group);
            child.wait().await.map_err(failed)?;
            return Ok(Ended::Late);
        };
        let (status, words) = ended.map_err(failed)?;
        group.has_ended();
        Ok(if status.success() { Ended::Well } else { Ended::Badly(words) })
    }

    fn command(&self, store: &Path, home: &Path, remote: &Remote) -> Command {
        let mut command = Command::new(&self.git);
        command.env_clear();
        // git finds its own parts, and ssh or proxies' programs, through PATH.
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.pass_env.iter().map(|(name, value)| (name, value)));
        // After `pass_env`, so that nothing of it can undo these.
        command.envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("LC_ALL", "C"),
        ]);
        command.env("HOME", home);
        command.arg("--git-dir").arg(store);
        for setting in CONFIG {
            command.args(["-c", setting]);
        }
        command.args(["-c", &format!("protocol.{}.allow=always", remote.protocol())]);
        // A larger blob is hashed as it streams by instead of being held in memory.
        command.args(["-c", &format!("core.bigFileThreshold={}", self.file_bytes)]);
        command.args(["fetch", "--quiet", "--no-tags", "--no-recurse-submodules", "--no-write-fetch-head", "--stdin"]);
        if !remote.comes_whole() {
            command.args(["--depth", "1"]);
        }
        command.arg("--").arg(remote.address());
        command.current_dir(store);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::piped());
        // A group of its own, so that its children die with it.
        command.process_group(0).kill_on_drop(true);
        command
    }

    /// Sets the budgets of the waiting child. Where there is no `prlimit`, the store is measured after the fetch.
    #[cfg(target_os = "linux")]
    fn bound(&self, pid: Pid) -> io::Result<()> {
        use rustix::process::{Resource, Rlimit, getrlimit, prlimit};
        // An oversize pack ends git with a signal that would leave a core file behind.
        for (resource, most) in
            [(Resource::Fsize, self.disk_bytes), (Resource::As, self.memory_bytes), (Resource::Core, 0)]
        {
            // The operator's own limit may be lower, and cannot be raised.
            let most = Some(getrlimit(resource).maximum.map_or(most, |ours| ours.min(most)));
            prlimit(Some(pid), resource, Rlimit { current: most, maximum: most })?;
        }
        Ok(())
    }

    #[cfg(not(target_os = "linux"))]
    #[expect(clippy::unused_self, clippy::unnecessary_wraps, reason = "the signature is that of Linux")]
    fn bound(&self, _pid: Pid) -> io::Result<()> {
        Ok(())
    }

    fn cannot_start(&self, error: &io::Error) -> FetchError {
        let message = format!("cannot start '{}' ({error}); install git 2.29 or newer", self.git.display());
        FetchError::Local { message }
    }
}

/// Gives git its refspecs, then listens until it ends.
async fn converse(child: &mut Child, refspecs: &[&str]) -> io::Result<(ExitStatus, String)> {
    let stdin = child.stdin.take();
    let stderr = child.stderr.take();
    let tell = async {
        if let Some(mut stdin) = stdin {
            // Where git ended before it read them, its exit status says so.
            let _ = stdin.write_all(refspecs.join("\n").as_bytes()).await;
        }
    };
    let ((), words, status) = tokio::join!(tell, listen(stderr), child.wait());
    Ok((status?, words?))
}

/// What is said, up to [`MOST_WORDS`] bytes; the rest is heard and forgotten, so that the speaker is not held up.
async fn listen(stderr: Option<ChildStderr>) -> io::Result<String> {
    let mut words = Vec::new();
    if let Some(mut stderr) = stderr {
        (&mut stderr).take(MOST_WORDS).read_to_end(&mut words).await?;
        tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await?;
    }
    Ok(String::from_utf8_lossy(&words).into_owned())
}

/// The group of git and its children: killed when this is dropped, also where a fetch is given up half-way.
struct Group(Pid);

impl Group {
    fn led_by(child: &Child) -> Result<Self, FetchError> {
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        id.map(Self).ok_or_else(|| local("running git", &"it has no process id"))
    }

    /// Its leader ended and was waited for: the id may belong to others by now.
    fn has_ended(self) {
        std::mem::forget(self);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // An error says that nobody is left.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}
