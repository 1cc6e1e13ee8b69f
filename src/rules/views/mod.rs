//! Views: renderings of the index for clients of other formats. Files of the index in, files of the view out; one module a
//! format, each of which says what the format is and where that is from.
//!
//! What no format here can say is not shown: a quarantined version is in no view, and a version of which the index has one
//! half is in none. A yanked version is in all of them, marked where the format has a mark, since lock files name it.

mod listing;
pub mod purescript;
pub mod ricochet;
mod scope;
mod state;
pub mod zero_index;
pub mod zero_remote;

use std::collections::BTreeMap;

use crate::model::TreePath;

pub use listing::{Listed, Listing};
pub use scope::{Touched, touched};
pub use state::{STATE_FILE, state_name, state_of, state_text};

/// Files of a view: new bytes by path, or `None` where there is to be none.
pub type ViewFiles = BTreeMap<TreePath, Option<Vec<u8>>>;

/// Why a view cannot be rendered from what is there.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct UnreadableView(pub String);
