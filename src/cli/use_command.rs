//! The commands of those who use packages, and of those who mirror them: none of them needs a registry.

use clap::Subcommand;

use super::client::{
    AddArgs, InfoArgs, InstallArgs, OutdatedArgs, RemoveArgs, ResolveArgs, SearchArgs, TreeArgs, UpdateArgs,
};
use super::mirror::{MirrorArgs, RestoreArgs, VerifyArgs};

/// The commands of those who use packages.
#[derive(Debug, Subcommand)]
pub enum UseCommand {
    /// Choose versions that fit together, or say why none do
    #[command(after_help = "\
Examples:
  curator resolve                                   what the project in this folder asks for
  curator resolve --lock                            and write it into curator.lock
  curator resolve prelude 'maybe@>=6.0.0 <7.0.0' --index https://git.example.org/index.git
  curator resolve --minimal-versions                whether the lower bounds are true

--index names a git repository, a folder, or a URL that ends in / for files on a web server;
so do CURATOR_INDEX, and `index` in curator.project.toml.")]
    Resolve(ResolveArgs),
    /// Use packages: put them into the project's file, lock and install them
    #[command(after_help = "\
Examples:
  curator add prelude
  curator add 'maybe@>=6.0.0 <7.0.0'
  curator add text-wrap --as wrap                   in a curator.project.toml")]
    Add(AddArgs),
    /// Use packages no more
    #[command(after_help = "Examples:\n  curator remove prelude")]
    Remove(RemoveArgs),
    /// Install what the project uses, as its lock file says
    #[command(after_help = "\
Examples:
  curator install
  curator install --locked                          what curator.lock says or nothing, for CI
  curator install --locked --offline                from what this machine keeps

What a project uses is unpacked below .curator/packages, once its bytes hash to what the index
says. Where one store fails or gives other bytes, the next one is asked, and told of.")]
    Install(InstallArgs),
    /// Choose newer versions, within what the project asks for
    #[command(after_help = "Examples:\n  curator update\n  curator update prelude")]
    Update(UpdateArgs),
    /// Show what the project uses, and through what
    #[command(after_help = "Examples:\n  curator tree")]
    Tree(TreeArgs),
    /// Show what is newer than what the project uses
    #[command(after_help = "Examples:\n  curator outdated")]
    Outdated(OutdatedArgs),
    /// Find packages by words
    #[command(after_help = "Examples:\n  curator search text wrap")]
    Search(SearchArgs),
    /// Show what is known of a package or a version
    #[command(after_help = "Examples:\n  curator info prelude\n  curator info prelude@6.0.1")]
    Info(InfoArgs),
    /// Compare archives with what was published of them: hashes, manifest, index and metadata
    #[command(after_help = "\
Examples:
  curator verify prelude@6.0.1
  curator verify prelude-6.0.1.tar.gz               an archive from anywhere
  curator verify --all --from /srv/mirror --index /srv/mirror --offline
  curator verify --all --hash-only ...              every night, the whole of it now and then")]
    Verify(VerifyArgs),
    /// Keep a copy of a registry as plain files, for any web server
    #[command(after_help = "\
Examples:
  curator mirror https://git.example.org/index.git /srv/mirror
  curator mirror https://packages.example.org/ /srv/mirror --workers 8
  curator mirror https://git.example.org/index.git /srv/mirror --registry https://git.example.org/registry.git

Run again, it asks only for what is new; cut off, it goes on where it was. Every archive is
hashed before it is kept. With --registry it holds a copy of what people wrote, too, so that
`curator restore` can make the registry again, to the byte.")]
    Mirror(MirrorArgs),
    /// Make a working registry of a mirror alone
    #[command(
        after_help = "Examples:\n  curator restore --from /srv/mirror --to new-home && cd new-home && curator plan"
    )]
    Restore(RestoreArgs),
}
