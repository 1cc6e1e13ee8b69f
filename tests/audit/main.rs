//! The audit: a sound registry has no findings, and each planted damage has exactly its own.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the tests make real folders, and a failure to make one is a failure of the test"
)]

#[path = "../support/hands.rs"]
mod hands;

mod advisories;
mod definitions;
mod index;
mod place;
mod purescript;
mod reports;
mod sets;
mod stores;
