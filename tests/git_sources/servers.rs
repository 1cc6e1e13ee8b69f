//! Sources from a git server over https: what comes, in how few questions, and what is refused of it (threats 7, 13 to 15).

use curator::adapters::git::Mirror;
use curator::model::Limits;
use curator::ports::{FetchError, Proof, SourceFetcher, SourceRequest};

use crate::scene::{Scene, location, plain, request};
use crate::{everything, id, text};

#[tokio::test]
async fn versions_come_with_few_questions() {
    let (scene, [first, second, third]) = Scene::with_versions();
    for number in 3..40 {
        let commit = scene.repo.commit_files(&[("README", &format!("{number}\n"))], &[&third]);
        scene.repo.tag(&format!("v{number}.0.0"), &commit);
    }
    let sources = scene.sources();
    let one = sources.fetch(&request("v1.0.0", Some(&first), Proof::Reachable), &everything).await.unwrap();
    assert_eq!((one.commit, one.resolved, text(&one, "README")), (id(&first), Some(id(&first)), "one\n"));
    let two = sources.fetch(&plain("v2.0.0"), &everything).await.unwrap();
    assert_eq!((two.commit, text(&two, "README")), (id(&second), "two\n"));
    let asked = scene.server.asked().len();
    for number in 3..40 {
        let source = sources.fetch(&plain(&format!("v{number}.0.0")), &everything).await.unwrap();
        assert_eq!(text(&source, "README"), format!("{number}\n"));
    }
    let error = sources.fetch(&plain("v99.0.0"), &everything).await.unwrap_err();
    assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
    assert_eq!(scene.server.asked().len(), asked, "the second tag brought all");
}

#[tokio::test]
async fn tags_are_listed_peeled() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.repo.tag(&"a".repeat(40), &first);
    let tags = scene.sources().tags(&location()).await.unwrap();
    let listed: Vec<_> = tags.iter().map(|tag| (tag.reference.as_str(), tag.commit)).collect();
    assert_eq!(listed, [("v1.0.0", id(&first)), ("v2.0.0", id(&second))]);
    for from in [scene.repo.path(), scene.repo.bundle()] {
        assert_eq!(
            crate::sources(&from, Limits::default())
                .tags(&crate::request("v1.0.0", None, None).location)
                .await
                .unwrap(),
            tags
        );
    }
}

#[tokio::test]
async fn commits_that_no_branch_leads_to_are_given_out_and_refused() {
    let (scene, [first, second, third]) = Scene::with_versions();
    let pull = scene.repo.commit_files(&[("README", "evil\n")], &[&third]);
    scene.repo.git(["update-ref", "refs/pull/1/head", &pull]);
    let between = scene.repo.commit_files(&[("README", "between\n")], &[&third]);
    let ahead = scene.repo.commit_files(&[("README", "ahead\n")], &[&between]);
    scene.repo.git(["update-ref", "refs/heads/main", &ahead]);
    let dangling = scene.repo.commit_files(&[("README", "fork\n")], &[]);
    let directory = crate::sources(&scene.repo.path(), Limits::default());
    let bundle = crate::sources(&scene.repo.bundle(), Limits::default());
    let sources = scene.sources();
    let far = |commit: &str, proof| request("v1.0.0", Some(commit), proof);
    let near = |commit: &str, proof| SourceRequest { proof, ..crate::request("v1.0.0", Some(commit), None) };
    for commit in [&second, &third, &between, &ahead] {
        for (from, request) in [
            (&sources, far(commit, Proof::Reachable)),
            (&directory, near(commit, Proof::Reachable)),
            (&bundle, near(commit, Proof::Reachable)),
        ] {
            let source = from.fetch(&request, &everything).await.unwrap();
            assert_eq!((source.commit, source.resolved), (id(commit), Some(id(&first))));
        }
    }
    for (commit, is_bundled) in [(&pull, true), (&dangling, false)] {
        for (from, near_or_far, gives) in
            [(&sources, true, true), (&directory, false, true), (&bundle, false, is_bundled)]
        {
            let ask = |proof| if near_or_far { far(commit, proof) } else { near(commit, proof) };
            let error = from.fetch(&ask(Proof::Reachable), &everything).await.unwrap_err();
            let is_told = if gives {
                matches!(error, FetchError::NotReachable { .. })
            } else {
                matches!(error, FetchError::NoCommit { .. })
            };
            assert!(is_told, "{error}");
            // What was reviewed once is published, though its branch may be gone since.
            assert_eq!(from.fetch(&ask(Proof::Reviewed), &everything).await.is_ok(), gives);
        }
    }
}

#[tokio::test]
async fn a_server_that_gives_no_ids_is_asked_for_history() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.server.be_old();
    scene.repo.git(["tag", "-d", "v2.0.0"]);
    let sources = scene.sources();
    let source = sources.fetch(&request("v1.0.0", Some(&second), Proof::Reachable), &everything).await.unwrap();
    assert_eq!((source.commit, source.resolved), (id(&second), Some(id(&first))));
    assert_eq!(text(&source, "README"), "two\n");
    let nowhere = "1".repeat(40);
    let error = scene.refusal(&request("v1.0.0", Some(&nowhere), Proof::Reviewed)).await;
    assert!(matches!(error, FetchError::OverLimit { limit: 500, .. }), "{error}");
    assert!(error.to_string().contains(&nowhere), "{error}");
}

