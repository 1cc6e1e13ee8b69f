//! The import of the real PureScript registry: the index keeps its bytes, nothing is to do, and the audit finds the one
//! damage that was there before.
//!
//! Reads `index/`, `metadata/` and `package-sets/` under the directory that `CURATOR_REAL_DATA` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::panic,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "the test reads and makes real folders, and a failure to do so is a failure of the test"
)]

#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/program.rs"]
mod program;
#[allow(dead_code, reason = "shared with tests that need more of it")]
#[path = "support/trees.rs"]
mod trees;

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use program::{Ran, curator, finish};
use serde_json::json;
use trees::{Tree, part};

/// Runs the program in `home`, without a program that could fetch anything.
fn offline(home: &Path, args: &[&str]) -> Ran {
    let mut command = curator(home);
    command.env("PATH", "").args(args);
    finish(command)
}

/// The files below the folder `name`, by path from there.
fn files(tree: &Tree, name: &str) -> BTreeMap<PathBuf, Vec<u8>> {
    let part = part(tree, name);
    part.files().into_iter().map(|(path, bytes)| (path.to_owned(), bytes.to_vec())).collect()
}

#[test]
#[ignore = "needs CURATOR_REAL_DATA"]
fn the_real_registry_is_adopted_to_the_byte_and_nothing_is_to_do() {
    let real = PathBuf::from(std::env::var_os("CURATOR_REAL_DATA").expect("CURATOR_REAL_DATA names the real data"));
    let home = tempfile::tempdir().unwrap();
    let index = real.join("index");
    let places = ["--registry", real.to_str().unwrap(), "--index", index.to_str().unwrap(), "--into", "mine"];
    let import = [&["import", "purescript", "--format", "json"][..], &places].concat();
    let report = offline(home.path(), &import).ends(0).json();
    let counts = ["packages", "withoutVersions", "versions", "definitions", "unpublished", "packageSets", "written"]
        .map(|key| report[key].as_u64().unwrap());
    assert_eq!(counts, [1215, 57, 5495, 5494, 1, 501, 9600]);
    assert_eq!(report["findings"].as_array().unwrap().len(), 1);

    let (source, made) = (Tree::read(&real), Tree::read(&home.path().join("mine")));
    let mut adopted = files(&made, "index");
    assert_eq!(adopted.remove(Path::new("config.json")).map(|_| ()), Some(()));
    let mut expected = files(&source, "index");
    expected.retain(|path, _| path.components().count() > 1 && !path.starts_with(".git"));
    for (path, bytes) in files(&source, "package-sets") {
        expected.insert(Path::new("package-sets").join(path), bytes);
    }
    for (path, bytes) in files(&source, "metadata") {
        let name: curator::model::PackageName = path.file_stem().unwrap().to_str().unwrap().parse().unwrap();
        expected.insert(Path::new("metadata").join(name.shard()).join(path), bytes);
    }
    assert_eq!(adopted.len(), expected.len());
    assert!(adopted == expected, "some file differs");

    let registry = home.path().join("mine/registry");
    offline(&registry, &["sync"]).ends(0).prints(&["Nothing to do: 5495 versions published"]);
    offline(&registry, &["check"]).ends(0).prints(&["0 errors, 1 warning"]);
    let audit = offline(&registry, &["audit", "--format", "json"]).ends(1).json();
    assert_eq!(audit["counts"], json!({ "A004": 1, "A008": 1 }));
    assert_eq!(offline(home.path(), &import).ends(0).json()["written"], 0);
    assert_eq!(files(&Tree::read(&home.path().join("mine")), "index").len(), adopted.len() + 1);
}
