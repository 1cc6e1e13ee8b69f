//! The place of an artifact in a store.

use std::fmt;

use super::digest::Sha256;
use super::name::PackageName;
use super::version::Version;

/// What a stored file is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum ArtifactKind {
    /// `<name>-<version>.tar.gz`: the archive itself.
    Archive,
    /// `<name>-<version>.tar.gz.sha256`: its digest, as `sha256sum --check` reads it.
    Checksum,
    /// `<name>-<version>.tar.gz.intoto.jsonl`: who made it of what, as in-toto attestations. Few versions have one.
    Provenance,
}

/// The name of a file in a store.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ArtifactKey {
    /// The package.
    pub name: PackageName,
    /// Its version.
    pub version: Version,
    /// What the file is.
    pub kind: ArtifactKind,
}

impl ArtifactKey {
    /// The archive of `name` at `version`.
    #[must_use]
    pub fn archive(name: &PackageName, version: &Version) -> Self {
        Self { name: name.clone(), version: version.clone(), kind: ArtifactKind::Archive }
    }

    /// The digest file beside the archive of `name` at `version`.
    #[must_use]
    pub fn checksum(name: &PackageName, version: &Version) -> Self {
        Self { name: name.clone(), version: version.clone(), kind: ArtifactKind::Checksum }
    }

    /// The provenance beside the archive of `name` at `version`.
    #[must_use]
    pub fn provenance(name: &PackageName, version: &Version) -> Self {
        Self { name: name.clone(), version: version.clone(), kind: ArtifactKind::Provenance }
    }

    /// Every file that a store may have of `name` at `version`.
    #[must_use]
    pub fn all(name: &PackageName, version: &Version) -> [Self; 3] {
        [Self::archive(name, version), Self::checksum(name, version), Self::provenance(name, version)]
    }

    /// What the digest file beside an archive of this `hash` says, as `sha256sum --check` reads it.
    #[must_use]
    pub fn checksum_text(name: &PackageName, version: &Version, hash: &Sha256) -> String {
        format!("{}  {}\n", hash.to_hex(), Self::archive(name, version).file_name())
    }

    /// The bare file name: `<name>-<version>.tar.gz`, without the scope, which is a folder of the store.
    #[must_use]
    pub fn file_name(&self) -> String {
        let suffix = match self.kind {
            ArtifactKind::Archive => ".tar.gz",
            ArtifactKind::Checksum => ".tar.gz.sha256",
            ArtifactKind::Provenance => ".tar.gz.intoto.jsonl",
        };
        format!("{}-{}{suffix}", self.name.stem(), self.version)
    }
}

impl fmt::Display for ArtifactKey {
    /// Writes `<name>/<file name>`, the path in a store of folders.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.name, self.file_name())
    }
}
