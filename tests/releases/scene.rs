//! A GitHub with one repository, and stores in its releases.

use std::collections::BTreeMap;
use std::time::Duration;

use curator::adapters::github::ReleaseStore;
use curator::model::{ArtifactKey, ReleaseLayout, ReleaseTag, Sha256};
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::github::GitHub;
use crate::github::face::repository::Repository;
use crate::github::watch::Limits;
use crate::github::world::{Asset, AssetState, Release};
use crate::{store, wait};

/// GitHub, the repository, and the token of a workflow there.
pub(crate) struct Scene {
    pub(crate) github: GitHub,
    pub(crate) repository: Repository,
    pub(crate) token: String,
}

/// Every layout.
pub(crate) const LAYOUTS: [ReleaseLayout; 2] = [ReleaseLayout::PerPackage, ReleaseLayout::PerVersion];

impl Scene {
    pub(crate) fn new() -> Self {
        Self::at(GitHub::start())
    }

    /// The same, where things go wrong that GitHub's description knows nothing of.
    pub(crate) fn unjudged() -> Self {
        Self::at(GitHub::start_unjudged())
    }

    fn at(github: GitHub) -> Self {
        let many = 1_000_000;
        let hourly = BTreeMap::from([(crate::github::tokens::TokenKind::Actions, many)]);
        let most = usize::try_from(many).unwrap();
        let window = Duration::from_millis(10);
        github.limits(Limits { writes: most, hourly_writes: most, points: most, hourly, window, ..Limits::default() });
        github.retry_after(0);
        let repository = github.repository("acme/registry");
        let token = github.actions_token();
        Self { github, repository, token }
    }

    /// A store with a client of its own: another curator.
    pub(crate) fn store(&self, layout: ReleaseLayout) -> ReleaseStore {
        store(&crate::github(&self.github.api(), &self.github.uploads(), &self.token), layout)
    }

    /// A release that is there already, with these files.
    pub(crate) fn prefill(&self, tag: &str, files: impl IntoIterator<Item = (String, Vec<u8>)>) {
        let mut world = self.repository.shared.world();
        let (now, id) = (world.now(), world.next_id());
        let assets = files.into_iter().map(|(name, bytes)| Asset {
            id: world.next_id(),
            name,
            label: None,
            kind: "application/octet-stream".to_owned(),
            state: AssetState::Uploaded,
            bytes,
            by: 1,
            at: now,
        });
        let assets = assets.collect();
        let release = Release {
            id,
            tag: tag.to_owned(),
            target: "main".to_owned(),
            name: None,
            text: None,
            is_draft: false,
            is_prerelease: false,
            is_frozen: false,
            author: 1,
            created: now,
            published: Some(now),
            assets,
        };
        world.repository_mut(self.repository.id).releases.push(release);
    }

    /// Changes what is there behind everybody's back.
    pub(crate) fn change(&self, change: impl FnOnce(&mut Vec<Release>)) {
        change(&mut self.repository.shared.world().repository_mut(self.repository.id).releases);
    }

    /// Every release as a text: the tag, and the name and size of each of its files. Drafts and remains say so.
    pub(crate) fn shown(&self) -> Vec<String> {
        let shown = |release: &Release| {
            let state = if release.is_draft { " (draft)" } else { "" };
            let files = release.assets.iter().map(|asset| match asset.state {
                AssetState::Uploaded => format!(" {}:{}", asset.name, asset.bytes.len()),
                AssetState::Starter => format!(" {} (starter)", asset.name),
            });
            format!("{}{state}{}", release.tag, files.collect::<String>())
        };
        let mut shown: Vec<String> = self.repository.releases().iter().map(shown).collect();
        shown.sort();
        shown
    }

    /// Method and path of every request since the last time this was asked.
    pub(crate) fn asked(&self) -> Vec<String> {
        let asked = self.github.requests();
        self.github.forget_requests();
        asked.iter().map(|it| format!("{} {}", it.method, it.path.replace("/repos/acme/registry", ""))).collect()
    }

    /// Asserts that no rule of GitHub's was broken.
    #[track_caller]
    pub(crate) fn assert_lawful(&self) {
        assert_eq!(self.github.violations(), Vec::<String>::new());
    }
}

/// Puts a version of `maybe` as a curator does, archive first.
pub(crate) fn publish(store: &ReleaseStore, version: &str, bytes: &[u8]) -> Result<(Put, ReleaseTag), StoreError> {
    publish_of(store, "maybe", version, bytes)
}

/// The same of any package.
pub(crate) fn publish_of(
    store: &ReleaseStore,
    name: &str,
    version: &str,
    bytes: &[u8],
) -> Result<(Put, ReleaseTag), StoreError> {
    let key = ArtifactKey::archive(&name.parse().unwrap(), &version.parse().unwrap());
    let put = wait(store.put(&key, bytes))?;
    wait(store.put(&ArtifactKey::checksum(&key.name, &key.version), &sum(bytes)))?;
    Ok((put, wait(store.complete(&key.name, &key.version))?.unwrap()))
}

/// What stands for a checksum here.
pub(crate) fn sum(bytes: &[u8]) -> Vec<u8> {
    Sha256::of(bytes).to_hex().into_bytes()
}

/// A release as [`Scene::shown`] shows it, with these versions of `maybe` of one byte a letter.
pub(crate) fn holding(tag: &str, versions: &[(&str, usize)]) -> String {
    let files = versions
        .iter()
        .map(|(version, size)| format!(" maybe-{version}.tar.gz:{size} maybe-{version}.tar.gz.sha256:64"));
    format!("{tag}{}", files.collect::<String>())
}
