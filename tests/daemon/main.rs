//! The curator that stays: its loop against a forge in memory, its door against hostile visitors, and the real program.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk, the network and programs, and may fail loudly, also in functions that they share"
)]

mod examples;
mod front;
mod guide;
#[path = "../support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of other commands, which need more of it")]
mod program;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with tests of several curators, which need more of it")]
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod reviews;
mod running;
#[allow(dead_code, reason = "shared with the tests of the sample")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
mod troubles;
#[path = "../support/visitor.rs"]
mod visitor;
#[path = "../support/watching.rs"]
mod watching;
