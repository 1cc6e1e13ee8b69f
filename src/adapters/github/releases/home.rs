//! The release that a version's files belong into: found, or made.

use std::num::NonZeroU32;

use crate::adapters::github::failure::Failure;
use crate::model::{ArtifactKey, ReleaseLayout, ReleaseTag};
use crate::ports::StoreError;

use super::api::Release;
use super::{Home, ReleaseStore};
use crate::adapters::asked::Asked;

/// The most files of a release that another version begins in: GitHub takes a thousand, and a version has several.
const MOST_FILES: usize = 990;
/// The most releases of one package, so that no answer of a server makes a curator ask for ever.
const MOST_RELEASES: u32 = 1000;

/// What became of the wish for a new release.
enum Made {
    /// It is there.
    There(Release),
    /// GitHub gives the tag to no release any more.
    Burned(String),
}

impl ReleaseStore {
    /// The release for the file: that which holds it, or else that which it belongs into, made where there is none. Of
    /// the releases of a package those below `from` are passed over.
    pub(super) async fn home(&self, asked: Asked<'_>, key: &ArtifactKey, from: u32) -> Result<Home, StoreError> {
        match self.layout {
            ReleaseLayout::PerPackage => self.home_of_package(asked, key, from).await,
            ReleaseLayout::PerVersion => self.home_of_version(asked, key).await,
        }
    }

    async fn home_of_package(&self, asked: Asked<'_>, key: &ArtifactKey, from: u32) -> Result<Home, StoreError> {
        let archive = ArtifactKey::archive(&key.name, &key.version).file_name();
        for number in from..=MOST_RELEASES {
            let Some(number) = NonZeroU32::new(number) else { continue };
            let tag = ReleaseTag::Package { name: key.name.clone(), number };
            let release = match self.tagged(asked, &tag).await? {
                Some(release) => release,
                None => match self.create(asked, &tag).await? {
                    Made::There(release) => release,
                    Made::Burned(_) => continue,
                },
            };
            let is_home = release.asset(&key.file_name()).is_some() || release.whole(&archive).is_some();
            if release.is_frozen() && !is_home {
                return Err(asked.frozen(format!(
                    "the release '{tag}' was frozen before it held anything, because the repository's releases are immutable"
                )));
            }
            if is_home || release.assets.len() < MOST_FILES {
                return Ok(Home { release, tag });
            }
        }
        Err(asked.unusable(format!("{} has more than {MOST_RELEASES} releases", key.name)))
    }

    async fn home_of_version(&self, asked: Asked<'_>, key: &ArtifactKey) -> Result<Home, StoreError> {
        let tag = ReleaseTag::Version { name: key.name.clone(), version: key.version.clone() };
        if let Some(release) = self.tagged(asked, &tag).await? {
            return Ok(Home { release, tag });
        }
        if let Some(release) = self.draft(asked, &tag).await? {
            return Ok(Home { release, tag });
        }
        match self.create(asked, &tag).await? {
            Made::There(release) => {
                if release.draft {
                    self.known().drafts.get_or_insert_default().insert(tag.clone(), release.id);
                }
                Ok(Home { release, tag })
            }
            Made::Burned(message) => Err(asked.frozen(burned(&tag, &message))),
        }
    }

    async fn tagged(&self, asked: Asked<'_>, tag: &ReleaseTag) -> Result<Option<Release>, StoreError> {
        self.api.tagged(tag).await.map_err(|failure| asked.failed_at_forge(failure))
    }

    /// The draft that an earlier run left behind.
    async fn draft(&self, asked: Asked<'_>, tag: &ReleaseTag) -> Result<Option<Release>, StoreError> {
        let is_listed = self.known().drafts.is_some();
        if !is_listed {
            let releases = self.api.all(self.layout).await.map_err(|failure| asked.failed_at_forge(failure))?;
            self.note_drafts(&releases);
        }
        let id = self.known().drafts.as_ref().and_then(|drafts| drafts.get(tag).copied());
        let Some(id) = id else { return Ok(None) };
        let release = self.api.release(id).await.map_err(|failure| asked.failed_at_forge(failure))?;
        Ok(release.filter(|release| release.tag().as_ref() == Some(tag)))
    }

    /// Remembers the drafts among `releases`: of several for one tag that which every curator takes.
    pub(super) fn note_drafts(&self, releases: &[Release]) {
        let drafts = releases.iter().filter(|release| release.draft);
        let mut tagged: Vec<_> = drafts.filter_map(|release| Some((release.tag()?, release.id))).collect();
        tagged.sort_by(|a, b| b.cmp(a));
        self.known().drafts = Some(tagged.into_iter().collect());
    }

    async fn create(&self, asked: Asked<'_>, tag: &ReleaseTag) -> Result<Made, StoreError> {
        let refusal = match self.api.create(tag).await {
            Ok(release) if release.tag().as_ref() == Some(tag) => return Ok(Made::There(release)),
            Ok(release) => {
                let message = format!("GitHub made the release '{}' where '{tag}' was asked for", release.tag_name);
                return Err(asked.unusable(message));
            }
            Err(Failure::Refused(refusal)) if refusal.status == 422 => refusal,
            Err(failure) => return Err(asked.failed_at_forge(failure)),
        };
        // Another curator may have been faster.
        match self.tagged(asked, tag).await? {
            Some(release) => Ok(Made::There(release)),
            None if refusal.message.contains("immutable") => Ok(Made::Burned(refusal.message)),
            None => Err(asked.failed_at_forge(Failure::Refused(refusal))),
        }
    }
}

/// Why no release can have that tag.
pub(super) fn burned(tag: &ReleaseTag, message: &str) -> String {
    format!("GitHub gives the tag '{tag}' to no other release, since an immutable one had it ({message})")
}
