//! The curator that stays: it looks again and again, and syncs where something is wanted or owed.

mod watch;

pub use watch::{Told, Trouble, watch};
