//! Writing down what is owed: what failed and why, until it is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{
    AmendmentDeed, Debts, Finding, Owed, PackageName, Pending, PendingKind, Removal, Step, Timestamp, Version,
};
use crate::ports::{Change, Ports};
use crate::rules::index::pending_path;
use crate::rules::registry::{Candidate, PackageState};
use crate::rules::report::words;

use super::batch::{Batch, Gaps};
use super::reader::{Reader, bug};
use super::removal::Removed;
use super::restock::Restocked;
use super::scope::{Owings, Scope, pending};
use super::{Curator, Stop};

/// What is owed in an index, and what somebody who waits for it wants to know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// What is owed, by version. A version may owe documentation and something else.
    pub owed: Vec<(PackageName, Version, Pending)>,
    /// The commit of the index; `None` where it is a plain folder.
    pub index_commit: Option<String>,
    /// The commit of the registry up to which the index is complete.
    pub registry_commit: Option<String>,
}

/// Tells what is owed. Nothing is fetched but the index.
///
/// # Errors
/// [`Stop`] where the index cannot be read.
pub async fn status<P: Ports>(curator: &Curator<P>) -> Result<StatusReport, Stop> {
    let reader = Reader::open_index(curator).await?;
    let registry_commit = super::scope::recorded(&reader)?.map(|revision| revision.0);
    let index_commit = reader.describe_index()?.map(|logged| logged.revision.0);
    let debts = pending(&reader)?.into_iter().flat_map(|((name, version), Debts { work, docs })| {
        work.into_iter().chain(docs).map(move |owed| (name.clone(), version.clone(), owed))
    });
    Ok(StatusReport { owed: debts.collect(), index_commit, registry_commit })
}

/// What is owed, as a run changes it.
pub(super) struct Ledger {
    owings: Owings,
    docs: Owings,
    now: Timestamp,
}

impl Ledger {
    /// What was owed when the run began.
    pub(super) fn new(scope: &Scope, now: Timestamp) -> Self {
        Self { owings: scope.pending.clone(), docs: scope.docs.clone(), now }
    }

    /// When the run looks.
    pub(super) fn now(&self) -> Timestamp {
        self.now
    }

