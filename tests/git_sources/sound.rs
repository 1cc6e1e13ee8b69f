//! Sound repositories: what a source is, whichever way it comes.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};

use curator::adapters::git::{GitSettings, GitSources, NetworkSettings};
use curator::model::{Entry, File, Limits, Location, Mode, TreePath};
use curator::ports::{FetchError, SourceFetcher, SourceRequest};

use crate::repos::Repo;
use crate::{URL, everything, fetch, id, path, refusal, request, sources, text};

/// A repository with two versions, a folder, a script, a link, a submodule and an annotated tag of an annotated tag.
fn library() -> (Repo, String, String) {
    let repo = Repo::new();
    let first = repo.commit_files(&[("README", "one\n")], &[]);
    let readme = repo.blob("two\n");
    let main = repo.blob("module Main where\n");
    let script = repo.blob("#!/bin/sh\n");
    let link = repo.blob("../../etc/passwd");
    let src = repo.tree(&[("100644", b"Main.purs", main), ("100755", b"build", script)]);
    let other = git2::Oid::from_str(&first).unwrap();
    let root = repo.tree(&[
        ("100644", b"README", readme),
        ("120000", b"link", link),
        ("160000", b"module", other),
        ("40000", b"src", src),
    ]);
    let second = repo.commit(root, &[&first]);
    repo.git(["update-ref", "refs/heads/main", &second]);
    repo.tag("v1.0.0", &first);
    repo.tag("v2.0.0", &second);
    repo.git(["tag", "-a", "-m", "inner", "inner", &second]);
    repo.git(["tag", "-a", "-m", "outer", "outer", "inner"]);
    (repo, first, second)
}

#[tokio::test]
async fn a_bundle_and_a_directory_give_the_same_source() {
    let (repo, _, second) = library();
    let from_bundle = fetch(&repo.bundle(), &request("v2.0.0", None, None)).await.unwrap();
    let from_directory = fetch(&repo.path(), &request("v2.0.0", None, None)).await.unwrap();
    assert_eq!(from_bundle, from_directory);
    assert_eq!(from_bundle.commit, id(&second));
    assert_eq!(from_bundle.resolved, Some(id(&second)));
    let paths: Vec<_> = from_bundle.tree.keys().map(TreePath::as_str).collect();
    assert_eq!(paths, ["README", "link", "module", "src/Main.purs", "src/build"]);
    assert_eq!(text(&from_bundle, "README"), "two\n");
    let script = File { mode: Mode::Executable, bytes: b"#!/bin/sh\n".to_vec() };
    assert_eq!(from_bundle.tree[&path("src/build")], Entry::File(script));
    assert_eq!(from_bundle.tree[&path("link")], Entry::Link { target: b"../../etc/passwd".to_vec() });
    assert!(matches!(from_bundle.tree[&path("module")], Entry::Submodule { .. }));
}

#[tokio::test]
async fn a_directory_with_a_work_tree_is_read_from_its_commits() {
    let (repo, ..) = library();
    let work = repo.home.path().join("work");
    repo.git(["clone".as_ref(), "--quiet".as_ref(), repo.path().as_os_str(), work.as_os_str()]);
    std::fs::write(work.join("README"), "changed\n").unwrap();
    let source = fetch(&work, &request("v2.0.0", None, None)).await.unwrap();
    assert_eq!(text(&source, "README"), "two\n");
}

#[tokio::test]
async fn a_shallow_clone_is_a_source_too() {
    let (repo, _, second) = library();
    let shallow = repo.home.path().join("shallow");
    let url = format!("file://{}", repo.path().display());
    repo.git(["clone", "--quiet", "--depth=1", "--branch=v2.0.0", &url, shallow.to_str().unwrap()]);
    assert!(shallow.join(".git/shallow").exists());
    let source = fetch(&shallow, &request("v2.0.0", None, None)).await.unwrap();
    assert_eq!(source.commit, id(&second));
}

#[tokio::test]
async fn only_wanted_files_are_read() {
    let (repo, ..) = library();
    for from in [repo.path(), repo.bundle()] {
        let wanted = |path: &TreePath| path.as_str() == "README";
        let source = sources(&from, Limits::default()).fetch(&request("v2.0.0", None, None), &wanted).await.unwrap();
        assert_eq!(text(&source, "README"), "two\n");
        assert_eq!(source.tree[&path("src/build")], Entry::Unread { size: 10 });
    }
}

#[tokio::test]
async fn a_folder_is_a_source_of_its_own() {
    let (repo, _, second) = library();
    let source = fetch(&repo.bundle(), &request("v2.0.0", None, Some("src"))).await.unwrap();
    let paths: Vec<_> = source.tree.keys().map(TreePath::as_str).collect();
    assert_eq!(paths, ["Main.purs", "build"]);
    for subdir in ["lib", "README", "link", "module", "src/Main.purs", "src/deeper"] {
        let error = refusal(&repo.path(), &request("v2.0.0", None, Some(subdir))).await;
        assert!(matches!(&error, FetchError::NoSubdir { commit, .. } if *commit == id(&second)), "{error}");
    }
}

#[tokio::test]
async fn annotated_tags_are_peeled() {
    let (repo, _, second) = library();
    for from in [repo.path(), repo.bundle()] {
        for tag in ["inner", "outer"] {
            assert_eq!(fetch(&from, &request(tag, None, None)).await.unwrap().resolved, Some(id(&second)));
        }
    }
}

