//! Other programs: a second curator, a `git` or a `gzip` that is missing or is not what it seems.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::{curator, finish};
use crate::registry::Registry;
use crate::sample::{PUBLISHED, Sample};
use crate::trees::{Tree, assert_same};

/// A folder for the front of the search path, with a program of our own in it.
struct Fake {
    folder: TempDir,
}

impl Fake {
    fn new(name: &str, script: &str) -> Self {
        let folder = TempDir::new().unwrap();
        let program = folder.path().join(name);
        fs::write(&program, format!("#!/bin/sh\n{script}\n")).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        Self { folder }
    }

    /// The search path with this folder in front.
    fn path(&self) -> String {
        format!("{}:{}", self.folder.path().display(), std::env::var("PATH").unwrap())
    }
}

fn registry() -> Registry {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry
}

/// Waits for a file to appear.
fn await_file(file: &Path) {
    let begin = Instant::now();
    while !file.exists() {
        assert!(begin.elapsed() < Duration::from_secs(30), "{} did not appear", file.display());
        thread::sleep(Duration::from_millis(2));
    }
}

/// A sync that waits inside of `git`, with the lock in its hands.
struct Waiting {
    child: Child,
    signs: TempDir,
    _git: Fake,
}

impl Waiting {
    fn begin(registry: &Registry) -> Self {
        let signs = TempDir::new().unwrap();
        let sign = |name: &str| signs.path().join(name);
        let script = format!(
            "touch {}\nwhile [ ! -e {} ]; do sleep 0.01; done\nPATH={} exec git \"$@\"",
            sign("reached").display(),
            sign("go").display(),
            std::env::var("PATH").unwrap()
        );
        let git = Fake::new("git", &script);
        let mut command = curator(registry.home());
        command.args(["sync", "--published-time", PUBLISHED]).env("PATH", git.path()).env("TMPDIR", signs.path());
        let child = command.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
        await_file(&sign("reached"));
        Self { child, signs, _git: git }
    }

    /// Lets git, and any git that nobody waits for any more, go on.
    fn go(&self) {
        fs::write(self.signs.path().join("go"), "").unwrap();
    }
}

#[test]
fn of_two_curators_one_waits_its_turn() {
    let registry = registry();
    let first = Waiting::begin(&registry);
    let before = registry.everything();
    let holder = format!("(process {}: wait for it, or end it)", first.child.id());
    registry.sync().ends(2).complains(&[
        "error: another curator is writing to ",
        &holder,
        "help: wait for the other run",
    ]);
    assert_same(&before, &registry.everything());
    // Whoever only reads is not held up.
    registry.run(&["plan"]).ends(0).prints(&["1 to publish"]);
    registry.run(&["check"]).ends(0);
    first.go();
    let output = first.child.wait_with_output().unwrap();
    assert!(output.status.success() && String::from_utf8(output.stdout).unwrap().contains("published logs@1.0.0"));
    registry.sync().ends(0).prints(&["Nothing to do"]);
}

#[test]
fn the_lock_of_a_killed_curator_holds_nobody_up() {
    let registry = registry();
    let mut first = Waiting::begin(&registry);
    first.child.kill().unwrap();
    first.child.wait().unwrap();
    assert!(registry.home().join(".index.lock").exists());
    registry.sync().ends(0).prints(&["published logs@1.0.0"]);
    first.go();
    // Whatever the file says, and whoever it names, the system's lock is what counts.
    for text in ["1\n", "", "nonsense \u{1b}[31m", &"9".repeat(100_000)] {
        fs::write(registry.home().join(".index.lock"), text).unwrap();
        registry.sync().ends(0);
    }
}

#[test]
fn a_lock_file_is_never_written_through_a_link() {
    let registry = registry();
    let victim = registry.home().join("victim");
    fs::write(&victim, "precious").unwrap();
    std::os::unix::fs::symlink(&victim, registry.home().join(".index.lock")).unwrap();
    registry.sync().ends(3).complains(&[".index.lock"]);
    assert_eq!(fs::read(&victim).unwrap(), b"precious");
    assert!(!registry.index().exists());
}

