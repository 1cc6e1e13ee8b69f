//! The order in which the parts of spago's view change: whatever fails or is killed in between, nobody ever sees a version
//! without its manifest and its archive.

use std::fs;
use std::os::unix::fs::symlink;
use std::process::Stdio;
use std::time::Instant;

use tempfile::TempDir;

use crate::readers::spago;
use crate::remotes::git;
use crate::scene::Scene;

/// Two versions of which one is to leave when the next comes.
fn scene() -> Scene {
    let mut scene = Scene::new();
    scene.want("abacus", "1.0.0", &[]);
    scene.want("tally", "1.0.0", &[("abacus", ">=1.0.0 <2.0.0")]);
    scene.sync().ends(0);
    scene.assert_shown();
    scene
}

/// Asserts that whoever clones the two repositories now can install every version that they see; gives how many.
#[track_caller]
fn assert_installable(scene: &Scene) -> usize {
    let places = scene.places();
    if places["spago-registry.git"].is_empty() {
        return 0;
    }
    let seen = spago::read(&places["spago-index.git"], &places["spago-registry.git"]).unwrap();
    for ((name, version), seen) in &seen {
        let archive = places["www"].get(&format!("{name}/{version}.tar.gz"));
        let archive = archive.unwrap_or_else(|| panic!("{name}@{version} has no archive"));
        assert_eq!(curator::model::Sha256::of(archive).to_string(), format!("sha256-{}", seen.hash));
    }
    seen.len()
}

/// The messages of a place, the newest first.
fn messages(scene: &Scene, name: &str) -> Vec<String> {
    let log = git(&scene.home().join(name), &["log", "--format=%B%x00", "main"]);
    log.split('\0').map(|text| text.trim().to_owned()).filter(|text| !text.is_empty()).collect()
}

#[test]
fn what_comes_is_in_the_lines_before_the_metadata_and_what_goes_leaves_them_afterwards() {
    let mut scene = scene();
    let before = git(&scene.remotes.index(), &["rev-parse", "main"]);
    scene.mark("tally", "1.0.0", Some("quarantined"));
    scene.want("tally", "1.1.0", &[]);
    scene.sync().ends(0).prints(&[
        "updated view 'spago' archives: 1 file written\n",
        "updated view 'spago' index: 1 file written\n  updated view 'spago' registry: 1 file written\n  updated view 'spago' index: 1 file",
        "updated view 'spago' archives: 0 files written, 1 removed\n",
    ]);
    let now = git(&scene.remotes.index(), &["rev-parse", "main"]);
    let lines = |revision: &str| {
        let file = git(&scene.home().join("spago-index.git"), &["show", &format!("{revision}:ta/ll/tally")]);
        ["1.0.0", "1.1.0"].map(|version| file.contains(&format!("\"version\":\"{version}\"")))
    };
    assert_eq!([lines("main~2"), lines("main~1"), lines("main")], [[true, false], [true, true], [false, true]]);
    // In between, the lines are not yet what the new index says: whoever begins there begins with the old one.
    let messages = messages(&scene, "spago-index.git");
    assert_eq!(messages.len(), 3);
    let (last, between) = (&messages[0], &messages[1]);
    assert!(last.ends_with(&format!("View-Format: purescript-registry/1\nIndex-Commit: {now}")), "{last}");
    assert!(between.ends_with(&format!("Index-Commit: {before}")), "{between}");
    assert!(last.starts_with("Update view 'spago': 1 package changed in the index\n"), "{last}");
    scene.assert_shown();
}

/// The file that keeps a branch locked, as git's own.
fn lock(scene: &Scene, name: &str) -> std::path::PathBuf {
    scene.home().join(name).join("refs/heads/main.lock")
}

#[test]
fn a_place_that_fails_leaves_what_every_client_can_use_and_the_next_sync_completes_it() {
    for (blocked, comes, goes, seen) in [
        // Nothing of the lines: nothing of the metadata either.
        ("spago-index.git", true, true, 2),
        ("spago-index.git", true, false, 2),
        // The lines have both.
        ("spago-registry.git", true, true, 2),
        ("spago-registry.git", true, false, 2),
        ("spago-registry.git", false, true, 2),
        // The metadata is there already, and lines are left over.
        ("spago-index.git", false, true, 1),
    ] {
        let mut scene = scene();
        if goes {
            scene.mark("tally", "1.0.0", Some("quarantined"));
        }
        if comes {
            scene.want("tally", "1.1.0", &[("abacus", ">=1.0.0 <2.0.0")]);
        }
        let file = lock(&scene, blocked);
        fs::write(&file, "somebody else\n").unwrap();
        let ran = scene.sync().ends(2).complains(&["view 'spago'", "main.lock"]);
        assert!(!comes || ran.out.contains("published tally@1.1.0"), "{ran:?}");
        assert_eq!(assert_installable(&scene), seen, "{blocked}, {comes}, {goes}");
        fs::remove_file(file).unwrap();
        scene.sync().ends(0).prints(&["updated view 'spago'"]);
        scene.assert_shown();
        assert_eq!(scene.places(), scene.made_anew());
    }
}

#[test]
fn archives_that_cannot_go_stay_until_the_next_sync() {
    let scene = scene();
    scene.mark("tally", "1.0.0", Some("unpublished"));
    // A folder with a link in it is not switched: what it means nobody knows.
    let link = scene.home().join("www/link");
    symlink("elsewhere", &link).unwrap();
    scene.sync().ends(3).complains(&["view 'spago'", "link"]);
    assert_eq!(assert_installable(&scene), 1);
    let places = scene.places();
    assert!(places["www"].contains_key("tally/1.0.0.tar.gz") && !places["spago-index.git"].contains_key("ta/ll/tally"));
    fs::remove_file(link).unwrap();
    scene.sync().ends(0).prints(&["updated view 'spago' archives: 0 files written, 1 removed"]);
    scene.assert_shown();
}

/// Killed at any moment, between two pushes too.
#[test]
fn a_curator_that_is_killed_leaves_what_every_client_can_use() {
    let whole = Instant::now();
    let mut scene = scene();
    let whole = whole.elapsed();
    let mut interrupted = 0;
    for round in 1..=12_u32 {
        scene.want("tally", &format!("1.{round}.0"), &[("abacus", ">=1.0.0 <2.0.0")]);
        scene.mark("tally", &format!("1.{}.0", round - 1), Some("quarantined"));
        let time = scene.merge();
        let scratch = TempDir::new().unwrap();
        let mut command = scene.remotes.command("cache", &["sync", "--published-time", &time, "--store", "store"]);
        command.env("TMPDIR", scratch.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / 24.0));
        let _ = child.kill();
        interrupted += usize::from(child.wait().unwrap().code().is_none());
        assert_installable(&scene);
    }
    scene.sync().ends(0);
    let shown = scene.assert_shown();
    assert!(shown.contains(&("tally".to_owned(), "1.12.0".to_owned())), "{shown:?}");
    assert_eq!(scene.places(), scene.made_anew());
    assert!(interrupted > 0, "every sync was quicker than the shortest wait");
}
