//! Every request goes wrong once, in every way; two curators come at once; releases freeze.

use std::thread;

use curator::adapters::github::ReleaseStore;
use curator::model::ReleaseLayout;
use curator::ports::{ArtifactStore as _, Put, StoreError};

use crate::github::troubles::{Fault, Faults};
use crate::github::world::AssetState;
use crate::scene::{LAYOUTS, Scene, holding, publish, publish_of, sum};
use crate::{archive, checksum, wait};

const FAULTS: [Fault; 7] = [
    Fault::BadGateway,
    Fault::ClosedAfter,
    Fault::BadGatewayAfter,
    Fault::SecondaryLimit,
    Fault::TooMany,
    Fault::CutBody,
    Fault::Page,
];

/// What there is of a package of which one version is published.
fn whole_of(layout: ReleaseLayout, name: &str) -> String {
    let tag = if layout == ReleaseLayout::PerPackage { "1" } else { "1.0.0" };
    holding("pkg/maybe/TAG", &[("1.0.0", 5)]).replace("maybe", name).replace("TAG", tag)
}

fn whole(layout: ReleaseLayout) -> String {
    whole_of(layout, "maybe")
}

/// The releases of a package.
fn shown_of(scene: &Scene, name: &str) -> Vec<String> {
    let folder = format!("pkg/{name}/");
    scene.shown().into_iter().filter(|release| release.starts_with(&folder)).collect()
}

#[test]
fn whatever_request_goes_wrong_the_version_is_there_once_and_whole() {
    for layout in LAYOUTS {
        let scene = Scene::unjudged();
        for (number, fault) in FAULTS.into_iter().enumerate() {
            for good in 0..7 {
                let name = format!("p{number}-{good}");
                scene.github.pass_next(good);
                scene.github.fail_next(1, fault);
                let store = scene.store(layout);
                let put = publish_of(&store, &name, "1.0.0", b"first");
                let (put, _) = put.unwrap_or_else(|error| panic!("{fault:?} after {good}: {error}"));
                assert_eq!(put, Put::Stored, "{fault:?} after {good}");
                scene.github.no_faults();
                assert_eq!(shown_of(&scene, &name), [whole_of(layout, &name)], "{fault:?} after {good}");
            }
        }
        scene.assert_lawful();
    }
}

#[test]
fn a_server_that_stays_in_trouble_is_unreachable_and_loses_nothing() {
    for layout in LAYOUTS {
        let scene = Scene::unjudged();
        for good in 0..6 {
            let name = format!("p{good}");
            scene.github.pass_next(good);
            scene.github.fail_next(500, Fault::BadGateway);
            let put = publish_of(&scene.store(layout), &name, "1.0.0", b"first");
            scene.github.no_faults();
            if let Err(error) = put {
                assert!(matches!(error, StoreError::Unreachable { .. }), "{error}");
                // Another process, which knows of nothing, completes it.
                publish_of(&scene.store(layout), &name, "1.0.0", b"first").unwrap();
            }
            assert_eq!(shown_of(&scene, &name), [whole_of(layout, &name)], "after {good}");
        }
        scene.assert_lawful();
    }
}

#[test]
fn what_an_upload_left_behind_is_removed_first() {
    for layout in LAYOUTS {
        let scene = Scene::unjudged();
        scene.github.pass_next(if layout == ReleaseLayout::PerPackage { 2 } else { 3 });
        scene.github.fail_next(500, Fault::BadGateway);
        publish(&scene.store(layout), "1.0.0", b"first").unwrap_err();
        scene.github.no_faults();
        let releases = scene.repository.releases();
        assert_eq!(releases[0].assets[0].state, AssetState::Starter, "{:?}", scene.shown());
        let store = scene.store(layout);
        assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(None));
        assert_eq!(publish(&store, "1.0.0", b"first").unwrap().0, Put::Stored);
        assert_eq!(scene.shown(), [whole(layout)]);
    }
}

#[test]
fn a_download_that_is_cut_is_asked_for_again() {
    let scene = Scene::unjudged();
    publish(&scene.store(ReleaseLayout::PerPackage), "1.0.0", b"first").unwrap();
    for fault in [Fault::BadGateway, Fault::ClosedAfter, Fault::CutBody, Fault::Page, Fault::TooMany] {
        let store = scene.store(ReleaseLayout::PerPackage);
        for good in 0..2 {
            scene.github.pass_next(good);
            scene.github.fail_next(1, fault);
            assert_eq!(wait(store.get(&archive("1.0.0"))), Ok(Some(b"first".to_vec())), "{fault:?}");
            scene.github.no_faults();
        }
    }
    scene.assert_lawful();
}

