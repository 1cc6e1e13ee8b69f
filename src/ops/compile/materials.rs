//! What versions are compiled with: the files of their dependencies, from archives that were verified.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{ArtifactKey, Files, PackageName, Published, Sha256, Version};
use crate::ops::check::SourceAccess;
use crate::ops::examination::{Portion, look};
use crate::ops::reader::{Reader, bug};
use crate::ops::{Curator, Stop};
use crate::ports::{ArtifactStore as _, Ports};
use crate::rules::pack;
use crate::rules::registry::definition_path;

use super::cases::Case;

/// A version of a package.
type Identity = (PackageName, Version);

/// The files of versions that others are compiled with.
pub(in crate::ops) struct Materials<'c, P: Ports> {
    curator: &'c Arc<Curator<P>>,
    files: BTreeMap<Identity, Files>,
}

impl<'c, P: Ports> Materials<'c, P> {
    /// Begins with those that are to be compiled themselves: one change may bring a version and what depends on it.
    pub(in crate::ops) fn new(curator: &'c Arc<Curator<P>>, cases: &[Case]) -> Self {
        let known = |case: &Case| {
            let Case { manifest, files, .. } = case;
            Some(((manifest.name.clone(), manifest.version.clone()), files.clone()?))
        };
        Self { curator, files: cases.iter().filter_map(known).collect() }
    }

    /// Gets the files of every version of `plan`; gives the first that cannot be had because its definition is broken.
    pub(super) async fn gather(&mut self, plan: &BTreeMap<PackageName, Version>) -> Result<Option<Identity>, Stop> {
        let reader = Reader::open(self.curator.as_ref()).await?;
        self.gather_from(&reader, plan).await
    }

    /// The same, from the states that `reader` reads.
    pub(in crate::ops) async fn gather_from(
        &mut self,
        reader: &Reader<'_, P>,
        plan: &BTreeMap<PackageName, Version>,
    ) -> Result<Option<Identity>, Stop> {
        let curator = self.curator;
        for (name, version) in plan {
            let identity = (name.clone(), version.clone());
            if self.files.contains_key(&identity) {
                continue;
            }
            let package = reader.published(name)?;
            let facts = package.metadata.as_ref().and_then(|file| file.metadata().published.get(version));
            let files = match facts {
                Some(facts) => Some(published_files(curator, name, version, facts).await?),
                None => wanted_files(curator, reader, name, version).await?,
            };
            match files {
                Some(files) => drop(self.files.insert(identity, files)),
                None => return Ok(Some(identity)),
            }
        }
        Ok(None)
    }

    /// The files of every version of `plan`, by package.
    pub(in crate::ops) fn of<'s>(
        &'s self,
        plan: &'s BTreeMap<PackageName, Version>,
    ) -> BTreeMap<&'s PackageName, &'s Files> {
        let known = |(name, version): (&'s PackageName, &Version)| {
            Some((name, self.files.get(&(name.clone(), version.clone()))?))
        };
        plan.iter().filter_map(known).collect()
    }
}

/// The files of a version that is wanted, and not published yet.
async fn wanted_files<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    name: &PackageName,
    version: &Version,
) -> Result<Option<Files>, Stop> {
    let file = [definition_path(name, version).map_err(bug)?];
    let report = look(curator, reader, Portion::Prepared(&file), SourceAccess::Fetch).await?.report;
    Ok(report.prepared.into_iter().find_map(|prepared| prepared.artifact).map(|artifact| artifact.files))
}

/// The files of a published version, from the first store that has its archive: these very bytes, and this very tar.
pub(in crate::ops) async fn published_files<P: Ports>(
    curator: &Curator<P>,
    name: &PackageName,
    version: &Version,
    facts: &Published,
) -> Result<Files, Stop> {
    let refused = |reason: String| Stop::Archive { name: name.clone(), version: version.clone(), reason };
    for store in &curator.stores {
        let Some(bytes) = store.get(&ArtifactKey::archive(name, version)).await? else { continue };
        let found = Sha256::of(&bytes);
        if found != facts.hash {
            let reason = format!("in the store '{}' is {found}, and the index says {}", store.name(), facts.hash);
            return Err(refused(reason));
        }
        let files = pack::unpack_published(&bytes, name, version, facts.content_hash.as_ref(), &curator.limits);
        return files.map_err(|error| refused(error.to_string()));
    }
    Err(refused("is in none of the stores".to_owned()))
}
