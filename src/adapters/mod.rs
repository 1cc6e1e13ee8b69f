//! The hands: the only room that touches disk, network, programs and the environment.
#![allow(clippy::disallowed_methods, clippy::disallowed_types, reason = "I/O lives here")]

mod archive_shelf;
mod archives;
mod asked;
mod beneath;
mod client_index;
mod clock;
mod compiler;
mod core_dumps;
mod depot;
mod directory;
mod docs;
mod door;
mod encoder;
pub mod git;
pub mod github;
mod http;
mod keys;
mod mirror_folder;
mod objects;
mod place;
mod places;
mod repo_index;
mod repository;
mod scratch;
mod serve;
mod signals;
mod sources;
mod store;
mod unpacked;
mod workspace;

pub use archive_shelf::ArchiveShelf;
pub use archives::{ArchiveSettings, Archives};
pub use client_index::ClientIndex;
pub use clock::{elapsed, now};
pub use compiler::{Sandbox, Way};
pub use core_dumps::forbid_core_dumps;
pub use depot::Depot;
pub use directory::Directory;
pub use docs::{DocsFolder, DocsPatience, DocsServer, DocsShelf, DocsToken};
pub use door::{Door, DoorError, Visit, Visits};
pub use encoder::Encoders;
pub use github::{ApiAddressError, GitHub, GitHubRepository};
pub use http::{HttpArtifacts, HttpIndex, HttpPatience, NamedBy, Offline};
pub use keys::SshKey;
pub use mirror_folder::MirrorDisk;
pub use objects::{Objects, Patience};
pub use place::Place;
pub use places::{Places, exists, full_path, holds, names_in, read_file};
pub use repo_index::RepoIndex;
pub use repository::{
    Address, AddressError, GitPlace, GitRepo, Laid, ProposalBudget, RemoteSettings, RemoteUrl, Writer,
};
pub use serve::{ServeError, ServedFolder};
pub use signals::interrupted;
pub use sources::Sources;
pub use store::Store;
pub use unpacked::Unpacked;
pub use workspace::Folder;
