//! Which pull requests are to be reviewed next. Nothing of it is needed: a new process reviews all of them once.

use std::collections::{BTreeMap, BTreeSet};
use std::time::Duration;

use crate::model::{CommitId, PullNumber, PullRequest, Timestamp};
use crate::ports::Revision;

use super::bench::Look;
use super::pause::{grown, later};

/// The wait before a review that could not be settled is tried again. It doubles from try to try.
const AGAIN: Duration = Duration::from_secs(30);
/// The longest such wait.
const LONGEST: Duration = Duration::from_hours(1);

/// What a review depends on besides the pull request.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Base {
    /// The state of the registry.
    pub(super) registry: Revision,
    /// How many syncs of this process published something: a dependency may be there now.
    pub(super) publications: u64,
}

/// The open pull requests, and what is known of each.
#[derive(Debug, Default)]
pub(super) struct Agenda {
    entries: BTreeMap<PullNumber, Entry>,
    /// Every one that was ever listed or looked at. What the curator itself says of a merged one comes back as a hint, and
    /// must not be a reason to look at it again.
    known: BTreeSet<PullNumber>,
    /// Counts what became due, so that what waits longest comes first.
    turn: u64,
}

/// A pull request.
#[derive(Debug)]
struct Entry {
    /// It as it was listed last.
    listed: Face,
    /// It as it was before its last review; `None` where there was none.
    reviewed: Option<Face>,
    /// Since which turn it waits for a review; `None` where it does not.
    due: Option<u64>,
    /// Whether somebody hinted at it, so that it comes before those that wait for a change of the base.
    hinted: Hinted,
    /// When time alone makes it due.
    again: Option<Timestamp>,
    /// How many tries in a row were not settled.
    failures: u32,
}

/// What may change the outcome of a review.
#[derive(Debug, Clone, PartialEq, Eq)]
struct Face {
    head: CommitId,
    updated: Timestamp,
    base: Base,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Hinted {
    No,
    Yes,
}

impl Agenda {
    /// Takes in which pull requests are open, the state of what they are to be merged into, and at which of them
    /// somebody hinted. Gives those of which the list says nothing and that are looked at nevertheless: those that
    /// somebody hinted at and that were never seen, since the list may lag behind, and once those that are not open any
    /// more.
    pub(super) fn update(
        &mut self,
        open: &[PullRequest],
        base: &Base,
        hinted: &BTreeSet<PullNumber>,
        now: Timestamp,
    ) -> BTreeSet<PullNumber> {
        let numbers: BTreeSet<PullNumber> = open.iter().map(|pull| pull.number).collect();
        let gone: BTreeSet<PullNumber> = self.entries.keys().filter(|it| !numbers.contains(it)).copied().collect();
        self.entries.retain(|number, _| numbers.contains(number));
        for pull in open {
            let face = Face { head: pull.head, updated: pull.updated, base: base.clone() };
            let entry = self.entries.entry(pull.number).or_insert_with(|| Entry::new(face.clone()));
            entry.listed = face;
            if hinted.contains(&pull.number) {
                entry.hinted = Hinted::Yes;
            }
            if entry.due.is_none() && entry.is_wanted(now) {
                entry.due = Some(self.turn);
                self.turn += 1;
            }
        }
        self.known.extend(numbers);
        &(hinted - &self.known) | &gone
    }

    /// The pull request that is reviewed next. `hinted` says how many of those that somebody hinted at may come before
    /// older ones: a newcomer needs not wait for all that a change of the base made due, and who hints again and again
    /// does not hold up the others.
    pub(super) fn next(&self, hinted: usize) -> Option<PullNumber> {
        let due = || self.entries.iter().filter_map(|(number, entry)| Some((entry.due?, entry.hinted, *number)));
        let first = due().filter(|(_, is, _)| hinted > 0 && *is == Hinted::Yes).min_by_key(|(turn, ..)| *turn);
        first.or_else(|| due().min_by_key(|(turn, ..)| *turn)).map(|(.., number)| number)
    }

