//! The trees of the next commit: built on those of its parent, and only along the paths that change.

use std::borrow::Cow;
use std::collections::BTreeMap;

use git2::{ObjectType, Oid};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::adapters::git::tree_object::{Kind, entries};
use crate::model::TreePath;
use crate::ports::{Change, RepoError};

use super::objects::Objects;

/// An object that the repository may not have yet.
pub(super) struct NewObject<'a> {
    pub(super) kind: ObjectType,
    pub(super) id: Oid,
    pub(super) bytes: Cow<'a, [u8]>,
}

impl<'a> NewObject<'a> {
    /// The object with these bytes.
    pub(super) fn of(kind: ObjectType, bytes: impl Into<Cow<'a, [u8]>>) -> Result<Self, git2::Error> {
        let bytes = bytes.into();
        // libgit2's SHA-1 notices the known collisions, as git's own does.
        Ok(Self { kind, id: Oid::hash_object(kind, &bytes)?, bytes })
    }
}

/// What becomes of the file at a path.
#[derive(Default, Clone, Copy)]
enum File<'a> {
    #[default]
    Stays,
    Goes,
    Comes(&'a [u8]),
}

/// The changes at and below a path.
#[derive(Default)]
struct Node<'a> {
    file: File<'a>,
    below: BTreeMap<&'a str, Node<'a>>,
}

/// An entry of a tree: its mode as it is written, what that means, and the object.
pub(super) type Entry = (Vec<u8>, Kind, Oid);

/// Builds the tree after `change` on the tree `root` (an empty one, for `None`); gives its id, and the objects that are
/// new. A folder that has nothing left in it goes.
///
/// # Errors
/// A change meets a link or a submodule, or a file and a folder would have the same name.
pub(super) fn build<'a>(
    objects: &Objects,
    root: Option<Oid>,
    folder: Option<&'a TreePath>,
    change: &'a Change,
) -> Result<(Oid, Vec<NewObject<'a>>), RepoError> {
    let mut top = Node::default();
    for (path, bytes) in change {
        let mut node = &mut top;
        for part in folder.into_iter().flat_map(TreePath::parts).chain(path.parts()) {
            node = node.below.entry(part).or_default();
        }
        node.file = bytes.as_deref().map_or(File::Goes, File::Comes);
    }
    let (tree, mut new) = folder_after(objects, root, &top, &[])?;
    if let Some(tree) = tree {
        return Ok((tree, new));
    }
    // Only the root may be empty.
    let empty = NewObject::of(ObjectType::Tree, Vec::new()).map_err(|error| failed(objects, &error))?;
    let id = empty.id;
    new.push(empty);
    Ok((id, new))
}

/// The folder at `way` after its changes; `None` where nothing is left of it.
fn folder_after<'a>(
    objects: &Objects,
    base: Option<Oid>,
    node: &Node<'a>,
    way: &[&'a str],
) -> Result<(Option<Oid>, Vec<NewObject<'a>>), RepoError> {
    let mut present = base.map(|base| read(objects, base)).transpose()?.unwrap_or_default();
    let changes: Vec<(&&'a str, &Node<'a>)> = node.below.iter().collect();
    let built: Vec<_> = changes
        .par_iter()
        .map(|(name, child)| entry_after(objects, present.get(name.as_bytes()), child, &[way, &[**name]].concat()))
        .collect();
    let mut new = Vec::new();
    for ((name, _), built) in changes.into_iter().zip(built) {
        let (entry, objects) = built?;
        new.extend(objects);
        match entry {
            Some(entry) => present.insert(name.as_bytes().to_vec(), entry),
            None => present.remove(name.as_bytes()),
        };
    }
    if present.is_empty() {
        return Ok((None, new));
    }
    let tree = NewObject::of(ObjectType::Tree, written(present)).map_err(|error| failed(objects, &error))?;
    let id = tree.id;
    new.push(tree);
    Ok((Some(id), new))
}

/// What stands at `way` after its changes; `None` where nothing does.
fn entry_after<'a>(
    objects: &Objects,
    present: Option<&Entry>,
    node: &Node<'a>,
    way: &[&'a str],
) -> Result<(Option<Entry>, Vec<NewObject<'a>>), RepoError> {
    let path = way.join("/").parse::<TreePath>().ok();
    let refuse = |message: &str| objects.unusable(path.as_ref(), message);
    let was = present.map(|(_, kind, id)| (*kind, *id));
    if let Some((Kind::Link | Kind::Submodule, _)) = was {
        return Err(refuse("it is a link or a submodule, not a file"));
    }
    let base = match was {
        Some((Kind::Tree, id)) => Some(id),
        _ => None,
    };
    // Nothing is dropped that the change does not name: neither the files of a folder for a file, nor the reverse.
    let (folder, mut new) =
        if node.below.is_empty() { (base, Vec::new()) } else { folder_after(objects, base, node, way)? };
    let is_file = matches!(was, Some((Kind::Blob(_), _)));
    match (node.file, folder) {
        (File::Comes(_), Some(_)) => Err(refuse("a folder stands where a file is to be")),
        (File::Stays, Some(_)) if is_file => Err(refuse("a file stands where a folder is to be")),
        (File::Comes(bytes), None) => {
            let blob = NewObject::of(ObjectType::Blob, bytes).map_err(|error| failed(objects, &error))?;
            let mode = present.filter(|_| is_file).map_or_else(|| b"100644".to_vec(), |(mode, ..)| mode.clone());
            let entry = (mode, Kind::Blob(crate::model::Mode::Regular), blob.id);
            new.push(blob);
            Ok((Some(entry), new))
        }
        (_, Some(id)) => Ok((Some((b"40000".to_vec(), Kind::Tree, id)), new)),
        (File::Goes, None) => Ok((None, new)),
        (File::Stays, None) => Ok((present.filter(|_| is_file).cloned(), new)),
    }
}

/// The entries of a tree, by name.
pub(super) fn read(objects: &Objects, id: Oid) -> Result<BTreeMap<Vec<u8>, Entry>, RepoError> {
    let tree = objects.kept_tree(id)?;
    let mut read = BTreeMap::new();
    for entry in entries(&tree) {
        let entry = entry.map_err(|_| objects.broken(id, "is a malformed tree"))?;
        if read.insert(entry.name.to_vec(), (entry.mode.to_vec(), entry.kind, entry.id)).is_some() {
            return Err(objects.broken(id, "names something twice"));
        }
    }
    Ok(read)
}

/// The tree object of these entries, in git's order: a folder is sorted as if its name ended in a slash.
pub(super) fn written(entries: BTreeMap<Vec<u8>, Entry>) -> Vec<u8> {
    let mut sorted: Vec<(Vec<u8>, Entry)> = entries.into_iter().collect();
    sorted.sort_by_cached_key(
        |(name, (_, kind, _))| {
            if *kind == Kind::Tree { [name.as_slice(), b"/"].concat() } else { name.clone() }
        },
    );
    let mut bytes = Vec::with_capacity(sorted.iter().map(|(name, _)| name.len() + 28).sum());
    for (name, (mode, _, id)) in sorted {
        bytes.extend_from_slice(&mode);
        bytes.push(b' ');
        bytes.extend_from_slice(&name);
        bytes.push(0);
        bytes.extend_from_slice(id.as_bytes());
    }
    bytes
}

pub(super) fn failed(objects: &Objects, error: &git2::Error) -> RepoError {
    objects.unusable(None, error.message())
}
