//! The real PureScript registry, for the tests and benchmarks that ask for it: the directory that `CURATOR_REAL_DATA` names.
#![allow(clippy::unwrap_used, reason = "data that does not read as the registry writes it is a failed test")]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use curator::model::{PackageName, Range, Version};

/// Every version of every package with its dependencies.
pub(crate) type Packages = BTreeMap<PackageName, BTreeMap<Version, BTreeMap<PackageName, Range>>>;

#[derive(serde::Deserialize)]
struct Line {
    name: PackageName,
    version: Version,
    dependencies: BTreeMap<PackageName, Range>,
}

/// The directory of the real data, if there is one here.
pub(crate) fn directory() -> Option<PathBuf> {
    Some(PathBuf::from(std::env::var_os("CURATOR_REAL_DATA")?))
}

/// The packages of the index in `real/index`.
pub(crate) fn packages(real: &Path) -> Packages {
    let mut packages = Packages::new();
    read(&real.join("index"), &mut packages);
    assert!(packages.len() > 1_000, "only {} packages read", packages.len());
    packages
}

fn read(directory: &Path, packages: &mut Packages) {
    for entry in std::fs::read_dir(directory).unwrap() {
        let path = entry.unwrap().path();
        // Besides the shards there are a README and git's own folder: names of packages and shards have no dot.
        if path.file_name().unwrap().to_string_lossy().contains('.') {
            continue;
        }
        if path.is_dir() {
            read(&path, packages);
            continue;
        }
        for line in std::fs::read_to_string(path).unwrap().lines() {
            let Line { name, version, dependencies } = serde_json::from_str(line).unwrap();
            packages.entry(name).or_default().insert(version, dependencies);
        }
    }
}