    /// Writes down what came of a review, which may have failed.
    pub(super) fn reviewed(&mut self, number: PullNumber, look: Option<Look>, now: Timestamp) {
        self.known.insert(number);
        let Some(entry) = self.entries.get_mut(&number) else { return };
        entry.reviewed = Some(entry.listed.clone());
        (entry.due, entry.hinted) = (None, Hinted::No);
        match look {
            Some(Look::Merged) => drop(self.entries.remove(&number)),
            // What is past and still waited for is another clock's: it must not be reviewed round after round.
            Some(Look::Standing { until }) => {
                (entry.again, entry.failures) = (until.filter(|until| *until > now), 0);
            }
            Some(Look::Unsettled) | None => {
                entry.again = later(now, grown(AGAIN, entry.failures, LONGEST));
                entry.failures = entry.failures.saturating_add(1);
            }
        }
    }

    /// How many are open.
    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// How many of them wait for a review.
    pub(super) fn due(&self) -> usize {
        self.entries.values().filter(|entry| entry.due.is_some()).count()
    }

    /// When time alone makes one due.
    pub(super) fn again(&self) -> Option<Timestamp> {
        self.entries.values().filter(|entry| entry.due.is_none()).filter_map(|entry| entry.again).min()
    }
}

impl Entry {
    fn new(listed: Face) -> Self {
        Self { listed, reviewed: None, due: None, hinted: Hinted::No, again: None, failures: 0 }
    }

    fn is_wanted(&self, now: Timestamp) -> bool {
        let is_changed = self.reviewed.as_ref() != Some(&self.listed);
        is_changed || self.hinted == Hinted::Yes || self.again.is_some_and(|again| again <= now)
    }
}

#[cfg(test)]
mod tests {
    use super::{Agenda, BTreeSet, Base, Look, PullNumber, PullRequest, Revision, Timestamp};
    use crate::model::{Mergeable, Origin, Person, PullStage};

    const HEAD: &str = "3ea3d2be28bb5b00c247cc84771ba10439afa16d";

    fn at(seconds: i64) -> Timestamp {
        Timestamp::from_unix_millis(1_790_000_000_000 + seconds * 1000).unwrap()
    }

    fn pull(number: u64, updated: i64) -> PullRequest {
        PullRequest {
            number: PullNumber(number),
            title: String::new(),
            author: Person { id: 1, login: "ada".to_owned() },
            head: HEAD.parse().unwrap(),
            head_ref: format!("refs/pull/{number}/head"),
            origin: Origin::Author,
            base: "main".to_owned(),
            base_commit: HEAD.parse().unwrap(),
            stage: PullStage::Open,
            mergeable: Mergeable::Unknown,
            labels: BTreeSet::new(),
            opened: at(0),
            updated: at(updated),
        }
    }

    fn base(registry: &str) -> Base {
        Base { registry: Revision(registry.to_owned()), publications: 0 }
    }

    fn hinted(numbers: &[u64]) -> BTreeSet<PullNumber> {
        numbers.iter().copied().map(PullNumber).collect()
    }

    /// Reviews all that is due, in order, with this outcome.
    fn drain(agenda: &mut Agenda, look: Option<Look>, now: i64) -> Vec<u64> {
        let mut done = Vec::new();
        while let Some(number) = agenda.next(0) {
            agenda.reviewed(number, look, at(now));
            done.push(number.0);
        }
        done
    }

    const STANDING: Option<Look> = Some(Look::Standing { until: None });

    #[test]
    fn what_did_not_change_is_not_due() {
        let mut agenda = Agenda::default();
        let none = BTreeSet::new();
        agenda.update(&[pull(1, 0), pull(2, 0)], &base("a"), &none, at(0));
        assert_eq!(drain(&mut agenda, STANDING, 0), [1, 2]);
        agenda.update(&[pull(1, 0), pull(2, 5)], &base("a"), &none, at(10));
        assert_eq!(drain(&mut agenda, STANDING, 10), [2], "it was updated");
        agenda.update(&[pull(1, 0), pull(2, 5)], &base("b"), &none, at(20));
        assert_eq!(drain(&mut agenda, STANDING, 20), [1, 2], "the base moved");
        agenda.update(&[pull(2, 5)], &base("b"), &none, at(30));
        assert_eq!((agenda.len(), agenda.due()), (1, 0), "the first was closed");
        agenda.update(&[pull(1, 0), pull(2, 5)], &base("b"), &none, at(40));
        assert_eq!(drain(&mut agenda, STANDING, 40), [1], "it was opened again");
    }

