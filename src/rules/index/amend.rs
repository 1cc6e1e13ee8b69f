//! How every change comes into the files of a package: one way for publications, one for all that happens afterwards.

use crate::model::{Amendment, AmendmentDeed, Manifest, Published, Registration, Version};

use super::file::{IndexFile, IndexFileError};
use super::metadata::{MetadataFile, MetadataFileError};
use super::view::Package;

/// Why the files of a package cannot say what they are to say.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum AmendError {
    /// The lines cannot.
    #[error(transparent)]
    Lines(#[from] IndexFileError),
    /// The facts cannot.
    #[error(transparent)]
    Facts(#[from] MetadataFileError),
    /// Nobody said whose package it is.
    #[error("the package is not registered")]
    Unregistered,
}

/// Lists a version that was published: its line, with the ranges of a revision, and its facts.
///
/// # Errors
/// [`AmendError`] where the version is there already, with another line or other facts.
pub fn list(
    package: &mut Package,
    registration: Option<&Registration>,
    manifest: Manifest,
    facts: &Published,
) -> Result<(), AmendError> {
    metadata(package, registration)?.insert(&manifest.version, facts)?;
    package.manifests.get_or_insert_with(IndexFile::empty).insert(manifest, facts.revision)?;
    Ok(())
}

/// Makes the files of a package say what an amendment says. What they say already stays as it is, to the byte.
///
/// # Errors
/// [`AmendError`] where they say nothing of the version.
pub fn amend(
    package: &mut Package,
    registration: Option<&Registration>,
    amendment: &Amendment,
) -> Result<(), AmendError> {
    match &amendment.deed {
        AmendmentDeed::Revise { manifest, revisions, .. } => {
            let mut facts = facts(package, &manifest.version)?;
            facts.revisions.extend(revisions.iter().cloned());
            facts.revision = facts.revisions.last().map(|revised| revised.revision).or(facts.revision);
            let lines = package.manifests.get_or_insert_with(IndexFile::empty);
            let before = lines.get(&manifest.version).ok_or(IndexFileError::Absent(manifest.version.clone()))?;
            // The archive stays as it is: what it says must still be known when it is to be made again.
            let mut packed = facts.archive_manifest(before).dependencies;
            packed.retain(|name, range| manifest.dependencies.get(name) != Some(range));
            facts.archive_dependencies = packed;
            lines.revise(Manifest::clone(manifest), facts.revision)?;
            metadata(package, registration)?.update(&manifest.version, &facts)?;
        }
        AmendmentDeed::Mark { version, kind, mark } => {
            let mut facts = facts(package, version)?;
            if let Some(place) = facts.mark(*kind) {
                place.clone_from(mark);
            }
            metadata(package, registration)?.update(version, &facts)?;
        }
        AmendmentDeed::Unpublish { version, record } => {
            metadata(package, registration)?.withdraw(version, record)?;
            if let Some(lines) = &mut package.manifests {
                lines.remove(version);
            }
            package.manifests = package.manifests.take().filter(|lines| !lines.lines().is_empty());
        }
        AmendmentDeed::Advise { version, advisories } => {
            let facts = Published { advisories: advisories.clone(), ..facts(package, version)? };
            metadata(package, registration)?.update(version, &facts)?;
        }
        AmendmentDeed::Register { location, owners } => {
            metadata(package, registration)?.register(location, owners.as_ref())?;
        }
        AmendmentDeed::Remember { authorizations } => metadata(package, registration)?.remember(authorizations)?,
    }
    Ok(())
}

/// The metadata of a package; where there is none yet, it begins with the registration.
fn metadata<'p>(
    package: &'p mut Package,
    registration: Option<&Registration>,
) -> Result<&'p mut MetadataFile, AmendError> {
    if package.metadata.is_none() {
        package.metadata = Some(MetadataFile::of(registration.ok_or(AmendError::Unregistered)?)?);
    }
    package.metadata.as_mut().ok_or(AmendError::Unregistered)
}

/// What is published of a version.
fn facts(package: &Package, version: &Version) -> Result<Published, AmendError> {
    let file = package.metadata.as_ref();
    let facts = file.and_then(|file| file.metadata().published.get(version)).cloned();
    facts.ok_or_else(|| MetadataFileError::Unpublished(version.clone()).into())
}
