//! The program is killed at any moment of a sync into bare repositories, and the next run completes it (threat 45).

use std::process::Stdio;
use std::time::{Duration, Instant};

use crate::life::Life;
use crate::program::curator;
use crate::registry::Registry;
use crate::sample::PUBLISHED;
use crate::trees::Tree;

/// Kills a sync at `rounds` moments, spread over the time that a whole one takes.
fn kill(rounds: u32) {
    let mut small = Registry::new();
    let package = small.package("maybe");
    small.release(&package, "1.0.0", &[]);
    let life = Life::of(&Tree::read(&small.file("")));
    let whole = Instant::now();
    life.sync().ends(0);
    let whole = whole.elapsed();
    let first = life.index.git(["rev-parse", "main"]);
    for round in 0..rounds {
        // Back to before: also what is remembered of it.
        life.index.git(["update-ref", "-d", "refs/heads/main"]);
        let _ = std::fs::remove_dir_all(life.home.path().join("cache"));
        let mut command = curator(life.home.path());
        command.args(["sync", "--published-time", PUBLISHED]).args(life.places());
        let scratch = tempfile::TempDir::new().unwrap();
        command.env("TMPDIR", scratch.path()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        std::thread::sleep(whole.mul_f64(f64::from(round) / f64::from(rounds)).min(Duration::from_secs(5)));
        child.kill().unwrap();
        child.wait().unwrap();
        life.sync().ends(0);
        assert_eq!(life.index.git(["rev-parse", "main"]), first, "the same commit, whoever made it");
        assert!(!life.index.path().join("refs/heads/main.lock").exists());
    }
    life.index.git(["fsck", "--strict", "--no-dangling"]);
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
