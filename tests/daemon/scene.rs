//! A registry and a forge in memory, and the loop that looks at them.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use curator::adapters::{elapsed, now};
use curator::daemon::{Bench, Desk, Look, MailBox, Pushes, Record, Settings, Told, Turn, Unopened, watch};
use curator::model::{
    ApiBudget, ApiUse, Fault, Hint, Mergeable, Origin, PackageName, Person, PullNumber, PullRequest, PullStage, Sha256,
    Timestamp, Version, Vitals,
};
use curator::ops::{Retry, Stop, Synced, Then, Untold};
use curator::ports::{ForgeError, RepoError, Revision, StoreError};
use tokio::sync::watch::Sender;
use tokio::task::JoinHandle;

/// Longer than anything takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// What is, and what was done.
#[derive(Default)]
pub(crate) struct State {
    /// The state of the registry.
    pub(crate) head: String,
    /// The open pull requests.
    pub(crate) open: Vec<PullRequest>,
    /// What comes of a review, where it is not that the pull request stands.
    pub(crate) looks: BTreeMap<u64, Result<Look, ForgeError>>,
    /// Why the forge does nothing.
    pub(crate) forge: Option<ForgeError>,
    /// What the API still answers.
    pub(crate) budget: Option<ApiBudget>,
    /// Why nothing can be published.
    pub(crate) store: Option<StoreError>,
    /// How long a review takes.
    pub(crate) slow: Duration,
    /// What is to be published by the next sync.
    pub(crate) wanted: usize,
    /// How many versions fail in each sync.
    pub(crate) owed: usize,
    /// Whether somebody asked for another try.
    pub(crate) asked: Retry,
    /// Which merged pull requests cannot be told, the next time.
    pub(crate) untold: Vec<(u64, RepoError, Then)>,
    /// Everything that was done, in order: `sync a`, `list`, `review 7`, `announce`.
    pub(crate) done: Vec<String>,
    /// What was told.
    pub(crate) told: Vec<String>,
}

/// A registry and a forge in memory.
#[derive(Clone, Default)]
pub(crate) struct Scene(Arc<Mutex<State>>);

/// A loop that runs.
pub(crate) struct Running {
    /// Where hints arrive.
    pub(crate) mail: Arc<MailBox>,
    /// How it is doing.
    pub(crate) record: Arc<Record>,
    stop: Sender<bool>,
    task: JoinHandle<Result<(), Fault>>,
}

impl Scene {
    /// A registry at the state `a` with these open pull requests.
    pub(crate) fn new(numbers: impl IntoIterator<Item = u64>) -> Self {
        let scene = Self::default();
        scene.change(|state| {
            "a".clone_into(&mut state.head);
            state.open = numbers.into_iter().map(pull).collect();
        });
        scene
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap()
    }

    /// Changes what is.
    pub(crate) fn change(&self, change: impl FnOnce(&mut State)) {
        change(&mut self.state());
    }

    /// What was done so far.
    pub(crate) fn done(&self) -> Vec<String> {
        self.state().done.clone()
    }

    /// How often this was done.
    pub(crate) fn times(&self, deed: &str) -> usize {
        self.state().done.iter().filter(|done| *done == deed).count()
    }

    /// What was told so far.
    pub(crate) fn told(&self) -> Vec<String> {
        self.state().told.clone()
    }

    fn does(&self, deed: String) {
        self.state().done.push(deed);
    }

    /// Waits until what was done and told is so.
    #[track_caller]
    pub(crate) fn waits_until(&self, is_so: impl Fn(&State) -> bool) -> impl Future<Output = ()> {
        let from = std::panic::Location::caller();
        async move {
            let began = elapsed();
            while !is_so(&self.state()) {
                let state = self.state();
                assert!(elapsed() < began + PATIENCE, "{from}: {:?} {:?}", state.done, state.told);
                drop(state);
                tokio::time::sleep(Duration::from_millis(2)).await;
            }
        }
    }

    /// Waits until so many more looks at the open pull requests were made.
    pub(crate) async fn looks_again(&self, times: usize) {
        let before = self.times("list");
        self.waits_until(|state| state.done.iter().filter(|done| *done == "list").count() >= before + times).await;
    }

    /// Starts a loop that looks every `millis` and reviews so many a round.
    pub(crate) fn start(&self, millis: u64, reviews: usize) -> Running {
        self.start_turns(millis, Turn { most: reviews, longest: PATIENCE })
    }

    /// Starts a loop that looks every `millis` and reviews so much a round.
    pub(crate) fn start_turns(&self, millis: u64, turn: Turn) -> Running {
        self.start_pushing(millis, turn, Pushes { most: 1_000_000, within: Duration::from_millis(1) })
    }

