//! Packing published versions again, to show that what is published can still be made from its source.

use std::sync::Arc;

use crate::model::{
    Compared, Difference, EncoderName, Fault, Files, PackageName, Rebuilt, RebuiltVersion, Recipe, Sha256, Version,
};
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
    /// Where the version is published.
    facts: Option<Facts>,
}

/// What the index says of a published version.
struct Facts {
    recipe: Recipe,
    /// Of the archive.
    hash: Sha256,
    /// Of the tar in it, where it is recorded.
    content_hash: Option<Sha256>,
}

/// Packs versions again, with `encoder` where one is named and else as the index says, and compares each with the index.
/// Nothing is written.
///
/// # Errors
/// [`Stop`] where the index cannot be read or this machine cannot fetch or compress.
pub async fn rebuild<P: Ports>(
    curator: &Arc<Curator<P>>,
    request: &RebuildRequest,
    encoder: Option<EncoderName>,
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
            let outcome = outcome(&curator, &recorded, encoder).await?;
            (curator.progress)(Event::Done);
            let host = recorded.facts.map(|facts| facts.recipe.location.host().to_owned());
            Ok(RebuiltVersion { name: recorded.name, version: recorded.version, host, outcome })
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
        let facts = facts.zip(package.recipe(version));
        let facts = facts.map(|(it, recipe)| Facts { recipe, hash: it.hash, content_hash: it.content_hash });
        Self { name: name.clone(), version: version.clone(), facts }
    }
}

async fn outcome<P: Ports>(
    curator: &Curator<P>,
    recorded: &Recorded,
    encoder: Option<EncoderName>,
) -> Result<Rebuilt, Stop> {
    let Some(Facts { recipe, hash, content_hash }) = &recorded.facts else { return Ok(Rebuilt::NotPublished) };
    if recipe.is_local() {
        return Ok(Rebuilt::LocalSource);
    }
    let published_with = recipe.encoder;
    let recipe = Recipe { encoder: encoder.or(published_with), ..recipe.clone() };
    let artifact = match curator.repack(&recipe).await? {
        Repacked::Archive(artifact) => artifact,
        Repacked::NoSource(error) if error.fault() == Fault::Transient => {
            return Ok(Rebuilt::SourceUnreachable { reason: error.to_string() });
        }
        Repacked::NoSource(error) => return Ok(Rebuilt::SourceGone { reason: error.to_string() }),
        Repacked::NoArchive(reason) => return Ok(Rebuilt::Unpackable { reason }),
    };
    let same_tar = content_hash.is_none_or(|content_hash| content_hash == artifact.content_hash);
    if artifact.hash == *hash && same_tar {
        return Ok(Rebuilt::Reproduced);
    }
    let same_content = Rebuilt::SameContent { published: published_with, packed: artifact.encoder };
    if *content_hash == Some(artifact.content_hash) {
        return Ok(same_content);
    }
    let published: Option<Files> = match archived_files(curator, &recorded.name, &recorded.version).await {
        // The verdict stands without it, and what was packed before it is not to be lost.
        Err(Stop::Store(_)) if content_hash.is_some() => None,
        published => published?,
    };
    let difference = published.map(|published| Difference::between(&recorded.version, &published, &artifact.files));
    // Without a recorded tar, the files of the published archive speak for its content.
    if content_hash.is_none() && difference.as_ref().is_some_and(Difference::is_empty) {
        return Ok(same_content);
    }
    let is_other_encoder = published_with.is_some_and(|published_with| published_with != artifact.encoder);
    Ok(match content_hash {
        // Archives of two encoders differ whatever is in them.
        Some(recorded) if is_other_encoder => Rebuilt::Differs {
            compared: Compared::Content,
            recorded: *recorded,
            found: artifact.content_hash,
            difference,
        },
        _ => Rebuilt::Differs { compared: Compared::Archive, recorded: *hash, found: artifact.hash, difference },
    })
}
