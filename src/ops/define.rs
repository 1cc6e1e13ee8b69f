//! Writing the definition of a tag: what `curator new` does for an author.

use std::collections::BTreeMap;
use std::sync::Arc;

use crate::model::{
    Definition, Location, NonEmpty, Owner, PackageName, PathError, Profile, Ref, Registration, TreePath, Version,
};
use crate::ports::{Forge, ForgeOwner, Identity, Ports, Proof, SourceRequest, Workspace};
use crate::rules::import::{Draft, Note, guess_license, package_name, read_draft};
use crate::rules::index::{MetadataFile, Package};
use crate::rules::registry::{PackageState, World, definition_path, registration_path};
use crate::rules::report::words;

use super::check::{CheckReport, CheckRequest, Selection, SourceAccess, check};
use super::fetched::fetched;
use super::inspect::is_read;
use super::reader::{Reader, bug};
use super::stop::Taken;
use super::{Curator, Stop};

/// What to define.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DefineRequest {
    /// The source.
    pub location: Location,
    /// Its tag.
    pub reference: Ref,
    /// The package, where it is not the one that the source names.
    pub name: Option<PackageName>,
    /// The compiler that the version was written for.
    pub compiler: Option<Version>,
}

/// What was defined.
#[derive(Debug, Clone, PartialEq)]
pub struct Defined {
    /// The definition.
    pub definition: Definition,
    /// The files that were written.
    pub written: Vec<TreePath>,
    /// What was respelled, left out or guessed.
    pub notes: Vec<Note>,
    /// Why the registration has no numeric ids, where it was written without them.
    pub unidentified: Option<String>,
    /// What the checks say of the files.
    pub report: CheckReport,
}

/// Reads what a source says of itself at a tag, writes its definition and, for a new package, its registration, and checks
/// both. A file that is there already stays as it is.
///
/// # Errors
/// [`Stop`]: the source cannot be fetched or does not say enough, the version is taken, or a file cannot be written.
pub async fn define<P: Ports, F: Forge, W: Workspace>(
    curator: &Arc<Curator<P>>,
    forge: &F,
    workspace: &W,
    request: &DefineRequest,
) -> Result<Defined, Stop> {
    let DefineRequest { location, reference, .. } = request;
    let undefinable =
        |reason: String| Stop::Undefinable { location: location.to_string(), reference: reference.clone(), reason };
    let fetch = (location.clone(), reference.clone());
    let fetch = SourceRequest { location: fetch.0, reference: fetch.1, commit: None, proof: Proof::Reviewed };
    let (rules, profile) = (curator.file_rules(), curator.policy.profile);
    if !profile.admits_location(location) {
        return Err(Stop::Usage(words::refusal::NO_ARCHIVES.to_owned()));
    }
    let source = fetched(&curator.sources, &fetch, &|path| is_read(&rules, path), &curator.limits).await?;
    let mut draft =
        read_draft(&source.tree, curator.policy.package.as_ref()).map_err(|refusal| undefinable(refusal.reason))?;
    let name =
        chosen_name(&mut draft, request, profile).ok_or_else(|| undefinable(words::refusal::NO_NAME.to_owned()))?;
    let version = chosen_version(&mut draft, reference, profile);
    let version = version.ok_or_else(|| undefinable(words::refusal::NO_VERSION.to_owned()))?;
    let reader = Reader::open(curator.as_ref()).await?;
    let names = draft.dependencies.keys().chain([&name]).cloned();
    let world = reader.world(names, &mut BTreeMap::new())?;
    let state = world.packages.get(&name).cloned().unwrap_or_default();
    refuse_taken(&state, &name, &version)?;
    if draft.license.is_none() {
        draft.license = guess_license(&source.tree);
        draft.notes.extend(draft.license.clone().map(Note::LicenseGuessed));
    }
    guess_ranges(&mut draft, &world, profile);
    let compiler = chosen_compiler(&reader, &world, &mut draft, request)?;
    let (notes, owners) = (std::mem::take(&mut draft.notes), draft.owners.clone());
    let pinned = match (location, source.digest) {
        (Location::Archive { url, .. }, digest) => Location::Archive { url: url.clone(), sha256: digest },
        (location, _) => location.clone(),
    };
    let manifest = draft.manifest(name, version, pinned, reference.clone());
    let manifest = manifest.map_err(|refusal| undefinable(refusal.reason))?;
    let definition = Definition { manifest, commit: source.commit, compiler };
    let mut defined =
        Defined { definition, written: Vec::new(), notes, unidentified: None, report: CheckReport::default() };
    if state.registration.is_none() && state.published.metadata.is_none() {
        let registration =
            registration(forge, &registered_at(location, &defined.definition), owners, &mut defined).await;
        defined.write(workspace, registration_path(&defined.definition.manifest.name), &registration.to_file())?;
    }
    let manifest = &defined.definition.manifest;
    let (path, text) = (definition_path(&manifest.name, &manifest.version), defined.definition.to_file());
    defined.write(workspace, path, &text)?;
    let request = CheckRequest { selection: Selection::Files(defined.written.clone()), sources: SourceAccess::Fetch };
    defined.report = check(curator, &request).await?;
    Ok(defined)
}

