//! A file by which a published version lives on, an override or a status, and what is wrong with it in its surroundings.

use crate::model::{Finding, Manifest, Published, TreePath, Version};
use crate::rules::check::{
    Before, check_override, check_override_target, check_revision, check_status, check_status_target,
};
use crate::rules::index::MetadataFile;
use crate::rules::registry::{PackageState, RegistryPath, World};

/// An override or a status.
pub(super) struct LifeFile<'f> {
    pub(super) path: &'f RegistryPath,
    pub(super) file: &'f TreePath,
    pub(super) bytes: &'f [u8],
    /// What stood there before, where a change is looked at.
    pub(super) before: Before<'f>,
}

impl LifeFile<'_> {
    /// What is wrong with it, by itself and with the version that it is about.
    pub(super) fn findings(&self, world: &World, limit: u64) -> Vec<Finding> {
        let Self { file, bytes, before, .. } = self;
        match self.path {
            RegistryPath::Override(name, version) => {
                let mut findings = check_override(file, bytes, limit).1;
                let Some(state) = world.packages.get(name) else { return findings };
                match target(state, version) {
                    Target::Manifest(manifest) => {
                        findings.extend(check_override_target(file, bytes, limit, Some(manifest)));
                    }
                    Target::Nothing => findings.extend(check_override_target(file, bytes, limit, None)),
                    Target::Unreadable => {}
                }
                findings.extend(check_revision(file, bytes, limit, published(state, version), *before));
                for finding in &mut findings {
                    (finding.package, finding.version) = (Some(name.clone()), Some(version.clone()));
                }
                findings
            }
            RegistryPath::Status(name, version) => {
                let mut findings = check_status(file, bytes, limit).1;
                let of = (name, version.as_ref());
                findings.extend(check_status_target(file, bytes, limit, of, world, *before));
                findings
            }
            _ => Vec::new(),
        }
    }
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
