//! What the curator asks of the world: one small trait and its typed error a file.

mod encode;
mod fetch;
mod hands;
mod repo;
mod store;
mod workspace;

pub use encode::{EncodeError, Encoder};
pub use fetch::{FetchError, Source, SourceFetcher, SourceRequest, Wanted};
pub use hands::{Curator, Event, Ports, Progress};
pub use repo::{Change, Repo, RepoEntry, RepoEntryKind, RepoError, Revision, Role};
pub use store::{ArtifactStore, Put, StoreError, StoredFile};
pub use workspace::{Workspace, WorkspaceError};
