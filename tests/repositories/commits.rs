//! What a commit writes: git itself finds it sound, and the same input makes the same commit.

use std::fs;

use curator::adapters::{GitPlace, GitRepo};
use curator::ports::{Change, Repo as _, RepoError, Revision};

use crate::repos::Repo;
use crate::{change, commit, files, open, pairs, path, wait, writing};

#[test]
fn a_commit_adds_replaces_and_removes_and_keeps_the_rest() {
    let repo = Repo::new();
    let git = open(&repo);
    let first = commit(
        &git,
        &[("a/b/replaced", Some("1")), ("a/kept", Some("1")), ("gone/x/y", Some("1")), ("folder/now", Some("1"))],
        "first",
    );
    // The mode of a file that is replaced stays.
    let (tree, blob) = (format!("{}^{{tree}}", first.0), repo.blob("run"));
    let listing = repo.git(["ls-tree", "-r", &tree]) + "\n";
    fs::write(repo.path().join("index-info"), listing + &format!("100755 blob {blob}\ta/run\n")).unwrap();
    repo.git_reading(["update-index", "--index-info"], &fs::read(repo.path().join("index-info")).unwrap());
    let tree = repo.git(["write-tree"]).parse().unwrap();
    let second = repo.commit(tree, &[&first.0]);
    repo.git(["update-ref", "refs/heads/main", &second]);

    commit(
        &git,
        &[
            ("a/b/replaced", Some("2")),
            ("a/run", Some("walk")),
            ("gone/x/y", None),
            ("never/there", None),
            ("x/y/z", Some("new")),
            ("folder/now", None),
            ("folder", Some("a file")),
        ],
        "third",
    );
    let expected = [("a/b/replaced", "2"), ("a/kept", "1"), ("a/run", "walk"), ("folder", "a file"), ("x/y/z", "new")];
    assert_eq!(files(&git), pairs(&expected));
    assert!(repo.git(["ls-tree", "main", "a/run"]).starts_with("100755"));
    assert_eq!(repo.git(["ls-tree", "--name-only", "main"]), "a\nfolder\nx");
    assert_eq!(
        repo.git(["log", "--format=%s|%an <%ae>|%cI", "main"]).lines().next().unwrap(),
        "third|curator <curator@localhost>|2026-11-20T00:00:00Z"
    );
    repo.git(["fsck", "--strict", "--no-dangling"]);

    // Back again: a file becomes a folder, and everything may go.
    commit(&git, &[("folder", None), ("folder/now", Some("1"))], "fourth");
    let all: Vec<String> = files(&git).into_iter().map(|(name, _)| name).collect();
    assert!(all.contains(&"folder/now".to_owned()));
    commit(&git, &all.iter().map(|name| (name.as_str(), None)).collect::<Vec<_>>(), "nothing");
    assert_eq!(files(&git), []);
    repo.git(["fsck", "--strict", "--no-dangling"]);
}

