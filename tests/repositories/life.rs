//! The life of a registry on two bare repositories, with the real program.

use std::fs;
use std::path::Path;

use tempfile::TempDir;

use crate::program::{Ran, run};
use crate::repos::{Repo, git_command};
use crate::sample::{PUBLISHED, REGISTRY};
use crate::trees::{Tree, part};

/// Registry and index, each bare, and a work tree in which people write.
pub(crate) struct Life {
    pub(crate) home: TempDir,
    pub(crate) registry: Repo,
    pub(crate) index: Repo,
}

impl Life {
    pub(crate) fn new() -> Self {
        Self::of(&REGISTRY)
    }

    /// The life of the registry with these files.
    pub(crate) fn of(files: &Tree) -> Self {
        let life = Self { home: TempDir::new().unwrap(), registry: Repo::new(), index: Repo::new() };
        files.write(&life.work());
        life.git(&["init", "--quiet", "--initial-branch=main", "."]);
        life.push("everything");
        life
    }

    fn work(&self) -> std::path::PathBuf {
        self.home.path().join("work")
    }

    fn git(&self, args: &[&str]) {
        assert!(git_command(&self.work()).args(args).status().unwrap().success());
    }

    /// Commits what stands in the work tree, and pushes it.
    pub(crate) fn push(&self, message: &str) {
        self.git(&["add", "--all"]);
        self.git(&["commit", "--quiet", "--allow-empty", "--message", message]);
        let registry = self.registry.path().display().to_string();
        self.git(&["push", "--quiet", &registry, "HEAD:main"]);
    }

    /// The arguments of every command.
    pub(crate) fn places(&self) -> Vec<String> {
        let (registry, index) = (self.registry.path().display().to_string(), self.index.path().display().to_string());
        ["--registry", &registry, "--index", &format!("file://{index}"), "--store", "store", "--cache", "cache"]
            .map(str::to_owned)
            .into()
    }

    pub(crate) fn run(&self, args: &[&str]) -> Ran {
        run(self.home.path(), args.iter().map(|arg| (*arg).to_owned()).chain(self.places()))
    }

    pub(crate) fn sync(&self) -> Ran {
        self.run(&["sync", "--published-time", PUBLISHED])
    }

    fn count(&self) -> String {
        self.index.git(["rev-list", "--count", "main"])
    }
}

#[test]
fn everything_is_published_once_and_can_be_checked_audited_and_rebuilt() {
    let life = Life::new();
    life.run(&["check"]).ends(0);
    life.run(&["plan"]).ends(0).prints(&["publish"]);
    life.sync().ends(0).prints(&["13 published"]);
    assert_eq!(life.count(), "1");
    life.index.git(["fsck", "--strict", "--no-dangling"]);
    let message = life.index.git(["log", "-1", "--format=%B%n%cI %cn", "main"]);
    assert!(message.starts_with("Publish 13 versions"), "{message}");
    assert!(message.ends_with("2026-11-20T12:00:00Z curator"), "{message}");

    life.sync().ends(0).prints(&["Nothing to do"]);
    life.run(&["plan"]).ends(0).prints(&["Nothing to do"]);
    assert_eq!(life.count(), "1");
    life.run(&["check"]).ends(0);
    life.run(&["audit"]).ends(0).prints(&["all agree"]);
    life.run(&["rebuild", "--all"]).ends(0).prints(&["13 of 13"]);

    // A folder that is filled from the same registry holds the same files.
    let folder = life.home.path().join("folder");
    let registry = life.work().display().to_string();
    let index = folder.display().to_string();
    let places =
        ["--registry", &registry, "--index", &index, "--store", "store", "--published-time", "2024-01-01T00:00:00Z"];
    run(life.home.path(), ["sync"].into_iter().chain(places)).ends(0);
    let checkout = life.home.path().join("checkout");
    fs::create_dir(&checkout).unwrap();
    life.index.git(["--work-tree", &checkout.display().to_string(), "checkout", "--quiet", "-f", "main", "."]);
    let (folder, checkout) = (Tree::read(&folder), Tree::read(&checkout));
    let shards = |tree: &Tree| (part(tree, "te"), part(tree, "se"));
    assert_eq!(shards(&folder), shards(&checkout));
}

#[test]
fn one_repository_can_hold_both() {
    let life = Life::new();
    let registry = life.registry.path().display().to_string();
    let places = ["--registry", &registry, "--published-time", PUBLISHED];
    run(life.home.path(), ["sync"].into_iter().chain(places)).ends(0).prints(&["13 published"]);
    assert_eq!(life.registry.git(["rev-list", "--count", "index"]), "1");
    assert!(life.home.path().join(".curator/store").is_dir(), "as if the registry stood in the folder registry here");
    let shared = ["--registry", &registry, "--store", "store", "--index-branch", "main"];
    run(life.home.path(), ["sync"].into_iter().chain(shared)).ends(3).complains(&["holds"]);
}

#[test]
fn a_registry_may_be_a_folder_of_its_repository_and_fixes_need_a_work_tree() {
    let life = Life::new();
    let top = life.home.path().join("top");
    REGISTRY.write(&top.join("registry"));
    let repo = Repo::new();
    repo.git(["--version"]);
    for args in
        [&["init", "--quiet", "--initial-branch=trunk", "."][..], &["add", "--all"], &["commit", "--quiet", "-m", "x"]]
    {
        assert!(git_command(&top).args(args).status().unwrap().success());
    }
    let path = repo.path().display().to_string();
    assert!(git_command(&top).args(["push", "--quiet", &path, "trunk"]).status().unwrap().success());
    let place = ["--registry", &path, "--registry-path", "registry", "--registry-branch", "trunk", "--store", "store"];
    let here = |args: &[&'static str]| run(life.home.path(), args.iter().copied().chain(place));
    here(&["check"]).ends(0);
    here(&["check", "packages/se/seedbed/1.0.0.json"]);
    here(&["check", "--fix"]).ends(3).complains(&["the registry is in git", "clone the registry"]);
    here(&["sync", "--published-time", PUBLISHED]).ends(0).prints(&["13 published"]);
}

#[test]
fn places_that_cannot_be_used_are_refused_by_name() {
    let home = TempDir::new().unwrap();
    let refused = |place: &str, why: &str| {
        let ran = run(home.path(), ["plan", &format!("--registry={place}"), "--cache", "cache"]).ends(3);
        assert!(ran.err.contains(why) && !ran.err.contains("s3cret"), "{}", ran.err);
    };
    refused("http://example.org/x.git", "https or ssh alone");
    refused("https://bob:s3cret@example.org/x.git", "can see what is in a URL");
    refused("ext::sh -c touch% x", "there is no registry at");
    refused("--upload-pack=touch x", "there is no registry at");
    assert!(!Path::new(&home.path().join("x")).exists());
    let branch = ["plan", "--registry", ".", "--registry-branch", "topic"];
    run(home.path(), branch).ends(3).complains(&["the registry is a folder, which has no branches"]);
    run(home.path(), ["plan", "--registry", "https://example.org/x.git"]).ends(3).complains(&["--cache DIR"]);
}
