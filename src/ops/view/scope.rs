//! What of the index is rendered, and what the index says of it.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{IndexConfig, PackageName, TreePath};
use crate::ops::packages::packages_of;
use crate::ops::reader::{Reader, bug};
use crate::ops::scope::Extent;
use crate::ops::strangers::refuse_strangers;
use crate::ops::{Curator, Stop};
use crate::ports::{History, Ports, Repo, RepoError, Revision};
use crate::rules::index::{IndexPath, Package, all_advisories_path};
use crate::rules::views::{Touched, touched};

use super::parts::Parts;

/// What is rendered of an index.
pub(super) struct Shown {
    /// What was touched; `None` where everything is rendered.
    pub(super) scope: Option<Touched>,
    /// What the index says of itself.
    pub(super) config: IndexConfig,
    /// The packages. One of which the index holds nothing any more is there, and empty.
    pub(super) packages: BTreeMap<PackageName, Package>,
    /// The files of package sets; `None` for one that is gone.
    pub(super) sets: BTreeMap<TreePath, Option<Vec<u8>>>,
    /// The file of all advisories.
    pub(super) advisories: Option<Vec<u8>>,
}

/// Finds out what changed in the index since the states that the parts of a view were made from; `None` where everything
/// is to be rendered.
pub(super) async fn find<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    parts: &Parts<P::Index>,
    extent: Extent,
) -> Result<Option<Touched>, Stop>
where
    P::Index: Repo + History,
{
    let (now, mut all) = (reader.index_revision(), Touched::default());
    if extent == Extent::Everything || parts.goal.index_commit.is_none() {
        return Ok(None);
    }
    let mut since = BTreeSet::new();
    for state in parts.states() {
        match state.and_then(|state| state.index_commit) {
            Some(commit) => drop(since.insert(commit)),
            None => return Ok(None),
        }
    }
    for commit in since {
        let since = Revision(commit.to_string());
        // The log brings the states that a shallow copy lacks, and knows another history when it sees one.
        match curator.index.log(Some(&since), now).await {
            Ok(_) => {}
            Err(RepoError::Rewritten { .. } | RepoError::Unknown { .. }) => return Ok(None),
            Err(error) => return Err(error.into()),
        }
        let differences = curator.index.difference(Some(&since), now)?;
        match touched(differences.changed.iter().map(|changed| &changed.path)) {
            Some(touched) => all.add(touched),
            None => return Ok(None),
        }
    }
    Ok(Some(all))
}

impl Shown {
    /// Reads what is rendered.
    pub(super) fn read<P: Ports>(
        reader: &Reader<'_, P>,
        scope: Option<Touched>,
        config: IndexConfig,
    ) -> Result<Self, Stop> {
        let advisories = reader.index_file(&all_advisories_path().map_err(bug)?)?;
        let (mut packages, mut sets) = (BTreeMap::<PackageName, Package>::new(), BTreeMap::new());
        if let Some(touched) = &scope {
            for name in &touched.packages {
                let package = reader.published(name)?;
                refuse_strangers(name, &package)?;
                packages.insert(name.clone(), package);
            }
            for path in &touched.sets {
                sets.insert(path.clone(), reader.index_file(path)?);
            }
        } else {
            let files = reader.index_files()?;
            packages = packages_of(files.iter().map(|(path, bytes)| (path, bytes.as_slice())))?;
            let is_set = |path: &TreePath| matches!(IndexPath::of(path), IndexPath::PackageSet);
            let found = files.into_iter().filter(|(path, _)| is_set(path));
            sets.extend(found.map(|(path, bytes)| (path, Some(bytes))));
        }
        Ok(Self { scope, config, packages, sets, advisories })
    }

    /// Whether everything is rendered.
    pub(super) fn is_everything(&self) -> bool {
        self.scope.is_none()
    }
}
