//! A plain folder in a git work tree: what its files were in the commits of that repository, and what its owner has
//! changed since, committed or not.

use std::fmt;
use std::path::{Path, PathBuf};

use git2::{Delta, DiffFile, DiffOptions, ErrorCode, FileMode, ObjectType, Oid, Repository, RepositoryOpenFlags};

use crate::adapters::git::message::shown;
use crate::model::TreePath;
use crate::ports::{Changed, Differences, Logged, ObjectId, RepoEntry, RepoEntryKind, RepoError, Revision, Standing};

use super::commit_object::{Commit, id};
use super::difference::difference;
use super::objects::Objects;
use super::{failed, past, unusable};

/// The repository of the work tree that a folder lies in. Unlike a repository that is a registry itself, it is its
/// owner's: their configuration decides what is ignored.
pub(in crate::adapters) struct WorkTree {
    place: String,
    top: PathBuf,
    /// The folder, from the top of the work tree; `None` where it is the top.
    folder: Option<TreePath>,
    objects: Objects,
}

/// The bytes of a file of the folder, as it was when it was listed.
type Read<'a> = &'a dyn Fn(&TreePath) -> Result<Option<Vec<u8>>, RepoError>;

impl WorkTree {
    /// The work tree that `folder` lies in, if it lies in one.
    pub(in crate::adapters) fn of(folder: &Path) -> Result<Option<Self>, RepoError> {
        let place = folder.display().to_string();
        let Ok(folder) = folder.canonicalize() else { return Ok(None) };
        let repository = match Repository::open_ext(&folder, RepositoryOpenFlags::empty(), [""; 0]) {
            Ok(repository) => repository,
            Err(error) if error.code() == ErrorCode::NotFound => return Ok(None),
            Err(error) => return Err(unusable(&place, error.message())),
        };
        let Some(top) = repository.workdir() else { return Ok(None) };
        let top = top.canonicalize().map_err(|error| failed(&place, error))?;
        let Ok(below) = folder.strip_prefix(&top) else { return Ok(None) };
        let folder = match below.to_str() {
            Some("") => None,
            Some(below) => Some(below.parse().map_err(|_| unusable(&place, "its path cannot be in a git tree"))?),
            None => return Err(unusable(&place, "its path is not UTF-8")),
        };
        let objects = Objects::open(&repository.commondir().join("objects"), &place)?;
        Ok(Some(Self { place, top, folder, objects }))
    }

    fn repository(&self) -> Result<Repository, RepoError> {
        Repository::open(&self.top).map_err(|error| self.failed(&error))
    }

    /// Whether `at` names a commit.
    pub(in crate::adapters) fn is_commit(at: &Revision) -> bool {
        id(&at.0).is_some()
    }

    fn commit(&self, at: &Revision) -> Result<(Oid, Commit), RepoError> {
        let unknown = || RepoError::Unknown { place: self.place.clone(), revision: at.0.clone() };
        let id = id(&at.0).ok_or_else(unknown)?;
        Ok((id, self.objects.commit(id)?.ok_or_else(unknown)?))
    }

    fn root(&self, at: &Revision) -> Result<Option<Oid>, RepoError> {
        self.objects.root(&self.commit(at)?.1, self.folder.as_ref())
    }

    /// The entries below `under` in the commit `at`.
    pub(in crate::adapters) fn list(
        &self,
        at: &Revision,
        under: Option<&TreePath>,
    ) -> Result<Vec<RepoEntry>, RepoError> {
        let Some(root) = self.root(at)? else { return Ok(Vec::new()) };
        let listed = self.objects.list(root, under)?.into_iter();
        Ok(listed.map(|entry| RepoEntry { path: entry.path, kind: entry.kind }).collect())
    }

    /// The bytes of a file in the commit `at`.
    pub(in crate::adapters) fn read(&self, at: &Revision, path: &TreePath) -> Result<Option<Vec<u8>>, RepoError> {
        self.root(at)?.map_or(Ok(None), |root| self.objects.read(root, path))
    }

    /// The files below `under` in the commit `at`.
    pub(in crate::adapters) fn read_all(
        &self,
        at: &Revision,
        under: Option<&TreePath>,
    ) -> Result<Vec<(TreePath, Vec<u8>)>, RepoError> {
        let Some(root) = self.root(at)? else { return Ok(Vec::new()) };
        self.objects.read_all(&self.objects.list(root, under)?)
    }

    /// The bytes of a file of the past.
    pub(in crate::adapters) fn bytes(&self, object: &ObjectId) -> Result<Vec<u8>, RepoError> {
        let id = Oid::from_bytes(&object.0).map_err(|error| self.failed(&error))?;
        self.objects.blob(id, None)
    }

