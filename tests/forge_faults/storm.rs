//! Publications while 30 % of what the forge is asked goes wrong, events come twice, and its limits are narrow.

use std::collections::BTreeMap;
use std::thread;
use std::time::{Duration, SystemTime};

use curator::adapters::github::{Pace, Patience};
use curator::ops::Stop;

use crate::github::GitHub;
use crate::github::tokens::TokenKind;
use crate::github::troubles::Faults;
use crate::github::watch::Limits;
use crate::hall::Hall;
use crate::town::{Town, Wish};

/// How many publications there are, unless `CURATOR_FAULTS` says otherwise.
const PUBLICATIONS: usize = 20;
/// How many of them share a forge. Worlds run side by side: most of their time is spent on waiting for limits.
const WORLDS: usize = 10;
/// A minute of the forge's.
const MINUTE: Duration = Duration::from_millis(400);

/// The limits of GitHub, scaled down to what a curator without a pace of its own would break.
fn pace() -> Pace {
    Pace { writes_per_minute: 8, writes_per_hour: 250, points_per_minute: 60, minute: MINUTE }
}

fn limits() -> Limits {
    let Pace { writes_per_minute, writes_per_hour, points_per_minute, minute } = pace();
    Limits {
        concurrent: 1,
        window: minute,
        writes: writes_per_minute,
        hourly_writes: writes_per_hour,
        points: points_per_minute,
        hourly: BTreeMap::from([(TokenKind::Actions, 5_000)]),
    }
}

/// A curator in the storm.
struct Storm {
    hall: Hall,
    chance: u64,
    /// How many stories came to nothing, and had to be told again.
    stopped: usize,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let town = Town::new(GitHub::start_unjudged());
        town.github.limits(limits());
        town.github.faults(Faults { seed, share: 0.3, retry_after: 1 });
        let patience = Patience {
            answer: Duration::from_secs(20),
            pause: Duration::from_millis(4),
            limit: Duration::from_mins(1),
            ..Patience::default()
        };
        Self { hall: Hall::new(town, patience, pace()), chance: seed, stopped: 0 }
    }

    /// What a story came to. Only the forge may stop one: everything else is sound here.
    fn heard<T>(&mut self, told: Result<T, Stop>) -> Option<T> {
        match told {
            Ok(told) => Some(told),
            Err(Stop::Forge(_) | Stop::Store(_)) => {
                self.stopped += 1;
                None
            }
            Err(stop) => panic!("{stop}"),
        }
    }

    fn review(&mut self, number: u64) {
        let told = self.hall.review(number);
        self.heard(told);
    }

    /// What the workflow `sync` does.
    fn sync(&mut self) {
        let asked = self.hall.asked();
        let retry = self.heard(asked).unwrap_or_default();
        let published = self.hall.publish(retry);
        if self.heard(published).is_some() {
            let told = self.hall.announce(retry);
            self.heard(told);
        }
    }

    /// The numbers of the pull requests that are open, as far as the forge tells.
    fn open(&mut self) -> Vec<u64> {
        let told = self.hall.open();
        self.heard(told).unwrap_or_default()
    }

    /// One of `below` numbers, by chance.
    fn draw(&mut self, below: usize) -> usize {
        self.chance = self.chance.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        usize::try_from(self.chance >> 33).unwrap() % below
    }

    /// A delivery: the pull request is reviewed, now and then twice, or another one that nothing happened to.
    fn deliver(&mut self, number: u64, wishes: &[Wish]) {
        self.review(number);
        match self.draw(4) {
            0 => self.review(number),
            1 => {
                let again = wishes[self.draw(wishes.len())].pull.number;
                self.review(again);
            }
            _ => {}
        }
    }
}

/// So many publications of one town, with a third of everything going wrong; gives how many requests there were, and how
/// many of them were seen to go wrong.
fn weather(seed: u64, publications: usize) -> (usize, usize) {
    let mut storm = Storm::new(seed);
    let mut wishes = Vec::new();
    while wishes.len() < publications {
        let batch = (1 + storm.draw(4)).min(publications - wishes.len());
        for _ in 0..batch {
            wishes.push(storm.hall.town.wish(wishes.len()));
            let number = wishes[wishes.len() - 1].pull.number;
            storm.deliver(number, &wishes);
        }
        storm.sync();
    }
    // What the schedule does for whatever came to nothing.
    let is_told = |wish: &Wish| wish.pull.labels().iter().any(|label| label == "published");
    for _ in 0..20 {
        for number in storm.open() {
            storm.review(number);
        }
        if wishes.iter().all(is_told) {
            break;
        }
        storm.sync();
    }
    storm.hall.town.assert_granted_once(&wishes);
    assert_eq!(storm.hall.town.github.violations(), [""; 0]);
    let asked = storm.hall.town.github.requests();
    let lost = asked.iter().filter(|it| !(200..400).contains(&it.status)).count();
    println!(
        "seed {seed}: {publications} publications, {} requests, {lost} went wrong, {} stories stopped",
        asked.len(),
        storm.stopped
    );
    (asked.len(), lost)
}

/// Says of which seed the weather was, where it was too much.
struct Seed(u64);

impl Drop for Seed {
    fn drop(&mut self) {
        if thread::panicking() {
            println!("CURATOR_FAULTS_SEED={}", self.0);
        }
    }
}

#[test]
fn a_third_of_all_answers_may_go_wrong() {
    let number = |name: &str| std::env::var(name).ok().map(|text| text.parse::<u64>().unwrap());
    let publications = number("CURATOR_FAULTS").map_or(PUBLICATIONS, |number| usize::try_from(number).unwrap());
    let clock = || SystemTime::now().duration_since(SystemTime::UNIX_EPOCH).unwrap().subsec_nanos().into();
    let seed = number("CURATOR_FAULTS_SEED").unwrap_or_else(clock);
    let _seed = Seed(seed);
    let towns: Vec<_> = (0..WORLDS)
        .map(|town| {
            let share = publications / WORLDS + usize::from(town < publications % WORLDS);
            thread::spawn(move || weather(seed.wrapping_add(town as u64), share))
        })
        .collect();
    let ended: Vec<_> = towns.into_iter().map(thread::JoinHandle::join).collect();
    assert!(ended.iter().all(Result::is_ok), "see above");
    let (asked, lost) = ended.into_iter().flatten().fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1));
    assert!(lost * 10 > asked, "only {lost} of {asked} went wrong");
}
