//! The governance log: what happened to packages and to the registry itself, who did it, and by which authority.

use std::str::FromStr;

use super::advisory_id::AdvisoryId;
use super::change::Touch;
use super::digest::Sha256;
use super::encoder::EncoderName;
use super::finding::Area;
use super::git_ref::{CommitId, Ref};
use super::history::Walked;
use super::location::Location;
use super::mandate::{Claims, Warrant};
use super::name::PackageName;
use super::range::Range;
use super::status::{Mark, StatusKind};
use super::text::Reason;
use super::time::{Date, Timestamp};
use super::tree::TreePath;
use super::version::Version;

/// Whom a log is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogScope {
    /// The package.
    pub package: PackageName,
    /// One version of it; all of it, for `None`.
    pub version: Option<Version>,
}

/// Why a text names neither a package nor a version of one.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("write it as name or name@version, like prelude or prelude@6.0.1: {0}")]
pub struct LogScopeError(String);

impl FromStr for LogScope {
    type Err = LogScopeError;

    fn from_str(text: &str) -> Result<Self, LogScopeError> {
        match text.rsplit_once('@') {
            // A scoped name begins with the same character.
            Some((name, version)) if !name.is_empty() => {
                let package = name.parse().map_err(|error| LogScopeError(format!("{error}")))?;
                let version = version.parse().map_err(|error| LogScopeError(format!("{error}")))?;
                Ok(Self { package, version: Some(version) })
            }
            _ => {
                let package = text.parse().map_err(|error| LogScopeError(format!("{error}")))?;
                Ok(Self { package, version: None })
            }
        }
    }
}

/// The package and the version that something happened to; neither, where it happened to the registry itself.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Default)]
pub struct About {
    /// The package.
    pub package: Option<PackageName>,
    /// The version; the whole package, for `None`.
    pub version: Option<Version>,
}

/// A commit that did something. Names and title are a stranger's words, never safe to show as they are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogCommit {
    /// The repository it is in.
    pub area: Area,
    /// Its id.
    pub id: String,
    /// When it was recorded.
    pub time: Timestamp,
    /// Who made the change, as `Name <address>`.
    pub author: String,
    /// Who recorded it, as `Name <address>`.
    pub committer: String,
    /// The first characters of the first line of its message.
    pub title: String,
    /// The commit that was merged, where it is a merge.
    pub merged: Option<String>,
    /// What its message says of who decided.
    pub record: Record,
}

/// What the message of a commit says of who decided, and how much of that git proves.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Record {
    /// It names pull request and people, and git proves that the head which it names is what was merged.
    Merge(Claims),
    /// It names pull request and people. It is no merge, so git proves nothing of that.
    Squash(Claims),
    /// It is a commit of the index that names the commit of the registry from which it was made.
    Synced(CommitId),
    /// It has lines that look like such a record, and does not count: it is not well-formed, names another head than the
    /// one that was merged, or is a commit whose message its proposer wrote.
    Void,
    /// It says nothing of that.
    Silent,
}

impl Record {
    /// What is claimed, where that counts.
    #[must_use]
    pub fn claims(&self) -> Option<&Claims> {
        match self {
            Self::Merge(claims) | Self::Squash(claims) => Some(claims),
            Self::Synced(_) | Self::Void | Self::Silent => None,
        }
    }
}

/// One thing that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LogEntry {
    /// The commit: a place in [`RegistryLog::commits`]; `None` where the place keeps no history.
    pub commit: Option<usize>,
    /// When; `None` where nothing tells.
    pub when: Option<Timestamp>,
    /// Registry or index.
    pub area: Area,
    /// The file that tells it.
    pub file: TreePath,
    /// To whom.
    pub about: About,
    /// What.
    pub what: Happening,
    /// By which authority, as the message of the commit says; empty, where it does not.
    pub by: Vec<Warrant>,
}

/// A range before and after; `None` where it is not known, or where there is none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RangeChange {
    /// The dependency.
    pub name: PackageName,
    /// Before.
    pub before: Option<Range>,
    /// After.
    pub after: Option<Range>,
}

