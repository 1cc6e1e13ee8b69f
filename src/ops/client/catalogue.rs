//! The part of an index that a question touches: packages, all that they depend on, and the advisories about them.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Advisory, CommitId, Ecosystem, IndexConfig, PackageName, TreePath};
use crate::ops::Stop;
use crate::ops::packages::{package_of, packages_of};
use crate::ops::reader::{bug, unreadable};
use crate::ops::strangers::{refuse_foreign, refuse_strangers};
use crate::ports::{IndexSource, RepoError};
use crate::rules::index::{Index, IndexFile, all_advisories_path, metadata_path, parse_all_json, shard_path};
use crate::rules::similar::similar;

use super::Refusal;

/// What was read of an index.
pub(in crate::ops) struct Catalogue<'s, S> {
    source: &'s S,
    /// The commit that it stands at, where it is in git.
    pub(in crate::ops) commit: Option<CommitId>,
    /// What the index says of itself.
    pub(in crate::ops) config: IndexConfig,
    /// The packages that were read.
    pub(in crate::ops) index: Index,
    /// All advisories, once a package was read that has one.
    pub(in crate::ops) advisories: Vec<Advisory>,
    /// The names that were asked for and are not there.
    pub(in crate::ops) missing: BTreeSet<PackageName>,
}

impl<'s, S: IndexSource> Catalogue<'s, S> {
    /// Opens the newest state.
    ///
    /// # Errors
    /// [`Stop`] where there is no index, or it cannot be read.
    pub(in crate::ops) async fn open(source: &'s S) -> Result<Self, Stop> {
        let no_index = |reason: String| Stop::from(Refusal::NoIndex { place: source.place(), reason });
        let failed = |error: RepoError| match error {
            RepoError::Missing { .. } => no_index("nothing that it should hold is there".to_owned()),
            RepoError::Unusable { message, .. } => no_index(message),
            error => error.into(),
        };
        let commit = source.open().await.map_err(failed)?;
        let path: TreePath = "config.json".parse().map_err(bug)?;
        let config = source.read(std::slice::from_ref(&path)).await.map_err(failed)?.pop().flatten();
        // An empty folder would be an index without packages, and whoever named it would look for a fault elsewhere.
        let config = config.ok_or_else(|| no_index(format!("it has no {path}")))?;
        let config = serde_json::from_slice(&config).map_err(|error| unreadable(&path, &error))?;
        let (index, advisories, missing) = (Index::default(), Vec::new(), BTreeSet::new());
        Ok(Self { source, commit, config, index, advisories, missing })
    }

    /// Reads `names`, and nothing that they depend on.
    ///
    /// # Errors
    /// [`Stop`] where a file cannot be read.
    pub(in crate::ops) async fn read(&mut self, names: impl IntoIterator<Item = PackageName>) -> Result<(), Stop> {
        let wanted: BTreeSet<PackageName> = names.into_iter().filter(|name| !self.knows(name)).collect();
        let mut paths = Vec::with_capacity(2 * wanted.len());
        for name in &wanted {
            paths.extend([shard_path(name).map_err(bug)?, metadata_path(name).map_err(bug)?]);
        }
        let mut files = self.source.read(&paths).await?.into_iter();
        for name in wanted {
            let (manifests, metadata) = (files.next().flatten(), files.next().flatten());
            self.take(name, manifests.as_deref(), metadata.as_deref())?;
        }
        self.read_advisories().await
    }

    /// Reads `names`, everything that any version of them depends on, and so forth.
    ///
    /// # Errors
    /// [`Stop`] where a file cannot be read.
    pub(in crate::ops) async fn gather(&mut self, names: impl IntoIterator<Item = PackageName>) -> Result<(), Stop> {
        let mut next: BTreeSet<PackageName> = names.into_iter().collect();
        let mut seen = BTreeSet::new();
        while !next.is_empty() {
            self.read(next.iter().cloned()).await?;
            let needs = |name: &PackageName| {
                let lines = self.index.packages.get(name).and_then(|package| package.manifests.as_ref());
                lines.into_iter().flat_map(IndexFile::manifests).flat_map(|manifest| manifest.dependencies.keys())
            };
            let needed: BTreeSet<PackageName> = next.iter().flat_map(needs).cloned().collect();
            seen.extend(std::mem::take(&mut next));
            next = needed.difference(&seen).cloned().collect();
        }
        Ok(())
    }

    /// Reads every package; gives every file of the index, sorted by path.
    ///
    /// # Errors
    /// [`Stop`] where a file cannot be read, or the place cannot tell what it has.
    pub(in crate::ops) async fn read_everything(&mut self) -> Result<Vec<(TreePath, Vec<u8>)>, Stop> {
        let files = self.source.read_all(None).await?;
        let index = parsed(files.iter().map(|(path, bytes)| (path, bytes.as_slice())))?;
        index.packages.iter().try_for_each(|(name, package)| refuse_foreign(self.config.profile, name, package))?;
        self.index = index;
        self.read_advisories().await?;
        Ok(files)
    }

    /// The packages that somebody may have meant who asks for `name`; none, where the place cannot tell what it has.
    pub(super) async fn alike(&mut self, name: &PackageName) -> Vec<PackageName> {
        if self.read_everything().await.is_err() {
            return Vec::new();
        }
        similar(name, self.index.packages.keys()).into_iter().map(|similar| similar.name.clone()).collect()
    }

    fn knows(&self, name: &PackageName) -> bool {
        self.index.packages.contains_key(name) || self.missing.contains(name)
    }

    fn take(&mut self, name: PackageName, manifests: Option<&[u8]>, metadata: Option<&[u8]>) -> Result<(), Stop> {
        let package = package_of(&name, manifests, metadata)?;
        if package.metadata.is_none() {
            self.missing.insert(name);
            return Ok(());
        }
        refuse_strangers(&name, &package)?;
        refuse_foreign(self.config.profile, &name, &package)?;
        self.index.packages.insert(name, package);
        Ok(())
    }

    /// Reads the advisories, where a package that was read has one.
    async fn read_advisories(&mut self) -> Result<(), Stop> {
        let mut facts = self.index.published_versions();
        if !self.advisories.is_empty() || facts.all(|(_, _, facts)| facts.advisories.is_empty()) {
            return Ok(());
        }
        let path = all_advisories_path().map_err(bug)?;
        let Some(bytes) = self.source.read(std::slice::from_ref(&path)).await?.pop().flatten() else { return Ok(()) };
        let ecosystem = Ecosystem::of_registry(&self.config.name);
        self.advisories = parse_all_json(&bytes, &ecosystem).map_err(|error| unreadable(&path, &error))?;
        Ok(())
    }
}

/// The packages of an index, of all its files. What has no metadata is no package.
fn parsed<'f>(files: impl Iterator<Item = (&'f TreePath, &'f [u8])>) -> Result<Index, Stop> {
    let mut packages = packages_of(files)?;
    packages.retain(|_, package| package.metadata.is_some());
    Ok(Index { packages })
}

/// The packages of an index whose files these are.
///
/// # Errors
/// [`Stop::IndexFile`] names the first that cannot be read.
pub(in crate::ops) fn index_of(files: &BTreeMap<TreePath, Vec<u8>>) -> Result<Index, Stop> {
    parsed(files.iter().map(|(path, bytes)| (path, bytes.as_slice())))
}
