//! What every store has to do, and what it costs in releases.

use curator::model::{ArtifactKey, ReleaseLayout, Sha256};
use curator::ports::{ArtifactStore as _, Put, StoreError, StoredFile};

use crate::scene::{LAYOUTS, Scene, holding, publish, sum};
use crate::{archive, checksum, wait};

#[test]
fn a_version_is_put_found_listed_and_never_overwritten() {
    for layout in LAYOUTS {
        let scene = Scene::new();
        let store = scene.store(layout);
        assert_eq!(store.name(), "far");
        assert_eq!(wait(store.list()), Ok(vec![]));
        assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(None));
        let tags = match layout {
            ReleaseLayout::PerPackage => ["pkg/maybe/1", "pkg/maybe/1"],
            ReleaseLayout::PerVersion => ["pkg/maybe/1.0.0", "pkg/maybe/1.0.1"],
        };
        assert_eq!(publish(&store, "1.0.0", b"first"), Ok((Put::Stored, tags[0].parse().unwrap())));
        assert_eq!(publish(&store, "1.0.1", b"second"), Ok((Put::Stored, tags[1].parse().unwrap())));
        for store in [&store, &scene.store(layout)] {
            assert_eq!(publish(store, "1.0.0", b"first"), Ok((Put::AlreadyThere, tags[0].parse().unwrap())));
            let conflict = StoreError::Conflict {
                store: "far".to_owned(),
                key: "maybe/maybe-1.0.0.tar.gz".to_owned(),
                found: Sha256::of(b"first"),
                offered: Sha256::of(b"other"),
            };
            assert_eq!(publish(store, "1.0.0", b"other"), Err(conflict));
            assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(Some(b"first".to_vec())));
            assert_eq!(wait(store.get(&checksum("1.0.1"))), Ok(Some(sum(b"second"))));
            assert_eq!(wait(store.get(&archive("1.0.1"))), Ok(Some(b"second".to_vec())));
            let file = |name: &str, size| StoredFile { path: format!("maybe/maybe-{name}"), size };
            let expected = [
                file("1.0.0.tar.gz", 5),
                file("1.0.0.tar.gz.sha256", 64),
                file("1.0.1.tar.gz", 6),
                file("1.0.1.tar.gz.sha256", 64),
            ];
            assert_eq!(wait(store.list()), Ok(expected.to_vec()));
            // Once more, from what was listed.
            assert_eq!(wait(store.get(&archive("1.0.1"))), Ok(Some(b"second".to_vec())));
        }
        let expected = match layout {
            ReleaseLayout::PerPackage => vec![holding("pkg/maybe/1", &[("1.0.0", 5), ("1.0.1", 6)])],
            ReleaseLayout::PerVersion => {
                vec![holding("pkg/maybe/1.0.0", &[("1.0.0", 5)]), holding("pkg/maybe/1.0.1", &[("1.0.1", 6)])]
            }
        };
        assert_eq!(scene.shown(), expected);
        scene.assert_lawful();
    }
}

#[test]
fn a_publication_costs_three_requests_where_its_release_is_there() {
    let scene = Scene::new();
    let store = scene.store(ReleaseLayout::PerPackage);
    publish(&store, "1.0.0", b"first").unwrap();
    let id = scene.repository.releases()[0].id;
    let (tagged, upload) = ("GET /releases/tags/pkg%2Fmaybe%2F1".to_owned(), format!("POST /releases/{id}/assets"));
    assert_eq!(scene.asked(), [&tagged, "POST /releases", &upload, &upload]);
    publish(&store, "1.0.1", b"second").unwrap();
    assert_eq!(scene.asked(), [tagged.as_str(), &upload, &upload]);
    // To find that everything is there costs no more.
    publish(&scene.store(ReleaseLayout::PerPackage), "1.0.1", b"second").unwrap();
    assert_eq!(scene.asked(), [tagged]);
}

#[test]
fn a_publication_into_a_release_of_its_own_costs_five_requests() {
    let scene = Scene::new();
    let store = scene.store(ReleaseLayout::PerVersion);
    publish(&store, "1.0.0", b"first").unwrap();
    // The drafts that others left behind are looked for once.
    assert!(scene.asked().contains(&"GET /releases".to_owned()));
    publish(&store, "1.0.1", b"second").unwrap();
    let id = scene.repository.releases()[1].id;
    let (release, upload) = (format!("/releases/{id}"), format!("POST /releases/{id}/assets"));
    let tagged = "GET /releases/tags/pkg%2Fmaybe%2F1.0.1";
    assert_eq!(scene.asked(), [tagged, "POST /releases", &upload, &upload, &format!("PATCH {release}")]);
}

#[test]
fn a_release_says_what_it_is_and_is_never_the_latest() {
    for (layout, title) in [(LAYOUTS[0], "maybe"), (LAYOUTS[1], "maybe 1.0.0")] {
        let scene = Scene::new();
        publish(&scene.store(layout), "1.0.0", b"first").unwrap();
        let release = scene.repository.releases().remove(0);
        assert_eq!(release.name.as_deref(), Some(title));
        assert!(release.text.unwrap().contains("The curator of this registry puts files here"));
        assert_eq!((release.is_prerelease, release.target.as_str()), (false, "main"));
    }
}

#[test]
fn a_private_file_is_fetched_from_its_other_host_without_the_token() {
    let scene = Scene::new();
    let store = scene.store(ReleaseLayout::PerPackage);
    publish(&store, "1.0.0", &vec![7; 1 << 20]).unwrap();
    scene.asked();
    assert_eq!(wait(store.get(&archive("1.0.0"))).unwrap().unwrap(), vec![7; 1 << 20]);
    let asset = scene.repository.releases()[0].assets[0].id;
    assert_eq!(
        scene.asked(),
        ["GET /releases/tags/pkg%2Fmaybe%2F1".to_owned(), format!("GET /releases/assets/{asset}")]
    );
    scene.assert_lawful();
}

#[test]
fn what_was_released_in_the_other_layout_is_found() {
    for [before, after] in [[LAYOUTS[0], LAYOUTS[1]], [LAYOUTS[1], LAYOUTS[0]]] {
        let scene = Scene::new();
        publish(&scene.store(before), "1.0.0", b"first").unwrap();
        let store = scene.store(after);
        assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(Some(b"first".to_vec())));
        assert_eq!(wait(store.get(&checksum("1.0.0"))).map(|it| it.map(|it| it.len())), Ok(Some(64)));
        publish(&store, "1.0.1", b"second").unwrap();
        assert_eq!(wait(store.list()).unwrap().len(), 4);
        assert_eq!(scene.shown().len(), 2);
    }
}

#[test]
fn a_checksum_is_put_where_its_archive_is() {
    let scene = Scene::new();
    publish(&scene.store(ReleaseLayout::PerPackage), "1.0.0", b"first").unwrap();
    scene.change(|releases| releases[0].assets.retain(|asset| !asset.name.ends_with(".sha256")));
    let store = scene.store(ReleaseLayout::PerPackage);
    let key: ArtifactKey = checksum("1.0.0");
    assert_eq!(wait(store.put(&key, &sum(b"first"))), Ok(Put::Stored));
    assert_eq!(scene.shown(), [holding("pkg/maybe/1", &[("1.0.0", 5)])]);
}
