//! A registry in two bare repositories, a mirror of it, and a reader of mirrors that knows nothing of the program.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use sha2::{Digest as _, Sha256};
use walk::files;

use crate::program::Ran;
use crate::registry::Package;
use crate::remotes::Remotes;
use crate::trees::Tree;

/// `base` 1.0.0 and 2.0.0, and `apps` 1.0.0, which takes both, published; the mirror is `mirror` beside them.
pub(crate) fn published() -> (Remotes, Package) {
    let mut remotes = Remotes::new();
    let (base, apps) = (remotes.work.package("base"), remotes.work.package("apps"));
    for version in ["1.0.0", "2.0.0"] {
        remotes.work.release(&base, version, &[]);
    }
    remotes.work.release(&apps, "1.0.0", &[("base", ">=1.0.0 <3.0.0")]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0).prints(&["3 published"]);
    (remotes, base)
}

/// Mirrors with these arguments besides.
pub(crate) fn mirror(remotes: &Remotes, more: &[&str]) -> Ran {
    let mut command = crate::program::curator(remotes.home());
    command.args(["mirror", "index.git", "mirror", "--store", "store", "--cache", "mirror-cache"]).args(more);
    crate::program::finish(command)
}

/// A mirror as a reader sees it that was written from its description alone.
pub(crate) struct Read {
    root: PathBuf,
    /// Every file of the index, by path.
    pub(crate) index: BTreeMap<String, Vec<u8>>,
}

impl Read {
    /// Reads the mirror at `root`, and asserts that it is whole: the list names every file of the index and no other, each
    /// with its digest, and every published version has its archive, and none that is gone has one.
    pub(crate) fn whole(root: &Path) -> Self {
        let list = fs::read_to_string(root.join("index.sha256")).unwrap();
        let mut index = BTreeMap::new();
        for line in list.lines() {
            let (digest, path) = line.split_once("  ").unwrap();
            let bytes = fs::read(root.join(path)).unwrap();
            assert_eq!(hex(&bytes), digest, "{path}");
            index.insert(path.strip_prefix("index/").unwrap().to_owned(), bytes);
        }
        let found: Vec<String> = files(&root.join("index"));
        assert_eq!(found, index.keys().cloned().collect::<Vec<_>>());
        let mirror: Value = serde_json::from_slice(&fs::read(root.join("mirror.json")).unwrap()).unwrap();
        assert_eq!(mirror["format"], 1);
        let read = Self { root: root.to_owned(), index };
        let mut expected = Vec::new();
        for (name, version, facts) in read.published() {
            let path = format!("{name}/{name}-{version}.tar.gz");
            let bytes = fs::read(root.join("store").join(&path)).unwrap();
            assert_eq!(bytes.len() as u64, facts["bytes"], "{path}");
            let line = format!("{}  {name}-{version}.tar.gz\n", hex(&bytes));
            assert_eq!(fs::read_to_string(root.join("store").join(path.clone() + ".sha256")).unwrap(), line);
            expected.extend([path.clone(), path + ".sha256"]);
        }
        expected.sort();
        assert_eq!(files(&root.join("store")), expected);
        read
    }

    /// Every published version, with its facts.
    pub(crate) fn published(&self) -> Vec<(String, String, Value)> {
        let metadata = self.index.iter().filter(|(path, _)| path.starts_with("metadata/"));
        let versions = metadata.flat_map(|(path, bytes)| {
            let name = path.rsplit('/').next().unwrap().strip_suffix(".json").unwrap().to_owned();
            let facts: Value = serde_json::from_slice(bytes).unwrap();
            let published = facts["published"].as_object().unwrap().clone();
            published.into_iter().map(move |(version, facts)| (name.clone(), version, facts))
        });
        versions.collect()
    }

    /// The names and versions alone.
    pub(crate) fn versions(&self) -> Vec<String> {
        self.published().into_iter().map(|(name, version, _)| format!("{name}@{version}")).collect()
    }

    /// Everything but what the writer keeps for itself.
    pub(crate) fn tree(&self) -> Tree {
        tree(&self.root)
    }
}

/// Everything of a mirror but what the writer keeps for itself.
pub(crate) fn tree(root: &Path) -> Tree {
    let mut tree = Tree::read(root);
    tree.0.retain(|path, _| !path.to_str().unwrap().starts_with('.'));
    tree
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::new(), |mut hex, byte| {
        write!(hex, "{byte:02x}").unwrap();
        hex
    })
}

mod walk {
    use std::path::Path;

    use crate::trees::{Node, Tree};

    /// The files below a folder, sorted.
    pub(super) fn files(root: &Path) -> Vec<String> {
        let tree = Tree::read(root);
        let files = tree.0.iter().filter(|(_, node)| matches!(node, Node::File(_)));
        let mut files: Vec<String> = files.map(|(path, _)| path.to_str().unwrap().to_owned()).collect();
        files.sort();
        files
    }
}
