//! Reviewing a pull request.

mod before;
mod examine;
mod location_ids;

pub use examine::{Examined, examine};
pub use location_ids::check_location_ids;
