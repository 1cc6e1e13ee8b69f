//! Registry and index as branches of real git repositories: on this machine, behind ssh, and behind a real web server.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod commits;
mod history;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod kills;
mod life;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod races;
mod reading;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod rewritten;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
mod work_tree;

use std::path::Path;

use curator::adapters::{GitPlace, GitRepo, Writer};
use curator::model::{Timestamp, TreePath};
use curator::ports::{Change, Repo as _, Revision, Role};

use repos::Repo;

fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn change(files: &[(&str, Option<&str>)]) -> Change {
    files.iter().map(|(name, bytes)| (path(name), bytes.map(|bytes| bytes.as_bytes().to_vec()))).collect()
}

/// The branch `main` as an index that may be written, dated by the first second of 2026-11-20.
fn writing() -> GitPlace {
    let time: Timestamp = "2026-11-20T00:00:00.000Z".parse().unwrap();
    let writer = Writer { name: "curator <curator@localhost>".to_owned(), time };
    GitPlace { role: Role::Index, branch: "main".parse().unwrap(), folder: None, writer: Some(writer) }
}

/// A repository on this machine.
fn open(repo: &Repo) -> GitRepo {
    GitRepo::local(&repo.path(), writing(), None).unwrap()
}

/// A repository on this machine, of which what was seen is remembered.
fn open_remembering(repo: &Repo, cache: &Path) -> GitRepo {
    GitRepo::local(&repo.path(), writing(), Some(cache)).unwrap()
}

/// Commits on the newest state.
fn commit(repo: &GitRepo, files: &[(&str, Option<&str>)], message: &str) -> Revision {
    wait(async {
        let head = repo.head().await.unwrap();
        repo.commit(&head, &change(files), message).await.unwrap()
    })
}

/// Every file of the newest state.
fn files(repo: &GitRepo) -> Vec<(String, String)> {
    let head = wait(repo.head()).unwrap();
    let files = repo.read_all(&head, None).unwrap().into_iter();
    files.map(|(path, bytes)| (path.to_string(), String::from_utf8(bytes).unwrap())).collect()
}

fn pairs(expected: &[(&str, &str)]) -> Vec<(String, String)> {
    expected.iter().map(|&(name, text)| (name.to_owned(), text.to_owned())).collect()
}
