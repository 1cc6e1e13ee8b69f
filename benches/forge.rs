//! Counts what the API of the forge is asked for a review and for a publication, and measures how long a review takes;
//! prints both beside their aims.
//!
//! The forge is the one of the tests, in this process: the processor time is that of both.
#![allow(
    missing_docs,
    clippy::unwrap_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::print_stdout,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    reason = "a benchmark may fail loudly, works on files of its own, and prints what it measured"
)]

#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../tests/support/github/mod.rs"]
mod github;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../tests/support/hall.rs"]
mod hall;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../tests/support/https.rs"]
mod https;
#[allow(dead_code, reason = "shared with the stories, which need more of it")]
#[path = "../tests/support/town.rs"]
mod town;

use std::time::{Duration, Instant};

use curator::adapters::github::{Pace, Patience};
use rustix::time::{ClockId, clock_gettime};

use github::GitHub;
use hall::Hall;
use town::Town;

/// How many reviews are measured.
const ROUNDS: usize = 20;
/// The most requests of a review of one file, of a publication into a release that is there, and the longest review.
const REVIEW: usize = 12;
const PUBLICATION: usize = 10;
const SECONDS: f64 = 1.0;

fn main() {
    let pace = Pace { minute: Duration::from_millis(1), ..Pace::default() };
    let hall = Hall::new(Town::new(GitHub::start_unjudged()), Patience::default(), pace);
    let (mut walls, mut processor) = (Vec::new(), Vec::new());
    let mut worst = [0; 4];
    // The first version makes the release: it is no publication into one that is there.
    let packages = town::PACKAGES.len();
    for round in 0..packages + ROUNDS {
        let wish = hall.town.wish(round);
        wish.pull.draft();
        let first = asked(&hall, || drop(hall.review(wish.pull.number).unwrap()));
        let again = asked(&hall, || drop(hall.review(wish.pull.number).unwrap()));
        wish.pull.ready();
        let (began, spent) = (Instant::now(), processor_time());
        let merged = asked(&hall, || {
            hall.review(wish.pull.number).unwrap();
            hall.wake().unwrap();
        });
        let took = (began.elapsed(), processor_time().saturating_sub(spent));
        assert!(wish.pull.is_merged());
        let published = asked(&hall, || publish(&hall));
        assert!(wish.pull.labels().contains(&"published".to_owned()));
        if round >= packages {
            let counts = [first, again, merged, published];
            worst.iter_mut().zip(counts).for_each(|(worst, count)| *worst = count.max(*worst));
            walls.push(took.0);
            processor.push(took.1);
        }
    }
    println!("requests to the API, the most of {ROUNDS}");
    let rows = [
        "review that is the first",
        "review where nothing changed",
        "review that merges, wakes sync",
        "publication, told",
    ];
    for ((row, count), aim) in rows.iter().zip(worst).zip([REVIEW, REVIEW, REVIEW, PUBLICATION]) {
        println!("  {row:<32}{count:>6}    aim: at most {aim:>2}  {}", said(count <= aim));
    }
    println!("review that merges, the source fetched from this machine, median of {ROUNDS}");
    for (row, times) in [("whole", walls), ("of that, processor of both sides", processor)] {
        let time = median(times).as_secs_f64();
        println!("  {row:<32}{:>6.0} ms aim: below {SECONDS} s  {}", time * 1000.0, said(time < SECONDS));
    }
}

/// What the workflow `sync` does.
fn publish(hall: &Hall) {
    let retry = hall.asked().unwrap();
    hall.publish(retry).unwrap();
    hall.announce(retry).unwrap();
}

/// How many requests `work` makes.
fn asked(hall: &Hall, work: impl FnOnce()) -> usize {
    hall.town.github.forget_requests();
    work();
    let requests = hall.town.github.requests();
    if std::env::var_os("CURATOR_SHOW_REQUESTS").is_some() {
        for it in &requests {
            println!("{} {} {}", it.status, it.method, it.path);
        }
        println!();
    }
    requests.len()
}

fn said(reached: bool) -> &'static str {
    if reached { "reached" } else { "MISSED" }
}

fn processor_time() -> Duration {
    let time = clock_gettime(ClockId::ProcessCPUTime);
    Duration::new(time.tv_sec.try_into().unwrap(), time.tv_nsec.try_into().unwrap())
}

fn median(mut times: Vec<Duration>) -> Duration {
    times.sort();
    times[times.len() / 2]
}
