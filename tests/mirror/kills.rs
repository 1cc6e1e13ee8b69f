//! The program is killed at any moment of a mirror run, and the next run completes it (threat 45).

use std::fs;
use std::process::Stdio;
use std::time::Instant;

use crate::program::curator;
use crate::scene::{Read, mirror, published};

/// Kills a mirror run at `rounds` moments, spread over the time that a whole one takes.
fn kill(rounds: u32) {
    let (remotes, _) = published();
    let whole = Instant::now();
    mirror(&remotes, &[]).ends(0);
    let whole = whole.elapsed();
    let place = remotes.home().join("mirror");
    let expected = Read::whole(&place).tree();
    for round in 0..rounds {
        fs::remove_dir_all(&place).unwrap();
        let mut command = curator(remotes.home());
        command.args(["mirror", "index.git", "mirror", "--store", "store", "--cache", "mirror-cache"]);
        let scratch = tempfile::TempDir::new().unwrap();
        command.env("TMPDIR", scratch.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / f64::from(rounds)));
        child.kill().unwrap();
        child.wait().unwrap();
        mirror(&remotes, &[]).ends(0);
        assert_eq!(Read::whole(&place).tree(), expected);
        let drafts = fs::read_dir(place.join(".drafts")).unwrap().count();
        assert_eq!(drafts, 0, "what was cut off is cleared away");
    }
}

#[test]
fn at_three_dozen_moments() {
    kill(36);
}

#[test]
#[ignore = "takes minutes: for a release"]
fn at_five_hundred_moments() {
    kill(500);
}
