//! `curator watch`: the loop, its door, and what it is joined with.

use std::sync::Arc;

use curator::cli::{self, Entrance, Exit, WatchArgs};
use curator::daemon::{
    self, ForgeDesk, Front, PageState, PageText, Pushes, Record, Seat, Settings, Told, Trouble, Turn, Unopened,
};
use curator::model::{Fault, Timestamp, Vitals};
use curator::wire::{self, Access, Described, GitHubRepository, Hands, WireError};

use super::Run;

/// A curator, and its desk at the forge.
type Chair = Seat<Hands, ForgeDesk<Hands, GitHubRepository>>;

impl Run<'_> {
    /// Syncs and reviews again and again. Asked to end, it ends after the work that is under way; asked once more, at
    /// once.
    pub(crate) fn watch(&self, args: &WatchArgs) -> Exit {
        let started = match wire::now() {
            Ok(now) => now,
            Err(error) => return cli::refuse(&error.to_string(), None, Exit::Operator, &self.output),
        };
        let entrance = match cli::entrance(args, self.environment.webhook_secret.clone(), &self.output) {
            Ok(entrance) => entrance,
            Err(exit) => return exit,
        };
        let forge = match self.forge() {
            Ok(forge) => forge,
            Err(exit) => return exit,
        };
        let (ask, stop) = tokio::sync::watch::channel(false);
        let settings = Settings {
            interval: args.interval,
            turn: Turn::default(),
            pushes: Pushes::default(),
            mail: Arc::default(),
            record: Arc::new(Record::new(Vitals::new(started, args.patience()))),
            elapsed: wire::elapsed,
            stop,
        };
        self.runtime.block_on(async {
            if let Some(entrance) = entrance
                && let Err(exit) = self.listen(entrance, forge.as_ref(), &settings).await
            {
                return exit;
            }
            let watch = daemon::watch(settings, || self.reopen(forge.as_ref()), |told| self.told(&told));
            tokio::pin!(watch);
            let ended = tokio::select! {
                biased;
                () = wire::interrupted() => {
                    let _ = ask.send(true);
                    tokio::select! {
                        biased;
                        () = wire::interrupted() => return self.interrupted(),
                        ended = &mut watch => ended,
                    }
                }
                ended = &mut watch => ended,
            };
            ended.map_or_else(Exit::from, |()| Exit::Done)
        })
    }

    /// The forge at which the registry is, for as long as the program runs: its tokens, and what it said before, are worth
    /// keeping. `None` where nothing tells of one, or as whom to speak there: then there are no pull requests.
    fn forge(&self) -> Result<Option<GitHubRepository>, Exit> {
        let overrides = self.overrides()?;
        let variables = &self.environment.github;
        if variables.token.is_none() && variables.app.is_none() && overrides.repository.is_none() {
            return Ok(None);
        }
        match wire::repository_name(&overrides, self.environment) {
            Ok(name) => wire::forge(self.environment, name).map(Some).map_err(|error| self.refuse(&error)),
            Err(WireError::NoRepository) => Ok(None),
            Err(error) => Err(self.refuse(&error)),
        }
    }

    /// Opens the door to visitors, who are answered for as long as the program runs.
    async fn listen(
        &self,
        entrance: Entrance,
        forge: Option<&GitHubRepository>,
        settings: &Settings,
    ) -> Result<(), Exit> {
        let health = |vitals: &Vitals| match wire::now() {
            Ok(now) => {
                let state = if cli::is_well(vitals, now) { PageState::Well } else { PageState::Ill };
                PageText { state, text: cli::health(vitals, now) }
            }
            Err(error) => PageText { state: PageState::Ill, text: error.to_string() },
        };
        let metrics = |vitals: &Vitals| PageText { state: PageState::Well, text: cli::metrics(vitals) };
        let front = daemon::front(Front {
            secret: entrance.secret,
            repository: forge.map(|forge| forge.name().clone()),
            mail: Arc::clone(&settings.mail),
            record: Arc::clone(&settings.record),
            health: Arc::new(health),
            metrics: Arc::new(metrics),
            answer: cli::receipt,
        });
        let door = wire::door(entrance.address).await.map_err(|error| self.refuse(&error))?;
        cli::listening(door.address().unwrap_or(entrance.address), &self.output);
        tokio::spawn(door.serve(front));
        Ok(())
    }

    fn told(&self, told: &Told<'_>) {
        match told {
            Told::Synced(synced) => cli::watched(synced, &self.output),
            Told::Stopped(stop) => cli::troubled(stop, &self.output),
            Told::Waiting(pause) => cli::waiting(*pause, &self.output),
            Told::Unreviewing(stop) => cli::unreviewing(stop, &self.output),
            Told::Unreviewed(number, stop) => cli::unreviewed(*number, stop, &self.output),
            Told::Untold(number, stop) => cli::untold(*number, stop, &self.output),
            Told::Resting(pause) => cli::resting(*pause, &self.output),
        }
    }

    /// The curator as it is configured now, and the time. Why there is none is told here.
    async fn reopen(&self, forge: Option<&GitHubRepository>) -> Result<(Chair, Timestamp), Unopened> {
        let unopened = |fault, trouble, why| Unopened { fault, trouble, why };
        let overrides = self.overrides();
        let mut overrides = overrides.map_err(|_| unopened(Fault::Operator, Trouble::Lasting, String::new()))?;
        overrides.forge = forge.map(|forge| forge.github().clone());
        let now = wire::now().map_err(|error| {
            let _ = cli::refuse(&error.to_string(), None, Exit::Operator, &self.output);
            unopened(Fault::Operator, Trouble::Passing, error.to_string())
        })?;
        let progress = Arc::new(|_| {});
        let wired = wire::wire(&overrides, self.environment, Access::Write(now), Described::Always, progress).await;
        match wired {
            Ok(wired) => {
                let curator = Arc::new(wired.curator);
                let desk = forge.map(|forge| ForgeDesk {
                    curator: Arc::clone(&curator),
                    forge: forge.clone(),
                    place: overrides.review_place(),
                    usage: wire::usage,
                });
                Ok((Seat { curator, desk }, now))
            }
            Err(error) => {
                let trouble = if error.is_rewritten() { Trouble::Lasting } else { Trouble::Passing };
                let unopened = unopened(error.fault(), trouble, error.to_string());
                let _ = self.unwired(error);
                Err(unopened)
            }
        }
    }
}
