//! Reads a source out of git's objects, within the budgets. Nothing is checked out: blobs are taken as they are, so
//! `.gitattributes`, filters and line endings change nothing.

use std::collections::BTreeSet;
use std::path::Path;
use std::sync::Arc;

use git2::{ErrorClass, ErrorCode, ObjectType, Odb, OdbObject, Oid};
use tempfile::TempDir;

use crate::model::{CommitId, Entry, File, Limits, Mode, PathError, Ref, SourceTree, TreePath};
use crate::ports::FetchError;

use super::message::shown;
use super::tree_object::{Kind, entries};
use super::{local, unsound};

/// The most tags that may point to each other before one points to a commit.
const MOST_NESTED_TAGS: usize = 16;
/// The most bytes of a symbolic link: Linux follows no longer one (`PATH_MAX`).
const MOST_LINK_BYTES: u64 = 4096;

/// The objects of a scratch repository, as one request reads them. libgit2 looks for new packs where it misses an
/// object, so what is fetched later is found too.
#[derive(Clone)]
pub(super) struct Objects {
    odb: Arc<Odb<'static>>,
    /// Keeps the directory while someone reads in it.
    _scratch: Arc<TempDir>,
    location: String,
    limits: Limits,
}

/// Opens the object database in `folder` alone: with a repository, libgit2 would read the configuration of the user
/// and of the system.
pub(super) fn open(folder: &Path) -> Result<Arc<Odb<'static>>, FetchError> {
    let failed = |error: git2::Error| local("opening a scratch repository", &error);
    let folder = folder.to_str().ok_or_else(|| local("opening a scratch repository", &"TMPDIR is not UTF-8"))?;
    let odb = Odb::new().map_err(failed)?;
    odb.add_disk_alternate(folder).map_err(failed)?;
    Ok(Arc::new(odb))
}

/// What stands at a path, before any of its bytes are read.
#[derive(Debug, Clone, Copy)]
pub(super) enum Item {
    File { mode: Mode, id: Oid, size: u64 },
    Link { id: Oid },
    Submodule { commit: Oid },
}

impl Objects {
    pub(super) fn new(odb: Arc<Odb<'static>>, scratch: Arc<TempDir>, location: String, limits: Limits) -> Self {
        Self { odb, _scratch: scratch, location, limits }
    }

    /// The commit that `tip`, which the tag holds, leads to through annotated tags.
    pub(super) fn peel(&self, reference: &Ref, tip: Oid) -> Result<CommitId, FetchError> {
        let mut id = tip;
        let not_a_commit = |kind: String| FetchError::NotACommit {
            location: self.location.clone(),
            reference: reference.clone(),
            kind,
        };
        for _ in 0..MOST_NESTED_TAGS {
            match self.header(id)? {
                (_, ObjectType::Commit) => return commit_id(id).ok_or_else(|| self.unsound(id, "has a strange id")),
                (_, ObjectType::Tag) => id = self.first_field(id, ObjectType::Tag, "object ")?,
                (_, kind) => return Err(not_a_commit(kind.str().to_owned())),
            }
        }
        Err(not_a_commit(format!("chain of more than {MOST_NESTED_TAGS} tags")))
    }

    /// Whether the commit is here.
    pub(super) fn has_commit(&self, commit: CommitId) -> Result<bool, FetchError> {
        let id = oid(commit)?;
        Ok(self.odb.exists(id) && self.header(id)?.1 == ObjectType::Commit)
    }

