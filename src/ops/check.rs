//! Checking files of the registry: everything that an author can mend, found in one run.

use std::collections::{BTreeMap, BTreeSet};

use crate::model::{Area, Finding, Fix, PackageName, TreePath, Version};
use crate::ports::{Ports, RepoEntry, RepoEntryKind, Workspace};
use crate::rules::check::{check_override, check_override_target, check_registration, check_status, check_stray};
use crate::rules::registry::{Candidate, RegistryPath, World};
use crate::rules::report::Texts;

use super::branch;
use super::inspect::{Stage, Subject};
use super::kept::{halves, kept};
use super::reader::Reader;
use super::{Curator, Event, Stop};

/// What to check.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct CheckRequest {
    /// Which files.
    pub selection: Selection,
    /// Whether sources are looked at.
    pub sources: SourceAccess,
}

/// Which files of the registry are checked.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum Selection {
    /// Every file.
    #[default]
    Everything,
    /// These files, as paths in the registry.
    Files(Vec<TreePath>),
    /// What changed since the registry forked off this branch, tag or commit.
    Since(String),
}

/// Whether a check looks at sources.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum SourceAccess {
    /// Sources are fetched, packed and looked through.
    #[default]
    Fetch,
    /// Only what the registry and the index hold is looked at: what an editor wants at every keystroke.
    Offline,
}

/// What a check found.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CheckReport {
    /// The findings, by place.
    pub findings: Vec<Finding>,
    /// The texts that they point into.
    pub texts: Texts,
    /// How many files were checked.
    pub checked: usize,
    /// Whether some source could not be fetched for a reason that may pass.
    pub transient: bool,
}

/// Checks files of the registry.
///
/// # Errors
/// [`Stop`] where registry, index or machine are at fault, and where a file that was named is not there.
pub async fn check<P: Ports>(curator: &Curator<P>, request: &CheckRequest) -> Result<CheckReport, Stop> {
    let reader = Reader::open(curator).await?;
    let mut report = CheckReport::default();
    let differences = match &request.selection {
        Selection::Since(base) => Some(branch::differences(&reader, base).await?),
        _ => None,
    };
    let files = match (&request.selection, &differences) {
        (Selection::Files(files), _) => files.clone(),
        (_, Some(differences)) => branch::files(differences),
        (_, None) => everything(&reader)?,
    };
    let Gathered { candidates, overrides } = gather(curator, &reader, files, &mut report)?;
    let mut names: BTreeSet<PackageName> = candidates.iter().flat_map(reach).collect();
    names.extend(overrides.iter().map(|it| it.name.clone()));
    match (&request.selection, &differences) {
        (_, Some(differences)) => names.extend(branch::packages(differences)),
        (Selection::Everything, _) => names.extend(reader.names()?),
        _ => {}
    }
    // What is wrong with files on the way is found where those files are checked themselves.
    let world = reader.world(names, &mut BTreeMap::new())?;
    check_candidates(curator, &reader, &world, request.sources, &candidates, &mut report).await?;
    check_targets(&world, &overrides, curator.limits.json_bytes, &mut report);
    if let Some(differences) = &differences {
        report.findings.extend(branch::beside(differences, &world));
    }
    report.findings.extend(match &request.selection {
        Selection::Files(_) => halves_of(&world, &candidates)?,
        _ => kept(&reader, &world, differences.as_ref(), &curator.limits)?,
    });
    report.findings.sort_by(|a, b| (&a.place, a.code).cmp(&(&b.place, b.code)));
    report.findings.dedup();
    Ok(report)
}

/// The files that are looked at together with others.
struct Gathered {
    candidates: Vec<Candidate>,
    overrides: Vec<Overriding>,
}

/// Reads the files and checks each of them that can be checked by itself.
fn gather<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    files: Vec<TreePath>,
    report: &mut CheckReport,
) -> Result<Gathered, Stop> {
    let mut candidates = Vec::new();
    let mut overrides = Vec::new();
    let limit = curator.limits.json_bytes;
    for file in files {
        let Some(bytes) = reader.registry_file(&file)? else {
            return Err(Stop::Usage(format!("there is no file {file} in the registry")));
        };
        report.checked += 1;
        report.texts.insert(file.to_string(), String::from_utf8_lossy(&bytes).into_owned());
        match RegistryPath::of(&file) {
            RegistryPath::Registration(_) => report.findings.extend(check_registration(&file, &bytes, limit).1),
            RegistryPath::Override(name, version) => {
                report.findings.extend(check_override(&file, &bytes, limit).1);
                overrides.push(Overriding { name, version, file, bytes });
            }
            RegistryPath::Status(..) => report.findings.extend(check_status(&file, &bytes, limit).1),
            RegistryPath::Definition(name, version) => {
                let candidate = Candidate::parse(&file, &bytes, limit);
                candidates.push(reader.with_override(candidate, &name, &version, &mut report.findings)?);
            }
            RegistryPath::Stray(_) if is_misplaced_definition(&file) => {
                candidates.push(Candidate::parse(&file, &bytes, limit));
            }
            RegistryPath::Stray(_) => report.findings.extend(check_stray(&file)),
            RegistryPath::Config | RegistryPath::Other => {}
        }
    }
    Ok(Gathered { candidates, overrides })
}

