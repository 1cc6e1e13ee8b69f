//! The governance log in words: one paragraph a commit on a terminal, one object an entry for a program.

mod authority;
mod happenings;
mod json;
mod lines;
mod text;
mod why;

pub use json::log_json;
pub use text::{Order, log_text};