    /// Everything below `subdir` of `commit`, each name checked, no file read.
    ///
    /// # Errors
    /// A name is unsafe or stands twice, there is no such folder, or a budget does not suffice.
    pub(super) fn list(
        &self,
        commit: CommitId,
        subdir: Option<&TreePath>,
    ) -> Result<Vec<(TreePath, Item)>, FetchError> {
        let root = self.first_field(oid(commit)?, ObjectType::Commit, "tree ")?;
        let top = match subdir {
            Some(subdir) => self.folder(root, subdir)?.ok_or_else(|| FetchError::NoSubdir {
                location: self.location.clone(),
                commit,
                subdir: subdir.clone(),
            })?,
            None => root,
        };
        let mut listing = Vec::new();
        let mut count = 0;
        let mut folders = vec![(None::<TreePath>, top, 1)];
        while let Some((parent, id, depth)) = folders.pop() {
            if depth > self.limits.depth {
                return over("folders inside each other", self.limits.depth as u64);
            }
            let tree = self.read(id, ObjectType::Tree)?;
            let mut names = BTreeSet::new();
            for entry in entries(tree.data()) {
                let entry = entry.map_err(|_| self.unsound(id, "is a malformed tree"))?;
                // Each visit counts: a git bomb is few trees that are visited often.
                count += 1;
                if count > self.limits.entries {
                    return over("entries", self.limits.entries as u64);
                }
                let path = entry_path(parent.as_ref(), entry.name)?;
                if !names.insert(entry.name) {
                    return Err(FetchError::DuplicatePath { path });
                }
                match entry.kind {
                    Kind::Tree => folders.push((Some(path), entry.id, depth + 1)),
                    Kind::Link => listing.push((path, Item::Link { id: entry.id })),
                    Kind::Submodule => listing.push((path, Item::Submodule { commit: entry.id })),
                    Kind::Blob(mode) => {
                        let size = self.size(entry.id)?;
                        listing.push((path, Item::File { mode, id: entry.id, size }));
                    }
                }
            }
        }
        Ok(listing)
    }

    /// The source, with the bytes of those files that are marked `true`.
    ///
    /// # Errors
    /// What is to be read is larger than the budgets. That is known before any of it is.
    pub(super) fn read_files(&self, listing: Vec<(TreePath, Item, bool)>) -> Result<SourceTree, FetchError> {
        let mut total: u64 = 0;
        for (path, item, wanted) in &listing {
            let Item::File { size, .. } = *item else { continue };
            if !wanted {
                continue;
            }
            if size > self.limits.file_bytes {
                return over(&format!("bytes in the file {}", shown(path.as_str())), self.limits.file_bytes);
            }
            total = total.saturating_add(size);
        }
        if total > self.limits.tree_bytes {
            return over("bytes in all files", self.limits.tree_bytes);
        }
        listing
            .into_iter()
            .map(|(path, item, wanted)| {
                let entry = match item {
                    Item::File { size, .. } if !wanted => Entry::Unread { size },
                    Item::File { mode, id, .. } => {
                        Entry::File(File { mode, bytes: self.read(id, ObjectType::Blob)?.data().to_vec() })
                    }
                    Item::Link { id } if self.size(id)? > MOST_LINK_BYTES => {
                        return over(&format!("bytes in the link {}", shown(path.as_str())), MOST_LINK_BYTES);
                    }
                    Item::Link { id } => Entry::Link { target: self.read(id, ObjectType::Blob)?.data().to_vec() },
                    Item::Submodule { commit } => Entry::Submodule {
                        commit: commit_id(commit).ok_or_else(|| self.unsound(commit, "has a strange id"))?,
                    },
                };
                Ok((path, entry))
            })
            .collect()
    }

    /// The tree at `path` below the tree `root`; `None` where there is none. A symbolic link is none.
    fn folder(&self, root: Oid, path: &TreePath) -> Result<Option<Oid>, FetchError> {
        let mut folder = root;
        for part in path.parts() {
            let tree = self.read(folder, ObjectType::Tree)?;
            let mut found = None;
            for entry in entries(tree.data()) {
                let entry = entry.map_err(|_| self.unsound(folder, "is a malformed tree"))?;
                if entry.name != part.as_bytes() {
                    continue;
                }
                if found.replace(entry).is_some() {
                    return Err(FetchError::DuplicatePath { path: path.clone() });
                }
            }
            match found {
                Some(entry) if entry.kind == Kind::Tree => folder = entry.id,
                _ => return Ok(None),
            }
        }
        Ok(Some(folder))
    }

