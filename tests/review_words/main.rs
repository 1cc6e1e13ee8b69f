//! What the curator says of a pull request: each decision and each kind of change in full, harmless whatever strangers
//! wrote, never longer than GitHub takes (threats 28 to 31).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions that tests share")]

mod announcements;
mod bounds;
#[path = "../support/clean.rs"]
mod clean;
mod decisions;
mod edits;
mod hostile;
mod impacts;
#[path = "../support/inertness.rs"]
mod inertness;
mod kinds;
mod markdown;
mod messages;
mod scene;
mod verdicts;
