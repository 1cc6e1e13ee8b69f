//! Package sets: which versions the next one has, why others are not in it, and whether a set holds together.
//!
//! A set holds together where everything that its members need is a member too. What is new in a set fits besides: its
//! ranges include the versions that it meets there, and no range of an old member is left that was kept before. The sets
//! of the PureScript registry go beyond some ranges, since a compiler has the last word there; those stay as they are.

mod batch;
mod candidates;
mod check;
mod edits;
mod offer;
mod propose;
mod shelf;

pub use batch::Clash;
pub(in crate::rules) use check::incomplete;
pub use check::{SetCase, check_set, check_set_file};
pub use edits::{Edit, Edits, applied, in_order, next_version};
pub use offer::Offer;
pub use propose::{Held, Hold, Origin, Proposal, SetRequest, Wanted, propose};
pub use shelf::{Shelf, ShelfError};
