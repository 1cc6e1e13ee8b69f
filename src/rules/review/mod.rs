//! Who decides about a pull request, and what is decided: the authority table of design §5, as rules over values.
//!
//! What counts of people are their numbers, the state of the base, and what was said of the very head that is judged.

mod aftermath;
mod authority;
mod classify;
mod commands;
mod decide;
mod labels;
mod mandate;
mod package_set;
mod prose;
mod voices;
mod vouch;

pub use aftermath::{BRINGS_VERSIONS, FAILED, PUBLISHED, has_label, labels_after, labels_before_merge, labels_over};
pub use classify::{Before, category, classify};
pub use commands::{Asked, Command, commands, retries};
pub use decide::{Petition, Ruling, Sources, decide};
pub use labels::may_lift;
pub use package_set::{SetChange, set_change};
pub use vouch::{Vouch, vouches};
