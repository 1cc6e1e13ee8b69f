//! Publications while 30 % of what the forge is asked goes wrong, events come twice, and its limits are narrow.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::thread;
use std::time::{Duration, SystemTime};

use curator::adapters::github::{ApiAddress, Keys, Pace, Patience};
use curator::config::{Environment, GitHubVariables};
use curator::model::{PullNumber, ReviewPlace, Secret, Timestamp};
use curator::ops::{self, Extent, ReviewMode, ReviewRequest, RunRequest, Stop};
use curator::ports::PullRequests as _;
use curator::wire::{self, Access, Assembled, Described, GitHubRepository, Overrides};
use tokio::runtime::Runtime;

use crate::github::GitHub;
use crate::github::tokens::TokenKind;
use crate::github::troubles::Faults;
use crate::github::watch::Limits;
use crate::town::{Town, Wish};

/// How many publications there are, unless `CURATOR_FAULTS` says otherwise.
const PUBLICATIONS: usize = 20;
/// How many of them share a forge. Worlds run side by side: most of their time is spent on waiting for limits.
const WORLDS: usize = 7;
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

/// A town, and the curator that lives through the storm.
struct Storm {
    town: Town,
    forge: GitHubRepository,
    runtime: Runtime,
    chance: u64,
    /// How many stories came to nothing, and had to be told again.
    stopped: usize,
}

impl Storm {
    fn new(seed: u64) -> Self {
        let town = Town::new(GitHub::start_unjudged());
        town.github.limits(limits());
        let address = ApiAddress::new(Some(&town.github.api()), Some(&town.github.uploads())).unwrap();
        let patience = Patience {
            answer: Duration::from_secs(20),
            pause: Duration::from_millis(4),
            limit: Duration::from_secs(60),
            ..Patience::default()
        };
        let keys = Keys::Actions(Secret::new(town.token.clone()));
        let github = curator::adapters::GitHub::new(address, keys, patience, pace());
        let forge = github.repository("acme/registry".parse().unwrap());
        Self { town, forge, runtime: Runtime::new().unwrap(), chance: seed, stopped: 0 }
    }

    fn now(&self) -> Timestamp {
        self.town.github.now().to_string().parse().unwrap()
    }

    /// A curator, as each run has its own.
    fn curator(&self) -> Arc<Assembled> {
        let overrides = Overrides {
            registry: Some(self.town.repository.bare()),
            repository: Some(self.forge.name().clone()),
            forge: Some(self.forge.github().clone()),
            stores: vec!["github:acme/registry".into()],
            cache: Some(self.town.folder("cache")),
            mirror: Some(self.town.folder("sources").display().to_string()),
            ..Overrides::default()
        };
        let github = GitHubVariables {
            api: Some(self.town.github.api()),
            uploads: Some(self.town.github.uploads()),
            ..GitHubVariables::default()
        };
        let environment = Environment { github, ..Environment::default() };
        let access = Access::Write(self.now());
        let wired = wire::wire(&overrides, &environment, access, Described::Always, Arc::new(|_| {}));
        Arc::new(self.runtime.block_on(wired).unwrap_or_else(|error| panic!("{error}")).curator)
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
        let place = ReviewPlace { branch: "main".to_owned(), folder: String::new() };
        let request = ReviewRequest { number: PullNumber(number), place, mode: ReviewMode::Act, now: self.now() };
        let curator = self.curator();
        let told = self.runtime.block_on(ops::review(&curator, &self.forge, &request));
        self.heard(told);
    }

    /// What the workflow `sync` does.
    fn sync(&mut self) {
        let (curator, now) = (self.curator(), self.now());
        let place = ReviewPlace { branch: "main".to_owned(), folder: String::new() };
        let asked = self.runtime.block_on(ops::asked_to_retry(&curator, &self.forge, &place, now));
        let retry = self.heard(asked).unwrap_or_default();
        let synced = self.runtime.block_on(ops::sync(&curator, RunRequest { extent: Extent::Changes, retry, now }));
        if self.heard(synced).is_some() {
            let told = self.runtime.block_on(ops::announce(&curator, &self.forge, &place, retry, now));
            self.heard(told);
        }
    }

    /// The numbers of the pull requests that are open, as far as the forge tells.
    fn open(&mut self) -> Vec<u64> {
        let told = self.runtime.block_on(self.forge.open("main"));
        let open = self.heard(told.map_err(Stop::from)).unwrap_or_default();
        open.into_iter().map(|pull| pull.number.0).collect()
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

/// So many publications of one town, with a third of everything going wrong.
fn weather(seed: u64, publications: usize) {
    let mut storm = Storm::new(seed);
    storm.town.github.faults(Faults { seed, share: 0.3, retry_after: 1 });
    let mut wishes = Vec::new();
    while wishes.len() < publications {
        let batch = (1 + storm.draw(4)).min(publications - wishes.len());
        for _ in 0..batch {
            wishes.push(storm.town.wish(wishes.len()));
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
    storm.town.assert_granted_once(&wishes);
    assert_eq!(storm.town.github.violations(), [""; 0]);
    let asked = storm.town.github.requests();
    let lost = asked.iter().filter(|it| !(200..400).contains(&it.status)).count();
    println!(
        "seed {seed}: {publications} publications, {} requests, {lost} went wrong, {} stories stopped",
        asked.len(),
        storm.stopped
    );
    assert!(lost * 5 > asked.len(), "{lost} of {} went wrong", asked.len());
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
}