    /// The same, which pushes no more often than that.
    pub(crate) fn start_pushing(&self, millis: u64, turn: Turn, pushes: Pushes) -> Running {
        let (stop, asked) = tokio::sync::watch::channel(false);
        let mail = Arc::<MailBox>::default();
        let record = Arc::new(Record::new(Vitals::new(now().unwrap(), Duration::from_mins(1))));
        let settings = Settings {
            interval: Duration::from_millis(millis),
            turn,
            pushes,
            mail: Arc::clone(&mail),
            record: Arc::clone(&record),
            elapsed,
            stop: asked,
        };
        let (scene, teller) = (self.clone(), self.clone());
        let open = move || {
            let scene = scene.clone();
            async move { Ok::<_, Unopened>((scene, now().unwrap())) }
        };
        let tell = move |told: Told<'_>| {
            let text = match told {
                Told::Synced(_) => "synced".to_owned(),
                Told::Stopped(stop) => format!("stopped: {stop}"),
                Told::Waiting(pause) => format!("waiting {} ms", pause.as_millis()),
                Told::Unreviewing(stop) => format!("unreviewing: {stop}"),
                Told::Unreviewed(number, stop) => format!("unreviewed {}: {stop}", number.0),
                Told::Untold(number, stop) => format!("untold {}: {stop}", number.0),
                Told::Resting(pause) => format!("resting {} ms", pause.as_millis()),
            };
            teller.state().told.push(text);
        };
        Running { mail, record, stop, task: tokio::spawn(watch(settings, open, tell)) }
    }
}

impl Running {
    /// Asks it to end.
    pub(crate) fn ask(&self) {
        self.stop.send(true).unwrap();
    }

    /// Waits for its end.
    pub(crate) async fn end(self) -> Result<(), Fault> {
        tokio::time::timeout(PATIENCE, self.task).await.unwrap().unwrap()
    }

    /// Hints at a pull request.
    pub(crate) fn hint(&self, number: u64) {
        self.mail.put(&BTreeSet::from([Hint::Pull(PullNumber(number))]));
    }
}

/// An open pull request.
pub(crate) fn pull(number: u64) -> PullRequest {
    let head = "3ea3d2be28bb5b00c247cc84771ba10439afa16d".parse().unwrap();
    let opened: Timestamp = "2026-02-01T00:00:00Z".parse().unwrap();
    PullRequest {
        number: PullNumber(number),
        title: "A version".to_owned(),
        author: Person { id: 1, login: "ada".to_owned() },
        head,
        head_ref: format!("refs/pull/{number}/head"),
        origin: Origin::Author,
        base: "main".to_owned(),
        base_commit: head,
        stage: PullStage::Open,
        mergeable: Mergeable::Yes,
        labels: BTreeSet::new(),
        opened,
        updated: opened,
    }
}

/// The forge is down.
pub(crate) fn down() -> ForgeError {
    ForgeError::Unreachable { message: "it answers 502".to_owned() }
}

impl Bench for Scene {
    type Desk = Self;

    async fn head(&self) -> Result<Revision, Stop> {
        Ok(Revision(self.state().head.clone()))
    }

    async fn sync(&self, retry: Retry, _: Timestamp) -> Result<Synced, Stop> {
        let mut state = self.state();
        let deed = if retry == Retry::Now { "retry" } else { "sync" };
        let deed = format!("{deed} {}", state.head);
        state.done.push(deed);
        if let Some(error) = state.store.clone() {
            return Err(error.into());
        }
        let mut synced = Synced::default();
        let (name, number): (PackageName, Version) = ("maps".parse().unwrap(), "1.0.0".parse().unwrap());
        synced.report.failed = vec![(name.clone(), number.clone()); state.owed];
        synced.report.published = vec![(name, number, Sha256::of(b"")); std::mem::take(&mut state.wanted)];
        synced.commits = synced.report.published.len().min(1);
        Ok(synced)
    }

    fn desk(&self) -> Option<&Self> {
        Some(self)
    }
}

impl Scene {
    fn answers(&self) -> Result<(), Stop> {
        self.state().forge.clone().map_or(Ok(()), |error| Err(error.into()))
    }
}

impl Desk for Scene {
    async fn open(&self) -> Result<Vec<PullRequest>, Stop> {
        self.does("list".to_owned());
        self.answers()?;
        Ok(self.state().open.clone())
    }

    async fn review(&self, number: PullNumber, _: Timestamp) -> Result<Look, Stop> {
        self.does(format!("review {}", number.0));
        let slow = self.state().slow;
        tokio::time::sleep(slow).await;
        self.answers()?;
        let look = self.state().looks.get(&number.0).cloned().unwrap_or(Ok(Look::Standing { until: None }))?;
        if look == Look::Merged {
            let mut state = self.state();
            state.open.retain(|pull| pull.number != number);
            state.head = format!("{}+{}", state.head, number.0);
            state.wanted += 1;
        }
        self.does(format!("reviewed {}", number.0));
        Ok(look)
    }

    async fn asked(&self, _: Timestamp) -> Result<Retry, Stop> {
        self.does("asked".to_owned());
        self.answers()?;
        Ok(std::mem::take(&mut self.state().asked))
    }

    async fn announce(&self, tried: Retry, _: Timestamp) -> Result<Vec<Untold>, Stop> {
        self.does(if tried == Retry::Now { "announce a try" } else { "announce" }.to_owned());
        self.answers()?;
        let untold = std::mem::take(&mut self.state().untold);
        let untold = untold.into_iter();
        Ok(untold.map(|(number, why, then)| Untold { pull: PullNumber(number), why: why.into(), then }).collect())
    }

    fn usage(&self) -> Option<ApiUse> {
        let state = self.state();
        Some(ApiUse { calls: u64::try_from(state.done.len()).unwrap(), budget: state.budget })
    }
}
