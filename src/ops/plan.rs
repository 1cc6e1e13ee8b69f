//! Planning: what a sync would do, and with a preview exactly what it would publish.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{
    Area, ArtifactKey, Difference, Files, Finding, PackageName, PendingKind, Place, Plan, Postponed, Prepared,
    Publication, Step, Version,
};
use crate::ports::{ArtifactStore as _, Differences, Ports};
use crate::rules::check::{check_stray, resolved};
use crate::rules::pack;
use crate::rules::plan::{self as rule, Stock};
use crate::rules::registry::{Candidate, Regard, World};
use crate::rules::report::{Texts, words};

use super::chronicle;
use super::inspect::{Inspection, Stage, Subject};
use super::kept::kept;
use super::parallel::in_order;
use super::publish::recognize;
use super::reader::Reader;
use super::scope::{RunRequest, Scope};
use super::warnings::{self, Warnings};
use super::{Curator, Event, Stop};

/// What separates the wanted from the published.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanReport {
    /// The steps.
    pub plan: Plan,
    /// The publications as they would be, where a preview was asked for.
    pub prepared: Vec<Prepared>,
    /// What stands against a step, or keeps a definition from being one.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub texts: Texts,
    /// How many versions are published, where everything was looked at.
    pub published: Option<usize>,
    /// What failed before and is not tried now.
    pub postponed: Vec<Postponed>,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

impl PlanReport {
    /// Everything that was found: about the registry's files, and about each publication.
    #[must_use]
    pub fn all_findings(&self) -> Vec<Finding> {
        let of_prepared = self.prepared.iter().flat_map(|prepared| &prepared.findings);
        self.findings.iter().chain(of_prepared).cloned().collect()
    }
}

/// Registry, index and stores, read; the steps between them.
pub(super) struct Planned {
    pub(super) world: Arc<World>,
    pub(super) names: Arc<Vec<PackageName>>,
    pub(super) scope: Scope,
    /// The advisories.
    pub(super) warnings: Warnings,
    pub(super) report: PlanReport,
}

/// Plans a sync.
///
/// # Errors
/// [`Stop`] where registry, index or a store cannot be read.
pub async fn plan<P: Ports>(curator: &Curator<P>, request: RunRequest) -> Result<PlanReport, Stop> {
    let reader = Reader::open(curator).await?.regarding(Regard::Ever);
    let mut planned = read(curator, &reader, request).await?;
    let offline = planned.unplanned(curator, |_| true);
    planned.report.findings.extend(offline);
    Ok(planned.report)
}

/// Plans a sync and prepares every publication of it. Nothing is written.
///
/// # Errors
/// [`Stop`] as [`plan`], and where this machine cannot fetch or compress.
pub async fn preview<P: Ports>(curator: &Arc<Curator<P>>, request: RunRequest) -> Result<PlanReport, Stop> {
    let reader = Reader::open(curator.as_ref()).await?.regarding(Regard::Ever);
    let mut planned = read(curator, &reader, request).await?;
    planned.prepare(curator).await?;
    for prepared in &mut planned.report.prepared {
        prepared.difference = difference(curator, &planned.world, prepared).await?;
    }
    Ok(planned.report)
}

/// Reads what the run looks at and lists the steps.
pub(super) async fn read<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    request: RunRequest,
) -> Result<Planned, Stop> {
    reader.own_index()?;
    let scope = Scope::find(reader, request).await?;
    let mut names = scope.names(|| reader.names())?;
    names.extend(warnings::warned(curator, reader, &scope)?);
    read_within(curator, reader, scope, names).await
}

/// The same for the publication of one version that is wanted, and nothing else.
pub(super) async fn read_one<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    request: RunRequest,
    identity: &(PackageName, Version),
) -> Result<Planned, Stop> {
    reader.own_index()?;
    let scope = Scope::of_one(reader, request, identity)?;
    let mut planned = read_within(curator, reader, scope, BTreeSet::from([identity.0.clone()])).await?;
    let others = planned.publications().map(|it| &it.definition.manifest);
    let others = others.map(|it| (it.name.clone(), it.version.clone())).filter(|it| it != identity).collect();
    planned.postpone(&others);
    Ok(planned)
}

