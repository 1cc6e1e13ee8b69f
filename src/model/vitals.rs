//! How a curator that stays is doing: what health checks and metrics are made of.

use std::collections::BTreeMap;
use std::time::Duration;

use super::time::Timestamp;

/// How a curator that stays is doing. Counters begin at zero in each process.
#[derive(Debug, Clone, PartialEq)]
pub struct Vitals {
    /// Since when it runs.
    pub started: Timestamp,
    /// For how long a half of its work may not have gone well before it counts as ill.
    pub patience: Duration,
    /// How each half of its work goes. A curator without a forge has one half.
    pub halves: BTreeMap<Half, HalfVitals>,
    /// When the last sync ended that could do its work.
    pub synced: Option<Timestamp>,
    /// How many steps the last sync tried.
    pub plan: usize,
    /// How many versions were owed after the last sync.
    pub pending: usize,
    /// How many versions were published.
    pub published: u64,
    /// How many versions could not be published, tries counted one by one.
    pub failed: u64,
    /// How many pull requests are open, and how many of them wait for a review.
    pub pulls: Option<PullCounts>,
    /// How many reviews were made, by what came of them.
    pub reviews: BTreeMap<ReviewEnd, u64>,
    /// How long each stage took.
    pub stages: BTreeMap<Stage, Latencies>,
    /// How many deliveries came in, by what came of them.
    pub deliveries: BTreeMap<Receipt, u64>,
    /// What the API of the forge was asked, and what it still answers.
    pub api: Option<ApiUse>,
}

/// The halves of the work. Each goes on where the other is in trouble.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Half {
    /// From the registry to the index and the stores.
    Publishing,
    /// The pull requests.
    Reviewing,
}

/// How a half of the work goes.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct HalfVitals {
    /// When it last went well.
    pub good: Option<Timestamp>,
    /// Why it did not go well since; `None` where it did.
    pub trouble: Option<String>,
    /// How many rounds went well.
    pub good_rounds: u64,
    /// How many did not.
    pub bad_rounds: u64,
}

/// The pull requests of a registry in numbers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PullCounts {
    /// How many are open.
    pub open: usize,
    /// How many of them wait for a review.
    pub due: usize,
}

/// What came of a review.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum ReviewEnd {
    /// It was made.
    Made,
    /// It was made, and the pull request was merged.
    Merged,
    /// It was made without something that could not be reached.
    Unsettled,
    /// It could not be made.
    Failed,
}

/// The stages of a round.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Stage {
    /// The registry is fetched and its configuration read.
    Open,
    /// What is wanted is published.
    Sync,
    /// The open pull requests are listed.
    List,
    /// One pull request is reviewed.
    Review,
    /// Merged pull requests are told what became of them.
    Announce,
}

/// What came of a delivery.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Receipt {
    /// It is a reason to look.
    Accepted,
    /// It came before.
    Repeated,
    /// Nothing follows from it.
    Ignored,
    /// It has no signature.
    Unsigned,
    /// Its signature is wrong.
    Forged,
    /// It is longer than any that the forge sends.
    Oversized,
    /// It is not written as the forge writes.
    Malformed,
}

impl Receipt {
    /// All of them.
    pub const ALL: [Self; 7] =
        [Self::Accepted, Self::Repeated, Self::Ignored, Self::Unsigned, Self::Forged, Self::Oversized, Self::Malformed];
}

/// What the API of the forge was asked, and what it still answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct ApiUse {
    /// How many requests were sent.
    pub calls: u64,
    /// What it still answers, where it told.
    pub budget: Option<ApiBudget>,
}

/// What the API of the forge still answers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct ApiBudget {
    /// The most requests between two resets.
    pub limit: u64,
    /// How many of them are left.
    pub remaining: u64,
    /// When all of them are there again.
    pub reset: Timestamp,
}

/// How long something took, each time.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Latencies {
    /// How often it took at most as long as the bound of the same place in [`Latencies::BOUNDS`], and longer than the
    /// one before.
    pub counts: [u64; Self::BOUNDS.len()],
    /// How often it was done.
    pub count: u64,
    /// How long it took in all.
    pub sum: Duration,
}

impl Latencies {
    /// The bounds that are counted by, in milliseconds: from a look that finds nothing to a bulk import.
    pub const BOUNDS: [u64; 9] = [100, 500, 1_000, 5_000, 10_000, 30_000, 60_000, 300_000, 1_800_000];

    /// Adds one.
    pub fn add(&mut self, took: Duration) {
        self.count += 1;
        self.sum += took;
        let bound = Self::BOUNDS.iter().position(|bound| took <= Duration::from_millis(*bound));
        if let Some(count) = bound.and_then(|at| self.counts.get_mut(at)) {
            *count += 1;
        }
    }
}

impl Vitals {
    /// Those of a curator that has just started.
    #[must_use]
    pub fn new(started: Timestamp, patience: Duration) -> Self {
        Self {
            started,
            patience,
            halves: BTreeMap::from([(Half::Publishing, HalfVitals::default())]),
            synced: None,
            plan: 0,
            pending: 0,
            published: 0,
            failed: 0,
            pulls: None,
            reviews: BTreeMap::new(),
            stages: BTreeMap::new(),
            deliveries: BTreeMap::new(),
            api: None,
        }
    }

    /// Whether `half` went well lately enough, or there was no time for it yet.
    #[must_use]
    pub fn is_well(&self, half: &HalfVitals, now: Timestamp) -> bool {
        let since = half.good.unwrap_or(self.started);
        let age = now.unix_millis().saturating_sub(since.unix_millis());
        u64::try_from(age).unwrap_or_default() <= u64::try_from(self.patience.as_millis()).unwrap_or(u64::MAX)
    }
}
