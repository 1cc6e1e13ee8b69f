//! Where things stand in an index.

use crate::model::{PackageName, PathError, TreePath, Version};

/// What a path of an index is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum IndexPath {
    /// The manifests of a package.
    Manifests(PackageName),
    /// The metadata of a package.
    Metadata(PackageName),
    /// A package set.
    PackageSet,
    /// Work that is owed for a version.
    Pending(PackageName, Version),
    /// Something else that an index holds: its configuration, a README, a log.
    Other,
    /// A file where manifests or metadata stand, under a name or in a folder that is not its own.
    Misplaced,
}

/// The folders of an index that hold no manifests.
const OTHER_FOLDERS: [&str; 3] = ["package-sets", "log", "advisories"];

impl IndexPath {
    /// Tells what `path` is for.
    #[must_use]
    pub fn of(path: &TreePath) -> Self {
        let text = path.as_str();
        let Some((top, rest)) = text.split_once('/') else { return Self::Other };
        if top.starts_with('.') {
            return Self::Other;
        }
        if top == "metadata" {
            return Self::metadata(rest).unwrap_or(Self::Misplaced);
        }
        if top == "pending" {
            return Self::pending(rest).unwrap_or(Self::Misplaced);
        }
        if OTHER_FOLDERS.contains(&top) {
            let is_set = top == "package-sets" && rest.strip_suffix(".json").is_some();
            return if is_set { Self::PackageSet } else { Self::Other };
        }
        called(text).filter(|name| name.shelf() == text).map_or(Self::Misplaced, Self::Manifests)
    }

    /// Reads `<ab>/<name>/<version>.json`.
    fn pending(rest: &str) -> Option<Self> {
        let (home, file) = rest.rsplit_once('/')?;
        let name = called(home)?;
        let version: Version = file.strip_suffix(".json")?.parse().ok()?;
        (home == name.home()).then_some(Self::Pending(name, version))
    }

    /// Reads `<shard>/<name>.json`, or `<name>.json` as the PureScript registry has it.
    fn metadata(rest: &str) -> Option<Self> {
        let stem = rest.strip_suffix(".json")?;
        let name = called(stem)?;
        (stem == name.as_str() || stem == name.shelf()).then_some(Self::Metadata(name))
    }
}

/// The name that a path ends with, in the scope that it begins with.
fn called(path: &str) -> Option<PackageName> {
    let stem = path.rsplit('/').next()?;
    match path.split_once('/').filter(|(scope, _)| scope.starts_with('@')) {
        Some((scope, _)) => format!("{scope}/{stem}").parse().ok(),
        None => stem.parse().ok(),
    }
}

/// The file that says what is owed for a version.
///
/// # Errors
/// None in practice: the path of a name and a version is a legal path.
pub fn pending_path(name: &PackageName, version: &Version) -> Result<TreePath, PathError> {
    format!("pending/{}/{version}.json", name.home()).parse()
}

/// The file that holds the manifests of `name`.
///
/// # Errors
/// None in practice: the path of a name is a legal path.
pub fn shard_path(name: &PackageName) -> Result<TreePath, PathError> {
    name.shelf().parse()
}

/// The file that holds the metadata of `name`.
///
/// # Errors
/// None in practice: the path of a name is a legal path.
pub fn metadata_path(name: &PackageName) -> Result<TreePath, PathError> {
    format!("metadata/{}.json", name.shelf()).parse()
}

/// The file of a package set.
///
/// # Errors
/// None in practice: the path of a version is a legal path.
pub fn package_set_path(version: &Version) -> Result<TreePath, PathError> {
    format!("package-sets/{version}.json").parse()
}

/// The version that a package set is called after; `None` where the file is none that clients take for a set.
#[must_use]
pub fn package_set_version(path: &TreePath) -> Option<Version> {
    path.as_str().strip_prefix("package-sets/")?.strip_suffix(".json")?.parse().ok()
}

/// Whether a path is in, or in the place of, a folder of published facts.
#[must_use]
pub fn holds_facts(path: &TreePath) -> bool {
    path.parts().next().is_some_and(|top| matches!(top, "metadata" | "package-sets"))
}