/// Reads the packages `names`, and lists the steps of `scope`.
async fn read_within<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    scope: Scope,
    names: BTreeSet<PackageName>,
) -> Result<Planned, Stop> {
    let mut problems = BTreeMap::new();
    let mut world = reader.packages(names.iter().cloned(), &mut problems)?;
    let wanted = world.packages.values_mut().flat_map(|state| state.wanted.values_mut());
    recognize(curator, reader, wanted).await?;
    chronicle::date(reader, &scope, &mut world).await?;
    scope.postpone(&mut world);
    reader.settle(&mut world, &mut problems)?;
    let warnings = warnings::read(curator, reader, &scope, &names, &mut world)?;
    let mut findings: Vec<Finding> = problems.into_values().flatten().collect();
    let changes = scope.changes.as_ref().map(|(differences, _)| differences);
    findings.extend(kept(reader, &world, changes, curator.terms())?);
    findings.extend(warnings::told(curator, reader, changes)?);
    findings.extend(strays(reader, changes)?);
    let mut plan = rule::plan(&world, &stock(curator, &scope, &mut findings).await?, curator.encoder_name);
    plan.steps.extend(owed_by_stores(curator, &scope, reader)?);
    let published = world.packages.values().filter_map(|state| state.published.metadata.as_ref());
    let published = published.map(|file| file.metadata().published.len()).sum();
    let report = PlanReport {
        plan,
        findings,
        published: scope.changes.is_none().then_some(published),
        postponed: scope.postponed(&world),
        ..PlanReport::default()
    };
    // Which names are alike, and what a misspelt name may mean, is asked at review: it takes every name there is.
    let names = if scope.changes.is_none() { names.into_iter().collect() } else { Vec::new() };
    Ok(Planned { world: Arc::new(world), names: Arc::new(names), scope, warnings, report })
}

/// Files of the registry that stand where none belongs.
fn strays<P: Ports>(reader: &Reader<'_, P>, changes: Option<&Differences>) -> Result<Vec<Finding>, Stop> {
    let profile = reader.terms().profile;
    match changes {
        None => {
            Ok(reader.registry_entries(None)?.iter().filter_map(|entry| check_stray(&entry.path, profile)).collect())
        }
        Some(differences) => {
            let there = differences.changed.iter().filter(|changed| changed.after.is_some());
            Ok(there.filter_map(|changed| check_stray(&changed.path, profile)).collect())
        }
    }
}

/// What every store holds, where everything is looked at. A mirror that cannot be listed holds up nothing.
async fn stock<P: Ports>(curator: &Curator<P>, scope: &Scope, findings: &mut Vec<Finding>) -> Result<Vec<Stock>, Stop> {
    let mut stock = Vec::new();
    if scope.changes.is_some() {
        return Ok(stock);
    }
    for (at, store) in curator.stores.iter().enumerate() {
        match store.list().await {
            Ok(files) => {
                let files = files.into_iter().map(|file| file.path).collect::<BTreeSet<_>>();
                stock.push(Stock { store: store.name().to_owned(), files });
            }
            Err(error) if at == 0 => return Err(error.into()),
            Err(error) => {
                let place = Place::file(Area::Store, store.name());
                findings.push(words::audit::mirror_unreadable(&error.to_string()).at(place));
            }
        }
    }
    Ok(stock)
}

/// The steps that give stores what they lack, or take from them what is gone for good, as an earlier run wrote it down.
fn owed_by_stores<P: Ports>(curator: &Curator<P>, scope: &Scope, reader: &Reader<'_, P>) -> Result<Vec<Step>, Stop> {
    let mut steps = Vec::new();
    // Where everything is looked at, the stores themselves were asked.
    let owing = scope.owed_by_stores().filter(|_| scope.changes.is_some());
    for (name, version, pending) in owing {
        let package = reader.published(name)?;
        let is_ours = |store: &&String| curator.stores.iter().any(|ours| ours.name() == *store);
        let stores = pending.stores.iter().filter(is_ours);
        steps.extend(stores.filter_map(|store| match pending.kind {
            PendingKind::Remove => {
                rule::removal(&package, name, version, store).map(|removal| Step::Remove(Box::new(removal)))
            }
            _ => rule::restock(&package, version, store).map(|restock| Step::Restock(Box::new(restock))),
        }));
    }
    Ok(steps)
}

impl Planned {
    /// Leaves only the first `most` publications for this part of the run, dependencies first and what failed before
    /// last, and none that an earlier part `tried`: what failed there would be tried for ever. Adds to `tried` what is
    /// left, and gives the number of what waits for a later part.
    pub(super) fn defer(&mut self, most: usize, tried: &mut BTreeSet<(PackageName, Version)>) -> usize {
        let order = rule::in_dependency_order(self.publications().map(|it| &it.definition.manifest));
        let (again, mut order): (Vec<_>, Vec<_>) = order.into_iter().partition(|identity| tried.contains(identity));
        order.sort_by_key(|identity| self.scope.pending.contains_key(identity));
        let later = order.split_off(order.len().min(most));
        tried.extend(order);
        let left = later.len();
        self.postpone(&again.into_iter().chain(later).collect());
        left
    }

    /// Leaves out these publications: nothing may depend on them in this part of the run.
    fn postpone(&mut self, deferred: &BTreeSet<(PackageName, Version)>) {
        let is_deferred = |step: &Step| {
            let Step::Publish(publication) = step else { return false };
            let manifest = &publication.definition.manifest;
            deferred.contains(&(manifest.name.clone(), manifest.version.clone()))
        };
        self.report.plan.steps.retain(|step| !is_deferred(step));
        let world = Arc::make_mut(&mut self.world);
        for (name, version) in deferred {
            if let Some(state) = world.packages.get_mut(name) {
                state.postponed.insert(version.clone());
            }
        }
    }

