//! The command line: what a person types, and one subcommand for one story.

mod args;
mod audit;
mod check;
mod chronicle;
mod client;
mod command;
mod compile;
mod docs;
mod end;
mod exit;
mod explain;
mod import;
mod import_bower;
mod init;
mod log;
mod mirror;
mod new;
mod output;
mod pack;
mod package_set;
mod plan;
mod progress;
mod publish;
mod rebuild;
mod review;
mod schema;
mod serve;
mod sign;
mod status;
mod sync;
mod use_command;
mod view;
mod watch;
mod wish;

pub use args::{
    Args, CheckArgs, ExplainArgs, Format, GlobalArgs, LogFormat, PlanArgs, RebuildArgs, RunArgs, SchemaArgs, SyncArgs,
};
pub use audit::{AuditArgs, audit};
pub use check::check;
pub use chronicle::{LogArgs, chronicle};
pub use client::{
    AddArgs, ClientArgs, InfoArgs, InstallArgs, OutdatedArgs, PackageRequest, RemoveArgs, ResolveArgs, SearchArgs,
    TermsArgs, TreeArgs, UpdateArgs, add, info, install, outdated, remove, resolve, search, tree, update,
};
pub use command::Command;
pub use compile::{CompileArgs, Origin, Workshop, claimed, compile, trusted, unclaimed, without_secrets};
pub use docs::{DocsArgs, docs};
pub use end::{end, misconfigured, misused, refuse, without_index};
pub use exit::Exit;
pub use explain::explain;
pub use import::{ImportArgs, ImportCommand, PurescriptArgs, import_purescript};
pub use import_bower::{BowerArgs, import_bower};
pub use init::{GitHubArgs, InitArgs, init};
pub use log::log;
pub use mirror::{MirrorArgs, RestoreArgs, VerifyArgs, VerifyTarget, mirror, restore, verify};
pub use new::{NewArgs, new};
pub use output::Output;
pub use pack::{PACK_URL, PackArgs, pack_folder, pack_git, write as write_archive};
pub use package_set::{PackageSetArgs, PackageSetCommand, SetCheckArgs, check_set, propose_set, update_set};
pub use plan::plan;
pub use progress::progress;
pub use publish::{PublishArgs, PublishPlaces, publish, rehearse};
pub use rebuild::rebuild;
pub use review::{ReviewArgs, review};
pub use schema::schema;
pub use serve::{ServeArgs, may_listen, serving};
pub use sign::{
    KeyArgs, SignArgs, SignCommand, SignedTransferArgs, SignedUnpublishArgs, StatusArgs, passphrase_prompt, sign,
};
pub use status::status;
pub use sync::{sync, sync_and_announce};
pub use use_command::UseCommand;
pub use view::{ViewArgs, view};
pub use watch::{
    Entrance, WatchArgs, entrance, health, is_well, listening, metrics, receipt, resting, troubled, unreviewed,
    unreviewing, untold, waiting, watched,
};

pub use wish::{MarkArgs, OverrideArgs, Subject, TransferArgs, UnpublishArgs, wish};

pub use crate::ops::client::{VerifySubject, project_here as project_places};
pub use crate::ops::mirror::Restored;
pub use crate::ops::{Stop, Wish};
