//! The ways into a sandbox, as command lines: bubblewrap, or the programs of util-linux, with or without sudo.

use std::ffi::{OsStr, OsString};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU32, Ordering};

use tokio::process::Command;

use crate::model::CompileBounds;

/// A way to make a sandbox.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Way {
    /// bubblewrap.
    Bubblewrap,
    /// `unshare` of util-linux.
    Unshare,
    /// The same, as root by sudo: for machines where only the administrator may make namespaces.
    SudoUnshare,
}

/// Who programs are in a sandbox: ids that no account has and no system gives out (systemd, "Users, Groups, UIDs and GIDs").
const FIRST_NOBODY: u32 = 60_578;
const NOBODIES: u32 = 606;
/// Where programs are on every system, for the programs that make a sandbox.
pub(super) const SYSTEM_PATH: &str = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
/// The environment of a program in a sandbox: the same everywhere, and nothing of anybody's.
const ENVIRONMENT: [&str; 3] = ["PATH=/usr/local/bin:/usr/bin:/bin", "HOME=/tmp", "LC_ALL=C.UTF-8"];
/// The shells that close what whoever started the curator left open, and how: a folder among it would be a way out. The
/// plain shell knows only the first few numbers; what has a higher one, the proof finds.
const BASH: (&str, &str) =
    ("/bin/bash", "for fd in /proc/$$/fd/*; do fd=${fd##*/}; ((fd < 3)) || exec {fd}>&-; done\nexec \"$@\"");
const SHELL: (&str, &str) = ("/bin/sh", "exec 3>&- 4>&- 5>&- 6>&- 7>&- 8>&- 9>&-\nexec \"$@\"");
/// What a program may use of several processors, in seconds of each second.
const PROCESSORS: u64 = 4;
/// The folders of the system that a program sees.
const SYSTEM: [&str; 8] = ["/usr", "/bin", "/sbin", "/lib", "/lib32", "/lib64", "/libx32", "/nix/store"];
/// The files of the system that it sees: where libraries are, and which of several programs a name means.
const SYSTEM_FILES: [&str; 2] = ["/etc/ld.so.cache", "/etc/alternatives"];

/// What is run in a sandbox.
pub(super) struct Inmate<'a> {
    /// The program, a full path without links.
    pub(super) program: &'a Path,
    /// Its arguments.
    pub(super) arguments: Vec<OsString>,
    /// What a shell does instead of running it, with the program and its arguments as its own.
    pub(super) script: Option<&'static str>,
    /// The folder of the workload.
    pub(super) workload: &'a Path,
    /// An empty folder.
    pub(super) world: &'a Path,
    /// What it may use.
    pub(super) bounds: &'a CompileBounds,
    /// Who it is.
    pub(super) nobody: Nobody,
}

/// Somebody whom nobody else is: processes are counted by user, so two sandboxes at once must not be one user.
#[derive(Debug, Clone, Copy)]
pub(super) struct Nobody(u32);

impl Nobody {
    /// The next one of this process.
    pub(super) fn next() -> Self {
        static GIVEN: AtomicU32 = AtomicU32::new(0);
        let given = GIVEN.fetch_add(1, Ordering::Relaxed);
        // Several processes may make sandboxes, too. The factor is prime to the number of ids.
        let begin = std::process::id().wrapping_mul(37);
        Self(FIRST_NOBODY + begin.wrapping_add(given) % NOBODIES)
    }
}

impl Inmate<'_> {
    /// The program's file, where it lies outside of the system: it alone is shown then, and nothing beside it.
    fn foreign(&self) -> Option<&Path> {
        (!is_of_system(self.program)).then_some(self.program)
    }

    /// Where the program is inside.
    fn inside(&self) -> PathBuf {
        match (self.foreign(), self.program.file_name()) {
            (Some(_), Some(name)) => Path::new("/tool").join(name),
            _ => self.program.to_owned(),
        }
    }
}

/// Whether a file lies in a folder that every sandbox sees.
pub(super) fn is_of_system(file: &Path) -> bool {
    SYSTEM.iter().any(|folder| file.starts_with(folder))
}

/// The command line that runs `inmate`. `is_root` is whether the curator is root.
pub(super) fn command(way: Way, is_root: bool, inmate: &Inmate<'_>) -> Command {
    let (begin, line) = match way {
        Way::Bubblewrap => ("bwrap", [bubblewrap(is_root, inmate), drop_rights(is_root, way, inmate.nobody)].concat()),
        Way::Unshare => {
            // Where the curator is killed, nobody else ends what it began.
            let with_us = words(&["--pdeathsig", "KILL", "--", "unshare"]);
            ("setpriv", [with_us, unshare(is_root, inmate), drop_rights(is_root, way, inmate.nobody)].concat())
        }
        Way::SudoUnshare => {
            // What root started cannot be ended by others: a clock of root's ends it.
            let seconds = (inmate.bounds.time.as_secs() + 1).to_string();
            let sudo = words(&["-n", "--", "timeout", "-s", "KILL", &seconds, "unshare"]);
            ("sudo", [sudo, unshare(true, inmate), drop_rights(true, way, inmate.nobody)].concat())
        }
    };
    let (shell, closing) = if Path::new(BASH.0).exists() { BASH } else { SHELL };
    let mut command = Command::new(shell);
    command
        .args(["-c", closing, "sh", begin])
        .args(line)
        .args(bounds(inmate.bounds))
        .arg("env")
        .arg("-i")
        .args(ENVIRONMENT);
    if let Some(script) = inmate.script {
        command.args(["/bin/sh", "-c", script, "sh"]);
    }
    command.arg(inmate.inside()).args(&inmate.arguments);
    command
}

