//! Looking at registrations that name another location: whether everything that is published is found there, and whether
//! the place is anybody else's.

use std::sync::Arc;

use crate::model::{
    Area, Document, Finding, PackageName, Place, Published, Recipe, Registration, Span, Terms, TreePath, Version,
};
use crate::ports::{Ports, Proof, Repo as _};
use crate::rules::check::check_registration;
use crate::rules::index::MetadataFile;
use crate::rules::registry::{PackageState, RegistryPath, World};
use crate::rules::report::words;

use super::check::SourceAccess;
use super::inspect::Repacked;
use super::parallel::in_order;
use super::plan::archived_files;
use super::reader::{Reader, bug};
use super::{Curator, Stop};

/// A registration that came or changed.
pub(super) struct Registering {
    /// The package.
    pub(super) name: PackageName,
    /// Its file.
    pub(super) file: TreePath,
    /// What stands in it.
    pub(super) bytes: Vec<u8>,
}

/// What is wrong with where registrations say that sources are. Sources are fetched, where `sources` lets that be.
pub(super) async fn check_locations<P: Ports>(
    curator: &Arc<Curator<P>>,
    reader: &Reader<'_, P>,
    world: &World,
    registering: Vec<Registering>,
    sources: SourceAccess,
) -> Result<(Vec<Finding>, bool), Stop> {
    let terms = curator.terms();
    let (mut findings, mut transient) = (Vec::new(), false);
    for it in &registering {
        let (Some(registration), Some(state)) =
            (check_registration(&it.file, &it.bytes, terms).0, world.packages.get(&it.name))
        else {
            continue;
        };
        let metadata = state.published.metadata.as_ref().map(MetadataFile::metadata);
        if metadata.is_some_and(|metadata| metadata.location == registration.location) {
            continue;
        }
        // A folder of archives may be that of several packages, and each version has its own place and digest in it.
        if registration.location.is_archive() {
            continue;
        }
        let mut found: Vec<Finding> = shared(reader, &it.name, &registration, terms)?
            .into_iter()
            .map(|other| words::life::location_shared(&registration.location.to_string(), &other).at(place(it)))
            .collect();
        if sources == SourceAccess::Fetch {
            let (missing, may_pass) = missing(curator, it, state, &registration).await?;
            found.extend(missing);
            transient |= may_pass;
        }
        findings.extend(found.into_iter().map(|found| Finding { package: Some(it.name.clone()), ..found }));
    }
    Ok((findings, transient))
}

/// Where the location stands in the file.
fn place(it: &Registering) -> Place {
    let place = Place::file(Area::Registry, &it.file);
    let document = Document::parse(&it.bytes, u64::MAX).ok();
    let span: Option<Span> = document.and_then(|it| it.member("location").map(|member| member.value.span.clone()));
    match span {
        Some(span) => place.at(span),
        None => place,
    }
}

/// The other packages that are registered at the very same place.
fn shared<P: Ports>(
    reader: &Reader<'_, P>,
    name: &PackageName,
    registration: &Registration,
    terms: Terms,
) -> Result<Vec<PackageName>, Stop> {
    let Some((registry, at)) = reader.registry() else { return Ok(Vec::new()) };
    let folder: TreePath = "packages".parse().map_err(bug)?;
    let mut shared = Vec::new();
    for entry in registry.list(at, Some(&folder))? {
        let RegistryPath::Registration(other) = RegistryPath::of(&entry.path) else { continue };
        if other == *name {
            continue;
        }
        let bytes = reader.registry_file(&entry.path)?.unwrap_or_default();
        let theirs = check_registration(&entry.path, &bytes, terms).0;
        if theirs.is_some_and(|theirs| theirs.location == registration.location) {
            shared.push(other);
        }
    }
    Ok(shared)
}

/// The published versions that are not found at the new location, and whether a source could not be reached for a reason
/// that may pass.
async fn missing<P: Ports>(
    curator: &Arc<Curator<P>>,
    it: &Registering,
    state: &PackageState,
    registration: &Registration,
) -> Result<(Vec<Finding>, bool), Stop> {
    let published = state.published.metadata.iter().flat_map(|file| &file.metadata().published);
    let recipe = |(version, facts): (&Version, &Published)| {
        Some(Sought { version: version.clone(), facts: facts.clone(), recipe: state.published.recipe(version)? })
    };
    let sought: Vec<Sought> = published.filter_map(recipe).collect();
    let (shared, location) = (Arc::clone(curator), registration.location.clone());
    let outcomes = in_order(sought, move |sought| {
        let (curator, location) = (Arc::clone(&shared), location.clone());
        async move {
            if sought.recipe.is_local() {
                let reason = words::life::LOCAL_SOURCE.to_owned();
                return Ok((sought.version, Some(Missing { reason, may_pass: false })));
            }
            let repacked = curator.repack_at(&sought.recipe, &location, Proof::Reachable).await?;
            let why = why_not(&curator, &sought, repacked).await?;
            Ok((sought.version, why))
        }
    });
    let (mut findings, mut transient) = (Vec::new(), false);
    for (version, why) in outcomes.await? {
        let Some(Missing { reason, may_pass }) = why else { continue };
        transient |= may_pass;
        let location = registration.location.to_string();
        let wording = words::life::not_at_new_location(&it.name, &version, &location, &reason);
        findings.push(Finding { version: Some(version), ..wording.at(place(it)) });
    }
    Ok((findings, transient))
}

/// A published version that is looked for at another place.
struct Sought {
    version: Version,
    facts: Published,
    recipe: Recipe,
}

/// Why a version is not there.
struct Missing {
    reason: String,
    may_pass: bool,
}

/// Why what was packed is not the published version; `None` where it is.
async fn why_not<P: Ports>(curator: &Curator<P>, sought: &Sought, repacked: Repacked) -> Result<Option<Missing>, Stop> {
    let missing = |reason: &str| Some(Missing { reason: reason.to_owned(), may_pass: false });
    let artifact = match repacked {
        Repacked::Archive(artifact) => artifact,
        Repacked::NoSource(error) => {
            let may_pass = error.fault() == crate::model::Fault::Transient;
            return Ok(Some(Missing { reason: error.to_string(), may_pass }));
        }
        Repacked::NoArchive(reason) => return Ok(missing(&reason)),
    };
    match sought.facts.content_hash {
        Some(recorded) if recorded == artifact.content_hash => Ok(None),
        Some(_) => Ok(missing(words::life::OTHER_CONTENT)),
        // Of an adopted version, the archive itself speaks for its content.
        None => Ok(match archived_files(curator, &sought.recipe.manifest.name, &sought.version).await? {
            Some(files) if files == artifact.files => None,
            Some(_) => missing(words::life::OTHER_CONTENT),
            None => missing(words::life::NOT_COMPARABLE),
        }),
    }
}
