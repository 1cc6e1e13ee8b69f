//! Packing published versions again, to show that what is published can still be made from its source.

use std::sync::Arc;

use crate::model::{Difference, Files, PackageName, Rebuilt, RebuiltVersion, Recipe, Sha256, Version};
use crate::ports::Ports;
use crate::rules::index::Package;

use super::inspect::Repacked;
use super::parallel::in_order;
use super::plan::archived_files;
use super::reader::Reader;
use super::{Curator, Event, Stop};

/// Which versions to pack again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum RebuildRequest {
    /// Every published version.
    All,
    /// These.
    Versions(Vec<(PackageName, Version)>),
}

/// What the index says of a version that is to be packed again.
struct Recorded {
    name: PackageName,
    version: Version,
    /// The recipe, the archive's hash and the tar's, where the version is published.
    facts: Option<(Recipe, Sha256, Option<Sha256>)>,
}

/// Packs versions again and compares each with the index. Nothing is written.
///
/// # Errors
/// [`Stop`] where the index cannot be read or this machine cannot fetch or compress.
pub async fn rebuild<P: Ports>(
    curator: &Arc<Curator<P>>,
    request: &RebuildRequest,
) -> Result<Vec<RebuiltVersion>, Stop> {
    let reader = Reader::open_index(curator.as_ref()).await?;
    let recorded = match request {
        RebuildRequest::All => match all(&reader)? {
            none if none.is_empty() => {
                return Err(Stop::Usage("the index lists nothing that could be rebuilt".to_owned()));
            }
            recorded => recorded,
        },
        RebuildRequest::Versions(versions) => {
            let one =
                |(name, version): &(PackageName, Version)| Ok(Recorded::of(&reader.published(name)?, name, version));
            versions.iter().map(one).collect::<Result<_, Stop>>()?
        }
    };
    (curator.progress)(Event::Total(recorded.len()));
    let shared = Arc::clone(curator);
    let rebuilt = in_order(recorded, move |recorded| {
        let curator = Arc::clone(&shared);
        async move {
            (curator.progress)(Event::Begin(format!("{}@{}", recorded.name, recorded.version)));
            let outcome = outcome(&curator, &recorded).await?;
            (curator.progress)(Event::Done);
            Ok(RebuiltVersion { name: recorded.name, version: recorded.version, outcome })
        }
    });
    rebuilt.await
}

fn all<P: Ports>(reader: &Reader<'_, P>) -> Result<Vec<Recorded>, Stop> {
    let mut recorded = Vec::new();
    for name in reader.published_names()? {
        let package = reader.published(&name)?;
        let metadata = package.metadata.iter().flat_map(|file| file.metadata().published.keys());
        recorded.extend(metadata.map(|version| Recorded::of(&package, &name, version)));
    }
    Ok(recorded)
}

impl Recorded {
    fn of(package: &Package, name: &PackageName, version: &Version) -> Self {
        let facts = package.metadata.as_ref().and_then(|file| file.metadata().published.get(version));
        let manifest = package.manifests.as_ref().and_then(|file| file.get(version));
        let facts = facts.zip(manifest).map(|(facts, manifest)| {
            let recipe = Recipe { manifest: manifest.clone(), commit: facts.commit, encoder: facts.encoder };
            (recipe, facts.hash, facts.content_hash)
        });
        Self { name: name.clone(), version: version.clone(), facts }
    }
}

async fn outcome<P: Ports>(curator: &Curator<P>, recorded: &Recorded) -> Result<Rebuilt, Stop> {
    let Some((recipe, hash, content_hash)) = &recorded.facts else { return Ok(Rebuilt::NotPublished) };
    let artifact = match curator.repack(recipe).await? {
        Repacked::Archive(artifact) => artifact,
        Repacked::NoSource(reason) => return Ok(Rebuilt::SourceGone { reason }),
        Repacked::NoArchive(reason) => return Ok(Rebuilt::Unpackable { reason }),
    };
    let same_tar = content_hash.is_none_or(|content_hash| content_hash == artifact.content_hash);
    if artifact.hash == *hash && same_tar {
        return Ok(Rebuilt::Reproduced);
    }
    if *content_hash == Some(artifact.content_hash) {
        return Ok(Rebuilt::SameContent);
    }
    let published: Option<Files> = archived_files(curator, &recorded.name, &recorded.version).await?;
    let difference = published.map(|published| Difference::between(&recorded.version, &published, &artifact.files));
    // Without a recorded tar, the files of the published archive speak for its content.
    if content_hash.is_none() && difference.as_ref().is_some_and(Difference::is_empty) {
        return Ok(Rebuilt::SameContent);
    }
    Ok(Rebuilt::Differs { recorded: *hash, found: artifact.hash, difference })
}
