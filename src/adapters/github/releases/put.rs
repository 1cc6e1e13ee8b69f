//! Putting files into a release, and publishing a release that has all of them.

use bytes::Bytes;
use tokio::time::sleep;

use crate::adapters::github::failure::{Failure, Refusal};
use crate::model::{ArtifactKey, ReleaseTag, Sha256};
use crate::ports::{Put, StoreError};

use super::api::{Asset, Release};
use super::home::burned;
use super::{Home, ReleaseStore};
use crate::adapters::asked::Asked;

/// How often a file is uploaded. Each further time only after it was seen that the one before did nothing.
const UPLOADS: usize = 4;

/// What became of an upload.
enum Uploaded {
    /// The file is there, as it should be.
    Whole(Asset),
    /// The release has no room left.
    Full,
    /// The release is gone.
    Gone,
    /// What there is now must be read: the answer was lost, or somebody else was faster.
    Unclear(Failure, Put),
}

impl ReleaseStore {
    /// Puts a file into its release, or into a later one where that has no room; gives the release as it is then.
    pub(super) async fn put_into(
        &self,
        mut home: Home,
        asked: Asked<'_>,
        key: &ArtifactKey,
        bytes: &[u8],
    ) -> Result<(Put, Home), StoreError> {
        let (file, digest) = (key.file_name(), Sha256::of(bytes));
        let content = Bytes::copy_from_slice(bytes);
        let mut put = Put::AlreadyThere;
        let mut last = None;
        for _ in 0..UPLOADS {
            if let Some(asset) = home.release.whole(&file) {
                let found = self.digest(asked, asset, &digest).await?;
                return if found == digest { Ok((put, home)) } else { Err(asked.conflict(found, digest)) };
            }
            if home.release.is_frozen() {
                return Err(asked.frozen(format!("the release '{}' is published and immutable without it", home.tag)));
            }
            self.remove_remains(asked, &mut home.release, &file).await?;
            match self.upload(asked, &home.release, &file, &content, &digest).await? {
                Uploaded::Whole(asset) => {
                    home.release.assets.push(asset);
                    return Ok((Put::Stored, home));
                }
                Uploaded::Full => {
                    let number = match &home.tag {
                        ReleaseTag::Package { number, .. } => number.get(),
                        ReleaseTag::Version { .. } => return Err(asked.unusable("the release is full")),
                    };
                    home = self.home(asked, key, number.saturating_add(1)).await?;
                }
                Uploaded::Gone => home = self.home(asked, key, 1).await?,
                Uploaded::Unclear(failure, then) => {
                    put = then;
                    home = self.read_again(asked, home, key).await?;
                    last = Some(failure);
                }
            }
        }
        let failure = last.unwrap_or_else(|| Failure::Lost("its releases come and go".to_owned()));
        // A last look: the last upload may have been the one that did it.
        match home.release.whole(&file) {
            Some(asset) if self.digest(asked, asset, &digest).await? == digest => Ok((Put::Stored, home)),
            _ => Err(asked.failed_at_forge(failure)),
        }
    }

    /// The release as it is now, after a moment: what broke off may still be under way.
    async fn read_again(&self, asked: Asked<'_>, home: Home, key: &ArtifactKey) -> Result<Home, StoreError> {
        sleep(self.api.client().patience.pause).await;
        match self.api.release(home.release.id).await.map_err(|failure| asked.failed_at_forge(failure))? {
            Some(release) => Ok(Home { release, ..home }),
            None => self.home(asked, key, 1).await,
        }
    }

    /// Removes what an upload left behind that broke off: nothing else can have its name.
    async fn remove_remains(&self, asked: Asked<'_>, release: &mut Release, file: &str) -> Result<(), StoreError> {
        if let Some(remains) = release.asset(file) {
            self.api.delete_asset(remains).await.map_err(|failure| asked.failed_at_forge(failure))?;
            release.assets.retain(|asset| asset.name != file);
        }
        Ok(())
    }

    async fn upload(
        &self,
        asked: Asked<'_>,
        release: &Release,
        file: &str,
        content: &Bytes,
        digest: &Sha256,
    ) -> Result<Uploaded, StoreError> {
        let asset = match self.api.upload(release, file, content.clone()).await {
            Ok(asset) => asset,
            Err(Failure::Refused(refusal)) => return refused(asked, &release.tag_name, refusal),
            Err(failure @ Failure::Lost(_)) => return Ok(Uploaded::Unclear(failure, Put::Stored)),
            Err(failure) => return Err(asked.failed_at_forge(failure)),
        };
        if asset.name != file {
            self.api.delete_asset(&asset).await.map_err(|failure| asked.failed_at_forge(failure))?;
            let message =
                format!("GitHub keeps it under the name '{}', where no client looks; it is deleted", asset.name);
            return Err(asked.unusable(message));
        }
        let is_whole = asset.is_whole() && asset.size == content.len() as u64;
        if is_whole && self.digest(asked, &asset, digest).await? == *digest {
            return Ok(Uploaded::Whole(asset));
        }
        self.api.delete_asset(&asset).await.map_err(|failure| asked.failed_at_forge(failure))?;
        Ok(Uploaded::Unclear(Failure::Lost("what arrived is not what was sent".to_owned()), Put::Stored))
    }

