//! The GitHub client against a GitHub that keeps its state: every verb, everything that goes wrong, and every limit.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod conversation;
mod desk;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../support/github/mod.rs"]
mod github;
#[allow(dead_code, reason = "shared with the tests of the git hand, which need more of it")]
#[path = "../support/https.rs"]
mod https;
mod limits;
mod people;
#[allow(dead_code, reason = "shared with the tests of the commands, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod pulls;
mod strangers;
mod troubles;
mod verdicts;
mod wiring;
