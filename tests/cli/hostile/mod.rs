//! Hostile input through the whole program: every refusal is a finding or a typed error with safe words, nothing is
//! written because of it, it stands in nobody else's way, and it is the same on every run.

mod archives;
mod documents;
mod sources;
mod texts;

use crate::program::Ran;
use crate::registry::Registry;

/// Runs the program twice, asserts that it says the same, and gives what it said.
#[track_caller]
fn twice(registry: &Registry, args: &[&str]) -> Ran {
    let first = registry.run(args);
    assert_eq!(first, registry.run(args), "two runs, two answers");
    first
}
