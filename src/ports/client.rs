//! A user of packages: the hands that the program was wired with for one.

use crate::model::Limits;

use super::{ArchiveCache, ArtifactSource, IndexSource, Installation, Progress, Workspace};

/// The kinds of hands that a user of packages works with.
pub trait ClientPorts: Send + Sync + 'static {
    /// What is published.
    type Index: IndexSource + Send + Sync;
    /// Where archives come from.
    type Source: ArtifactSource + Send + Sync;
    /// What is kept of them.
    type Cache: ArchiveCache + Send + Sync;
    /// The project's own files.
    type Project: Workspace + Send + Sync;
    /// What the project has unpacked.
    type Installation: Installation + Send + Sync;
}

/// A user of packages.
pub struct Client<P: ClientPorts> {
    /// What is published.
    pub index: P::Index,
    /// Where archives come from, the first to be asked first.
    pub sources: Vec<P::Source>,
    /// What is kept of them.
    pub cache: P::Cache,
    /// The project's own files.
    pub project: P::Project,
    /// What the project has unpacked.
    pub installation: P::Installation,
    /// The budgets.
    pub limits: Limits,
    /// Who wants to know how far a run has come.
    pub progress: Progress,
}
