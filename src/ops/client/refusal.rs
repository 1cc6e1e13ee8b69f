//! Why a user of packages is not served.

use crate::model::{Fault, PackageName, Sha256, Version};
use crate::rules::project::ProjectError;

/// Why a user of packages is not served. Nothing is half done: the project is as it was.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Refusal {
    /// The folder is no project.
    #[error("there is no project here: none of curator.project.toml, purs.json and spago.yaml")]
    NoProject,
    /// What the project's file says cannot be used.
    #[error(transparent)]
    Project(#[from] ProjectError),
    /// The lock file cannot be used.
    #[error("curator.lock: {reason}")]
    Lock {
        /// Why.
        reason: String,
    },
    /// The lock file was asked for, and is not what the project asks for.
    #[error("curator.lock is not what {file} asks for: {reason}")]
    Stale {
        /// The project's file.
        file: String,
        /// How they differ.
        reason: String,
    },
    /// No versions fit together.
    #[error("{explanation}")]
    Unresolved {
        /// Why, step by step.
        explanation: String,
    },
    /// The index does not know a package.
    #[error("there is no package {name}{alike}")]
    NoPackage {
        /// The name.
        name: PackageName,
        /// What it may have been meant to be, as the rest of the sentence.
        alike: String,
    },
    /// The index does not have a version.
    #[error("{name}@{version} {why}")]
    NoVersion {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What became of it.
        why: String,
    },
    /// A locked version must not be used.
    #[error("{name}@{version} of curator.lock must not be used: {why}")]
    Withheld {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// Why.
        why: String,
    },
    /// The index says of a locked version that its archive is another one.
    #[error("the archive of {name}@{version} is {locked} by curator.lock, and {indexed} by the index")]
    Changed {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What was locked.
        locked: Sha256,
        /// What the index says.
        indexed: Sha256,
    },
    /// No place has the archive as it was published.
    #[error("the archive of {name}@{version} cannot be had: {reason}")]
    NoArchive {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What each place said.
        reason: String,
        /// Whether it may be there later.
        transient: bool,
    },
    /// An archive is the one that was published, and nobody should unpack it.
    #[error("the archive of {name}@{version} {reason}")]
    Unsound {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// What is wrong with it.
        reason: String,
    },
    /// There is no index at a place.
    #[error("{place} is no index: {reason}")]
    NoIndex {
        /// The place.
        place: String,
        /// Why.
        reason: String,
    },
    /// A file is the archive of no package.
    #[error("{file} is the archive of no package: {reason}")]
    NoPackageFile {
        /// The file.
        file: String,
        /// Why.
        reason: String,
    },
    /// A folder is no mirror, or not whole.
    #[error("{place} is no mirror that can be used: {reason}")]
    NoMirror {
        /// The folder.
        place: String,
        /// Why.
        reason: String,
    },
    /// An alias is the name of another package that the project uses.
    #[error("the project cannot call {package} by the name {alias}: it uses another package that is called so")]
    Hidden {
        /// The alias.
        alias: PackageName,
        /// The package behind it.
        package: PackageName,
    },
    /// An index lost or changed what was published.
    #[error("the index was rolled back or rewritten: {what}; nothing was written")]
    RolledBack {
        /// What it lost.
        what: String,
    },
    /// The project does not use a package.
    #[error("the project does not use {0}")]
    NotUsed(PackageName),
}

impl Refusal {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        match self {
            Self::NoArchive { transient: true, .. } => Fault::Transient,
            Self::NoArchive { .. }
            | Self::Changed { .. }
            | Self::Unsound { .. }
            | Self::NoIndex { .. }
            | Self::NoProject
            | Self::NoMirror { .. }
            | Self::RolledBack { .. } => Fault::Operator,
            _ => Fault::Author,
        }
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::NoProject => Some("run this in the folder of a project, or begin one with `curator add NAME`"),
            Self::Project(ProjectError::Uneditable { .. }) => {
                Some("change the dependencies there by hand, then run `curator install`")
            }
            Self::Project(ProjectError::NoAny { .. }) => {
                Some("name the package alone: then the range is that of the versions compatible with the highest")
            }
            Self::Project(ProjectError::NoAlias { .. }) => {
                Some("only curator.project.toml knows aliases: leave --as out")
            }
            Self::Lock { .. } => Some("restore it from your history, or remove it and run `curator install`"),
            Self::Stale { .. } => {
                Some("run `curator install` without --locked, and commit the lock file that it writes")
            }
            Self::Changed { .. } => Some(
                "a published version never changes: one of the two was tampered with. Compare the lock file with your history, \
                 and the index with a mirror (`curator verify --from MIRROR`)",
            ),
            Self::Withheld { .. } => Some("run `curator update` with its name to choose another version"),
            Self::NoArchive { .. } => Some("name another place that has it with --store, or run this again later"),
            Self::NoMirror { .. } => {
                Some("name another folder, or bring the mirror up to date with `curator mirror SOURCE DIR`")
            }
            Self::RolledBack { .. } => Some(
                "find out who rewrote it: `curator audit --history` tells of an index in git. If the new state is meant, mirror it \
                 into a new folder",
            ),
            Self::Unsound { .. } => Some(
                "nothing of it was unpacked: tell whoever keeps the registry; until then `curator add NAME@RANGE` can ask for other \
                 versions",
            ),
            Self::NoIndex { .. } => Some(
                "an index is a git repository, a folder, a URL that git fetches from, or a URL that ends in / for files on a web \
                 server: name it with --index, in CURATOR_INDEX, or as `index` in curator.project.toml",
            ),
            Self::Hidden { .. } => Some("give it another alias in curator.project.toml"),
            Self::NotUsed(_) => Some("`curator tree` shows what it uses"),
            Self::NoPackage { .. } => Some("`curator search WORD` looks through names and descriptions"),
            _ => None,
        }
    }
}
