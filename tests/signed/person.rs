//! People who sign, with keys in memory.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use curator::model::{Authorization, Location, Operation, Owner, Signature};
use curator::ports::Signer;
use ed25519_dalek::{Signer as _, SigningKey};

/// Somebody with an Ed25519 key.
pub(crate) struct Person {
    key: SigningKey,
    owner: Owner,
}

impl Person {
    /// The person whose private key is this byte, 32 times.
    pub(crate) fn new(byte: u8) -> Self {
        let key = SigningKey::from_bytes(&[byte; 32]);
        let owner = owner(&key.verifying_key().to_bytes());
        Self { key, owner }
    }

    /// A text and this person's signature of it.
    pub(crate) fn signs(&self, payload: &str) -> Authorization {
        Authorization { payload: payload.to_owned(), signature: self.sign(payload).to_string() }
    }

    /// An operation and this person's signature of it.
    pub(crate) fn asks(&self, operation: &Operation) -> Authorization {
        curator::ops::sign(self, operation).unwrap()
    }
}

impl Signer for Person {
    fn owner(&self) -> &Owner {
        &self.owner
    }

    fn sign(&self, text: &str) -> Signature {
        Signature::from_bytes(self.key.sign(text.as_bytes()).to_bytes())
    }
}

/// The owner of an Ed25519 key, in the form of RFC 8709 §4.
pub(crate) fn owner(point: &[u8; 32]) -> Owner {
    let mut blob = Vec::new();
    for part in ["ssh-ed25519".as_bytes(), point] {
        blob.extend(u32::try_from(part.len()).unwrap().to_be_bytes());
        blob.extend(part);
    }
    Owner::new(None, "ssh-ed25519".to_owned(), STANDARD.encode(blob)).unwrap()
}

/// A noun from its text.
pub(crate) fn parsed<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap()
}

/// The request that `tally` in this version goes for this reason.
pub(crate) fn unpublish(version: &str, reason: &str) -> Operation {
    Operation::Unpublish { name: parsed("tally"), reason: parsed(reason), version: parsed(version) }
}

/// The request that `tally` is in this repository of GitHub.
pub(crate) fn transfer(repository: &str) -> Operation {
    let new_location = Location::parse_url(&format!("github:acme/{repository}"), None).unwrap();
    Operation::Transfer { name: parsed("tally"), new_location }
}
