//! Definitions whose source was a folder. Nobody can fetch that again, and what stands at the location may be something
//! else: the archive in the primary store stands for it. So a definition and its archive are enough for any sync to make
//! the version public, whatever became of the run that brought them.

use crate::model::{Area, ArtifactKey, Entry, Place, Sha256, SourceTree};
use crate::ops::inspect::{Inspection, Subject};
use crate::ops::reader::Reader;
use crate::ops::{Curator, Stop};
use crate::ports::{ArtifactStore as _, History as _, Ports};
use crate::rules::pack;
use crate::rules::registry::{Candidate, Origin};
use crate::rules::report::words;

/// Tells every definition that names no commit of the archive that stands for its source, if the primary store has one.
/// In a registry in git there are none: there, each names the commit that was reviewed.
pub(in crate::ops) async fn recognize<'w, P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    candidates: impl Iterator<Item = &'w mut Candidate> + Send,
) -> Result<(), Stop> {
    let is_folder = match reader.registry() {
        Some((registry, at)) => registry.describe(at)?.is_none(),
        None => false,
    };
    let Some(primary) = curator.stores.first().filter(|_| is_folder) else { return Ok(()) };
    for candidate in candidates {
        let definition = candidate.placed_definition().filter(|definition| definition.commit.is_none());
        let Some(manifest) = definition.map(|definition| &definition.manifest) else { continue };
        if let Some(bytes) = primary.get(&ArtifactKey::archive(&manifest.name, &manifest.version)).await? {
            candidate.origin = Origin::Archive(Sha256::of(&bytes));
        }
    }
    Ok(())
}

impl<P: Ports> Curator<P> {
    /// Runs every check on a definition whose source is in an archive. Packed again, that must give these very bytes: else it
    /// was made for another definition.
    pub(in crate::ops) async fn inspect_archive(
        &self,
        subject: Subject<'_>,
        hash: &Sha256,
    ) -> Result<Inspection, Stop> {
        let (Some((name, version)), Some(primary)) = (&subject.candidate.expected, self.stores.first()) else {
            return Ok(Inspection::offline(self.check_offline(subject)));
        };
        let bytes = primary.get(&ArtifactKey::archive(name, version)).await?.unwrap_or_default();
        let place = Place::file(Area::Registry, &subject.candidate.file);
        let files = match pack::unpack(&bytes, &self.limits) {
            Ok((_, files)) => files,
            Err(error) => {
                let mut findings = self.check_offline(subject);
                findings.push(words::publish::not_its_archive(&error.to_string()).of(name, version, place));
                return Ok(Inspection::offline(findings));
            }
        };
        let tree: SourceTree = files.into_iter().map(|(path, file)| (path, Entry::File(file))).collect();
        let mut inspection = self.inspect_tree(subject, &tree, None, None)?;
        if let Some(artifact) = inspection.artifact.take_if(|artifact| artifact.hash != *hash) {
            let reason = words::publish::packs_otherwise(&artifact.hash, hash);
            inspection.findings.push(words::publish::not_its_archive(&reason).of(name, version, place));
        }
        Ok(inspection)
    }
}
