//! A store of artifacts in the releases of a repository.

mod api;
mod failure;
mod find;
mod home;
mod put;
mod remove;

use std::collections::BTreeMap;
use std::sync::{Mutex, MutexGuard, PoisonError};

use crate::adapters::asked::Asked;
use crate::model::{ArtifactKey, ArtifactKind, PackageName, ReleaseLayout, ReleaseTag, Version, Withdrawn};
use crate::ports::{ArtifactStore, Put, StoreError, StoredFile};

use super::GitHubRepository;
use super::auth::Keys;
use api::{Api, Asset, Release};

/// Artifacts in the releases of a repository. New ones are put where the layout says; they are found in both layouts.
pub struct ReleaseStore {
    name: String,
    layout: ReleaseLayout,
    api: Api,
    known: Mutex<Known>,
}

/// What the store has seen of its releases.
#[derive(Default)]
struct Known {
    /// The releases that hold the versions whose files are being put.
    homes: BTreeMap<(PackageName, Version), Home>,
    /// The files, as they were last listed. What is read of one is asked for again: a file that is gone is not there.
    files: BTreeMap<String, Asset>,
    /// The drafts that are there to be completed; `None` before they were first looked for.
    drafts: Option<BTreeMap<ReleaseTag, u64>>,
    /// Whether the repository itself was seen.
    seen: bool,
}

/// The release that holds a version.
#[derive(Debug, Clone)]
struct Home {
    release: Release,
    tag: ReleaseTag,
}

impl ReleaseStore {
    /// The store `name` in the releases of `repository`.
    #[must_use]
    pub fn new(name: &str, repository: GitHubRepository, layout: ReleaseLayout) -> Self {
        Self { name: name.to_owned(), layout, api: Api { repository }, known: Mutex::default() }
    }

    fn asked<'a>(&'a self, key: &'a str) -> Asked<'a> {
        Asked { store: &self.name, key }
    }

    fn known(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl ArtifactStore for ReleaseStore {
    fn name(&self) -> &str {
        &self.name
    }

    /// A file that GitHub names otherwise than it was sent is refused, and what it says of the file's size and digest is
    /// compared with the bytes; where it says no digest, the file is read back.
    async fn put(&self, key: &ArtifactKey, bytes: &[u8]) -> Result<Put, StoreError> {
        let shown = key.to_string();
        let version = (key.name.clone(), key.version.clone());
        // The archive is the first file of a version: what is known of its home may be from another day.
        let known = match key.kind {
            ArtifactKind::Archive => None,
            ArtifactKind::Checksum | ArtifactKind::Provenance => self.known().homes.get(&version).cloned(),
        };
        let home = match known {
            Some(home) => home,
            None => self.home(self.asked(&shown), key, 1).await?,
        };
        let (put, home) = self.put_into(home, self.asked(&shown), key, bytes).await?;
        self.known().homes.insert(version, home);
        Ok(put)
    }

    async fn complete(&self, name: &PackageName, version: &Version) -> Result<Option<ReleaseTag>, StoreError> {
        let key = ArtifactKey::archive(name, version);
        let shown = key.to_string();
        let asked = self.asked(&shown);
        let known = self.known().homes.remove(&(name.clone(), version.clone()));
        let home = match known {
            Some(home) => home,
            None => self.home(asked, &key, 1).await?,
        };
        if home.release.whole(&key.file_name()).is_none() {
            return Err(asked.unusable("the file was stored and is not there"));
        }
        if home.release.draft {
            self.publish(asked, &home).await?;
        }
        Ok(Some(home.tag))
    }

    async fn get(&self, key: &ArtifactKey) -> Result<Option<Vec<u8>>, StoreError> {
        let shown = key.to_string();
        let asked = self.asked(&shown);
        let listed = self.known().files.get(&shown).cloned();
        if let Some(asset) = listed {
            match self.api.download(&asset).await.map_err(|failure| asked.failed_at_forge(failure))? {
                Some(bytes) => return Ok(Some(bytes.into())),
                None => self.known().files.remove(&shown),
            };
        }
        // GitHub answers 60 questions an hour to those of an address that have no token: few for a compiler's dependencies.
        if matches!(self.api.client().keys, Keys::Nobody)
            && let Some(bytes) = self.find_public(asked, key).await?
        {
            return Ok(Some(bytes.into()));
        }
        let Some(asset) = self.find(asked, key).await? else { return Ok(None) };
        let bytes = self.api.download(&asset).await.map_err(|failure| asked.failed_at_forge(failure))?;
        Ok(bytes.map(Into::into))
    }

    async fn remove(&self, withdrawn: &Withdrawn) -> Result<(), StoreError> {
        self.remove_all(withdrawn).await
    }

    async fn list(&self) -> Result<Vec<StoredFile>, StoreError> {
        self.list_all().await
    }
}