    /// The id after `name` in the first line of a commit or tag.
    fn first_field(&self, id: Oid, kind: ObjectType, name: &str) -> Result<Oid, FetchError> {
        let object = self.read(id, kind)?;
        let digits = object.data().strip_prefix(name.as_bytes()).and_then(|rest| rest.get(..40));
        let text = digits.and_then(|digits| std::str::from_utf8(digits).ok());
        text.and_then(|text| Oid::from_str(text).ok()).ok_or_else(|| self.unsound(id, "does not say where it leads"))
    }

    /// The object, where it is of this kind and its header promises no more bytes than a file may have.
    fn read(&self, id: Oid, kind: ObjectType) -> Result<OdbObject<'_>, FetchError> {
        let (size, found) = self.header(id)?;
        if found != kind {
            return Err(self.unsound(id, &format!("is a {found} where a {kind} must be")));
        }
        if size > self.limits.file_bytes {
            return over(&format!("bytes in the {kind} {id}"), self.limits.file_bytes);
        }
        self.odb.read(id).map_err(|error| self.unreadable(id, &error))
    }

    /// The size of a blob, from its header.
    fn size(&self, id: Oid) -> Result<u64, FetchError> {
        match self.header(id)? {
            (size, ObjectType::Blob) => Ok(size),
            (_, kind) => Err(self.unsound(id, &format!("is a {kind} where a blob must be"))),
        }
    }

    fn header(&self, id: Oid) -> Result<(u64, ObjectType), FetchError> {
        let (size, kind) = self.odb.read_header(id).map_err(|error| self.unreadable(id, &error))?;
        Ok((size as u64, kind))
    }

    fn unreadable(&self, id: Oid, error: &git2::Error) -> FetchError {
        match (error.code(), error.class()) {
            (ErrorCode::NotFound, _) => self.unsound(id, "is missing"),
            (_, ErrorClass::Os | ErrorClass::NoMemory) => local("reading a scratch repository", error),
            _ => self.unsound(id, &format!("cannot be read: {}", shown(error.message()))),
        }
    }

    fn unsound(&self, id: Oid, what: &str) -> FetchError {
        unsound(&self.location, format!("the object {id} {what}"))
    }
}

/// The path of the entry `name` of the folder `parent`.
fn entry_path(parent: Option<&TreePath>, name: &[u8]) -> Result<TreePath, FetchError> {
    let full = match parent {
        Some(parent) => [parent.as_str().as_bytes(), b"/", name].concat(),
        None => name.to_vec(),
    };
    // One name with slashes would be read as folders, and could name what stands elsewhere in the tree.
    let path = if name.contains(&b'/') { Err(PathError::Slash) } else { TreePath::from_bytes(&full) };
    path.map_err(|error| FetchError::UnsafePath { path: String::from_utf8_lossy(&full).into_owned(), error })
}

/// The id as libgit2 takes it.
pub(super) fn oid(commit: CommitId) -> Result<Oid, FetchError> {
    Oid::from_bytes(commit.as_bytes()).map_err(|error| local("reading an id", &error))
}

fn commit_id(id: Oid) -> Option<CommitId> {
    id.as_bytes().try_into().ok().map(CommitId::from_bytes)
}