    /// What is recorded of the commit `at`.
    pub(in crate::adapters) fn describe(&self, at: &Revision) -> Result<Logged, RepoError> {
        let (id, commit) = self.commit(at)?;
        past::describe(&self.objects, id, commit)
    }

    /// The commit at which what is checked out forked off what a person names, as git itself reads names.
    pub(in crate::adapters) fn fork_point(&self, name: &str) -> Result<Option<Revision>, RepoError> {
        let repository = self.repository()?;
        let named = repository.revparse_single(name).and_then(|object| object.peel_to_commit());
        let Ok(named) = named.map(|commit| commit.id()) else { return Ok(None) };
        let head = repository.head().and_then(|head| head.peel_to_commit()).map_err(|error| self.failed(&error))?;
        match past::merge_base(&self.objects, head.id(), named)? {
            (None, true) => Err(past::cut_off(&self.place)),
            (base, _) => Ok(base.map(|base| Revision(base.to_string()))),
        }
    }

    /// What differs between two commits.
    pub(in crate::adapters) fn between(
        &self,
        from: Option<&Revision>,
        to: &Revision,
    ) -> Result<Differences, RepoError> {
        let from = from.map(|from| self.root(from)).transpose()?.flatten();
        difference(&self.objects, from, self.root(to)?)
    }

    /// What differs between the commit `from` and the files that are there now, ignored ones left out. Only what differs
    /// is read.
    pub(in crate::adapters) fn edited(
        &self,
        from: Option<&Revision>,
        read: Read<'_>,
    ) -> Result<Differences, RepoError> {
        let repository = self.repository()?;
        let tree = from.map(|from| self.commit(from)).transpose()?.map(|(_, commit)| commit.tree);
        let tree = tree.map(|tree| repository.find_tree(tree)).transpose().map_err(|error| self.failed(&error))?;
        let mut options = DiffOptions::new();
        options.include_untracked(true).recurse_untracked_dirs(true).include_typechange(true).context_lines(0);
        if let Some(folder) = &self.folder {
            options.pathspec(folder.as_str()).disable_pathspec_match(true);
        }
        let diff = repository.diff_tree_to_workdir_with_index(tree.as_ref(), Some(&mut options));
        let mut found = Differences::default();
        for delta in diff.map_err(|error| self.failed(&error))?.deltas() {
            let bytes = delta.new_file().path_bytes().or_else(|| delta.old_file().path_bytes()).unwrap_or_default();
            let path = TreePath::from_bytes(bytes).ok().and_then(|path| match &self.folder {
                Some(folder) => path.within(folder),
                None => Some(path),
            });
            let Some(path) = path else {
                found.unlisted.push(shown(&String::from_utf8_lossy(bytes)));
                continue;
            };
            let old = delta.old_file();
            let before = if old.exists() { standing(kind(&old), old.id()) } else { None };
            let after = if matches!(delta.status(), Delta::Deleted) { None } else { self.present(&path, read)? };
            if before != after {
                found.changed.push(Changed { path, before, after });
            }
        }
        found.changed.sort_unstable_by(|a, b| a.path.cmp(&b.path));
        found.unlisted.sort_unstable();
        Ok(found)
    }

    /// What stands at `path` on the disk.
    fn present(&self, path: &TreePath, read: Read<'_>) -> Result<Option<Standing>, RepoError> {
        let place = self.folder.as_ref().map_or_else(|| path.clone(), |folder| path.below(folder));
        let place = self.top.join(place.as_str());
        let Ok(metadata) = place.symlink_metadata() else { return Ok(None) };
        let (kind, bytes) = if metadata.is_file() {
            (RepoEntryKind::File, read(path)?.ok_or_else(|| RepoError::Moved { place: self.place.clone() })?)
        } else {
            let target = place.read_link().map(|target| target.into_os_string().into_encoded_bytes());
            (RepoEntryKind::Foreign, target.unwrap_or_default())
        };
        let id = Oid::hash_object(ObjectType::Blob, &bytes).map_err(|error| self.failed(&error))?;
        Ok(standing(kind, id))
    }

    fn failed(&self, error: &git2::Error) -> RepoError {
        unusable(&self.place, error.message())
    }
}

fn kind(file: &DiffFile<'_>) -> RepoEntryKind {
    match file.mode() {
        FileMode::Link | FileMode::Commit => RepoEntryKind::Foreign,
        _ => RepoEntryKind::File,
    }
}

fn standing(kind: RepoEntryKind, id: Oid) -> Option<Standing> {
    Some(Standing { kind, object: ObjectId(id.as_bytes().try_into().ok()?) })
}

impl fmt::Debug for WorkTree {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("WorkTree").field("top", &self.top).field("folder", &self.folder).finish_non_exhaustive()
    }
}
