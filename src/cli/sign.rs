//! `curator sign`.

use std::path::{Path, PathBuf};

use clap::Subcommand;

use crate::model::{Location, Operation, OwnerStatus, PackageName, Reason, SignedStatus, TreePath, Version};
use crate::ops::{self, Stop};
use crate::ports::Signer;
use crate::rules::report;

use super::args::{Format, package_or_version, package_version};
use super::exit::Exit;
use super::output::Output;

/// What `sign` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SignArgs {
    /// What is signed.
    #[command(subcommand)]
    pub what: SignCommand,
}

/// What an owner can sign.
#[derive(Debug, Clone, Subcommand)]
pub enum SignCommand {
    /// That a version goes for good
    #[command(after_help = "\
Example:
  curator sign unpublish text-kit@1.0.0 --reason 'a password was in it' --key ~/.ssh/id_ed25519")]
    Unpublish(SignedUnpublishArgs),
    /// That the source of a package is elsewhere from now on
    #[command(after_help = "\
Example:
  curator sign transfer text-kit --to github:acme/text-kit --key ~/.ssh/id_ed25519")]
    Transfer(SignedTransferArgs),
    /// That a version, or every one, is skipped by resolvers and kept for lock files
    #[command(after_help = "\
Example:
  curator sign yank text-kit@1.0.0 --reason 'loses the last line' --key ~/.ssh/id_ed25519")]
    Yank(StatusArgs),
    /// That something else is recommended instead of a version, or of every one
    #[command(after_help = "\
Example:
  curator sign deprecate text-kit --reason 'not looked after' --replacement strings --key ~/.ssh/id_ed25519")]
    Deprecate(StatusArgs),
}

/// What `sign unpublish` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SignedUnpublishArgs {
    /// The version
    #[arg(value_name = "NAME@VERSION", value_parser = package_version)]
    pub version: (PackageName, Version),
    /// Why: exactly what the status file says
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
    /// The key that signs.
    #[command(flatten)]
    pub key: KeyArgs,
}

/// What `sign transfer` takes.
#[derive(Debug, Clone, clap::Args)]
pub struct SignedTransferArgs {
    /// The package
    #[arg(value_name = "NAME")]
    pub name: PackageName,
    /// Where its source is: an https URL, or github:owner/repository
    #[arg(long, value_name = "LOCATION")]
    pub to: String,
    /// The folder of the package in the repository [default: its top]
    #[arg(long, value_name = "DIR")]
    pub subdir: Option<TreePath>,
    /// The key that signs.
    #[command(flatten)]
    pub key: KeyArgs,
}

/// What `sign yank` and `sign deprecate` take.
#[derive(Debug, Clone, clap::Args)]
pub struct StatusArgs {
    /// The version, or the package for every one of its versions
    #[arg(value_name = "NAME[@VERSION]", value_parser = package_or_version)]
    pub version: (PackageName, Option<Version>),
    /// Why: exactly what the status file says
    #[arg(long, value_name = "TEXT")]
    pub reason: Reason,
    /// The package to use instead
    #[arg(long, value_name = "NAME")]
    pub replacement: Option<PackageName>,
    /// The key that signs.
    #[command(flatten)]
    pub key: KeyArgs,
}

/// The key that signs.
#[derive(Debug, Clone, clap::Args)]
pub struct KeyArgs {
    /// The owner's private key, an Ed25519 key of OpenSSH; its passphrase is asked for, or read from
    /// `CURATOR_KEY_PASSPHRASE`
    #[arg(long = "key", value_name = "FILE")]
    pub file: PathBuf,
}

impl SignArgs {
    /// The file of the private key.
    #[must_use]
    pub fn key(&self) -> &Path {
        match &self.what {
            SignCommand::Unpublish(args) => &args.key.file,
            SignCommand::Transfer(args) => &args.key.file,
            SignCommand::Yank(args) | SignCommand::Deprecate(args) => &args.key.file,
        }
    }

    /// What is signed.
    ///
    /// # Errors
    /// [`Stop::Usage`] where the new location is none.
    pub fn operation(&self) -> Result<Operation, Stop> {
        let status = |args: &StatusArgs, kind| {
            let ((name, version), reason) = (args.version.clone(), args.reason.clone());
            let status = SignedStatus { reason, replacement: args.replacement.clone(), kind };
            Operation::SetStatus { name, status, version }
        };
        Ok(match &self.what {
            SignCommand::Unpublish(args) => {
                let ((name, version), reason) = (args.version.clone(), args.reason.clone());
                Operation::Unpublish { name, reason, version }
            }
            SignCommand::Transfer(args) => {
                let location = Location::parse_url(&args.to, args.subdir.clone());
                let new_location = location.map_err(|error| Stop::Usage(format!("'{}': {error}", args.to)))?;
                Operation::Transfer { name: args.name.clone(), new_location }
            }
            SignCommand::Yank(args) => status(args, OwnerStatus::Yanked),
            SignCommand::Deprecate(args) => status(args, OwnerStatus::Deprecated),
        })
    }
}

/// What a person is asked who signs with an encrypted key.
#[must_use]
pub fn passphrase_prompt(file: &Path) -> String {
    report::passphrase_prompt(&file.display().to_string())
}

/// Signs, prints the signed request, and says to a person where it belongs.
///
/// # Errors
/// [`Stop`], as the story tells.
pub fn sign<S: Signer>(signer: &S, operation: &Operation, output: &Output) -> Result<Exit, Stop> {
    let authorization = ops::sign(signer, operation)?;
    output.json(&report::authorization_json(&authorization));
    if output.format == Format::Human {
        output.note(&report::authorization_note(operation, signer.owner()));
    }
    Ok(Exit::Done)
}