#[test]
fn without_git_nothing_is_published_and_the_way_out_is_told() {
    let registry = registry();
    let before = registry.everything();
    let nowhere = TempDir::new().unwrap();
    let with_path = |path: &Path, args: &[&str]| {
        let mut command = curator(registry.home());
        command.args(args).env("PATH", path);
        finish(command)
    };
    for args in [&["sync"][..], &["plan", "--preview"], &["check"]] {
        let ran = with_path(nowhere.path(), args).ends(3);
        ran.complains(&[
            "error: cannot fetch with git: ",
            "help: install git and make sure that it is on the search path",
        ]);
    }
    assert_same(&before, &registry.everything());
    // What needs no source needs no git.
    with_path(nowhere.path(), &["check", "--offline"]).ends(0);
    with_path(nowhere.path(), &["plan"]).ends(0);
    registry.sync().ends(0);
    with_path(nowhere.path(), &["sync"]).ends(0).prints(&["Nothing to do"]);
}

#[test]
fn a_git_that_fails_or_hangs_up_is_told_without_its_tricks() {
    let registry = registry();
    for script in ["exit 1", "printf '\\033[31mfatal: ::error::hello\\r##[x]\\n' >&2; exit 128", "kill -9 $$"] {
        let git = Fake::new("git", script);
        let mut command = curator(registry.home());
        command.arg("sync").env("PATH", git.path());
        let ran = finish(command);
        assert_ne!(ran.code, 0, "{ran:?}");
        assert!(!registry.index().join("metadata").exists() && !registry.store().exists());
    }
}

#[test]
fn a_gzip_that_is_not_gnu_gzip_is_refused() {
    let registry = registry();
    registry.configure("[archive]\nencoder = \"gnu-gzip-6\"\n");
    let before = registry.everything();
    let real = PathBuf::from("gzip");
    for (script, why) in [
        ("exec cat", "sha256-"),
        ("exit 3", "exit status: 3"),
        ("PATH=${PATH#*:}; exec gzip -9 -n", "sha256-"),
        ("PATH=${PATH#*:}; gzip -6 -n | head -c 100", "sha256-"),
    ] {
        let gzip = Fake::new("gzip", script);
        for args in [&["sync"][..], &["plan", "--preview"]] {
            let mut command = curator(registry.home());
            command.args(args).env("PATH", gzip.path());
            finish(command).ends(3).complains(&[
                "gnu-gzip-6",
                why,
                "help: install GNU gzip, or leave [archive] encoder",
            ]);
        }
        assert_same(&before, &registry.everything());
    }
    // With the real one, its bytes are published, and it can make them again.
    if Command::new(real).arg("--version").output().is_ok_and(|output| output.stdout.starts_with(b"gzip 1.")) {
        registry.sync().ends(0);
        assert_eq!(registry.facts("logs", "1.0.0")["encoder"], "gnu-gzip-6");
        registry.run(&["rebuild", "--all"]).ends(0).prints(&["reproduced"]);
        let none = TempDir::new().unwrap();
        let git = Command::new("sh").args(["-c", "command -v git"]).output().unwrap().stdout;
        std::os::unix::fs::symlink(String::from_utf8(git).unwrap().trim(), none.path().join("git")).unwrap();
        let mut command = curator(registry.home());
        command.args(["rebuild", "--all"]).env("PATH", none.path());
        finish(command).ends(3).complains(&["gnu-gzip-6", "help: install GNU gzip"]);
    }
}

#[test]
fn the_default_encoder_needs_no_program() {
    let sample = Sample::cloned();
    let gzip = Fake::new("gzip", "exit 1");
    let mut command = curator(sample.home());
    command.args(["rebuild", "--all"]).env("PATH", gzip.path());
    finish(command).ends(0).prints(&["13 of 13 versions"]);
    assert_eq!(Tree::read(&sample.store()), Tree::default());
}