#[tokio::test]
async fn one_fetch_of_a_bundle_serves_every_version() {
    let (repo, first, second) = library();
    let bundle = repo.bundle();
    let sources = sources(&bundle, Limits::default());
    sources.fetch(&request("v2.0.0", None, None), &everything).await.unwrap();
    // Without the bundle, another fetch could only fail.
    std::fs::remove_file(bundle).unwrap();
    let source = sources.fetch(&request("v1.0.0", None, None), &everything).await.unwrap();
    assert_eq!((source.commit, text(&source, "README")), (id(&first), "one\n"));
    let source = sources.fetch(&request("gone", Some(&second), None), &everything).await.unwrap();
    assert_eq!((source.commit, source.resolved), (id(&second), None));
    let error = sources.fetch(&request("gone", None, None), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
}

#[tokio::test]
async fn versions_of_one_location_can_be_fetched_at_once() {
    let (repo, first, second) = library();
    for from in [repo.path(), repo.bundle()] {
        let sources = sources(&from, Limits::default());
        let (one, two) = (request("v1.0.0", None, None), request("v2.0.0", None, None));
        let (one, two) = tokio::join!(sources.fetch(&one, &everything), sources.fetch(&two, &everything));
        assert_eq!((one.unwrap().commit, two.unwrap().commit), (id(&first), id(&second)));
    }
}

#[tokio::test]
async fn a_pinned_commit_is_read_though_its_tag_moved_or_went() {
    let (repo, first, second) = library();
    repo.tag("v1.0.0", &second);
    for from in [repo.path(), repo.bundle()] {
        let moved = fetch(&from, &request("v1.0.0", Some(&first), None)).await.unwrap();
        assert_eq!((moved.commit, moved.resolved), (id(&first), Some(id(&second))));
        assert_eq!(text(&moved, "README"), "one\n");
        let gone = fetch(&from, &request("v0.9.0", Some(&first), None)).await.unwrap();
        assert_eq!((gone.commit, gone.resolved), (id(&first), None));
    }
}

#[tokio::test]
async fn what_is_not_there_is_named() {
    let (repo, ..) = library();
    let nowhere = "1".repeat(40);
    let blob = repo.blob("two\n").to_string();
    for from in [repo.path(), repo.bundle()] {
        let error = refusal(&from, &request("v9.9.9", None, None)).await;
        assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
        // The id of something else than a commit is no commit either.
        for commit in [&nowhere, &blob] {
            let error = refusal(&from, &request("v1.0.0", Some(commit), None)).await;
            assert!(matches!(error, FetchError::NoCommit { .. }), "{error}");
        }
    }
    for nothing in [repo.home.path().join("absent"), repo.home.path().to_owned()] {
        let error = refusal(&nothing, &request("v1.0.0", None, None)).await;
        assert!(matches!(error, FetchError::NoRepository { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_location_without_replacement_says_how_to_mend_it() {
    let request = SourceRequest {
        location: Location::Git { git_url: "https://example.org/b.git".parse().unwrap(), subdir: None },
        ..request("v1.0.0", None, None)
    };
    let error = refusal(Path::new("/nonexistent"), &request).await;
    assert!(matches!(error, FetchError::Refused { .. }), "{error}");
    let message = error.to_string();
    assert!(message.contains("'example.org' is not among [fetch] allow_hosts"), "{message}");
}

#[tokio::test]
async fn a_missing_git_program_is_the_operators_matter() {
    let (repo, ..) = library();
    let sources = GitSources::new(GitSettings {
        replace: BTreeMap::from([(URL.to_owned(), repo.path())]),
        pass_env: Vec::new(),
        limits: Limits::default(),
        git: PathBuf::from("git-that-nobody-installed"),
        network: NetworkSettings::default(),
    });
    let error = sources.fetch(&request("v1.0.0", None, None), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::Local { .. }), "{error}");
    assert!(error.to_string().contains("install git"), "{error}");
}

#[tokio::test]
async fn attributes_in_the_tree_change_nothing() {
    let repo = Repo::new();
    let attributes =
        "* text eol=crlf ident filter=lfs working-tree-encoding=UTF-16\nMain export-ignore\nsub export-subst\n";
    let files = [
        (".gitattributes", attributes),
        (".lfsconfig", "[lfs]\nurl=http://127.0.0.1\n"),
        ("Main", "$Id$\n"),
        ("sub", "$Format:%H$\n"),
    ];
    let commit = repo.commit_files(&files, &[]);
    repo.tag("v1.0.0", &commit);
    for from in [repo.path(), repo.bundle()] {
        let source = fetch(&from, &request("v1.0.0", None, None)).await.unwrap();
        for (name, bytes) in files {
            assert_eq!(text(&source, name), bytes);
        }
    }
}

#[tokio::test]
async fn slips_of_old_programs_are_taken() {
    let repo = Repo::new();
    let inner = repo.tree(&[("100664", b"a", repo.blob("a\n"))]);
    let tree = repo.tree(&[("040000", b"src", inner)]);
    let who = "A<a@example.org> 1 +051800";
    let text = format!("tree {tree}\nauthor {who}\ncommitter {who}\n\nold\n");
    repo.tag("v1.0.0", &repo.object(git2::ObjectType::Commit, text.as_bytes()).to_string());
    // git takes them from a bundle only before 2.46 and from 2.48 on.
    let source = fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap();
    assert_eq!(source.tree[&path("src/a")], Entry::File(File::regular("a\n")));
}
