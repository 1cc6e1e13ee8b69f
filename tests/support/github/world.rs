//! What the fake GitHub knows: its nouns, behind one lock.

use std::collections::{BTreeMap, BTreeSet};
use std::path::PathBuf;

use jiff::{SignedDuration, Timestamp};

use super::bare::Bare;
use super::courier::Courier;
use super::tokens::{App, Token};
use super::troubles::Troubles;
use super::watch::Watch;

/// What stamps the nouns.
pub(crate) enum Clock {
    /// That of the machine, and so much.
    Real(SignedDuration),
    /// It stands.
    Fixed(Timestamp),
}

impl Clock {
    pub(crate) fn now(&self) -> Timestamp {
        let now = match self {
            Self::Real(ahead) => Timestamp::now() + *ahead,
            Self::Fixed(time) => *time,
        };
        Timestamp::from_second(now.as_second()).unwrap()
    }

    pub(crate) fn advance(&mut self, by: SignedDuration) {
        match self {
            Self::Real(ahead) => *ahead += by,
            Self::Fixed(time) => *time += by,
        }
    }
}

/// The addresses under which the world answers.
#[derive(Default, Clone)]
pub(crate) struct Addresses {
    pub(crate) api: String,
    pub(crate) uploads: String,
    /// Pages for people, and the bytes of assets.
    pub(crate) web: String,
    /// The root of all repositories.
    pub(crate) git: String,
}

/// What an account is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AccountKind {
    User,
    Organization,
    Bot,
}

pub(crate) struct Account {
    pub(crate) login: String,
    pub(crate) kind: AccountKind,
}

#[derive(Clone)]
pub(crate) struct Label {
    pub(crate) id: u64,
    pub(crate) color: String,
    pub(crate) description: Option<String>,
}

#[derive(Clone)]
pub(crate) struct Comment {
    pub(crate) id: u64,
    pub(crate) by: u64,
    pub(crate) text: String,
    pub(crate) posted: Timestamp,
    pub(crate) edited: Timestamp,
}

#[derive(Clone)]
pub(crate) struct Review {
    pub(crate) id: u64,
    pub(crate) by: u64,
    pub(crate) state: String,
    pub(crate) text: String,
    pub(crate) commit: String,
    pub(crate) at: Timestamp,
}

/// A comment at lines of a file.
#[derive(Clone)]
pub(crate) struct LineComment {
    pub(crate) id: u64,
    pub(crate) review: u64,
    pub(crate) by: u64,
    pub(crate) text: String,
    pub(crate) path: String,
    pub(crate) first_line: Option<u64>,
    pub(crate) line: u64,
    pub(crate) commit: String,
    pub(crate) at: Timestamp,
}

/// Something that happened to a pull request.
#[derive(Clone)]
pub(crate) struct Event {
    pub(crate) id: u64,
    pub(crate) by: u64,
    pub(crate) what: &'static str,
    pub(crate) label: Option<String>,
    pub(crate) at: Timestamp,
}

/// Whether the repository that a pull request came from is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Origin {
    There,
    Deleted,
}

/// How far a pull request has come.
#[derive(Clone, PartialEq, Eq)]
pub(crate) enum Stage {
    Open,
    Closed(Timestamp),
    Merged { commit: String, landed: Vec<String>, at: Timestamp, by: u64 },
}

#[derive(Clone)]
pub(crate) struct Pull {
    pub(crate) id: u64,
    pub(crate) number: u64,
    pub(crate) title: String,
    pub(crate) text: String,
    pub(crate) author: u64,
    pub(crate) base: String,
    /// What the base was at when the pull request was opened, or merged.
    pub(crate) base_commit: String,
    pub(crate) head: String,
    pub(crate) head_repo: u64,
    pub(crate) head_branch: String,
    pub(crate) origin: Origin,
    pub(crate) is_draft: bool,
    pub(crate) stage: Stage,
    pub(crate) labels: Vec<String>,
    pub(crate) opened: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) comments: Vec<Comment>,
    pub(crate) reviews: Vec<Review>,
    pub(crate) line_comments: Vec<LineComment>,
    pub(crate) events: Vec<Event>,
    /// How many more questions are answered without knowing whether it can be merged.
    pub(crate) thinking: u32,
}

#[derive(Clone)]
pub(crate) struct CheckRun {
    pub(crate) id: u64,
    pub(crate) app: u64,
    pub(crate) name: String,
    pub(crate) commit: String,
    pub(crate) status: String,
    pub(crate) conclusion: Option<String>,
    pub(crate) title: Option<String>,
    pub(crate) summary: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) annotations: Vec<serde_json::Value>,
    pub(crate) external_id: String,
    pub(crate) details_url: Option<String>,
    pub(crate) started: Timestamp,
    pub(crate) completed: Option<Timestamp>,
}

#[derive(Clone)]
pub(crate) struct Status {
    pub(crate) id: u64,
    pub(crate) by: u64,
    /// The app whose token gave it; none gave that of a person.
    pub(crate) app: Option<u64>,
    pub(crate) commit: String,
    pub(crate) state: String,
    pub(crate) context: String,
    pub(crate) description: Option<String>,
    pub(crate) target: Option<String>,
    pub(crate) at: Timestamp,
}

