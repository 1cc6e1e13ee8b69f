//! The private key of an owner.

use crate::model::{Fault, Owner, Signature};

/// Why a private key cannot be used. What is in its file is never repeated.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum KeyError {
    /// The file cannot be read.
    #[error("{file} cannot be read: {message}")]
    Unreadable {
        /// The file.
        file: String,
        /// What went wrong.
        message: String,
    },
    /// It is the public half of a key.
    #[error("{file} is a public key, which cannot sign")]
    Public {
        /// The file.
        file: String,
    },
    /// It is no private key of OpenSSH.
    #[error("{file} is no private key as OpenSSH writes them")]
    Foreign {
        /// The file.
        file: String,
    },
    /// It is a key that does not sign for an owner.
    #[error("{file} is a key of the type {found}; only ssh-ed25519 signs here")]
    OtherType {
        /// The file.
        file: String,
        /// The type of the key.
        found: String,
    },
    /// Its public half does not belong to its private one.
    #[error("{file} is damaged: its public key is not that of its private key")]
    Damaged {
        /// The file.
        file: String,
    },
    /// It is encrypted, and nobody tells the passphrase.
    #[error("{file} is encrypted, and there is nobody to ask for its passphrase: {message}")]
    Locked {
        /// The file.
        file: String,
        /// Why nobody can be asked.
        message: String,
    },
    /// The passphrase is another one.
    #[error("this is not the passphrase of {file}")]
    Passphrase {
        /// The file.
        file: String,
    },
}

impl KeyError {
    /// Who can mend it.
    #[must_use]
    pub fn fault(&self) -> Fault {
        Fault::Operator
    }

    /// What to do about it, where that is the same every time.
    #[must_use]
    pub fn way_out(&self) -> Option<&'static str> {
        match self {
            Self::Public { .. } => Some("name the private key: most often the same file without .pub"),
            Self::Foreign { .. } => {
                Some("`ssh-keygen -p -f FILE` writes an older private key anew; `ssh-keygen -t ed25519` makes a key")
            }
            Self::OtherType { .. } => Some(
                "make a key with `ssh-keygen -t ed25519`, and let a maintainer add it to the registration's owners",
            ),
            Self::Locked { .. } => Some("run this in a terminal, or set CURATOR_KEY_PASSPHRASE"),
            Self::Passphrase { .. } => {
                Some("run this again; CURATOR_KEY_PASSPHRASE, where it is set, is not asked for")
            }
            Self::Unreadable { .. } | Self::Damaged { .. } => None,
        }
    }
}

/// A private key, opened. It tells nothing but its public half and signatures.
pub trait Signer {
    /// The public half, as a registration lists it.
    fn owner(&self) -> &Owner;

    /// The raw Ed25519 signature of `text`.
    fn sign(&self, text: &str) -> Signature;
}
