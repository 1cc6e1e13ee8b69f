//! Holds packing to the published format, and unpacking to the known attacks.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a test may fail loudly"
)]

mod encoders;
mod gnu_tar;
mod hostile_gzip;
mod hostile_tar;
mod raw_tar;
mod round_trip;
mod selection;
mod trees;
