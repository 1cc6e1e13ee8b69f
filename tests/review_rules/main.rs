//! Who decides about a pull request: each row of the authority table, whoever tries to get around it, and laws.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions that tests share")]

mod attacks;
mod classes;
mod comments;
mod laws;
mod mandate;
mod policies;
mod scene;
mod sources;
mod table;
mod tags;
