//! What is said of versions that are published from a folder.

use crate::model::{Code, Sha256};

use super::{Wording, brief};

/// There is nowhere to put an archive.
pub const NO_STORE: &str = "this registry has no store: its curator.toml has no [[store]]";

/// The archive that a definition without a commit has in the store cannot be its own.
#[must_use]
pub fn not_its_archive(reason: &str) -> Wording {
    Wording::error(
        Code::Commit,
        format!("the definition names no commit, and the store's archive of it is not made of it: {}", brief(reason)),
    )
    .hint("put back what `curator publish` wrote, or define the next version; add a \"commit\" where the source is in git")
}

/// How two archives differ.
#[must_use]
pub fn packs_otherwise(found: &Sha256, stored: &Sha256) -> String {
    format!("with it, the archive would be {found}, and the store has {stored}")
}

/// That a folder packs to nothing.
#[must_use]
pub fn nothing(reason: &str) -> String {
    format!("nothing: {}", brief(reason))
}
