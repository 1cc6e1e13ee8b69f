//! The commands. The help texts are read before any manual: each shows how the command is used.

use clap::Subcommand;

use super::args::{CheckArgs, ExplainArgs, PlanArgs, RebuildArgs, SchemaArgs, SyncArgs};
use super::audit::AuditArgs;
use super::chronicle::LogArgs;
use super::compile::CompileArgs;
use super::docs::DocsArgs;
use super::import::ImportArgs;
use super::init::InitArgs;
use super::new::NewArgs;
use super::pack::PackArgs;
use super::package_set::PackageSetArgs;
use super::publish::PublishArgs;
use super::review::ReviewArgs;
use super::serve::ServeArgs;
use super::sign::SignArgs;
use super::use_command::UseCommand;
use super::view::ViewArgs;
use super::watch::WatchArgs;
use super::wish::{MarkArgs, OverrideArgs, TransferArgs, UnpublishArgs};

/// The commands.
#[derive(Debug, Subcommand)]
pub enum Command {
    /// Make a new registry
    #[command(after_help = "\
Examples:
  curator init my-registry && cd my-registry && curator check
  curator init my-registry --github acme/registry --trustee 583231=octocat --sums SHA256SUMS

No file is overwritten. With --github it says what is left to do on GitHub by hand.")]
    Init(InitArgs),
    /// Write the definition of a version from its source
    #[command(after_help = "\
Examples:
  curator new github:purescript/purescript-maybe --ref v6.0.0 --compiler 0.15.15
  curator new https://git.example.org/text-kit.git --ref v1.0.0 --subdir wrap
  GITHUB_TOKEN=… curator new github:acme/maps --ref v1.0.0       with the limits of an account

A new package also gets its registration, with the numeric ids of repository and owner where
GitHub tells them. No file is overwritten.")]
    New(NewArgs),
    /// Find everything that is wrong with what is wanted
    #[command(after_help = "\
Examples:
  curator check                                     everything that is wanted
  curator check packages/pr/prelude/6.0.1.json      one file
  curator check --base origin/main                  what this branch changes
  curator check --fix                               mend what a machine can mend
  curator check --offline                           without fetching sources
  curator explain R024                              what a code means")]
    Check(CheckArgs),
    /// Compile versions with their dependencies, in a sandbox without a network
    #[command(after_help = "\
Examples:
  curator compile --trust packages/pr/prelude/6.0.1.json        what this definition would publish
  curator compile --trust prelude@6.0.1                         a version that is wanted or published
  curator compile --pull 7 --claim claim.json --registry https://github.com/acme/registry.git

[verify] in curator.toml says with what. Nothing is run where the environment holds what looks
like a secret, or where no sandbox holds: it needs Linux, and bubblewrap or util-linux.")]
    Compile(CompileArgs),
    /// Tell what a code means, why, and how to mend it
    #[command(after_help = "Examples:\n  curator explain R024\n  curator explain          list every code")]
    Explain(ExplainArgs),
    /// Print the JSON Schema of a file of the registry
    #[command(after_help = "Examples:\n  curator schema definition\n  curator schema           list every kind")]
    Schema(SchemaArgs),
    /// Show what separates the wanted from the published; writes nothing
    #[command(after_help = "\
Examples:
  curator plan                                      the steps
  curator plan --preview                            with hash, size, files and differences of each archive
  curator plan --preview --format markdown          for a comment on a pull request")]
    Plan(PlanArgs),
    /// Publish what is wanted; run again, it does nothing and says so
    #[command(after_help = "\
Examples:
  curator sync
  SOURCE_DATE_EPOCH=1790000000 curator sync         publish with a given time")]
    Sync(SyncArgs),
    /// Sync again and again, whenever something is wanted or owed; stops after the sync under way when it is told to end
    #[command(after_help = "\
Examples:
  curator watch --interval 60s --registry https://git.example.org/registry.git --index https://git.example.org/index.git
  curator watch --registry /srv/registry.git --index /srv/index.git --store /srv/store
  curator watch --listen 127.0.0.1:8787 --log-format json …   take webhooks, and offer /healthz and /metrics")]
    Watch(WatchArgs),
    /// Serve a mirror or an index to whoever reads it by HTTP
    #[command(after_help = "\
Examples:
  curator serve /srv/mirror
  curator serve /srv/mirror --listen 127.0.0.1:0 --format json
  curator serve /srv/mirror --listen 0.0.0.0:8080 --public

Any web server can do the same: the folder is plain files. It stops, with exit code 0, when it is told to end.")]
    Serve(ServeArgs),
    /// Review pull requests: say what would be published, and merge what the registry's rules let in
    #[command(after_help = "\
Examples:
  curator review --pull 7 --registry https://github.com/acme/registry.git
  curator review --open --dispatch sync.yml --registry https://github.com/acme/registry.git
  curator review --pull 7 --read-only --format markdown --registry https://github.com/acme/registry.git")]
    Review(ReviewArgs),
    /// Show what is owed: what failed, why, and when it is tried again
    #[command(after_help = "Examples:\n  curator status\n  curator sync --retry          try all of it now")]
    Status,
    /// Make the documentation of published versions again, and send it to its host
    #[command(after_help = "\
Examples:
  curator docs prelude@6.0.1
  curator docs --all --dry-run

[docs] in curator.toml says with what, and where it goes. `curator sync` does it by itself, and tries again.")]
    Docs(DocsArgs),
    /// Show the index in the formats that other clients read
    #[command(after_help = "\
Examples:
  curator view                     bring every view up to date
  curator view spago --full        make one anew, whatever stands there
  curator view --dry-run           say what would be written

Each [[view]] in curator.toml names a format and where it goes. `curator sync` brings all of them up to date.")]
    View(ViewArgs),
    /// Give a published version other bounds, without a new release
    #[command(after_help = "\
Examples:
  curator override tally@1.1.0 --dependency 'abacus >=1.0.0 <3.0.0' --reason 'it works with abacus 2'

It writes overrides/<ab>/<name>/<version>.json. A trustee approves; archive and hash stay.")]
    Override(OverrideArgs),
    /// Keep a version for lock files, and have resolvers skip it
    #[command(
        after_help = "Examples:\n  curator yank tally@1.0.0 --reason 'wrong results'\n  curator yank tally@1.0.0 --undo"
    )]
    Yank(MarkArgs),
    /// Recommend something else instead of a version or a package, which still works
    #[command(after_help = "Examples:\n  curator deprecate tally --reason 'unmaintained' --replacement abacus")]
    Deprecate(MarkArgs),
    /// Withhold a version or a package until it is known to be harmless; a trustee's matter
    #[command(
        after_help = "Examples:\n  curator quarantine tally@1.0.0 --reason 'under investigation'\n  curator quarantine tally@1.0.0 --undo"
    )]
    Quarantine(MarkArgs),
    /// Withdraw a version for good: its bytes leave the stores, and its name never comes back
    #[command(after_help = "\
