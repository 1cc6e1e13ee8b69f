//! Runs `git`: by argument vector, with an empty environment, and within the budgets.
//!
//! What a run of git is for, and what its words mean, is known to the callers: this file knows only how git is run.

use std::ffi::{OsStr, OsString};
use std::io;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::time::Duration;

use rustix::process::{Pid, Signal, kill_process_group};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWriteExt};
use tokio::process::{Child, Command};
use tokio::time::{Instant, timeout_at};

use crate::model::Limits;

/// The most bytes of git's words that are kept.
const MOST_WORDS: u64 = 16 << 10;

/// What every run sets, whatever the repositories say.
const SETTINGS: &[&str] = &[
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
pub(in crate::adapters) struct Program {
    git: PathBuf,
    pass_env: Vec<(OsString, OsString)>,
    pub(in crate::adapters) time: Duration,
    pub(in crate::adapters) disk_bytes: u64,
    pub(in crate::adapters) memory_bytes: u64,
    pub(in crate::adapters) file_bytes: u64,
}

/// One run of git.
pub(in crate::adapters) struct Call<'a> {
    /// The bare repository that it works in.
    pub(in crate::adapters) repository: &'a Path,
    /// The folder that is its home: an empty one, so that nobody's configuration is read.
    pub(in crate::adapters) home: &'a Path,
    /// The one protocol that it may speak; none for work that stays in the repository.
    pub(in crate::adapters) protocol: Option<&'a str>,
    /// Settings of this run, each as `key=value`. Secrets do not belong here: everybody on the machine sees arguments.
    pub(in crate::adapters) settings: Vec<String>,
    /// Variables of this run, also those that hold secrets (see [`super::credentials`]).
    pub(in crate::adapters) env: Vec<(OsString, OsString)>,
    /// The command and its arguments. What comes from outside stands after `--` or on `stdin`.
    pub(in crate::adapters) args: Vec<OsString>,
    /// What it reads.
    pub(in crate::adapters) stdin: Vec<u8>,
    /// When it is killed.
    pub(in crate::adapters) deadline: Instant,
}

/// How a run of git ended.
#[derive(Debug)]
pub(in crate::adapters) enum Ended {
    /// It did its work; what it wrote.
    Well(Vec<u8>),
    /// It failed; its words, not yet safe to show.
    Badly(String),
    /// It was killed at the deadline.
    Late,
    /// It wrote more than a file may have.
    Flooded,
}

