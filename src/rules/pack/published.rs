//! The files of an archive whose bytes are those that were published.

use crate::model::{Files, Limits, PackageName, Sha256, Version};

use super::gunzip::gunzip;
use super::unpack::untar;
use super::unpack_error::UnpackError;

/// Why an archive is not what the index says, though its bytes are.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum UnsoundArchive {
    /// It cannot be unpacked.
    #[error("cannot be unpacked: {0}")]
    Unpack(#[from] UnpackError),
    /// The tar in it is another one.
    #[error("holds other content than the index says: {0}")]
    Content(Sha256),
    /// Its files are below another folder.
    #[error("has another top folder than its name and version")]
    Top,
}

/// The files of the archive of a version, without the folder around them; `content` is the digest that the index has of
/// the tar in it, where it has one.
///
/// # Errors
/// [`UnsoundArchive`]; nothing of the archive is returned then.
pub fn unpack_published(
    bytes: &[u8],
    name: &PackageName,
    version: &Version,
    content: Option<&Sha256>,
    limits: &Limits,
) -> Result<Files, UnsoundArchive> {
    let tar = gunzip(bytes, limits)?;
    if let Some(recorded) = content {
        let found = Sha256::of(&tar);
        if found != *recorded {
            return Err(UnsoundArchive::Content(found));
        }
    }
    let (top, files) = untar(&tar, limits)?;
    if top == top_folder(name, version) { Ok(files) } else { Err(UnsoundArchive::Top) }
}

/// The folder that everything in the archive of a version is below.
#[must_use]
pub fn top_folder(name: &PackageName, version: &Version) -> String {
    format!("{}-{version}", name.stem())
}
