//! Whether a signed request is an owner's, and what it says.

use ed25519_dalek::Signature as Ed25519;

use crate::model::{
    Authorization, Location, Operation, Owner, OwnerStatus, PackageName, PayloadError, Reason, Sha256, Signature,
    Version,
};

use super::keys::{UnusableKey, key};

/// A signed request that one of the owners signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Verified {
    /// Whose key it was.
    pub owner: Owner,
    /// What was signed.
    pub operation: Operation,
    /// The SHA-256 of the payload's bytes and, behind them, the 64 bytes of the signature: by this a registry knows the
    /// request again. Nobody but the owner can make another signature of the same payload.
    pub digest: Sha256,
}

/// Why a signed request proves nothing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum AuthorizationError {
    /// The package has no owners.
    NoOwners,
    /// The signature is not 128 hexadecimal digits in lower case.
    Form,
    /// None of the owners' keys can have signed.
    NoKey(Vec<UnusableKey>),
    /// The signature is of another key, or of another payload; with the keys that it was not held against.
    NotAnOwner(Vec<UnusableKey>),
    /// An owner signed it, and it asks for nothing that is known.
    Payload(PayloadError),
}

/// Tells who of the owners signed the payload, whatever it says.
///
/// A key that is of no use does not stand in the way of the others.
///
/// # Errors
/// Every [`AuthorizationError`] but the last.
pub fn signer<'o>(
    authorization: &Authorization,
    owners: &'o [Owner],
) -> Result<(&'o Owner, Signature), AuthorizationError> {
    let signature: Signature = authorization.signature.parse().map_err(|_| AuthorizationError::Form)?;
    if owners.is_empty() {
        return Err(AuthorizationError::NoOwners);
    }
    let signed = Ed25519::from_bytes(signature.as_bytes());
    let mut unusable = Vec::new();
    for owner in owners {
        match key(owner) {
            // Strict: one signature has one form, and a key of small order signs nothing (RFC 8032 §8.4, ZIP 215).
            Ok(key) if key.verify_strict(authorization.payload.as_bytes(), &signed).is_ok() => {
                return Ok((owner, signature));
            }
            Ok(_) => {}
            Err(problem) => unusable.push(UnusableKey { owner: owner.clone(), problem }),
        }
    }
    let none = unusable.len() == owners.len();
    Err(if none { AuthorizationError::NoKey(unusable) } else { AuthorizationError::NotAnOwner(unusable) })
}

/// Verifies a signed request against the keys of the owners. A payload is read only once its signature holds.
///
/// # Errors
/// [`AuthorizationError`].
pub fn verify(authorization: &Authorization, owners: &[Owner]) -> Result<Verified, AuthorizationError> {
    let (owner, _) = signer(authorization, owners)?;
    let operation = Operation::parse(&authorization.payload).map_err(AuthorizationError::Payload)?;
    let digest = authorization.digest();
    Ok(Verified { owner: owner.clone(), operation, digest })
}

/// Something in which what was signed is not what is wanted: first what was signed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Difference<'a> {
    /// Another operation.
    Operation(&'a Operation, &'a Operation),
    /// Another package.
    Name(&'a PackageName, &'a PackageName),
    /// Another version, or the whole package.
    Version(Option<&'a Version>, Option<&'a Version>),
    /// Another reason.
    Reason(&'a Reason, &'a Reason),
    /// Another place.
    Location(&'a Location, &'a Location),
    /// Another status.
    Status(OwnerStatus, OwnerStatus),
    /// Another replacement.
    Replacement(Option<&'a PackageName>, Option<&'a PackageName>),
}

/// Everything in which what was signed is not what is wanted: nothing, where it speaks for this very change.
#[must_use]
pub fn differences<'a>(signed: &'a Operation, wanted: &'a Operation) -> Vec<Difference<'a>> {
    let name = (signed.name(), wanted.name());
    let version = (signed.version(), wanted.version());
    let mut found = Vec::new();
    found.extend((name.0 != name.1).then_some(Difference::Name(name.0, name.1)));
    match (signed, wanted) {
        (Operation::Unpublish { reason, .. }, Operation::Unpublish { reason: other, .. }) => {
            found.extend((version.0 != version.1).then_some(Difference::Version(version.0, version.1)));
            found.extend((reason != other).then_some(Difference::Reason(reason, other)));
        }
        (Operation::Transfer { new_location, .. }, Operation::Transfer { new_location: other, .. }) => {
            found.extend((new_location != other).then_some(Difference::Location(new_location, other)));
        }
        (Operation::SetStatus { status, .. }, Operation::SetStatus { status: other, .. }) => {
            found.extend((version.0 != version.1).then_some(Difference::Version(version.0, version.1)));
            found.extend((status.kind != other.kind).then_some(Difference::Status(status.kind, other.kind)));
            found.extend((status.reason != other.reason).then_some(Difference::Reason(&status.reason, &other.reason)));
            let replacement = (status.replacement.as_ref(), other.replacement.as_ref());
            found.extend(
                (replacement.0 != replacement.1).then_some(Difference::Replacement(replacement.0, replacement.1)),
            );
        }
        _ => found.push(Difference::Operation(signed, wanted)),
    }
    found
}