    /// The findings of the wanted definitions that `chosen` takes and that are no step.
    fn unplanned<P: Ports>(&mut self, curator: &Curator<P>, chosen: impl Fn(&Candidate) -> bool) -> Vec<Finding> {
        let candidates = self.world.packages.values().flat_map(|state| state.wanted.values());
        let mut findings = Vec::new();
        for candidate in candidates.filter(|candidate| chosen(candidate)) {
            let subject = Subject { candidate, world: &self.world, names: &self.names, stage: Stage::Publication };
            findings.extend(curator.check_offline(subject));
            self.report.texts.extend(text(candidate));
        }
        findings
    }

    /// Prepares every publication, several at a time, and gathers what the checks find.
    pub(super) async fn prepare<P: Ports>(&mut self, curator: &Arc<Curator<P>>) -> Result<(), Stop> {
        let broken = self.unplanned(curator, |candidate| candidate.effective_manifest().is_none());
        self.report.findings.extend(broken);
        let publications: Vec<Publication> = self.publications().cloned().collect();
        (curator.progress)(Event::Total(publications.len()));
        let (world, names, curator) = (Arc::clone(&self.world), Arc::clone(&self.names), Arc::clone(curator));
        let inspections = in_order(publications.clone(), move |publication| {
            let (world, names, curator) = (Arc::clone(&world), Arc::clone(&names), Arc::clone(&curator));
            async move { inspect(&curator, &world, &names, &publication).await }
        });
        let inspections = inspections.await?;
        for (publication, inspection) in publications.into_iter().zip(inspections) {
            self.report.transient |= inspection.transient;
            let candidate = self.candidate(&publication);
            let text = candidate.and_then(text);
            self.report.texts.extend(text);
            let Inspection { findings, artifact, .. } = inspection;
            let resolution = resolved(&self.world, &publication.listed_manifest());
            self.report.prepared.push(Prepared { publication, artifact, findings, difference: None, resolution });
        }
        Ok(())
    }

    fn publications(&self) -> impl Iterator<Item = &Publication> {
        self.report.plan.steps.iter().filter_map(|step| match step {
            Step::Publish(publication) => Some(publication.as_ref()),
            Step::Amend(_) | Step::Restock(_) | Step::Remove(_) => None,
        })
    }

    fn candidate(&self, publication: &Publication) -> Option<&Candidate> {
        let manifest = &publication.definition.manifest;
        self.world.packages.get(&manifest.name)?.wanted.get(&manifest.version)
    }
}

async fn inspect<P: Ports>(
    curator: &Curator<P>,
    world: &World,
    names: &[PackageName],
    publication: &Publication,
) -> Result<Inspection, Stop> {
    let manifest = &publication.definition.manifest;
    (curator.progress)(Event::Begin(format!("{}@{}", manifest.name, manifest.version)));
    let candidate = world.packages.get(&manifest.name).and_then(|state| state.wanted.get(&manifest.version));
    let candidate = candidate.ok_or_else(|| Stop::Bug(format!("{} has no definition", manifest.name)))?;
    let inspection = curator.inspect(Subject { candidate, world, names, stage: Stage::Publication }).await;
    (curator.progress)(Event::Done);
    inspection
}

fn text(candidate: &Candidate) -> Option<(String, String)> {
    let document = candidate.document.as_ref().ok()?;
    Some((candidate.file.to_string(), document.text().to_owned()))
}

/// How a new archive differs from that of the version before it, where a store has that one.
pub(super) async fn difference<P: Ports>(
    curator: &Curator<P>,
    world: &World,
    prepared: &Prepared,
) -> Result<Option<Difference>, Stop> {
    let manifest = &prepared.publication.definition.manifest;
    let Some(artifact) = &prepared.artifact else { return Ok(None) };
    let metadata = world.packages.get(&manifest.name).and_then(|state| state.published.metadata.as_ref());
    let previous = metadata.and_then(|file| file.metadata().published.range(..&manifest.version).next_back());
    let Some((previous, _)) = previous else { return Ok(None) };
    let Some(old) = archived_files(curator, &manifest.name, previous).await? else { return Ok(None) };
    Ok(Some(Difference::between(previous, &old, &artifact.files)))
}

/// The files of a published archive, from the first store that has it.
pub(super) async fn archived_files<P: Ports>(
    curator: &Curator<P>,
    name: &PackageName,
    version: &Version,
) -> Result<Option<Files>, Stop> {
    for store in &curator.stores {
        if let Some(bytes) = store.get(&ArtifactKey::archive(name, version)).await? {
            return Ok(pack::unpack(&bytes, &curator.limits).ok().map(|(_, files)| files));
        }
    }
    Ok(None)
}