fn over<T>(what: &str, limit: u64) -> Result<T, FetchError> {
    Err(FetchError::OverLimit { what: what.to_owned(), limit })
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use git2::{ObjectType, Oid, Repository};
    use tempfile::TempDir;

    use super::{Objects, commit_id, open};
    use crate::model::{CommitId, Limits, PathError};
    use crate::ports::FetchError;

    /// A repository whose objects nobody checks: git's own checks at the fetch stand in front of this one.
    struct Unchecked {
        repository: Repository,
        scratch: Arc<TempDir>,
    }

    impl Unchecked {
        fn new() -> Self {
            let scratch = Arc::new(TempDir::new().unwrap());
            Self { repository: Repository::init_bare(scratch.path()).unwrap(), scratch }
        }

        fn write(&self, kind: ObjectType, bytes: &[u8]) -> Oid {
            self.repository.odb().unwrap().write(kind, bytes).unwrap()
        }

        fn tree(&self, entries: &[(&str, &[u8], Oid)]) -> Oid {
            let entries =
                entries.iter().map(|(mode, name, id)| [mode.as_bytes(), b" ", name, b"\0", id.as_bytes()].concat());
            self.write(ObjectType::Tree, &entries.collect::<Vec<_>>().concat())
        }

        fn commit(&self, tree: Oid) -> CommitId {
            commit_id(self.write(ObjectType::Commit, format!("tree {tree}\n").as_bytes())).unwrap()
        }

        fn list(&self, tree: Oid) -> Result<usize, FetchError> {
            let odb = open(&self.scratch.path().join("objects")).unwrap();
            let objects = Objects::new(odb, Arc::clone(&self.scratch), "a".to_owned(), Limits::default());
            objects.list(self.commit(tree), None).map(|listing| listing.len())
        }
    }

    #[test]
    fn every_name_is_checked() {
        let repository = Unchecked::new();
        let file = repository.write(ObjectType::Blob, b"x");
        for (name, expected) in [
            (&b".git"[..], PathError::DotGit),
            (b".GIT", PathError::DotGit),
            (b"git~1", PathError::DotGit),
            (".g\u{200c}it".as_bytes(), PathError::DotGit),
            (b".git::$INDEX_ALLOCATION", PathError::DotGit),
            (b"..", PathError::Dots),
            (b".", PathError::Dots),
            (b"", PathError::Empty),
            (b"a/../../x", PathError::Slash),
            (b"a/b", PathError::Slash),
            (b"/", PathError::Slash),
            (b"caf\xe9", PathError::NotUtf8),
            (&[b'a'; 256], PathError::TooLong),
        ] {
            let file_tree = repository.tree(&[("100644", b"sound", file), ("100644", name, file)]);
            // As a link, a submodule and a folder, and below one, too.
            let trees = [
                file_tree,
                repository.tree(&[("120000", name, file)]),
                repository.tree(&[("160000", name, file)]),
                repository.tree(&[("40000", name, file_tree)]),
            ];
            for tree in trees {
                let found = repository.list(tree).unwrap_err();
                assert!(matches!(&found, FetchError::UnsafePath { error, .. } if *error == expected), "{found}");
            }
            let below = repository.tree(&[("40000", b"d", file_tree)]);
            let found = repository.list(below).unwrap_err();
            // Below a folder, an empty name is an empty part.
            let unsafe_path = matches!(&found, FetchError::UnsafePath { path, .. } if path.starts_with("d/"));
            assert!(unsafe_path, "{found}");
        }
    }

    #[test]
    fn no_name_may_stand_twice() {
        let repository = Unchecked::new();
        let file = repository.write(ObjectType::Blob, b"x");
        let folder = repository.tree(&[("100644", b"x", file)]);
        for entries in [
            [("100644", &b"a"[..], file), ("100644", b"a", file), ("100644", b"b", file)],
            [("100644", b"a", file), ("100644", b"a.b", file), ("40000", b"a", folder)],
        ] {
            let found = repository.list(repository.tree(&entries)).unwrap_err();
            assert!(matches!(&found, FetchError::DuplicatePath { path } if path.as_str() == "a"), "{found}");
        }
    }

    #[test]
    fn objects_must_be_what_the_tree_says() {
        let repository = Unchecked::new();
        let file = repository.write(ObjectType::Blob, b"x");
        let folder = repository.tree(&[("100644", b"x", file)]);
        let absent = Oid::hash_object(ObjectType::Blob, b"absent").unwrap();
        for entry in [("40000", file), ("100644", folder), ("100644", absent), ("40000", absent), ("60000", file)] {
            let found = repository.list(repository.tree(&[(entry.0, b"a", entry.1)])).unwrap_err();
            assert!(matches!(found, FetchError::Unsound { .. }), "{found}");
        }
        assert_eq!(repository.list(repository.tree(&[("40000", b"a", folder)])).unwrap(), 1);
    }
}
