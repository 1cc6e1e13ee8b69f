//! What package managers do with a registry: choose versions, lock, install and look, by the index alone.

mod archive;
mod catalogue;
mod choice;
mod edit;
mod install;
mod look;
mod project;
mod refusal;
mod verify;

pub(in crate::ops) use archive::{Wanted, bytes_of};
pub(in crate::ops) use catalogue::{Catalogue, index_of};
pub use choice::{Locking, ResolveSubject, Resolved, resolve};
pub use edit::{Addition, Edited, add, remove, update};
pub use install::{InstallMode, install};
pub use look::{Found, Uses, info, outdated, search, uses};
pub use project::project_here;
pub use refusal::Refusal;
pub use verify::{VerifySubject, verify};
