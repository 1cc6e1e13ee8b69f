//! Looking at files of the registry: what every check finds of them, and what of it would be published.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::model::{Area, Finding, PackageName, Place, Prepared, StatusKind, TreePath, Version};
use crate::ports::{Differences, History as _, Ports, RepoEntry, RepoEntryKind};
use crate::rules::check::{Before, check_registration, check_status, check_stray, needing, resolved};
use crate::rules::registry::{Candidate, RegistryPath, World};
use crate::rules::report::words;
use crate::rules::review::Vouch;

use super::check::{CheckReport, SourceAccess};
use super::inspect::{Inspection, Stage, Subject};
use super::kept::{halves, kept};
use super::life_file::LifeFile;
use super::parallel::in_order;
use super::plan::difference;
use super::reader::Reader;
use super::signed::{Earlier, Notary, Signed};
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
    let mut report = CheckReport::default();
    let (files, changes) = match portion {
        Portion::Everything => (everything(reader)?, None),
        Portion::Files(files) | Portion::Prepared(files) => (files.to_vec(), None),
        Portion::Changes(changes) => (branch::files(changes), Some(changes)),
    };
    let Gathered { candidates, others, registering } = gather(curator, reader, files, &mut report)?;
    let mut names: BTreeSet<PackageName> = candidates.iter().flat_map(reach).collect();
    names.extend(others.iter().flat_map(|other| other.reach(curator.limits.json_bytes)));
    match portion {
        Portion::Everything => names.extend(reader.names()?),
        Portion::Files(_) | Portion::Prepared(_) => {}
        Portion::Changes(changes) => names.extend(branch::packages(changes)),
    }
    // What is wrong with files on the way is found where those files are checked themselves.
    let world = Arc::new(reader.world(names, &mut BTreeMap::new())?);
    report.findings.extend(match portion {
        Portion::Files(_) | Portion::Prepared(_) => halves_of(&world, &candidates)?,
        _ => kept(reader, &world, changes, &curator.limits)?,
    });
    let archives = portion.archives();
    let inspected = check_candidates(curator, reader, &world, sources, candidates, archives).await?;
    let (before, mut signed) = (earlier(reader, changes)?, Signed::new());
    let notary = Notary { world: &world, earlier: &before, limit: curator.limits.json_bytes };
    let registrations = registering.iter().map(|it| (&it.file, &it.bytes));
    for (file, bytes) in others.iter().map(|other| (&other.file, &other.bytes)).chain(registrations) {
        report.findings.extend(notary.look(file, bytes, &mut signed)?);
    }
    for other in &others {
        let path = RegistryPath::of(&other.file);
        let before = match before.get(&other.file) {
            None => Before::Unknown,
            Some(None) => Before::Nothing,
            Some(Some(bytes)) => Before::Bytes(bytes),
        };
        let file = LifeFile { path: &path, file: &other.file, bytes: &other.bytes, before };
        report.findings.extend(file.findings(&world, curator.limits.json_bytes));
    }
    if changes.is_some() {
        let (found, may_pass) = check_locations(curator, reader, &world, registering, sources).await?;
        report.findings.extend(found);
        report.transient |= may_pass;
    }
    report.findings.extend(needed(reader, &world, &others, curator.limits.json_bytes)?);
    report.findings.extend(changes.iter().flat_map(|changes| branch::beside(changes, &world, &before)));
    let mut vouched = BTreeSet::new();
    for (candidate, inspection) in inspected {
        report.findings.extend(inspection.findings.iter().cloned());
        report.transient |= inspection.transient;
        vouched.extend(candidate.expected.clone().filter(|_| inspection.vouch == Some(Vouch::Agrees)));
        if archives == Archives::Kept {
            report.prepared.extend(prepared(curator, &world, &candidate, inspection).await?);
        }
    }
    report.findings.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
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
    others: Vec<Other>,
    registering: Vec<Registering>,
}

