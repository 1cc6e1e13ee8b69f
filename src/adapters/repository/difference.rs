//! What differs between two trees: only folders that differ are looked into, so the cost is that of the difference.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use git2::Oid;

use crate::adapters::git::message::shown;
use crate::adapters::git::tree_object::{Kind, after_first, entries};
use crate::model::TreePath;
use crate::ports::{Changed, Differences, ObjectId, RepoError, Standing};

use super::objects::{DEPTH, Objects, entry_kind, path_below};

/// The entries of a folder, by name.
type Folder = BTreeMap<Vec<u8>, (Kind, Oid)>;

/// So many folders may differ for each file that may: more than any layout of ours has on the way to a file.
const FOLDERS_PER_FILE: usize = 8;

/// What is compared, and how.
#[derive(Clone, Copy)]
pub(super) struct Comparison<'a> {
    /// The most files that may differ. A tree of a few objects can spell out more than anybody can look at.
    pub(super) most: usize,
    /// The folder into which nobody looks.
    pub(super) without: Option<&'a TreePath>,
    /// What counts as a difference.
    pub(super) modes: Modes,
}

/// Whether a file differs whose mode alone does.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Modes {
    /// It does not: nobody asks for modes.
    Alike,
    /// It does: somebody is to see all that a stranger changes.
    Apart,
}

/// Everything at which the trees `from` and `to` differ; `None` is the empty tree.
pub(super) fn difference(objects: &Objects, from: Option<Oid>, to: Option<Oid>) -> Result<Differences, RepoError> {
    let all = Comparison { most: usize::MAX, without: None, modes: Modes::Alike };
    Ok(compare(objects, from, to, all)?.unwrap_or_default())
}

/// The differences that `comparison` asks for; `None` where they are too many.
pub(super) fn compare(
    objects: &Objects,
    from: Option<Oid>,
    to: Option<Oid>,
    comparison: Comparison<'_>,
) -> Result<Option<Differences>, RepoError> {
    let mut found = Differences::default();
    let mut folders = vec![(None::<TreePath>, from, to, 0)];
    let mut visited = 0_usize;
    while let Some((folder, from, to, depth)) = folders.pop() {
        if from == to {
            continue;
        }
        visited += 1;
        if found.changed.len() + found.unlisted.len() > comparison.most
            || visited > comparison.most.saturating_mul(FOLDERS_PER_FILE)
        {
            return Ok(None);
        }
        if depth > DEPTH {
            return Err(objects.unusable(folder.as_ref(), &format!("more than {DEPTH} folders are inside each other")));
        }
        let trees = (object(objects, from)?, object(objects, to)?);
        let [before, after] = [&trees.0, &trees.1].map(|tree| tree.as_deref().unwrap_or_default());
        let (before, after) = apart(before, after);
        let (before, after) = (read(objects, from, before)?, read(objects, to, after)?);
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
            let is_file = changed.before.is_some() || changed.after.is_some();
            if is_file && (changed.before != changed.after || comparison.modes == Modes::Apart) {
                found.changed.push(changed);
            }
            if comparison.without != Some(&path) {
                folders.push((Some(path), was.and_then(tree), is.and_then(tree), depth + 1));
            }
        }
    }
    if found.changed.len() + found.unlisted.len() > comparison.most {
        return Ok(None);
    }
    found.changed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
    found.unlisted.sort_unstable();
    Ok(Some(found))
}

fn object(objects: &Objects, id: Option<Oid>) -> Result<Option<Arc<[u8]>>, RepoError> {
    id.map(|id| objects.kept_tree(id)).transpose()
}

/// The parts of two tree objects outside of which both say the same: a folder of thousands, of which a commit changes
/// one, is not read entry by entry.
fn apart<'t>(mut before: &'t [u8], mut after: &'t [u8]) -> (&'t [u8], &'t [u8]) {
    while let Some(rest) = after_first(before) {
        let (entry, _) = before.split_at(before.len() - rest.len());
        let Some(other) = after.strip_prefix(entry) else { break };
        (before, after) = (rest, other);
    }
    let same = before.iter().rev().zip(after.iter().rev()).take_while(|(a, b)| a == b).count();
    // Where what is the same begins inside an entry, that entry differs.
    let (mut old, mut new) = (before, after);
    while old.len() > same || new.len() > same || old.len() != new.len() {
        let longer = if old.len() > new.len() { &mut old } else { &mut new };
        let Some(rest) = after_first(longer) else { return (before, after) };
        *longer = rest;
    }
    let cut = |whole: &'t [u8], tail: &[u8]| whole.get(..whole.len() - tail.len()).unwrap_or(whole);
    (cut(before, old), cut(after, new))
}

fn read(objects: &Objects, id: Option<Oid>, bytes: &[u8]) -> Result<Folder, RepoError> {
    let mut folder = Folder::new();
    let Some(id) = id else { return Ok(folder) };
    for entry in entries(bytes) {
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

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use proptest::prelude::{any, prop_assert, prop_assert_eq, proptest};

    use super::{apart, entries};

    type Folder = BTreeMap<String, u8>;

    /// A tree object; ids of one byte again and again, so that tails look the same across the bounds of entries.
    fn tree(folder: &Folder) -> Vec<u8> {
        let entry = |(name, id): (&String, &u8)| [format!("100644 {name}\0").as_bytes(), &[*id; 20]].concat();
        folder.iter().flat_map(entry).collect()
    }

    fn folder(bytes: &[u8]) -> Folder {
        let entry = |it: super::super::super::git::tree_object::RawEntry<'_>| {
            (String::from_utf8(it.name.to_vec()).unwrap(), it.id.as_bytes()[0])
        };
        entries(bytes).map(|it| entry(it.unwrap())).collect()
    }

    proptest! {
        #[test]
        fn what_is_cut_off_is_the_same_on_both_sides(
            before in proptest::collection::btree_map("[a-c]{1,3}", any::<bool>(), 0..8),
            after in proptest::collection::btree_map("[a-c]{1,3}", any::<bool>(), 0..8),
        ) {
            let [before, after] = [before, after].map(|it| it.into_iter().map(|(name, id)| (name, u8::from(id) * 97)).collect::<Folder>());
            let (old, new) = (tree(&before), tree(&after));
            let (old, new) = apart(&old, &new);
            let (old, new) = (folder(old), folder(new));
            let cut = |whole: &Folder, part: &Folder| {
                whole.iter().filter(|(name, _)| !part.contains_key(*name)).map(|(name, id)| (name.clone(), *id)).collect::<Folder>()
            };
            prop_assert_eq!(cut(&before, &old), cut(&after, &new));
            prop_assert!(before != after || (old.is_empty() && new.is_empty()));
        }
    }

    #[test]
    fn one_of_thousands_is_all_that_is_left() {
        let before: Folder = (0..2_000).map(|at| (format!("package-{at:04}.json"), 1)).collect();
        let mut after = before.clone();
        after.insert("package-1000.json".to_owned(), 2);
        after.insert("package-1000x.json".to_owned(), 2);
        after.remove("package-1001.json");
        let (old, new) = (tree(&before), tree(&after));
        let (old, new) = apart(&old, &new);
        assert_eq!((folder(old).len(), folder(new).len()), (2, 2));
    }
}
