//! A stateful GitHub on this machine: real git repositories, the REST API with GitHub's own shapes and limits, uploads
//! on another host, webhooks, and whatever goes wrong there. Stories are told to it in the words of its users.

pub(crate) mod asked;
pub(crate) mod bare;
pub(crate) mod courier;
mod deeds;
mod exchange;
pub(crate) mod face;
mod finding;
mod gate;
mod routes;
mod shapes;
pub(crate) mod tokens;
pub(crate) mod troubles;
pub(crate) mod watch;
pub(crate) mod world;

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard};
use std::time::Duration;

use jiff::{SignedDuration, Timestamp};
use tempfile::TempDir;

use self::asked::Door;
use self::courier::{Delivery, Fate, Receipt};
use self::face::person::Person;
use self::face::repository::Repository;
use self::gate::Gate;
use self::tokens::{App, Reach, Token, TokenKind};
use self::troubles::{Fault, Faults};
use self::watch::{Exchange, Limits};
use self::world::{AccountKind, Addresses, Clock, World};
use crate::https::GitServer;

/// The key that apps sign with.
pub(crate) const APP_KEY: &str = include_str!("app-key.pem");

/// What the doors, the faces and the tests share.
pub(crate) struct Shared {
    pub(crate) world: Mutex<World>,
    pub(crate) git: GitServer,
    pub(crate) latency: Mutex<Duration>,
    _home: TempDir,
}

impl Shared {
    pub(crate) fn world(&self) -> MutexGuard<'_, World> {
        self.world.lock().unwrap()
    }
}

/// Who judges what is asked and answered.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Judge {
    /// The proxy, where there is one.
    Proxy,
    Nobody,
}

/// GitHub.
pub(crate) struct GitHub {
    shared: Arc<Shared>,
    _gate: Gate,
}

/// An app that is installed everywhere.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct InstalledApp {
    /// Its number, which a signed question names.
    pub(crate) id: u64,
    pub(crate) installation: u64,
    /// The number of the account that acts for it.
    pub(crate) account: u64,
}

impl GitHub {
    /// A GitHub without repositories; behind the proxy that checks every exchange, where there is one.
    pub(crate) fn start() -> Self {
        Self::open(Judge::Proxy)
    }

    /// The same, never behind a proxy: for questions that GitHub's description forbids.
    pub(crate) fn start_unjudged() -> Self {
        Self::open(Judge::Nobody)
    }

    fn open(judge: Judge) -> Self {
        let home = TempDir::new().unwrap();
        let world = Mutex::new(World::new(home.path().to_owned()));
        let git = GitServer::start();
        let shared = Arc::new(Shared { world, git, latency: Mutex::new(Duration::ZERO), _home: home });
        let weak = Arc::downgrade(&shared);
        let (web, web_address) = gate::listener();
        let mut doors = vec![(web, gate::web_door(&weak))];
        let judged = if judge == Judge::Proxy { gate::behind_proxy(&weak) } else { None };
        let (api, uploads) = judged.unwrap_or_else(|| {
            let (api, api_address) = gate::listener();
            let (uploads, uploads_address) = gate::listener();
            doors.push((api, gate::door(&weak, Door::Api)));
            doors.push((uploads, gate::door(&weak, Door::Uploads)));
            (api_address, uploads_address)
        });
        let git = shared.git.url("");
        shared.world().at = Addresses { api, uploads, web: web_address, git };
        Self { _gate: Gate::open(doors), shared }
    }

    /// The address of the API, without a slash at its end.
    pub(crate) fn api(&self) -> String {
        self.shared.world().at.api.clone()
    }

    /// The address of the host of uploads, without a slash at its end.
    pub(crate) fn uploads(&self) -> String {
        self.shared.world().at.uploads.clone()
    }

    /// The address under which people and downloads come, without a slash at its end.
    pub(crate) fn web(&self) -> String {
        self.shared.world().at.web.clone()
    }

    /// The server of the repositories, which can be told to misbehave.
    pub(crate) fn git(&self) -> &GitServer {
        &self.shared.git
    }

