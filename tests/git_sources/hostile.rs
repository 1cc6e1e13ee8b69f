//! Hostile trees, tags and bundles (threats 1, 7 to 11, 14 and 15).

use std::fs;

use curator::model::{Entry, GitUrl, PathError, Ref, TreePath};
use curator::ports::FetchError;
use git2::{ObjectType, Oid};

use crate::repos::{Repo, git_command};
use crate::{fetch, id, path, refusal, request, text};

/// Asserts that a tree, as the whole source, is refused from a bundle and from a directory; gives the errors.
async fn refused_tree(repo: &Repo, tree: Oid) -> Vec<FetchError> {
    repo.tag_tree(tree);
    let request = request("v1.0.0", None, None);
    vec![refusal(&repo.bundle(), &request).await, refusal(&repo.path(), &request).await]
}

#[test]
fn options_are_no_refs_and_no_urls() {
    for text in ["--upload-pack=touch x", "-u", "--upload-pack=x"] {
        assert!(text.parse::<Ref>().is_err(), "{text}");
        assert!(text.parse::<GitUrl>().is_err(), "{text}");
    }
    for text in ["a".repeat(40), "0123456789abcdef0123456789ABCDEF01234567".to_owned()] {
        assert!(text.parse::<Ref>().is_err(), "{text}");
    }
}

#[tokio::test]
async fn a_replacement_that_starts_with_a_dash_is_a_path() {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a")], &[]);
    repo.tag("v1.0.0", &commit);
    for (from, name) in [(repo.bundle(), "--upload-pack=touch canary"), (repo.path(), "-c")] {
        let dashed = repo.home.path().join(name);
        fs::rename(from, &dashed).unwrap();
        assert_eq!(fetch(&dashed, &request("v1.0.0", None, None)).await.unwrap().commit, id(&commit));
        fs::rename(dashed, repo.path()).unwrap_or_default();
    }
}

