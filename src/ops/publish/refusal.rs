//! Why a folder is not published.

use crate::model::{PackageName, Sha256, TreePath, Version};
use crate::rules::provenance::ProvenanceError;

/// Why a folder is not published. Nothing was written.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum PublishRefusal {
    /// The folder does not say what it is.
    #[error("{place}: {reason}")]
    NoManifest {
        /// The folder.
        place: String,
        /// Why.
        reason: String,
    },
    /// Nothing tells for which compiler the version was written.
    #[error("nothing is published yet that could tell for which compiler the version was written")]
    NoCompiler,
    /// The version is published, and it is what the folder packs to.
    #[error("{name}@{version} is published already, with these very bytes: {hash}")]
    Published {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// The digest of its archive.
        hash: Sha256,
    },
    /// The version is published, and the folder packs to something else.
    #[error("{name}@{version} is published already with the hash {hash}, and this folder packs to {packed}")]
    PublishedOther {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// The digest of its archive.
        hash: Sha256,
        /// What the folder packs to, or that it cannot be packed.
        packed: String,
    },
    /// The version was published once and is gone for good.
    #[error("{name}@{version} was unpublished and never comes back")]
    Unpublished {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
    },
    /// The registry asks for another source under the name of the version.
    #[error("{file} is there already and defines {name}@{version} otherwise")]
    Defined {
        /// The package.
        name: PackageName,
        /// The version.
        version: Version,
        /// The definition in the registry.
        file: TreePath,
    },
    /// The file that was named is not the provenance of the archive.
    #[error("{file} is not the provenance of this archive: {error}")]
    Provenance {
        /// The file.
        file: String,
        /// Why.
        error: ProvenanceError,
    },
}

impl PublishRefusal {
    /// What to do about it.
    #[must_use]
    pub fn way_out(&self) -> &'static str {
        match self {
            Self::NoManifest { .. } => {
                "a package has a purs.json, or a spago.yaml with `publish`, that states name, version, licence, location \
                 and dependencies"
            }
            Self::NoCompiler => "name it with --compiler, as `purs --version` prints it, like 0.15.15",
            Self::Published { .. } => "there is nothing left to do; a change needs the next version",
            Self::PublishedOther { .. } => {
                "a published version never changes: give the folder's manifest the next version"
            }
            Self::Unpublished { .. } => "give the folder's manifest the next version",
            Self::Defined { .. } => {
                "if that is meant, `curator sync` publishes it; if nobody means it, remove the file and run this again"
            }
            Self::Provenance { .. } => {
                "`curator publish … --dry-run` prints the hash: each line is an in-toto Statement v1, or a DSSE envelope of \
                 one, that has it as subject[].digest.sha256"
            }
        }
    }
}
