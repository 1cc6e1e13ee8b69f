//! Work that is owed: a publication that failed, a mirror that still lacks an archive, a store that still has one, or
//! documentation that has not reached its host.

use serde::{Deserialize, Serialize};

use super::time::Timestamp;

/// The file `pending/<ab>/<name>/<version>.json` of an index.
///
/// Unknown keys are passed over, so that an older curator can read what a newer one owes.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Pending {
    /// What is owed.
    pub kind: PendingKind,
    /// Why it is not done yet: words that may repeat a stranger's.
    pub why: String,
    /// Since when.
    pub since: Timestamp,
    /// How often it was tried, as far as that was written down.
    pub attempts: u32,
    /// When it is tried again; absent where it is parked until somebody says retry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub next: Option<Timestamp>,
    /// The commit of the registry that brought the definition; absent where the registry is a plain directory.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_commit: Option<String>,
    /// The stores that lack the archive, or still have it, where that is what is owed.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub stores: Vec<String>,
    /// The documentation, where that is owed besides.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    docs: Option<Box<Pending>>,
}

/// All that is owed for a version. It is written into one file: what is owed alone stands in it as it is, and
/// documentation beside other work stands in that work.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Debts {
    /// The publication, or what stores lack or should not have.
    pub work: Option<Pending>,
    /// The documentation.
    pub docs: Option<Pending>,
}

/// What is owed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum PendingKind {
    /// The version is not published.
    Publish,
    /// The version is published, and a mirror lacks its archive.
    Mirror,
    /// The version is gone for good, and a store still has its archive.
    Remove,
    /// The version is published, and its documentation has not reached its host.
    Docs,
}

impl PendingKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Mirror => "mirror",
            Self::Remove => "remove",
            Self::Docs => "docs",
        }
    }
}

/// Why something is owed, at this moment.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Owed {
    /// What is owed.
    pub kind: PendingKind,
    /// Why.
    pub why: String,
    /// The commit of the registry that brought the definition.
    pub registry_commit: Option<String>,
    /// The stores that lack the archive, or still have it.
    pub stores: Vec<String>,
}

/// The distance between the first try and the second; each further one is twice as long.
const FIRST_DISTANCE_MILLIS: i64 = 5 * 60 * 1000;
/// After this long nothing is tried again by itself.
const PATIENCE_MILLIS: i64 = 30 * 24 * 60 * 60 * 1000;

impl Pending {
    /// What is written down after a try that failed at `now`.
    ///
    /// The file changes only where the reason does, or where the distance doubles: a try before its time for the same
    /// reason leaves it as it was.
    #[must_use]
    pub fn after(previous: Option<&Self>, owed: Owed, now: Timestamp) -> Self {
        let Owed { kind, why, registry_commit, stores } = owed;
        // Another definition at the same path starts afresh.
        let previous = previous.filter(|it| it.kind == kind && it.registry_commit == registry_commit);
        let Some(previous) = previous else {
            let next = later(now, FIRST_DISTANCE_MILLIS);
            return Self { kind, why, since: now, attempts: 1, next, registry_commit, stores, docs: None };
        };
        let same = previous.why == why && previous.stores == stores;
        if same && !previous.is_due(now) {
            return previous.clone();
        }
        let attempts = previous.attempts.saturating_add(1);
        let distance = FIRST_DISTANCE_MILLIS.saturating_mul(1 << attempts.saturating_sub(1).min(32));
        let waited = now.unix_millis().saturating_sub(previous.since.unix_millis());
        let next = if waited > PATIENCE_MILLIS { None } else { later(now, distance) };
        Self { kind, why, since: previous.since, attempts, next, registry_commit, stores, docs: None }
    }

    /// What is written down at `now` before it was tried: it is due at once.
    #[must_use]
    pub fn promised(kind: PendingKind, why: String, now: Timestamp) -> Self {
        let (registry_commit, stores) = (None, Vec::new());
        Self { kind, why, since: now, attempts: 0, next: Some(now), registry_commit, stores, docs: None }
    }

    /// Whether it is time to try again. What is parked is never due.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next.is_some_and(|next| next <= now)
    }
}

impl Debts {
    /// Reads a file.
    ///
    /// # Errors
    /// Where it is no such record.
    pub fn parse(bytes: &[u8]) -> Result<Self, serde_json::Error> {
        let mut work: Pending = serde_json::from_slice(bytes)?;
        let docs = work.docs.take().map(|docs| *docs);
        Ok(match work.kind {
            PendingKind::Docs => Self { work: None, docs: Some(work) },
            _ => Self { work: Some(work), docs: docs.filter(|docs| docs.kind == PendingKind::Docs) },
        })
    }