    /// When something is to be tried again; `None` where nothing is.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.owings.values().chain(self.docs.values()).filter_map(|pending| pending.next).min()
    }

    /// Promises the documentation of what a run publishes, in the very change that publishes it, so that no crash forgets
    /// it. What is unpublished needs none any more.
    pub(super) fn promise_docs(&mut self, batch: &Batch, wanted: bool, change: &mut Change) -> Result<(), Stop> {
        let gone = batch.amended().iter().filter(|it| matches!(it.deed, AmendmentDeed::Unpublish { .. }));
        let gone = gone.filter_map(|amendment| Some((amendment.name.clone(), amendment.version()?.clone())));
        let gone: BTreeSet<(PackageName, Version)> = gone.collect();
        let accepted = batch.accepted().map(|(publication, _)| &publication.definition.manifest);
        let accepted: Vec<_> = accepted.map(|it| (it.name.clone(), it.version.clone())).collect();
        for identity in accepted.into_iter().filter(|identity| wanted && !gone.contains(identity)) {
            let promised = Pending::promised(PendingKind::Docs, words::docs::PROMISED.to_owned(), self.now);
            self.write_docs(&identity, Some(promised), change)?;
        }
        gone.into_iter().try_for_each(|identity| self.write_docs(&identity, None, change))
    }

    /// The versions whose documentation is due, the longest due first.
    pub(super) fn due_docs(&self, scope: &Scope) -> Vec<(PackageName, Version)> {
        let mut due: Vec<_> = self.docs.iter().filter(|(_, owed)| scope.is_due(owed)).collect();
        due.sort_by_key(|(_, owed)| owed.next);
        due.into_iter().map(|(identity, _)| identity.clone()).collect()
    }

    /// Takes over what was written down of documentation.
    pub(super) fn settle_docs(&mut self, debts: BTreeMap<(PackageName, Version), Option<Pending>>) {
        for (identity, owed) in debts {
            match owed {
                Some(owed) => self.docs.insert(identity, owed),
                None => self.docs.remove(&identity),
            };
        }
    }

    /// What the publications of a run change: what failed is owed, what is published or withdrawn is not any more, mirrors
    /// are owed what they could not take, and every store is to let go of what was unpublished.
    pub(super) fn publications(&mut self, batch: &Batch, removals: &[Removal]) -> Result<Change, Stop> {
        let mut change = Change::new();
        let accepted: BTreeSet<(PackageName, Version)> = batch
            .accepted()
            .map(|(publication, _)| &publication.definition.manifest)
            .map(|manifest| (manifest.name.clone(), manifest.version.clone()))
            .collect();
        for (name, state) in &batch.world().packages {
            for (version, candidate) in &state.wanted {
                let identity = (name.clone(), version.clone());
                if !state.postponed.contains(version) && !accepted.contains(&identity) {
                    let owed = failure(candidate, name, version, &batch.findings);
                    self.write(&identity, Some(owed), &mut change)?;
                }
            }
            for identity in self.settled(name, state, &accepted) {
                self.write(&identity, None, &mut change)?;
            }
        }
        self.gaps(PendingKind::Mirror, batch.gaps(), &mut change)?;
        self.gaps(PendingKind::Remove, &leftovers(removals), &mut change)?;
        Ok(change)
    }

    /// Debts that nobody can pay: to stores that are not configured any more, or of versions that are not published.
    pub(super) fn void<'s>(
        &mut self,
        due: impl Iterator<Item = (&'s PackageName, &'s Version, &'s Pending)>,
        steps: &[Step],
        change: &mut Change,
    ) -> Result<(), Stop> {
        let is_paid = |name: &PackageName, version: &Version| {
            let is_of_store = |step: &&Step| matches!(step, Step::Restock(_) | Step::Remove(_));
            let mut steps = steps.iter().filter(is_of_store);
            steps.any(|step| step.name() == name && step.version() == Some(version))
        };
        let void = due.filter(|(name, version, _)| !is_paid(name, version));
        let void: Vec<_> = void.map(|(name, version, _)| (name.clone(), version.clone())).collect();
        void.into_iter().try_for_each(|identity| self.write(&identity, None, change))
    }

    /// What restocking and removing changes.
    pub(super) fn stores(&mut self, restocked: &Restocked, removed: &Removed) -> Result<Change, Stop> {
        let mut change = Change::new();
        self.paid(PendingKind::Mirror, &restocked.stored, &restocked.gaps, &mut change)?;
        self.paid(PendingKind::Remove, &removed.done, &removed.left, &mut change)?;
        Ok(change)
    }

    /// What was done for stores, and what is still owed to them.
    fn paid(
        &mut self,
        kind: PendingKind,
        done: &[(PackageName, Version, String)],
        left: &Gaps,
        change: &mut Change,
    ) -> Result<(), Stop> {
        let done: BTreeSet<(PackageName, Version)> =
            done.iter().map(|(name, version, _)| (name.clone(), version.clone())).collect();
        for identity in done.into_iter().filter(|identity| !left.contains_key(identity)) {
            if self.owings.get(&identity).is_some_and(|pending| pending.kind == kind) {
                self.write(&identity, None, change)?;
            }
        }
        self.gaps(kind, left, change)
    }

    fn gaps(&mut self, kind: PendingKind, gaps: &Gaps, change: &mut Change) -> Result<(), Stop> {
        for (identity, (stores, why)) in gaps {
            let (stores, why) = (stores.clone(), words::brief(why));
            let owed = Owed { kind, why, registry_commit: None, stores };
            self.write(identity, Some(owed), change)?;
        }
        Ok(())
    }

    /// The versions of a package of which no publication is owed any more: they are published, or nobody wants them.
    fn settled(
        &self,
        name: &PackageName,
        state: &PackageState,
        accepted: &BTreeSet<(PackageName, Version)>,
    ) -> Vec<(PackageName, Version)> {
        let owed = self.owings.iter().filter(|(_, pending)| pending.kind == PendingKind::Publish);
        let of_package = owed.map(|(identity, _)| identity).filter(|(of, _)| of == name);
        let settled =
            of_package.filter(|identity| accepted.contains(identity) || !state.wanted.contains_key(&identity.1));
        settled.cloned().collect()
    }

    /// Writes down what is owed for a version, or that nothing is; only what differs is written.
    fn write(
        &mut self,
        identity: &(PackageName, Version),
        owed: Option<Owed>,
        change: &mut Change,
    ) -> Result<(), Stop> {
        let previous = self.owings.get(identity);
        let next = owed.map(|owed| Pending::after(previous, owed, self.now));
        if previous == next.as_ref() {
            return Ok(());
        }
        match next {
            Some(next) => self.owings.insert(identity.clone(), next),
            None => self.owings.remove(identity),
        };
        self.enter(identity, change)
    }

    /// Writes down what documentation is owed for a version, or that none is.
    fn write_docs(
        &mut self,
        identity: &(PackageName, Version),
        owed: Option<Pending>,
        change: &mut Change,
    ) -> Result<(), Stop> {
        if self.docs.get(identity) == owed.as_ref() {
            return Ok(());
        }
        match owed {
            Some(owed) => self.docs.insert(identity.clone(), owed),
            None => self.docs.remove(identity),
        };
        self.enter(identity, change)
    }

    fn enter(&self, identity: &(PackageName, Version), change: &mut Change) -> Result<(), Stop> {
        let debts = Debts { work: self.owings.get(identity).cloned(), docs: self.docs.get(identity).cloned() };
        enter(identity, &debts, change)
    }
}

/// Adds to `change` the file that says what is owed for a version.
pub(super) fn enter(identity: &(PackageName, Version), debts: &Debts, change: &mut Change) -> Result<(), Stop> {
    let path = pending_path(&identity.0, &identity.1).map_err(bug)?;
    let text = debts.to_file().map_err(|error| Stop::Bug(error.to_string()))?;
    change.insert(path, text.map(String::into_bytes));
    Ok(())
}

/// What the stores still have of what is unpublished in this very change.
fn leftovers(removals: &[Removal]) -> Gaps {
    let mut leftovers = Gaps::new();
    for Removal { withdrawn, store } in removals {
        let identity = (withdrawn.name().clone(), withdrawn.version().clone());
        let (stores, _) =
            leftovers.entry(identity).or_insert_with(|| (Vec::new(), words::audit::BYTES_STAY.to_owned()));
        stores.push(store.clone());
    }
    leftovers
}

/// Why a definition was not published, in the words of its findings.
fn failure(candidate: &Candidate, name: &PackageName, version: &Version, findings: &[Finding]) -> Owed {
    let concerns = |finding: &&Finding| {
        let of_version = finding.package.as_ref() == Some(name) && finding.version.as_ref() == Some(version);
        finding.is_error() && (of_version || finding.place.file == candidate.file.as_str())
    };
    let mut reasons: Vec<String> = findings
        .iter()
        .filter(concerns)
        .map(|finding| format!("{} {}", finding.code, finding.message.lines().next().unwrap_or_default()))
        .collect();
    reasons.dedup();
    let why = words::brief(&words::joined(&reasons));
    let registry_commit = candidate.merge.as_ref().map(|merge| merge.commit.clone());
    Owed { kind: PendingKind::Publish, why, registry_commit, stores: Vec::new() }
}
