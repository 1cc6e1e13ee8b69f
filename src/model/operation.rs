//! An operation that an owner signs for: what the payload of a signed request says.

use serde::Serialize;

use super::definition::read_location;
use super::fields::{FieldProblem, Fields, Reading};
use super::json::{Document, Node, SyntaxError};
use super::location::Location;
use super::name::PackageName;
use super::profile::Profile;
use super::registration::Registration;
use super::status::{Status, StatusKind};
use super::text::Reason;
use super::version::Version;

/// What an owner asks for by a signature.
///
/// The first two are the PureScript registry's, to the letter. Its readers pass over keys that they do not know, so the
/// third must lack what they look for: with its reason beside name and version, a signed yank would be a signed unpublish
/// there, and anybody could hand it in. Keys are written in the order of the alphabet, as that registry writes them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum Operation {
    /// A version goes for good.
    Unpublish {
        /// The package.
        name: PackageName,
        /// Why.
        reason: Reason,
        /// The version.
        version: Version,
    },
    /// The source of a package is elsewhere from now on.
    #[serde(rename_all = "camelCase")]
    Transfer {
        /// The package.
        name: PackageName,
        /// Where it is.
        new_location: Location,
    },
    /// A version, or a whole package, is not what people should use.
    SetStatus {
        /// The package.
        name: PackageName,
        /// What its status file says.
        status: SignedStatus,
        /// The version; without one, every version.
        #[serde(skip_serializing_if = "Option::is_none")]
        version: Option<Version>,
    },
}

/// A status file as an owner signs it: without the signature.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SignedStatus {
    /// Why.
    pub reason: Reason,
    /// What to use instead.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub replacement: Option<PackageName>,
    /// What becomes of it.
    #[serde(rename = "status")]
    pub kind: OwnerStatus,
}

/// The statuses that an owner sets and that nothing is lost by. A quarantine is a trustee's, and an unpublished version is
/// an operation of its own.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum OwnerStatus {
    /// Kept for lock files, skipped by resolvers.
    Yanked,
    /// Works, but something else is recommended.
    Deprecated,
}

impl From<OwnerStatus> for StatusKind {
    fn from(status: OwnerStatus) -> Self {
        match status {
            OwnerStatus::Yanked => Self::Yanked,
            OwnerStatus::Deprecated => Self::Deprecated,
        }
    }
}

/// Why no payload says what a file says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Unsignable {
    /// A quarantine is a trustee's.
    #[error("a quarantine is a trustee's, whoever signs")]
    Quarantine,
    /// The PureScript registry's payload names one version.
    #[error("an owner signs for one version that is unpublished, not for all of them")]
    WholePackage,
    /// The PureScript registry's payload has no room for a replacement: somebody else could put any name there.
    #[error("the replacement of an unpublished version is not covered by a signature")]
    Replacement,
    /// A transfer is of the location alone: whoever copies its signature could put their own key beside it.
    #[error("a signed transfer does not cover owners and maintainers, and these change")]
    People,
    /// Nothing is transferred.
    #[error("a signed transfer leads to another location, and this is the one that is registered")]
    SameLocation,
}

/// Why a text is no payload.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PayloadError {
    /// It is not strict JSON.
    Syntax(Vec<SyntaxError>),
    /// It is none of the operations.
    Fields(Vec<FieldProblem>),
}

/// The most bytes of a payload: the longest reason and location, with every character escaped, take a fraction of it.
const PAYLOAD_BYTES: u64 = 64 << 10;

impl Operation {
    /// Reads the text that was signed. Nothing in it may be passed over: two readers would take it for two requests.
    ///
    /// # Errors
    /// [`PayloadError`] with everything that is wrong.
    pub fn parse(payload: &str) -> Result<Self, PayloadError> {
        let document = Document::parse(payload.as_bytes(), PAYLOAD_BYTES).map_err(PayloadError::Syntax)?;
        let Reading { value, problems, .. } = Self::read(&document);
        match value {
            Some(operation) if problems.is_empty() => Ok(operation),
            _ => Err(PayloadError::Fields(problems)),
        }
    }

