//! Metadata: the published facts of a package, one file a package.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Deserializer, Serialize};

use super::advisory_id::AdvisoryId;
use super::digest::Sha256;
use super::encoder::EncoderName;
use super::git_ref::CommitId;
use super::location::Location;
use super::manifest::{Dependencies, Manifest};
use super::name::PackageName;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::release::ReleaseTag;
use super::status::{Mark, StatusKind};
use super::text::Reason;
use super::time::Timestamp;
use super::version::Version;

/// The file `metadata/<name>.json` of the PureScript registry, with the curator's additive keys.
///
/// Unknown keys are left out when it is read; an existing file is never printed from this value but edited in place, so
/// they stay in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
    /// The digests of the signed requests of owners that were accepted: none is accepted again.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub authorizations: BTreeSet<Sha256>,
    /// Where the source of the newest version is.
    pub location: Location,
    /// The keys that may unpublish or transfer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub owners: Option<NonEmpty<Owner>>,
    /// The versions that can be had.
    #[serde(deserialize_with = "super::unique::keys")]
    pub published: BTreeMap<Version, Published>,
    /// The versions that are gone for good.
    #[serde(deserialize_with = "super::unique::keys")]
    pub unpublished: BTreeMap<Version, Unpublished>,
}

/// The facts of a published version, keys in alphabetical order as the PureScript registry writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Published {
    /// The advisories that affect it.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub advisories: BTreeSet<AdvisoryId>,
    /// The ranges of the manifest in the archive, where the version's line in the index has other ones since.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub archive_dependencies: Dependencies,
    /// The size of the archive in bytes.
    #[serde(deserialize_with = "whole_number")]
    pub bytes: u64,
    /// The commit that was packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// Whether somebody compiled it; absent in entries of the PureScript registry, where a server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiled: Option<bool>,
    /// The compilers it works with. Never empty in profile `purescript`: spago hides packages where it is; absent where a
    /// language has none.
    #[serde(default, skip_serializing_if = "Vec::is_empty", deserialize_with = "some")]
    pub compilers: Vec<Version>,
    /// The digest of the uncompressed tar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<Sha256>,
    /// The digest of the definition file, to the byte: a published definition never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Sha256>,
    /// Works, but something else is recommended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub deprecated: Option<Mark>,
    /// How the tar was compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<EncoderName>,
    /// The digest of the archive.
    pub hash: Sha256,
    /// When it was published.
    pub published_time: Timestamp,
    /// Withheld by a trustee, reversibly: nobody installs it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub quarantined: Option<Mark>,
    /// The PureScript registry's deprecated copy of the ref: `""` where it is there at all.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The tag of the release that holds the archive; absent where the primary store is not one of releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseTag>,
    /// The revision of the bound override in force; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
    /// Every bound override that the version has had since its publication, and the one that it was published with, by
    /// revision.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub revisions: Vec<Revised>,
    /// Kept for lock files, skipped by resolvers.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub yanked: Option<Mark>,
}

/// A bound override that was accepted. The ranges of the newest one are those of the version's line in the index; those
/// of earlier ones are in the registry, at the commit.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Revised {
    /// Why.
    pub reason: Reason,
    /// The commit of the registry that brought it; absent where that is a plain folder.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub registry_commit: Option<String>,
    /// When: the committer time of that commit.
    pub revised_time: Timestamp,
    /// Its number.
    pub revision: u64,
}

impl Published {
    /// What became of the version since its publication, by kind.
    pub fn marks(&self) -> impl Iterator<Item = (StatusKind, &Mark)> {
        let marks = [
            (StatusKind::Quarantined, &self.quarantined),
            (StatusKind::Yanked, &self.yanked),
            (StatusKind::Deprecated, &self.deprecated),
        ];
        marks.into_iter().filter_map(|(kind, mark)| Some((kind, mark.as_ref()?)))
    }

    /// The mark of this kind. What is unpublished is no published version, and has none.
    #[must_use]
    pub fn mark(&mut self, kind: StatusKind) -> Option<&mut Option<Mark>> {
        match kind {
            StatusKind::Yanked => Some(&mut self.yanked),
            StatusKind::Deprecated => Some(&mut self.deprecated),
            StatusKind::Quarantined => Some(&mut self.quarantined),
            StatusKind::Unpublished => None,
        }
    }

    /// The manifest in the archive, where the index lists `line`.
    #[must_use]
    pub fn archive_manifest(&self, line: &Manifest) -> Manifest {
        let mut manifest = line.clone();
        manifest.dependencies.extend(self.archive_dependencies.clone());
        manifest
    }

    /// Whether resolvers may choose it without being told to: it is neither yanked nor quarantined.
    #[must_use]
    pub fn is_on_offer(&self) -> bool {
        self.yanked.is_none() && self.quarantined.is_none()
    }

    /// Whether its source, which its manifest says is at `location`, was a folder of the machine that published it: it
    /// cannot be had again. What comes from an archive has no commit either, and a digest in its place.
    #[must_use]
    pub fn is_local(&self, location: &Location) -> bool {
        self.commit.is_none() && !self.is_adopted() && !location.is_archive()
    }

    /// Whether another registry published it: how its archive was made is not recorded, so it cannot be made again.
    #[must_use]
    pub fn is_adopted(&self) -> bool {
        self.encoder.is_none()
    }
}

/// The facts of a version that is gone for good.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Unpublished {
    /// When it was published.
    pub published_time: Timestamp,
    /// Why it is gone.
    pub reason: Reason,
    /// Since when.
    pub unpublished_time: Timestamp,
}

/// That the index says of a version that it is gone for good: what a store wants to see before it lets bytes go. Nothing
/// but published metadata makes one.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Withdrawn {
    name: PackageName,
    version: Version,
}

impl Withdrawn {
    /// The package.
    #[must_use]
    pub fn name(&self) -> &PackageName {
        &self.name
    }

    /// The version.
    #[must_use]
    pub fn version(&self) -> &Version {
        &self.version
    }
}

impl Metadata {
    /// The proof that a version of `name`, whose metadata this is, is gone for good; `None` where it is not.
    #[must_use]
    pub fn withdrawn(&self, name: &PackageName, version: &Version) -> Option<Withdrawn> {
        let is_gone = self.unpublished.contains_key(version) && !self.published.contains_key(version);
        is_gone.then(|| Withdrawn { name: name.clone(), version: version.clone() })
    }

    /// The metadata as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
}

/// Reads a list that is left out where it is empty.
fn some<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<Version>, D::Error> {
    NonEmpty::deserialize(deserializer).map(NonEmpty::into_vec)
}

/// Reads a whole number that may be written as a JavaScript double (`1.0`, `1e3`), as the PureScript decoders do.
fn whole_number<'de, D: Deserializer<'de>>(deserializer: D) -> Result<u64, D::Error> {
    #[derive(Deserialize)]
    #[serde(untagged)]
    enum Number {
        Whole(u64),
        Double(f64),
    }

    match Number::deserialize(deserializer)? {
        Number::Whole(number) => Ok(number),
        Number::Double(number) if number.fract() == 0.0 && (0.0..9_007_199_254_740_992.0).contains(&number) => {
            // The number is whole and below 2^53, so its digits are exact.
            format!("{number:.0}").parse().map_err(serde::de::Error::custom)
        }
        Number::Double(number) => Err(serde::de::Error::custom(format_args!("{number} is not a size in bytes"))),
    }
}
