//! The keys of owners: which of them can have signed.

use ed25519_dalek::VerifyingKey;
use ssh_key::PublicKey;
use ssh_key::public::KeyData;

use crate::model::Owner;

/// The one type of key that signs here, as OpenSSH names it.
const ED25519: &str = "ssh-ed25519";

/// A key of a registration that no signature can be held against.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnusableKey {
    /// Whose it is.
    pub owner: Owner,
    /// Why.
    pub problem: KeyProblem,
}

/// Why a key is of no use.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum KeyProblem {
    /// It is no Ed25519 key.
    OtherType,
    /// It is no public key as OpenSSH writes them.
    Unreadable,
    /// It is a point of small order, for which anybody can make signatures.
    Weak,
}

/// The key of an owner.
///
/// # Errors
/// [`KeyProblem`]; it says nothing of the other keys.
pub(super) fn key(owner: &Owner) -> Result<VerifyingKey, KeyProblem> {
    if owner.keytype() != ED25519 {
        return Err(KeyProblem::OtherType);
    }
    let line = format!("{} {}", owner.keytype(), owner.public());
    let public = PublicKey::from_openssh(&line).map_err(|_| KeyProblem::Unreadable)?;
    // The type in front of a key is only a claim; the key itself names its type, too.
    let KeyData::Ed25519(point) = public.key_data() else { return Err(KeyProblem::Unreadable) };
    let key = VerifyingKey::from_bytes(&point.0).map_err(|_| KeyProblem::Unreadable)?;
    if key.is_weak() { Err(KeyProblem::Weak) } else { Ok(key) }
}