impl Defined {
    fn write<W: Workspace>(
        &mut self,
        workspace: &W,
        path: Result<TreePath, PathError>,
        text: &Result<String, serde_json::Error>,
    ) -> Result<(), Stop> {
        let path = path.map_err(bug)?;
        let text = text.as_ref().map_err(|error| Stop::Bug(error.to_string()))?;
        workspace.create(&path, text.as_bytes())?;
        self.written.push(path);
        Ok(())
    }
}

/// The name that was asked for, the manifest's, or that of the folder or repository.
fn chosen_name(draft: &mut Draft, request: &DefineRequest, profile: Profile) -> Option<PackageName> {
    if let Some(name) = request.name.as_ref().or(draft.name.as_ref()) {
        return Some(name.clone());
    }
    let url = request.location.clone_url();
    let last = match request.location.subdir() {
        Some(folder) => folder.file_name(),
        None => url.trim_end_matches('/').rsplit('/').next()?.trim_end_matches(".git"),
    };
    let name = match profile {
        Profile::Purescript => package_name(last).ok()?,
        Profile::Generic => profile.name(last).ok()?,
    };
    draft.notes.push(Note::NameOfRepository(name.clone()));
    Some(name)
}

/// The manifest's version, or that of the tag.
fn chosen_version(draft: &mut Draft, reference: &Ref, profile: Profile) -> Option<Version> {
    let tagged = profile.tagged(reference.as_str());
    match (&draft.version, tagged) {
        (Some(version), tagged) => {
            let version = version.clone();
            if tagged.as_ref() != Some(&version) {
                draft.notes.push(Note::TagDiffers(version.clone()));
            }
            Some(version)
        }
        (None, tagged) => {
            draft.notes.extend(tagged.clone().map(Note::VersionOfTag));
            tagged
        }
    }
}

/// The compiler that was asked for, or the newest that published dependencies, or any package at all, were built with.
fn chosen_compiler<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    draft: &mut Draft,
    request: &DefineRequest,
) -> Result<Option<Version>, Stop> {
    // Only a language with a compiler of its own has one in its definitions.
    if request.compiler.is_some() || reader.terms().profile != Profile::Purescript {
        return Ok(request.compiler.clone());
    }
    let newest = newest_compiler(reader, world)?.ok_or_else(|| Stop::Usage(words::refusal::NO_COMPILER.to_owned()))?;
    draft.notes.push(Note::CompilerGuessed(newest.clone()));
    Ok(Some(newest))
}

/// The newest compiler that packages of `world`, or else any package at all, were published for.
pub(super) fn newest_compiler<P: Ports>(reader: &Reader<'_, P>, world: &World) -> Result<Option<Version>, Stop> {
    let of_package = |package: &Package| {
        let published = package.metadata.iter().flat_map(|file| file.metadata().published.values());
        published.flat_map(|facts| facts.compilers.clone()).max()
    };
    let mut newest = world.packages.values().filter_map(|state| of_package(&state.published)).max();
    if newest.is_none() {
        for name in reader.published_names()? {
            newest = newest.max(of_package(&reader.published(&name)?));
        }
    }
    Ok(newest)
}

/// Gives bounds to the dependencies that the manifest leaves open: what is compatible with the newest version there is.
fn guess_ranges(draft: &mut Draft, world: &World, profile: Profile) {
    for (name, range) in draft.dependencies.iter_mut().filter(|(_, range)| range.is_none()) {
        let state = world.packages.get(name);
        let newest = state.and_then(|state| state.manifests().map(|manifest| &manifest.version).max());
        *range = newest.map(|newest| profile.caret(newest));
        draft.notes.extend(range.clone().map(|range| Note::RangeGuessed(name.clone(), range)));
    }
}

/// A version is defined once, whatever became of it.
fn refuse_taken(state: &PackageState, name: &PackageName, version: &Version) -> Result<(), Stop> {
    let facts = state.published.metadata.as_ref().map(MetadataFile::metadata);
    let how = if state.is_published(version) {
        Taken::Published
    } else if facts.is_some_and(|facts| facts.unpublished.contains_key(version)) {
        Taken::Unpublished
    } else if state.wanted.contains_key(version) {
        Taken::Wanted
    } else {
        return Ok(());
    };
    Err(Stop::Taken { name: name.clone(), version: version.clone(), how })
}

/// Where a new package is registered: at the repository, or in the folder of its archives.
fn registered_at(location: &Location, definition: &Definition) -> Location {
    match location {
        Location::Archive { url, .. } => {
            let folder = url.folder(&definition.manifest.version.to_string());
            Location::Archive { url: folder.unwrap_or_else(|| url.clone()), sha256: None }
        }
        location => location.clone(),
    }
}

/// The registration of a new package, with the numbers that its forge gives.
async fn registration<F: Forge>(
    forge: &F,
    location: &Location,
    owners: Option<NonEmpty<Owner>>,
    defined: &mut Defined,
) -> Registration {
    let identity = match forge.identify(location).await {
        Ok(identity) => {
            defined.unidentified = identity.is_none().then(|| words::refusal::NO_FORGE.to_owned());
            identity
        }
        Err(error) => {
            defined.unidentified = Some(error.to_string());
            None
        }
    };
    let maintainers = match identity {
        Some(Identity { owner: ForgeOwner::User(id), .. }) => vec![id],
        _ => Vec::new(),
    };
    let location_id = identity.map(|it| it.repository);
    Registration { location: location.clone(), location_id, owners, maintainers, authorization: None }
}
