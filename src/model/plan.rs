//! The plan: what separates the wanted from the published, as a list of steps.

use std::collections::BTreeMap;

use super::amendment::Amendment;
use super::bound_override::BoundOverride;
use super::definition::Definition;
use super::digest::Sha256;
use super::encoder::EncoderName;
use super::finding::Finding;
use super::git_ref::CommitId;
use super::location::Location;
use super::manifest::Manifest;
use super::metadata::Withdrawn;
use super::name::PackageName;
use super::registration::Registration;
use super::time::Timestamp;
use super::tree::{Files, TreePath};
use super::version::Version;

/// What is to be done, in the order in which it will be done.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Plan {
    /// The steps.
    pub steps: Vec<Step>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq)]
#[non_exhaustive]
pub enum Step {
    /// A definition that is not published yet.
    Publish(Box<Publication>),
    /// What the index says of a package changes, and no archive does.
    Amend(Box<Amendment>),
    /// A published version whose archive a store lacks: packed again, it must equal the index.
    Restock(Box<Restock>),
    /// A version that is gone for good, whose archive a store still has.
    Remove(Box<Removal>),
}

impl Step {
    /// The package of the step.
    #[must_use]
    pub fn name(&self) -> &PackageName {
        match self {
            Self::Publish(publication) => &publication.definition.manifest.name,
            Self::Amend(amendment) => &amendment.name,
            Self::Restock(restock) => &restock.recipe.manifest.name,
            Self::Remove(removal) => removal.withdrawn.name(),
        }
    }

    /// The version of the step; `None` where it is about the package as a whole.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::Publish(publication) => Some(&publication.definition.manifest.version),
            Self::Amend(amendment) => amendment.version(),
            Self::Restock(restock) => Some(&restock.recipe.manifest.version),
            Self::Remove(removal) => Some(removal.withdrawn.version()),
        }
    }
}

/// A definition that is to be published, with all that decides its archive.
#[derive(Debug, Clone, PartialEq)]
pub struct Publication {
    /// The file of the definition in the registry.
    pub file: TreePath,
    /// The digest of that file.
    pub file_digest: Sha256,
    /// What it says.
    pub definition: Definition,
    /// The override in force at the publication.
    pub bound_override: Option<BoundOverride>,
    /// The override that came after what the archive is made as of: the index follows it, the archive does not.
    pub revised: Option<BoundOverride>,
    /// What the package's name stands for, where it is registered.
    pub registration: Option<Registration>,
    /// How the tar is compressed.
    pub encoder: EncoderName,
    /// What brought the definition into the registry; `None` where that is a plain directory.
    pub merge: Option<Merge>,
}

/// The first commit of the registry, along first parents, that holds a definition as it is: what its archive is made as
/// of, and when it is published.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Merge {
    /// The commit.
    pub commit: String,
    /// Its committer time.
    pub time: Timestamp,
}

/// When something came into the registry, and by which commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Moment {
    /// The commit; `None` where the registry is a plain directory.
    pub commit: Option<String>,
    /// Its committer time; of a plain directory, when it was looked at.
    pub time: Timestamp,
}

impl Publication {
    /// The manifest that the index lists in the end: the definition's, with the ranges of the newest override.
    #[must_use]
    pub fn listed_manifest(&self) -> Manifest {
        match &self.revised {
            Some(revised) => revised.applied_to(&self.definition.manifest),
            None => self.effective_manifest(),
        }
    }

    /// The manifest in the archive: the definition's, with the ranges of the override in force when it was merged.
    #[must_use]
    pub fn effective_manifest(&self) -> Manifest {
        match &self.bound_override {
            Some(bound_override) => bound_override.applied_to(&self.definition.manifest),
            None => self.definition.manifest.clone(),
        }
    }

    /// The recipe of the archive.
    #[must_use]
    pub fn recipe(&self) -> Recipe {
        let manifest = self.effective_manifest();
        let location = manifest.location.clone();
        Recipe { manifest, location, commit: self.definition.commit, encoder: Some(self.encoder) }
    }
}

/// Everything that an archive is a function of: the tree at a commit, the effective manifest, the encoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recipe {
    /// The effective manifest, which names location, folder and tag.
    pub manifest: Manifest,
    /// Where the source is today. It is looked for there first, and then where the manifest says.
    pub location: Location,
    /// The commit; unknown for versions that the PureScript registry published.
    pub commit: Option<CommitId>,
    /// The encoder; unknown for versions that the PureScript registry published.
    pub encoder: Option<EncoderName>,
}

impl Recipe {
    /// Whether the source was a folder of somebody's machine: it cannot be had again, and what stands at the location may
    /// be something else. Of adopted versions, not even the encoder is known; an archive is pinned by its digest.
    #[must_use]
    pub fn is_local(&self) -> bool {
        self.commit.is_none() && self.encoder.is_some() && !self.manifest.location.is_archive()
    }
}

/// An archive that is to be packed again.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Restock {
    /// How it was packed.
    pub recipe: Recipe,
    /// The digest that it must have.
    pub hash: Sha256,
    /// The store that lacks it.
    pub store: String,
}

/// Bytes that are to leave a store.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Removal {
    /// That the version is gone for good.
    pub withdrawn: Withdrawn,
    /// The store that still has its archive.
    pub store: String,
}

/// An archive, packed and compressed, with what identifies it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Artifact {
    /// The files in it.
    pub files: Files,
    /// The compressed archive.
    pub bytes: Vec<u8>,
    /// The digest of the compressed archive.
    pub hash: Sha256,
    /// The digest of the tar in it.
    pub content_hash: Sha256,
    /// The encoder that compressed it.
    pub encoder: EncoderName,
    /// The commit that was packed; `None` for a plain folder.
    pub commit: Option<CommitId>,
}

/// A publication that was prepared: nothing is written yet, everything is known.
#[derive(Debug, Clone, PartialEq)]
pub struct Prepared {
    /// What was prepared.
    pub publication: Publication,
    /// The archive; `None` where it cannot be made.
    pub artifact: Option<Artifact>,
    /// What the checks found.
    pub findings: Vec<Finding>,
    /// How the archive differs from the previous version's, where that one can be had.
    pub difference: Option<Difference>,
    /// What its dependencies, and theirs, resolve to at the moment; nothing, where they do not.
    pub resolution: BTreeMap<PackageName, Version>,
}

impl Prepared {
    /// The archive, where nothing stands against publishing it.
    #[must_use]
    pub fn publishable(&self) -> Option<&Artifact> {
        self.artifact.as_ref().filter(|_| !self.findings.iter().any(Finding::is_error))
    }
}

/// How the files of an archive differ from those of another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// The version that it is compared with.
    pub from: Version,
    /// Files that only the new archive has.
    pub added: Vec<TreePath>,
    /// Files that only the old archive has.
    pub removed: Vec<TreePath>,
    /// Files with other bytes or another mode.
    pub changed: Vec<TreePath>,
}

impl Difference {
    /// Compares the files of two archives.
    #[must_use]
    pub fn between(from: &Version, old: &Files, new: &Files) -> Self {
        let only_in = |a: &Files, b: &Files| a.keys().filter(|path| !b.contains_key(*path)).cloned().collect();
        let differs = |(path, file): &(&TreePath, &super::tree::File)| old.get(*path).is_some_and(|old| old != *file);
        Self {
            from: from.clone(),
            added: only_in(new, old),
            removed: only_in(old, new),
            changed: new.iter().filter(differs).map(|(path, _)| path.clone()).collect(),
        }
    }

    /// Whether the two archives hold the same files.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.added.is_empty() && self.removed.is_empty() && self.changed.is_empty()
    }
}