fn words(texts: &[&str]) -> Vec<OsString> {
    texts.iter().map(OsString::from).collect()
}

/// bubblewrap's arguments.
fn bubblewrap(is_root: bool, inmate: &Inmate<'_>) -> Vec<OsString> {
    let mut line = words(&["--die-with-parent", "--new-session", "--clearenv", "--setenv", "PATH", SYSTEM_PATH]);
    if is_root {
        line.extend(words(&[
            "--unshare-pid",
            "--unshare-net",
            "--unshare-ipc",
            "--unshare-uts",
            "--unshare-cgroup-try",
        ]));
        line.extend(words(&["--cap-drop", "ALL"]));
        line.extend(["CAP_SETUID", "CAP_SETGID", "CAP_SETPCAP"].iter().flat_map(|cap| words(&["--cap-add", cap])));
    } else {
        let id = inmate.nobody.0.to_string();
        line.extend(words(&["--unshare-all", "--uid", &id, "--gid", &id]));
    }
    for place in SYSTEM {
        match std::fs::read_link(place) {
            Ok(target) => line.extend([OsString::from("--symlink"), target.into(), place.into()]),
            Err(_) => line.extend(words(&["--ro-bind-try", place, place])),
        }
    }
    line.extend(SYSTEM_FILES.iter().flat_map(|file| words(&["--ro-bind-try", file, file])));
    line.extend(words(&["--proc", "/proc", "--dev", "/dev", "--remount-ro", "/dev"]));
    let bytes = inmate.bounds.disk_bytes.to_string();
    line.extend(words(&[
        "--perms",
        "1777",
        "--size",
        &bytes,
        "--tmpfs",
        "/tmp",
        "--perms",
        "0777",
        "--dir",
        "/tmp/work",
    ]));
    line.extend([OsStr::new("--ro-bind"), inmate.workload.as_os_str(), OsStr::new("/in")].map(OsString::from));
    if let Some(tool) = inmate.foreign() {
        line.extend(words(&["--perms", "0755", "--dir", "/tool"]));
        line.extend([OsString::from("--ro-bind"), tool.into(), inmate.inside().into()]);
    }
    line.extend(words(&["--remount-ro", "/", "--chdir", "/tmp/work", "--"]));
    line
}

/// The arguments of `unshare`, which runs the script that lays out the world.
fn unshare(is_root: bool, inmate: &Inmate<'_>) -> Vec<OsString> {
    let mut line = if is_root { Vec::new() } else { words(&["--user", "--map-root-user"]) };
    line.extend(words(&["--mount", "--net", "--pid", "--ipc", "--uts", "--fork", "--kill-child=KILL", "--"]));
    line.extend(words(&["sh", "-c", include_str!("sandbox.sh"), "sandbox"]));
    line.extend([inmate.world, inmate.workload].map(OsString::from));
    line.push(inmate.bounds.disk_bytes.to_string().into());
    line.push(inmate.foreign().map(OsString::from).unwrap_or_default());
    line
}

/// What takes every right away.
fn drop_rights(is_root: bool, way: Way, Nobody(id): Nobody) -> Vec<OsString> {
    let nothing = ["--inh-caps=-all", "--ambient-caps=-all", "--bounding-set=-all", "--no-new-privs", "--"];
    let mut line = match (is_root, way) {
        (true, _) => {
            let ids = [format!("--reuid={id}"), format!("--regid={id}")];
            [words(&["setpriv"]), ids.map(OsString::from).to_vec(), words(&["--clear-groups"])].concat()
        }
        // bubblewrap has done it.
        (false, Way::Bubblewrap) => return Vec::new(),
        (false, _) => {
            // Root of the namespaces is whoever made them: one more makes nobody of it.
            let ids = [format!("--map-user={id}"), format!("--map-group={id}")];
            [words(&["unshare", "--user"]), ids.map(OsString::from).to_vec(), words(&["--", "setpriv"])].concat()
        }
    };
    line.extend(words(&nothing));
    line
}

/// What bounds a program, and makes it the first that the system ends where memory runs out.
fn bounds(bounds: &CompileBounds) -> Vec<OsString> {
    let cpu = bounds.time.as_secs().saturating_mul(PROCESSORS).max(1);
    let line = [
        ("--cpu", cpu),
        ("--as", bounds.memory_bytes),
        ("--nproc", bounds.processes),
        ("--fsize", bounds.disk_bytes),
        ("--nofile", 1_024),
        ("--core", 0),
    ];
    let bounded = line.iter().map(|(limit, most)| OsString::from(format!("{limit}={most}")));
    let first = words(&["choom", "-n", "1000", "--", "prlimit"]);
    first.into_iter().chain(bounded).chain(words(&["--"])).collect()
}
