//! What the commits of a registry and its index did to what was published: what vanished, what was rewritten, and what
//! became of it.
//!
//! Two states of a file are compared as texts first, and only what differs is read: see [`compare`]. A [`Chronicle`] takes
//! the comparisons in the order of the commits and remembers, for every fact that was ever changed, what it was before;
//! when the same bytes come back, the damage is healed.

mod change;
mod chronicle;
mod compare;
mod entries;
mod ledger;
mod lines;

pub use chronicle::{Chronicle, Today};
pub use compare::{Compared, Layout, compare};
pub(in crate::rules) use lines::{DifferingLine, Unreadable, differing_keys, differing_lines};
