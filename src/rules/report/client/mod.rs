//! What users of packages read.

mod installed;
mod look;
mod mirrored;
mod trouble;

pub use installed::{edited_json, edited_text, install_json, install_text, resolved_json, resolved_text};
pub use look::{info_json, info_text, outdated_json, outdated_text, search_json, search_text, tree_json, tree_text};
pub use mirrored::{
    differs, halves, mirror_json, mirror_text, no_archive, no_manifest, other_manifest, restore_json, restore_text,
    verified_json, verified_text,
};
pub use trouble::{alike, changed, lie, not_published, not_there, tried, unresolved, vanished, withheld};
