//! Finding files again, without knowing which release holds them.

use std::collections::BTreeMap;
use std::num::NonZeroU32;

use bytes::Bytes;

use crate::model::{ArtifactKey, ReleaseLayout, ReleaseTag};
use crate::ports::{StoreError, StoredFile};

use super::ReleaseStore;
use super::api::{Asset, Release};
use crate::adapters::asked::Asked;

/// How many numbers in a row without a release end the search for a package's files: one may have been deleted.
const MOST_GAPS: u32 = 2;

impl ReleaseStore {
    /// The file under `key`, if a published release holds it.
    pub(super) async fn find(&self, asked: Asked<'_>, key: &ArtifactKey) -> Result<Option<Asset>, StoreError> {
        let layouts = match self.layout {
            ReleaseLayout::PerPackage => [ReleaseLayout::PerPackage, ReleaseLayout::PerVersion],
            ReleaseLayout::PerVersion => [ReleaseLayout::PerVersion, ReleaseLayout::PerPackage],
        };
        for layout in layouts {
            let found = match layout {
                ReleaseLayout::PerPackage => self.find_in_package(asked, key).await?,
                ReleaseLayout::PerVersion => self.find_in_version(asked, key).await?,
            };
            if found.is_some() {
                return Ok(found);
            }
        }
        self.see(asked).await?;
        Ok(None)
    }

    /// The bytes of the file under `key` as everybody downloads it, where everybody may; `None` also where it is in one of a
    /// package's later releases, which the API tells.
    pub(super) async fn find_public(&self, asked: Asked<'_>, key: &ArtifactKey) -> Result<Option<Bytes>, StoreError> {
        let package = ReleaseTag::Package { name: key.name.clone(), number: NonZeroU32::MIN };
        let version = ReleaseTag::Version { name: key.name.clone(), version: key.version.clone() };
        let tags = match self.layout {
            ReleaseLayout::PerPackage => [package, version],
            ReleaseLayout::PerVersion => [version, package],
        };
        for tag in tags {
            let found = self.api.public(&tag, &key.file_name()).await;
            if let Some(bytes) = found.map_err(|failure| asked.failed_at_forge(failure))? {
                return Ok(Some(bytes));
            }
        }
        Ok(None)
    }

    async fn find_in_package(&self, asked: Asked<'_>, key: &ArtifactKey) -> Result<Option<Asset>, StoreError> {
        let mut gaps = 0;
        for number in (1..).filter_map(NonZeroU32::new) {
            let tag = ReleaseTag::Package { name: key.name.clone(), number };
            let found = self.api.tagged(&tag).await.map_err(|failure| asked.failed_at_forge(failure))?;
            match found {
                Some(release) => {
                    gaps = 0;
                    if let Some(asset) = self.held(asked, release, &key.file_name()).await? {
                        return Ok(Some(asset));
                    }
                }
                None if gaps + 1 == MOST_GAPS => break,
                None => gaps += 1,
            }
        }
        Ok(None)
    }

    async fn find_in_version(&self, asked: Asked<'_>, key: &ArtifactKey) -> Result<Option<Asset>, StoreError> {
        let tag = ReleaseTag::Version { name: key.name.clone(), version: key.version.clone() };
        let release = self.api.tagged(&tag).await.map_err(|failure| asked.failed_at_forge(failure))?;
        Ok(release.and_then(|release| release.whole(&key.file_name()).cloned()))
    }

    /// The whole file of that name in a release.
    async fn held(&self, asked: Asked<'_>, release: Release, file: &str) -> Result<Option<Asset>, StoreError> {
        if let Some(asset) = release.whole(file) {
            return Ok(Some(asset.clone()));
        }
        let release = self.api.with_all(release).await.map_err(|failure| asked.failed_at_forge(failure))?;
        Ok(release.whole(file).cloned())
    }

    /// Makes sure that there is a repository: where there is none, there is no release of it either.
    async fn see(&self, asked: Asked<'_>) -> Result<(), StoreError> {
        if !self.known().seen {
            self.api.seen().await.map_err(|failure| asked.failed_at_forge(failure))?;
            self.known().seen = true;
        }
        Ok(())
    }

    /// Every file of every published release that holds artifacts. A draft is not complete, so it holds none yet.
    pub(super) async fn list_all(&self) -> Result<Vec<StoredFile>, StoreError> {
        let asked = self.asked("the list of its files");
        let releases = self.api.all(self.layout).await.map_err(|failure| asked.failed_at_forge(failure))?;
        self.note_drafts(&releases);
        let mut files = BTreeMap::new();
        for release in releases.into_iter().filter(|release| !release.draft) {
            // What else the repository releases is not the store's.
            let Some(tag) = release.tag() else { continue };
            let release = self.api.with_all(release).await.map_err(|failure| asked.failed_at_forge(failure))?;
            for asset in release.assets.into_iter().filter(Asset::is_whole) {
                files.insert(format!("{}/{}", tag.package(), asset.name), asset);
            }
        }
        let listed = files.iter().map(|(path, asset)| StoredFile { path: path.clone(), size: asset.size });
        let listed = listed.collect();
        let mut known = self.known();
        known.seen = true;
        known.files = files;
        Ok(listed)
    }
}
