//! What an owner's signature proves: that one of the keys of a package signed for one operation.
//!
//! The form is the PureScript registry's: `{payload, signature}`, where the signature is raw Ed25519 (RFC 8032, not SSHSIG)
//! over the bytes of the payload as it was sent. Only Ed25519 keys sign here. What that registry takes besides proves less:
//! its RSA signatures are over SHA-1, for which collisions are made, and of an ECDSA signature everybody can make a second
//! one that is as good, which a registry that takes each once would take for a new one.
//!
//! A payload names no registry and no time. Whoever owns a package in two registries signs for both; what was signed once
//! stays signed, and only the record of what was accepted keeps it from counting again.

mod check;
mod keys;
mod verify;

pub use check::{Claim, check_authorization, check_status_authorization, check_transfer_authorization};
pub use keys::{KeyProblem, UnusableKey};
pub use verify::{AuthorizationError, Difference, Verified, differences, signer, verify};
