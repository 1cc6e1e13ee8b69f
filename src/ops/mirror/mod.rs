//! Mirroring: plain files that hold everything a client needs, from any index; and a working registry out of them.
//!
//! The order is that of a reader: archives, then the index, then the list of its files, and `mirror.json` last. What was
//! cut off is completed by the next run, which asks for nothing that is here.

mod archives;
mod files;
mod restore;
mod rollback;

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{MirrorConfig, MirrorReport, TreePath};
use crate::ops::client::Catalogue;
use crate::ops::{Stop, client};
use crate::ports::{Client, ClientPorts, IndexSource as _, MirrorFolder, Repo};

pub use archives::Budget;
pub use restore::{Restored, restore};

/// Brings a mirror up to date: with the index and the archives that `client` reads, and with the registry's files where one
/// is named.
///
/// # Errors
/// [`Stop`]: [`client::Refusal::RolledBack`] where the index does not have any more what the mirror has of it. Single
/// archives that cannot be had are told in the report.
pub async fn mirror<P: ClientPorts, M: MirrorFolder + Send + 'static, R: Repo>(
    client: &Arc<Client<P>>,
    registry: Option<&R>,
    target: &Arc<M>,
    budget: Budget,
) -> Result<MirrorReport, Stop> {
    let present = target.sizes(None)?;
    files::refuse_others(target.as_ref(), &present)?;
    let mut catalogue = Catalogue::open(&client.index).await?;
    let index = catalogue.read_everything().await?;
    rollback::refuse(target.as_ref(), &catalogue.index)?;
    let mut report = archives::bring(client, &catalogue.index, target, &present, budget).await?;
    report.files += files::bring(target.as_ref(), &present, MirrorConfig::INDEX, index)?;
    if let Some(registry) = registry {
        let head = registry.head().await?;
        let files = registry.read_all(&head, None)?;
        report.files += files::bring(target.as_ref(), &present, MirrorConfig::REGISTRY, files)?;
    }
    report.removed = archives::let_go(&catalogue.index, target.as_ref(), &present)?;
    let name = catalogue.config.name.clone();
    let config = MirrorConfig {
        format: MirrorConfig::FORMAT,
        registry: name,
        source: client.index.place(),
        commit: catalogue.commit,
    };
    let text = config.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    report.files += usize::from(files::put_changed(target.as_ref(), MirrorConfig::FILE, text.as_bytes())?);
    Ok(report)
}

/// The files that a mirror has when a run begins, and the size of each: it is walked through once.
type Present = BTreeMap<TreePath, u64>;

/// What the mirror at a place says of itself.
fn config(mirror: &impl MirrorFolder) -> Result<Option<MirrorConfig>, Stop> {
    let path = files::path(MirrorConfig::FILE)?;
    let Some(bytes) = mirror.read(&path)? else { return Ok(None) };
    let refused = |reason: String| client::Refusal::NoMirror { place: mirror.place(), reason };
    let config: MirrorConfig = serde_json::from_slice(&bytes).map_err(|error| refused(error.to_string()))?;
    if config.format == MirrorConfig::FORMAT {
        return Ok(Some(config));
    }
    Err(refused(format!("it is of format {}, which needs another curator", config.format)).into())
}
