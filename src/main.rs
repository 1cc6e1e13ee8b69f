//! The program `curator`: parse, wire, run one thing, exit.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use curator::cli::{
    self, Args, BowerArgs, CheckArgs, Command, Entrance, Exit, Format, ImportCommand, InitArgs, NewArgs, Output,
    PackArgs, PurescriptArgs, WatchArgs,
};
use curator::config::Environment;
use curator::daemon::{self, ForgeDesk, Front, Record, Seat, Settings, Told, Trouble, Turn, Unopened};
use curator::model::{Fault, ReviewPlace, Timestamp, TreePath, Vitals};
use curator::wire::{self, Access, Described, GitHubRepository, Hands, Overrides, WireError, Wired};
use tokio::runtime::Runtime;

fn main() -> ExitCode {
    let environment = Environment::read();
    let args = match Args::try_parse() {
        Ok(args) => args,
        Err(error) => {
            let output = Output::new(Format::Human, environment.no_color);
            return ExitCode::from(cli::misused(&error, &output).code());
        }
    };
    let log_format = args.global.log_format;
    let output = Output::new(args.global.format, environment.no_color).logging(log_format);
    cli::log(&environment, log_format, &output);
    let exit = match Runtime::new() {
        Ok(runtime) => Run { args: &args, environment: &environment, output, runtime: &runtime }.run(),
        Err(error) => cli::refuse(&format!("no threads can be started: {error}"), None, Exit::Operator, &output),
    };
    ExitCode::from(exit.code())
}

/// A curator that stays, as it is configured now, and the time.
type Opened = (Seat<Hands, ForgeDesk<Hands, GitHubRepository>>, Timestamp);

/// One run of the program.
struct Run<'a> {
    args: &'a Args,
    environment: &'a Environment,
    output: Output,
    runtime: &'a Runtime,
}