    /// The operation that makes a package, or a version of it, what a status file says.
    ///
    /// # Errors
    /// [`Unsignable`] where no owner's signature could speak for all of the file.
    pub fn of_status(name: &PackageName, version: Option<&Version>, status: &Status) -> Result<Self, Unsignable> {
        let (name, reason, replacement) = (name.clone(), status.reason.clone(), status.replacement.clone());
        let kind = match status.kind {
            StatusKind::Quarantined => return Err(Unsignable::Quarantine),
            StatusKind::Unpublished if replacement.is_some() => return Err(Unsignable::Replacement),
            StatusKind::Unpublished => {
                let version = version.cloned().ok_or(Unsignable::WholePackage)?;
                return Ok(Self::Unpublish { name, reason, version });
            }
            StatusKind::Yanked => OwnerStatus::Yanked,
            StatusKind::Deprecated => OwnerStatus::Deprecated,
        };
        Ok(Self::SetStatus { name, status: SignedStatus { reason, replacement, kind }, version: version.cloned() })
    }

    /// The operation that makes a registration what it is to be. Its `locationId` follows the location.
    ///
    /// # Errors
    /// [`Unsignable`] where a transfer is not all that changes.
    pub fn of_registration(
        name: &PackageName,
        before: &Registration,
        after: &Registration,
    ) -> Result<Self, Unsignable> {
        if (&before.owners, &before.maintainers) != (&after.owners, &after.maintainers) {
            return Err(Unsignable::People);
        }
        if before.location == after.location {
            return Err(Unsignable::SameLocation);
        }
        Ok(Self::Transfer { name: name.clone(), new_location: after.location.clone() })
    }

    /// The package.
    #[must_use]
    pub fn name(&self) -> &PackageName {
        match self {
            Self::Unpublish { name, .. } | Self::Transfer { name, .. } | Self::SetStatus { name, .. } => name,
        }
    }

    /// The version, where it is about one.
    #[must_use]
    pub fn version(&self) -> Option<&Version> {
        match self {
            Self::Unpublish { version, .. } => Some(version),
            Self::Transfer { .. } => None,
            Self::SetStatus { version, .. } => version.as_ref(),
        }
    }

    /// The text to sign: JSON without white space.
    ///
    /// # Errors
    /// None in practice: every part of it can be written as JSON.
    pub fn to_payload(&self) -> Result<String, serde_json::Error> {
        serde_json::to_string(self)
    }

    /// Reads an operation and everything that is wrong with its fields. One key tells which it is.
    fn read(document: &Document) -> Reading<Self> {
        let mut fields = Fields::of(document.root());
        let name = fields.required("name");
        let operation = if document.member("newLocation").is_some() {
            let new_location = fields.required_node("newLocation").and_then(|node| {
                let nested = read_location(node, Profile::Purescript);
                fields.adopt("newLocation", nested)
            });
            name.zip(new_location).map(|(name, new_location)| Self::Transfer { name, new_location })
        } else if document.member("status").is_some() {
            let status = fields.required_node("status").and_then(|node| {
                let nested = SignedStatus::read(node);
                fields.adopt("status", nested)
            });
            let version = fields.optional("version");
            name.zip(status).map(|(name, status)| Self::SetStatus { name, status, version })
        } else {
            let (reason, version) = (fields.required("reason"), fields.required("version"));
            let both = reason.zip(version);
            name.zip(both).map(|(name, (reason, version))| Self::Unpublish { name, reason, version })
        };
        fields.finish(operation)
    }
}

impl SignedStatus {
    fn read(node: &Node) -> Reading<Self> {
        let mut fields = Fields::of(node);
        let kind = fields.required("status");
        let reason = fields.required("reason");
        let replacement = fields.optional("replacement");
        fields.finish(kind.zip(reason).map(|(kind, reason)| Self { reason, replacement, kind }))
    }
}

impl std::str::FromStr for OwnerStatus {
    type Err = OwnerStatusError;

    fn from_str(text: &str) -> Result<Self, OwnerStatusError> {
        match text {
            "yanked" => Ok(Self::Yanked),
            "deprecated" => Ok(Self::Deprecated),
            _ => Err(OwnerStatusError),
        }
    }
}

/// A text that names no status that an owner sets.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an owner signs for yanked or deprecated here")]
pub struct OwnerStatusError;