/// How far the upload of an asset has come.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum AssetState {
    /// It broke off; the name is taken nevertheless.
    Starter,
    Uploaded,
}

#[derive(Clone)]
pub(crate) struct Asset {
    pub(crate) id: u64,
    pub(crate) name: String,
    pub(crate) label: Option<String>,
    pub(crate) kind: String,
    pub(crate) state: AssetState,
    pub(crate) bytes: Vec<u8>,
    pub(crate) by: u64,
    pub(crate) at: Timestamp,
}

#[derive(Clone)]
pub(crate) struct Release {
    pub(crate) id: u64,
    pub(crate) tag: String,
    pub(crate) target: String,
    pub(crate) name: Option<String>,
    pub(crate) text: Option<String>,
    pub(crate) is_draft: bool,
    pub(crate) is_prerelease: bool,
    pub(crate) is_frozen: bool,
    pub(crate) author: u64,
    pub(crate) created: Timestamp,
    pub(crate) published: Option<Timestamp>,
    pub(crate) assets: Vec<Asset>,
}

/// What somebody asked Actions to run.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Dispatch {
    /// The workflow file, or `repository_dispatch` and the type of the event.
    pub(crate) what: String,
    /// The branch or tag; empty for an event.
    pub(crate) on: String,
    /// The inputs, or the payload.
    pub(crate) inputs: serde_json::Value,
    pub(crate) by: u64,
}

pub(crate) struct Repository {
    pub(crate) id: u64,
    pub(crate) owner: u64,
    pub(crate) name: String,
    /// The full names that it had before, which lead to it until another one takes them.
    pub(crate) former: Vec<String>,
    pub(crate) bare: Bare,
    pub(crate) is_fork: bool,
    pub(crate) created: Timestamp,
    /// Who may write, apart from the owner.
    pub(crate) writers: BTreeSet<u64>,
    pub(crate) pulls: BTreeMap<u64, Pull>,
    pub(crate) labels: BTreeMap<String, Label>,
    pub(crate) checks: Vec<CheckRun>,
    pub(crate) statuses: Vec<Status>,
    pub(crate) releases: Vec<Release>,
    /// Tags of frozen releases, for ever.
    pub(crate) burned: BTreeSet<String>,
    pub(crate) freezes_releases: bool,
    /// The checks, or statuses, without which the API merges nothing, and the app that must have given each.
    pub(crate) required: BTreeMap<String, Option<u64>>,
    pub(crate) dispatches: Vec<Dispatch>,
}

pub(crate) struct World {
    pub(crate) home: PathBuf,
    pub(crate) at: Addresses,
    pub(crate) clock: Clock,
    pub(crate) accounts: BTreeMap<u64, Account>,
    pub(crate) teams: BTreeMap<String, BTreeSet<u64>>,
    pub(crate) repositories: BTreeMap<u64, Repository>,
    pub(crate) tokens: BTreeMap<String, Token>,
    pub(crate) apps: BTreeMap<u64, App>,
    pub(crate) most_assets: usize,
    /// How many questions about a changed pull request are answered before it is known whether it can be merged.
    pub(crate) thinks: u32,
    pub(crate) courier: Courier,
    pub(crate) troubles: Troubles,
    pub(crate) watch: Watch,
    last_id: u64,
}

/// The account that a workflow's own token speaks for.
pub(crate) const ACTIONS_BOT: u64 = 41_898_282;
/// The app behind it.
pub(crate) const ACTIONS_APP: u64 = 15_368;

impl World {
    pub(crate) fn new(home: PathBuf) -> Self {
        let bot = Account { login: "github-actions[bot]".to_owned(), kind: AccountKind::Bot };
        Self {
            home,
            at: Addresses::default(),
            clock: Clock::Real(SignedDuration::ZERO),
            accounts: BTreeMap::from([(ACTIONS_BOT, bot)]),
            teams: BTreeMap::new(),
            repositories: BTreeMap::new(),
            tokens: BTreeMap::new(),
            apps: BTreeMap::new(),
            most_assets: 1000,
            thinks: 0,
            courier: Courier::default(),
            troubles: Troubles::default(),
            watch: Watch::default(),
            last_id: 1000,
        }
    }

    pub(crate) fn now(&self) -> Timestamp {
        self.clock.now()
    }

    /// A number that nothing has had.
    pub(crate) fn next_id(&mut self) -> u64 {
        self.last_id += 1;
        self.last_id
    }

    /// The account that is called so now, whatever the case.
    pub(crate) fn account(&self, login: &str) -> Option<u64> {
        self.accounts.iter().find(|(_, it)| it.login.eq_ignore_ascii_case(login)).map(|(id, _)| *id)
    }

    /// The account that is called so; it comes into being where there is none.
    pub(crate) fn register(&mut self, login: &str, kind: AccountKind) -> u64 {
        if let Some(id) = self.account(login) {
            return id;
        }
        let id = self.next_id();
        self.accounts.insert(id, Account { login: login.to_owned(), kind });
        id
    }

    pub(crate) fn login(&self, account: u64) -> &str {
        self.accounts.get(&account).map_or("ghost", |it| &it.login)
    }
}
