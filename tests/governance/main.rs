//! The governance log: who did what, when and by which authority, from real repositories, and what strangers may say there
//! for nothing (threats 28 to 30 and 36).
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod comparing;
mod folders;
mod forged;
#[allow(dead_code, reason = "shared with the tests of the commands, which need more of it")]
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of synced repositories, which need more of it")]
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[allow(dead_code, reason = "shared with the tests of the sample")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
mod story;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
