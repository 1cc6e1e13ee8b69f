//! Bare repositories, changed as GitHub changes them: by commits, forks, and merges of three kinds.

use std::fs;
use std::path::{Path, PathBuf};

use git2::build::TreeUpdateBuilder;
use git2::{Commit, FileMode, Oid, Repository, Signature, Time};
use jiff::Timestamp;

/// Files to write and, where there are no bytes, to remove.
pub(crate) type Changes<'a> = &'a [(&'a str, Option<&'a [u8]>)];

/// How a pull request is merged.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Method {
    Merge,
    Squash,
    Rebase,
}

/// Who commits, and when.
pub(crate) struct Author<'a> {
    pub(crate) login: &'a str,
    pub(crate) at: Timestamp,
}

/// How much a pull request changes.
#[derive(Default)]
pub(crate) struct Extent {
    pub(crate) commits: usize,
    pub(crate) files: usize,
    pub(crate) additions: usize,
    pub(crate) deletions: usize,
}

/// A bare repository.
#[derive(Clone)]
pub(crate) struct Bare {
    pub(crate) path: PathBuf,
}

impl Bare {
    /// A new one without commits.
    pub(crate) fn init(path: PathBuf) -> Self {
        fs::create_dir_all(&path).unwrap();
        let mut options = git2::RepositoryInitOptions::new();
        options.bare(true).initial_head("main").external_template(false);
        let repository = Repository::init_opts(&path, &options).unwrap();
        let mut config = repository.config().unwrap();
        for setting in ["http.receivepack", "uploadpack.allowAnySHA1InWant", "uploadpack.allowFilter"] {
            config.set_bool(setting, true).unwrap();
        }
        Self { path }
    }

    pub(crate) fn open(&self) -> Repository {
        Repository::open_bare(&self.path).unwrap()
    }

    /// What a full ref points to.
    pub(crate) fn reference(&self, name: &str) -> Option<String> {
        let id = self.open().refname_to_id(name).ok()?;
        Some(id.to_string())
    }

    pub(crate) fn branch(&self, name: &str) -> Option<String> {
        self.reference(&format!("refs/heads/{name}"))
    }

    /// The commit that a branch, a tag or an id leads to.
    pub(crate) fn commit(&self, name: &str) -> Option<String> {
        let id = Oid::from_str(name).ok().filter(|id| name.len() == 40 && self.open().find_commit(*id).is_ok());
        let id = id.map(|id| id.to_string());
        id.or_else(|| self.branch(name)).or_else(|| self.reference(&format!("refs/tags/{name}")))
    }

    pub(crate) fn point(&self, name: &str, commit: &str) {
        self.open().reference(name, Oid::from_str(commit).unwrap(), true, "fake").unwrap();
    }

    /// A commit on top of `parent`.
    pub(crate) fn change(&self, parent: Option<&str>, changes: Changes<'_>, author: &Author<'_>) -> String {
        let repository = self.open();
        let parent = parent.map(|id| find(&repository, id));
        let empty = repository.treebuilder(None).unwrap().write().unwrap();
        let before = parent.as_ref().map_or(empty, Commit::tree_id);
        let before = repository.find_tree(before).unwrap();
        let mut update = TreeUpdateBuilder::new();
        for (path, bytes) in changes {
            match bytes {
                Some(bytes) => update.upsert(*path, repository.blob(bytes).unwrap(), FileMode::Blob),
                None => update.remove(*path),
            };
        }
        let tree = repository.find_tree(update.create_updated(&repository, &before).unwrap()).unwrap();
        let by = signature(author);
        let parents: Vec<&Commit<'_>> = parent.iter().collect();
        repository.commit(None, &by, &by, "Change files\n", &tree, &parents).unwrap().to_string()
    }

    /// Brings `from` of another repository here, under the name `to`.
    pub(crate) fn fetch(&self, other: &Path, from: &str, to: &str) {
        let repository = self.open();
        let mut remote = repository.remote_anonymous(other.to_str().unwrap()).unwrap();
        remote.fetch(&[format!("+{from}:{to}")], None, None).unwrap();
    }

    /// Whether `head` can be merged into `base` without conflicts.
    pub(crate) fn merges(&self, base: &str, head: &str) -> bool {
        let repository = self.open();
        let merged = repository.merge_commits(&find(&repository, base), &find(&repository, head), None);
        merged.is_ok_and(|index| !index.has_conflicts())
    }