    /// The file: indented by two, with a line end; `None` where nothing is owed.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<Option<String>, serde_json::Error> {
        let record = match (&self.work, &self.docs) {
            (Some(work), docs) => Some(Pending { docs: docs.clone().map(Box::new), ..work.clone() }),
            (None, docs) => docs.clone(),
        };
        record.map(|record| serde_json::to_string_pretty(&record).map(|text| text + "\n")).transpose()
    }
}

/// The time so much later; none after the year 9999.
fn later(now: Timestamp, millis: i64) -> Option<Timestamp> {
    Timestamp::from_unix_millis(now.unix_millis().checked_add(millis)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Debts, Owed, Pending, PendingKind};
    use crate::model::Timestamp;

    fn at(minutes: i64) -> Timestamp {
        Timestamp::from_unix_millis(minutes * 60_000).unwrap()
    }

    fn owed(why: &str) -> Owed {
        Owed { kind: PendingKind::Publish, why: why.to_owned(), registry_commit: None, stores: Vec::new() }
    }

    #[test]
    fn distances_double_and_a_try_before_its_time_changes_nothing() {
        let first = Pending::after(None, owed("gone"), at(0));
        assert_eq!((first.attempts, first.next), (1, Some(at(5))));
        assert_eq!(Pending::after(Some(&first), owed("gone"), at(4)), first);
        let second = Pending::after(Some(&first), owed("gone"), at(5));
        assert_eq!((second.attempts, second.next, second.since), (2, Some(at(15)), at(0)));
        let third = Pending::after(Some(&second), owed("gone"), at(20));
        assert_eq!((third.attempts, third.next), (3, Some(at(40))));
    }

    #[test]
    fn another_reason_is_written_down_at_once() {
        let first = Pending::after(None, owed("gone"), at(0));
        let other = Pending::after(Some(&first), owed("private"), at(1));
        assert_eq!((other.why.as_str(), other.since, other.attempts), ("private", at(0), 2));
    }

    #[test]
    fn another_definition_starts_afresh() {
        let first = Pending::after(None, owed("gone"), at(0));
        let second = Pending::after(Some(&first), owed("gone"), at(60));
        let edited = Owed { registry_commit: Some("b".to_owned()), ..owed("gone") };
        let edited = Pending::after(Some(&second), edited, at(61));
        assert_eq!((edited.attempts, edited.since, edited.next), (1, at(61), Some(at(66))));
    }

    #[test]
    fn after_thirty_days_it_is_parked() {
        let mut pending = Pending::after(None, owed("gone"), at(0));
        let mut tries = 1;
        while let Some(next) = pending.next {
            pending = Pending::after(Some(&pending), owed("gone"), next);
            tries += 1;
            assert!(tries < 20, "it is never parked");
        }
        assert!(!pending.is_due(at(100 * 365 * 24 * 60)));
        // Once more after thirty days had passed.
        assert_eq!(tries, 15);
    }

    #[test]
    fn the_file_reads_back() {
        let work = Pending::after(None, owed("\u{1b}[2J"), at(0));
        let debts = Debts { work: Some(work), docs: None };
        let text = debts.to_file().unwrap().unwrap();
        assert!(!text.contains("stores") && !text.contains("registryCommit") && !text.contains("docs"), "{text}");
        assert_eq!(Debts::parse(text.as_bytes()).unwrap(), debts);
        let newer = text.replacen('{', "{\n  \"colour\": 1,", 1);
        assert_eq!(Debts::parse(newer.as_bytes()).unwrap(), debts);
    }

    #[test]
    fn a_version_may_owe_documentation_alone_or_besides() {
        let docs = Pending::promised(PendingKind::Docs, "not sent yet".to_owned(), at(0));
        assert!(docs.is_due(at(0)) && docs.attempts == 0);
        let mirror = Pending { kind: PendingKind::Mirror, ..Pending::after(None, owed("full"), at(0)) };
        for work in [None, Some(mirror)] {
            let debts = Debts { work, docs: Some(docs.clone()) };
            let text = debts.to_file().unwrap().unwrap();
            assert_eq!(Debts::parse(text.as_bytes()).unwrap(), debts, "{text}");
        }
        assert_eq!(Debts::default().to_file().unwrap(), None);
        let why = Owed { kind: PendingKind::Docs, ..owed("down") };
        let failed = Pending::after(Some(&docs), why.clone(), at(1));
        assert_eq!((failed.attempts, failed.since, failed.next), (1, at(0), Some(at(6))));
        assert_eq!(Pending::after(Some(&failed), why, at(6)).next, Some(at(16)));
    }
}
