//! Whether index, metadata, package sets, definitions and stores agree: what is missing, unlisted, altered or misplaced.
//!
//! Every file is read as far as it can be, and each damage is reported once, where it is: of a file that cannot be read
//! nothing is concluded.

mod advisories;
mod definitions;
pub mod history;
mod index;
mod ledger;
mod life;
mod sets;
mod stores;

pub use advisories::check_advisories;
pub use definitions::check_definitions;
pub use index::check_index;
pub use ledger::{Found, Ledger};
pub(in crate::rules) use ledger::{holds_facts, set_version};
pub use life::check_revisions;
pub use sets::check_package_sets;
pub use stores::{Answer, Expected, check_adopted, check_archive, check_unlisted};
