//! A run that a person or a service manager interrupts ends at once, tidies up, and the next one completes it.

use std::fs;
use std::process::{Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::program::curator;
use crate::sample::Sample;

/// Starts a `sync` whose git never comes back, and ends it with `signal` once it has scratch.
fn interrupted_by(signal: &str) -> (Sample, String, Option<i32>) {
    let sample = Sample::wanted();
    let (tools, scratch) = (TempDir::new().unwrap(), TempDir::new().unwrap());
    let git = tools.path().join("git");
    fs::write(&git, "#!/bin/sh\nexec sleep 60\n").unwrap();
    fs::set_permissions(&git, std::os::unix::fs::PermissionsExt::from_mode(0o755)).unwrap();
    let path = format!("{}:{}", tools.path().display(), std::env::var("PATH").unwrap());
    let mut command = curator(sample.home());
    command.args(["sync"]).env("PATH", path).env("TMPDIR", scratch.path());
    let child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let start = Instant::now();
    while fs::read_dir(scratch.path()).unwrap().next().is_none() {
        assert!(start.elapsed() < Duration::from_secs(30), "nothing was begun");
        thread::sleep(Duration::from_millis(5));
    }
    let sent = Command::new("kill").args([signal, &child.id().to_string()]).status().unwrap();
    assert!(sent.success());
    let ended = child.wait_with_output().unwrap();
    assert!(start.elapsed() < Duration::from_secs(40), "it waited for git");
    let left: Vec<_> = fs::read_dir(scratch.path()).unwrap().map(|entry| entry.unwrap().path()).collect();
    assert!(left.is_empty(), "{signal} left {left:?}");
    (sample, String::from_utf8(ended.stderr).unwrap(), ended.status.code())
}

#[test]
fn nothing_is_left_and_the_next_run_completes_it() {
    for signal in ["-INT", "-TERM"] {
        let (sample, said, code) = interrupted_by(signal);
        assert_eq!(code, Some(2), "{said}");
        assert!(said.contains("error: interrupted\n  help: run this again"), "{said}");
        assert!(!sample.index().exists());
        sample.sync().ends(0).prints(&["13 published"]);
    }
}
