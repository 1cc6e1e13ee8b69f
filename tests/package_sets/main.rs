//! Package sets: what comes into the next one and what does not, by rules, by laws, by the real program and on real data.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stderr,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod batches;
mod candidates;
mod changes;
mod checked;
mod compilers;
mod laws;
mod market;
#[path = "../support/program.rs"]
mod program;
mod program_runs;
mod real;
#[allow(dead_code, reason = "shared with tests of plain folders, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with tests that need more of it")]
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
mod wishes;