/// The versions of the candidates' packages of which the index has one half.
fn halves_of(world: &World, candidates: &[Candidate]) -> Result<Vec<Finding>, Stop> {
    let placed = candidates.iter().filter_map(|candidate| candidate.expected.as_ref());
    let packages: BTreeSet<&PackageName> = placed.map(|(name, _)| name).collect();
    let states = packages.iter().filter_map(|name| world.packages.get_key_value(*name));
    let findings: Result<Vec<_>, Stop> = states.map(|(name, state)| halves(name, state)).collect();
    Ok(findings?.into_iter().flatten().collect())
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

async fn check_candidates<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    world: &World,
    sources: SourceAccess,
    candidates: &[Candidate],
    report: &mut CheckReport,
) -> Result<(), Stop> {
    let names = known_names(reader, world, candidates)?;
    (curator.progress)(Event::Total(candidates.len()));
    for candidate in candidates {
        (curator.progress)(Event::Begin(candidate.file.to_string()));
        let subject = Subject { candidate, world, names: &names, stage: Stage::Review };
        match sources {
            SourceAccess::Fetch if !curator.is_published(subject) => {
                let inspection = curator.inspect(subject).await?;
                report.findings.extend(inspection.findings);
                report.transient |= inspection.transient;
            }
            _ => report.findings.extend(curator.check_offline(subject)),
        }
        (curator.progress)(Event::Done);
    }
    Ok(())
}

/// An override, and the version that its path names.
struct Overriding {
    name: PackageName,
    version: Version,
    file: TreePath,
    bytes: Vec<u8>,
}

/// Overrides change dependencies that their versions have.
fn check_targets(world: &World, overrides: &[Overriding], limit: u64, report: &mut CheckReport) {
    for Overriding { name, version, file, bytes } in overrides {
        let Some(state) = world.packages.get(name) else { continue };
        let manifest = match state.wanted.get(version) {
            Some(candidate) => match candidate.placed_definition() {
                Some(definition) => Some(&definition.manifest),
                // What is wrong with the definition is said of the definition.
                None => continue,
            },
            None => state.manifests().find(|manifest| manifest.version == *version),
        };
        report.findings.extend(check_override_target(file, bytes, limit, manifest));
    }
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

/// Writes the fixes of `report` into the user's files, and gives the files that changed.
///
/// # Errors
/// [`Stop::Workspace`]; the files that were written before stay written, each of them whole.
pub fn fix<W: Workspace>(workspace: &W, report: &CheckReport) -> Result<Vec<TreePath>, Stop> {
    let mut fixes: BTreeMap<&str, Vec<&Fix>> = BTreeMap::new();
    for finding in report.findings.iter().filter(|finding| finding.place.area == Area::Registry) {
        fixes.entry(&finding.place.file).or_default().extend(&finding.fix);
    }
    let mut changed = Vec::new();
    for (file, mut fixes) in fixes {
        let (Some(text), false) = (report.texts.get(file), fixes.is_empty()) else { continue };
        // From the end, so that the places of earlier fixes stay true; of two that overlap, one waits for the next run.
        fixes.sort_by_key(|fix| (std::cmp::Reverse(fix.span), &fix.replacement));
        let mut mended = text.clone();
        let mut end = text.len() + 1;
        for fix in fixes {
            let fits = fix.span.end <= end && fix.span.start <= fix.span.end && fix.span.start < end;
            if fits && text.is_char_boundary(fix.span.start) && text.is_char_boundary(fix.span.end) {
                mended.replace_range(fix.span.start..fix.span.end, &fix.replacement);
                end = fix.span.start;
            }
        }
        let path: TreePath = file.parse().map_err(super::reader::bug)?;
        workspace.replace(&path, mended.as_bytes())?;
        changed.push(path);
    }
    Ok(changed)
}
