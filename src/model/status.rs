//! A status: what becomes of a version after its publication.

use std::str::FromStr;

use serde::Serialize;

use super::fields::{Fields, Reading};
use super::json::{Document, Node};
use super::name::PackageName;
use super::text::Reason;

/// What became of a version, or of a whole package, after its publication.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Status {
    /// What became of it.
    pub kind: StatusKind,
    /// Why.
    pub reason: Reason,
    /// What to use instead.
    pub replacement: Option<PackageName>,
    /// The owner's signature: the PureScript registry's `{payload, signature}`.
    pub authorization: Option<Authorization>,
}

/// The statuses.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
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
    pub(super) fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let payload = fields.required("payload");
        let signature = fields.required("signature");
        fields.finish(payload.zip(signature).map(|(payload, signature)| Self { payload, signature }))
    }
}

/// A text that names no status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a status is one of yanked, deprecated, quarantined, unpublished")]
pub struct StatusKindError;

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
    /// Reads a status and everything that is wrong with its fields.
    #[must_use]
    pub fn read(document: &Document) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let kind = fields.required("status");
        let reason = fields.required("reason");
        let replacement = fields.optional("replacement");
        let authorization = fields.node("authorization").and_then(|node| {
            let nested = Authorization::read(node);
            fields.adopt("authorization", nested)
        });
        let whole = || Some(Self { kind: kind?, reason: reason?, replacement, authorization });
        let status = whole();
        fields.finish(status)
    }
}
