//! Importing a PureScript registry: what is there becomes a registry and an index of a curator's own, and nothing is
//! fetched.

use std::collections::BTreeMap;

use crate::model::{AdoptionReport, TreePath};
use crate::ports::{Change, Repo, Revision};
use crate::rules::audit::Found;
use crate::rules::import::{Adoption, adopt};
use crate::rules::index::IndexPath;
use crate::rules::init::{adopted_index, adopted_registry};

use super::Stop;
use super::audit::load;
use super::init::check_name;
use super::reader::bug;

/// A registry and its index.
#[derive(Debug)]
pub struct Both<R> {
    /// What people want.
    pub registry: R,
    /// What is published.
    pub index: R,
}

/// What is to be written, not written yet.
#[derive(Debug)]
pub struct Import(Adoption);

/// Reads the PureScript registry `source` and turns it into a registry called `name`. Nothing is written.
///
/// # Errors
/// [`Stop::Usage`] where the places hold something else, and [`Stop::Repo`] where they cannot be read. A file that
/// cannot be read is a finding.
pub async fn read_purescript<R: Repo>(source: &Both<R>, name: &str) -> Result<Import, Stop> {
    check_name(name)?;
    let registry = source.registry.head().await?;
    let mut facts = Vec::new();
    for folder in ["metadata", "package-sets"] {
        let folder: TreePath = folder.parse().map_err(bug)?;
        facts.extend(load(&source.registry, &registry, Some(&folder))?);
    }
    let index = load(&source.index, &source.index.head().await?, None)?;
    refuse_others(&facts, &index)?;
    let mut adoption = adopt(&facts, &index).map_err(|error| Stop::Bug(error.to_string()))?;
    adoption.registry.extend(adopted_registry(name));
    let config = adopted_index(name).to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    adoption.index.insert("config.json".parse().map_err(bug)?, config.into_bytes());
    Ok(Import(adoption))
}

/// Refuses what is no PureScript registry: most of all, the two places in the wrong order.
fn refuse_others(facts: &[Found], index: &[Found]) -> Result<(), Stop> {
    let is_facts = |found: &Found| matches!(IndexPath::of(&found.path), IndexPath::Metadata(_));
    let is_lines = |found: &Found| matches!(IndexPath::of(&found.path), IndexPath::Manifests(_));
    let refused = |message: &str| Err(Stop::Usage(message.to_owned()));
    if !facts.iter().any(is_facts) {
        return refused("the place that --registry names holds no metadata/NAME.json: it is no PureScript registry");
    }
    if index.iter().any(is_facts) {
        return refused("the index holds metadata: it is a curator's already, and there is nothing to import");
    }
    if !index.iter().any(is_lines) {
        return refused("the place that --index names holds no manifests: it is no index of a PureScript registry");
    }
    Ok(())
}

impl Import {
    /// Writes what `target` does not hold yet, and says what was imported. An import that was cut off goes on where it
    /// was; one that was finished is left alone.
    ///
    /// # Errors
    /// [`Stop::Usage`] where something else stands in the place of a file: then nothing is written.
    pub async fn write<R: Repo>(self, target: &Both<R>) -> Result<AdoptionReport, Stop> {
        let Self(Adoption { registry, index, mut report }) = self;
        let (wanted, published) = (target.registry.head().await?, target.index.head().await?);
        let registry = lacking(&target.registry, "registry", &wanted, registry)?;
        let index = lacking(&target.index, "index", &published, index)?;
        report.written = registry.len() + index.len();
        // The index first: beside a registry without it, every definition would be one that is to be published.
        for (repo, parent, change) in [(&target.index, published, index), (&target.registry, wanted, registry)] {
            if !change.is_empty() {
                repo.commit(&parent, &change, "Import a PureScript registry").await?;
            }
        }
        Ok(report)
    }
}

/// The files that `repo` does not have yet, if every file that it has is one of `files`.
pub(super) fn lacking<R: Repo>(
    repo: &R,
    what: &str,
    at: &Revision,
    mut files: BTreeMap<TreePath, Vec<u8>>,
) -> Result<Change, Stop> {
    for (path, bytes) in repo.read_all(at, None)? {
        if files.remove(&path).as_ref() != Some(&bytes) {
            return Err(Stop::Usage(format!(
                "{what}/{path} is there already and is not what this import would write: import into a new folder"
            )));
        }
    }
    Ok(files.into_iter().map(|(path, bytes)| (path, Some(bytes))).collect())
}
