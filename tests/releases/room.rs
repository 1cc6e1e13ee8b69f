//! Many releases, many files, and what is not the store's.

use curator::model::ReleaseLayout;
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::scene::{Scene, holding, publish, sum};
use crate::{archive, checksum, wait};

/// So many files of versions of `maybe`.
fn files(number: usize) -> Vec<(String, Vec<u8>)> {
    let pair = |minor: usize| {
        let name = format!("maybe-0.{minor}.0.tar.gz");
        [(name.clone(), b"old".to_vec()), (format!("{name}.sha256"), sum(b"old"))]
    };
    (0..number / 2).flat_map(pair).collect()
}

#[test]
fn the_next_release_begins_before_one_is_full() {
    let scene = Scene::new();
    scene.prefill("pkg/maybe/1", files(988));
    let store = scene.store(ReleaseLayout::PerPackage);
    let tag = |version: &str| publish(&store, version, b"new").unwrap().1.to_string();
    assert_eq!([tag("1.0.0"), tag("1.0.1"), tag("1.0.2")], ["pkg/maybe/1", "pkg/maybe/2", "pkg/maybe/2"]);
    assert_eq!(scene.repository.releases().iter().map(|it| it.assets.len()).collect::<Vec<_>>(), [990, 4]);
    // What is in a full release is neither put a second time nor overwritten.
    let store = scene.store(ReleaseLayout::PerPackage);
    assert_eq!(publish(&store, "1.0.0", b"new").unwrap().0, Put::AlreadyThere);
    assert_eq!(publish(&store, "0.3.0", b"old").unwrap().1.to_string(), "pkg/maybe/1");
    assert!(matches!(publish(&store, "0.4.0", b"new"), Err(StoreError::Conflict { .. })));
    assert_eq!(wait(store.get(&archive("1.0.2"))), Ok(Some(b"new".to_vec())));
    assert_eq!(wait(store.get(&checksum("0.400.0"))), Ok(Some(sum(b"old"))));
    assert_eq!(wait(store.list()).unwrap().len(), 994);
    scene.assert_lawful();
}

#[test]
fn a_release_that_is_full_of_other_files_is_left_for_the_next() {
    let scene = Scene::new();
    // Fewer than are looked at before, as if GitHub had named only some of them.
    scene.github.most_assets(3);
    scene.prefill("pkg/maybe/1", files(2).into_iter().chain([("notes.txt".to_owned(), vec![1])]));
    let store = scene.store(ReleaseLayout::PerPackage);
    assert_eq!(publish(&store, "1.0.0", b"new").unwrap().1.to_string(), "pkg/maybe/2");
    assert_eq!(scene.shown().last(), Some(&holding("pkg/maybe/2", &[("1.0.0", 3)])));
    assert_eq!(publish(&scene.store(ReleaseLayout::PerPackage), "1.0.0", b"new").unwrap().0, Put::AlreadyThere);
}

#[test]
fn a_release_that_was_deleted_hides_none_of_the_others() {
    let scene = Scene::new();
    scene.prefill("pkg/maybe/2", files(6));
    let store = scene.store(ReleaseLayout::PerPackage);
    assert_eq!(wait(store.get(&archive("0.2.0"))), Ok(Some(b"old".to_vec())));
    assert_eq!(wait(store.get(&archive("0.9.0"))), Ok(None));
    // What is put next takes the place of what is gone, so that the metadata is right again.
    assert_eq!(publish(&store, "1.0.0", b"new").unwrap().1.to_string(), "pkg/maybe/1");
    // A release that goes while its files are put is made again.
    let store = scene.store(ReleaseLayout::PerPackage);
    wait(store.put(&archive("1.0.1"), b"more")).unwrap();
    scene.change(Vec::clear);
    wait(store.put(&checksum("1.0.1"), &sum(b"more"))).unwrap();
    let refused = wait(store.complete(&archive("1.0.1").name, &archive("1.0.1").version)).unwrap_err();
    assert!(refused.to_string().contains("the file was stored and is not there"), "{refused}");
    assert_eq!(publish(&store, "1.0.1", b"more").unwrap().0, Put::Stored);
}

#[test]
fn lists_have_many_pages_and_only_what_is_the_stores() {
    let scene = Scene::new();
    for number in 0..230 {
        let name = format!("p{number}");
        scene.prefill(&format!("pkg/{name}/1"), [(format!("{name}-1.0.0.tar.gz"), b"old".to_vec())]);
    }
    scene.prefill("pkg/maybe/1", files(402));
    // A version of the registry's own program, a branch of somebody's, and tags that only look like the store's.
    for tag in ["v1.0.0", "pkg/maybe", "pkg/maybe/01", "pkg/Maybe/1", "nightly"] {
        scene.prefill(tag, [("maybe-9.0.0.tar.gz".to_owned(), b"foreign".to_vec())]);
    }
    for layout in crate::scene::LAYOUTS {
        let store = scene.store(layout);
        scene.asked();
        let listed = wait(store.list()).unwrap();
        assert_eq!(listed.len(), 230 + 402);
        assert!(listed.is_sorted() && !listed.iter().any(|file| file.path.contains("9.0.0")));
        // Twelve or three pages of releases, and five of the files of one.
        let pages = if layout == ReleaseLayout::PerPackage { 12 } else { 3 };
        assert_eq!(scene.asked().len(), pages + 5);
        assert_eq!(wait(store.get(&archive("9.0.0"))), Ok(None));
    }
}

#[test]
fn a_draft_and_what_broke_off_are_not_there_yet() {
    let scene = Scene::new();
    let store = scene.store(ReleaseLayout::PerVersion);
    wait(store.put(&archive("1.0.0"), b"first")).unwrap();
    wait(store.put(&checksum("1.0.0"), &sum(b"first"))).unwrap();
    assert_eq!(scene.shown(), [holding("pkg/maybe/1.0.0 (draft)", &[("1.0.0", 5)])]);
    for store in [&store, &scene.store(ReleaseLayout::PerPackage)] {
        assert_eq!(wait(store.list()), Ok(vec![]));
        assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(None));
    }
    scene.prefill("pkg/either/1", [("either-1.0.0.tar.gz".to_owned(), vec![])]);
    scene.change(|releases| releases[1].assets[0].state = crate::github::world::AssetState::Starter);
    assert_eq!(wait(scene.store(ReleaseLayout::PerPackage).list()), Ok(vec![]));
}