    #[test]
    fn time_alone_makes_one_due() {
        let mut agenda = Agenda::default();
        agenda.update(&[pull(1, 0)], &base("a"), &BTreeSet::new(), at(0));
        drain(&mut agenda, Some(Look::Standing { until: Some(at(60)) }), 0);
        assert_eq!(agenda.again(), Some(at(60)));
        agenda.update(&[pull(1, 0)], &base("a"), &BTreeSet::new(), at(59));
        assert_eq!(agenda.due(), 0);
        agenda.update(&[pull(1, 0)], &base("a"), &BTreeSet::new(), at(60));
        // A clock that lags behind the reviewer's must not make it due for ever.
        assert_eq!(drain(&mut agenda, Some(Look::Standing { until: Some(at(60)) }), 60), [1]);
        agenda.update(&[pull(1, 0)], &base("a"), &BTreeSet::new(), at(61));
        assert_eq!(agenda.due(), 0);
    }

    #[test]
    fn what_was_not_settled_is_tried_again_at_growing_distances() {
        for look in [Some(Look::Unsettled), None] {
            let mut agenda = Agenda::default();
            let mut tries = Vec::new();
            for second in 0..1000 {
                agenda.update(&[pull(1, 0)], &base("a"), &BTreeSet::new(), at(second));
                if !drain(&mut agenda, look, second).is_empty() {
                    tries.push(second);
                }
            }
            assert_eq!(tries, [0, 30, 90, 210, 450, 930]);
        }
    }

    #[test]
    fn who_waits_longest_is_first_and_some_places_are_for_newcomers() {
        let mut agenda = Agenda::default();
        let all: Vec<PullRequest> = (1..=9).map(|number| pull(number, 0)).collect();
        agenda.update(&all, &base("a"), &BTreeSet::new(), at(0));
        agenda.update(&all, &base("a"), &hinted(&[8, 9]), at(0));
        let mut order = Vec::new();
        for round in 0..3 {
            for places in [1, 0, 0] {
                let number = agenda.next(places).unwrap();
                agenda.reviewed(number, STANDING, at(round));
                order.push(number.0);
            }
            // Somebody makes a noise about the same one, round after round.
            agenda.update(&all, &base("a"), &hinted(&[8]), at(round));
        }
        assert_eq!(order, [8, 1, 2, 9, 3, 4, 8, 5, 6], "one place is for hints, and nobody is held up");
        assert_eq!(drain(&mut agenda, STANDING, 9), [7, 8]);
    }

    #[test]
    fn a_hint_at_what_was_never_seen_is_given_back() {
        let mut agenda = Agenda::default();
        let strays = agenda.update(&[pull(1, 0)], &base("a"), &hinted(&[1, 7]), at(0));
        assert_eq!((agenda.len(), agenda.next(9)), (1, Some(PullNumber(1))));
        assert_eq!(strays, hinted(&[7]));
        // What was seen once and is not open any more is closed, and no list lags behind.
        agenda.reviewed(PullNumber(7), STANDING, at(0));
        assert_eq!(agenda.update(&[pull(1, 0)], &base("a"), &hinted(&[1, 7, 8]), at(0)), hinted(&[8]));
    }

    #[test]
    fn what_is_closed_is_looked_at_once_more() {
        let mut agenda = Agenda::default();
        let none = BTreeSet::new();
        agenda.update(&[pull(1, 0), pull(2, 0)], &base("a"), &none, at(0));
        assert_eq!(drain(&mut agenda, Some(Look::Merged), 0), [1, 2]);
        assert_eq!(agenda.update(&[pull(3, 0), pull(4, 0)], &base("a"), &none, at(0)), none, "merged here");
        assert_eq!(agenda.update(&[pull(4, 0)], &base("a"), &none, at(0)), hinted(&[3]));
        assert_eq!(agenda.update(&[pull(4, 0)], &base("a"), &hinted(&[3]), at(0)), none, "once");
    }
}
