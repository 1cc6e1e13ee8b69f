//! Reading the files of a commit out of a repository's objects: packs are read on every core.

use std::collections::HashMap;
use std::path::Path;
use std::sync::{Arc, Mutex, PoisonError};

use git2::{ErrorCode, ObjectType, Odb, OdbObject, Oid};
use rayon::iter::{IntoParallelRefIterator as _, ParallelIterator as _};

use crate::adapters::beneath::MOST_BYTES;
use crate::adapters::git::tree_object::{Kind, entries};
use crate::model::TreePath;
use crate::ports::{ObjectId, RepoEntryKind, RepoError};

use super::commit_object::{Commit, id as id_of};

/// The most folders inside each other: more than any layout of ours has, and few enough to bound a walk.
pub(super) const DEPTH: usize = 64;

/// The most files of a listing: a tree of a few objects can spell out billions.
const MOST_FILES: usize = 8_000_000;

/// The objects of a repository.
pub(super) struct Objects {
    pub(super) odb: Odb<'static>,
    /// What messages call the repository.
    place: String,
    kept: Mutex<Kept>,
}

/// The most bytes of one tree: half a million entries. Names that are alike deflate to next to nothing, so that a small
/// pack can hold a tree that fills the memory.
const MOST_TREE_BYTES: usize = 32 << 20;

/// The most bytes of trees that are kept.
const MOST_KEPT: usize = 32 << 20;

/// Trees that were read on the way to a file. Most files of a run lie below the same few, which are large in a large
/// index, and libgit2 keeps none above 4 kB.
#[derive(Default)]
struct Kept {
    trees: HashMap<Oid, Arc<[u8]>>,
    bytes: usize,
}

/// A file of a listing, or something in the place of one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Listed {
    pub(super) path: TreePath,
    pub(super) kind: RepoEntryKind,
    pub(super) id: Oid,
}

impl Objects {
    /// The objects in `folder` alone: with a repository, libgit2 would read the configuration of the user and of the
    /// system.
    pub(super) fn open(folder: &Path, place: &str) -> Result<Self, RepoError> {
        let fail = |message: &str| RepoError::Unusable { place: place.to_owned(), message: message.to_owned() };
        let folder = folder.to_str().ok_or_else(|| fail("its path is not UTF-8"))?;
        let odb = Odb::new().map_err(|error| fail(error.message()))?;
        odb.add_disk_alternate(folder).map_err(|error| fail(error.message()))?;
        Ok(Self { odb, place: place.to_owned(), kept: Mutex::default() })
    }

    /// Looks for objects in this folder, too.
    pub(super) fn look_into(&self, folder: &Path) -> Result<(), RepoError> {
        let folder = folder.to_str().ok_or_else(|| self.unusable(None, "the path of its objects is not UTF-8"))?;
        self.odb.add_disk_alternate(folder).map_err(|error| self.unusable(None, error.message()))
    }

    /// The commit; `None` where the repository does not have it.
    pub(super) fn commit(&self, id: Oid) -> Result<Option<Commit>, RepoError> {
        match self.odb.read(id) {
            Ok(object) if object.kind() == ObjectType::Commit => {
                Commit::parse(object.data()).map(Some).ok_or_else(|| self.broken(id, "is a malformed commit"))
            }
            Ok(object) => Err(self.broken(id, &format!("is a {} where a commit must be", object.kind()))),
            Err(error) if error.code() == ErrorCode::NotFound => Ok(None),
            Err(error) => Err(self.broken(id, &format!("cannot be read: {}", error.message()))),
        }
    }

    /// The tree at `folder` of the commit (its root, for `None`); `None` where there is none.
    pub(super) fn root(&self, commit: &Commit, folder: Option<&TreePath>) -> Result<Option<Oid>, RepoError> {
        let Some(folder) = folder else { return Ok(Some(commit.tree)) };
        match self.find(commit.tree, folder)? {
            Some((Kind::Tree, id)) => Ok(Some(id)),
            _ => Ok(None),
        }
    }

    /// Everything below `under` (everything, for `None`) of the tree `root`, sorted by path. Names that no tree of ours
    /// can have are left out.
    pub(super) fn list(&self, root: Oid, under: Option<&TreePath>) -> Result<Vec<Listed>, RepoError> {
        let top = match under.map(|under| self.find(root, under)).transpose()? {
            None => root,
            Some(Some((Kind::Tree, id))) => id,
            Some(_) => return Ok(Vec::new()),
        };
        let mut listed = Vec::new();
        let mut level: Vec<(Option<TreePath>, Oid)> = vec![(under.cloned(), top)];
        for _ in 0..=DEPTH {
            let looked: Vec<_> = level.par_iter().map(|(folder, id)| self.look(folder.as_ref(), *id)).collect();
            level = Vec::new();
            for contents in looked {
                let (files, folders) = contents?;
                listed.extend(files);
                level.extend(folders);
            }
            if listed.len() + level.len() > MOST_FILES {
                return Err(self.unusable(None, &format!("it has more than {MOST_FILES} files")));
            }
        }
        if let Some((folder, _)) = level.first() {
            return Err(self.unusable(folder.as_ref(), &format!("more than {DEPTH} folders are inside each other")));
        }
        listed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        Ok(listed)
    }

