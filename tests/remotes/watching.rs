//! `curator watch` publishes what is merged, and ends when it is told to.

use std::fs;
use std::io::{BufRead as _, BufReader};
use std::os::unix::fs::PermissionsExt as _;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;
use std::time::Duration;

use crate::remotes::{Remotes, git};

/// Longer than a sync takes on a busy machine.
const PATIENCE: Duration = Duration::from_mins(1);

/// A watching curator, and the lines that it prints.
struct Watching {
    child: Child,
    lines: mpsc::Receiver<String>,
}

impl Watching {
    /// Watches a registry that is reached through ssh; it is down while there is a file `down`.
    fn start(remotes: &Remotes) -> Self {
        let home = remotes.home();
        let script = home.join("ssh");
        fs::write(
            &script,
            "#!/bin/sh\ncd \"$(dirname \"$0\")\"\n[ ! -e down ] || exit 255\nfor last; do :; done\neval \"$last\"\n",
        )
        .unwrap();
        fs::set_permissions(&script, fs::Permissions::from_mode(0o755)).unwrap();
        let url = format!("ssh://localhost{}", home.join("registry.git").display());
        let mut command = crate::program::curator(home);
        command.args(["watch", "--interval", "1s", "--registry", &url, "--index", "index.git", "--cache", "cache"]);
        command
            .env("GIT_SSH_COMMAND", &script)
            .args(["--store", "store"])
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let (send, lines) = mpsc::channel();
        let (out, err) = (child.stdout.take().unwrap(), child.stderr.take().unwrap());
        let (also, out, err) = (send.clone(), BufReader::new(out), BufReader::new(err));
        thread::spawn(move || out.lines().map_while(Result::ok).try_for_each(|line| send.send(line)));
        thread::spawn(move || err.lines().map_while(Result::ok).try_for_each(|line| also.send(line)));
        Self { child, lines }
    }

    /// Waits for a line with `text` in it.
    fn waits_for(&self, text: &str) {
        let mut said = Vec::new();
        loop {
            let line = self.lines.recv_timeout(PATIENCE);
            let line = line.unwrap_or_else(|_| panic!("{text:?} was never said, only {said:#?}"));
            said.push(line.clone());
            if line.contains(text) {
                return;
            }
        }
    }

    /// Asks it to end, and gives its exit code.
    fn end(mut self) -> Option<i32> {
        let id = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &id]).status().unwrap().success());
        self.child.wait().unwrap().code()
    }
}

#[test]
fn what_is_merged_is_published_until_somebody_ends_it() {
    let mut remotes = Remotes::new();
    let watching = Watching::start(&remotes);
    for version in ["1.0.0", "1.1.0"] {
        let logs = remotes.work.package("logs");
        remotes.work.release(&logs, version, &[]);
        remotes.merge("2026-02-01T00:00:00Z");
        watching.waits_for(&format!("published logs@{version}"));
    }
    // A remote that is down for a while is no reason to give up.
    fs::write(remotes.home().join("down"), "").unwrap();
    watching.waits_for("trying again in");
    fs::remove_file(remotes.home().join("down")).unwrap();
    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[]);
    remotes.merge("2026-02-02T00:00:00Z");
    watching.waits_for("published maps@1.0.0");
    assert_eq!(watching.end(), Some(0));
    let messages = git(&remotes.index(), &["log", "--format=%s", "main"]);
    assert_eq!(messages, "Publish maps@1.0.0\nPublish logs@1.1.0\nPublish logs@1.0.0");

    // Started again, it goes on where it was.
    let again = Watching::start(&remotes);
    let late = remotes.work.package("late");
    remotes.work.release(&late, "1.0.0", &[]);
    remotes.merge("2026-02-03T00:00:00Z");
    again.waits_for("published late@1.0.0");
    assert_eq!(again.end(), Some(0));
}