/// What can happen.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Happening {
    /// A name was registered.
    Registered {
        /// Where its source is.
        location: Location,
        /// Who may publish it, by number.
        maintainers: Vec<u64>,
    },
    /// A registration was removed.
    Deregistered,
    /// The source is another one from now on.
    Transferred {
        /// Before.
        from: Location,
        /// After.
        to: Location,
    },
    /// The forge's number of the source repository is another one.
    Renumbered {
        /// Before.
        from: Option<u64>,
        /// After.
        to: Option<u64>,
    },
    /// Other people may publish.
    Maintainers {
        /// Those who came, by number.
        added: Vec<u64>,
        /// Those who went, by number.
        removed: Vec<u64>,
    },
    /// Other keys may sign for the package.
    Owners {
        /// How many came.
        added: usize,
        /// How many went.
        removed: usize,
    },
    /// A version is wanted.
    Defined {
        /// The tag, where it can be read.
        reference: Option<Ref>,
        /// The pinned commit.
        commit: Option<CommitId>,
        /// The digest of the file.
        digest: Sha256,
        /// Whether it came, or one that was there changed.
        touch: Touch,
    },
    /// A definition was removed.
    Undefined,
    /// A bound override was set.
    Overridden {
        /// Its revision.
        revision: u64,
        /// The revision before it.
        before: Option<u64>,
        /// What became of the ranges.
        ranges: Vec<RangeChange>,
        /// Why.
        reason: Reason,
    },
    /// A bound override was removed.
    OverrideRemoved {
        /// Its revision.
        revision: u64,
    },
    /// A status was set.
    StatusSet {
        /// The status.
        kind: StatusKind,
        /// The status before it.
        before: Option<StatusKind>,
        /// Why.
        reason: Reason,
        /// What to use instead.
        replacement: Option<PackageName>,
    },
    /// A status was taken back.
    StatusRemoved {
        /// Which.
        kind: StatusKind,
    },
    /// An advisory came, changed or went.
    Advisory(AdvisoryId, Touch),
    /// The wishes for the next package set came, changed or went.
    SetWanted(Touch),
    /// Another file of the registry or the index: its rules, programs and texts.
    Configuration(Touch),
    /// A version was published.
    Published {
        /// When, as the facts of the version say.
        time: Timestamp,
        /// The digest of the archive.
        hash: Sha256,
        /// The commit that was packed.
        commit: Option<CommitId>,
        /// How the archive was compressed.
        encoder: Option<EncoderName>,
        /// The revision of the override in force.
        revision: Option<u64>,
    },
    /// The line of a version was given the ranges of another revision.
    Revised {
        /// The revision before.
        from: Option<u64>,
        /// The revision after.
        to: Option<u64>,
        /// What became of the ranges.
        ranges: Vec<RangeChange>,
    },
    /// A version was unpublished.
    Unpublished {
        /// When, as the record says.
        time: Timestamp,
        /// Why.
        reason: Reason,
    },
    /// The record that a version was unpublished is gone.
    RecordRemoved,
    /// The entry of a version is gone, and nothing says that it was unpublished.
    Withdrawn,
    /// The line of a version came into the index, and its facts did not in that commit.
    Listed,
    /// The line of a version went from the index, and its facts did not in that commit.
    Unlisted,
    /// The line of a version changed in these keys.
    LineChanged(Vec<&'static str>, Vec<RangeChange>),
    /// The index says of a version what became of it, or no longer does.
    Marked(StatusKind, Option<Mark>),
    /// The index says by which advisories a version is affected.
    Affected {
        /// Those that it names now.
        added: Vec<AdvisoryId>,
        /// Those that it no longer names.
        removed: Vec<AdvisoryId>,
    },
    /// The facts of a version or a package changed in these keys.
    FactsChanged(Vec<String>),
    /// A package set was published, changed or removed.
    PackageSet(Version, Touch),
    /// The file was written otherwise and says the same.
    Respelled,
    /// The file cannot be read from now on.
    Unreadable,
    /// The file can be read again: what became of it meanwhile is not known.
    Readable,
}

impl Happening {
    /// When it happened, where that is a part of what is told.
    #[must_use]
    pub fn time(&self) -> Option<Timestamp> {
        match self {
            Self::Published { time, .. } | Self::Unpublished { time, .. } => Some(*time),
            _ => None,
        }
    }
}

/// Why a version looks the way it does: places in [`RegistryLog::entries`].
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Why {
    /// The first commit with the definition as it stands.
    pub definition: Option<usize>,
    /// The overrides, and their removals, in order.
    pub overrides: Vec<usize>,
    /// What became last of its own status.
    pub status: Option<usize>,
    /// What became last of the status of the whole package.
    pub package_status: Option<usize>,
    /// The last word on each advisory by which it is affected.
    pub advisories: Vec<usize>,
    /// Its publication.
    pub published: Option<usize>,
    /// That it is gone.
    pub unpublished: Option<usize>,
}

/// What happened, in order, as far as registry and index tell.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RegistryLog {
    /// Whom it is about; everything, for `None`.
    pub scope: Option<LogScope>,
    /// The first day that was looked at; everything, for `None`.
    pub since: Option<Date>,
    /// The repositories.
    pub walked: Vec<Walked>,
    /// The commits that did something.
    pub commits: Vec<LogCommit>,
    /// What happened, the oldest first.
    pub entries: Vec<LogEntry>,
    /// Why the version looks the way it does, where one was asked about.
    pub why: Option<Why>,
}
