//! Views: what other clients read of the index, seen by readers that know nothing of the curator, at real places.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod clients;
mod golden;
mod incremental;
mod order;
mod places;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
#[path = "../support/readers/mod.rs"]
mod readers;
mod real;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of remotes, which need more of it")]
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
