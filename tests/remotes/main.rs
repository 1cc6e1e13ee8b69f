//! The real program on real repositories: what changed is published, what failed is owed, and several may do it at once.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod branches;
mod incremental;
mod life;
mod life_laws;
mod mirrors;
mod owed;
#[path = "../support/program.rs"]
mod program;
mod races;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[allow(dead_code, reason = "shared with the tests of the sample")]
#[path = "../support/sample.rs"]
mod sample;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
mod watching;
