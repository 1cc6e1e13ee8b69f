//! Copies of a registry: mirrors that any web server can serve, registries that are made of them again, and what looks
//! whether archives are true. The real program on real folders and repositories.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod copies;
mod kills;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/registry.rs"]
mod registry;
#[allow(dead_code, reason = "shared with the tests of remotes, which need more of it")]
#[path = "../support/remotes.rs"]
mod remotes;
#[allow(dead_code, reason = "shared with the tests of the fetcher, which need more of it")]
#[path = "../support/repos.rs"]
mod repos;
mod restored;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/sample.rs"]
mod sample;
mod scene;
#[allow(dead_code, reason = "shared with the tests of the program, which need more of it")]
#[path = "../support/trees.rs"]
mod trees;
mod verified;
