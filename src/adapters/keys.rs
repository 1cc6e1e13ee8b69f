//! Private keys in files, as `ssh-keygen` writes them, and the passphrases that open them.

use std::io;
use std::path::Path;

use ed25519_dalek::{Signer as _, SigningKey};
use ssh_key::private::KeypairData;
use ssh_key::public::KeyData;
use ssh_key::{Error, PrivateKey, PublicKey};
use zeroize::Zeroizing;

use crate::model::{Owner, Secret, Signature};
use crate::ports::{KeyError, Signer};

use super::places::read_file;

/// More bytes than any key takes.
const LONGEST: usize = 64 << 10;

/// The one type of key that signs here, as OpenSSH names it.
const ED25519: &str = "ssh-ed25519";

/// An Ed25519 key of OpenSSH. It has no `Debug`, and what it holds is overwritten when it goes.
pub struct SshKey {
    key: SigningKey,
    owner: Owner,
}

impl SshKey {
    /// Opens the private key in `file`. Where that is encrypted, `passphrase` opens it; without one, whoever sits at the
    /// terminal is asked, by `prompt`.
    ///
    /// # Errors
    /// [`KeyError`]; no passphrase and nothing of the file is in it.
    pub fn open(file: &Path, passphrase: Option<&Secret>, prompt: &str) -> Result<Self, KeyError> {
        Self::open_asking(file, || match passphrase {
            Some(passphrase) => Ok(passphrase.clone()),
            None => rpassword::prompt_password(prompt).map(Secret::new),
        })
    }

    fn open_asking(file: &Path, ask: impl FnOnce() -> io::Result<Secret>) -> Result<Self, KeyError> {
        let name = || file.display().to_string();
        let unreadable = |message: String| KeyError::Unreadable { file: name(), message };
        let bytes = read_file(file).map_err(|error| unreadable(error.to_string()))?;
        let bytes = Zeroizing::new(bytes.ok_or_else(|| unreadable("there is no such file".to_owned()))?);
        if bytes.len() > LONGEST {
            return Err(KeyError::Foreign { file: name() });
        }
        let key = PrivateKey::from_openssh(&*bytes).map_err(|error| refusal(name(), &bytes, &error))?;
        // An encrypted file names its type in the open: nobody types a passphrase for nothing.
        let found = key.algorithm().to_string();
        if found != ED25519 {
            return Err(KeyError::OtherType { file: name(), found });
        }
        let key = if key.is_encrypted() {
            let passphrase = ask().map_err(|error| KeyError::Locked { file: name(), message: error.to_string() })?;
            key.decrypt(passphrase.reveal()).map_err(|_| KeyError::Passphrase { file: name() })?
        } else {
            key
        };
        let KeypairData::Ed25519(pair) = key.key_data() else { return Err(KeyError::Foreign { file: name() }) };
        let signing = SigningKey::from_keypair_bytes(&Zeroizing::new(pair.to_bytes()));
        let signing = signing.map_err(|_| KeyError::Damaged { file: name() })?;
        let owner = owner(&PublicKey::new(KeyData::Ed25519(pair.public), ""))
            .ok_or_else(|| KeyError::Damaged { file: name() })?;
        Ok(Self { key: signing, owner })
    }
}

/// What a file is that is no private key of OpenSSH.
fn refusal(file: String, bytes: &[u8], error: &Error) -> KeyError {
    let text = std::str::from_utf8(bytes).unwrap_or_default();
    match error {
        _ if PublicKey::from_openssh(text).is_ok() => KeyError::Public { file },
        Error::AlgorithmUnsupported { algorithm } => KeyError::OtherType { file, found: algorithm.to_string() },
        _ => KeyError::Foreign { file },
    }
}

/// The public half in the parts of its line.
fn owner(public: &PublicKey) -> Option<Owner> {
    let line = public.to_openssh().ok()?;
    let mut words = line.split(' ');
    Owner::new(None, words.next()?.to_owned(), words.next()?.to_owned()).ok()
}

impl Signer for SshKey {
    fn owner(&self) -> &Owner {
        &self.owner
    }

    fn sign(&self, text: &str) -> Signature {
        Signature::from_bytes(self.key.sign(text.as_bytes()).to_bytes())
    }
}
