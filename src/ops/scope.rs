//! What a run looks at: the difference to the last run and what is owed, or everything.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Code, CommitId, Debts, PackageName, Pending, PendingKind, Postponed, Timestamp, Version};
use crate::ports::{Differences, History, Logged, Ports, RepoEntryKind, RepoError, Revision};
use crate::rules::check;
use crate::rules::index::{IndexPath, REGISTRY_COMMIT};
use crate::rules::registry::{PackageState, RegistryPath, World};

use super::Stop;
use super::reader::{Reader, bug, unreadable};

/// How much of the registry a run looks at.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Extent {
    /// What changed since the commit that the index records, and what is owed. Where nothing is recorded, and on plain
    /// folders, that is everything.
    #[default]
    Changes,
    /// Everything, stores too.
    Everything,
}

/// When work that failed before is tried again.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Retry {
    /// When its time has come.
    #[default]
    WhenDue,
    /// Now, also where it is parked.
    Now,
}

/// What a run is asked for, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct RunRequest {
    /// How much it looks at.
    pub extent: Extent,
    /// Whether it tries again what is not due.
    pub retry: Retry,
    /// The time: of publications from a plain folder, and for what is owed.
    pub now: Timestamp,
}

/// What is owed, by version.
pub(super) type Owings = BTreeMap<(PackageName, Version), Pending>;

/// What a run looks at.
pub(super) struct Scope {
    /// The commit of the registry up to which the index is complete, where it records one.
    recorded: Option<Revision>,
    /// What changed, with the commits that changed it, oldest first; `None` where everything is looked at.
    pub(super) changes: Option<(Differences, Vec<Logged>)>,
    /// The packages of which something changed on the way, though it may be now as it was before.
    stirred: BTreeSet<PackageName>,
    /// What is owed, but for documentation.
    pub(super) pending: Owings,
    /// The documentation that is owed.
    pub(super) docs: Owings,
    request: RunRequest,
}

impl Scope {
    /// Finds out what changed since the last run, and what is owed.
    pub(super) async fn find<P: Ports>(reader: &Reader<'_, P>, request: RunRequest) -> Result<Self, Stop> {
        let (pending, docs) = apart(pending(reader)?);
        let recorded = recorded(reader)?;
        let changes = match (request.extent, &recorded, reader.registry()) {
            (Extent::Changes, Some(since), Some((registry, at))) => {
                let log = match registry.log(Some(since), at).await {
                    Err(RepoError::Rewritten { .. }) if descends(registry, since, at).await => {
                        return Err(Stop::Behind { recorded: since.0.clone(), found: at.0.clone() });
                    }
                    log => log?,
                };
                // After the log, which brings the states that a shallow copy lacks.
                Some((registry.difference(Some(since), at)?, log))
            }
            _ => None,
        };
        let stirred = match (&changes, reader.registry()) {
            (Some((_, log)), Some((registry, _))) if log.len() > 1 => stirred(registry, log)?,
            _ => BTreeSet::new(),
        };
        Ok(Self { recorded, changes, stirred, pending, docs, request })
    }

    /// What a run looks at that publishes one version and nothing else: what is owed by others stays owed.
    pub(super) fn of_one<P: Ports>(
        reader: &Reader<'_, P>,
        request: RunRequest,
        identity: &(PackageName, Version),
    ) -> Result<Self, Stop> {
        let (mut pending, mut docs) = apart(pending(reader)?);
        pending.retain(|owing, _| owing == identity);
        docs.retain(|owing, _| owing == identity);
        let changes = Some((Differences::default(), Vec::new()));
        Ok(Self { recorded: recorded(reader)?, changes, stirred: BTreeSet::new(), pending, docs, request })
    }

    /// When the run looks.
    pub(super) fn now(&self) -> Timestamp {
        self.request.now
    }