#[tokio::test]
async fn tags_that_moved_or_went_are_told() {
    let (scene, [first, second, _]) = Scene::with_versions();
    scene.repo.tag("v1.0.0", &second);
    scene.repo.git(["update-ref", "refs/heads/v3.0.0", &first]);
    let ask = |tag: &str| request(tag, Some(&first), Proof::Reviewed);
    let moved = scene.sources().fetch(&ask("v1.0.0"), &everything).await.unwrap();
    assert_eq!((moved.commit, moved.resolved), (id(&first), Some(id(&second))));
    // A branch of that name is no tag.
    let gone = scene.sources().fetch(&ask("v3.0.0"), &everything).await.unwrap();
    assert_eq!((gone.commit, gone.resolved), (id(&first), None));
    let error = scene.refusal(&plain("v3.0.0")).await;
    assert!(matches!(error, FetchError::NoRef { .. }), "{error}");
    let nowhere = "1".repeat(40);
    let error = scene.refusal(&request("v1.0.0", Some(&nowhere), Proof::Reviewed)).await;
    assert!(matches!(error, FetchError::NoCommit { .. }), "{error}");
}

#[tokio::test]
async fn one_bad_tag_does_not_stand_for_the_others() {
    let (scene, [first, second, _]) = Scene::with_versions();
    let hostile = scene.repo.tree(&[("40000", b".git", scene.repo.tree(&[]))]);
    let bad = scene.repo.commit(hostile, &[]);
    scene.repo.tag("v0.1.0", &bad);
    let directory = crate::sources(&scene.repo.path(), Limits::default());
    for (from, is_far) in [(&scene.sources(), true), (&directory, false)] {
        let ask = |tag: &str| if is_far { plain(tag) } else { crate::request(tag, None, None) };
        assert_eq!(from.fetch(&ask("v1.0.0"), &everything).await.unwrap().commit, id(&first));
        assert_eq!(from.fetch(&ask("v2.0.0"), &everything).await.unwrap().commit, id(&second));
        let error = from.fetch(&ask("v0.1.0"), &everything).await.unwrap_err();
        assert!(matches!(error, FetchError::Unsound { .. }), "{error}");
        assert_eq!(from.fetch(&ask("v1.0.0"), &everything).await.unwrap().commit, id(&first));
    }
}

#[tokio::test]
async fn attributes_and_odd_entries_come_as_they_are() {
    let scene = Scene::new();
    let attributes =
        "* text eol=crlf ident filter=lfs working-tree-encoding=UTF-16\nMain export-ignore\nsub export-subst\n";
    let pointer = "version https://git-lfs.github.com/spec/v1\noid sha256:0\nsize 1\n";
    let files = [(".gitattributes", attributes), ("Main", "$Id$\n"), ("big", pointer), ("sub", "$Format:%H$\n")];
    let inner = scene.repo.commit_files(&files, &[]);
    let mut entries: Vec<_> =
        files.iter().map(|(name, text)| ("100644", name.as_bytes(), scene.repo.blob(text))).collect();
    entries.push(("160000", b"vendored", git2::Oid::from_str(&inner).unwrap()));
    let modules = "[submodule \"../../modules/x\"]\n\tpath = vendored\n\turl = https://other.example/x\n";
    entries.insert(1, ("100644", b".gitmodules", scene.repo.blob(modules.replace("../../modules/x", "x"))));
    scene.repo.tag_tree(scene.repo.tree(&entries));
    let source = scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap();
    for (name, bytes) in files {
        assert_eq!(text(&source, name), bytes);
    }
    assert!(matches!(source.tree[&crate::path("vendored")], curator::model::Entry::Submodule { .. }));
    let foreign: Vec<_> =
        scene.server.asked().into_iter().filter(|asked| !asked.contains("/larkspur/tally.git/")).collect();
    assert_eq!(foreign, [""; 0]);
}

#[tokio::test]
async fn copies_in_a_folder_stand_in_for_a_server() {
    let (mut scene, [first, ..]) = Scene::with_versions();
    for place in ["larkspur+tally/repo", "larkspur+tally", "larkspur+tally.git"] {
        let mirror = tempfile::tempdir().unwrap();
        let copy = mirror.path().join(place);
        scene.repo.git(["clone", "--quiet", "--mirror", ".", copy.to_str().unwrap()]);
        scene.settings.network.mirror = Some(Mirror::parse(mirror.path().to_str().unwrap()).unwrap());
        assert_eq!(scene.sources().fetch(&plain("v1.0.0"), &everything).await.unwrap().commit, id(&first), "{place}");
    }
    let error = scene.refusal(&plain("v1.0.0")).await;
    assert!(matches!(error, FetchError::NoRepository { .. }), "{error}");
    assert_eq!(scene.server.asked(), [""; 0]);
}
