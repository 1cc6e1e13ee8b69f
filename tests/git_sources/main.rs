//! Sources fetched with git from real repositories: sound ones, and what an attacker would put in their place.
#![allow(
    clippy::unwrap_used,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "functions that tests share"
)]

mod budgets;
mod hostile;
#[allow(dead_code, reason = "shared with the tests of repositories, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod networks;
#[path = "../support/repos.rs"]
mod repos;
mod scene;
mod servers;
mod sound;
mod surroundings;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings};
use curator::model::{CommitId, Entry, Limits, Location, TreePath};
use curator::ports::{FetchError, Proof, Source, SourceFetcher, SourceRequest};

const URL: &str = "https://example.org/a.git";

/// A fetcher for which `path` stands in for [`URL`].
fn sources(path: &Path, limits: Limits) -> GitSources {
    GitSources::new(GitSettings {
        replace: BTreeMap::from([(URL.to_owned(), path.to_owned())]),
        pass_env: Vec::new(),
        limits,
        git: PathBuf::from("git"),
        network: NetworkSettings::default(),
    })
}

fn request(tag: &str, commit: Option<&str>, subdir: Option<&str>) -> SourceRequest {
    SourceRequest {
        location: Location::Git { git_url: URL.parse().unwrap(), subdir: subdir.map(|path| path.parse().unwrap()) },
        reference: tag.parse().unwrap(),
        commit: commit.map(id),
        proof: Proof::Reviewed,
    }
}

fn id(text: &str) -> CommitId {
    text.parse().unwrap()
}

fn path(text: &str) -> TreePath {
    text.parse().unwrap()
}

fn everything(_: &TreePath) -> bool {
    true
}

async fn fetch(from: &Path, request: &SourceRequest) -> Result<Source, FetchError> {
    sources(from, Limits::default()).fetch(request, &everything).await
}

/// What becomes of `request` in two runs, which must say the same.
async fn refusal_under(limits: &Limits, from: &Path, request: &SourceRequest) -> FetchError {
    let first = sources(from, limits.clone()).fetch(request, &everything).await.unwrap_err();
    let second = sources(from, limits.clone()).fetch(request, &everything).await.unwrap_err();
    assert_eq!(format!("{first:?}"), format!("{second:?}"), "two runs, two answers");
    assert!(!first.to_string().contains(|c: char| c.is_control()), "{first}");
    first
}

async fn refusal(from: &Path, request: &SourceRequest) -> FetchError {
    refusal_under(&Limits::default(), from, request).await
}

fn text<'a>(source: &'a Source, at: &str) -> &'a str {
    match source.tree.get(&path(at)) {
        Some(Entry::File(file)) => std::str::from_utf8(&file.bytes).unwrap(),
        other => panic!("{at}: {other:?}"),
    }
}
