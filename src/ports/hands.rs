//! A curator: the hands that the program was wired with, and the rules that its registry set.

use std::sync::Arc;

use crate::model::{ClaimSource, CompileRules, DocsRules, EncoderName, IndexConfig, Limits, Policy, Terms};

use super::{ArtifactStore, Compiler, DocsHost, Encoder, History, Proposals, Repo, SourceFetcher, ViewDesk};

/// The kinds of hands that a curator works with, chosen once where the program is wired.
pub trait Ports: Send + Sync + 'static {
    /// What people want.
    type Registry: Repo + History + Proposals + Send + Sync;
    /// What is published.
    type Index: Repo + History + Send + Sync;
    /// Where the archives are.
    type Store: ArtifactStore + Send + Sync;
    /// Where sources come from.
    type Sources: SourceFetcher + Send + Sync;
    /// How archives are compressed.
    type Encoder: Encoder + Send + Sync;
    /// What runs tools on strangers' sources.
    type Compiler: Compiler + Send + Sync;
    /// Where documentation goes.
    type DocsHost: DocsHost + Send + Sync;
}

/// A curator: its hands, and the rules that its registry set.
pub struct Curator<P: Ports> {
    /// What people want.
    pub registry: P::Registry,
    /// What is published.
    pub index: P::Index,
    /// Where the archives are; the first store is the primary one.
    pub stores: Vec<P::Store>,
    /// Where sources come from.
    pub sources: P::Sources,
    /// How archives are compressed.
    pub encoder: P::Encoder,
    /// What is allowed.
    pub policy: Policy,
    /// The budgets.
    pub limits: Limits,
    /// How new archives are compressed.
    pub encoder_name: EncoderName,
    /// What the index says of itself.
    pub index_config: IndexConfig,
    /// How versions are compiled, where the registry wants them to be.
    pub compile: Option<CompileRules>,
    /// Who says whether they compile.
    pub claim: ClaimSource,
    /// Who sees to the documentation of what is published, where the registry wants some.
    pub docs: Option<DocsDesk<P::Compiler, P::DocsHost>>,
    /// In which other formats the index is shown, and where.
    pub views: Vec<ViewDesk<P::Index>>,
    /// Who wants to know how far a run has come.
    pub progress: Progress,
}

impl<P: Ports> Curator<P> {
    /// The terms on which files of the registry are read.
    #[must_use]
    pub fn terms(&self) -> Terms {
        self.limits.terms(self.policy.profile)
    }
}

/// Who sees to documentation: it is made in one place, and sent from another.
pub struct DocsDesk<C, H> {
    /// How it is made.
    pub rules: DocsRules,
    /// What runs the command; `None` where it comes from files that may be anybody's, and nobody said to trust them.
    pub compiler: Option<C>,
    /// Where it goes.
    pub host: H,
}

/// Told of every step of a long run.
pub type Progress = Arc<dyn Fn(Event) + Send + Sync>;

/// A step of a long run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// So many pieces of work lie ahead.
    Total(usize),
    /// Work on this piece begins.
    Begin(String),
    /// A piece is done.
    Done,
}
