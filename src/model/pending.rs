//! Work that is owed: a publication that failed, a mirror that still lacks an archive, or a store that still has one.

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
}

impl PendingKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Publish => "publish",
            Self::Mirror => "mirror",
            Self::Remove => "remove",
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
            return Self { kind, why, since: now, attempts: 1, next, registry_commit, stores };
        };
        let same = previous.why == why && previous.stores == stores;
        if same && !previous.is_due(now) {
            return previous.clone();
        }
        let attempts = previous.attempts.saturating_add(1);
        let distance = FIRST_DISTANCE_MILLIS.saturating_mul(1 << attempts.saturating_sub(1).min(32));
        let waited = now.unix_millis().saturating_sub(previous.since.unix_millis());
        let next = if waited > PATIENCE_MILLIS { None } else { later(now, distance) };
        Self { kind, why, since: previous.since, attempts, next, registry_commit, stores }
    }

    /// Whether it is time to try again. What is parked is never due.
    #[must_use]
    pub fn is_due(&self, now: Timestamp) -> bool {
        self.next.is_some_and(|next| next <= now)
    }

    /// The record as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// The time so much later; none after the year 9999.
fn later(now: Timestamp, millis: i64) -> Option<Timestamp> {
    Timestamp::from_unix_millis(now.unix_millis().checked_add(millis)?).ok()
}

#[cfg(test)]
mod tests {
    use super::{Owed, Pending, PendingKind};
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
        let pending = Pending::after(None, owed("\u{1b}[2J"), at(0));
        let text = pending.to_file().unwrap();
        assert!(!text.contains("stores") && !text.contains("registryCommit"), "{text}");
        assert_eq!(serde_json::from_str::<Pending>(&text).unwrap(), pending);
        let newer = text.replacen('{', "{\n  \"colour\": 1,", 1);
        assert_eq!(serde_json::from_str::<Pending>(&newer).unwrap(), pending);
    }
}
