//! Packing a source into the tar of its archive, and unpacking archives that strangers made.
//!
//! The way out: `select` decides which files a package has, `tar` writes them, an encoder (a port) compresses the tar.
//! The way in is `unpack`: `gunzip`, then `untar`, each entry checked before it is believed.

mod globs;
mod gunzip;
mod header;
mod pax;
mod published;
mod select;
mod tar;
mod unpack;
mod unpack_error;

pub use globs::GlobRules;
pub use gunzip::gunzip;
pub use published::{UnsoundArchive, top_folder, unpack_published};
pub use select::{FileRules, Globs, PURESCRIPT, SelectError};
pub use tar::tar;
pub use unpack::{unpack, untar};
pub use unpack_error::UnpackError;
