//! The program is killed at any moment of an installation, and the next run completes it (threat 45).

use std::fs::{self, File};
use std::process::Stdio;
use std::time::{Duration, Instant, SystemTime};

use crate::program::finish;
use crate::scene::{Market, toml};
use crate::trees::{Tree, assert_same};

const NEEDS: [(&str, &str); 4] = [("fancy", "*"), ("modern", "*"), ("plain", ">=1.1.0 <2.0.0"), ("tool-kit", "*")];

/// Makes everything below `folder` look as if it had been written long ago.
fn age(folder: &std::path::Path) {
    let then = SystemTime::now() - Duration::from_hours(2);
    for path in Tree::read(folder).0.into_keys() {
        File::open(folder.join(path)).unwrap().set_modified(then).unwrap();
    }
}

/// A project that used other versions before, so that much has to change.
fn before(market: &Market) -> Tree {
    let project = market.asking("before", &[("base", ">=2.0.0 <3.0.0"), ("gone", "*"), ("plain", ">=1.0.0 <1.1.0")]);
    project.run(&["install"]).ends(0);
    project.write("curator.project.toml", toml(&NEEDS));
    project.everything()
}

/// Kills an installation at `rounds` moments, spread over the time that a whole one takes.
fn kill(rounds: u32) {
    let market = Market::new();
    let fresh = market.asking("fresh", &NEEDS);
    fresh.run(&["install"]).ends(0);
    let (wanted, lock) = (fresh.installed(), fresh.lock());
    let before = before(&market);
    let timed = market.asking("timed", &[]);
    before.write(&timed.folder);
    let start = Instant::now();
    timed.run(&["install"]).ends(0);
    let whole = start.elapsed();
    let mut cut_off = 0;
    for round in 0..rounds {
        let project = market.asking("killed", &[]);
        before.write(&project.folder);
        // Every third time, nothing is kept either.
        if round % 3 == 0 {
            fs::remove_dir_all(market.cache()).unwrap();
        }
        let mut command = project.command(&["install"]);
        let scratch = tempfile::TempDir::new().unwrap();
        command.env("TMPDIR", scratch.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / f64::from(rounds)).min(Duration::from_secs(5)));
        child.kill().unwrap();
        cut_off += usize::from(!child.wait().unwrap().success());
        age(&project.folder);
        age(&market.cache());
        // The file of the project was changed by hand, so that a lock file of before is replaced.
        project.run(&["install"]).ends(0);
        assert_eq!(project.lock(), lock, "round {round}");
        assert_same(&wanted, &project.installed());
        // The next one that writes sweeps what was on its way.
        if round % 8 == 0 {
            project.run(&["add", "gone"]).ends(0);
            project.run(&["remove", "gone"]).ends(0);
            assert_same(&wanted, &project.installed());
            project.assert_no_drafts();
        }
        fs::remove_dir_all(&project.folder).unwrap();
    }
    assert!(cut_off > rounds as usize / 3, "{cut_off} of {rounds} were cut off");
}

#[test]
fn at_forty_moments() {
    kill(40);
}

#[test]
#[ignore = "takes minutes: for a release"]
fn at_four_hundred_moments() {
    kill(400);
}

/// The same of an addition: whether the file of the project has it already or not, what is installed is what it says.
#[test]
fn an_addition_is_there_as_a_whole_or_not_at_all() {
    let market = Market::new();
    let needs = [("plain", ">=1.1.0 <2.0.0"), ("tool-kit", ">=1.0.0 <2.0.0")];
    let (old, new) = (market.asking("old", &needs[..1]), market.asking("new", &needs));
    let start = Instant::now();
    for project in [&old, &new] {
        project.run(&["install"]).ends(0);
    }
    let (whole, before) = (start.elapsed() / 2, old.everything());
    let mut found = [0, 0];
    for round in 0..24 {
        let project = market.asking("adding", &[]);
        before.write(&project.folder);
        let mut command = project.command(&["add", "tool-kit"]);
        let scratch = tempfile::TempDir::new().unwrap();
        command.env("TMPDIR", scratch.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / 20.0));
        child.kill().unwrap();
        child.wait().unwrap();
        age(&project.folder);
        let is_new = project.read("curator.project.toml") == new.read("curator.project.toml");
        let wanted = if is_new { &new } else { &old };
        assert_eq!(project.read("curator.project.toml"), wanted.read("curator.project.toml"), "round {round}");
        found[usize::from(is_new)] += 1;
        project.run(&["install"]).ends(0);
        assert_eq!(project.lock(), wanted.lock(), "round {round}");
        assert_same(&wanted.installed(), &project.installed());
        fs::remove_dir_all(&project.folder).unwrap();
    }
    assert!(found[0] > 0, "{found:?}");
}

/// What a kill leaves is one of these states, whichever moment it was: each is made here.
#[test]
fn whatever_was_cut_off_is_completed_or_taken_away() {
    let market = Market::new();
    let project = market.asking("cut", &[("plain", "*"), ("fancy", "*")]);
    project.run(&["install"]).ends(0);
    let whole = project.installed();
    let stamp = project.packages().join(".stamps/plain");
    for cut in ["emptied", "torn", "no folder", "no stamp", "half a stamp"] {
        match cut {
            "emptied" => fs::write(&stamp, "").unwrap(),
            "torn" => {
                fs::write(&stamp, "").unwrap();
                fs::remove_dir_all(project.packages().join("plain/src")).unwrap();
            }
            "no folder" => fs::remove_dir_all(project.packages().join("plain")).unwrap(),
            "no stamp" => fs::remove_file(&stamp).unwrap(),
            _ => fs::write(&stamp, "sha256-").unwrap(),
        }
        let draft = project.packages().join(".draft-dead");
        fs::create_dir_all(draft.join("0/src")).unwrap();
        let beside = project.file(".curator-4194301-0.tmp");
        fs::write(&beside, "half").unwrap();
        age(&project.folder);
        project.run(&["install"]).ends(0).prints(&["installed plain 1.1.0"]);
        assert_same(&whole, &project.installed());
        // What was cut off and is not needed any more goes.
        fs::write(&stamp, "").unwrap();
        project.run(&["remove", "plain"]).ends(0).prints(&["removed plain"]);
        assert_eq!(project.names(), ["fancy"], "{cut}");
        project.run(&["add", "plain@*"]).ends(0);
        assert_same(&whole, &project.installed());
        project.assert_no_drafts();
    }
}

#[test]
fn what_another_process_is_doing_is_not_swept() {
    let market = Market::new();
    let project = market.asking("busy", &[("plain", "*")]);
    project.run(&["install"]).ends(0);
    let draft = project.packages().join(".draft-alive");
    fs::create_dir_all(draft.join("0")).unwrap();
    let held = File::open(&draft).unwrap();
    held.lock().unwrap();
    let ours = project.file(&format!(".curator-{}-0.tmp", std::process::id()));
    fs::write(&ours, "half").unwrap();
    let kept = market.cache().join("archives/scratch/young");
    fs::write(&kept, "half").unwrap();
    finish(project.command(&["add", "fancy"])).ends(0);
    assert!(draft.join("0").exists() && ours.exists() && kept.exists());
    drop(held);
    fs::remove_file(ours).unwrap();
    age(&market.cache());
    finish(project.command(&["add", "gone"])).ends(0);
    project.assert_no_drafts();
}
