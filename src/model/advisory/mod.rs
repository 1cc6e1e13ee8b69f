//! An advisory: a known weakness of published packages, in the format of OSV 1.x.
//!
//! The format is somebody else's and grows (<https://ossf.github.io/osv-schema/>): what is understood is typed here, and
//! the whole text is kept, so that whoever passes an advisory on loses nothing of it.

mod cvss;
mod ecosystem;
mod entry;
mod level;
mod parts;
mod range;
mod read;

use std::collections::BTreeSet;

use super::advisory_id::AdvisoryId;
use super::name::PackageName;
use super::time::Timestamp;
use super::version::Version;

pub use cvss::{BaseScore, VectorError};
pub use ecosystem::Ecosystem;
pub use entry::{AdvisoryEntry, AdvisoryRemark, AdvisoryRemarkKind};
pub use level::{SeverityLevel, SeverityLevelError};
pub use parts::{Credit, Rating, Reference};
pub use range::{AffectedRange, EventsError, RangeEvent};
pub use read::AdvisoryReading;

/// A known weakness of packages of this registry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Advisory {
    /// What it is called.
    pub id: AdvisoryId,
    /// When it was last changed.
    pub modified: Timestamp,
    /// When it was published.
    pub published: Option<Timestamp>,
    /// Since when it is withdrawn: then it counts no more.
    pub withdrawn: Option<Timestamp>,
    /// What other databases call it.
    pub aliases: Vec<String>,
    /// The entries of other databases that it follows from.
    pub upstream: Vec<String>,
    /// Entries that are close to it.
    pub related: Vec<String>,
    /// The weakness in one line. Somebody's words.
    pub summary: Option<String>,
    /// The weakness at length, as Markdown. Somebody's words.
    pub details: Option<String>,
    /// How grave it is.
    pub severity: Severities,
    /// The packages of this registry that have it. Those of other ecosystems are passed over.
    pub affected: Vec<Affected>,
    /// Where more is said.
    pub references: Vec<Reference>,
    /// Whom to thank.
    pub credits: Vec<Credit>,
    /// The whole of it as JSON on one line, with everything that its author wrote and in that order.
    json: String,
}

/// The versions of a package that have a weakness.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Affected {
    /// The package.
    pub package: PackageName,
    /// The ranges that can be evaluated here; those of commits are passed over.
    pub ranges: Vec<AffectedRange>,
    /// Versions, one by one.
    pub versions: BTreeSet<Version>,
    /// How grave it is in this package; where nothing is said, that of the whole advisory counts.
    pub severity: Severities,
}

/// What an advisory says of how grave a weakness is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Severities {
    /// The word of the database that the advisory is from: it goes before every score.
    pub word: Option<SeverityLevel>,
    /// The scores, as somebody wrote them.
    pub ratings: Vec<Rating>,
}

impl Severities {
    /// The level that the word or, without one, the gravest score comes to.
    #[must_use]
    pub fn level(&self) -> SeverityLevel {
        let scores = self.ratings.iter().filter_map(Rating::level);
        self.word.or_else(|| scores.max()).unwrap_or_default()
    }
}

impl Affected {
    /// Whether `version` has the weakness: it lies in a range, or is listed.
    #[must_use]
    pub fn includes(&self, version: &Version) -> bool {
        self.versions.contains(version) || self.ranges.iter().any(|range| range.includes(version))
    }
}

impl Advisory {
    /// Whether a version has the weakness, by OSV's algorithm. A withdrawn advisory says that of none.
    #[must_use]
    pub fn affects(&self, name: &PackageName, version: &Version) -> bool {
        self.withdrawn.is_none() && self.of(name).any(|affected| affected.includes(version))
    }

    /// How grave it is in a package: where several entries are about it, the gravest of them.
    #[must_use]
    pub fn level(&self, name: &PackageName) -> SeverityLevel {
        let whole = self.severity.level();
        let level = |affected: &Affected| match affected.severity.level() {
            SeverityLevel::Unknown => whole,
            level => level,
        };
        self.of(name).map(level).max().unwrap_or_default()
    }

    /// The packages that it is about.
    #[must_use]
    pub fn packages(&self) -> BTreeSet<&PackageName> {
        self.affected.iter().map(|affected| &affected.package).collect()
    }

    /// The whole advisory as JSON on one line, without loss.
    #[must_use]
    pub fn json(&self) -> &str {
        &self.json
    }

    fn of(&self, name: &PackageName) -> impl Iterator<Item = &Affected> {
        self.affected.iter().filter(move |affected| affected.package == *name)
    }
}
