//! A curator of a town in this process: the real hands, and the forge asked through one client for as long as it lives.

use std::sync::Arc;

use curator::adapters::github::{ApiAddress, Keys, Pace, Patience};
use curator::config::{Environment, GitHubVariables};
use curator::model::{PullNumber, ReviewPlace, Secret, Timestamp};
use curator::ops::{self, Announced, Extent, Retry, ReviewMode, ReviewRequest, Reviewed, RunRequest, Stop};
use curator::ports::{People as _, PullRequests as _};
use curator::wire::{self, Access, Assembled, Described, GitHubRepository, Overrides};
use tokio::runtime::Runtime;

use crate::town::Town;

/// A town, and the curator that looks after it.
pub(crate) struct Hall {
    pub(crate) town: Town,
    forge: GitHubRepository,
    runtime: Runtime,
}

impl Hall {
    /// With that patience and that pace.
    pub(crate) fn new(town: Town, patience: Patience, pace: Pace) -> Self {
        let address = ApiAddress::new(Some(&town.github.api()), Some(&town.github.uploads())).unwrap();
        let keys = Keys::Actions(Secret::new(town.token.clone()));
        let github = curator::adapters::GitHub::new(address, keys, patience, pace);
        let forge = github.repository("acme/registry".parse().unwrap());
        Self { town, forge, runtime: Runtime::new().unwrap() }
    }

    fn now(&self) -> Timestamp {
        self.town.github.now().to_string().parse().unwrap()
    }

    fn place() -> ReviewPlace {
        ReviewPlace { branch: "main".to_owned(), folder: String::new() }
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

    /// The numbers of the pull requests that are open.
    pub(crate) fn open(&self) -> Result<Vec<u64>, Stop> {
        let open = self.runtime.block_on(self.forge.open("main"))?;
        Ok(open.into_iter().map(|pull| pull.number.0).collect())
    }

    /// Reviews a pull request.
    pub(crate) fn review(&self, number: u64) -> Result<Reviewed, Stop> {
        let (number, mode, now) = (PullNumber(number), ReviewMode::Act, self.now());
        let request = ReviewRequest { number, place: Self::place(), mode, asks: false, now };
        self.runtime.block_on(ops::review(&self.curator(), &self.forge, &request))
    }

    /// Starts the workflow `sync`, as a review does that merged.
    pub(crate) fn wake(&self) -> Result<(), Stop> {
        Ok(self.runtime.block_on(self.forge.dispatch("sync.yml", "main", None))?)
    }

    /// Whether somebody asked for another try.
    pub(crate) fn asked(&self) -> Result<Retry, Stop> {
        self.runtime.block_on(ops::asked_to_retry(&self.curator(), &self.forge, &Self::place(), self.now()))
    }

    /// Publishes what is wanted.
    pub(crate) fn publish(&self, retry: Retry) -> Result<(), Stop> {
        let request = RunRequest { extent: Extent::Changes, retry, now: self.now() };
        self.runtime.block_on(ops::sync(&self.curator(), request)).map(drop)
    }

    /// Tells those who wait for it what was published.
    pub(crate) fn announce(&self, retry: Retry) -> Result<Vec<Announced>, Stop> {
        let (curator, place) = (self.curator(), Self::place());
        let announced = self.runtime.block_on(ops::announce(&curator, &self.forge, &place, retry, self.now()))?;
        match announced.untold.into_iter().next() {
            Some(untold) => Err(untold.why),
            None => Ok(announced.told),
        }
    }
}