#[test]
fn curators_that_put_the_same_at_once_make_one_release() {
    for layout in LAYOUTS {
        let scene = Scene::new();
        for round in 0..10 {
            scene.change(Vec::clear);
            let puts: Vec<_> = thread::scope(|scope| {
                let writers: Vec<_> =
                    (0..4).map(|_| scope.spawn(|| publish(&scene.store(layout), "1.0.0", b"first"))).collect();
                writers.into_iter().map(|writer| writer.join().unwrap()).collect()
            });
            for put in &puts {
                // Whoever was too slow for its own draft is told to come again, and finds what is there.
                assert!(matches!(put, Ok(_) | Err(StoreError::Unreachable { .. })), "round {round}: {put:?}");
            }
            assert!(puts.iter().any(Result::is_ok), "{puts:?}");
            let shown = scene.shown();
            assert_eq!(shown.iter().filter(|it| **it == whole(layout)).count(), 1, "round {round}: {shown:?}");
            assert_eq!(shown.iter().filter(|it| !it.contains("(draft)")).count(), 1, "round {round}: {shown:?}");
            assert_eq!(publish(&scene.store(layout), "1.0.0", b"first").unwrap().0, Put::AlreadyThere);
        }
        // Of one that offers other bytes, nobody ever sees anything.
        let other = publish(&scene.store(layout), "1.0.0", b"other");
        assert!(matches!(other, Err(StoreError::Conflict { .. })), "{other:?}");
    }
}

#[test]
fn a_version_is_published_at_once_and_frozen() {
    let scene = Scene::new();
    scene.repository.freeze_releases();
    let store = scene.store(ReleaseLayout::PerVersion);
    publish(&store, "1.0.0", b"first").unwrap();
    assert!(scene.repository.releases()[0].is_frozen);
    assert_eq!(publish(&store, "1.0.0", b"first").unwrap().0, Put::AlreadyThere);
    let other = publish(&store, "1.0.0", b"other");
    assert!(matches!(other, Err(StoreError::Conflict { .. })), "{other:?}");
    // Frozen without a file, it takes none any more.
    scene.change(|releases| drop(releases[0].assets.pop()));
    let error = wait(scene.store(ReleaseLayout::PerVersion).put(&checksum("1.0.0"), &sum(b"first"))).unwrap_err();
    assert!(matches!(error, StoreError::Frozen { .. }), "{error}");
    assert_eq!(
        error.to_string(),
        "the store 'far' cannot take maybe/maybe-1.0.0.tar.gz.sha256: the release 'pkg/maybe/1.0.0' is published and \
         immutable without it"
    );
    // Deleted, it leaves a tag that no other can have.
    scene.change(Vec::clear);
    let error = publish(&scene.store(ReleaseLayout::PerVersion), "1.0.0", b"first").unwrap_err();
    assert!(matches!(error, StoreError::Frozen { .. }), "{error}");
    assert!(error.to_string().contains("GitHub gives the tag 'pkg/maybe/1.0.0' to no other release"), "{error}");
    assert_eq!(scene.shown(), [holding("pkg/maybe/1.0.0 (draft)", &[("1.0.0", 5)])]);
}

#[test]
fn a_release_of_a_package_cannot_be_where_releases_are_frozen() {
    let scene = Scene::new();
    scene.repository.freeze_releases();
    for _ in 0..2 {
        let error = publish(&scene.store(ReleaseLayout::PerPackage), "1.0.0", b"first").unwrap_err();
        assert!(matches!(error, StoreError::Frozen { .. }), "{error}");
        assert!(error.to_string().contains("'pkg/maybe/1' was frozen before it held anything"), "{error}");
    }
    assert_eq!(scene.shown(), ["pkg/maybe/1"], "one try burns one tag, and no second");
    // The way out: releases that stay open, and without the one that is frozen. Its number is burned.
    scene.change(Vec::clear);
    scene.repository.shared.world().repository_mut(scene.repository.id).freezes_releases = false;
    let store = scene.store(ReleaseLayout::PerPackage);
    assert_eq!(publish(&store, "1.0.0", b"first").unwrap().1.to_string(), "pkg/maybe/2");
    assert_eq!(publish(&store, "1.0.1", b"second").unwrap().1.to_string(), "pkg/maybe/2");
    assert_eq!(wait(store.get(&archive("1.0.1"))), Ok(Some(b"second".to_vec())));
}

