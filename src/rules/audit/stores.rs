//! Whether a store holds every archive as it was published, and nothing else.

use std::collections::BTreeSet;

use crate::model::{Area, ArtifactKey, Finding, Limits, PackageName, Place, Published, Sha256, Version};
use crate::rules::pack;
use crate::rules::report::words::{self, Wording};

use super::ledger::Ledger;

/// An archive that every store must hold.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Expected {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// The recorded size in bytes.
    pub bytes: u64,
    /// The recorded hash.
    pub hash: Sha256,
    /// The recorded hash of the tar in it.
    pub content_hash: Option<Sha256>,
    /// Whether another registry published it, and may be the only one to have it.
    pub adopted: bool,
}

/// What a store answered: the bytes, nothing, or why it cannot tell.
pub type Answer = Result<Option<Vec<u8>>, String>;

impl Ledger {
    /// The archives of all published versions.
    #[must_use]
    pub fn archives(&self) -> Vec<Expected> {
        let expected = |(name, version, facts): (&PackageName, &Version, &Published)| Expected {
            name: name.clone(),
            version: version.clone(),
            bytes: facts.bytes,
            hash: facts.hash,
            content_hash: facts.content_hash,
            adopted: facts.is_adopted(),
        };
        self.published().map(expected).collect()
    }
}

/// What is wrong with what `store` has of an archive and of the checksum beside it.
#[must_use]
pub fn check_archive(
    store: &str,
    expected: &Expected,
    archive: &Answer,
    checksum: &Answer,
    limits: &Limits,
) -> Vec<Finding> {
    let Expected { name, version, bytes: recorded, hash, content_hash, .. } = expected;
    let archive_wording = match archive {
        Ok(None) => Some(words::audit::artifact_missing(name, version, store)),
        Ok(Some(bytes)) if bytes.len() as u64 != *recorded => {
            Some(words::audit::artifact_size(name, version, store, bytes.len() as u64, *recorded))
        }
        Ok(Some(bytes)) => {
            let found = Sha256::of(bytes);
            if found == *hash {
                content_hash.and_then(|recorded| check_content(expected, bytes, &recorded, limits))
            } else {
                Some(words::audit::artifact_altered(name, version, store, &found, hash))
            }
        }
        Err(reason) => Some(words::audit::store_unreadable(reason)),
    };
    let checksum_wording = match checksum {
        // Where both are missing, one is told: they come back together.
        Ok(None) if matches!(archive, Ok(Some(_))) => Some(words::audit::checksum_missing(name, version, store)),
        Ok(Some(bytes)) if *bytes != ArtifactKey::checksum_text(name, version, hash).into_bytes() => {
            Some(words::audit::checksum_altered(name, version, store))
        }
        Ok(_) => None,
        Err(reason) => Some(words::audit::store_unreadable(reason)),
    };
    let place = |key: ArtifactKey| Place::file(Area::Store, &key);
    let archive = archive_wording.map(|it| it.of(name, version, place(ArtifactKey::archive(name, version))));
    let checksum = checksum_wording.map(|it| it.of(name, version, place(ArtifactKey::checksum(name, version))));
    archive.into_iter().chain(checksum).collect()
}

/// What is wrong with the recorded hash of the tar in an archive that is itself as it was published.
fn check_content(expected: &Expected, archive: &[u8], recorded: &Sha256, limits: &Limits) -> Option<Wording> {
    let Expected { name, version, .. } = expected;
    match pack::gunzip(archive, limits) {
        Ok(tar) if Sha256::of(&tar) == *recorded => None,
        Ok(tar) => Some(words::audit::content_altered(name, version, &Sha256::of(&tar), recorded)),
        Err(error) => Some(words::audit::store_unreadable(&error.to_string())),
    }
}

/// Takes out of `expected` the adopted archives of which `store`, which has the files `paths`, holds nothing, and gives
/// what is to be said of them: once, since there may be thousands, and nobody has lost them.
pub fn check_adopted(store: &str, expected: &mut Vec<Expected>, paths: &BTreeSet<&str>) -> Option<Finding> {
    let before = expected.len();
    expected.retain(|Expected { name, version, adopted, .. }| {
        let keys = [ArtifactKey::archive(name, version), ArtifactKey::checksum(name, version)];
        !adopted || keys.iter().any(|key| paths.contains(key.to_string().as_str()))
    });
    let number = before - expected.len();
    (number > 0).then(|| words::audit::adopted_elsewhere(store, number).at(Place::file(Area::Store, store)))
}

/// The files of `store`, among `paths`, that the index does not list.
#[must_use]
pub fn check_unlisted<'p>(ledger: &Ledger, store: &str, paths: impl IntoIterator<Item = &'p str>) -> Vec<Finding> {
    let keys =
        |(name, version, _): (&PackageName, &Version, _)| ArtifactKey::all(name, version).map(|key| key.to_string());
    let listed: BTreeSet<String> = ledger.published().flat_map(keys).collect();
    // Of a package whose metadata cannot be read, nobody knows what is listed.
    let is_hidden = |path: &str| {
        let name = path.rsplit_once('/').and_then(|(folder, _)| folder.parse().ok());
        name.is_some_and(|name| ledger.hides_metadata(&name))
    };
    let unlisted = paths.into_iter().filter(|path| !listed.contains(*path) && !is_hidden(path));
    unlisted.map(|path| words::audit::artifact_unlisted(store).at(Place::file(Area::Store, path))).collect()
}
