//! The view `purescript-registry`: the two repositories that spago clones, and the archives beside them.
//!
//! | part | files |
//! | --- | --- |
//! | index | `1/n`, `2/nn`, `3/a/abc`, `ab/cd/abcd`: a manifest a line, ascending |
//! | registry | `metadata/<name>.json`, in no folders; `package-sets/<version>.json`, or a lone `.gitkeep` there |
//! | archives | `<name>/<version>.tar.gz` |
//!
//! The files are those of the index, to the byte, but for what these clients must not see. They know no marks, so a
//! quarantined version has neither a line nor an entry here. A yanked one has both: leaving it out would break lock files,
//! and to leave it out of solving alone cannot be said. Keys that only the curator knows stay, since the clients pass
//! them over. What they could not read is left out ([`unreadable_version`]): one such line takes all others of its file
//! with it, without an error.
//!
//! Source: registry-dev's `SPEC.md`, and what spago 1.0.4 was seen to do with registries that differ from a good one.

mod client;

use std::collections::{BTreeMap, BTreeSet};

use serde_json::Value;

use crate::model::{LeftOut, LeftOutReason, LeftOutSubject, PackageName, PackageSet, PathError, TreePath, Version};
use crate::rules::index::{IndexFile, IndexPath, MetadataFile, MetadataFileError, Package};

pub use client::{unreadable_package, unreadable_set, unreadable_version};

/// What the clients get of a package.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ClientPackage {
    /// The lines; `None` where there is no file.
    pub lines: Option<IndexFile>,
    /// The metadata; `None` where there is no file.
    pub metadata: Option<MetadataFile>,
    /// What they do not get although it is published and not quarantined.
    pub left_out: Vec<LeftOut>,
}

/// What the clients get of a package, without the versions of `lacking`, whose archives cannot be had.
///
/// # Errors
/// None in practice: a file that was read can be edited.
pub fn client_package(
    name: &PackageName,
    package: &Package,
    lacking: &BTreeMap<Version, LeftOutReason>,
) -> Result<ClientPackage, MetadataFileError> {
    let Some(metadata) = &package.metadata else { return Ok(ClientPackage::default()) };
    let raw: Value = serde_json::from_str(metadata.text()).unwrap_or_default();
    if let Some(why) = unreadable_package(name, &raw) {
        let left_out = vec![LeftOut { what: LeftOutSubject::Package(name.clone()), why }];
        return Ok(ClientPackage { left_out, ..ClientPackage::default() });
    }
    let lines = package.manifests.clone().unwrap_or_else(IndexFile::empty);
    let (mut shown, mut left_out) = (BTreeSet::new(), Vec::new());
    for (version, facts) in &metadata.metadata().published {
        if facts.quarantined.is_some() {
            continue;
        }
        let line = lines.line(version).and_then(|line| lines.text().get(line.span.clone()));
        let entry = raw.get("published").and_then(|published| published.get(version.to_string()));
        let why = match line {
            None => Some(LeftOutReason::WithoutLine),
            Some(line) => lacking.get(version).cloned().or_else(|| unreadable_version(line, entry)),
        };
        match why {
            None => drop(shown.insert(version.clone())),
            Some(why) => {
                let what = LeftOutSubject::Version(name.clone(), version.clone());
                left_out.push(LeftOut { what, why });
            }
        }
    }
    let lines = only(lines, &shown);
    let mut metadata = metadata.clone();
    let hidden: Vec<Version> =
        metadata.metadata().published.keys().filter(|version| !shown.contains(*version)).cloned().collect();
    hidden.iter().try_for_each(|version| metadata.hide(version))?;
    Ok(ClientPackage {
        lines: Some(lines).filter(|lines| !lines.lines().is_empty()),
        metadata: Some(metadata),
        left_out,
    })
}

/// The file with no lines but those of these versions.
fn only(mut lines: IndexFile, shown: &BTreeSet<Version>) -> IndexFile {
    let versions: Vec<Version> = lines.manifests().map(|manifest| manifest.version.clone()).collect();
    versions.iter().filter(|version| !shown.contains(*version)).for_each(|version| lines.remove(version));
    lines
}

/// The lines to show while the metadata still names versions that leave: those of `target`, and of every other version
/// that has one now. `None` where nothing leaves.
#[must_use]
pub fn with_leaving(target: Option<&[u8]>, current: &[u8]) -> Option<String> {
    // What is there and no index file was not made here: nobody relies on it.
    let current = IndexFile::parse(current).ok()?;
    let staying = target.and_then(|target| IndexFile::parse(target).ok()).unwrap_or_else(IndexFile::empty);
    let (staying, mut all) = (texts(&staying), texts(&current));
    if all.keys().all(|version| staying.contains_key(version)) {
        return None;
    }
    all.extend(staying);
    Some(all.into_values().map(|line| line.to_owned() + "\n").collect())
}

/// The text of each line, by version.
fn texts(file: &IndexFile) -> BTreeMap<&Version, &str> {
    let lines = file.lines().iter();
    lines.filter_map(|line| Some((&line.manifest.version, file.text().get(line.span.clone())?))).collect()
}

/// The file of the metadata of a package.
///
/// # Errors
/// None in practice: the path of a name is a legal path.
pub fn client_metadata_path(name: &PackageName) -> Result<TreePath, PathError> {
    format!("metadata/{name}.json").parse()
}

/// The file of an archive.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn client_archive_path(name: &PackageName, version: &Version) -> Result<TreePath, PathError> {
    format!("{name}/{version}.tar.gz").parse()
}

/// The file that keeps the folder of package sets there while it holds none: without that folder, every command of spago
/// dies.
///
/// # Errors
/// None in practice: it is a legal path.
pub fn keep_path() -> Result<TreePath, PathError> {
    "package-sets/.gitkeep".parse()
}

/// Why clients cannot read a package set; `None` where they can. One that they cannot read kills their every command.
#[must_use]
pub fn set_problem(path: &TreePath, bytes: &[u8]) -> Option<LeftOut> {
    let readable = serde_json::from_slice::<PackageSet>(bytes).is_ok();
    let why = match serde_json::from_slice(bytes) {
        Ok(value) if readable => unreadable_set(&value),
        _ => Some(LeftOutReason::Key("packages")),
    };
    why.map(|why| LeftOut { what: LeftOutSubject::Set(path.to_string()), why })
}

/// Whether a file of the part `index` is the view's own.
#[must_use]
pub fn owns_line_file(path: &TreePath) -> bool {
    matches!(IndexPath::of(path), IndexPath::Manifests(_))
}

/// Whether a file of the part `registry` is the view's own.
#[must_use]
pub fn owns_registry_file(path: &TreePath) -> bool {
    let mut parts = path.parts();
    match (parts.next(), parts.next(), parts.next()) {
        (Some("metadata"), Some(file), None) => file.strip_suffix(".json").is_some(),
        (Some("package-sets"), Some(file), None) => file == ".gitkeep" || file.strip_suffix(".json").is_some(),
        _ => false,
    }
}

/// Whether a file of the part `archives` is the view's own.
#[must_use]
pub fn owns_archive(path: &TreePath) -> bool {
    archive_of(path).is_some()
}

/// The version whose archive stands at `path`.
#[must_use]
pub fn archive_of(path: &TreePath) -> Option<(PackageName, Version)> {
    let (name, file) = path.as_str().split_once('/')?;
    Some((name.parse().ok()?, file.strip_suffix(".tar.gz")?.parse().ok()?))
}