    /// Merges `head` into `base`: the commits that this makes, the last one being the new base; `None` in a conflict.
    pub(crate) fn merge(
        &self,
        base: &str,
        head: &str,
        method: Method,
        title: &str,
        by: &Author<'_>,
    ) -> Option<Vec<String>> {
        let repository = self.open();
        let (base, head) = (find(&repository, base), find(&repository, head));
        if method == Method::Rebase {
            return rebase(&repository, base, &head, by);
        }
        let mut index = repository.merge_commits(&base, &head, None).ok().filter(|index| !index.has_conflicts())?;
        let tree = repository.find_tree(index.write_tree_to(&repository).unwrap()).unwrap();
        let parents = if method == Method::Merge { vec![&base, &head] } else { vec![&base] };
        let by = signature(by);
        let commit = repository.commit(None, &by, &by, title, &tree, &parents).unwrap();
        Some(vec![commit.to_string()])
    }

    /// How much `head` changes since it forked off `base`.
    pub(crate) fn extent(&self, base: &str, head: &str) -> Extent {
        let repository = self.open();
        let Some(diff) = diff(&repository, base, head) else { return Extent::default() };
        let stats = diff.stats().unwrap();
        Extent {
            commits: between(&repository, base, head).len(),
            files: stats.files_changed(),
            additions: stats.insertions(),
            deletions: stats.deletions(),
        }
    }

    /// The lines of `path` at `head` that the diff shows, first and last of each hunk; `None` where it is not changed.
    pub(crate) fn shown(&self, base: &str, head: &str, path: &str) -> Option<Vec<(u64, u64)>> {
        let repository = self.open();
        let diff = diff(&repository, base, head)?;
        let at = diff.deltas().position(|delta| delta.new_file().path() == Some(Path::new(path)))?;
        let Ok(Some(edit)) = git2::Patch::from_diff(&diff, at) else { return Some(Vec::new()) };
        let hunks = (0..edit.num_hunks()).map(|hunk| {
            let (hunk, _) = edit.hunk(hunk).unwrap();
            let first = u64::from(hunk.new_start());
            (first, (first + u64::from(hunk.new_lines())).saturating_sub(1))
        });
        Some(hunks.collect())
    }

    /// The text or bytes of a file.
    pub(crate) fn file(&self, commit: &str, path: &str) -> Option<Vec<u8>> {
        let repository = self.open();
        let entry = find(&repository, commit).tree().unwrap().get_path(Path::new(path)).ok()?;
        Some(repository.find_blob(entry.id()).ok()?.content().to_vec())
    }

    /// Whether `commit` is `tip` or lies below it.
    pub(crate) fn leads_to(&self, tip: &str, commit: &str) -> bool {
        let (Ok(tip), Ok(commit)) = (Oid::from_str(tip), Oid::from_str(commit)) else { return false };
        tip == commit || self.open().graph_descendant_of(tip, commit).unwrap_or(false)
    }
}

fn find<'r>(repository: &'r Repository, id: &str) -> Commit<'r> {
    repository.find_commit(Oid::from_str(id).unwrap()).unwrap()
}

fn signature(author: &Author<'_>) -> Signature<'static> {
    let email = format!("{}@users.noreply.github.com", author.login);
    Signature::new(author.login, &email, &Time::new(author.at.as_second(), 0)).unwrap()
}

fn diff<'r>(repository: &'r Repository, base: &str, head: &str) -> Option<git2::Diff<'r>> {
    let (base, head) = (find(repository, base), find(repository, head));
    let fork = repository.merge_base(base.id(), head.id()).ok()?;
    let fork = repository.find_commit(fork).unwrap().tree().unwrap();
    repository.diff_tree_to_tree(Some(&fork), Some(&head.tree().unwrap()), None).ok()
}

/// The commits of `head` that are not in `base`, oldest first.
fn between(repository: &Repository, base: &str, head: &str) -> Vec<Oid> {
    let mut walk = repository.revwalk().unwrap();
    walk.set_sorting(git2::Sort::TOPOLOGICAL | git2::Sort::REVERSE).unwrap();
    walk.push(Oid::from_str(head).unwrap()).unwrap();
    walk.hide(Oid::from_str(base).unwrap()).unwrap();
    walk.filter_map(Result::ok).collect()
}

fn rebase(repository: &Repository, base: Commit<'_>, head: &Commit<'_>, by: &Author<'_>) -> Option<Vec<String>> {
    let (mut made, mut tip) = (Vec::new(), base);
    for id in between(repository, &tip.id().to_string(), &head.id().to_string()) {
        let commit = repository.find_commit(id).unwrap();
        if commit.parent_count() > 1 {
            continue;
        }
        let picked = repository.cherrypick_commit(&commit, &tip, 0, None).ok();
        let mut index = picked.filter(|index| !index.has_conflicts())?;
        let tree = repository.find_tree(index.write_tree_to(repository).unwrap()).unwrap();
        let message = commit.message().unwrap_or_default().to_owned();
        let id = repository.commit(None, &commit.author(), &signature(by), &message, &tree, &[&tip]).unwrap();
        made.push(id.to_string());
        tip = repository.find_commit(id).unwrap();
    }
    (!made.is_empty()).then_some(made)
}
