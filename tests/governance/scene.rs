//! A registry whose commits are made by several people and by the curator that merges.

use std::path::PathBuf;

use serde_json::{Value, json};

use crate::program::Ran;
use crate::remotes::{Remotes, git};
use crate::repos::git_command;

/// A registry and an index on two bare repositories, and the people around them.
pub(crate) struct Scene {
    pub(crate) remotes: Remotes,
}

/// Who makes a commit.
pub(crate) const TESS: &str = "Tess";
/// The account that merges.
pub(crate) const BOT: &str = "github-actions[bot]";

impl Scene {
    pub(crate) fn new() -> Self {
        Self { remotes: Remotes::new() }
    }

    /// The folder in which the registry is edited.
    pub(crate) fn folder(&self) -> PathBuf {
        self.remotes.home().join("registry")
    }

    /// Writes a file of the registry.
    pub(crate) fn write(&self, path: &str, value: &Value) {
        self.remotes.work.write(path, format!("{value:#}\n"));
    }

    /// Removes a file of the registry.
    pub(crate) fn remove(&self, path: &str) {
        std::fs::remove_file(self.remotes.work.file(path)).unwrap();
    }

    fn commit(&self, by: &str, day: u8, message: &str, more: &[&str]) -> String {
        let folder = self.folder();
        git(&folder, &["add", "--all"]);
        let file = self.remotes.home().join("message");
        std::fs::write(&file, message).unwrap();
        let mut commit = git_command(&folder);
        commit.args(["commit", "--quiet", "--allow-empty", "--cleanup=verbatim", "-F", "../message"]).args(more);
        commit.env("GIT_AUTHOR_NAME", by).env("GIT_COMMITTER_NAME", by).env("GIT_COMMITTER_DATE", date(day));
        assert!(commit.status().unwrap().success());
        git(&folder, &["rev-parse", "HEAD"])
    }

    fn push(&self) {
        git(&self.folder(), &["push", "--quiet", "../registry.git", "HEAD:main"]);
    }

    /// Somebody commits the folder as it is to the branch.
    pub(crate) fn by_hand(&self, by: &str, day: u8, message: &str) -> String {
        let commit = self.commit(by, day, message, &[]);
        self.push();
        commit
    }

    /// The folder as it is becomes a pull request whose commit says `theirs`, and `by` merges it with the message that
    /// `message` makes of its head; gives the merge.
    pub(crate) fn merged(&self, by: &str, day: u8, theirs: &str, message: impl Fn(&str) -> String) -> String {
        let folder = self.folder();
        let base = git(&folder, &["rev-parse", "HEAD"]);
        let head = self.commit("Ann", day, theirs, &[]);
        git(&folder, &["checkout", "--quiet", "--detach", &base]);
        let mut merge = git_command(&folder);
        merge.args(["merge", "--quiet", "--no-ff", "--no-commit", &head]);
        assert!(merge.status().unwrap().success());
        let merge = self.commit(by, day, &message(&head), &[]);
        self.push();
        merge
    }

    /// The same, merged by the curator: Ann proposed it, and these lines say who agreed.
    pub(crate) fn merged_by_bot(&self, day: u8, number: u64, title: &str, lines: &str) -> String {
        self.merged(BOT, day, "Please take this", |head| record(title, number, head, lines))
    }

    /// The index as it is made of the registry now.
    pub(crate) fn sync(&self, day: u8) -> Ran {
        self.remotes.sync(&date(day)).ends(0)
    }

    /// `curator log` with these arguments.
    pub(crate) fn log(&self, args: &[&str]) -> Ran {
        self.remotes.run(&[&["log"], args].concat()).ends(0)
    }

    /// The entries of the log, for a program.
    pub(crate) fn entries(&self, args: &[&str]) -> Vec<Value> {
        self.log(&[args, &["--format", "json"]].concat()).json()["entries"].as_array().unwrap().clone()
    }

    /// `text` with commits called by where they are in their history, so that it is the same in every run.
    pub(crate) fn named(&self, text: &str) -> String {
        let mut named = text.to_owned();
        for (letter, repo) in [('R', "registry.git"), ('I', "index.git")] {
            let log = git(&self.remotes.home().join(repo), &["log", "--reverse", "--format=%H %P", "main"]);
            let first_parents =
                git(&self.remotes.home().join(repo), &["log", "--reverse", "--first-parent", "--format=%H", "main"]);
            for (at, commit) in first_parents.lines().enumerate() {
                named = renamed(&named, commit, &format!("{letter}{at:09}"));
            }
            let others = log.lines().filter_map(|line| line.split(' ').next());
            for (at, commit) in others.filter(|it| !first_parents.contains(it)).enumerate() {
                named = renamed(&named, commit, &format!("P{at:09}"));
            }
        }
        named
    }
}

/// `text` with the commit, and its first ten digits, called `name`.
fn renamed(text: &str, commit: &str, name: &str) -> String {
    text.replace(commit, name).replace(&commit[..10], name)
}

/// Noon of a day of 2026-03.
pub(crate) fn date(day: u8) -> String {
    format!("2026-03-{day:02}T12:00:00Z")
}

/// The message of a merge as the curator writes it.
pub(crate) fn record(title: &str, number: u64, head: &str, lines: &str) -> String {
    format!("{title} (#{number})\n\nPull-Request: {number}\nHead: {head}\nProposed-By: 31 ann\n{lines}")
}

/// An override of one range.
pub(crate) fn bounds(revision: u64, name: &str, range: &str, reason: &str) -> Value {
    json!({ "revision": revision, "dependencies": { name: range }, "reason": reason })
}

/// Where the registration of a package stands.
pub(crate) fn registration_file(name: &str) -> String {
    format!("packages/{}/{name}/registration.json", &name[..2])
}
