//! What the curator asks of the world: one small trait and its typed error a file.

mod compiler;
mod conversation;
mod docs_host;
mod encode;
mod fetch;
mod forge;
mod forum;
mod hands;
mod history;
mod people;
mod proposals;
mod pulls;
mod repo;
mod signer;
mod store;
mod verdicts;
mod workspace;

pub use compiler::{CompileError, Compiler};
pub use conversation::Conversation;
pub use docs_host::{DocsError, DocsHost};
pub use encode::{EncodeError, Encoder};
pub use fetch::{FetchError, Proof, Source, SourceFetcher, SourceRequest, Tag, Wanted};
pub use forge::{Forge, ForgeError, ForgeOwner, Identity};
pub use forum::Forum;
pub use hands::{Curator, DocsDesk, Event, Ports, Progress};
pub use history::{Changed, Differences, History, Logged, ObjectId, Standing};
pub use people::People;
pub use proposals::{Commits, Merged, Proposal, Proposals, Unmergeable};
pub use pulls::{PullRequests, Which};
pub use repo::{Change, Repo, RepoEntry, RepoEntryKind, RepoError, Revision, Role};
pub use signer::{KeyError, Signer};
pub use store::{ArtifactStore, Put, StoreError, StoredFile};
pub use verdicts::{Given, Verdicts};
pub use workspace::{Workspace, WorkspaceError};