    /// What a program must be told to trust the git server, and nobody else.
    pub(crate) fn trust(&self) -> [(&'static str, PathBuf); 3] {
        self.shared.git.trust()
    }

    /// Whoever is called so now; a new account where there is none.
    pub(crate) fn person(&self, login: &str) -> Person {
        let id = self.shared.world().register(login, AccountKind::User);
        Person { shared: Arc::clone(&self.shared), id }
    }

    /// Makes a team, `organisation/team`, of these people.
    pub(crate) fn team(&self, team: &str, members: &[&Person]) {
        let (organisation, _) = team.split_once('/').unwrap();
        let mut world = self.shared.world();
        world.register(organisation, AccountKind::Organization);
        world.teams.insert(team.to_owned(), members.iter().map(|it| it.id).collect());
    }

    /// The repository `owner/name`: it comes into being, with one commit, where there is none. Its owner is an
    /// organisation unless a person is called so.
    pub(crate) fn repository(&self, name: &str) -> Repository {
        let (owner, name) = name.split_once('/').unwrap();
        let mut world = self.shared.world();
        let known = world.repository_named(owner, name);
        let id = known.unwrap_or_else(|| {
            let owner = world.register(owner, AccountKind::Organization);
            world.create_repository(owner, name, false)
        });
        drop(world);
        let repository = Repository { shared: Arc::clone(&self.shared), id };
        if known.is_none() {
            repository.serve();
            repository.commit("main", &[("README.md", Some(b"# Hello\n"))]);
        }
        repository
    }

    /// A token as a workflow has it.
    pub(crate) fn actions_token(&self) -> String {
        self.shared.world().issue_to_workflow(Reach::Write)
    }

    /// A token as a workflow has it for a pull request from a fork.
    pub(crate) fn reading_token(&self) -> String {
        self.shared.world().issue_to_workflow(Reach::Read)
    }

    /// A fine-grained token of a person.
    pub(crate) fn personal_token(&self, person: &Person) -> String {
        let token = Token { kind: TokenKind::Personal, account: person.id, app: None, reach: Reach::Write, ends: None };
        self.shared.world().issue(token)
    }

    /// Installs an app; its tokens are good for so long.
    pub(crate) fn app(&self, slug: &str, token_life: Duration) -> InstalledApp {
        let mut world = self.shared.world();
        let owner = world.register("acme", AccountKind::Organization);
        let bot = world.register(&format!("{slug}[bot]"), AccountKind::Bot);
        let (id, installation) = (world.next_id(), world.next_id());
        world.apps.insert(id, App { slug: slug.to_owned(), owner, bot, installation, token_life });
        InstalledApp { id, installation, account: bot }
    }

    /// A token of an app's installation.
    pub(crate) fn installation_token(&self, app: &InstalledApp) -> String {
        self.shared.world().issue_to_app(app.id).0
    }

    /// Takes a token back.
    pub(crate) fn revoke(&self, token: &str) {
        self.shared.world().tokens.remove(token);
    }

    /// Stops the clock that stamps what happens. Tokens and limits go by that of the machine.
    pub(crate) fn set_time(&self, time: &str) {
        let time: Timestamp = time.parse().unwrap();
        self.shared.world().clock = Clock::Fixed(time);
    }

    /// What the clock says that stamps what happens.
    pub(crate) fn now(&self) -> Timestamp {
        self.shared.world().now()
    }

    /// Lets time pass.
    pub(crate) fn advance(&self, by: Duration) {
        self.shared.world().clock.advance(SignedDuration::try_from(by).unwrap());
    }

    /// Lets requests go wrong by a plan.
    pub(crate) fn faults(&self, faults: Faults) {
        self.shared.world().troubles.plan = Some(faults);
    }

    /// Ends the plan.
    pub(crate) fn no_faults(&self) {
        let troubles = &mut self.shared.world().troubles;
        troubles.plan = None;
        troubles.next.clear();
    }

    /// Lets the next `count` requests go wrong.
    pub(crate) fn fail_next(&self, count: usize, fault: Fault) {
        self.shared.world().troubles.next.extend(vec![Some(fault); count]);
    }

    /// Lets so many requests pass before those of [`Self::fail_next`] that are told after this.
    pub(crate) fn pass_next(&self, count: usize) {
        self.shared.world().troubles.next.extend(vec![None; count]);
    }

    /// The seconds that a limit of [`Self::fail_next`] asks to wait.
    pub(crate) fn retry_after(&self, seconds: u64) {
        self.shared.world().troubles.retry_after = seconds;
    }

    /// Sets the numbers of the rules.
    pub(crate) fn limits(&self, limits: Limits) {
        self.shared.world().watch.limits = limits;
    }

    /// How long each answer takes.
    pub(crate) fn latency(&self, latency: Duration) {
        *self.shared.latency.lock().unwrap() = latency;
    }

    /// The most assets of a release.
    pub(crate) fn most_assets(&self, most: usize) {
        self.shared.world().most_assets = most;
    }

    /// How many questions about a changed pull request are answered before it is known whether it can be merged.
    pub(crate) fn think(&self, questions: u32) {
        self.shared.world().thinks = questions;
    }

    /// What was asked so far.
    pub(crate) fn requests(&self) -> Vec<Exchange> {
        self.shared.world().watch.log.clone()
    }

    /// How many requests each kind of token made.
    pub(crate) fn counts(&self) -> BTreeMap<TokenKind, usize> {
        let mut counts = BTreeMap::new();
        for exchange in &self.shared.world().watch.log {
            *counts.entry(exchange.token).or_default() += 1;
        }
        counts
    }

    /// Forgets what was asked.
    pub(crate) fn forget_requests(&self) {
        self.shared.world().watch.log.clear();
    }

    /// Which of GitHub's rules were broken.
    pub(crate) fn violations(&self) -> Vec<String> {
        self.shared.world().watch.violations.clone()
    }

    /// Tells `url` everything that happens from now on, beginning with a ping.
    pub(crate) fn webhook(&self, url: &str, secret: &str) {
        let mut world = self.shared.world();
        world.courier.add(url, secret);
        let id = world.next_id();
        let hook = serde_json::json!({"type": "Repository", "id": id, "name": "web", "active": true,
            "created_at": "2026-01-01T00:00:00Z", "updated_at": "2026-01-01T00:00:00Z", "events": ["*"],
            "config": {"url": url, "content_type": "json"}});
        world.courier.send(id, "ping", &serde_json::json!({"zen": "Design for failure.", "hook_id": id, "hook": hook}));
    }

    /// What becomes of the next deliveries, one by one.
    pub(crate) fn fates(&self, fates: impl IntoIterator<Item = Fate>) {
        self.shared.world().courier.fates.extend(fates);
    }

    /// What was to be delivered so far, whatever became of it.
    pub(crate) fn told(&self) -> Vec<Delivery> {
        self.shared.world().courier.told.clone()
    }

    /// What was delivered so far, and what the receiver answered.
    pub(crate) fn receipts(&self) -> Vec<Receipt> {
        self.shared.world().courier.receipts()
    }

    /// Delivers once more, with the same id.
    pub(crate) fn redeliver(&self, delivery: &Delivery) {
        self.shared.world().courier.carry(delivery);
    }
}
