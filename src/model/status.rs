//! A status: what becomes of a version after its publication.

use std::str::FromStr;

use serde::{Deserialize, Serialize};

use super::digest::Sha256;
use super::fields::{Fields, Reading};
use super::json::{Document, Node};
use super::name::PackageName;
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

/// A signed request of an owner.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Authorization {
    /// The signed text, to the byte.
    pub payload: String,
    /// The signature in lower-case hexadecimal digits.
    pub signature: String,
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

impl Authorization {
    /// The field `authorization` of a file, where it is there.
    pub(super) fn read(fields: &mut Fields<'_>) -> Option<Self> {
        let node = fields.node("authorization")?;
        fields.adopt("authorization", Self::of(node))
    }

    /// Reads `{"payload": …, "signature": …}`, as `curator sign` prints it.
    #[must_use]
    pub fn parse(document: &Document) -> Reading<Self> {
        Self::of(document.root())
    }

    fn of(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let (payload, signature) = (fields.required::<String>("payload"), fields.required::<String>("signature"));
        let both = payload.zip(signature).map(|(payload, signature)| Self { payload, signature });
        fields.finish(both)
    }

    /// What the registry remembers of a request that it accepted: the digest of payload and signature, apart by a line end
    /// (which no signature holds).
    #[must_use]
    pub fn digest(&self) -> Sha256 {
        Sha256::of(format!("{}\n{}", self.signature, self.payload).as_bytes())
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

    /// Reads a status and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let kind = fields.required("status");
        let reason = fields.required("reason");
        let replacement = fields.optional("replacement");
        let authorization = Authorization::read(&mut fields);
        let whole = || Some(Self { kind: kind?, reason: reason?, replacement, authorization });
        let status = whole();
        fields.finish(status)
    }
}
