//! Archives in the releases of a repository on GitHub.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the tests use the network, the disk and programs, and may fail loudly"
)]

#[allow(dead_code, reason = "shared with the tests of buckets")]
#[path = "../support/answers.rs"]
mod answers;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../support/github/mod.rs"]
mod github;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod nouns;
mod odd;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/program.rs"]
mod program;
mod program_runs;
mod room;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
mod sound;
#[allow(dead_code, reason = "shared with the tests of the program")]
#[path = "../support/trees.rs"]
mod trees;
mod trouble;

use std::sync::LazyLock;
use std::time::Duration;

use curator::adapters::GitHub;
use curator::adapters::github::{ApiAddress, Keys, Pace, Patience, ReleaseStore};
use curator::model::{ArtifactKey, ReleaseLayout, Secret};
use tokio::runtime::Runtime;

/// One for all: connections end with the runtime that they were made in.
static RUNTIME: LazyLock<Runtime> = LazyLock::new(|| Runtime::new().unwrap());

/// Waits for `future`.
fn wait<T>(future: impl Future<Output = T>) -> T {
    RUNTIME.block_on(future)
}

/// The archive of a version of `maybe`.
fn archive(version: &str) -> ArtifactKey {
    ArtifactKey::archive(&"maybe".parse().unwrap(), &version.parse().unwrap())
}

/// The checksum beside it.
fn checksum(version: &str) -> ArtifactKey {
    ArtifactKey::checksum(&"maybe".parse().unwrap(), &version.parse().unwrap())
}

/// GitHub at these addresses, asked with this token. A minute is short, so that nobody waits for limits.
fn github(api: &str, uploads: &str, token: &str) -> GitHub {
    let address = ApiAddress::new(Some(api), Some(uploads)).unwrap();
    let patience = Patience {
        answer: Duration::from_secs(20),
        pause: Duration::from_millis(10),
        limit: Duration::from_secs(20),
        ..Patience::default()
    };
    let pace = Pace { minute: Duration::from_millis(10), ..Pace::default() };
    GitHub::new(address, Keys::Token(Secret::new(token.to_owned())), patience, pace)
}

/// The store `far` in the releases of `acme/registry`.
fn store(github: &GitHub, layout: ReleaseLayout) -> ReleaseStore {
    ReleaseStore::new("far", github.repository("acme/registry".parse().unwrap()), layout)
}