#[test]
fn a_change_that_would_drop_what_it_does_not_name_is_refused() {
    let repo = Repo::new();
    let git = open(&repo);
    commit(&git, &[("file", Some("1")), ("folder/file", Some("1"))], "first");
    let link = repo.tree(&[("120000", b"link", repo.blob("file"))]);
    let head = wait(git.head()).unwrap();
    for (refused, why) in [
        (change(&[("file/below", Some("2"))]), "a file stands where a folder is to be"),
        (change(&[("folder", Some("2"))]), "a folder stands where a file is to be"),
        (change(&[("new", Some("2")), ("new/below", Some("2"))]), "a folder stands where a file is to be"),
    ] {
        let error = wait(git.commit(&head, &refused, "x")).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    let linked = repo.commit(link, &[&head.0]);
    repo.git(["update-ref", "refs/heads/main", &linked]);
    let head = wait(git.head()).unwrap();
    for name in ["link", "link/below"] {
        let error = wait(git.commit(&head, &change(&[(name, Some("2"))]), "x")).unwrap_err();
        assert!(error.to_string().contains("link cannot be used"), "{error}");
    }
    assert_eq!(repo.git(["rev-parse", "main"]), linked);
}

#[test]
fn the_same_input_makes_the_same_commit_loose_or_packed() {
    let many: Vec<(String, String)> = (0..150).map(|n| (format!("{}/{n}", n % 7), format!("text {n}"))).collect();
    let many: Vec<(&str, Option<&str>)> =
        many.iter().map(|(name, text)| (name.as_str(), Some(text.as_str()))).collect();
    let ids: Vec<(Revision, Revision)> = (0..2)
        .map(|_| {
            let repo = Repo::new();
            let git = open(&repo);
            let packed = commit(&git, &many, "Publish 150 versions\n\na@1.0.0\n");
            let packs = fs::read_dir(repo.path().join("objects/pack")).unwrap().count();
            assert_eq!(packs, 2, "one pack and its index");
            let loose = commit(&git, &[("one", Some("more"))], "Publish one@1.0.0");
            assert_eq!(fs::read_dir(repo.path().join("objects/pack")).unwrap().count(), 2);
            repo.git(["fsck", "--strict", "--full", "--no-dangling"]);
            let pack = fs::read_dir(repo.path().join("objects/pack")).unwrap().map(|entry| entry.unwrap().path());
            for index in pack.filter(|path| path.extension().is_some_and(|extension| extension == "idx")) {
                repo.git([std::ffi::OsStr::new("verify-pack"), index.as_os_str()]);
            }
            assert_eq!(files(&git).len(), 151);
            (packed, loose)
        })
        .collect();
    assert_eq!(ids[0], ids[1]);
}

#[test]
fn every_size_of_object_is_packed_as_git_reads_it() {
    let repo = Repo::new();
    let git = open(&repo);
    let files: Change = (0..130_usize)
        .map(|n| (path(&format!("f{n}")), Some(vec![b'x'; if n < 128 { n * 17 } else { n * 9_001 }])))
        .collect();
    let head = wait(git.head()).unwrap();
    let next = wait(git.commit(&head, &files, "x")).unwrap();
    repo.git(["fsck", "--strict", "--full"]);
    for (name, bytes) in files {
        assert_eq!(git.read(&next, &name).unwrap(), bytes);
    }
}

#[test]
fn a_branch_that_moved_is_left_alone() {
    let repo = Repo::new();
    let (ours, theirs) = (open(&repo), open(&repo));
    let empty = wait(ours.head()).unwrap();
    let first = commit(&theirs, &[("a", Some("1"))], "theirs");
    let moved = wait(ours.commit(&empty, &change(&[("b", Some("1"))]), "ours")).unwrap_err();
    assert!(matches!(moved, RepoError::Moved { .. }), "{moved}");
    assert_eq!(repo.git(["rev-parse", "main"]), first.0);
    assert!(!repo.path().join("refs/heads/main.lock").exists());
    // A branch that somebody deleted has moved, too.
    repo.git(["update-ref", "-d", "refs/heads/main"]);
    let moved = wait(ours.commit(&first, &change(&[("b", Some("1"))]), "ours")).unwrap_err();
    assert!(matches!(moved, RepoError::Moved { .. }), "{moved}");
}

#[test]
fn a_lock_of_a_dead_curator_is_removed_and_that_of_git_is_waited_for() {
    let repo = Repo::new();
    let git = open(&repo);
    commit(&git, &[("a", Some("1"))], "first");
    // What a curator leaves that is killed between taking the lock and moving the branch: two names of one file.
    let name = curator::model::Sha256::of(b"main").to_hex();
    let next = repo.path().join(format!("curator-{name}.next"));
    fs::write(&next, "killed").unwrap();
    fs::hard_link(&next, repo.path().join("refs/heads/main.lock")).unwrap();
    commit(&git, &[("b", Some("1"))], "second");
    // git's own, which is gone after a moment.
    let lock = repo.path().join("refs/heads/main.lock");
    fs::write(&lock, "").unwrap();
    let soon = std::thread::spawn(move || {
        std::thread::sleep(std::time::Duration::from_millis(100));
        fs::remove_file(lock).unwrap();
    });
    commit(&git, &[("c", Some("1"))], "third");
    soon.join().unwrap();
    assert_eq!(repo.git(["rev-list", "--count", "main"]), "3");
}

#[test]
fn a_branch_that_somebody_works_on_is_not_moved_below_them() {
    let home = tempfile::TempDir::new().unwrap();
    let git = |args: &[&str]| assert!(crate::repos::git_command(home.path()).args(args).status().unwrap().success());
    git(&["init", "--quiet", "--initial-branch=main", "."]);
    git(&["commit", "--quiet", "--allow-empty", "--message", "x"]);
    let open = || GitRepo::local(&home.path().join(".git"), writing(), None).unwrap();
    let head = wait(open().head()).unwrap();
    let denied = wait(open().commit(&head, &change(&[("a", Some("1"))]), "x")).unwrap_err();
    assert!(matches!(&denied, RepoError::Denied { message, .. } if message.contains("checked out")), "{denied}");
    git(&["checkout", "--quiet", "-b", "other"]);
    commit(&open(), &[("a", Some("1"))], "y");
}

#[test]
fn a_repository_that_is_read_is_not_written() {
    let repo = Repo::new();
    let git = GitRepo::local(&repo.path(), GitPlace { writer: None, ..writing() }, None).unwrap();
    let head = wait(git.head()).unwrap();
    let error = wait(git.commit(&head, &change(&[("a", Some("1"))]), "x")).unwrap_err();
    assert!(error.to_string().contains("reading only"), "{error}");
}
