//! Whole trees of files in memory: read from the disk, written to it, compared.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::{MetadataExt as _, PermissionsExt as _, symlink};
use std::path::{Path, PathBuf};

/// What stands at a path.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Node {
    /// A folder. It is listed because an empty one counts as a change, too.
    Folder,
    /// A file with its bytes.
    File(Vec<u8>),
    /// A symbolic link with its target.
    Link(PathBuf),
}

/// Everything below a folder, by path from there; nothing, where there is no folder.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Tree(pub(crate) BTreeMap<PathBuf, Node>);

impl Tree {
    /// Reads what is below `root`.
    pub(crate) fn read(root: &Path) -> Self {
        let mut tree = Self::default();
        tree.read_folder(root, Path::new(""));
        tree
    }

    fn read_folder(&mut self, root: &Path, folder: &Path) {
        let Ok(entries) = fs::read_dir(root.join(folder)) else { return };
        for entry in entries {
            let entry = entry.unwrap();
            let (path, kind) = (folder.join(entry.file_name()), entry.file_type().unwrap());
            let node = if kind.is_dir() {
                self.read_folder(root, &path);
                Node::Folder
            } else if kind.is_symlink() {
                Node::Link(fs::read_link(entry.path()).unwrap())
            } else {
                Node::File(fs::read(entry.path()).unwrap())
            };
            self.0.insert(path, node);
        }
    }

    /// Writes everything below `root`, in the order of the paths.
    pub(crate) fn write(&self, root: &Path) {
        self.write_in(self.0.keys(), root);
    }

    /// Writes everything below `root`, the last path first: many file systems list a folder in another order then.
    pub(crate) fn write_backwards(&self, root: &Path) {
        self.write_in(self.0.keys().rev(), root);
    }

    fn write_in<'a>(&self, paths: impl Iterator<Item = &'a PathBuf>, root: &Path) {
        fs::create_dir_all(root).unwrap();
        for path in paths {
            let place = root.join(path);
            fs::create_dir_all(place.parent().unwrap()).unwrap();
            match &self.0[path] {
                Node::Folder => fs::create_dir_all(&place).unwrap(),
                Node::File(bytes) => fs::write(&place, bytes).unwrap(),
                Node::Link(target) => symlink(target, &place).unwrap(),
            }
        }
    }

    /// Everything but what is below `folder`, and but the folder itself.
    pub(crate) fn without(mut self, folder: &str) -> Self {
        self.0.retain(|path, _| !path.starts_with(folder));
        self
    }

    /// The files alone: an index or a store is what its files are.
    pub(crate) fn files(&self) -> BTreeMap<&Path, &[u8]> {
        let files = self.0.iter().filter_map(|(path, node)| match node {
            Node::File(bytes) => Some((path.as_path(), bytes.as_slice())),
            _ => None,
        });
        files.collect()
    }

    /// The paths at which the two differ, each with what happened to it.
    pub(crate) fn differences(&self, after: &Self) -> Vec<String> {
        let gone =
            self.0.keys().filter(|path| !after.0.contains_key(*path)).map(|path| format!("- {}", path.display()));
        let come = after.0.iter().filter_map(|(path, node)| match self.0.get(path) {
            None => Some(format!("+ {}", path.display())),
            Some(before) if before != node => Some(format!("~ {}", path.display())),
            Some(_) => None,
        });
        gone.chain(come).collect()
    }
}

/// Asserts that two trees are the same, and names the paths where they are not.
#[track_caller]
pub(crate) fn assert_same(before: &Tree, after: &Tree) {
    assert_eq!(before.differences(after), [""; 0]);
}

/// What is below the folder `name` of a tree.
pub(crate) fn part(tree: &Tree, name: &str) -> Tree {
    let below = |(path, node): (&PathBuf, &Node)| Some((path.strip_prefix(name).ok()?.to_owned(), node.clone()));
    Tree(tree.0.iter().filter_map(below).filter(|(path, _)| path != Path::new("")).collect())
}

/// What `stat` says of everything below `root`, and of `root` itself: a write shows in it even where it changes no byte.
pub(crate) fn stamps(root: &Path) -> BTreeMap<PathBuf, (u64, i64, i64, u32)> {
    let paths = Tree::read(root).0.into_keys().chain([PathBuf::new()]);
    paths
        .map(|path| {
            let stat = fs::symlink_metadata(root.join(&path)).unwrap();
            let mode = stat.permissions().mode();
            (path, (stat.ino(), stat.mtime(), stat.mtime_nsec(), mode))
        })
        .collect()
}

/// Everything below `home`, except the lock file, which any writer leaves behind.
pub(crate) fn everything(home: &Path) -> Tree {
    let mut tree = Tree::read(home);
    tree.0.remove(Path::new(".index.lock"));
    tree
}