    /// The files and the folders directly in the tree `id`, which stands at `folder`.
    #[expect(clippy::type_complexity, reason = "a name for the pair would be read once")]
    fn look(
        &self,
        folder: Option<&TreePath>,
        id: Oid,
    ) -> Result<(Vec<Listed>, Vec<(Option<TreePath>, Oid)>), RepoError> {
        let (mut files, mut folders) = (Vec::new(), Vec::new());
        let tree = self.tree(id)?;
        for entry in entries(tree.data()) {
            let entry = entry.map_err(|_| self.broken(id, "is a malformed tree"))?;
            let Some(path) = path_below(folder, entry.name) else { continue };
            match entry.kind {
                Kind::Tree => folders.push((Some(path), entry.id)),
                kind => files.push(Listed { path, kind: entry_kind(kind), id: entry.id }),
            }
        }
        Ok((files, folders))
    }

    /// The bytes of the file at `path` below the tree `root`, if it is there.
    pub(super) fn read(&self, root: Oid, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        match self.find(root, path)? {
            Some((Kind::Blob(_), id)) => self.blob(id, Some(path)).map(Some),
            Some((Kind::Tree, _)) => Err(self.unusable(Some(path), "it is a folder, not a file")),
            Some(_) => Err(self.foreign(path)),
            None => Ok(None),
        }
    }

    /// The bytes of every listed file, read on as many threads as there are cores.
    pub(super) fn read_all(&self, listed: &[Listed]) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        let read = |entry: &Listed| match entry.kind {
            RepoEntryKind::File => Ok((entry.path.clone(), self.blob(entry.id, Some(&entry.path))?)),
            RepoEntryKind::Foreign => Err(self.foreign(&entry.path)),
        };
        let read: Vec<Result<_, RepoError>> = listed.par_iter().map(read).collect();
        // In order, so that the same failure is told on every run.
        read.into_iter().collect()
    }

    /// The number of bytes of a file, which is not read for that.
    pub(super) fn size(&self, object: &ObjectId) -> Result<u64, RepoError> {
        let id = Oid::from_bytes(&object.0).map_err(|error| self.unusable(None, error.message()))?;
        let (size, _) = self.odb.read_header(id).map_err(|error| self.unreadable(id, &error))?;
        Ok(size as u64)
    }

    /// The bytes of a file, which stands at `path` where that is known.
    pub(super) fn blob(&self, id: Oid, path: Option<&TreePath>) -> Result<Vec<u8>, RepoError> {
        let (size, _) = self.odb.read_header(id).map_err(|error| self.unreadable(id, &error))?;
        if size as u64 > MOST_BYTES {
            return Err(self.unusable(path, &format!("more than {MOST_BYTES} bytes")));
        }
        let object = self.odb.read(id).map_err(|error| self.unreadable(id, &error))?;
        if object.kind() == ObjectType::Blob {
            return Ok(object.data().to_vec());
        }
        Err(self.broken(id, &format!("is a {} where a file must be", object.kind())))
    }

    /// What stands at `path` below the tree `root`.
    fn find(&self, root: Oid, path: &TreePath) -> Result<Option<(Kind, Oid)>, RepoError> {
        let mut folder = root;
        let mut parts = path.parts().peekable();
        while let Some(part) = parts.next() {
            let tree = self.kept_tree(folder)?;
            let mut found = None;
            for entry in entries(&tree) {
                let entry = entry.map_err(|_| self.broken(folder, "is a malformed tree"))?;
                if entry.name == part.as_bytes() {
                    found = Some((entry.kind, entry.id));
                    break;
                }
            }
            match found {
                Some((Kind::Tree, id)) if parts.peek().is_some() => folder = id,
                // A link on the way is what stands there: it is never followed.
                Some(found @ (Kind::Link | Kind::Submodule, _)) => return Ok(Some(found)),
                Some(found) if parts.peek().is_none() => return Ok(Some(found)),
                _ => return Ok(None),
            }
        }
        Ok(None)
    }

    /// The bytes of the tree object, which are read once.
    pub(super) fn kept_tree(&self, id: Oid) -> Result<Arc<[u8]>, RepoError> {
        let kept = || self.kept.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = kept().trees.get(&id) {
            return Ok(Arc::clone(tree));
        }
        let (size, _) = self.odb.read_header(id).map_err(|error| self.unreadable(id, &error))?;
        if size > MOST_TREE_BYTES {
            return Err(self.broken(id, &format!("has more than {MOST_TREE_BYTES} bytes")));
        }
        let tree: Arc<[u8]> = self.tree(id)?.data().into();
        let mut kept = kept();
        if kept.bytes + tree.len() > MOST_KEPT {
            *kept = Kept::default();
        }
        kept.bytes += tree.len();
        kept.trees.insert(id, Arc::clone(&tree));
        Ok(tree)
    }

    /// The tree object.
    pub(super) fn tree(&self, id: Oid) -> Result<OdbObject<'_>, RepoError> {
        let object = self.odb.read(id).map_err(|error| self.unreadable(id, &error))?;
        if object.kind() == ObjectType::Tree {
            // Of two entries of one name, different readers take different ones (threat 11).
            if !ascends(object.data()) {
                return Err(self.broken(id, "names something twice, or not in git's order"));
            }
            return Ok(object);
        }
        Err(self.broken(id, &format!("is a {} where a folder must be", object.kind())))
    }

    /// The commit that annotated tags lead to; `None` where they lead to something else.
    pub(super) fn peeled(&self, mut id: Oid) -> Result<Option<Oid>, RepoError> {
        for _ in 0..16 {
            let object = match self.odb.read(id) {
                Ok(object) => object,
                Err(error) => return Err(self.broken(id, &format!("cannot be read: {}", error.message()))),
            };
            if object.kind() == ObjectType::Commit {
                return Ok(Some(id));
            }
            let line = object.data().split(|&byte| byte == b'\n').next().unwrap_or_default();
            let target = line.strip_prefix(b"object ").and_then(|digits| std::str::from_utf8(digits).ok());
            let Some(next) = target.filter(|_| object.kind() == ObjectType::Tag).and_then(id_of) else {
                return Ok(None);
            };
            id = next;
        }
        Ok(None)
    }

    fn unreadable(&self, id: Oid, error: &git2::Error) -> RepoError {
        match error.code() {
            ErrorCode::NotFound => self.broken(id, "is missing"),
            _ => self.broken(id, &format!("cannot be read: {}", error.message())),
        }
    }

    /// The error for an object that is not as it must be.
    pub(super) fn broken(&self, id: Oid, what: &str) -> RepoError {
        self.unusable(None, &format!("the object {id} {what}; 'git fsck' there tells more"))
    }

    /// The error for something that no registry may hold.
    pub(super) fn foreign(&self, path: &TreePath) -> RepoError {
        self.unusable(Some(path), "it is a link or a submodule, not a file")
    }

    /// The error for what stands at `path`.
    pub(super) fn unusable(&self, path: Option<&TreePath>, message: &str) -> RepoError {
        let place = path.map_or_else(|| self.place.clone(), |path| format!("{}: {path}", self.place));
        RepoError::Unusable { place, message: message.to_owned() }
    }
}