Examples:
  curator unpublish tally@1.0.0 --reason 'a key was in it'
  curator unpublish tally@1.0.0 --reason 'a key was in it' --authorization signed.json

Maintainers and owners may within 48 hours of the publication, as long as nothing needs it.")]
    Unpublish(UnpublishArgs),
    /// Say that the source of a package is elsewhere from now on
    #[command(after_help = "Examples:\n  curator transfer tally github:new-owner/purescript-tally")]
    Transfer(TransferArgs),
    /// Pack a folder, or a git repository at a tag, as it would be published
    #[command(after_help = "\
Examples:
  curator pack . --out my-package-1.0.0.tar.gz
  curator pack ../purescript-maybe.git --ref v6.0.0 --out maybe.tar.gz
  curator pack source.bundle --ref v1.0.0 --definition packages/ma/maybe/1.0.0.json --out maybe.tar.gz")]
    Pack(PackArgs),
    /// Publish a folder of this machine into a registry of plain folders, in one go
    #[command(after_help = "\
Examples:
  curator publish ./my-package --registry ../my-registry --dry-run      everything that would be written
  curator publish ./my-package --registry ../my-registry
  curator publish . --provenance my-package.intoto.jsonl

The folder's purs.json or spago.yaml says what it is. Every check of `curator check` runs first; a
version is published once. A registry in git takes pull requests instead: see `curator new`.")]
    Publish(PublishArgs),
    /// Pack published versions again and compare them with the index
    #[command(after_help = "\
Examples:
  curator rebuild prelude@6.0.1 maybe@6.0.0
  curator rebuild --all
  curator rebuild --all --encoder gnu-gzip-6        what another encoder would make")]
    Rebuild(RebuildArgs),
    /// Sign a request as an owner, with a key of OpenSSH
    #[command(after_help = "\
Examples:
  curator sign unpublish text-kit@1.0.0 --reason 'a password was in it' --key ~/.ssh/id_ed25519
  curator sign transfer text-kit --to github:acme/text-kit --key ~/.ssh/id_ed25519
  curator sign yank text-kit@1.0.0 --reason 'loses the last line' --key ~/.ssh/id_ed25519

What it prints is the value of \"authorization\" in the file that asks for the change. It needs no
registry, and the key never leaves this machine.")]
    Sign(SignArgs),
    /// Turn packages that exist elsewhere into a registry of your own
    Import(ImportArgs),
    /// Make the next package set, or look at one: versions that go together
    PackageSet(PackageSetArgs),
    /// Compare index, metadata, stores and definitions with each other, or look through their history
    #[command(after_help = "\
Examples:
  curator audit
  curator audit --registry ../registry --index ../registry-index     a plain copy of the PureScript registry
  curator audit --format json
  curator audit --history                                            what the commits did to what is published
  curator audit --history --since 2026-02-01 --format json           every day, for a program")]
    Audit(AuditArgs),
    /// Tell what happened, who did it and by which authority, from the commits of registry and index
    #[command(after_help = "\
Examples:
  curator log                                       everything, the newest first
  curator log prelude                               one package
  curator log prelude@6.0.1                         one version, and why it looks the way it does
  curator log --since 2026-02-01 --reverse --format json

Git proves what changed. Who proposed and approved it is what the message of a merge says;
whoever may write to the registry can write such a message.")]
    Log(LogArgs),
    /// What users of packages, and those who mirror them, do
    #[command(flatten)]
    Use(UseCommand),
}
