//! What differs between two trees: only folders that differ are looked into, so the cost is that of the difference.

use std::collections::{BTreeMap, BTreeSet};

use git2::Oid;

use crate::adapters::git::message::shown;
use crate::adapters::git::tree_object::{Kind, entries};
use crate::model::TreePath;
use crate::ports::{Changed, Differences, ObjectId, RepoError, Standing};

use super::objects::{DEPTH, Objects, entry_kind, path_below};

/// The entries of a folder, by name.
type Folder = BTreeMap<Vec<u8>, (Kind, Oid)>;

/// Everything at which the trees `from` and `to` differ; `None` is the empty tree.
pub(super) fn difference(objects: &Objects, from: Option<Oid>, to: Option<Oid>) -> Result<Differences, RepoError> {
    let mut found = Differences::default();
    let mut folders = vec![(None::<TreePath>, from, to, 0)];
    while let Some((folder, from, to, depth)) = folders.pop() {
        if from == to {
            continue;
        }
        if depth > DEPTH {
            return Err(objects.unusable(folder.as_ref(), &format!("more than {DEPTH} folders are inside each other")));
        }
        let (before, after) = (read(objects, from)?, read(objects, to)?);
        let names: BTreeSet<&Vec<u8>> = before.keys().chain(after.keys()).collect();
        for name in names {
            let (was, is) = (before.get(name).copied(), after.get(name).copied());
            if was == is {
                continue;
            }
            let Some(path) = path_below(folder.as_ref(), name) else {
                let name = shown(&String::from_utf8_lossy(name));
                found.unlisted.push(folder.as_ref().map_or_else(|| name.clone(), |folder| format!("{folder}/{name}")));
                continue;
            };
            let changed = Changed { path: path.clone(), before: was.and_then(standing), after: is.and_then(standing) };
            // A file may differ in its mode alone, which nobody asks for.
            if changed.before != changed.after {
                found.changed.push(changed);
            }
            folders.push((Some(path), was.and_then(tree), is.and_then(tree), depth + 1));
        }
    }
    found.changed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found.unlisted.sort_unstable();
    Ok(found)
}

fn read(objects: &Objects, id: Option<Oid>) -> Result<Folder, RepoError> {
    let Some(id) = id else { return Ok(Folder::new()) };
    let tree = objects.tree(id)?;
    let mut folder = Folder::new();
    for entry in entries(tree.data()) {
        let entry = entry.map_err(|_| objects.broken(id, "is a malformed tree"))?;
        if folder.insert(entry.name.to_vec(), (entry.kind, entry.id)).is_some() {
            return Err(objects.broken(id, "names something twice"));
        }
    }
    Ok(folder)
}

fn tree((kind, id): (Kind, Oid)) -> Option<Oid> {
    (kind == Kind::Tree).then_some(id)
}

fn standing((kind, id): (Kind, Oid)) -> Option<Standing> {
    if kind == Kind::Tree {
        return None;
    }
    let object = ObjectId(id.as_bytes().try_into().ok()?);
    Some(Standing { kind: entry_kind(kind), object })
}
