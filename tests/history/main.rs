//! The audit of the history: what commits did to what was published is told once, with the commit, and whatever came back
//! counts as healed.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    reason = "the tests make real repositories, and a failure to make one is a failure of the test"
)]

mod definitions;
mod facts;
mod laws;
mod lost;
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod repositories;
mod rewritten;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
mod sets;
mod story;
mod told;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
