//! A status: what becomes of a version after its publication.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::digest::Sha256;
use super::fields::{Fields, Reading};
use super::json::{Document, Node};
use super::name::PackageName;
use super::profile::Profile;
use super::signature::Signature;
use super::text::Reason;
use super::time::Timestamp;

/// What became of a version, or of a whole package, after its publication.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Status {
    /// What became of it.
    #[serde(rename = "status")]
    pub kind: StatusKind,
    /// Why.
    pub reason: Reason,
    /// What to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<PackageName>,
    /// The owner's signature: the PureScript registry's `{payload, signature}`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub authorization: Option<Authorization>,
}

/// The statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum StatusKind {
    /// Kept for lock files, skipped by resolvers.
    Yanked,
    /// Works, but something else is recommended.
    Deprecated,
    /// Withheld by a trustee, reversibly.
    Quarantined,
    /// Gone for good.
    Unpublished,
}

/// A signed request of an owner. Its two texts are taken as they are: what they mean is known once the signature holds.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization {
    /// The signed text, to the byte: an [`Operation`](super::Operation).
    pub payload: String,
    /// The signature in lower-case hexadecimal digits: a [`Signature`](super::Signature).
    pub signature: String,
}

impl Authorization {
    /// Reads a signed request and everything that is wrong with its fields.
    #[must_use]
    pub fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let payload = fields.required("payload");
        let signature = fields.required("signature");
        fields.finish(payload.zip(signature).map(|(payload, signature)| Self { payload, signature }))
    }

    /// What the registry remembers of a request that it accepted: the digest of the payload's bytes and, behind them, of
    /// the 64 bytes of the signature.
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        let signature = self.signature.parse::<Signature>();
        let signature = signature.as_ref().map_or(self.signature.as_bytes(), |signature| signature.as_bytes());
        Sha256::of(&[self.payload.as_bytes(), signature].concat())
    }
}

/// What the index says of a version that is yanked, deprecated or quarantined.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Mark {
    /// Why.
    pub reason: Reason,
    /// What to use instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub replacement: Option<PackageName>,
    /// Since when: the committer time of what merged it.
    pub since: Timestamp,
}

/// A text that names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status is one of yanked, deprecated, quarantined, unpublished")]
pub struct StatusKindError;

impl StatusKind {
    /// The word for it.
    #[must_use]
    pub fn as_str(self) -> &'static str {
        match self {
            Self::Yanked => "yanked",
            Self::Deprecated => "deprecated",
            Self::Quarantined => "quarantined",
            Self::Unpublished => "unpublished",
        }
    }
}

impl FromStr for StatusKind {
    type Err = StatusKindError;

    fn from_str(text: &str) -> Result<Self, StatusKindError> {
        match text {
            "yanked" => Ok(Self::Yanked),
            "deprecated" => Ok(Self::Deprecated),
            "quarantined" => Ok(Self::Quarantined),
            "unpublished" => Ok(Self::Unpublished),
            _ => Err(StatusKindError),
        }
    }
}

impl Status {
    /// The mark of a version that has this status since then.
    #[must_use]
    pub fn mark(&self, since: Timestamp) -> Mark {
        Mark { reason: self.reason.clone(), replacement: self.replacement.clone(), since }
    }

    /// The status as a file: indented by two, with a line end.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_file(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string_pretty(self).map(|text| text + "\n")
    }

    /// Whether both say the same of a version, whoever signed for it.
    #[must_use]
    pub fn says_the_same(&self, other: &Self) -> bool {
        let said = |it: &Self| (it.kind, it.reason.clone(), it.replacement.clone());
        said(self) == said(other)
    }

    /// Reads a status in a registry of that profile, and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document, profile: Profile) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let kind = fields.required("status");
        let reason = fields.required("reason");
        let replacement = fields.optional_by("replacement", |text| profile.name(text));
        let authorization = fields.node("authorization").and_then(|node| {
            let nested = Authorization::read(node);
            fields.adopt("authorization", nested)
        });
        let whole = || Some(Self { kind: kind?, reason: reason?, replacement, authorization });
        let status = whole();
        fields.finish(status)
    }
}
