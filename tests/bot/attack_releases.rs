//! Attacks on where archives lie: other bytes under the name, a tag of somebody else's, remains.

use serde_json::json;

use crate::github::world::{Asset, AssetState, Release};
use crate::program::{Ran, curator, finish};
use crate::scene::{Scene, definition_path, registration_path};

const ARCHIVE: &str = "lists-1.0.0.tar.gz";

/// A registry whose archives lie in its releases.
fn scene(layout: &str) -> Scene {
    let scene =
        Scene::new(&format!("[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\nlayout = \"{layout}\"\n"));
    let definition = format!("{:#}\n", scene.tag("lists", "1.0.0", &json!({})));
    let registration = format!("{:#}\n", scene.registration("lists", &[&scene.ann]));
    scene.repository.commit(
        "main",
        &[
            (&definition_path("lists", "1.0.0"), Some(definition.as_bytes())),
            (&registration_path("lists"), Some(registration.as_bytes())),
        ],
    );
    scene
}

/// The workflow `sync`.
fn sync(scene: &Scene) -> Ran {
    run(scene, &["sync", "--retry", "--announce"])
}

/// A command with no other store than that of the configuration.
fn run(scene: &Scene, args: &[&str]) -> Ran {
    let mut command = curator(scene.home.path());
    command.args(args).args(["--registry", &scene.repository.url(), "--github", "acme/registry"]);
    command.args(["--from-mirror", "sources", "--cache", "cache"]);
    command.env("CURATOR_GITHUB_API", scene.github.api()).env("CURATOR_GITHUB_UPLOADS", scene.github.uploads());
    command.env("GITHUB_TOKEN", &scene.token).env("GITHUB_ACTIONS", "true");
    command.envs(scene.github.trust()).env("SOURCE_DATE_EPOCH", scene.now().to_string());
    finish(command)
}

/// Somebody puts a release there.
fn plant(scene: &Scene, tag: &str, is_draft: bool, files: &[(&str, AssetState, &[u8])]) {
    let mut world = scene.repository.shared.world();
    let (now, id) = (world.now(), world.next_id());
    let assets = files.iter().map(|(name, state, bytes)| Asset {
        id: world.next_id(),
        name: (*name).to_owned(),
        label: None,
        kind: "application/octet-stream".to_owned(),
        state: *state,
        bytes: bytes.to_vec(),
        by: scene.theo.id,
        at: now,
    });
    let assets = assets.collect();
    let release = Release {
        id,
        tag: tag.to_owned(),
        target: "main".to_owned(),
        name: None,
        text: None,
        is_draft,
        is_prerelease: false,
        is_frozen: false,
        author: scene.theo.id,
        created: now,
        published: (!is_draft).then_some(now),
        assets,
    };
    world.repository_mut(scene.repository.id).releases.push(release);
}

/// The bytes of every asset of that name, in whatever release.
fn lying(scene: &Scene, name: &str) -> Vec<Vec<u8>> {
    let releases = scene.repository.releases().into_iter();
    let assets = releases.flat_map(|release| release.assets).filter(|asset| asset.name == name);
    assets.map(|asset| asset.bytes).collect()
}

#[test]
fn other_bytes_under_the_name_are_told_and_neither_taken_nor_replaced() {
    for (layout, tag) in [("per-package", "pkg/lists/1"), ("per-version", "pkg/lists/1.0.0")] {
        let scene = scene(layout);
        plant(&scene, tag, false, &[(ARCHIVE, AssetState::Uploaded, b"EVIL")]);
        for _ in 0..2 {
            let ran = sync(&scene);
            assert_ne!(ran.code, 0, "{ran:?}");
            assert!(format!("{}{}", ran.out, ran.err).contains(ARCHIVE), "{ran:?}");
            assert_eq!(scene.facts("lists", "1.0.0"), json!(null));
            assert_eq!(lying(&scene, ARCHIVE)[0], b"EVIL");
        }
    }
}

#[test]
fn remains_and_drafts_and_tags_of_others_keep_nothing_from_being_published_whole() {
    for (layout, tag) in [("per-package", "pkg/lists/1"), ("per-version", "pkg/lists/1.0.0")] {
        let scene = scene(layout);
        // An upload that broke off, and a tag that leads elsewhere.
        plant(&scene, tag, layout == "per-version", &[(ARCHIVE, AssetState::Starter, b"EV")]);
        let git = git2::Repository::open_bare(scene.repository.bare()).unwrap();
        let first = git.find_commit(scene.repository.tip("main").unwrap().parse().unwrap()).unwrap();
        git.reference("refs/tags/pkg/lists/2", first.id(), true, "theirs").unwrap();
        sync(&scene).ends(0);
        let facts = scene.facts("lists", "1.0.0");
        let bytes = scene.repository.asset(tag, ARCHIVE).unwrap();
        let digest = curator::model::Sha256::of(&bytes);
        assert_eq!(facts["hash"], json!(digest.to_string()), "{facts}");
        assert_eq!(lying(&scene, ARCHIVE), [bytes], "no remains");
        // Afterwards somebody replaces it: what the index says stays, and the audit tells it.
        scene.repository.shared.world().repository_mut(scene.repository.id).releases[0].assets[0].bytes =
            b"EVIL".into();
        sync(&scene).ends(0);
        assert_eq!(scene.facts("lists", "1.0.0"), facts);
        let audited = run(&scene, &["audit"]);
        assert_eq!(audited.code, 1, "{audited:?}");
        assert!(audited.out.contains(ARCHIVE) || audited.out.contains("lists"), "{audited:?}");
    }
}

#[test]
fn a_download_that_leads_to_another_host_goes_there_without_the_token() {
    let scene = scene("per-package");
    sync(&scene).ends(0);
    scene.github.forget_requests();
    run(&scene, &["audit"]).ends(0);
    let asked = scene.github.requests();
    let led = asked.iter().filter(|it| it.path.contains("/releases/assets/") && it.status == 302).count();
    assert!(led > 0, "{asked:?}");
    // That host takes nobody's token, and says so.
    assert_eq!(scene.github.violations(), Vec::<String>::new());
}

#[test]
fn a_draft_of_somebody_else_with_other_bytes_is_never_published() {
    let scene = scene("per-version");
    plant(&scene, "pkg/lists/1.0.0", true, &[(ARCHIVE, AssetState::Uploaded, b"EVIL")]);
    let ran = sync(&scene);
    let is_published = scene.facts("lists", "1.0.0") != json!(null);
    let releases = scene.repository.releases();
    let shown: Vec<_> = releases.iter().filter(|release| !release.is_draft).collect();
    for release in &shown {
        assert!(release.assets.iter().all(|asset| asset.bytes != b"EVIL"), "{ran:?}");
    }
    assert_eq!(is_published, !shown.is_empty(), "{ran:?}");
    assert_eq!(is_published, ran.code == 0, "{ran:?}");
}
