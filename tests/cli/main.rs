//! The real program on real folders, repositories and bundles: what it promises, from the outside.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

#[allow(dead_code, reason = "shared with the tests of buckets, which need more of it")]
#[path = "../support/answers.rs"]
mod answers;
mod commands;
mod faults;
mod golden;
mod hostile;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod kept;
mod life;
mod network;
#[path = "../support/program.rs"]
mod program;
#[path = "../support/purescript.rs"]
mod purescript;
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[path = "../support/sample.rs"]
mod sample;
#[path = "../support/trees.rs"]
mod trees;
