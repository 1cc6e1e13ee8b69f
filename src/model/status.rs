//! A status: what becomes of a version after its publication.

use std::str::FromStr;

use super::fields::{Fields, Reading};
use super::json::Document;
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

/// A signed request of an owner.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Authorization {
    /// The signed text, to the byte.
    pub payload: String,
    /// The signature in lower-case hexadecimal digits.
    pub signature: String,
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
            let mut nested = Fields::of(node);
            let payload = nested.required::<String>("payload");
            let signature = nested.required::<String>("signature");
            let both = payload.zip(signature).map(|(payload, signature)| Authorization { payload, signature });
            let reading = nested.finish(both);
            fields.adopt("authorization", reading)
        });
        let whole = || Some(Self { kind: kind?, reason: reason?, replacement, authorization });
        let status = whole();
        fields.finish(status)
    }
}
