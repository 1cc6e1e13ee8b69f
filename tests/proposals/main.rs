//! What a pull request would make of a registry, worked out in real git repositories: on this machine and behind a web
//! server, with honest heads and with hostile ones.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod examined;
mod hostile;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod identities;
mod impacts;
mod merges;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
mod remote;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;

use curator::adapters::{GitPlace, GitRepo, Writer};
use curator::model::{CommitId, Timestamp, TreePath};
use curator::ports::{Changed, Differences, Merged, Proposal, Proposals as _, Repo as _, RepoError, Revision, Role};

use registry::tree;
use repos::Repo;

/// The ref of the one pull request.
const PULL: &str = "refs/pull/1/head";

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn id(commit: &str) -> CommitId {
    commit.parse().unwrap()
}

fn revision(commit: &str) -> Revision {
    Revision(commit.to_owned())
}

/// The branch `main` of a registry, of which this folder is meant.
fn place(folder: Option<&str>) -> GitPlace {
    let time: Timestamp = "2026-11-20T00:00:00.000Z".parse().unwrap();
    let writer = Some(Writer { name: "curator <curator@localhost>".to_owned(), time });
    GitPlace { role: Role::Registry, branch: "main".parse().unwrap(), folder: folder.map(path), writer }
}

/// The registry on this machine.
fn open(repo: &Repo, folder: Option<&str>) -> GitRepo {
    GitRepo::local(&repo.path(), place(folder), None).unwrap()
}

/// A commit of these files, folders and all.
fn commit(repo: &Repo, files: &[(&str, &str)], parents: &[&str]) -> String {
    repo.commit(tree(repo, files), parents)
}

/// Lets the ref lead to the commit.
fn point(repo: &Repo, name: &str, commit: &str) {
    repo.git(["update-ref", name, commit]);
}

/// The branch at `base`, and a pull request for `head`.
fn pull(repo: &Repo, base: &str, head: &str) {
    point(repo, "refs/heads/main", base);
    point(repo, PULL, head);
}

/// What the pull request would make of the branch.
fn propose(git: &GitRepo, base: &str, head: &str) -> Result<Proposal, RepoError> {
    wait(git.propose(PULL, &id(head), &revision(base)))
}

/// The state after the merge.
fn merged(proposal: &Proposal) -> Revision {
    match &proposal.merged {
        Merged::Cleanly(revision) => revision.clone(),
        Merged::Conflict(paths) => panic!("a conflict in {paths:?}"),
    }
}

/// Every file of a state.
fn files(git: &GitRepo, at: &Revision) -> Vec<(String, String)> {
    let files = git.read_all(at, None).unwrap().into_iter();
    files.map(|(path, bytes)| (path.to_string(), String::from_utf8(bytes).unwrap())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}

/// Each path that differs, with what came (`+`), went (`-`) or changed (`~`).
fn told(differences: &Differences) -> Vec<String> {
    let mark = |changed: &Changed| match (&changed.before, &changed.after) {
        (None, _) => '+',
        (_, None) => '-',
        _ => '~',
    };
    differences.changed.iter().map(|changed| format!("{}{}", mark(changed), changed.path)).collect()
}
