//! A desk at a GitHub of its own: a repository, and the client as the curator has it.

use std::time::Duration;

use curator::adapters::github::{ApiAddress, GitHubRepository, Keys, Pace, Patience};
use curator::model::{CommitId, PullNumber, Secret};
use curator::ports::ForgeError;
use tokio::runtime::Runtime;

use crate::github::GitHub;
use crate::github::face::person::Person;
use crate::github::face::pull::Pull;
use crate::github::face::repository::Repository;
use crate::github::world::ACTIONS_BOT;

/// The number of the account that a desk with a workflow's token writes as.
pub(crate) const BOT: u64 = ACTIONS_BOT;

pub(crate) struct Desk {
    pub(crate) github: GitHub,
    pub(crate) repository: Repository,
    pub(crate) forge: GitHubRepository,
    pub(crate) token: String,
    runtime: Runtime,
}

/// Pauses of a few milliseconds, and limits waited for as long as a test may take.
pub(crate) fn patience() -> Patience {
    let (answer, pause) = (Duration::from_secs(5), Duration::from_millis(5));
    Patience { answer, pause, limit: Duration::from_secs(20), ..Patience::default() }
}

/// The same, without patience for limits.
pub(crate) fn impatience() -> Patience {
    Patience { limit: Duration::ZERO, ..patience() }
}

impl Desk {
    /// With the token of a workflow.
    pub(crate) fn new() -> Self {
        Self::workflow(GitHub::start(), patience(), Pace::default())
    }

    /// The same, where things go wrong that GitHub's description knows nothing of.
    pub(crate) fn unjudged() -> Self {
        Self::with(patience(), Pace::default())
    }

    /// The same, with that patience and that pace.
    pub(crate) fn with(patience: Patience, pace: Pace) -> Self {
        Self::workflow(GitHub::start_unjudged(), patience, pace)
    }

    fn workflow(github: GitHub, patience: Patience, pace: Pace) -> Self {
        let token = github.actions_token();
        let keys = Keys::Actions(Secret::new(token.clone()));
        Self::of(github, token, keys, patience, pace)
    }

    /// With whatever keys; `token` is the text that nothing may show.
    pub(crate) fn of(github: GitHub, token: String, keys: Keys, patience: Patience, pace: Pace) -> Self {
        let repository = github.repository("acme/registry");
        let forge = forge(&github, keys, patience, pace);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        Self { github, repository, forge, token, runtime }
    }

    /// With the fine-grained token of somebody who may write there.
    pub(crate) fn personal(github: GitHub) -> (Self, Person) {
        let (person, repository) = (github.person("carla"), github.repository("acme/registry"));
        repository.admit(&person);
        let token = github.personal_token(&person);
        let keys = Keys::Token(Secret::new(token.clone()));
        (Self::of(github, token, keys, patience(), Pace::default()), person)
    }

    /// Waits for an answer.
    pub(crate) fn wait<T>(&self, answer: impl Future<Output = T>) -> T {
        self.runtime.block_on(answer)
    }

    /// Waits for an answer that is one.
    #[track_caller]
    pub(crate) fn ask<T>(&self, answer: impl Future<Output = Result<T, ForgeError>>) -> T {
        self.wait(answer).unwrap_or_else(|error| panic!("{error}"))
    }

    /// Waits for an error, which shows no token.
    #[track_caller]
    pub(crate) fn fails<T: std::fmt::Debug>(&self, answer: impl Future<Output = Result<T, ForgeError>>) -> ForgeError {
        let error = self.wait(answer).unwrap_err();
        let shown = format!("{error} {error:?}");
        assert!(!shown.contains(&self.token), "{shown}");
        error
    }

    /// A pull request of Ann's that adds a file.
    pub(crate) fn pull(&self, file: &str) -> Pull {
        let ann = self.github.person("ann");
        self.repository.pull(&ann, "main", &[(file, Some(b"{\n  \"a\": 1,\n  \"b\": 2\n}\n"))])
    }

    /// How many requests of a method to a path that ends so were answered or not.
    pub(crate) fn asked(&self, method: &str, end: &str) -> usize {
        self.github.requests().iter().filter(|it| it.method == method && it.path.ends_with(end)).count()
    }

    /// Nobody's rules were broken.
    #[track_caller]
    pub(crate) fn is_well_behaved(&self) {
        assert_eq!(self.github.violations(), [""; 0]);
    }
}

pub(crate) fn forge(github: &GitHub, keys: Keys, patience: Patience, pace: Pace) -> GitHubRepository {
    let address = ApiAddress::new(Some(&github.api()), Some(&github.uploads())).unwrap();
    curator::adapters::GitHub::new(address, keys, patience, pace).repository("acme/registry".parse().unwrap())
}

pub(crate) fn number(pull: &Pull) -> PullNumber {
    PullNumber(pull.number)
}

pub(crate) fn head(pull: &Pull) -> CommitId {
    pull.head().parse().unwrap()
}
