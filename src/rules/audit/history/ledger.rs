//! What every changed fact was before, so that it is noticed when it comes back.

use std::collections::BTreeMap;

use crate::model::{Deed, Fact, Fate, Sha256, Subject, Trace, TreePath};

use super::change::{Change, Facts, Manner, Part, Side};

/// A trace while it may still change, with the commit that left it.
#[derive(Debug)]
pub(super) struct Entered {
    pub(super) commit: usize,
    pub(super) deed: Deed,
    pub(super) trace: Trace,
    pub(super) keys: Vec<&'static str>,
}

/// What is not as it was of one subject.
#[derive(Debug, Default)]
struct Standing {
    /// The parts that vanished: the trace, and what they said.
    gone: BTreeMap<Part, (usize, Facts)>,
    /// The facts that were rewritten: each trace with what was there before it, the oldest first.
    open: BTreeMap<Fact, Vec<(usize, Sha256)>>,
    /// The commit that recorded the unpublishing that stands.
    record: Option<usize>,
}

/// Every trace, and what its subject was before.
#[derive(Debug, Default)]
pub(super) struct Ledger {
    pub(super) traces: Vec<Entered>,
    standing: BTreeMap<Subject, Standing>,
}

/// Where a fact was changed.
#[derive(Clone, Copy)]
struct Site<'c> {
    commit: usize,
    subject: &'c Subject,
    file: &'c TreePath,
    manner: &'c Manner,
}

impl Ledger {
    /// Enters what a commit changed of a subject.
    pub(super) fn enter(&mut self, commit: usize, change: &Change) {
        let Change { subject, part, file, before, after, manner } = change;
        let site = Site { commit, subject, file, manner };
        match (part, before, after) {
            (Part::Record, None, Some(_)) => {
                self.leave(site, Deed::Unpublished, Fact::Record);
                self.standing.entry(subject.clone()).or_default().record = Some(commit);
            }
            (_, Some(before), Some(after)) => self.rewrite(site, &before.facts, &after.facts),
            (Part::Record, Some(before), None) => {
                self.rewrite(site, &before.facts, &Facts::new());
                self.standing.entry(subject.clone()).or_default().record = None;
            }
            (_, Some(before), None) => self.vanish(site, *part, before),
            (_, None, Some(after)) => self.come(site, *part, &after.facts),
            (_, None, None) => {}
        }
    }

    /// Enters that a commit gave a line the ranges of an override.
    pub(super) fn revise(&mut self, commit: usize, change: &Change) {
        let Change { subject, file, manner, .. } = change;
        self.leave(Site { commit, subject, file, manner }, Deed::Revised, Fact::Line);
    }

    /// Enters that a file cannot be read, or can be read again.
    pub(super) fn readable(&mut self, commit: usize, file: &TreePath, readable: bool) {
        let (subject, manner) = (Subject::File(file.clone()), Manner::default());
        let site = Site { commit, subject: &subject, file, manner: &manner };
        let mark = Sha256::of(&[]);
        if readable {
            self.rewrite_one(site, Fact::Readable, None, Some(mark));
        } else {
            let trace = self.leave(site, Deed::Spoiled, Fact::Readable);
            let standing = self.standing.entry(subject.clone()).or_default();
            standing.open.entry(Fact::Readable).or_default().push((trace, mark));
        }
    }

    fn leave(&mut self, site: Site<'_>, deed: Deed, fact: Fact) -> usize {
        let Site { commit, subject, file, manner } = site;
        let trace = Trace { subject: subject.clone(), fact, file: file.clone(), fate: Fate::Open };
        self.traces.push(Entered { commit, deed, trace, keys: manner.keys.clone() });
        self.traces.len() - 1
    }

    fn vanish(&mut self, site: Site<'_>, part: Part, before: &Side) {
        let trace = self.leave(site, Deed::Vanished, part.whole());
        let standing = self.standing.entry(site.subject.clone()).or_default();
        standing.gone.insert(part, (trace, before.facts.clone()));
    }

    fn come(&mut self, site: Site<'_>, part: Part, after: &Facts) {
        let standing = self.standing.get_mut(site.subject);
        let Some((trace, before)) = standing.and_then(|standing| standing.gone.remove(&part)) else { return };
        let is_same = before.iter().all(|(fact, digest)| fact.is_mild() || after.get(fact) == Some(digest));
        self.settle(trace, if is_same { Fate::Restored(site.commit) } else { Fate::Replaced(site.commit) });
        self.rewrite(site, &before, after);
    }

    fn rewrite(&mut self, site: Site<'_>, before: &Facts, after: &Facts) {
        let come = after.keys().filter(|fact| !before.contains_key(fact));
        for &fact in before.keys().chain(come) {
            let (before, after) = (before.get(&fact).copied(), after.get(&fact).copied());
            if before != after {
                self.rewrite_one(site, fact, before, after);
            }
        }
    }

    /// Enters that a fact has another value, or that it has an earlier one again: then everything since is healed.
    fn rewrite_one(&mut self, site: Site<'_>, fact: Fact, before: Option<Sha256>, after: Option<Sha256>) {
        let open = self.standing.get_mut(site.subject).and_then(|standing| standing.open.get_mut(&fact));
        let healed = open.and_then(|open| {
            let at = open.iter().position(|(_, before)| Some(*before) == after)?;
            Some(open.split_off(at))
        });
        if let Some(healed) = healed {
            for (trace, _) in healed {
                self.settle(trace, Fate::Restored(site.commit));
            }
            return;
        }
        // What was not said before is no change of what was said.
        let Some(before) = before.filter(|_| !(fact == Fact::Compilers && site.manner.grown)) else { return };
        let deed = if fact.is_mild() { Deed::Changed } else { Deed::Rewritten };
        let trace = self.leave(site, deed, fact);
        let standing = self.standing.entry(site.subject.clone()).or_default();
        standing.open.entry(fact).or_default().push((trace, before));
    }

    fn settle(&mut self, trace: usize, fate: Fate) {
        if let Some(entered) = self.traces.get_mut(trace) {
            entered.trace.fate = fate;
        }
    }

    /// The commit that recorded the unpublishing of a subject, where that stands.
    pub(super) fn record(&self, subject: &Subject) -> Option<usize> {
        self.standing.get(subject)?.record
    }

    /// Whether a fact of a subject was changed and is not restored.
    pub(super) fn is_open(&self, subject: &Subject, part: Part) -> bool {
        let standing = self.standing.get(subject);
        standing.is_some_and(|it| {
            it.gone.contains_key(&part) || it.open.get(&part.whole()).is_some_and(|it| !it.is_empty())
        })
    }

    /// The trace of a part that vanished and did not come back.
    pub(super) fn gone(&self, subject: &Subject, part: Part) -> Option<usize> {
        let (trace, _) = self.standing.get(subject)?.gone.get(&part)?;
        Some(*trace)
    }
}
