//! Metadata: the published facts of a package, one file a package.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize};

use super::digest::Sha256;
use super::encoder::EncoderName;
use super::git_ref::CommitId;
use super::location::Location;
use super::nonempty::NonEmpty;
use super::owner::Owner;
use super::release::ReleaseTag;
use super::text::Reason;
use super::time::Timestamp;
use super::version::Version;

/// The file `metadata/<name>.json` of the PureScript registry, with the curator's additive keys.
///
/// Unknown keys are left out when it is read; an existing file is never printed from this value but edited in place, so
/// they stay in the file.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Metadata {
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
    /// The size of the archive in bytes.
    #[serde(deserialize_with = "whole_number")]
    pub bytes: u64,
    /// The commit that was packed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub commit: Option<CommitId>,
    /// Whether somebody compiled it; absent in entries of the PureScript registry, where a server did.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub compiled: Option<bool>,
    /// The compilers it works with. Never empty: spago hides packages where it is.
    pub compilers: NonEmpty<Version>,
    /// The digest of the uncompressed tar.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub content_hash: Option<Sha256>,
    /// The digest of the definition file, to the byte: a published definition never changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub definition: Option<Sha256>,
    /// How the tar was compressed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub encoder: Option<EncoderName>,
    /// The digest of the archive.
    pub hash: Sha256,
    /// When it was published.
    pub published_time: Timestamp,
    /// The PureScript registry's deprecated copy of the ref: `""` where it is there at all.
    #[serde(rename = "ref", default, skip_serializing_if = "Option::is_none")]
    pub reference: Option<String>,
    /// The tag of the release that holds the archive; absent where the primary store is not one of releases.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub release: Option<ReleaseTag>,
    /// The revision of the bound override in force; absent where there is none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub revision: Option<u64>,
}

impl Published {
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

impl Metadata {
    /// The metadata as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }
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
