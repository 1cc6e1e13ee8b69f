//! A registry and an index on two bare repositories, as several people and curators share them.

use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;

use crate::program::{Ran, curator, finish};
use crate::registry::Registry;
use crate::repos::git_command;

/// Two bare repositories, and the folder in which somebody edits the registry.
pub(crate) struct Remotes {
    /// What people edit.
    pub(crate) work: Registry,
}

impl Remotes {
    /// An empty index, and a registry that holds no more than its configuration.
    pub(crate) fn new() -> Self {
        let remotes = Self { work: Registry::new() };
        for name in ["registry.git", "index.git"] {
            git(remotes.home(), &["init", "--quiet", "--bare", "--initial-branch=main", name]);
        }
        git(&remotes.home().join("registry"), &["init", "--quiet", "--initial-branch=main"]);
        remotes.merge("2026-01-01T00:00:00Z");
        remotes
    }

    /// The folder that holds everything.
    pub(crate) fn home(&self) -> &Path {
        self.work.home()
    }

    /// The repository of the index.
    pub(crate) fn index(&self) -> PathBuf {
        self.home().join("index.git")
    }

    /// Commits the folder as it is, dated so, and pushes it; gives the commit.
    pub(crate) fn merge(&self, date: &str) -> String {
        let folder = self.home().join("registry");
        git(&folder, &["add", "--all"]);
        let mut commit = git_command(&folder);
        commit.args(["commit", "--quiet", "--allow-empty", "-m", "Merge"]).env("GIT_COMMITTER_DATE", date);
        assert!(commit.status().unwrap().success());
        git(&folder, &["push", "--quiet", "../registry.git", "HEAD:main"]);
        git(&folder, &["rev-parse", "HEAD"])
    }

    /// The program with these arguments, on the two repositories, with a cache called `cache`.
    pub(crate) fn command(&self, cache: &str, args: &[&str]) -> Command {
        let mut command = curator(self.home());
        command.args(args).args(["--registry", "registry.git", "--index", "index.git"]).args(["--cache", cache]);
        command
    }

    /// Runs the program with a store beside the repositories.
    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        let mut command = self.command("cache", args);
        command.args(["--store", "store"]);
        finish(command)
    }

    /// Syncs at this time.
    pub(crate) fn sync(&self, time: &str) -> Ran {
        self.run(&["sync", "--published-time", time])
    }

    /// A file of the newest index; `None` where there is none.
    pub(crate) fn file(&self, path: &str) -> Option<String> {
        let mut show = git_command(&self.index());
        let output = show.args(["show", &format!("main:{path}")]).stderr(std::process::Stdio::null()).output().unwrap();
        output.status.success().then(|| String::from_utf8(output.stdout).unwrap())
    }

    /// The published facts of a version of a package whose name has four letters or more.
    pub(crate) fn facts(&self, name: &str, version: &str) -> Value {
        let path = format!("metadata/{}/{}/{name}.json", &name[..2], &name[2..4]);
        let metadata: Value = serde_json::from_str(&self.file(&path).unwrap_or("null".to_owned())).unwrap();
        metadata["published"][version].clone()
    }

    /// What is owed.
    pub(crate) fn owed(&self) -> Vec<Value> {
        self.run(&["status", "--format", "json"]).ends(0).json()["owed"].as_array().unwrap().clone()
    }

    /// The messages of the index, the newest first.
    pub(crate) fn messages(&self) -> Vec<String> {
        let log = git(&self.index(), &["log", "--format=%B%x00", "main"]);
        log.split('\0').map(|message| message.trim().to_owned()).filter(|message| !message.is_empty()).collect()
    }
}

/// Runs git in `folder`; its output without the last newline.
pub(crate) fn git(folder: &Path, args: &[&str]) -> String {
    let output = git_command(folder).args(args).output().unwrap();
    assert!(output.status.success(), "git {args:?} failed");
    String::from_utf8(output.stdout).unwrap().trim_end().to_owned()
}