/// Why git could not be run at all.
#[derive(Debug, thiserror::Error)]
pub(in crate::adapters) enum ProgramError {
    /// There is no such program.
    #[error("cannot start '{}' ({error}); install git 2.29 or newer", program.display())]
    Missing {
        /// The program.
        program: PathBuf,
        /// What the system said.
        error: io::Error,
    },
    /// It could not be spoken to.
    #[error("running git: {0}")]
    Broken(#[from] io::Error),
}

impl Program {
    /// The program `git` under `limits`.
    pub(in crate::adapters) fn new(git: PathBuf, pass_env: Vec<(OsString, OsString)>, limits: &Limits) -> Self {
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

    /// The same program under other limits.
    pub(in crate::adapters) fn within(&self, limits: &Limits) -> Self {
        Self::new(self.git.clone(), self.pass_env.clone(), limits)
    }

    /// Whether one of the variables that git may see is called `name`, in either case.
    pub(in crate::adapters) fn passes(&self, name: &str) -> bool {
        let is_meant =
            |(passed, value): &(OsString, OsString)| passed.eq_ignore_ascii_case(OsStr::new(name)) && !value.is_empty();
        self.pass_env.iter().any(is_meant)
    }

    /// Runs git to its end or to the deadline of `call`.
    ///
    /// # Errors
    /// git could not be started or spoken to.
    pub(in crate::adapters) async fn run(&self, call: Call<'_>) -> Result<Ended, ProgramError> {
        let mut command = self.command(&call);
        let spawned = command.spawn();
        let mut child = spawned.map_err(|error| ProgramError::Missing { program: self.git.clone(), error })?;
        let group = Group::led_by(&child)?;
        // A fetch waits for its refspecs before it starts any program of its own, and others have just begun: all their
        // children inherit the limits.
        self.bound(group.0)?;
        let Ok(ended) = timeout_at(call.deadline, converse(&mut child, &call.stdin, self.file_bytes)).await else {
            drop(group);
            child.wait().await?;
            return Ok(Ended::Late);
        };
        let Some((status, written, words)) = ended? else {
            drop(group);
            child.wait().await?;
            return Ok(Ended::Flooded);
        };
        group.has_ended();
        Ok(if status.success() { Ended::Well(written) } else { Ended::Badly(words) })
    }

    fn command(&self, call: &Call<'_>) -> Command {
        let mut command = Command::new(&self.git);
        command.env_clear();
        // git finds its own parts, and ssh or proxies' programs, through PATH.
        command.envs(std::env::var_os("PATH").map(|path| ("PATH", path)));
        command.envs(self.pass_env.iter().map(|(name, value)| (name, value)));
        // After `pass_env`, so that nothing of it can undo these.
        command.envs([
            ("GIT_CONFIG_NOSYSTEM", "1"),
            ("GIT_CONFIG_GLOBAL", "/dev/null"),
            ("GIT_CONFIG_COUNT", "0"),
            ("GIT_TERMINAL_PROMPT", "0"),
            ("GIT_NO_REPLACE_OBJECTS", "1"),
            ("GIT_NO_LAZY_FETCH", "1"),
            ("LC_ALL", "C"),
        ]);
        command.env("HOME", call.home);
        command.envs(call.env.iter().map(|(name, value)| (name, value)));
        command.arg("--git-dir").arg(call.repository);
        for setting in SETTINGS {
            command.args(["-c", setting]);
        }
        if let Some(protocol) = call.protocol {
            command.args(["-c", &format!("protocol.{protocol}.allow=always")]);
        }
        // A larger blob is hashed as it streams by instead of being held in memory.
        command.args(["-c", &format!("core.bigFileThreshold={}", self.file_bytes)]);
        for setting in &call.settings {
            command.args(["-c", setting]);
        }
        command.args(&call.args);
        command.current_dir(call.repository);
        command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
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
}

/// Gives git its input, then listens until it ends: its status, what it wrote and what it said. `None` where it writes
/// more than `most_bytes`.
async fn converse(
    child: &mut Child,
    input: &[u8],
    most_bytes: u64,
) -> io::Result<Option<(ExitStatus, Vec<u8>, String)>> {
    let (stdin, stdout, stderr) = (child.stdin.take(), child.stdout.take(), child.stderr.take());
    let tell = async {
        if let Some(mut stdin) = stdin {
            // Where git ended before it read all of it, its exit status says so.
            let _ = stdin.write_all(input).await;
        }
        Ok(())
    };
    // The rest of the words is heard and forgotten, so that the speaker is not held up.
    let hear = async {
        let Some(mut stderr) = stderr else { return Ok(Vec::new()) };
        let words = listen(&mut stderr, MOST_WORDS).await?;
        tokio::io::copy(&mut stderr, &mut tokio::io::sink()).await?;
        Ok(words)
    };
    let take = async {
        let Some(mut stdout) = stdout else { return Ok(Vec::new()) };
        let written = listen(&mut stdout, most_bytes.saturating_add(1)).await?;
        if written.len() as u64 > most_bytes { Err(io::Error::from(io::ErrorKind::FileTooLarge)) } else { Ok(written) }
    };
    match tokio::try_join!(tell, take, hear) {
        Ok(((), written, words)) => {
            Ok(Some((child.wait().await?, written, String::from_utf8_lossy(&words).into_owned())))
        }
        Err(error) if error.kind() == io::ErrorKind::FileTooLarge => Ok(None),
        Err(error) => Err(error),
    }
}

/// The first `most` bytes of what comes.
pub(in crate::adapters) async fn listen(from: &mut (impl AsyncRead + Unpin), most: u64) -> io::Result<Vec<u8>> {
    let mut heard = Vec::new();
    from.take(most).read_to_end(&mut heard).await?;
    Ok(heard)
}

/// The group of a program and its children: killed when this is dropped, also where a run is given up half-way.
pub(in crate::adapters) struct Group(Pid);

impl Group {
    pub(in crate::adapters) fn led_by(child: &Child) -> io::Result<Self> {
        let id = child.id().and_then(|id| Pid::from_raw(id.cast_signed()));
        id.map(Self).ok_or_else(|| io::Error::other("it has no process id"))
    }

    /// Its leader ended and was waited for: the id may belong to others by now.
    pub(in crate::adapters) fn has_ended(self) {
        std::mem::forget(self);
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        // An error says that nobody is left.
        let _ = kill_process_group(self.0, Signal::KILL);
    }
}
