//! Letting go of the files of a version that was unpublished.

use crate::adapters::asked::Asked;
use crate::adapters::github::failure::Failure;
use crate::model::{ArtifactKey, ReleaseTag, Withdrawn};
use crate::ports::StoreError;

use super::ReleaseStore;
use super::api::Release;

/// The most places in which one file is looked for: both layouts, and once more for what came meanwhile.
const MOST_PLACES: usize = 4;

impl ReleaseStore {
    /// Removes every file of the version, wherever it is.
    ///
    /// The files of an immutable release cannot go one by one; it goes as a whole, if it is that of this version alone.
    pub(super) async fn remove_all(&self, withdrawn: &Withdrawn) -> Result<(), StoreError> {
        for key in ArtifactKey::all(withdrawn.name(), withdrawn.version()) {
            let shown = key.to_string();
            self.known().files.remove(&shown);
            self.remove_file(self.asked(&shown), &key, withdrawn).await?;
        }
        self.known().homes.remove(&(withdrawn.name().clone(), withdrawn.version().clone()));
        Ok(())
    }

    /// Removes one of the files from every place. It is gone once a look finds it nowhere, and not before.
    async fn remove_file(&self, asked: Asked<'_>, key: &ArtifactKey, withdrawn: &Withdrawn) -> Result<(), StoreError> {
        for _ in 0..MOST_PLACES {
            let Some(asset) = self.find(asked, key).await? else { return Ok(()) };
            match self.api.delete_asset(&asset).await {
                Ok(()) => {}
                Err(Failure::Refused(refusal)) if refusal.message.contains("immutable") => {
                    self.remove_release(asked, withdrawn, &refusal.message).await?;
                }
                Err(failure) => return Err(asked.failed_at_forge(failure)),
            }
        }
        Err(asked.unreachable(format!("it may still be there after it was removed {MOST_PLACES} times")))
    }

    async fn remove_release(&self, asked: Asked<'_>, withdrawn: &Withdrawn, refusal: &str) -> Result<(), StoreError> {
        let (name, version) = (withdrawn.name().clone(), withdrawn.version().clone());
        let tag = ReleaseTag::Version { name, version };
        let release = self.api.tagged(&tag).await.map_err(|failure| asked.failed_at_forge(failure))?;
        let is_its = |release: &Release| release.whole(asked.key.rsplit('/').next().unwrap_or_default()).is_some();
        match release.filter(is_its) {
            Some(release) => self.api.delete(&release).await.map_err(|failure| asked.failed_at_forge(failure)),
            None => {
                Err(asked.frozen(format!("it is in an immutable release that holds other versions, too ({refusal})")))
            }
        }
    }
}
