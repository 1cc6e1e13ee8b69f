//! Who decides about a pull request, and what is decided: the authority table of design §5, as rules over values.
//!
//! What counts of people are their numbers, the state of the base, and what was said of the very head that is judged.

mod authority;
mod classify;
mod commands;
mod decide;
mod labels;
mod package_set;
mod prose;
mod voices;
mod vouch;

pub use classify::{Before, category, classify};
pub use commands::{Asked, Command, commands, retries};
pub use decide::{Petition, Ruling, Sources, decide};
pub use package_set::{SetChange, set_change};
pub use vouch::{Vouch, vouches};