impl Run<'_> {
    fn run(&self) -> Exit {
        match &self.args.command {
            Command::Init(args) => self.init(args),
            Command::Explain(args) => cli::explain(args, &self.output),
            Command::Schema(args) => cli::schema(args, &self.output),
            Command::Pack(args) => self.pack(args),
            Command::New(args) => self.with(Access::Read, Described::Always, |run, wired| run.define(args, wired)),
            Command::Check(args) => self.with(Access::Read, Described::Always, |run, wired| run.check(args, wired)),
            Command::Plan(args) => self.with(Access::Read, Described::Always, |run, wired| {
                run.at(None, |now| run.story(cli::plan(&Arc::new(wired.curator), args, now, &run.output)))
            }),
            Command::Sync(args) if args.announce => self.at(args.published_time, |now| {
                self.with_forge(Access::Write(now), |run, wired, forge, place| {
                    let curator = Arc::new(wired.curator);
                    run.story(cli::sync_and_announce(&curator, forge, args, place, now, &run.output))
                })
            }),
            Command::Sync(args) => self.at(args.published_time, |now| {
                self.with(Access::Write(now), Described::Always, |run, wired| {
                    run.story(cli::sync(&Arc::new(wired.curator), args, now, &run.output))
                })
            }),
            Command::Review(args) => self.at(None, |now| {
                self.with_forge(Access::Read, |run, wired, forge, place| {
                    run.story(cli::review(&Arc::new(wired.curator), forge, args, place, now, &run.output))
                })
            }),
            Command::Watch(args) => self.watch(args).unwrap_or_else(|exit| exit),
            Command::Status => self.with(Access::Read, Described::Always, |run, wired| {
                run.story(cli::status(&wired.curator, &run.output))
            }),
            Command::Rebuild(args) => self.with(Access::Read, Described::IfPossible, |run, wired| {
                run.story(cli::rebuild(&Arc::new(wired.curator), args, &run.output))
            }),
            Command::Import(args) => match &args.from {
                ImportCommand::Purescript(args) => self.import_purescript(args),
                ImportCommand::Bower(args) => {
                    self.with(Access::Read, Described::Always, |run, wired| run.import_bower(args, wired))
                }
            },
            Command::Audit(args) => self.with(Access::Read, Described::IfPossible, |run, wired| {
                run.story(cli::audit(&Arc::new(wired.curator), args, &run.output))
            }),
        }
    }

    fn init(&self, args: &InitArgs) -> Exit {
        let sums = match args.github.sums.as_deref().map(wire::read_definition).transpose() {
            Ok(sums) => sums,
            Err(error) => return self.refuse(&error),
        };
        let setup = args.github.setup(&self.args.global, sums.as_deref());
        let init = |setup: Option<_>| cli::init(&wire::folder(&args.dir), args, setup.as_ref(), &self.output);
        self.end(setup.and_then(init))
    }

    /// Joins the hands and runs `work` with them.
    fn with(&self, access: Access, described: Described, work: impl FnOnce(&Self, Wired) -> Exit) -> Exit {
        match self.overrides() {
            Ok(overrides) => self.joined(&overrides, access, described, work),
            Err(exit) => exit,
        }
    }

    /// The same with the forge at which the registry is, whose token git uses too.
    fn with_forge(
        &self,
        access: Access,
        work: impl FnOnce(&Self, Wired, &GitHubRepository, &ReviewPlace) -> Exit,
    ) -> Exit {
        let mut overrides = match self.overrides() {
            Ok(overrides) => overrides,
            Err(exit) => return exit,
        };
        let name = wire::repository_name(&overrides, self.environment);
        match name.and_then(|name| wire::forge(self.environment, name)) {
            Ok(forge) => {
                overrides.forge = Some(forge.github().clone());
                let place = overrides.review_place();
                self.joined(&overrides, access, Described::Always, |run, wired| work(run, wired, &forge, &place))
            }
            Err(error) => self.refuse(&error),
        }
    }

    fn joined(
        &self,
        overrides: &Overrides,
        access: Access,
        described: Described,
        work: impl FnOnce(&Self, Wired) -> Exit,
    ) -> Exit {
        let progress = cli::progress(&self.output);
        let wired = self.unless_interrupted(wire::wire(overrides, self.environment, access, described, progress));
        let Some(wired) = wired else { return self.interrupted() };
        match wired {
            Ok(wired) => {
                if let Some(place) = wired.missing_index.as_ref().filter(|_| access == Access::Read) {
                    cli::without_index(place, &self.output);
                }
                work(&Run { output: self.output.clone().within(wired.root()), ..*self }, wired)
            }
            Err(error) => self.unwired(error),
        }
    }

    /// Tells why the hands could not be joined.
    fn unwired(&self, error: WireError) -> Exit {
        match error {
            WireError::Config { file, text, error } => {
                // To a check, the configuration is a file of the registry like any other.
                let is_check = matches!(self.args.command, Command::Check(_));
                let exit = if is_check { Exit::Findings } else { Exit::Operator };
                cli::misconfigured(&file, &text, &error, exit, &self.output)
            }
            error => self.refuse(&error),
        }
    }

    /// Syncs and reviews again and again. Asked to end, it ends after the work that is under way; asked once more, at
    /// once.
    fn watch(&self, args: &WatchArgs) -> Result<Exit, Exit> {
        let entrance = cli::entrance(args, self.environment.webhook_secret.clone(), &self.output)?;
        let mut overrides = self.overrides()?;
        let forge = wire::watched_forge(&overrides, self.environment).map_err(|error| self.refuse(&error))?;
        overrides.forge = forge.as_ref().map(|forge| forge.github().clone());
        let (ask, stop) = tokio::sync::watch::channel(false);
        let settings = Settings {
            interval: args.interval,
            turn: Turn::default(),
            mail: Arc::default(),
            record: Arc::new(Record::new(Vitals::new(self.now()?, args.patience()))),
            elapsed: wire::elapsed,
            stop,
        };
        self.runtime.block_on(async {
            if let Some(entrance) = entrance {
                self.listen(entrance, forge.as_ref(), &settings).await?;
            }
            let watch = daemon::watch(settings, || self.reopen(&overrides, forge.clone()), |told| self.told(&told));
            tokio::pin!(watch);
            let ended = tokio::select! {
                biased;
                () = wire::interrupted() => {
                    let _ = ask.send(true);
                    tokio::select! {
                        biased;
                        () = wire::interrupted() => return Err(self.interrupted()),
                        ended = &mut watch => ended,
                    }
                }
                ended = &mut watch => ended,
            };
            ended.map(|()| Exit::Done).map_err(Exit::from)
        })
    }

    /// Opens the door to visitors, who are answered for as long as the program runs.
    async fn listen(
        &self,
        entrance: Entrance,
        forge: Option<&GitHubRepository>,
        settings: &Settings,
    ) -> Result<(), Exit> {
        let front = daemon::front(Front {
            secret: entrance.secret,
            repository: forge.map(|forge| forge.name().clone()),
            mail: Arc::clone(&settings.mail),
            record: Arc::clone(&settings.record),
            health: Arc::new(|vitals| cli::health(vitals, wire::now()).into()),
            metrics: Arc::new(|vitals| Ok(cli::metrics(vitals)).into()),
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
            Told::Resting(pause) => cli::resting(*pause, &self.output),
        }
    }

    /// The curator as it is configured now, and the time. Why there is none is told here.
    async fn reopen(&self, overrides: &Overrides, forge: Option<GitHubRepository>) -> Result<Opened, Unopened> {
        let unopened = |fault, trouble, why| Unopened { fault, trouble, why };
        let clock = || unopened(Fault::Operator, Trouble::Passing, "the clock is wrong".to_owned());
        let now = self.now().map_err(|_| clock())?;
        let progress = Arc::new(|_| {});
        let wired = wire::wire(overrides, self.environment, Access::Write(now), Described::Always, progress).await;
        let curator = Arc::new(wired.map(|wired| wired.curator).map_err(|error| {
            let trouble = if error.is_rewritten() { Trouble::Lasting } else { Trouble::Passing };
            let unopened = unopened(error.fault(), trouble, error.to_string());
            let _ = self.unwired(error);
            unopened
        })?);
        let (place, usage) = (overrides.review_place(), wire::api_use);
        let desk = forge.map(|forge| ForgeDesk { curator: Arc::clone(&curator), forge, place, usage });
        Ok((Seat { curator, desk }, now))
    }

    fn define(&self, args: &NewArgs, wired: Wired) -> Exit {
        match wire::identities(self.environment) {
            Ok(forge) => match wired.folder().cloned() {
                Ok(folder) => self.story(cli::new(&Arc::new(wired.curator), &forge, &folder, args, &self.output)),
                Err(error) => self.refuse(&error),
            },
            Err(error) => self.refuse(&error),
        }
    }

    /// What command line and environment say about places.
    fn overrides(&self) -> Result<Overrides, Exit> {
        let global = &self.args.global;
        let opened = self.environment.opened().map_err(|error| {
            let message = format!("CURATOR_ALLOW_ADDRESSES: {error}");
            cli::refuse(&message, None, Exit::Operator, &self.output)
        })?;
        Ok(Overrides {
            registry: global.registry.clone(),
            registry_path: global.registry_path.clone(),
            registry_branch: global.registry_branch.clone(),
            repository: global.github.clone(),
            forge: None,
            index: global.index.clone(),
            index_branch: global.index_branch.clone(),
            cache: global.cache.clone(),
            stores: global.stores.clone(),
            mirror: global.from_mirror.clone(),
            allow_addresses: [opened, global.allow_addresses.clone()].concat(),
        })
    }

    fn import_bower(&self, args: &BowerArgs, wired: Wired) -> Exit {
        let read = |file: &PathBuf| Ok((file.display().to_string(), wire::read_definition(file)?));
        let lists: Result<Vec<_>, WireError> = args.lists.iter().map(read).collect();
        let state = wired.import_state();
        let Some(registry) = wired.workspace else { return self.refuse(&WireError::NoFolder) };
        let curator = Arc::new(wired.curator);
        match lists {
            Ok(lists) => self.story(cli::import_bower(&curator, &registry, &state, args, &lists, &self.output)),
            Err(error) => self.refuse(&error),
        }
    }

    fn import_purescript(&self, args: &PurescriptArgs) -> Exit {
        let overrides = match self.overrides() {
            Ok(overrides) => overrides,
            Err(exit) => return exit,
        };
        let target = || wire::import_target(&overrides, &args.into).map_err(|error| self.refuse(&error));
        match wire::import_source(&overrides, self.environment) {
            Ok(source) => self.story(cli::import_purescript(source, target, args, &self.output)),
            Err(error) => self.refuse(&error),
        }
    }

    fn check(&self, args: &CheckArgs, wired: Wired) -> Exit {
        let files: Result<Vec<TreePath>, &Path> =
            args.files.iter().map(|file| wired.in_registry(file).ok_or(file.as_path())).collect();
        match files {
            Ok(_) if args.fix && wired.workspace.is_none() => self.refuse(&WireError::NoFolder),
            Ok(files) => {
                let curator = Arc::new(wired.curator);
                let check = cli::check(&curator, wired.workspace.as_ref(), args, files, &self.output);
                self.story(check)
            }
            Err(file) => cli::refuse(
                &format!("{} is no file of the registry", file.display()),
                None,
                Exit::Operator,
                &self.output,
            ),
        }
    }

    /// Does `work` at the time that was given, else at that of the environment, else now.
    fn at(&self, given: Option<Timestamp>, work: impl FnOnce(Timestamp) -> Exit) -> Exit {
        let time = match given.map_or_else(|| self.environment.epoch(), |time| Ok(Some(time))) {
            Ok(Some(time)) => Ok(time),
            Ok(None) => self.now(),
            Err(message) => Err(cli::refuse(&message, None, Exit::Operator, &self.output)),
        };
        time.map_or_else(|exit| exit, work)
    }

    fn now(&self) -> Result<Timestamp, Exit> {
        wire::now().map_err(|error| cli::refuse(&error.to_string(), None, Exit::Operator, &self.output))
    }

    fn pack(&self, args: &PackArgs) -> Exit {
        let definition = match args.definition.as_deref().map(wire::read_definition).transpose() {
            Ok(definition) => definition,
            Err(error) => return self.refuse(&error),
        };
        let (out, file) = match wire::out_file(&args.out) {
            Ok(place) => place,
            Err(error) => return self.refuse(&error),
        };
        let packed = if args.reference.is_some() {
            let (sources, encoder) = match wire::pack_hands(&args.source, cli::PACK_URL) {
                Ok(hands) => hands,
                Err(error) => return self.refuse(&error),
            };
            self.runtime.block_on(cli::pack_git(&sources, &encoder, args, definition.as_deref()))
        } else {
            cli::pack_folder(&wire::folder(&args.source), &wire::encoders(), args, definition.as_deref())
        };
        self.end(packed.and_then(|artifact| cli::write_archive(&out, &file, &artifact, args, &self.output)))
    }

    /// Runs a story to its end, or until somebody interrupts it: then it is dropped where it waits, with its children and
    /// its scratch. A commit on this machine does not wait anywhere, so it is made or not made; of a push that is cut off,
    /// the next run reads whether it was taken.
    fn story(&self, story: impl Future<Output = Result<Exit, cli::Stop>>) -> Exit {
        self.unless_interrupted(story).map_or_else(|| self.interrupted(), |result| self.end(result))
    }

    /// What `work` comes to; `None` where somebody interrupts it.
    fn unless_interrupted<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.runtime.block_on(async {
            tokio::select! {
                // First: the work must not begin anything before the program listens.
                biased;
                () = wire::interrupted() => None,
                result = work => Some(result),
            }
        })
    }

    fn interrupted(&self) -> Exit {
        let way_out = "run this again: it completes what was begun";
        cli::refuse("interrupted", Some(way_out), Exit::TryAgain, &self.output)
    }

    fn end(&self, result: Result<Exit, cli::Stop>) -> Exit {
        cli::end(result, &self.output)
    }

    fn refuse(&self, error: &WireError) -> Exit {
        cli::refuse(&error.to_string(), error.way_out(), error.fault().into(), &self.output)
    }
}
