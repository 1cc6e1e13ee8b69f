//! Files by which a published version lives on, overrides and statuses, and what is wrong with them in their surroundings.

use crate::model::{Area, Finding, Manifest, PackageName, Place, Published, StatusKind, Terms, TreePath, Version};
use crate::ports::Ports;
use crate::rules::check::{
    Before, check_override, check_override_target, check_revision, check_status, check_status_target, needing,
};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{PackageState, RegistryPath, World};
use crate::rules::report::words;

use super::Stop;
use super::reader::Reader;
use super::signed::Earlier;

/// An override or a status.
pub(super) struct LifeFile {
    /// The package that its path names.
    pub(super) name: PackageName,
    pub(super) file: TreePath,
    pub(super) bytes: Vec<u8>,
}

impl LifeFile {
    /// The packages that it names.
    pub(super) fn reach(&self, terms: Terms) -> impl Iterator<Item = PackageName> {
        let status = check_status(&self.file, &self.bytes, terms).0;
        [self.name.clone()].into_iter().chain(status.and_then(|status| status.replacement))
    }

    /// What is wrong with it, by itself and with the version that it is about. `earlier` is what the changed files said
    /// before, where a change is looked at.
    pub(super) fn findings(&self, world: &World, earlier: &Earlier, terms: Terms) -> Vec<Finding> {
        let Self { file, bytes, .. } = self;
        let before = match earlier.get(file) {
            None => Before::Unknown,
            Some(None) => Before::Nothing,
            Some(Some(bytes)) => Before::Bytes(bytes),
        };
        match &RegistryPath::within(terms.profile, file) {
            RegistryPath::Override(name, version) => {
                let mut findings = check_override(file, bytes, terms).1;
                let Some(state) = world.packages.get(name) else { return findings };
                match target(state, version) {
                    Target::Manifest(manifest) => {
                        findings.extend(check_override_target(file, bytes, terms, Some(manifest)));
                    }
                    Target::Nothing => findings.extend(check_override_target(file, bytes, terms, None)),
                    Target::Unreadable => {}
                }
                findings.extend(check_revision(file, bytes, terms, published(state, version), before));
                for finding in &mut findings {
                    (finding.package, finding.version) = (Some(name.clone()), Some(version.clone()));
                }
                findings
            }
            RegistryPath::Status(name, version) => {
                let mut findings = check_status(file, bytes, terms).1;
                let of = (name, version.as_ref());
                findings.extend(check_status_target(file, bytes, terms, of, world, before));
                findings
            }
            _ => Vec::new(),
        }
    }
}

/// Who needs what the statuses unpublish. The whole index is looked through, where there is such a status.
pub(super) fn needed<P: Ports>(
    reader: &Reader<'_, P>,
    world: &World,
    others: &[LifeFile],
    terms: Terms,
) -> Result<Vec<Finding>, Stop> {
    let is_going = |other: &&LifeFile| {
        let status = check_status(&other.file, &other.bytes, terms).0;
        status.is_some_and(|status| status.kind == StatusKind::Unpublished)
    };
    let going: Vec<&LifeFile> = others.iter().filter(is_going).collect();
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

/// What an override changes.
enum Target<'s> {
    /// This manifest.
    Manifest(&'s Manifest),
    /// A definition that cannot be read, which is said of the definition.
    Unreadable,
    /// No version that there is.
    Nothing,
}

fn target<'s>(state: &'s PackageState, version: &Version) -> Target<'s> {
    let candidate = state.wanted.get(version).or_else(|| state.withdrawn.get(version));
    match (candidate, published(state, version)) {
        (Some(candidate), _) => {
            candidate.placed_definition().map_or(Target::Unreadable, |it| Target::Manifest(&it.manifest))
        }
        (None, Some((_, manifest))) => Target::Manifest(manifest),
        (None, None) => Target::Nothing,
    }
}

/// What is published of a version.
fn published<'s>(state: &'s PackageState, version: &Version) -> Option<(&'s Published, &'s Manifest)> {
    let metadata = state.published.metadata.as_ref().map(MetadataFile::metadata)?;
    metadata.published.get(version).zip(state.published.manifests.as_ref()?.get(version))
}