/// Reads the files and checks each of them that can be checked by itself.
fn gather<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    files: Vec<TreePath>,
    report: &mut CheckReport,
) -> Result<Gathered, Stop> {
    let mut candidates = Vec::new();
    let (mut others, mut registering) = (Vec::new(), Vec::new());
    let limit = curator.limits.json_bytes;
    for file in files {
        let Some(bytes) = reader.registry_file(&file)? else {
            return Err(Stop::Usage(format!("there is no file {file} in the registry")));
        };
        report.checked += 1;
        report.texts.insert(file.to_string(), String::from_utf8_lossy(&bytes).into_owned());
        match RegistryPath::of(&file) {
            RegistryPath::Registration(name) => {
                report.findings.extend(check_registration(&file, &bytes, limit).1);
                registering.push(Registering { name, file, bytes });
            }
            RegistryPath::Override(name, _) | RegistryPath::Status(name, _) => others.push(Other { name, file, bytes }),
            RegistryPath::Definition(name, version) => {
                let candidate = Candidate::parse(&file, &bytes, limit);
                candidates.push(reader.with_override(candidate, &name, &version, None, &mut report.findings)?);
            }
            RegistryPath::Stray(_) if is_misplaced_definition(&file) => {
                candidates.push(Candidate::parse(&file, &bytes, limit));
            }
            RegistryPath::Stray(_) => report.findings.extend(check_stray(&file)),
            RegistryPath::Config | RegistryPath::Other => {}
        }
    }
    Ok(Gathered { candidates, others, registering })
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

/// An override or a status, and the package that its path names.
struct Other {
    name: PackageName,
    file: TreePath,
    bytes: Vec<u8>,
}

impl Other {
    /// The packages that it names.
    fn reach(&self, limit: u64) -> impl Iterator<Item = PackageName> {
        let status = check_status(&self.file, &self.bytes, limit).0;
        [self.name.clone()].into_iter().chain(status.and_then(|status| status.replacement))
    }
}

/// What stood in overrides, statuses and registrations before a change.
fn earlier<P: Ports>(reader: &Reader<'_, P>, changes: Option<&Differences>) -> Result<Earlier, Stop> {
    let mut earlier = Earlier::new();
    let Some((registry, _)) = reader.registry() else { return Ok(earlier) };
    for changed in changes.iter().flat_map(|changes| &changes.changed) {
        let (RegistryPath::Override(..) | RegistryPath::Status(..) | RegistryPath::Registration(_)) =
            RegistryPath::of(&changed.path)
        else {
            continue;
        };
        let before = changed.before.filter(|before| before.kind == RepoEntryKind::File);
        let bytes = before.map(|before| registry.bytes(&before.object)).transpose()?;
        earlier.insert(changed.path.clone(), bytes);
    }
    Ok(earlier)
}

/// Who needs what the statuses unpublish. The whole index is looked through, where there is such a status.
fn needed<P: Ports>(reader: &Reader<'_, P>, world: &World, others: &[Other], limit: u64) -> Result<Vec<Finding>, Stop> {
    let is_going = |other: &&Other| {
        let status = check_status(&other.file, &other.bytes, limit).0;
        status.is_some_and(|status| status.kind == StatusKind::Unpublished)
    };
    let going: Vec<&Other> = others.iter().filter(is_going).collect();
    if going.is_empty() {
        return Ok(Vec::new());
    }
    let lines = reader.naming(&going.iter().map(|other| &other.name).collect())?;
    let mut findings = Vec::new();
    for other in going {
        let (name, RegistryPath::Status(_, chosen)) = (&other.name, RegistryPath::of(&other.file)) else { continue };
        let Some(state) = world.packages.get(name) else { continue };
        let published = state.published.metadata.iter().flat_map(|file| file.metadata().published.keys());
        for version in published.filter(|version| chosen.as_ref().is_none_or(|chosen| chosen == *version)) {
            let needing = needing(name, version, state, &lines);
            if !needing.is_empty() {
                let place = Place::file(Area::Registry, &other.file);
                findings.push(words::life::needed(name, version, &needing).of(name, version, place));
            }
        }
    }
    Ok(findings)
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