    /// The state of the registry up to which the index is complete, and what was merged since then; `None` where nothing is
    /// recorded, or what is recorded is no part of this history.
    pub(super) async fn stretch<R: History>(
        &self,
        registry: &R,
        at: &Revision,
    ) -> Result<Option<(Revision, Vec<Logged>)>, Stop> {
        let Some(recorded) = &self.recorded else { return Ok(None) };
        if let Some((_, log)) = &self.changes {
            return Ok(Some((recorded.clone(), log.clone())));
        }
        match registry.log(Some(recorded), at).await {
            Ok(log) => Ok(Some((recorded.clone(), log))),
            // Whoever looks at everything has accepted another history.
            Err(RepoError::Rewritten { .. } | RepoError::Unknown { .. }) => Ok(None),
            Err(error) => Err(error.into()),
        }
    }

    /// The commit that a run records which has come so far: that of the registry at the end, and before it the one that
    /// was recorded already, so that the next part looks at the same difference.
    pub(super) fn complete_up_to(&self, found: Option<Revision>, left: usize) -> Option<Revision> {
        if left == 0 { found } else { self.recorded.clone() }
    }

    /// Whether the index records no commit of the registry yet, or everything is looked at and it records another one.
    pub(super) fn is_news(&self, found: Option<&Revision>) -> bool {
        self.recorded.is_none() || self.request.extent == Extent::Everything && self.recorded.as_ref() != found
    }

    /// The packages that are looked at, with `known` for all there are.
    pub(super) fn names(
        &self,
        known: impl FnOnce() -> Result<BTreeSet<PackageName>, Stop>,
    ) -> Result<BTreeSet<PackageName>, Stop> {
        let Some((differences, _)) = &self.changes else { return known() };
        let changed = differences.changed.iter().filter_map(|changed| package(&RegistryPath::of(&changed.path)));
        let owed = self.pending.iter().filter(|(_, pending)| self.is_due(pending) || is_waiting(pending));
        let stirred = self.stirred.iter().cloned();
        Ok(changed.chain(stirred).chain(owed.map(|((name, _), _)| name.clone())).collect())
    }

    /// Marks what this run does not try: what failed before and is not due, unless something that it waited for is there
    /// now, or its own files have changed.
    pub(super) fn postpone(&self, world: &mut World) {
        let Some((differences, _)) = &self.changes else { return };
        let mended: BTreeSet<PackageName> = differences
            .changed
            .iter()
            .filter_map(|changed| match RegistryPath::of(&changed.path) {
                RegistryPath::Registration(name) => Some(name),
                _ => None,
            })
            .collect();
        for ((name, version), pending) in &self.pending {
            let Some(state) = world.packages.get_mut(name) else { continue };
            let Some(candidate) = state.wanted.get(version) else { continue };
            let is_new = candidate.merge.as_ref().map(|merge| &merge.commit) != pending.registry_commit.as_ref();
            if !is_new && !self.is_due(pending) && !mended.contains(name) {
                state.postponed.insert(version.clone());
            }
        }
        while let Some((name, version)) = self.awaited(world) {
            if let Some(state) = world.packages.get_mut(&name) {
                state.postponed.remove(&version);
            }
        }
    }

    /// A postponed version that waited for others, and does not any more.
    fn awaited(&self, world: &World) -> Option<(PackageName, Version)> {
        let waiting = self.pending.iter().filter(|(_, pending)| is_waiting(pending)).map(|(identity, _)| identity);
        let mut postponed = waiting.filter(|(name, version)| {
            world.packages.get(name).is_some_and(|state: &PackageState| state.postponed.contains(version))
        });
        let freed = postponed.find(|(name, version)| {
            let candidate = world.packages.get(name).and_then(|state| state.wanted.get(version));
            let manifest = candidate.and_then(|candidate| candidate.listed_manifest());
            let is_free = |it| check::waits(world, it).is_none() && check::unsolvable(world, it).is_none();
            manifest.is_some_and(is_free)
        });
        freed.cloned()
    }

    /// The publications that are owed and not tried in this run, whether their packages were looked at or not.
    pub(super) fn postponed(&self, world: &World) -> Vec<Postponed> {
        let owed = self.pending.iter().filter(|(_, pending)| pending.kind == PendingKind::Publish);
        let is_tried = |name: &PackageName, version: &Version| {
            world.packages.get(name).is_some_and(|state| !state.postponed.contains(version))
        };
        let left = owed.filter(|((name, version), _)| !is_tried(name, version));
        let postponed = |((name, version), pending): (&(PackageName, Version), &Pending)| Postponed {
            name: name.clone(),
            version: version.clone(),
            next: pending.next,
        };
        left.map(postponed).collect()
    }

