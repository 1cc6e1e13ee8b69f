//! Remotes over ssh and https: read, pushed to, raced for; out of reach, closed, and with answers that get lost.

use std::collections::BTreeMap;
use std::ffi::OsString;
use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::PathBuf;
use std::thread;

use curator::adapters::git::Credentials;
use curator::adapters::{GitPlace, GitRepo, RemoteSettings, RemoteUrl};
use curator::model::Secret;
use curator::ports::{Repo as _, RepoError, Revision, Role};
use tempfile::TempDir;

use crate::https::{Answer, GitServer};
use crate::repos::Repo;
use crate::{change, commit, files, pairs, wait, writing};

/// A stand-in for ssh, which runs on this machine what it is told to run there.
const SSH: &str =
    "#!/bin/sh\ncase \"$*\" in *BatchMode=yes*) ;; *) exit 9;; esac\nfor last; do :; done\nexec sh -c \"$last\"\n";

/// A remote repository, and a cache for it.
pub(crate) struct Remote {
    pub(crate) repo: Repo,
    pub(crate) home: TempDir,
    url: String,
    env: Vec<(OsString, OsString)>,
    secrets: BTreeMap<String, Secret>,
}

impl Remote {
    /// A repository behind ssh.
    pub(crate) fn ssh() -> Self {
        let (repo, home) = (Repo::new(), TempDir::new().unwrap());
        repo.git(["--version"]);
        let program = home.path().join("ssh.sh");
        fs::write(&program, SSH).unwrap();
        fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
        let url = format!("git@example.org:{}", repo.path().display());
        let variables = [("GIT_SSH_COMMAND", program), ("GIT_SSH_VARIANT", PathBuf::from("ssh"))];
        let env = variables.map(|(name, value)| (name.into(), value.into())).into();
        Self { repo, home, url, env, secrets: BTreeMap::new() }
    }

    /// A repository behind a web server.
    fn https(server: &GitServer) -> Self {
        let (repo, home) = (Repo::new(), TempDir::new().unwrap());
        server.serve("/registry/index.git", &repo.path());
        let env = server.trust().map(|(name, value)| (name.into(), value.into())).to_vec();
        Self { repo, home, url: server.url("/registry/index.git"), env, secrets: BTreeMap::new() }
    }

    pub(crate) fn open(&self, place: GitPlace) -> GitRepo {
        let url = RemoteUrl::parse(&self.url).unwrap();
        let credentials = Credentials::new(self.secrets.clone());
        let settings = RemoteSettings { git: "git".into(), env: self.env.clone(), credentials };
        GitRepo::remote(url, place, self.home.path(), &settings).unwrap()
    }

    /// The only folder of the cache.
    fn cache(&self) -> PathBuf {
        let folders = fs::read_dir(self.home.path()).unwrap().map(|entry| entry.unwrap().path());
        folders.into_iter().find(|path| path.is_dir()).unwrap()
    }
}

#[test]
fn a_remote_is_read_shallow_and_then_by_what_is_new() {
    let remote = Remote::ssh();
    let mut parent = remote.repo.commit_files(&[("a", "0")], &[]);
    for n in 1..120 {
        parent = remote.repo.commit_files(&[("a", &n.to_string())], &[&parent]);
    }
    remote.repo.git(["update-ref", "refs/heads/main", &parent]);
    let git = remote.open(writing());
    assert_eq!(files(&git), pairs(&[("a", "119")]));
    assert_eq!(fs::read_to_string(remote.cache().join("shallow")).unwrap().trim(), parent);
    let next = remote.repo.commit_files(&[("a", "120"), ("b", "1")], &[&parent]);
    remote.repo.git(["update-ref", "refs/heads/main", &next]);
    assert_eq!(files(&git), pairs(&[("a", "120"), ("b", "1")]));
    // Another process finds what is there, and leaves nothing but the cache behind.
    assert_eq!(files(&remote.open(writing())), pairs(&[("a", "120"), ("b", "1")]));
    let mut left: Vec<String> =
        fs::read_dir(remote.cache()).unwrap().map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect();
    left.sort();
    assert_eq!(left, ["address", "depth", "lock", "objects", "readers", "seen", "shallow"]);
}

