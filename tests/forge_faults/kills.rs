//! The program, killed while it reviews and while it publishes: one more run of each completes everything, once.

use std::process::Stdio;
use std::thread;
use std::time::{Duration, Instant};

use tempfile::TempDir;

use crate::github::GitHub;
use crate::program::finish;
use crate::town::Town;

/// How often it is killed, unless `CURATOR_KILLS` says otherwise.
const KILLS: usize = 5;
/// How long the forge takes for an answer: what is killed in between is killed in the middle of something.
const LATENCY: Duration = Duration::from_millis(15);
/// How many requests a review and a sync make, and then some: a kill after the last one finds the work done.
const REQUESTS: usize = 13;

impl Town {
    /// Runs the program, and kills it so long after it is `time`; whether it was alive still.
    fn killed(&self, args: &[&str], time: impl Fn() -> bool, after: Duration) -> bool {
        let scratch = TempDir::new().unwrap();
        let mut command = self.program(args);
        command.env("TMPDIR", scratch.path()).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        let mut child = command.spawn().unwrap();
        let mut come = None;
        while child.try_wait().unwrap().is_none() {
            if come.is_none() && time() {
                come = Some(Instant::now());
            }
            if come.is_some_and(|come| come.elapsed() >= after) {
                break;
            }
            thread::sleep(Duration::from_micros(200));
        }
        let alive = child.try_wait().unwrap().is_none();
        let _ = child.kill();
        alive & !child.wait().unwrap().success()
    }

    /// The same, so long after its request of that number came in.
    fn killed_at(&self, args: &[&str], request: usize, after: Duration) -> bool {
        self.github.forget_requests();
        self.killed(args, || self.github.requests().len() >= request, after)
    }

    /// Runs the program to its end.
    fn runs(&self, args: &[&str]) {
        finish(self.program(args)).ends(0);
    }
}

#[test]
fn who_is_killed_is_completed_by_the_next() {
    let kills = std::env::var("CURATOR_KILLS").map_or(KILLS, |kills| kills.parse().unwrap());
    let town = Town::new(GitHub::start_unjudged());
    town.github.latency(LATENCY);
    town.without_pace();
    let (mut wishes, mut killed) = (Vec::new(), 0);
    for kill in 0..kills {
        wishes.push(town.wish(kill));
        // Spread over the whole of both, so that few kills are not all of one kind.
        let request = kill * REQUESTS / kills.min(REQUESTS) % REQUESTS;
        let after = LATENCY / 5 * u32::try_from(kill % 5).unwrap();
        for args in [["review", "--open"], ["sync", "--announce"]] {
            killed += usize::from(town.killed_at(&args, request, after));
            town.runs(&args);
        }
    }
    assert!(killed >= kills, "only {killed} were killed");
    town.assert_granted_once(&wishes);
    assert_eq!(town.github.violations(), [""; 0]);
}

#[test]
fn what_was_merged_by_somebody_who_was_killed_is_told() {
    let town = Town::new(GitHub::start_unjudged());
    town.github.latency(LATENCY);
    let wish = town.wish(0);
    assert!(town.killed(&["review", "--open"], || wish.pull.is_merged(), Duration::ZERO));
    assert_eq!(wish.pull.comments().len(), 0);
    // Nobody reviews what is merged.
    town.runs(&["sync", "--announce"]);
    town.assert_granted_once(&[wish]);
}
