//! What a folder says of itself, and the files of a registry that come of it.

use std::collections::BTreeMap;

use crate::model::{Definition, Finding, Manifest, Profile, Registration, SourceTree, StatusKind, TreePath, Version};
use crate::ops::define::newest_compiler;
use crate::ops::inspect::{choose, compress, is_read, matchers};
use crate::ops::pack::own_manifest;
use crate::ops::reader::{Reader, bug};
use crate::ops::{Curator, Stop};
use crate::ports::{Ports, Workspace};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{Candidate, Origin, World, definition_path, registration_path};
use crate::rules::report::words;

use super::PublishRefusal;

/// A folder that is to be published.
pub(super) struct Source {
    /// Its files.
    pub(super) tree: SourceTree,
    /// What it says of itself.
    pub(super) manifest: Manifest,
}

/// What a registry is to have of it.
pub(super) struct Draft {
    pub(super) definition: Definition,
    /// The files: the definition last.
    pub(super) files: Vec<(TreePath, Vec<u8>)>,
}

/// Reads a folder: what is always packed, and what its own manifest includes besides.
pub(super) fn read<P: Ports, W: Workspace>(curator: &Curator<P>, folder: &W, place: &str) -> Result<Source, Stop> {
    let rules = curator.file_rules();
    let tree = folder.source(&|path| is_read(&rules, path))?;
    let manifest = own_manifest(&tree, None, curator.policy.package.as_ref());
    let manifest = manifest.map_err(|reason| PublishRefusal::NoManifest { place: place.to_owned(), reason })?;
    let include = matchers(manifest.include_files.as_ref());
    // Where a registry says itself what a package holds, no globs include everything.
    if include.is_empty() && curator.policy.package.is_none() {
        return Ok(Source { tree, manifest });
    }
    let included = |path: &TreePath| rules.wanted(path, &|path| rules.includes(&include, path));
    let tree = folder.source(&|path| is_read(&rules, path) || included(path))?;
    Ok(Source { tree, manifest })
}

/// Refuses a version that is published, or was.
pub(super) fn refuse_taken<P: Ports>(
    curator: &Curator<P>,
    reader: &Reader<'_, P>,
    source: &Source,
) -> Result<(), Stop> {
    let Manifest { name, version, .. } = &source.manifest;
    let package = reader.published(name)?;
    let metadata = package.metadata.as_ref().map(MetadataFile::metadata);
    if metadata.is_some_and(|facts| facts.unpublished.contains_key(version)) {
        return Err(PublishRefusal::Unpublished { name: name.clone(), version: version.clone() }.into());
    }
    let Some(facts) = metadata.and_then(|metadata| metadata.published.get(version)) else { return Ok(()) };
    let (name, version, hash) = (name.clone(), version.clone(), facts.hash);
    let encoder = facts.encoder.unwrap_or(curator.encoder_name);
    let packed = match choose(&curator.file_rules(), &source.tree, &source.manifest)? {
        Ok(files) => Ok(compress(&curator.encoder, encoder, &source.manifest, files, None)?.hash),
        Err(errors) => Err(words::joined(&errors)),
    };
    Err(match packed {
        Ok(packed) if packed == hash => PublishRefusal::Published { name, version, hash },
        Ok(packed) => PublishRefusal::PublishedOther { name, version, hash, packed: packed.to_string() },
        Err(reason) => PublishRefusal::PublishedOther { name, version, hash, packed: words::publish::nothing(&reason) },
    }
    .into())
}

/// The files of the registry that define the folder's version, and the registry and the index as they are with them. What
/// else is wanted is left out: it is not published yet, so nothing may depend on it.
pub(super) fn draft<P: Ports>(
    reader: &Reader<'_, P>,
    source: &Source,
    compiler: Option<&Version>,
    findings: &mut Vec<Finding>,
) -> Result<(Draft, World), Stop> {
    let manifest = &source.manifest;
    let (name, version) = (&manifest.name, &manifest.version);
    let mut problems = BTreeMap::new();
    let names = manifest.dependencies.keys().chain([name]).cloned();
    let mut world = reader.packages(names, &mut problems)?;
    world.packages.values_mut().for_each(|state| state.wanted.clear());
    let path = definition_path(name, version).map_err(bug)?;
    let present = reader.registry_file(&path)?;
    // Only a language with a compiler of its own has one in its definitions.
    let compiler = match reader.terms().profile {
        Profile::Purescript => {
            Some(compiler_for(reader, &world, present.as_deref().map(|bytes| (&path, bytes)), compiler)?)
        }
        Profile::Generic => compiler.cloned(),
    };
    let definition = Definition { manifest: manifest.clone(), commit: None, compiler };
    let text = definition.to_file().map_err(|error| unwritable(&error))?;
    if present.is_some_and(|present| present != text.as_bytes()) {
        return Err(PublishRefusal::Defined { name: name.clone(), version: version.clone(), file: path }.into());
    }
    let mut files = Vec::new();
    let state = world.packages.entry(name.clone()).or_default();
    if state.said.has(version, StatusKind::Unpublished) {
        return Err(PublishRefusal::Unpublished { name: name.clone(), version: version.clone() }.into());
    }
    let registered = registration_path(name).map_err(bug)?;
    let is_new = reader.registry_file(&registered)?.is_none() && state.published.metadata.is_none();
    if is_new {
        let registration = registration(manifest);
        files.push((registered, registration.to_file().map_err(|error| unwritable(&error))?.into_bytes()));
        state.registration = Some(registration);
    }
    let mut candidate = Candidate::parse(&path, text.as_bytes(), reader.terms());
    candidate.origin = Origin::Folder;
    state.wanted.insert(version.clone(), candidate);
    files.push((path, text.into_bytes()));
    reader.settle(&mut world, &mut problems)?;
    findings.extend(problems.into_values().flatten());
    Ok((Draft { definition, files }, world))
}

/// The compiler that was asked for, else that of the definition which an earlier run left, else the newest that is named.
fn compiler_for<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    present: Option<(&TreePath, &[u8])>,
    asked: Option<&Version>,
) -> Result<Version, Stop> {
    let left = || {
        let (path, bytes) = present?;
        Candidate::parse(path, bytes, reader.terms()).definition()?.compiler.clone()
    };
    match asked.cloned().or_else(left) {
        Some(compiler) => Ok(compiler),
        None => newest_compiler(reader, world)?.ok_or_else(|| PublishRefusal::NoCompiler.into()),
    }
}

/// The registration of a new package. There is no forge that could tell numbers of people or of a repository.
fn registration(manifest: &Manifest) -> Registration {
    Registration {
        location: manifest.location.clone(),
        location_id: None,
        owners: manifest.owners.clone(),
        maintainers: Vec::new(),
        authorization: None,
    }
}

fn unwritable(error: &serde_json::Error) -> Stop {
    Stop::Bug(error.to_string())
}
