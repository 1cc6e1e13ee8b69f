//! The commits of both repositories, entered one after the other, and what became of everything they damaged.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    Date, Deed, Fact, Fate, HistoryReport, Incident, PackageName, PastCommit, Sha256, Subject, Timestamp, Trace,
    TreePath, Version, Walked,
};

use super::change::{Change, Part};
use super::compare::{Compared, Layout, Outcome, compare};
use super::ledger::{Entered, Ledger};

/// What is known of a package today, for whatever was published or unpublished before the first commit looked at.
#[derive(Debug, Clone, Default)]
pub struct Today {
    /// The published versions, with the digests of their definitions where those were recorded.
    pub published: BTreeMap<Version, Option<Sha256>>,
    /// The unpublished versions and when that was, where that can be read.
    pub unpublished: BTreeMap<Version, Option<Timestamp>>,
}

/// The history of a registry while it is read. The registry's commits are entered first, then the index's: what was
/// published when says which changes of definitions came too late.
#[derive(Debug, Default)]
pub struct Chronicle {
    commits: Vec<PastCommit>,
    ledger: Ledger,
    /// The last state that could be read of each file that cannot be read.
    spoiled: BTreeMap<TreePath, Option<Vec<u8>>>,
    /// The changes of definitions, by version, until it is known which of them were published.
    definitions: BTreeMap<Subject, Wanted>,
    compilers_added: usize,
}

/// A definition that was changed.
#[derive(Debug, Default)]
struct Wanted {
    /// The changes and the commits that made them.
    changes: Vec<(usize, Change)>,
    /// The digests that the index ever recorded.
    digests: BTreeSet<Sha256>,
    /// The first commit seen that published the version.
    published: Option<Timestamp>,
}

/// A record and the removal of what it accounts for are two commits, made by one run. This is ample for one.
const ONE_RUN_MILLIS: i64 = 24 * 60 * 60 * 1000;

impl Chronicle {
    /// Enters a commit and what it changed.
    pub fn enter(&mut self, layout: Layout, commit: PastCommit, files: Vec<Compared>) {
        let at = self.commits.len();
        let time = commit.time;
        self.commits.push(commit);
        let changes = files.into_iter().flat_map(|file| self.readable(layout, at, file));
        let changes = one_by_subject(changes.collect());
        for change in changes.values() {
            match change.part {
                Part::Definition => self.defer(at, change),
                Part::Entry => self.enter_entry(at, time, change),
                Part::Line if is_revised(change, &changes) => self.ledger.revise(at, change),
                _ => self.ledger.enter(at, change),
            }
        }
    }

    fn enter_entry(&mut self, at: usize, time: Timestamp, change: &Change) {
        self.compilers_added += usize::from(change.manner.grown);
        if let Some(wanted) = self.definitions.get_mut(&change.subject) {
            let sides = change.before.iter().chain(&change.after);
            wanted.digests.extend(sides.filter_map(|side| side.definition));
            if change.before.is_none() {
                wanted.published.get_or_insert(time);
            }
        }
        self.ledger.enter(at, change);
    }

    /// Keeps the change of a definition that was there before, until it is known whether it was published then.
    fn defer(&mut self, at: usize, change: &Change) {
        if change.before.is_some() || self.definitions.contains_key(&change.subject) {
            let wanted = self.definitions.entry(change.subject.clone()).or_default();
            wanted.changes.push((at, change.clone()));
        }
    }

    /// What differs in a file, where a state that cannot be read counts as the last one that could.
    fn readable(&mut self, layout: Layout, at: usize, file: Compared) -> Vec<Change> {
        let Compared { path, outcome } = file;
        match outcome {
            Outcome::Changes(changes) => changes,
            Outcome::AfterUnreadable(before) => {
                if !self.spoiled.contains_key(&path) {
                    self.ledger.readable(at, &path, false);
                    self.spoiled.insert(path, before);
                }
                Vec::new()
            }
            Outcome::BeforeUnreadable(after) => {
                let before = self.spoiled.remove(&path).flatten();
                let Outcome::Changes(changes) = compare(layout, &path, before.clone(), after).outcome else {
                    self.spoiled.insert(path, before);
                    return Vec::new();
                };
                self.ledger.readable(at, &path, true);
                changes
            }
        }
    }

