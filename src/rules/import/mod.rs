//! What existing packages become in the registry and the index of a curator: a PureScript registry, file by file; and the
//! manifests and tags of other days, in the registry's spelling, as far as they can stand together.

mod bower;
mod census;
mod license;
mod lists;
mod manifest;
mod purescript;
mod refusal;
mod select;
mod tags;

pub use census::{Accepted, Census, Refused};
pub use license::{guess_license, normalised_license};
pub use lists::{Listed, Lists, ListsError, package_name};
pub use manifest::{Draft, Note, read_draft};
pub use purescript::{AdoptError, Adoption, adopt};
pub use refusal::{Refusal, RefusalKind, RefusalKindError};
pub use select::{Offers, Selection, Surroundings, select};
pub use tags::{Tagged, choose_tags};
