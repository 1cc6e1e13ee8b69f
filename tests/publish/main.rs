//! `curator publish`: folders of this machine, into registries of plain folders, by the real program.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod between;
mod kills;
#[path = "../support/program.rs"]
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
mod program;
mod provenance;
mod refusals;
mod room;
mod scene;
#[path = "../support/trees.rs"]
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
mod trees;
mod way;