#[test]
fn a_cache_of_too_many_packs_is_begun_anew_and_still_remembers() {
    let remote = Remote::ssh();
    let git = remote.open(writing());
    let first = commit(&git, &[("a", Some("1"))], "first");
    assert_eq!(wait(git.head()), Ok(first.clone()));
    let packs = remote.cache().join("objects/pack");
    for n in 0..601 {
        fs::write(packs.join(format!("pack-{n:040x}.rev")), "").unwrap();
    }
    // Not while somebody reads there.
    assert_eq!(wait(remote.open(writing()).head()), Ok(first.clone()));
    assert!(fs::read_dir(&packs).unwrap().count() > 600);
    drop(git);
    let forced = remote.repo.commit_files(&[("b", "1")], &[]);
    remote.repo.git(["update-ref", "refs/heads/main", &forced]);
    // A program that another test starts holds a copy of every open file for a moment: then it waits for the next run.
    for _ in 0..100 {
        assert!(matches!(wait(remote.open(writing()).head()), Err(RepoError::Rewritten { .. })));
        if fs::read_dir(&packs).unwrap().count() < 10 {
            break;
        }
    }
    assert!(fs::read_dir(&packs).unwrap().count() < 10);
    remote.repo.git(["update-ref", "refs/heads/main", &first.0]);
    assert_eq!(files(&remote.open(writing())), pairs(&[("a", "1")]));
}

