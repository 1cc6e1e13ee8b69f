//! Looking at files of the registry: what every check finds of them, and what of it would be published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Area, Ecosystem, Finding, PackageName, Place, Prepared, SetWishes, TreePath, Version};
use crate::ports::{Differences, Ports, RepoEntry, RepoEntryKind};
use crate::rules::check::{
    check_advisory, check_advisory_targets, check_registration, check_stray, check_wishes, resolved,
};
use crate::rules::registry::{AdvisoryFile, Candidate, RegistryPath, World};
use crate::rules::report::words;
use crate::rules::review::Vouch;

use super::check::{CheckReport, SourceAccess};
use super::foresight::foresee;
use super::inspect::{Inspection, Stage, Subject};
use super::kept::{halves, kept};
use super::life_file::{LifeFile, needed};
use super::package_set::wishes_findings;
use super::parallel::in_order;
use super::plan::difference;
use super::publish::recognize;
use super::reader::Reader;
use super::signed::{Notary, Signed, earlier};
use super::transfer::{Registering, check_locations};
use super::{Curator, Event, Stop, branch};

/// Which files of a registry are looked at.
#[derive(Clone, Copy)]
pub(super) enum Portion<'a> {
    /// All of them.
    Everything,
    /// These alone.
    Files(&'a [TreePath]),
    /// These alone: what they would publish is prepared, too.
    Prepared(&'a [TreePath]),
    /// Those that a change touches: what it would publish is prepared, too.
    Changes(&'a Differences),
}

impl Portion<'_> {
    /// Whether archives are kept when they were looked at: those of a whole registry would fill the memory.
    fn archives(self) -> Archives {
        match self {
            Self::Prepared(_) | Self::Changes(_) => Archives::Kept,
            Self::Everything | Self::Files(_) => Archives::Dropped,
        }
    }
}

/// What was seen.
pub(super) struct Examination {
    /// What was found, and what would be published.
    pub(super) report: CheckReport,
    /// The versions whose source speaks for them.
    pub(super) vouched: BTreeSet<(PackageName, Version)>,
    /// The changes that an owner signed.
    pub(super) signed: Signed,
}

/// What becomes of archives when they were looked at.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Archives {
    Kept,
    Dropped,
}

/// The most bytes of the files of all archives that are kept together, and how many are made before they are counted: a
/// stranger can ask for as many as he likes.
const MOST_KEPT_BYTES: u64 = 512 << 20;
const AT_ONCE: usize = 16;

/// Looks at files of the state of the registry that `reader` reads.
pub(super) async fn look<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    portion: Portion<'_>,
    sources: SourceAccess,
) -> Result<Examination, Stop> {
    let terms = curator.terms();
    let mut report = CheckReport::default();
    let (files, changes) = match portion {
        Portion::Everything => (everything(reader)?, None),
        Portion::Files(files) | Portion::Prepared(files) => (files.to_vec(), None),
        Portion::Changes(changes) => (branch::files(changes), Some(changes)),
    };
    let gathered = gather(curator, reader, files, &mut report)?;
    let Gathered { mut candidates, others, registering, advisories, wishes } = gathered;
    recognize(curator, reader, candidates.iter_mut()).await?;
    let mut names: BTreeSet<PackageName> = candidates.iter().flat_map(reach).collect();
    names.extend(others.iter().flat_map(|other| other.reach(terms)));
    names.extend(advisories.iter().flat_map(AdvisoryFile::packages).cloned());
    match portion {
        Portion::Everything => names.extend(reader.names()?),
        Portion::Files(_) | Portion::Prepared(_) => {}
        Portion::Changes(changes) => names.extend(branch::packages(changes)),
    }
    // What is wrong with files on the way is found where those files are checked themselves.
    let world = Arc::new(reader.world(names, &mut BTreeMap::new())?);
    report.findings.extend(match portion {
        Portion::Files(_) | Portion::Prepared(_) => halves_of(&world, &candidates)?,
        _ => kept(reader, &world, changes, curator.terms())?,
    });
    if let Some(wishes) = &wishes {
        report.findings.extend(wishes_findings(reader, wishes, terms)?);
    }
    let archives = portion.archives();
    let inspected = check_candidates(curator, reader, &world, sources, candidates, archives).await?;
    let (before, mut signed) = (earlier(reader, changes)?, Signed::new());
    let notary = Notary { world: &world, earlier: &before, terms };
    let registrations = registering.iter().map(|it| (&it.file, &it.bytes));
    for (file, bytes) in others.iter().map(|other| (&other.file, &other.bytes)).chain(registrations) {
        report.findings.extend(notary.look(file, bytes, &mut signed)?);
    }
    report.findings.extend(others.iter().flat_map(|other| other.findings(&world, &before, terms)));
    report.findings.extend(advisories.iter().flat_map(|advisory| check_advisory_targets(advisory, &world)));
    if changes.is_some() {
        let (found, may_pass) = check_locations(curator, reader, &world, registering, sources).await?;
        report.findings.extend(found);
        report.transient |= may_pass;
        report.amendments = foresee(&world, &before, terms)?;
    }
    report.findings.extend(needed(reader, &world, &others, terms)?);
    report.findings.extend(changes.iter().flat_map(|changes| branch::beside(changes, &world, &before, terms)));
    let mut vouched = BTreeSet::new();
    for (candidate, inspection) in inspected {
        report.findings.extend(inspection.findings.iter().cloned());
        report.transient |= inspection.transient;
        vouched.extend(candidate.expected.clone().filter(|_| inspection.vouch == Some(Vouch::Agrees)));
        if archives == Archives::Kept {
            report.prepared.extend(prepared(curator, &world, &candidate, inspection).await?);
        }
    }
    report.findings.sort_by(Finding::by_place);
    report.findings.dedup();
    Ok(Examination { report, vouched, signed })
}

