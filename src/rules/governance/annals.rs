//! The log while it is written: commit by commit, each repository from its oldest on.

use std::collections::BTreeMap;

use crate::model::{
    About, Area, ChangeKind, Claims, Date, Happening, LogCommit, LogEntry, LogScope, RegistryLog, Timestamp, Walked,
    Warrant, Warranted,
};

use super::compare::Happened;
use super::why::why;

/// The log of a registry while it is written.
#[derive(Debug, Default)]
pub struct Annals {
    scope: Option<LogScope>,
    commits: Vec<LogCommit>,
    entries: Vec<(Order, LogEntry)>,
    /// The latest time so far of each repository.
    latest: BTreeMap<Area, Timestamp>,
}

/// Where an entry stands among the others: by time; the commits of one repository always as they follow each other,
/// whatever their clocks said.
type Order = (Option<Timestamp>, Area, usize);

impl Annals {
    /// An empty log about these.
    #[must_use]
    pub fn about(scope: Option<LogScope>) -> Self {
        Self { scope, ..Self::default() }
    }

    /// Enters what a commit did.
    pub fn enter(&mut self, commit: LogCommit, happened: Vec<Happened>) {
        let area = commit.area;
        let latest = self.latest.entry(area).or_insert(commit.time);
        *latest = (*latest).max(commit.time);
        let (latest, at) = (*latest, self.commits.len());
        let told: Vec<Happened> = once(happened).into_iter().filter(|it| self.concerns(&it.about)).collect();
        if told.is_empty() {
            return;
        }
        let (when, claims) = (commit.time, commit.record.claims().cloned());
        self.commits.push(commit);
        for Happened { file, about, what } in told {
            let by = claims.as_ref().map(|claims| warrants(claims, &about, &what)).unwrap_or_default();
            let order = (Some(latest), area, self.entries.len());
            let entry = LogEntry { commit: Some(at), when: Some(when), area, file, about, what, by };
            self.entries.push((order, entry));
        }
    }

    /// Enters what a place says that keeps no history: by whom is not known, and when only where the files say so.
    pub fn enter_standing(&mut self, area: Area, happened: Vec<Happened>) {
        for Happened { file, about, what } in once(happened) {
            let is_text = matches!(what, Happening::Configuration(_) | Happening::Listed);
            if is_text || !self.concerns(&about) {
                continue;
            }
            let when = what.time();
            let order = (when, area, self.entries.len());
            let entry = LogEntry { commit: None, when, area, file, about, what, by: Vec::new() };
            self.entries.push((order, entry));
        }
    }

    fn concerns(&self, about: &About) -> bool {
        let Some(scope) = &self.scope else { return true };
        let version = about.version.as_ref();
        let is_its = scope.version.is_none() || version.is_none() || version == scope.version.as_ref();
        about.package.as_ref() == Some(&scope.package) && is_its
    }

    /// The log, the oldest first.
    #[must_use]
    pub fn finish(mut self, since: Option<Date>, walked: Vec<Walked>) -> RegistryLog {
        self.entries.sort_by_key(|(order, _)| *order);
        let is_young = |entry: &LogEntry| since.is_none_or(|since| entry.when.is_some_and(|at| at.date() >= since));
        let entries = self.entries.into_iter().map(|(_, entry)| entry);
        let entries: Vec<LogEntry> = entries.filter(|entry| entry.commit.is_some() || is_young(entry)).collect();
        let why = self.scope.as_ref().and_then(|scope| scope.version.as_ref()).map(|version| why(&entries, version));
        RegistryLog { scope: self.scope, since, walked, commits: self.commits, entries, why }
    }
}

/// What happened in a commit, each thing once: a version comes and goes in two files at a time.
fn once(happened: Vec<Happened>) -> Vec<Happened> {
    let mut facts: BTreeMap<About, usize> = BTreeMap::new();
    let (lines, mut told): (Vec<Happened>, Vec<Happened>) = happened.into_iter().partition(|it| is_of_line(&it.what));
    for (at, it) in told.iter().enumerate() {
        if is_of_facts(&it.what) {
            facts.insert(it.about.clone(), at);
        }
    }
    for line in lines {
        let known = facts.get(&line.about).and_then(|at| told.get_mut(*at)).map(|it| &mut it.what);
        match (line.what, known) {
            (Happening::LineChanged(_, of_line), Some(Happening::Revised { ranges, .. })) => *ranges = of_line,
            (Happening::Listed | Happening::LineChanged(..), Some(Happening::Published { .. }))
            | (Happening::Unlisted, Some(Happening::Unpublished { .. } | Happening::Withdrawn)) => {}
            (what, _) => told.push(Happened { what, ..line }),
        }
    }
    told
}

fn is_of_line(what: &Happening) -> bool {
    matches!(what, Happening::Listed | Happening::Unlisted | Happening::LineChanged(..))
}

fn is_of_facts(what: &Happening) -> bool {
    matches!(
        what,
        Happening::Published { .. } | Happening::Revised { .. } | Happening::Unpublished { .. } | Happening::Withdrawn
    )
}

/// By which authority it happened, as the message says of the change that it was a part of.
fn warrants(claims: &Claims, about: &About, what: &Happening) -> Vec<Warrant> {
    let is_its = |change: &&Warranted| {
        let same_package = change.package.is_none() || change.package == about.package;
        let same_version = change.kind == ChangeKind::NewPackage
            || change.version.is_none()
            || about.version.is_none()
            || change.version == about.version;
        is_of_kind(change.kind, what) && same_package && same_version
    };
    claims.mandate.changes.iter().find(is_its).map(|change| change.by.clone()).unwrap_or_default()
}

/// Whether something that happened may be a part of such a change.
fn is_of_kind(kind: ChangeKind, what: &Happening) -> bool {
    match what {
        Happening::Registered { .. } => kind == ChangeKind::NewPackage,
        Happening::Transferred { .. }
        | Happening::Renumbered { .. }
        | Happening::Maintainers { .. }
        | Happening::Owners { .. } => kind == ChangeKind::Registration,
        Happening::Defined { .. } => matches!(kind, ChangeKind::NewPackage | ChangeKind::NewVersion),
        Happening::Overridden { .. } | Happening::OverrideRemoved { .. } => kind == ChangeKind::Override,
        Happening::StatusSet { .. } | Happening::StatusRemoved { .. } => {
            matches!(kind, ChangeKind::Status(_) | ChangeKind::StatusTakenBack(_))
        }
        Happening::Advisory(..) => kind == ChangeKind::Advisory,
        Happening::SetWanted(_) => kind == ChangeKind::PackageSet,
        Happening::Configuration(_) | Happening::Deregistered | Happening::Undefined => {
            kind == ChangeKind::Configuration
        }
        // Of a file that says the same or cannot be read it is not known which change it was.
        _ => false,
    }
}
