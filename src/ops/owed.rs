//! Writing down what is owed: what failed and why, until it is done.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Finding, Owed, PackageName, Pending, PendingKind, Removal, Step, Timestamp, Version};
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
    /// What is owed, by version.
    pub owed: BTreeMap<(PackageName, Version), Pending>,
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
    Ok(StatusReport { owed: pending(&reader)?, index_commit, registry_commit })
}

/// What is owed, as a run changes it.
pub(super) struct Ledger {
    owings: Owings,
    now: Timestamp,
}

impl Ledger {
    /// What was owed when the run began.
    pub(super) fn new(scope: &Scope, now: Timestamp) -> Self {
        Self { owings: scope.pending.clone(), now }
    }

    /// When something is to be tried again; `None` where nothing is.
    pub(super) fn next(&self) -> Option<Timestamp> {
        self.owings.values().filter_map(|pending| pending.next).min()
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
                    self.write(identity, Some(owed), &mut change)?;
                }
            }
            for identity in self.settled(name, state, &accepted) {
                self.write(identity, None, &mut change)?;
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
        void.into_iter().try_for_each(|identity| self.write(identity, None, change))
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
                self.write(identity, None, change)?;
            }
        }
        self.gaps(kind, left, change)
    }

    fn gaps(&mut self, kind: PendingKind, gaps: &Gaps, change: &mut Change) -> Result<(), Stop> {
        for (identity, (stores, why)) in gaps {
            let (stores, why) = (stores.clone(), words::brief(why));
            let owed = Owed { kind, why, registry_commit: None, stores };
            self.write(identity.clone(), Some(owed), change)?;
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
    fn write(&mut self, identity: (PackageName, Version), owed: Option<Owed>, change: &mut Change) -> Result<(), Stop> {
        let previous = self.owings.get(&identity);
        let next = owed.map(|owed| Pending::after(previous, owed, self.now));
        if previous == next.as_ref() {
            return Ok(());
        }
        let path = pending_path(&identity.0, &identity.1).map_err(bug)?;
        let text = next.as_ref().map(Pending::to_file).transpose().map_err(|error| Stop::Bug(error.to_string()))?;
        change.insert(path, text.map(String::into_bytes));
        match next {
            Some(next) => self.owings.insert(identity, next),
            None => self.owings.remove(&identity),
        };
        Ok(())
    }
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
