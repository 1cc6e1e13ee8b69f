//! The governance log: what commits of the registry and its index did, who did it and by which authority.
//!
//! Git proves what changed, and who says to have changed it. Whose pull request it was and who agreed stands in the
//! message of a merge alone, as [`trailers`]: the log says which is which, and guesses nothing.

mod annals;
mod compare;
mod facts;
mod record;
mod registered;
mod trailers;
mod why;

pub use annals::Annals;
pub use compare::{Happened, Sight, concerns, happened, touched};
pub use record::record;
pub use trailers::{claims, trailers};
