//! Planning: what a sync would do, and with a preview exactly what it would publish.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{ArtifactKey, Difference, Files, Finding, PackageName, Plan, Prepared, Publication, Step, Version};
use crate::ports::{ArtifactStore as _, Ports};
use crate::rules::check::check_stray;
use crate::rules::pack;
use crate::rules::plan::{self as rule, Stock};
use crate::rules::registry::{Candidate, World};
use crate::rules::report::Texts;

use super::inspect::{Inspection, Stage, Subject};
use super::kept::kept;
use super::parallel::in_order;
use super::reader::Reader;
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
    /// How many versions are published.
    pub published: usize,
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
    pub(super) report: PlanReport,
}

/// Plans a sync.
///
/// # Errors
/// [`Stop`] where registry, index or a store cannot be read.
pub async fn plan<P: Ports>(curator: &Curator<P>) -> Result<PlanReport, Stop> {
    let reader = Reader::open(curator).await?;
    let mut planned = read(curator, &reader).await?;
    let offline = planned.unplanned(curator, |_| true);
    planned.report.findings.extend(offline);
    Ok(planned.report)
}

/// Plans a sync and prepares every publication of it. Nothing is written.
///
/// # Errors
/// [`Stop`] as [`plan`], and where this machine cannot fetch or compress.
pub async fn preview<P: Ports>(curator: &Arc<Curator<P>>) -> Result<PlanReport, Stop> {
    let reader = Reader::open(curator.as_ref()).await?;
    let mut planned = read(curator, &reader).await?;
    planned.prepare(curator).await?;
    for prepared in &mut planned.report.prepared {
        prepared.difference = difference(curator, &planned.world, prepared).await?;
    }
    Ok(planned.report)
}

/// Reads everything and lists the steps.
pub(super) async fn read<P: Ports>(curator: &Curator<P>, reader: &Reader<'_, P>) -> Result<Planned, Stop> {
    reader.own_index()?;
    let names = reader.names()?;
    let mut problems = BTreeMap::new();
    let world = reader.world(names.iter().cloned(), &mut problems)?;
    let mut stock = Vec::new();
    for store in &curator.stores {
        let files = store.list().await?.into_iter().map(|file| file.path).collect::<BTreeSet<_>>();
        stock.push(Stock { store: store.name().to_owned(), files });
    }
    let published = world.packages.values().filter_map(|state| state.published.metadata.as_ref());
    let mut findings: Vec<Finding> = problems.into_values().flatten().collect();
    findings.extend(kept(reader, &world, &curator.limits)?);
    findings.extend(reader.registry_entries(None)?.iter().filter_map(|entry| check_stray(&entry.path)));
    let report = PlanReport {
        plan: rule::plan(&world, &stock, curator.encoder_name),
        findings,
        published: published.map(|file| file.metadata().published.len()).sum(),
        ..PlanReport::default()
    };
    Ok(Planned { world: Arc::new(world), names: Arc::new(names.into_iter().collect()), report })
}

impl Planned {
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
            self.report.prepared.push(Prepared { publication, artifact, findings, difference: None });
        }
        Ok(())
    }

    fn publications(&self) -> impl Iterator<Item = &Publication> {
        self.report.plan.steps.iter().filter_map(|step| match step {
            Step::Publish(publication) => Some(publication.as_ref()),
            Step::Restock(_) => None,
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
async fn difference<P: Ports>(
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
