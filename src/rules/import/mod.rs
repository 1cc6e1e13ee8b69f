//! From what a source says of itself to a definition: the manifests and tags of other days in the registry's spelling,
//! and which of many versions can stand together.

mod bower;
mod census;
mod license;
mod lists;
mod manifest;
mod refusal;
mod select;
mod tags;

pub use census::{Accepted, Census, Refused};
pub use license::{guess_license, normalised_license};
pub use lists::{Listed, Lists, ListsError, package_name};
pub use manifest::{Draft, Note, read_draft};
pub use refusal::{Refusal, RefusalKind, RefusalKindError};
pub use select::{Offers, Selection, Surroundings, select};
pub use tags::{Tagged, choose_tags};