    /// The packages of which it must be known what is published today.
    #[must_use]
    pub fn in_question(&self) -> BTreeSet<PackageName> {
        let open = self.ledger.traces.iter().filter(|it| it.deed.is_damage() && it.trace.fate == Fate::Open);
        let subjects = open.map(|entered| &entered.trace.subject).chain(self.definitions.keys());
        let name = |subject: &Subject| match subject {
            Subject::Version(name, _) => Some(name.clone()),
            _ => None,
        };
        subjects.filter_map(name).collect()
    }

    /// Tells what became of everything, given what is published `today` of the packages in question.
    #[must_use]
    pub fn report(
        mut self,
        today: &BTreeMap<PackageName, Today>,
        since: Option<Date>,
        walked: Vec<Walked>,
    ) -> HistoryReport {
        self.judge_definitions(today);
        self.account_for_unpublished(today);
        self.pass_over_what_is_gone();
        let compilers_added = self.compilers_added;
        let (commits, incidents) = incidents(self.commits, self.ledger.traces);
        HistoryReport { since, walked, commits, incidents, compilers_added }
    }

    /// Enters the changes of definitions that were published already: whatever came before is how definitions are made.
    fn judge_definitions(&mut self, today: &BTreeMap<PackageName, Today>) {
        for (subject, mut wanted) in std::mem::take(&mut self.definitions) {
            let Subject::Version(name, version) = &subject else { continue };
            let known = today.get(name).and_then(|today| today.published.get(version));
            wanted.digests.extend(known.copied().flatten());
            let is_known = known.is_some() || today.get(name).is_some_and(|it| it.unpublished.contains_key(version));
            for (commit, change) in &wanted.changes {
                let time = self.commits.get(*commit).map(|commit| commit.time);
                let before = change.before.as_ref().and_then(|side| side.facts.get(&Fact::Definition));
                let was_published = match (wanted.digests.is_empty(), wanted.published) {
                    (false, _) => before.is_some_and(|before| wanted.digests.contains(before)),
                    // An adopted version has no digest: there the clocks of two repositories must do.
                    (true, Some(published)) => time.is_some_and(|time| published <= time),
                    (true, None) => is_known,
                };
                if was_published || self.ledger.is_open(&subject, Part::Definition) {
                    self.ledger.enter(*commit, change);
                }
            }
        }
    }

    /// Whatever an unpublished version lost is accounted for. What went in the run that unpublished it is part of that.
    fn account_for_unpublished(&mut self, today: &BTreeMap<PackageName, Today>) {
        for at in 0..self.ledger.traces.len() {
            let Some(Entered { commit, deed, trace, .. }) = self.ledger.traces.get(at) else { continue };
            let Subject::Version(name, version) = &trace.subject else { continue };
            if !deed.is_damage() || trace.fate != Fate::Open || trace.fact == Fact::Record {
                continue;
            }
            let record = self.ledger.record(&trace.subject);
            let known = today.get(name).and_then(|today| today.unpublished.get(version));
            if record.is_none() && known.is_none() {
                continue;
            }
            let since = record.and_then(|record| self.time(record)).or(known.copied().flatten());
            let apart = self.time(*commit).zip(since).map(|(a, b)| (a.unix_millis() - b.unix_millis()).abs());
            let is_one_run = *deed == Deed::Vanished && apart.is_some_and(|apart| apart <= ONE_RUN_MILLIS);
            let Some(entered) = self.ledger.traces.get_mut(at) else { continue };
            if is_one_run {
                entered.deed = Deed::Unpublished;
            } else {
                entered.trace.fate = Fate::Unpublished(record);
            }
        }
    }

    /// What was rewritten and vanished afterwards is told as vanished alone.
    fn pass_over_what_is_gone(&mut self) {
        for at in 0..self.ledger.traces.len() {
            let Some(Entered { deed: Deed::Rewritten | Deed::Changed, trace, .. }) = self.ledger.traces.get(at) else {
                continue;
            };
            let part = match trace.fact {
                Fact::Line => Part::Line,
                Fact::Definition => Part::Definition,
                Fact::PackageSet => Part::Set,
                _ => Part::Entry,
            };
            let gone = self.ledger.gone(&trace.subject, part).and_then(|gone| self.ledger.traces.get(gone));
            let Some(gone) = gone.map(|gone| gone.commit) else { continue };
            if let Some(entered) = self.ledger.traces.get_mut(at).filter(|it| it.trace.fate == Fate::Open) {
                entered.trace.fate = Fate::Gone(gone);
            }
        }
    }

