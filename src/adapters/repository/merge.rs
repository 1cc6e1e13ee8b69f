//! Merging two trees path by path: what one side alone changed is taken, and what both changed must be alike.
//!
//! Nothing is merged line by line and no rename is guessed at, so it is plain what comes of it. Links, submodules and
//! modes are carried as they are: to refuse them is the checks' matter.

use std::collections::{BTreeMap, BTreeSet};

use git2::{ObjectType, Oid};

use crate::adapters::git::message::shown;
use crate::adapters::git::tree_object::Kind;
use crate::ports::RepoError;

use super::objects::{DEPTH, Objects};
use super::trees::{Entry, NewObject, failed, read, written};

/// What a merge of trees gives.
pub(super) enum MergedTree {
    /// The tree, and the objects that are new.
    Cleanly(Oid, Vec<NewObject<'static>>),
    /// The paths that both sides changed, and not alike; sorted, and safe to show.
    Conflict(Vec<String>),
}

/// The same thing in the three trees.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Sides<T> {
    fork: T,
    base: T,
    head: T,
}

impl<T> Sides<T> {
    fn map<U>(self, change: impl Fn(T) -> U) -> Sides<U> {
        Sides { fork: change(self.fork), base: change(self.base), head: change(self.head) }
    }
}

/// What a merge has come to so far.
struct Merge<'o> {
    objects: &'o Objects,
    new: Vec<NewObject<'static>>,
    conflicts: BTreeSet<String>,
}

/// Merges the trees `base` and `head`, which were one at `fork`.
pub(super) fn merge(objects: &Objects, fork: Oid, base: Oid, head: Oid) -> Result<MergedTree, RepoError> {
    if fork == base || base == head {
        return Ok(MergedTree::Cleanly(head, Vec::new()));
    }
    let mut merge = Merge { objects, new: Vec::new(), conflicts: BTreeSet::new() };
    let sides = Sides { fork: Some(fork), base: Some(base), head: Some(head) };
    let tree = if fork == head { Some(base) } else { merge.folder(sides, "", 0)? };
    if !merge.conflicts.is_empty() {
        return Ok(MergedTree::Conflict(merge.conflicts.into_iter().collect()));
    }
    // Only the root may be empty.
    let tree = match tree {
        Some(tree) => tree,
        None => merge.write(BTreeMap::new())?,
    };
    Ok(MergedTree::Cleanly(tree, merge.new))
}

impl Merge<'_> {
    /// The folder at `way`; `None` where nothing is left of it.
    fn folder(&mut self, sides: Sides<Option<Oid>>, way: &str, depth: usize) -> Result<Option<Oid>, RepoError> {
        if depth > DEPTH {
            return Err(self.objects.unusable(None, &format!("more than {DEPTH} folders are inside each other")));
        }
        let objects = self.objects;
        let load = |id: Option<Oid>| id.map(|id| read(objects, id)).transpose().map(Option::unwrap_or_default);
        let folders = Sides { fork: load(sides.fork)?, base: load(sides.base)?, head: load(sides.head)? };
        let names: BTreeSet<&Vec<u8>> =
            folders.fork.keys().chain(folders.base.keys()).chain(folders.head.keys()).collect();
        let mut merged = BTreeMap::new();
        for name in names {
            let entries =
                Sides { fork: folders.fork.get(name), base: folders.base.get(name), head: folders.head.get(name) };
            if let Some(entry) = self.entry(entries, way, name, depth)? {
                merged.insert(name.clone(), entry);
            }
        }
        if merged.is_empty() {
            return Ok(None);
        }
        self.write(merged).map(Some)
    }

    /// What stands at `name` in the folder at `way`; `None` where nothing does.
    fn entry(
        &mut self,
        entries: Sides<Option<&Entry>>,
        way: &str,
        name: &[u8],
        depth: usize,
    ) -> Result<Option<Entry>, RepoError> {
        let Sides { fork, base, head } = entries;
        if base == head || fork == head {
            return Ok(base.cloned());
        }
        if fork == base {
            return Ok(head.cloned());
        }
        let name = shown(&String::from_utf8_lossy(name));
        let path = if way.is_empty() { name } else { format!("{way}/{name}") };
        if [fork, base, head].into_iter().flatten().all(|(_, kind, _)| *kind == Kind::Tree) {
            let folder = self.folder(entries.map(|entry| entry.map(|(_, _, id)| *id)), &path, depth + 1)?;
            return Ok(folder.map(|id| (b"40000".to_vec(), Kind::Tree, id)));
        }
        self.conflicts.insert(path);
        Ok(None)
    }

    fn write(&mut self, entries: BTreeMap<Vec<u8>, Entry>) -> Result<Oid, RepoError> {
        let tree = NewObject::of(ObjectType::Tree, written(entries)).map_err(|error| failed(self.objects, &error))?;
        let id = tree.id;
        self.new.push(tree);
        Ok(id)
    }
}
