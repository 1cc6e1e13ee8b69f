//! The audit of the history: what commits did to what was published is told once, with the commit, and whatever came back
//! counts as healed.
#![allow(
    clippy::unwrap_used,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::indexing_slicing,
    reason = "the tests make real repositories, and a failure to make one is a failure of the test"
)]

mod definitions;
mod facts;
mod laws;
mod lost;
mod rewritten;
mod sets;
mod story;
mod told;