/// What publishing the definition would publish; `None` where it is published, or can be no step of a plan.
async fn prepared<P: Ports>(
    curator: &Curator<P>,
    world: &World,
    candidate: &Candidate,
    inspection: Inspection,
) -> Result<Option<Prepared>, Stop> {
    let Some((name, version)) = candidate.expected.as_ref().filter(|_| candidate.effective_manifest().is_some()) else {
        return Ok(None);
    };
    let Some(state) = world.packages.get(name).filter(|state| !state.is_published(version)) else { return Ok(None) };
    let publication = candidate.publication(state.registration.as_ref(), curator.encoder_name);
    let Some(publication) = publication else { return Ok(None) };
    let Inspection { findings, artifact, .. } = inspection;
    let resolution = resolved(world, &publication.listed_manifest());
    let mut prepared = Prepared { publication, artifact, findings, difference: None, resolution };
    prepared.difference = difference(curator, world, &prepared).await?;
    Ok(Some(prepared))
}

/// The files that are looked at together with others.
struct Gathered {
    candidates: Vec<Candidate>,
    /// The overrides and statuses.
    others: Vec<LifeFile>,
    registering: Vec<Registering>,
    advisories: Vec<AdvisoryFile>,
    /// What is wished for the next package set, with its file.
    wishes: Option<(TreePath, Vec<u8>, SetWishes)>,
}

/// Reads the files and checks each of them that can be checked by itself.
fn gather<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    files: Vec<TreePath>,
    report: &mut CheckReport,
) -> Result<Gathered, Stop> {
    let (mut candidates, mut advisories) = (Vec::new(), Vec::new());
    let (mut others, mut registering, mut wishes) = (Vec::new(), Vec::new(), None);
    let ecosystem = Ecosystem::of_registry(&curator.index_config.name).under(curator.policy.profile);
    let terms = curator.terms();
    for file in files {
        let Some(bytes) = reader.registry_file(&file)? else {
            return Err(Stop::Usage(format!("there is no file {file} in the registry")));
        };
        report.checked += 1;
        report.texts.insert(file.to_string(), String::from_utf8_lossy(&bytes).into_owned());
        match RegistryPath::within(terms.profile, &file) {
            RegistryPath::Registration(name) => {
                report.findings.extend(check_registration(&file, &bytes, terms).1);
                registering.push(Registering { name, file, bytes });
            }
            RegistryPath::Override(name, _) | RegistryPath::Status(name, _) => {
                others.push(LifeFile { name, file, bytes });
            }
            RegistryPath::Advisory(_) => {
                let advisory = AdvisoryFile::parse(&file, &bytes, terms, &ecosystem);
                report.findings.extend(check_advisory(&advisory));
                advisories.push(advisory);
            }
            RegistryPath::Definition(name, version) => {
                let candidate = Candidate::parse(&file, &bytes, terms);
                candidates.push(reader.with_override(candidate, &name, &version, None, &mut report.findings)?);
            }
            RegistryPath::Stray(_) if is_misplaced_definition(&file) => {
                candidates.push(Candidate::parse(&file, &bytes, terms));
            }
            RegistryPath::Stray(_) => report.findings.extend(check_stray(&file, terms.profile)),
            RegistryPath::PackageSet => {
                let (read, found) = check_wishes(&file, &bytes, terms);
                report.findings.extend(found);
                wishes = read.map(|read| (file, bytes, read));
            }
            RegistryPath::Config | RegistryPath::Other => {}
        }
    }
    Ok(Gathered { candidates, others, registering, advisories, wishes })
}

/// The versions of the candidates' packages of which the index has one half.
fn halves_of(world: &World, candidates: &[Candidate]) -> Result<Vec<Finding>, Stop> {
    let placed = candidates.iter().filter_map(|candidate| candidate.expected.as_ref());
    let packages: BTreeSet<&PackageName> = placed.map(|(name, _)| name).collect();
    let states = packages.iter().filter_map(|name| world.packages.get_key_value(*name));
    let findings: Result<Vec<_>, Stop> = states.map(|(name, state)| halves(name, state)).collect();
    Ok(findings?.into_iter().flatten().collect())
}

