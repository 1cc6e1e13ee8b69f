//! Registries of profile `generic`: the sample of another language goes the whole way with the real program, and none of
//! what it may hold comes into a PureScript registry.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod archives;
mod begun;
mod files;
mod moonshelf;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod purescript;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod resolving;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
#[path = "../support/serving.rs"]
mod serving;
mod story;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
mod used;
mod web;
