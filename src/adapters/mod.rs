//! The hands: the only room that touches disk, network, programs and the environment.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "I/O lives here")]

mod encoder;
pub mod git;

pub use encoder::Encoders;