    /// The digest of a file: where GitHub does not say that it is the one `expected`, that of its bytes.
    async fn digest(&self, asked: Asked<'_>, asset: &Asset, expected: &Sha256) -> Result<Sha256, StoreError> {
        if asset.is(expected) == Some(true) {
            return Ok(*expected);
        }
        let bytes = self.api.download(asset).await.map_err(|failure| asked.failed_at_forge(failure))?;
        bytes.map(|bytes| Sha256::of(&bytes)).ok_or_else(|| asked.unreachable("the file was there and is gone"))
    }

    /// Publishes the draft that holds a version, unless another curator has published the same files under its tag.
    pub(super) async fn publish(&self, asked: Asked<'_>, home: &Home) -> Result<(), StoreError> {
        let Home { release: draft, tag } = home;
        let refusal = match self.api.publish(draft, tag).await {
            Ok(release) if release.draft || release.tag().as_ref() != Some(tag) => {
                let message = format!("GitHub published '{}' where '{tag}' was asked for", release.tag_name);
                return Err(asked.unusable(message));
            }
            Ok(release) if release.id == draft.id => {
                self.known().drafts.get_or_insert_default().remove(tag);
                return Ok(());
            }
            // The answer was lost, and another release has the tag.
            Ok(_) => None,
            Err(Failure::Refused(refusal)) if matches!(refusal.status, 404 | 422) => Some(refusal),
            Err(failure) => return Err(asked.failed_at_forge(failure)),
        };
        let rival = self.api.tagged(tag).await.map_err(|failure| asked.failed_at_forge(failure))?;
        match (rival, refusal) {
            (Some(rival), _) if rival.id == draft.id => {}
            (Some(rival), _) => self.give_way(asked, home, &rival).await?,
            (None, Some(refusal)) if refusal.message.contains("immutable") => {
                return Err(asked.frozen(burned(tag, &refusal.message)));
            }
            (None, Some(refusal)) if refusal.status == 422 => {
                return Err(asked.failed_at_forge(Failure::Refused(refusal)));
            }
            (None, _) => return Err(asked.unreachable(format!("the draft '{tag}' is gone"))),
        }
        self.known().drafts.get_or_insert_default().remove(tag);
        Ok(())
    }

    /// Deletes a draft in favour of the release that another curator published, if that holds the same files.
    async fn give_way(&self, asked: Asked<'_>, home: &Home, rival: &Release) -> Result<(), StoreError> {
        for ours in &home.release.assets {
            let Some(theirs) = rival.whole(&ours.name) else {
                let message = format!("the release '{}' is published without {}", home.tag, ours.name);
                return Err(asked.frozen(message));
            };
            if ours.equals(theirs) {
                continue;
            }
            let bytes = self.api.download(ours).await.map_err(|failure| asked.failed_at_forge(failure))?;
            let offered = Sha256::of(&bytes.ok_or_else(|| asked.unreachable("the draft is gone"))?);
            let found = self.digest(asked, theirs, &offered).await?;
            if found != offered {
                return Err(asked.conflict(found, offered));
            }
        }
        self.api.delete(&home.release).await.map_err(|failure| asked.failed_at_forge(failure))
    }
}

/// What a refused upload means.
fn refused(asked: Asked<'_>, tag: &str, refusal: Refusal) -> Result<Uploaded, StoreError> {
    let is_full = refusal.message.contains("file_count") || refusal.message.contains("1000 assets");
    match refusal.status {
        404 => Ok(Uploaded::Gone),
        422 if refusal.is_there_already() => Ok(Uploaded::Unclear(Failure::Refused(refusal), Put::AlreadyThere)),
        422 if is_full => Ok(Uploaded::Full),
        // Published and frozen by another curator meanwhile: what it holds now must be read.
        _ if refusal.message.contains("immutable") => {
            let message = format!("the release '{tag}' is immutable: {}", refusal.message);
            Ok(Uploaded::Unclear(Failure::Lost(message), Put::AlreadyThere))
        }
        _ => Err(asked.failed_at_forge(Failure::Refused(refusal))),
    }
}