    fn time(&self, commit: usize) -> Option<Timestamp> {
        self.commits.get(commit).map(|commit| commit.time)
    }
}

/// The changes of a commit, one for each part of a subject: a line that moves from one file to another neither vanishes
/// nor comes.
fn one_by_subject(changes: Vec<Change>) -> BTreeMap<(Part, Subject), Change> {
    let mut by_subject: BTreeMap<(Part, Subject), Change> = BTreeMap::new();
    for change in changes {
        match by_subject.entry((change.part, change.subject.clone())) {
            std::collections::btree_map::Entry::Vacant(vacant) => {
                vacant.insert(change);
            }
            std::collections::btree_map::Entry::Occupied(mut occupied) => {
                let first = occupied.get_mut();
                first.before = first.before.take().or(change.before);
                if change.after.is_some() {
                    (first.after, first.file) = (change.after, change.file);
                }
            }
        }
    }
    by_subject
}

/// Whether a line was given other ranges together with a higher revision of its override.
fn is_revised(line: &Change, changes: &BTreeMap<(Part, Subject), Change>) -> bool {
    let entry = changes.get(&(Part::Entry, line.subject.clone()));
    let sides = entry.and_then(|entry| entry.before.as_ref().zip(entry.after.as_ref()));
    line.manner.ranges_alone && sides.is_some_and(|(before, after)| before.revision < after.revision)
}

/// The traces of an incident, and in how many lines each key differs.
type Gathered = (Vec<Trace>, BTreeMap<&'static str, usize>);

/// The traces by commit and deed, and the commits that they name, by time.
fn incidents(commits: Vec<PastCommit>, traces: Vec<Entered>) -> (Vec<PastCommit>, Vec<Incident>) {
    let named: BTreeSet<usize> =
        traces.iter().flat_map(|it| [Some(it.commit), named(it.trace.fate)]).flatten().collect();
    let mut kept: Vec<(usize, PastCommit)> =
        commits.into_iter().enumerate().filter(|(at, _)| named.contains(at)).collect();
    kept.sort_by_key(|(at, commit)| (commit.time, *at));
    let places: BTreeMap<usize, usize> = kept.iter().enumerate().map(|(place, (at, _))| (*at, place)).collect();
    let place = |at: usize| places.get(&at).copied().unwrap_or_default();
    let mut incidents: BTreeMap<(usize, Deed), Gathered> = BTreeMap::new();
    for Entered { commit, deed, mut trace, keys } in traces {
        trace.fate = match trace.fate {
            Fate::Restored(at) => Fate::Restored(place(at)),
            Fate::Replaced(at) => Fate::Replaced(place(at)),
            Fate::Unpublished(at) => Fate::Unpublished(at.map(place)),
            Fate::Gone(at) => Fate::Gone(place(at)),
            Fate::Open => Fate::Open,
        };
        let (traces, counts) = incidents.entry((place(commit), deed)).or_default();
        if deed == Deed::Rewritten {
            for key in keys {
                *counts.entry(key).or_default() += 1;
            }
        }
        traces.push(trace);
    }
    let incident = |((commit, deed), (mut traces, keys)): (_, Gathered)| {
        traces.sort_by(|a, b| (&a.file, &a.subject, a.fact).cmp(&(&b.file, &b.subject, b.fact)));
        Incident { commit, deed, traces, keys }
    };
    (kept.into_iter().map(|(_, commit)| commit).collect(), incidents.into_iter().map(incident).collect())
}

fn named(fate: Fate) -> Option<usize> {
    match fate {
        Fate::Restored(at) | Fate::Replaced(at) | Fate::Unpublished(Some(at)) | Fate::Gone(at) => Some(at),
        Fate::Open | Fate::Unpublished(None) => None,
    }
}
