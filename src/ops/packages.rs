//! Reading what files of an index hold of packages.

use std::collections::BTreeMap;

use rayon::iter::{IntoParallelIterator as _, ParallelIterator as _};

use crate::model::{PackageName, TreePath};
use crate::rules::index::{IndexFile, IndexPath, MetadataFile, Package, metadata_path, shard_path};

use super::Stop;
use super::reader::{bug, unreadable};
use super::strangers::refuse_strangers;

/// What the file of manifests of a package and the one of its metadata hold, where each of them is there.
///
/// # Errors
/// [`Stop::IndexFile`] names the one that does not parse: it is never taken for absent.
pub(super) fn package_of(
    name: &PackageName,
    manifests: Option<&[u8]>,
    metadata: Option<&[u8]>,
) -> Result<Package, Stop> {
    let (lines, facts) = (shard_path(name).map_err(bug)?, metadata_path(name).map_err(bug)?);
    let manifests = manifests.map(IndexFile::parse).transpose().map_err(|error| unreadable(&lines, &error))?;
    let metadata = metadata.map(MetadataFile::parse).transpose().map_err(|error| unreadable(&facts, &error))?;
    Ok(Package { manifests, metadata })
}

/// Every package that files of an index hold something of; other files are passed over.
///
/// # Errors
/// [`Stop::IndexFile`] names a file that does not parse, or has a line of another package.
pub(super) fn packages_of<'f>(
    files: impl IntoIterator<Item = (&'f TreePath, &'f [u8])>,
) -> Result<BTreeMap<PackageName, Package>, Stop> {
    let mut found: BTreeMap<PackageName, [Option<&[u8]>; 2]> = BTreeMap::new();
    for (path, bytes) in files {
        match IndexPath::of(path) {
            IndexPath::Manifests(name) => found.entry(name).or_default()[0] = Some(bytes),
            IndexPath::Metadata(name) => found.entry(name).or_default()[1] = Some(bytes),
            IndexPath::PackageSet | IndexPath::Pending(..) | IndexPath::Other | IndexPath::Misplaced => {}
        }
    }
    // An index of a thousand packages takes as long to parse as to read.
    let read = |(name, [manifests, metadata]): (PackageName, [Option<&[u8]>; 2])| {
        let package = package_of(&name, manifests, metadata)?;
        refuse_strangers(&name, &package)?;
        Ok((name, package))
    };
    found.into_par_iter().map(read).collect()
}