    /// What stores lack, or have and should not, as far as it is to be tried now.
    pub(super) fn owed_by_stores(&self) -> impl Iterator<Item = (&PackageName, &Version, &Pending)> {
        let is_of_store = |it: &Pending| matches!(it.kind, PendingKind::Mirror | PendingKind::Remove);
        let due = self.pending.iter().filter(move |(_, it)| is_of_store(it) && self.is_due(it));
        due.map(|((name, version), pending)| (name, version, pending))
    }

    /// Whether it is to be tried in this run.
    pub(super) fn is_due(&self, pending: &Pending) -> bool {
        self.changes.is_none() || self.request.retry == Retry::Now || pending.is_due(self.request.now)
    }
}

/// The packages that any of the commits is about.
fn stirred<R: History>(registry: &R, log: &[Logged]) -> Result<BTreeSet<PackageName>, Stop> {
    let mut stirred = BTreeSet::new();
    for logged in log {
        let differences = registry.difference(logged.parent.as_ref(), &logged.revision)?;
        stirred.extend(differences.changed.iter().filter_map(|changed| package(&RegistryPath::of(&changed.path))));
    }
    Ok(stirred)
}

/// Whether it was tried in vain for what it depends on: that can change without anything of its own.
fn is_waiting(pending: &Pending) -> bool {
    let codes = [Code::DependencyUnknown, Code::DependencyRange, Code::Unsolvable, Code::DependencyHeld];
    codes.iter().any(|code| pending.why.contains(code.as_str()))
}

/// The package that a file of the registry is about.
pub(super) fn package(path: &RegistryPath) -> Option<PackageName> {
    match path {
        RegistryPath::Registration(name)
        | RegistryPath::Definition(name, _)
        | RegistryPath::Override(name, _)
        | RegistryPath::Status(name, _) => Some(name.clone()),
        RegistryPath::Config
        | RegistryPath::Advisory(_)
        | RegistryPath::PackageSet
        | RegistryPath::Stray(_)
        | RegistryPath::Other => None,
    }
}

/// Whether the recorded state is ahead of the one that was found: a copy of the registry that lags behind.
async fn descends<R: History>(registry: &R, recorded: &Revision, found: &Revision) -> bool {
    registry.log(Some(found), recorded).await.is_ok()
}

/// The commit of the registry up to which the index is complete.
pub(super) fn recorded<P: Ports>(reader: &Reader<'_, P>) -> Result<Option<Revision>, Stop> {
    let logged = reader.describe_index()?;
    let message = logged.as_ref().map_or("", |logged| logged.message.as_str());
    let trailer = message.lines().rev().find_map(|line| line.strip_prefix(REGISTRY_COMMIT));
    // Somebody else's commit may say anything: then nothing is recorded, and everything is looked at.
    let commit = trailer.and_then(|commit| commit.trim().parse::<CommitId>().ok());
    Ok(commit.map(|commit| Revision(commit.to_string())))
}

/// What is owed by each version, with documentation by itself.
pub(super) fn apart(owed: BTreeMap<(PackageName, Version), Debts>) -> (Owings, Owings) {
    let (mut pending, mut docs) = (Owings::new(), Owings::new());
    for (identity, debts) in owed {
        pending.extend(debts.work.map(|work| (identity.clone(), work)));
        docs.extend(debts.docs.map(|owed| (identity, owed)));
    }
    (pending, docs)
}

/// What the index says is owed.
pub(super) fn pending<P: Ports>(reader: &Reader<'_, P>) -> Result<BTreeMap<(PackageName, Version), Debts>, Stop> {
    let folder = "pending".parse().map_err(bug)?;
    let mut owings = BTreeMap::new();
    for entry in reader.index_entries(&folder)? {
        let IndexPath::Pending(name, version) = IndexPath::of(&entry.path) else { continue };
        if entry.kind != RepoEntryKind::File {
            continue;
        }
        let Some(bytes) = reader.index_file(&entry.path)? else { continue };
        let debts = Debts::parse(&bytes).map_err(|error| unreadable(&entry.path, &error))?;
        owings.insert((name, version), debts);
    }
    Ok(owings)
}
