//! A repository, and what people and the curator did there.

use std::path::PathBuf;
use std::sync::Arc;

use super::super::Shared;
use super::super::bare::{Author, Bare, Changes};
use super::super::deeds::Opening;
use super::super::world::{AccountKind, AssetState, CheckRun, Dispatch, Release, Stage};
use super::person::Person;
use super::pull::Pull;

/// A repository.
#[derive(Clone)]
pub(crate) struct Repository {
    pub(crate) shared: Arc<Shared>,
    /// The number, which stays.
    pub(crate) id: u64,
}

impl Repository {
    pub(crate) fn full_name(&self) -> String {
        self.shared.world().full_name(self.id)
    }

    /// Lets the git server answer for it.
    pub(crate) fn serve(&self) {
        self.shared.git.serve(&format!("/{}.git", self.full_name()), &self.bare());
    }

    /// The folder of the bare repository.
    pub(crate) fn bare(&self) -> PathBuf {
        self.git().path
    }

    /// The address of the repository, for git.
    pub(crate) fn url(&self) -> String {
        self.shared.git.url(&format!("/{}.git", self.full_name()))
    }

    fn git(&self) -> Bare {
        self.shared.world().repository(self.id).bare.clone()
    }

    /// Calls it otherwise, or gives it to somebody else; questions about the old name are sent on.
    pub(crate) fn rename(&self, full_name: &str) {
        let before = self.full_name();
        let (owner, name) = full_name.split_once('/').unwrap();
        let mut world = self.shared.world();
        let owner = world.register(owner, AccountKind::Organization);
        let it = world.repository_mut(self.id);
        it.former.push(before);
        (it.owner, it.name) = (owner, name.to_owned());
        drop(world);
        self.serve();
    }

    /// Lets a person merge, label and publish.
    pub(crate) fn admit(&self, person: &Person) {
        self.shared.world().repository_mut(self.id).writers.insert(person.id);
    }

    /// Takes that back.
    pub(crate) fn dismiss(&self, person: &Person) {
        self.shared.world().repository_mut(self.id).writers.remove(&person.id);
    }

    /// Freezes each release that is published from now on.
    pub(crate) fn freeze_releases(&self) {
        self.shared.world().repository_mut(self.id).freezes_releases = true;
    }

    /// Lets the API merge only what passed this check, or has this status, whoever gave it.
    pub(crate) fn require_check(&self, name: &str) {
        self.shared.world().repository_mut(self.id).required.insert(name.to_owned(), None);
    }

    /// Commits to a branch, as its owner; gives the commit.
    pub(crate) fn commit(&self, branch: &str, changes: Changes<'_>) -> String {
        let mut world = self.shared.world();
        let (at, repository) = (world.now(), world.repository(self.id));
        let (bare, owner) = (repository.bare.clone(), repository.owner);
        let before = bare.branch(branch);
        let author = Author { login: world.login(owner), at };
        let commit = bare.change(before.as_deref(), changes, &author);
        bare.point(&format!("refs/heads/{branch}"), &commit);
        let before = before.unwrap_or_else(|| "0".repeat(40));
        world.announce_push(self.id, owner, branch, &before, &commit);
        commit
    }

    /// What a branch points to.
    pub(crate) fn tip(&self, branch: &str) -> Option<String> {
        self.git().branch(branch)
    }

    /// A file on a branch.
    pub(crate) fn file(&self, branch: &str, path: &str) -> Option<Vec<u8>> {
        let bare = self.git();
        bare.file(&bare.branch(branch)?, path)
    }

    /// Opens a pull request from the author's fork.
    pub(crate) fn pull(&self, author: &Person, base: &str, changes: Changes<'_>) -> Pull {
        let mut world = self.shared.world();
        let name = world.repository(self.id).name.clone();
        let known = world.repository_named(world.login(author.id), &name);
        let fork = known.unwrap_or_else(|| world.create_repository(author.id, &name, true));
        let branch = format!("patch-{}", world.next_id());
        drop(world);
        if known.is_none() {
            Self { shared: Arc::clone(&self.shared), id: fork }.serve();
        }
        self.open(author, base, fork, &branch, changes)
    }

    /// Opens a pull request from the fork of another account, which its author may push to.
    pub(crate) fn pull_from_fork_of(&self, owner: &str, author: &Person, base: &str, changes: Changes<'_>) -> Pull {
        let mut world = self.shared.world();
        let name = world.repository(self.id).name.clone();
        let owner = world.register(owner, AccountKind::Organization);
        let fork = world.create_repository(owner, &name, true);
        drop(world);
        Self { shared: Arc::clone(&self.shared), id: fork }.serve();
        self.open(author, base, fork, "patch", changes)
    }

    /// Opens a pull request from a new branch of the repository itself.
    pub(crate) fn pull_from_branch(&self, author: &Person, branch: &str, base: &str, changes: Changes<'_>) -> Pull {
        assert!(self.shared.world().may_write(self.id, author.id), "{} may not push", author.login());
        self.open(author, base, self.id, branch, changes)
    }

    fn open(&self, author: &Person, base: &str, from: u64, branch: &str, changes: Changes<'_>) -> Pull {
        let mut world = self.shared.world();
        let (fork, own) = (world.repository(from).bare.clone(), world.repository(self.id).bare.clone());
        let start = own.branch(base).unwrap();
        if from != self.id {
            fork.fetch(&own.path, &format!("refs/heads/{base}"), &format!("refs/heads/{base}"));
        }
        let by = Author { login: world.login(author.id), at: world.now() };
        let head = fork.change(Some(&start), changes, &by);
        fork.point(&format!("refs/heads/{branch}"), &head);
        let title = changes.first().map_or_else(|| "Nothing".to_owned(), |(path, _)| format!("Change {path}"));
        let opening = Opening { author: author.id, title: &title, base, head_repo: from, head_branch: branch };
        let number = world.open_pull(self.id, &opening);
        drop(world);
        Pull { shared: Arc::clone(&self.shared), repository: self.id, number }
    }

    /// The pull request of this number.
    pub(crate) fn pull_numbered(&self, number: u64) -> Pull {
        assert!(self.shared.world().repository(self.id).pulls.contains_key(&number), "no pull request {number}");
        Pull { shared: Arc::clone(&self.shared), repository: self.id, number }
    }

    /// The numbers of the pull requests that are open.
    pub(crate) fn open_pulls(&self) -> Vec<u64> {
        let world = self.shared.world();
        let pulls = world.repository(self.id).pulls.values();
        pulls.filter(|pull| pull.stage == Stage::Open).map(|pull| pull.number).collect()
    }

    /// The releases, oldest first.
    pub(crate) fn releases(&self) -> Vec<Release> {
        self.shared.world().repository(self.id).releases.clone()
    }

    /// The bytes of an asset, uploaded as a whole to a release of that tag.
    pub(crate) fn asset(&self, tag: &str, name: &str) -> Option<Vec<u8>> {
        let releases = self.releases();
        let mut assets = releases.iter().filter(|it| it.tag == tag).flat_map(|it| &it.assets);
        assets.find(|it| it.name == name && it.state == AssetState::Uploaded).map(|it| it.bytes.clone())
    }

    /// The check runs of a commit, oldest first.
    pub(crate) fn checks(&self, commit: &str) -> Vec<CheckRun> {
        let world = self.shared.world();
        world.repository(self.id).checks.iter().filter(|it| it.commit == commit).cloned().collect()
    }

    /// What Actions was asked to run.
    pub(crate) fn dispatches(&self) -> Vec<Dispatch> {
        self.shared.world().repository(self.id).dispatches.clone()
    }
}