#[tokio::test]
async fn folders_of_git_are_refused_in_every_spelling() {
    for name in [".git", ".GIT", "git~1", ".g\u{200c}it", ".git.", ".git::$INDEX_ALLOCATION", "..", "."] {
        let repo = Repo::new();
        let config = repo.blob("[core]\n\tfsmonitor = touch canary\n");
        let inner = repo.tree(&[("100644", b"config", config)]);
        let tree = repo.tree(&[("40000", name.as_bytes(), inner)]);
        for error in refused_tree(&repo, tree).await {
            let refused = matches!(error, FetchError::Unsound { .. } | FetchError::UnsafePath { .. });
            assert!(refused, "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn names_that_are_no_utf8_or_too_long_are_refused() {
    let repo = Repo::new();
    let file = repo.blob("x");
    for (name, expected) in [(b"caf\xe9".to_vec(), PathError::NotUtf8), (vec![b'a'; 256], PathError::TooLong)] {
        let tree = repo.tree(&[("100644", &name, file)]);
        for error in refused_tree(&repo, tree).await {
            assert!(matches!(&error, FetchError::UnsafePath { error, .. } if *error == expected), "{error}");
        }
    }
}

#[tokio::test]
async fn names_with_slashes_and_empty_names_are_refused() {
    let repo = Repo::new();
    let file = repo.blob("x");
    // git itself will not bundle an empty name.
    repo.tag_tree(repo.tree(&[("100644", b"", file)]));
    let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
    assert!(matches!(error, FetchError::Unsound { .. } | FetchError::UnsafePath { .. }), "{error}");
    for name in ["a/../../x", "a/b", "/etc/passwd"] {
        let tree = repo.tree(&[("100644", name.as_bytes(), file)]);
        for error in refused_tree(&repo, tree).await {
            let refused = matches!(error, FetchError::Unsound { .. } | FetchError::UnsafePath { .. });
            assert!(refused, "{name}: {error}");
        }
    }
}

#[tokio::test]
async fn entries_that_stand_twice_are_refused() {
    let repo = Repo::new();
    let (good, evil) = (repo.blob("good"), repo.blob("evil"));
    let folder = repo.tree(&[("100644", b"x", evil)]);
    let twice = repo.tree(&[("100644", b"a", good), ("100644", b"a", evil)]);
    // Sorted as git sorts, the folder `a` does not stand beside the file `a`.
    let file_and_folder = repo.tree(&[("100644", b"a", good), ("100644", b"a.b", good), ("40000", b"a", folder)]);
    for tree in [twice, file_and_folder] {
        for error in refused_tree(&repo, tree).await {
            let refused = matches!(error, FetchError::Unsound { .. } | FetchError::DuplicatePath { .. });
            assert!(refused, "{error}");
        }
    }
}

#[tokio::test]
async fn hostile_submodules_are_refused_or_values() {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a")], &[]);
    let module = Oid::from_str(&commit).unwrap();
    for url in ["--upload-pack=touch canary", "ext::sh -c touch% canary"] {
        let modules = repo.blob(format!("[submodule \"m\"]\n\tpath = m\n\turl = {url}\n\tupdate = !touch canary\n"));
        let tree = repo.tree(&[("100644", b".gitmodules", modules), ("160000", b"m", module)]);
        for error in refused_tree(&repo, tree).await {
            assert!(matches!(error, FetchError::Unsound { .. }), "{url}: {error}");
        }
    }
    repo.tag_tree(repo.tree(&[("160000", b"m", module)]));
    let source = fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap();
    assert_eq!(source.tree[&path("m")], Entry::Submodule { commit: id(&commit) });
}

#[tokio::test]
async fn links_are_values_and_never_followed() {
    let repo = Repo::new();
    for target in ["/etc/passwd", "../../..", "/proc/self/environ", "a\0b"] {
        let link = repo.blob(target);
        repo.tag_tree(repo.tree(&[("120000", b"package.json", link)]));
        let source = fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap();
        assert_eq!(source.tree[&path("package.json")], Entry::Link { target: target.into() });
    }
    let long = repo.blob("x".repeat(5000));
    repo.tag_tree(repo.tree(&[("120000", b"link", long)]));
    let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
    assert!(matches!(error, FetchError::OverLimit { limit: 4096, .. } | FetchError::Unsound { .. }), "{error}");
}

#[tokio::test]
async fn a_branch_of_the_same_name_is_not_the_tag() {
    let repo = Repo::new();
    let tagged = repo.commit_files(&[("a", "tag")], &[]);
    let other = repo.commit_files(&[("a", "branch")], &[]);
    for name in ["refs/heads/v1.0.0", "refs/heads/v2.0.0", "refs/v2.0.0", "refs/heads/main"] {
        repo.git(["update-ref", name, &other]);
    }
    repo.tag("v1.0.0", &tagged);
    for from in [repo.path(), repo.bundle()] {
        let source = fetch(&from, &request("v1.0.0", None, None)).await.unwrap();
        assert_eq!((source.commit, text(&source, "a")), (id(&tagged), "tag"));
        let error = refusal(&from, &request("v2.0.0", None, None)).await;
        assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
    }
}

#[tokio::test]
async fn a_tag_of_something_else_than_a_commit_is_refused() {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a")], &[]);
    repo.git(["update-ref", "refs/heads/main", &commit]);
    let blob = repo.blob("a").to_string();
    let tree = repo.git(["rev-parse", "main^{tree}"]);
    repo.git(["tag", "-a", "-m", "inner", "inner", &blob]);
    for (target, expected) in [(blob, "blob"), (tree, "tree"), ("inner".to_owned(), "blob")] {
        repo.tag("v1.0.0", &target);
        for from in [repo.path(), repo.bundle()] {
            let error = refusal(&from, &request("v1.0.0", None, None)).await;
            assert!(matches!(&error, FetchError::NotACommit { kind, .. } if kind == expected), "{error}");
        }
    }
}

#[tokio::test]
async fn a_long_chain_of_tags_ends() {
    let repo = Repo::new();
    let mut target = repo.commit_files(&[("a", "a")], &[]);
    let mut kind = "commit";
    for _ in 0..17 {
        let text = format!("object {target}\ntype {kind}\ntag t\ntagger A <a@example.org> 0 +0000\n\n");
        target = repo.object(ObjectType::Tag, text.as_bytes()).to_string();
        kind = "tag";
    }
    repo.tag("v1.0.0", &target);
    let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
    assert!(matches!(error, FetchError::NotACommit { .. }), "{error}");
}

#[tokio::test]
async fn replacement_objects_and_grafts_are_ignored() {
    let repo = Repo::new();
    let parent = repo.commit_files(&[("a", "parent")], &[]);
    let real = repo.commit_files(&[("a", "real")], &[&parent]);
    let evil = repo.commit_files(&[("a", "evil")], &[]);
    repo.tag("v1.0.0", &real);
    repo.git(["replace", &real, &evil]);
    repo.git(["replace", &repo.blob("real").to_string(), &repo.blob("evil").to_string()]);
    // A graft would keep the real parent out of the bundle.
    let bundle = repo.bundle();
    fs::write(repo.path().join("info/grafts"), format!("{real} {evil}\n")).unwrap();
    let shown = git_command(&repo.path()).env_remove("GIT_NO_REPLACE_OBJECTS").args(["show", "v1.0.0:a"]).output();
    assert_eq!(shown.unwrap().stdout, b"evil", "git itself falls for it");
    for from in [repo.path(), bundle] {
        let source = fetch(&from, &request("v1.0.0", None, None)).await.unwrap();
        assert_eq!((source.commit, text(&source, "a")), (id(&real), "real"));
    }
}

#[tokio::test]
async fn a_tag_that_is_no_object_id_is_refused() {
    let repo = Repo::new();
    let commit = repo.commit_files(&[("a", "a")], &[]);
    repo.git(["update-ref", "refs/heads/main", &commit]);
    let tag = repo.path().join("refs/tags/v1.0.0");
    for content in ["ref: refs/heads/main\n", "", "0123\n", &"a".repeat(64), "\u{1b}[2J"] {
        fs::write(&tag, content).unwrap();
        let error = refusal(&repo.path(), &request("v1.0.0", None, None)).await;
        assert!(matches!(error, FetchError::Unsound { .. }), "{content}: {error}");
    }
}

#[tokio::test]
async fn a_packed_tag_is_found_and_a_loose_one_goes_before_it() {
    let repo = Repo::new();
    let old = repo.commit_files(&[("a", "old")], &[]);
    let new = repo.commit_files(&[("a", "new")], &[]);
    repo.tag("v1.0.0", &old);
    repo.tag("v1.0.0-rc/x", &old);
    repo.git(["pack-refs", "--all"]);
    for tag in ["v1.0.0", "v1.0.0-rc/x"] {
        assert_eq!(fetch(&repo.path(), &request(tag, None, None)).await.unwrap().commit, id(&old));
    }
    for absent in ["v1.0", "v1.0.0-rc", "v1.0.0-rc/x/y", "v1.0.0/x", "x"] {
        let error = refusal(&repo.path(), &request(absent, None, None)).await;
        assert!(matches!(error, FetchError::NoRef { .. }), "{absent}: {error}");
    }
    repo.tag("v1.0.0", &new);
    assert_eq!(fetch(&repo.path(), &request("v1.0.0", None, None)).await.unwrap().commit, id(&new));
}

#[tokio::test]
async fn what_is_no_bundle_is_refused() {
    let repo = Repo::new();
    let first = repo.commit_files(&[("a", &"some text\n".repeat(50))], &[]);
    let second = repo.commit_files(&[("a", "b")], &[&first]);
    repo.tag("v1.0.0", &second);
    let whole = fs::read(repo.bundle()).unwrap();
    let bundle = repo.home.path().join("hostile.bundle");
    let elsewhere = format!("gitdir: {}\n", repo.path().display());
    let mut contents = vec![Vec::new(), b"garbage".to_vec(), elsewhere.into_bytes(), b"# v2 git bundle\n".to_vec()];
    contents.extend((1..8).map(|eighth| whole[..whole.len() * eighth / 8].to_vec()));
    contents.push(whole[..whole.len() - 1].to_vec());
    let mut flipped = whole.clone();
    let middle = whole.len() - 60;
    flipped[middle] ^= 1;
    contents.push(flipped);
    for content in contents {
        fs::write(&bundle, &content).unwrap();
        let error = refusal(&bundle, &request("v1.0.0", None, None)).await;
        assert!(matches!(error, FetchError::Unsound { .. }), "{} bytes: {error}", content.len());
    }
    fs::write(&bundle, &whole).unwrap();
    assert!(fetch(&bundle, &request("v1.0.0", None, None)).await.is_ok());
    repo.git(["bundle", "create", "--quiet", bundle.to_str().unwrap(), "v1.0.0", &format!("^{first}")]);
    let error = refusal(&bundle, &request("v1.0.0", None, None)).await;
    assert!(error.to_string().contains("not whole"), "{error}");
}

#[tokio::test]
async fn corrupt_and_missing_objects_are_refused() {
    let repo = Repo::new();
    let blob = repo.blob("some text");
    let commit = repo.tag_tree(repo.tree(&[("100644", b"a", blob)]));
    let loose = |id: &str| repo.path().join("objects").join(&id[..2]).join(&id[2..]);
    let blob = loose(&blob.to_string());
    let sound = fs::read(&blob).unwrap();
    // Another sound object under the id of this one: only its hash says so.
    let other = fs::read(loose(&repo.blob("evil text").to_string())).unwrap();
    fs::remove_file(&blob).unwrap();
    for content in [None, Some(&sound[..sound.len() - 4]), Some(&b"garbage"[..]), Some(&other[..])] {
        if let Some(content) = content {
            fs::write(&blob, content).unwrap();
        }
        for request in [request("v1.0.0", None, None), request("gone", Some(&commit), None)] {
            let error = refusal(&repo.path(), &request).await;
            assert!(matches!(error, FetchError::Unsound { .. }), "{content:?}: {error}");
        }
    }
}

#[test]
fn a_path_shows_what_cannot_be_printed() {
    let path: TreePath = "a\u{1b}[2J".parse().unwrap();
    let error = FetchError::UnsafePath { path: path.to_string(), error: PathError::Nul };
    assert_eq!(error.to_string(), "the source has the path \"a\\u{1b}[2J\": the path has a NUL character");
}
