//! The GitHub of the tests: each of its behaviours once, asked as a program asks.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod asker;
mod checks;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../support/github/mod.rs"]
mod github;
mod hooks;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod limits;
mod people;
mod pulls;
mod releases;
mod talk;
