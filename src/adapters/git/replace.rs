//! Where a `[fetch] replace` value leads, proven to stay inside the registry directory.

use std::io;
use std::path::{Path, PathBuf};

use crate::model::TreePath;

/// Why a `[fetch] replace` value cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ReplaceError {
    /// Nothing is there.
    #[error("[fetch] replace names '{value}', but there is no such file or directory in the registry directory")]
    Missing {
        /// The value.
        value: TreePath,
    },
    /// A symbolic link leads out of the registry directory.
    #[error("[fetch] replace names '{value}', which a symbolic link leads out of the registry directory")]
    Outside {
        /// The value.
        value: TreePath,
    },
    /// The disk failed.
    #[error("cannot look at '{value}', which [fetch] replace names: {error}")]
    Unreadable {
        /// The value.
        value: TreePath,
        /// What the system said.
        error: io::Error,
    },
}

/// The bundle or directory that the `[fetch] replace` value `value` names, absolute and without symbolic links.
///
/// # Errors
/// [`ReplaceError`]: nothing is there, or a symbolic link in the way leads out of `registry`.
pub fn resolve_replacement(registry: &Path, value: &TreePath) -> Result<PathBuf, ReplaceError> {
    let fault = |error: io::Error| match error.kind() {
        io::ErrorKind::NotFound | io::ErrorKind::NotADirectory => ReplaceError::Missing { value: value.clone() },
        _ => ReplaceError::Unreadable { value: value.clone(), error },
    };
    let root = registry.canonicalize().map_err(fault)?;
    let path = root.join(value.as_str()).canonicalize().map_err(fault)?;
    if path.starts_with(&root) { Ok(path) } else { Err(ReplaceError::Outside { value: value.clone() }) }
}