#[test]
fn a_draft_that_another_process_left_is_completed() {
    let scene = Scene::new();
    let first = scene.store(ReleaseLayout::PerVersion);
    wait(first.put(&archive("1.0.0"), b"first")).unwrap();
    let second = scene.store(ReleaseLayout::PerVersion);
    assert_eq!(publish(&second, "1.0.0", b"first").unwrap().0, Put::AlreadyThere);
    assert_eq!(scene.shown(), [whole(ReleaseLayout::PerVersion)]);
    // Two drafts for one tag: the older one is taken, and whoever still holds the younger one gives way.
    scene.change(Vec::clear);
    let (one, two) = (scene.store(ReleaseLayout::PerVersion), scene.store(ReleaseLayout::PerVersion));
    for store in [&one, &two] {
        wait(store.list()).unwrap();
    }
    for store in [&one, &two] {
        wait(store.put(&archive("1.0.0"), b"first")).unwrap();
        wait(store.put(&checksum("1.0.0"), &sum(b"first"))).unwrap();
    }
    assert_eq!(scene.shown().len(), 2);
    let complete = |store: &ReleaseStore| wait(store.complete(&archive("1.0.0").name, &archive("1.0.0").version));
    assert_eq!(complete(&two), Ok(Some("pkg/maybe/1.0.0".parse().unwrap())));
    assert_eq!(complete(&one), Ok(Some("pkg/maybe/1.0.0".parse().unwrap())));
    assert_eq!(scene.shown(), [whole(ReleaseLayout::PerVersion)]);
}

#[test]
fn a_draft_never_gives_way_to_other_bytes_or_to_fewer_files() {
    let versions = ReleaseLayout::PerVersion;
    let complete = |store: &ReleaseStore| wait(store.complete(&archive("1.0.0").name, &archive("1.0.0").version));
    for (theirs, has_checksum) in [(b"other", true), (b"first", false)] {
        let scene = Scene::new();
        let (one, two) = (scene.store(versions), scene.store(versions));
        for store in [&one, &two] {
            wait(store.list()).unwrap();
        }
        wait(one.put(&archive("1.0.0"), b"first")).unwrap();
        wait(one.put(&checksum("1.0.0"), &sum(b"first"))).unwrap();
        wait(two.put(&archive("1.0.0"), theirs)).unwrap();
        if has_checksum {
            wait(two.put(&checksum("1.0.0"), &sum(theirs))).unwrap();
        }
        complete(&two).unwrap();
        let error = complete(&one).unwrap_err();
        let expected = if has_checksum {
            matches!(error, StoreError::Conflict { .. })
        } else {
            matches!(error, StoreError::Frozen { .. })
        };
        assert!(expected, "{error}");
        // Both are there for an operator to look at.
        assert_eq!(scene.shown().len(), 2);
        assert_eq!(scene.repository.asset("pkg/maybe/1.0.0", "maybe-1.0.0.tar.gz").unwrap(), b"first");
    }
}

#[test]
fn nobody_without_the_right_to_write_leaves_anything() {
    let scene = Scene::new();
    let reading = scene.github.reading_token();
    let github = crate::github(&scene.github.api(), &scene.github.uploads(), &reading);
    for layout in LAYOUTS {
        let error = publish(&crate::store(&github, layout), "1.0.0", b"first").unwrap_err();
        assert!(matches!(error, StoreError::Denied { .. }), "{error}");
        assert!(error.to_string().contains("Resource not accessible by integration"), "{error}");
        assert!(!error.to_string().contains(&reading));
    }
    assert_eq!(scene.shown(), Vec::<String>::new());
}

#[test]
fn a_third_of_all_requests_fails_and_nothing_is_lost_or_doubled() {
    for layout in LAYOUTS {
        let scene = Scene::unjudged();
        for seed in 0..20 {
            scene.github.faults(Faults { seed, share: 0.33, retry_after: 0 });
            let name = format!("p{seed}");
            // A new process each time, as long as the one before was told to come again.
            let mut runs = 0;
            while let Err(error) = publish_of(&scene.store(layout), &name, "1.0.0", b"first") {
                assert!(matches!(error, StoreError::Unreachable { .. }) && runs < 20, "seed {seed}: {error}");
                runs += 1;
            }
            scene.github.no_faults();
            assert_eq!(shown_of(&scene, &name), [whole_of(layout, &name)], "seed {seed}");
        }
        scene.assert_lawful();
    }
}
