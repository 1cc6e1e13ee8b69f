//! The owner of a package: a public key that may sign for it.

use std::hash::{Hash, Hasher};

use serde::{Deserialize, Serialize};

/// A public key in the parts of an OpenSSH key line, and a note on whose it is.
///
/// Two owners are equal when their keys are: the note is free text that proves nothing.
#[derive(Debug, Clone, Serialize, Deserialize)]
#[serde(try_from = "OwnerFields")]
pub struct Owner {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<String>,
    keytype: String,
    public: String,
}

/// An owner as it stands in a file.
#[derive(Deserialize)]
struct OwnerFields {
    id: Option<String>,
    keytype: String,
    public: String,
}

/// Why some fields make no owner.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum OwnerError {
    /// The key type or the key is empty, or holds a blank or a control character.
    #[error("the key type and the public key of an owner are one word each")]
    Key,
    /// The note holds a control character, such as a line break.
    #[error("the id of an owner is one line")]
    Id,
}

impl Owner {
    /// The owner of the key `public` (base64) of type `keytype` (`ssh-ed25519`), noted as `id`.
    ///
    /// # Errors
    /// [`OwnerError`] when the parts would not form one OpenSSH key line: a line break in one of them could smuggle
    /// in a second key.
    pub fn new(id: Option<String>, keytype: String, public: String) -> Result<Self, OwnerError> {
        let is_word = |text: &str| !text.is_empty() && !text.contains(|c: char| c.is_whitespace() || c.is_control());
        if !is_word(&keytype) || !is_word(&public) {
            return Err(OwnerError::Key);
        }
        if id.as_ref().is_some_and(|id| id.contains(char::is_control)) {
            return Err(OwnerError::Id);
        }
        Ok(Self { id, keytype, public })
    }

    /// The note on whose key it is; often an address.
    #[must_use]
    pub fn id(&self) -> Option<&str> {
        self.id.as_deref()
    }

    /// The type of the key, such as `ssh-ed25519`.
    #[must_use]
    pub fn keytype(&self) -> &str {
        &self.keytype
    }

    /// The public key in base64.
    #[must_use]
    pub fn public(&self) -> &str {
        &self.public
    }
}

impl TryFrom<OwnerFields> for Owner {
    type Error = OwnerError;

    fn try_from(fields: OwnerFields) -> Result<Self, OwnerError> {
        Self::new(fields.id, fields.keytype, fields.public)
    }
}

impl PartialEq for Owner {
    fn eq(&self, other: &Self) -> bool {
        self.keytype == other.keytype && self.public == other.public
    }
}

impl Eq for Owner {}

impl Hash for Owner {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.keytype.hash(state);
        self.public.hash(state);
    }
}
