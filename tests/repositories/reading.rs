//! What a state shows, and what in it is refused or passed over.

use curator::adapters::{GitPlace, GitRepo};
use curator::ports::{Repo as _, RepoEntryKind, RepoError, Revision, Role};
use git2::{ObjectType, Oid};

use crate::repos::Repo;
use crate::{open, path, wait, writing};

/// Points `main` at a commit of this tree.
fn point(repo: &Repo, tree: Oid) -> String {
    let commit = repo.commit(tree, &[]);
    repo.git(["update-ref", "refs/heads/main", &commit]);
    commit
}

fn listed(repo: &GitRepo, under: Option<&str>) -> Vec<(String, RepoEntryKind)> {
    let head = wait(repo.head()).unwrap();
    let entries = repo.list(&head, under.map(path).as_ref()).unwrap();
    entries.into_iter().map(|entry| (entry.path.to_string(), entry.kind)).collect()
}

#[test]
fn a_state_is_listed_and_read_without_what_no_tree_of_ours_can_have() {
    let repo = Repo::new();
    let (file, program) = (repo.blob("text"), repo.blob("#!"));
    let below = repo.tree(&[("100644", b"file", file), ("100755", b"run", program)]);
    let odd = repo.tree(&[("100644", b".git", file), ("100644", b"caf\xe9", file), ("100644", b"kept", file)]);
    let top = [
        ("40000", &b"a"[..], below),
        ("40000", b"a-b", below),
        ("100644", b"a.b", file),
        ("120000", b"link", file),
        ("160000", b"module", file),
        ("40000", b"odd", odd),
    ];
    // git's order: a folder is sorted as if its name ended in a slash.
    point(&repo, repo.tree(&[top[1], top[2], top[0], top[3], top[4], top[5]]));
    let (git, plain, foreign) = (open(&repo), RepoEntryKind::File, RepoEntryKind::Foreign);
    let all = [
        ("a-b/file", plain),
        ("a-b/run", plain),
        ("a.b", plain),
        ("a/file", plain),
        ("a/run", plain),
        ("link", foreign),
        ("module", foreign),
        ("odd/kept", plain),
    ];
    assert_eq!(listed(&git, None), all.map(|(name, kind)| (name.to_owned(), kind)));
    assert_eq!(
        listed(&git, Some("a")),
        all[3..5].iter().map(|&(name, kind)| (name.to_owned(), kind)).collect::<Vec<_>>()
    );
    for nothing in ["none", "a.b", "a/file", "link", "link/below"] {
        assert_eq!(listed(&git, Some(nothing)), []);
    }

    let head = wait(git.head()).unwrap();
    assert_eq!(git.read(&head, &path("a/run")), Ok(Some(b"#!".to_vec())));
    for absent in ["none", "a/none", "a.b/below"] {
        assert_eq!(git.read(&head, &path(absent)), Ok(None));
    }
    for (name, why) in [("a", "folder, not a file"), ("link", "a link or a submodule"), ("module/x", "a link or a sub")]
    {
        let error = git.read(&head, &path(name)).unwrap_err();
        assert!(matches!(error, RepoError::Unusable { .. }) && error.to_string().contains(why), "{error}");
    }
    let error = git.read_all(&head, None).unwrap_err();
    assert!(error.to_string().contains(": link cannot be used"), "{error}");
    assert_eq!(git.read_all(&head, Some(&path("odd"))).unwrap(), [(path("odd/kept"), b"text".to_vec())]);
}

#[test]
fn a_registry_can_be_a_folder_of_its_repository() {
    let repo = Repo::new();
    let inner = repo.tree(&[("100644", b"curator.toml", repo.blob("x"))]);
    point(&repo, repo.tree(&[("100644", b"README.md", repo.blob("y")), ("40000", b"registry", inner)]));
    let place = GitPlace { folder: Some(path("registry")), role: Role::Registry, ..writing() };
    let git = GitRepo::local(&repo.path(), place, None).unwrap();
    assert_eq!(listed(&git, None), [("curator.toml".to_owned(), RepoEntryKind::File)]);
    let head = wait(git.head()).unwrap();
    assert_eq!(git.read(&head, &path("curator.toml")), Ok(Some(b"x".to_vec())));
    assert_eq!(git.read(&head, &path("README.md")), Ok(None));
}

#[test]
fn a_branch_that_is_not_there_is_an_empty_index_and_no_registry() {
    let repo = Repo::new();
    let git = open(&repo);
    let head = wait(git.head()).unwrap();
    assert_eq!(head, Revision("empty".to_owned()));
    assert_eq!((git.list(&head, None), git.read(&head, &path("a"))), (Ok(vec![]), Ok(None)));
    let registry = GitRepo::local(&repo.path(), GitPlace { role: Role::Registry, ..writing() }, None).unwrap();
    assert!(matches!(wait(registry.head()), Err(RepoError::Missing { role: "registry", .. })));
    let unknown = Revision("0123456789012345678901234567890123456789".to_owned());
    assert!(matches!(git.list(&unknown, None), Err(RepoError::Unknown { .. })));
    assert!(matches!(git.list(&Revision("main".to_owned()), None), Err(RepoError::Unknown { .. })));
}

#[test]
fn what_is_broken_is_named() {
    let repo = Repo::new();
    let missing = Oid::from_str("0123456789012345678901234567890123456789").unwrap();
    let malformed = repo.object(ObjectType::Tree, b"100644 cut\0");
    let top = [("40000", &b"malformed"[..], malformed), ("40000", b"missing", missing)];
    // git itself would not commit it.
    let tree = repo.tree(&top);
    let text = format!("tree {tree}\nauthor A <a> 0 +0000\ncommitter A <a> 0 +0000\n\nx\n");
    let commit = repo.object(ObjectType::Commit, text.as_bytes());
    std::fs::write(repo.path().join("refs/heads/main"), format!("{commit}\n")).unwrap();
    let git = open(&repo);
    let head = wait(git.head()).unwrap();
    for (under, why) in [("malformed", "is a malformed tree"), ("missing", "is missing")] {
        let error = git.list(&head, Some(&path(under))).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
    for (held, why) in [("ref: refs/heads/other\n", "SHA-1"), ("", "SHA-1"), (&format!("{tree}\n"), "commit must be")] {
        std::fs::write(repo.path().join("refs/heads/main"), held).unwrap();
        let error = wait(git.head()).unwrap_err();
        assert!(error.to_string().contains(why), "{error}");
    }
}

#[test]
fn refs_and_objects_are_found_where_git_packs_them() {
    let repo = Repo::new();
    let commit = point(&repo, repo.tree(&[("100644", b"a", repo.blob("1"))]));
    repo.git(["gc", "--quiet"]);
    assert!(!repo.path().join("refs/heads/main").exists());
    let git = open(&repo);
    assert_eq!(wait(git.head()), Ok(Revision(commit)));
    assert_eq!(crate::files(&git), crate::pairs(&[("a", "1")]));
}