#[test]
fn a_commit_is_pushed_on_what_was_read_and_on_nothing_else() {
    let remote = Remote::ssh();
    let git = remote.open(writing());
    let empty = wait(git.head()).unwrap();
    assert_eq!(empty, Revision("empty".to_owned()));
    let first = commit(&git, &[("a", Some("1"))], "first");
    let second = commit(&git, &[("b", Some("1"))], "second");
    assert_eq!(remote.repo.git(["rev-list", "main"]), format!("{}\n{}", second.0, first.0));
    let other = remote.open(writing());
    for stale in [&empty, &first] {
        let moved = wait(other.commit(stale, &change(&[("c", Some("1"))]), "late")).unwrap_err();
        assert!(matches!(moved, RepoError::Moved { .. } | RepoError::Unknown { .. }), "{moved}");
    }
    assert_eq!(remote.repo.git(["rev-parse", "main"]), second.0);
    // Many objects go as one pack.
    let many: Vec<String> = (0..150).map(|n| format!("many/{n}")).collect();
    commit(&other, &many.iter().map(|name| (name.as_str(), Some("x"))).collect::<Vec<_>>(), "many");
    assert_eq!(files(&git).len(), 152);
    remote.repo.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn four_writers_share_a_remote_and_two_caches() {
    let remote = Remote::ssh();
    let second = Remote {
        repo: Repo::new(),
        home: TempDir::new().unwrap(),
        url: remote.url.clone(),
        env: remote.env.clone(),
        secrets: BTreeMap::new(),
    };
    thread::scope(|scope| {
        for writer in 0..4 {
            let git = if writer < 2 { remote.open(writing()) } else { second.open(writing()) };
            scope.spawn(move || {
                for n in 0..3 {
                    crate::races::publish(&git, &format!("{writer}/{n}"));
                }
            });
        }
    });
    assert_eq!(files(&remote.open(writing())).len(), 12);
    assert_eq!(remote.repo.git(["rev-list", "--count", "--first-parent", "main"]), "12");
    remote.repo.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn https_lets_in_who_has_the_token_and_nobody_else() {
    let server = GitServer::start();
    let mut remote = Remote::https(&server);
    commit(&remote.open(writing()), &[("a", Some("1"))], "first");
    assert_eq!(files(&remote.open(writing())), pairs(&[("a", "1")]));

    server.want_authorization("Basic Ym9iOnMzY3JldA==");
    let denied = wait(remote.open(writing()).head()).unwrap_err();
    assert!(matches!(denied, RepoError::Denied { .. }) && denied.way_out().is_some(), "{denied}");
    remote.secrets.insert("localhost".to_owned(), Secret::new("bob:s3cret".to_owned()));
    commit(&remote.open(writing()), &[("b", Some("1"))], "second");
    assert_eq!(remote.repo.git(["rev-list", "--count", "main"]), "2");
    let leaks = crate::trees::Tree::read(remote.home.path());
    assert!(leaks.files().values().all(|bytes| !String::from_utf8_lossy(bytes).contains("s3cret")));
}

#[test]
fn what_is_out_of_reach_may_come_back_and_what_is_not_there_does_not() {
    let server = GitServer::start();
    let remote = Remote::https(&server);
    let git = remote.open(writing());
    commit(&git, &[("a", Some("1"))], "first");
    server.answer_first([Answer::Status(503)]);
    assert!(matches!(wait(git.head()), Err(RepoError::Unreachable { .. })));
    server.answer_first([Answer::Status(404)]);
    assert!(matches!(wait(git.head()), Err(RepoError::Missing { .. })));
    assert_eq!(files(&git), pairs(&[("a", "1")]));
    let nobody = Remote { url: "https://localhost:1/x.git".to_owned(), ..remote };
    assert!(matches!(wait(nobody.open(writing()).head()), Err(RepoError::Unreachable { .. })));
}

#[test]
fn a_push_whose_answer_is_lost_is_looked_up_before_anything_is_said() {
    let server = GitServer::start();
    let remote = Remote::https(&server);
    let git = remote.open(writing());
    commit(&git, &[("a", Some("1"))], "first");
    let head = wait(git.head()).unwrap();
    // The server takes the commit, and its answer breaks off.
    server.answer_first([Answer::Serve, Answer::Cut]);
    let next = wait(git.commit(&head, &change(&[("b", Some("1"))]), "second")).unwrap();
    assert_eq!(remote.repo.git(["rev-parse", "main"]), next.0);
    // The server takes nothing, and says so badly.
    server.answer_first([Answer::Serve, Answer::Status(502)]);
    let failed = wait(git.commit(&next, &change(&[("c", Some("1"))]), "third")).unwrap_err();
    assert!(matches!(failed, RepoError::Unreachable { .. }), "{failed}");
    assert_eq!(remote.repo.git(["rev-parse", "main"]), next.0);
    commit(&git, &[("c", Some("1"))], "third");
}

#[test]
fn a_protected_branch_refuses_and_its_words_are_shown() {
    let remote = Remote::ssh();
    let hook = remote.repo.path().join("hooks/pre-receive");
    fs::create_dir_all(hook.parent().unwrap()).unwrap();
    fs::write(&hook, "#!/bin/sh\necho 'nobody may' >&2\nexit 1\n").unwrap();
    fs::set_permissions(&hook, fs::Permissions::from_mode(0o755)).unwrap();
    let git = remote.open(writing());
    let head = wait(git.head()).unwrap();
    let denied = wait(git.commit(&head, &change(&[("a", Some("1"))]), "x")).unwrap_err();
    assert!(matches!(denied, RepoError::Denied { .. }), "{denied}");
}

#[test]
fn a_registry_of_merges_is_read_on_without_its_whole_past() {
    let remote = Remote::ssh();
    let repo = &remote.repo;
    let mut main = repo.commit_files(&[("a", "0")], &[]);
    let old = main.clone();
    for n in 1..200 {
        main = repo.commit_files(&[("a", &n.to_string())], &[&main]);
    }
    repo.git(["update-ref", "refs/heads/main", &main]);
    let git = remote.open(GitPlace { role: Role::Registry, writer: None, ..writing() });
    wait(git.head()).unwrap();
    // Somebody's branch that was begun long ago is merged.
    let branch = repo.commit_files(&[("a", "0"), ("b", "1")], &[&old]);
    let tree = repo.tree(&[("100644", b"a", repo.blob("199")), ("100644", b"b", repo.blob("1"))]);
    let merge = repo.commit(tree, &[&main, &branch]);
    repo.git(["update-ref", "refs/heads/main", &merge]);
    assert_eq!(wait(git.head()), Ok(Revision(merge)));
    let shallow = fs::read_to_string(remote.cache().join("shallow")).unwrap();
    assert!(!shallow.is_empty(), "the history is still cut off");
}
