//! Pull requests of a registry behind a web server: fetched within a budget, apart from what is kept.

use std::fs::{self, File};
use std::path::PathBuf;

use curator::adapters::git::Credentials;
use curator::adapters::{GitRepo, ProposalBudget, RemoteSettings, RemoteUrl};
use curator::ports::{Change, Repo as _, RepoError, Unmergeable};
use git2::{ObjectType, Odb, Oid};
use tempfile::TempDir;

use crate::https::{Answer, GitServer};
use crate::repos::Repo;
use crate::{PULL, commit, files, merged, pairs, path, place, point, propose, pull, revision, told, wait};

/// A registry behind a web server, and a cache for it.
struct Scene {
    repo: Repo,
    server: GitServer,
    cache: TempDir,
}

impl Scene {
    fn new() -> Self {
        let (repo, server) = (Repo::new(), GitServer::start());
        server.serve("/acme/registry.git", &repo.path());
        Self { repo, server, cache: TempDir::new().unwrap() }
    }

    fn open(&self) -> GitRepo {
        let url = RemoteUrl::parse(&self.server.url("/acme/registry.git")).unwrap();
        let env = self.server.trust().map(|(name, value)| (name.into(), value.into())).to_vec();
        let settings = RemoteSettings { git: "git".into(), env, credentials: Credentials::default() };
        GitRepo::remote(url, place(None), self.cache.path(), &settings).unwrap()
    }

    /// The folder of the cache.
    fn folder(&self) -> PathBuf {
        fs::read_dir(self.cache.path()).unwrap().next().unwrap().unwrap().path()
    }

    /// What stands in it.
    fn names(&self) -> Vec<String> {
        let entries = fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().file_name());
        let mut names: Vec<String> = entries.map(|name| name.into_string().unwrap()).collect();
        names.sort();
        names
    }

    /// Whether the cache keeps the object.
    fn keeps(&self, id: &str) -> bool {
        let odb = Odb::new().unwrap();
        odb.add_disk_alternate(self.folder().join("objects").to_str().unwrap()).unwrap();
        odb.exists(Oid::from_str(id).unwrap())
    }

    /// So many commits on the branch; gives them, the oldest first.
    fn history(&self, number: usize) -> Vec<String> {
        let mut commits = vec![commit(&self.repo, &[("a", "0")], &[])];
        for n in 1..number {
            commits.push(commit(&self.repo, &[("a", &n.to_string())], &[commits.last().unwrap()]));
        }
        point(&self.repo, "refs/heads/main", commits.last().unwrap());
        commits
    }
}

#[test]
fn a_fork_far_back_is_found_in_a_shallow_copy_and_nothing_of_it_stays() {
    let scene = Scene::new();
    let history = scene.history(160);
    let base = history.last().unwrap().clone();
    // The fork lies beyond what is fetched at first, and so does the first commit of the topic.
    let mut head = commit(&scene.repo, &[("a", "20"), ("b", "0")], &[&history[20]]);
    let first = head.clone();
    for n in 1..90 {
        head = commit(&scene.repo, &[("a", "20"), ("b", &n.to_string())], &[&head]);
    }
    pull(&scene.repo, &base, &head);
    let git = scene.open();
    assert_eq!(wait(git.head()), Ok(revision(&base)));
    let proposal = propose(&git, &base, &head).unwrap();
    assert_eq!((proposal.fork.clone(), told(&proposal.differences)), (revision(&history[20]), vec!["+b".to_owned()]));
    assert_eq!(files(&git, &merged(&proposal)), pairs(&[("a", "159"), ("b", "89")]));
    // What the stranger sent lies apart, also while it is looked at.
    assert!(scene.names().iter().any(|name| name.starts_with("proposed-")));
    for id in [&head, &first, &merged(&proposal).0] {
        assert!(!scene.keeps(id));
    }
    drop(git);
    let kept = ["address", "depth", "lock", "objects", "readers", "seen", "shallow"];
    assert!(scene.names().iter().all(|name| kept.contains(&name.as_str())), "{:?}", scene.names());

    // Later runs read, write and review as if nothing had been.
    let git = scene.open();
    assert_eq!(files(&git, &wait(git.head()).unwrap()), pairs(&[("a", "159")]));
    let change: Change = [(path("c"), Some(b"1".to_vec()))].into();
    let next = wait(git.commit(&revision(&base), &change, "Something else")).unwrap();
    assert_eq!(scene.repo.git(["rev-parse", "main"]), next.0);
    let proposal = propose(&git, &next.0, &head).unwrap();
    assert_eq!(files(&git, &merged(&proposal)), pairs(&[("a", "159"), ("b", "89"), ("c", "1")]));
    assert_eq!(wait(scene.open().head()), Ok(next));
}

#[test]
fn a_head_that_moves_is_noticed_and_the_new_one_is_looked_at_in_the_same_place() {
    let scene = Scene::new();
    let base = scene.history(3).pop().unwrap();
    let head = commit(&scene.repo, &[("a", "2"), ("b", "1")], &[&base]);
    let forced = commit(&scene.repo, &[("a", "2"), ("b", "2")], &[&base]);
    pull(&scene.repo, &base, &head);
    let git = scene.open();
    wait(git.head()).unwrap();
    let first = propose(&git, &base, &head).unwrap();
    point(&scene.repo, PULL, &forced);
    assert!(matches!(propose(&git, &base, &head), Err(RepoError::Moved { .. })));
    let second = propose(&git, &base, &forced).unwrap();
    assert_eq!(files(&git, &merged(&first)), pairs(&[("a", "2"), ("b", "1")]));
    assert_eq!(files(&git, &merged(&second)), pairs(&[("a", "2"), ("b", "2")]));
    assert_eq!(scene.names().iter().filter(|name| name.starts_with("proposed-")).count(), 1);
    scene.repo.git(["update-ref", "-d", PULL]);
    assert!(matches!(propose(&git, &base, &forced), Err(RepoError::Moved { .. })));
}

