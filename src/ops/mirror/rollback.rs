//! Whether an index still has what a mirror has of it: what was published never changes, and never vanishes.

use crate::model::MirrorConfig;
use crate::ops::Stop;
use crate::ops::client::Refusal;
use crate::ports::MirrorFolder;
use crate::rules::index::{Index, IndexPath, MetadataFile};
use crate::rules::report::client as report;

use super::files;

/// Refuses an index that lost or changed a version that the mirror has (threats 44). What is unpublished stays known.
pub(super) fn refuse(target: &impl MirrorFolder, index: &Index) -> Result<(), Stop> {
    let top = files::path(MirrorConfig::INDEX)?;
    for place in files::list(target, MirrorConfig::INDEX)?.0.keys() {
        let Some(IndexPath::Metadata(name)) = place.within(&top).as_ref().map(IndexPath::of) else { continue };
        let Some(bytes) = target.read(place)? else { continue };
        // What this mirror cannot read, it is about to replace.
        let Ok(before) = MetadataFile::parse(&bytes) else { continue };
        let now = index.packages.get(&name).and_then(|package| package.metadata.as_ref()).map(MetadataFile::metadata);
        for (version, facts) in &before.metadata().published {
            let what = match now.and_then(|now| now.published.get(version)) {
                Some(now) if now.hash == facts.hash => continue,
                Some(now) => report::changed(&name, version, &facts.hash, &now.hash),
                None if now.is_some_and(|now| now.unpublished.contains_key(version)) => continue,
                None => report::vanished(&name, version),
            };
            return Err(Refusal::RolledBack { what }.into());
        }
    }
    Ok(())
}
