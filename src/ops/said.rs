//! Reading what the registry says of a package beside its definitions: overrides and statuses.

use crate::model::{PackageName, Terms, TreePath};
use crate::ports::{Repo, RepoEntryKind, Revision};
use crate::rules::check::{check_override, check_registration, check_status};
use crate::rules::registry::{RegistryPath, Said, Word};

use super::Stop;
use super::reader::bug;

/// What the registry says of a package at a state, as far as it can be read.
pub(super) fn said<R: Repo>(registry: &R, at: &Revision, name: &PackageName, terms: Terms) -> Result<Said, Stop> {
    let mut said = Said::default();
    for top in ["overrides", "status"] {
        let folder: TreePath = format!("{top}/{}", name.home()).parse().map_err(bug)?;
        let entries = registry.list(at, Some(&folder))?.into_iter();
        for entry in entries.filter(|entry| entry.kind == RepoEntryKind::File) {
            let Some(bytes) = registry.read(at, &entry.path)? else { continue };
            if let Some(word) =
                word(&RegistryPath::within(terms.profile, &entry.path), &entry.path, Some(&bytes), terms)
            {
                said.hear(&word);
            }
        }
    }
    Ok(said)
}

/// What a file says from now on, or that it says nothing any more where it went; `None` where it says nothing that counts
/// here, or cannot be read: what is wrong with it is found where it is checked.
pub(super) fn word(path: &RegistryPath, file: &TreePath, bytes: Option<&[u8]>, terms: Terms) -> Option<Word> {
    match (path, bytes) {
        (RegistryPath::Override(_, version), None) => Some(Word::Override(version.clone(), None)),
        (RegistryPath::Override(_, version), Some(bytes)) => {
            let said = check_override(file, bytes, terms).0?;
            Some(Word::Override(version.clone(), Some(said)))
        }
        (RegistryPath::Status(_, version), None) => Some(Word::Status(version.clone(), None)),
        (RegistryPath::Status(_, version), Some(bytes)) => {
            let said = check_status(file, bytes, terms).0?;
            Some(Word::Status(version.clone(), Some(said)))
        }
        (RegistryPath::Registration(_), Some(bytes)) => {
            let registration = check_registration(file, bytes, terms).0?;
            registration.authorization.map(|authorization| Word::Registration(authorization.digest()))
        }
        _ => None,
    }
}