#[test]
fn a_head_in_a_whole_copy_is_fetched_whole() {
    let scene = Scene::new();
    let root = scene.history(1).pop().unwrap();
    let mut head = root.clone();
    for n in 1..70 {
        head = commit(&scene.repo, &[("a", "0"), ("b", &n.to_string())], &[&head]);
    }
    pull(&scene.repo, &root, &head);
    let git = scene.open();
    wait(git.head()).unwrap();
    let proposal = propose(&git, &root, &head).unwrap();
    assert_eq!((proposal.fork.clone(), told(&proposal.differences)), (revision(&root), vec!["+b".to_owned()]));
}

#[test]
fn more_bytes_than_a_stranger_may_send_are_not_taken() {
    let scene = Scene::new();
    let base = scene.history(3).pop().unwrap();
    // Nothing that deflates.
    let mut noise = 88_172_645_463_325_252_u64;
    let bytes: Vec<u8> = std::iter::repeat_with(|| {
        noise ^= noise << 13;
        noise ^= noise >> 7;
        noise ^= noise << 17;
        noise.to_le_bytes()[0]
    })
    .take(3 << 20)
    .collect();
    let tree = scene
        .repo
        .tree(&[("100644", b"a", scene.repo.blob("2")), ("100644", b"b", scene.repo.object(ObjectType::Blob, &bytes))]);
    let head = scene.repo.commit(tree, &[&base]);
    pull(&scene.repo, &base, &head);
    let budget = ProposalBudget { bytes: 1 << 20, ..ProposalBudget::default() };
    let git = scene.open().proposing_within(budget);
    wait(git.head()).unwrap();
    let error = propose(&git, &base, &head).unwrap_err();
    let expected = Unmergeable::TooManyBytes { most: 1 << 20 };
    assert!(matches!(&error, RepoError::Unmergeable { why, .. } if *why == expected), "{error}");
    // The next one is not held up by it, and nothing lies around.
    let small = commit(&scene.repo, &[("a", "2"), ("b", "1")], &[&base]);
    point(&scene.repo, PULL, &small);
    assert_eq!(told(&propose(&git, &base, &small).unwrap().differences), ["+b"]);
    assert!(scene.names().iter().all(|name| !name.starts_with("scratch-")));
    assert!(propose(&scene.open(), &base, &small).is_ok());
}

#[test]
fn objects_that_git_does_not_take_are_the_authors_fault() {
    let scene = Scene::new();
    let base = scene.history(3).pop().unwrap();
    let one = scene.repo.blob("1");
    for name in [b".git".as_slice(), b".GIT", b"..", b"git~1"] {
        let head =
            scene.repo.commit(scene.repo.tree(&[("40000", name, scene.repo.tree(&[("100644", b"x", one)]))]), &[&base]);
        pull(&scene.repo, &base, &head);
        let git = scene.open();
        wait(git.head()).unwrap();
        let error = propose(&git, &base, &head).unwrap_err();
        assert!(matches!(&error, RepoError::Unmergeable { why: Unmergeable::Unsound { .. }, .. }), "{error}");
    }
}

#[test]
fn a_server_in_trouble_is_nobodys_fault_but_its_own() {
    let scene = Scene::new();
    let base = scene.history(3).pop().unwrap();
    let head = commit(&scene.repo, &[("a", "2"), ("b", "1")], &[&base]);
    pull(&scene.repo, &base, &head);
    let git = scene.open();
    wait(git.head()).unwrap();
    for answer in [Answer::Status(502), Answer::Cut] {
        scene.server.answer(answer.clone());
        let error = propose(&git, &base, &head).unwrap_err();
        assert!(matches!(error, RepoError::Unreachable { .. }), "{answer:?}: {error}");
    }
    scene.server.answer(Answer::Status(403));
    assert!(matches!(propose(&git, &base, &head), Err(RepoError::Denied { .. })));
    scene.server.answer(Answer::Serve);
    assert!(propose(&git, &base, &head).is_ok());
}

#[test]
fn what_a_killed_review_left_behind_is_swept_and_what_a_living_one_holds_is_not() {
    let scene = Scene::new();
    let base = scene.history(3).pop().unwrap();
    let head = commit(&scene.repo, &[("a", "2"), ("b", "1")], &[&base]);
    pull(&scene.repo, &base, &head);
    let git = scene.open();
    wait(git.head()).unwrap();
    let proposal = propose(&git, &base, &head).unwrap();
    let [abandoned, kept] = ["proposed-left", "proposed-held"].map(|name| scene.folder().join(name));
    for folder in [&abandoned, &kept] {
        fs::create_dir_all(folder.join("objects/pack")).unwrap();
        fs::write(folder.join("owned"), "").unwrap();
        fs::write(folder.join("objects/pack/tmp_pack_x"), "half a pack").unwrap();
    }
    let holder = File::open(kept.join("owned")).unwrap();
    holder.lock().unwrap();
    wait(scene.open().head()).unwrap();
    assert_eq!((abandoned.exists(), kept.exists()), (false, true));
    // What this process looks at was not swept by the other one.
    assert_eq!(files(&git, &merged(&proposal)), pairs(&[("a", "2"), ("b", "1")]));
    drop(holder);
    // A program that another test starts holds a copy of every open file for a moment.
    for _ in 0..100 {
        wait(scene.open().head()).unwrap();
        if !kept.exists() {
            return;
        }
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    panic!("{} is still there", kept.display());
}