/// Whether the entries of a tree stand in git's order, a folder as if its name ended in a slash, and none stands twice.
fn ascends(tree: &[u8]) -> bool {
    let mut before: Option<(&[u8], bool)> = None;
    for entry in entries(tree).map_while(Result::ok) {
        let now = (entry.name, matches!(entry.kind, Kind::Tree));
        if let Some(before) = before
            && (before.0 == now.0 || sort_key(before).gt(sort_key(now)))
        {
            return false;
        }
        before = Some(now);
    }
    true
}

/// The name of an entry as git sorts it.
fn sort_key((name, is_folder): (&[u8], bool)) -> impl Iterator<Item = u8> + '_ {
    name.iter().copied().chain(is_folder.then_some(b'/'))
}

/// Refuses a repository of SHA-256 objects (gitformat `extensions.objectFormat`): ours among them would break it.
pub(super) fn refuse_sha256(git_dir: &Path, place: &str) -> Result<(), RepoError> {
    let config = std::fs::read_to_string(git_dir.join("config")).unwrap_or_default().to_ascii_lowercase();
    let mut settings = config.lines().filter_map(|line| line.split_once('='));
    if settings.any(|(name, value)| name.trim() == "objectformat" && value.trim() != "sha1") {
        let message = "it keeps SHA-256 objects; make a repository with 'git init --bare --object-format=sha1'";
        return Err(RepoError::Unusable { place: place.to_owned(), message: message.to_owned() });
    }
    Ok(())
}

/// What a listing says of an entry that is no folder.
pub(super) fn entry_kind(kind: Kind) -> RepoEntryKind {
    if let Kind::Blob(_) = kind { RepoEntryKind::File } else { RepoEntryKind::Foreign }
}

/// The path of `name` in `folder`; `None` for names that no tree of ours can have.
pub(super) fn path_below(folder: Option<&TreePath>, name: &[u8]) -> Option<TreePath> {
    if name.contains(&b'/') {
        return None;
    }
    let name = TreePath::from_bytes(name).ok()?;
    let path = folder.map_or_else(|| name.clone(), |folder| name.below(folder));
    // Only the whole path shows whether it is too long.
    (path.as_str().len() <= 4096).then_some(path)
}
