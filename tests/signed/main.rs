//! Signed requests of owners: what the PureScript registry's own examples say, what attacks come to, and what the real
//! program makes of keys of the real `ssh-keygen`.
#![allow(
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::unwrap_used,
    reason = "tests use the disk and programs, and may fail loudly, also in functions that they share"
)]

mod attacks;
mod canary;
mod claims;
mod keys;
mod laws;
mod person;
#[allow(dead_code, reason = "shared with the tests of the command line, which need more of it")]
#[path = "../support/program.rs"]
mod program;
mod program_runs;
mod vectors;
