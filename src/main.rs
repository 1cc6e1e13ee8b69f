//! The program `curator`: parse, wire, run one thing, exit.

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Arc;

use clap::Parser as _;
use curator::cli::{
    self, Args, BowerArgs, CheckArgs, Command, Exit, Format, ImportCommand, InitArgs, MarkArgs, NewArgs, Output,
    PurescriptArgs, ReviewArgs, SignArgs, Stop, Wish,
};
use curator::config::Environment;
use curator::model::{Authorization, ReviewPlace, StatusKind, Timestamp};
use curator::wire::{self, Access, Described, GitHubRepository, Overrides, Trust, WireError, Wired};
use tokio::runtime::Runtime;

#[path = "main/compiling.rs"]
mod compiling;
#[path = "main/mirroring.rs"]
mod mirroring;
#[path = "main/publishing.rs"]
mod publishing;
#[path = "main/serving.rs"]
mod serving;
#[path = "main/using.rs"]
mod using;
#[path = "main/watching.rs"]
mod watching;

fn main() -> ExitCode {
    // Before any secret is read.
    wire::forbid_core_dumps();
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
            Command::Sign(args) => self.sign(args),
            Command::New(args) => self.with(Access::Read, Described::Always, |run, wired| run.define(args, wired)),
            Command::Check(args) => self.with(Access::Read, Described::Always, |run, wired| run.check(args, wired)),
            Command::Compile(args) => self.compile(args),
            Command::Plan(args) => self.with(Access::Read, Described::Always, |run, wired| {
                run.at(None, |now| run.story(cli::plan(&Arc::new(wired.curator), args, now, &run.output)))
            }),
            Command::Sync(args) => self.sync(args),
            Command::Publish(args) => self.publish(args),
            Command::Review(args) => self.review(args),
            Command::Watch(args) => self.watch(args),
            Command::Serve(args) => self.serve(args),
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
            Command::Docs(args) => self.docs(args),
            Command::View(args) => self.view(args),
            Command::Override(args) => self.wish(None, |_| Ok(args.wish())),
            Command::Yank(args) => self.mark(args, StatusKind::Yanked),
            Command::Deprecate(args) => self.mark(args, StatusKind::Deprecated),
            Command::Quarantine(args) => self.mark(args, StatusKind::Quarantined),
            Command::Unpublish(args) => self.wish(args.authorization.as_ref(), |signed| Ok(args.wish(signed))),
            Command::Transfer(args) => self.wish(args.authorization.as_ref(), |signed| args.wish(signed)),
            Command::PackageSet(args) => self.package_set(&args.command),
            Command::Audit(args) => self.with(Access::Read, Described::IfPossible, |run, wired| {
                run.story(cli::audit(&Arc::new(wired.curator), args, &run.output))
            }),
            Command::Use(command) => self.use_packages(command),
            Command::Log(args) => self.with(Access::Read, Described::IfPossible, |run, wired| {
                run.story(cli::chronicle(&wired.curator, args, &run.output))
            }),
        }
    }

    fn review(&self, args: &ReviewArgs) -> Exit {
        let claim = match self.claimed(args.claim.as_deref()) {
            Ok(claim) => claim,
            Err(exit) => return exit,
        };
        let claimed = |wired: Wired| Arc::new(wired.believing(claim.clone()));
        self.at(None, |now| {
            self.with_forge(Access::Read, |run, wired, forge, place| {
                let reopen = async || run.rewired(forge).await.map(claimed);
                run.story(cli::review(claimed(wired), reopen, forge, args, place, now, &run.output))
            })
        })
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

    /// The hands joined once more, as the registry describes them now.
    async fn rewired(&self, forge: &GitHubRepository) -> Result<Wired, Exit> {
        let overrides = Overrides { forge: Some(forge.github().clone()), ..self.overrides()? };
        let progress = cli::progress(&self.output);
        let wired = wire::wire(&overrides, self.environment, Access::Read, Described::Always, progress).await;
        wired.map_err(|error| self.unwired(error))
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

    fn define(&self, args: &NewArgs, wired: Wired) -> Exit {
        match wire::identities(self.environment) {
            Ok(forge) => match wired.folder().cloned() {
                Ok(folder) => self.story(cli::new(&Arc::new(wired.curator), &forge, &folder, args, &self.output)),
                Err(error) => self.refuse(&error),
            },
            Err(error) => self.refuse(&error),
        }
    }

    fn mark(&self, args: &MarkArgs, kind: StatusKind) -> Exit {
        self.wish(args.authorization.as_ref(), |signed| Ok(args.wish(kind, signed)))
    }

    /// Writes the file of a wish, with what an owner signed for it.
    fn wish(
        &self,
        signed: Option<&PathBuf>,
        wish: impl FnOnce(Option<Authorization>) -> Result<(Wish, String), Stop>,
    ) -> Exit {
        let signed = match signed.map(|file| wire::read_authorization(file)).transpose() {
            Ok(signed) => signed,
            Err(error) => return self.refuse(&error),
        };
        self.with(Access::Read, Described::Always, |run, wired| match wire::identities(run.environment) {
            Ok(forge) => match wired.folder().cloned() {
                Ok(folder) => {
                    let curator = Arc::new(wired.curator);
                    run.story(async { cli::wish(&curator, &forge, &folder, wish(signed)?, &run.output).await })
                }
                Err(error) => run.refuse(&error),
            },
            Err(error) => run.refuse(&error),
        })
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
            archives: Vec::new(),
            mirror: global.from_mirror.clone(),
            allow_addresses: [opened, global.allow_addresses.clone()].concat(),
            trust: if self.args.command.trusts() { Trust::Given } else { Trust::Withheld },
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
        match wired.files_in_registry(&args.files) {
            Ok(_) if args.fix && wired.workspace.is_none() => self.refuse(&WireError::NoFolder),
            Ok(files) => {
                let curator = Arc::new(wired.curator);
                let check = cli::check(&curator, wired.workspace.as_ref(), args, files, &self.output);
                self.story(check)
            }
            Err(file) => self.no_file(file),
        }
    }

    fn no_file(&self, file: &Path) -> Exit {
        let message = format!("{} is no file of the registry", file.display());
        cli::refuse(&message, None, Exit::Operator, &self.output)
    }

    /// Does `work` at the time that was given, else at that of the environment, else now.
    fn at(&self, given: Option<Timestamp>, work: impl FnOnce(Timestamp) -> Exit) -> Exit {
        let time = match (given, &self.environment.source_date_epoch) {
            (Some(time), _) => Ok(time),
            (None, Some(epoch)) => epoch_time(epoch),
            (None, None) => wire::now().map_err(|error| error.to_string()),
        };
        match time {
            Ok(time) => work(time),
            Err(message) => cli::refuse(&message, None, Exit::Operator, &self.output),
        }
    }

    fn sign(&self, args: &SignArgs) -> Exit {
        let operation = match args.operation() {
            Ok(operation) => operation,
            Err(stop) => return self.end(Err(stop)),
        };
        let passphrase = self.environment.key_passphrase.as_ref();
        match wire::owner_key(args.key(), passphrase, &cli::passphrase_prompt(args.key())) {
            Ok(key) => self.end(cli::sign(&key, &operation, &self.output)),
            Err(error) => self.refuse(&error),
        }
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

/// Reads `SOURCE_DATE_EPOCH`: whole seconds since 1970 (reproducible-builds.org/specs/source-date-epoch).
fn epoch_time(text: &str) -> Result<Timestamp, String> {
    let millis = text.parse::<i64>().ok().and_then(|seconds| seconds.checked_mul(1000));
    let time = millis.and_then(|millis| Timestamp::from_unix_millis(millis).ok());
    time.ok_or_else(|| format!("SOURCE_DATE_EPOCH is '{text}', which is no number of seconds since 1970"))
}