/// Whether the file is a definition, or seems to be meant as one: then its source is looked at.
pub(super) fn is_definition(file: &TreePath) -> bool {
    match RegistryPath::of(file) {
        RegistryPath::Definition(..) => true,
        RegistryPath::Stray(_) => is_misplaced_definition(file),
        _ => false,
    }
}

/// Whether somebody seems to have meant the file as a definition.
fn is_misplaced_definition(file: &TreePath) -> bool {
    let is_json = file.file_name().strip_suffix(".json").is_some();
    file.as_str().starts_with("packages/") && is_json && file.file_name() != "registration.json"
}

/// Every plain file of the registry that means something.
fn everything<P: Ports>(reader: &Reader<'_, P>) -> Result<Vec<TreePath>, Stop> {
    let entries = reader.registry_entries(None)?.into_iter();
    let means_something =
        |entry: &RepoEntry| entry.kind == RepoEntryKind::File && RegistryPath::of(&entry.path) != RegistryPath::Other;
    Ok(entries.filter(means_something).map(|entry| entry.path).collect())
}

/// Runs every check on the definitions, several at a time, and prepares those that are not published.
async fn check_candidates<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    world: &Arc<World>,
    sources: SourceAccess,
    candidates: Vec<Candidate>,
    archives: Archives,
) -> Result<Vec<(Arc<Candidate>, Inspection)>, Stop> {
    let names = Arc::new(known_names(reader, world, &candidates)?);
    (curator.progress)(Event::Total(candidates.len()));
    let candidates: Vec<Arc<Candidate>> = candidates.into_iter().map(Arc::new).collect();
    let at_once = if archives == Archives::Kept { AT_ONCE } else { candidates.len().max(1) };
    let (mut inspected, mut room) = (Vec::new(), MOST_KEPT_BYTES);
    for part in candidates.chunks(at_once) {
        let (curator, world, names) = (Arc::clone(curator), Arc::clone(world), Arc::clone(&names));
        let inspections = in_order(part.to_vec(), move |candidate| {
            let (curator, world, names) = (Arc::clone(&curator), Arc::clone(&world), Arc::clone(&names));
            async move {
                let subject = Subject { candidate: &candidate, world: &world, names: &names, stage: Stage::Review };
                inspect(&curator, subject, sources, archives).await
            }
        });
        for (candidate, mut inspection) in part.iter().zip(inspections.await?) {
            let files = inspection.artifact.iter().flat_map(|artifact| artifact.files.values());
            let left = room.checked_sub(files.map(|file| file.bytes.len() as u64).sum());
            if left.is_none() {
                inspection.artifact = None;
                let place = Place::file(Area::Registry, &candidate.file);
                inspection.findings.push(words::source::archives_together(MOST_KEPT_BYTES).at(place));
            }
            room = left.unwrap_or(room);
            inspected.push((Arc::clone(candidate), inspection));
        }
    }
    Ok(inspected)
}

/// Runs every check on one definition.
async fn inspect<P: Ports>(
    curator: &Curator<P>,
    subject: Subject<'_>,
    sources: SourceAccess,
    archives: Archives,
) -> Result<Inspection, Stop> {
    (curator.progress)(Event::Begin(subject.candidate.file.to_string()));
    let inspection = match sources {
        SourceAccess::Fetch if !curator.is_published(subject) => curator.inspect(subject).await,
        _ => Ok(Inspection::offline(curator.check_offline(subject))),
    };
    (curator.progress)(Event::Done);
    let mut inspection = inspection?;
    inspection.artifact = inspection.artifact.filter(|_| archives == Archives::Kept);
    Ok(inspection)
}

/// The packages that a definition names: its own, by path and by content, and its dependencies; as far as they can be
/// read, since other checks do not wait for what is broken beside them.
fn reach(candidate: &Candidate) -> BTreeSet<PackageName> {
    let placed = candidate.expected.iter().map(|(name, _)| name.clone());
    let parts = candidate.reading.iter().map(|reading| &reading.parts);
    let named = parts.flat_map(|parts| parts.name.iter().chain(parts.dependencies.keys()).cloned());
    placed.chain(named).collect()
}

/// Every name that exists, where somebody must look through them: for a new name, or for an unknown dependency.
fn known_names<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    candidates: &[Candidate],
) -> Result<Vec<PackageName>, Stop> {
    let is_new = |name: &PackageName| world.packages.get(name).is_none_or(|state| state.published.metadata.is_none());
    if candidates.iter().flat_map(reach).any(|name| is_new(&name)) {
        Ok(reader.names()?.into_iter().collect())
    } else {
        Ok(Vec::new())
    }
}
