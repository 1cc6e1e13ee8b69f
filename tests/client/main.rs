//! Using packages with the real program: choosing, locking, installing, looking, from an index wherever it lies.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk, the network and programs, and may fail loudly, also in functions that they share"
)]

mod archives;
mod choosing;
mod editing;
mod hostile_archives;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
#[allow(dead_code, reason = "shared with the tests of reports, which need more of it")]
#[path = "../support/inertness.rs"]
mod inertness;
mod kills;
mod laws;
mod locked;
mod looking;
mod prepared;
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the tests of packing, which need more of it")]
#[path = "../packing/raw_tar.rs"]
mod raw_tar;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
mod sharing;
#[allow(dead_code, reason = "shared with the tests of reading over HTTP, which need more of it")]
#[path = "../support/shelf.rs"]
mod shelf;
mod sources;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
