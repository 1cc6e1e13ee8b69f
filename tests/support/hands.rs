//! A curator on plain directories, for tests: the real hands, and nothing to fetch.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings};
use curator::adapters::{Directory, DocsShelf, Encoders, Objects, Sandbox};
use curator::model::{ClaimSource, EncoderName, IndexConfig, Limits, Policy};
use curator::ports::{Curator, Ports, Role};

/// Plain directories, and stores in folders.
pub(crate) struct Plain;

impl Ports for Plain {
    type Registry = Directory;
    type Index = Directory;
    type Store = Objects;
    type Sources = GitSources;
    type Encoder = Encoders;
    type Compiler = Sandbox;
    type DocsHost = DocsShelf;
}

/// A curator of the registry and the index in these folders, which may read them and no more, with these stores.
pub(crate) fn curator(registry: &Path, index: &Path, stores: Vec<Objects>) -> Arc<Curator<Plain>> {
    let limits = Limits::default();
    let settings = GitSettings {
        replace: BTreeMap::new(),
        pass_env: Vec::new(),
        limits: limits.clone(),
        git: "git".into(),
        network: NetworkSettings::default(),
    };
    Arc::new(Curator {
        registry: Directory::reading(registry, Role::Registry),
        index: Directory::reading(index, Role::Index),
        stores,
        sources: GitSources::new(settings),
        encoder: Encoders::default(),
        policy: Policy::default(),
        limits,
        encoder_name: EncoderName::default(),
        index_config: IndexConfig::purescript("test", Vec::new()),
        compile: None,
        claim: ClaimSource::Nobody,
        docs: None,
        views: Vec::new(),
        progress: Arc::new(|_| {}),
    })
}

/// Waits for `future` on a runtime of its own.
pub(crate) fn wait<T>(future: impl Future<Output = T>) -> T {
    tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap().block_on(future)
}
