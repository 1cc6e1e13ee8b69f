//! Keys that the real `ssh-keygen` makes, opened as the program opens them.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use curator::adapters::SshKey;
use curator::model::{Owner, Secret};
use curator::ports::{KeyError, Signer as _};
use curator::rules::authorize::verify;
use tempfile::TempDir;

use crate::person::unpublish;

/// Makes a key of this type with this passphrase, or none.
pub(crate) fn keygen(home: &Path, name: &str, kind: &str, passphrase: &str) -> PathBuf {
    let file = home.join(name);
    let bits: &[&str] = if kind == "rsa" { &["-b", "2048"] } else { &[] };
    // Few rounds: the tests are about the passphrase, not about guessing it.
    ssh_keygen(
        home,
        &[&["-q", "-t", kind, "-N", passphrase, "-C", "kim@example.org", "-a", "2", "-f", name], bits].concat(),
    );
    file
}

/// Runs `ssh-keygen`.
pub(crate) fn ssh_keygen(home: &Path, args: &[&str]) {
    let mut command = Command::new("ssh-keygen");
    let output = command.args(args).current_dir(home).stdin(Stdio::null()).output().unwrap();
    assert!(output.status.success(), "{args:?}: {}", String::from_utf8_lossy(&output.stderr));
}

/// The owner whose key line stands beside a private key.
pub(crate) fn public(file: &Path) -> Owner {
    let line = fs::read_to_string(file.with_extension("pub")).unwrap();
    let mut words = line.split_whitespace();
    Owner::new(None, words.next().unwrap().to_owned(), words.next().unwrap().to_owned()).unwrap()
}

fn open(file: &Path, passphrase: Option<&str>) -> Result<SshKey, KeyError> {
    let passphrase = passphrase.map(|text| Secret::new(text.to_owned()));
    SshKey::open(file, passphrase.as_ref(), "")
}

fn refused(file: &Path, passphrase: Option<&str>) -> KeyError {
    open(file, passphrase).err().unwrap()
}

#[test]
fn a_key_signs_for_its_owner() {
    let home = TempDir::new().unwrap();
    for (name, passphrase) in [("plain", ""), ("locked", "correct horse")] {
        let file = keygen(home.path(), name, "ed25519", passphrase);
        let key = open(&file, Some("correct horse")).unwrap_or_else(|error| panic!("{error}"));
        assert_eq!(key.owner(), &public(&file));
        let operation = unpublish("1.0.0", "a key was in it");
        let authorization = curator::ops::sign(&key, &operation).unwrap();
        assert_eq!(verify(&authorization, &[public(&file)]).unwrap().operation, operation);
    }
}

#[test]
fn each_cipher_of_openssh_opens() {
    let home = TempDir::new().unwrap();
    for cipher in ["aes256-ctr", "aes128-cbc", "aes256-gcm@openssh.com", "chacha20-poly1305@openssh.com"] {
        let file = keygen(home.path(), "key", "ed25519", "");
        let (name, owner) = (file.to_str().unwrap(), public(&file));
        ssh_keygen(home.path(), &["-q", "-p", "-Z", cipher, "-a", "2", "-P", "", "-N", "correct horse", "-f", name]);
        assert_eq!(
            open(&file, Some("correct horse")).unwrap_or_else(|error| panic!("{cipher}: {error}")).owner(),
            &owner
        );
        assert!(matches!(refused(&file, Some("correct horsf")), KeyError::Passphrase { .. }), "{cipher}");
        fs::remove_file(&file).unwrap();
    }
}

#[test]
fn what_does_not_sign_is_told_apart() {
    let home = TempDir::new().unwrap();
    let locked = keygen(home.path(), "locked", "ed25519", "correct horse");
    assert!(matches!(refused(&locked, Some("")), KeyError::Passphrase { .. }));
    assert!(matches!(refused(&locked, Some("correct horse ")), KeyError::Passphrase { .. }));
    assert!(matches!(refused(&locked.with_extension("pub"), None), KeyError::Public { .. }));
    for kind in ["rsa", "ecdsa"] {
        for passphrase in ["", "correct horse"] {
            let file = keygen(home.path(), &format!("{kind}-{}", passphrase.len()), kind, passphrase);
            // Without a question: a passphrase would be typed for nothing.
            let KeyError::OtherType { found, .. } = refused(&file, None) else { panic!("{kind}") };
            assert!(found.contains(kind), "{found}");
            assert!(matches!(refused(&file.with_extension("pub"), None), KeyError::Public { .. }), "{kind}");
        }
    }
    let old = keygen(home.path(), "old", "rsa", "");
    ssh_keygen(home.path(), &["-q", "-p", "-m", "PEM", "-P", "", "-N", "", "-f", "old"]);
    assert!(matches!(refused(&old, None), KeyError::Foreign { .. }));
    let nowhere = home.path().join("nowhere");
    assert!(matches!(refused(&nowhere, None), KeyError::Unreadable { .. }));
    assert!(matches!(refused(home.path(), None), KeyError::Unreadable { .. }));
}

#[test]
fn a_damaged_file_is_no_key() {
    let home = TempDir::new().unwrap();
    let file = keygen(home.path(), "key", "ed25519", "");
    let text = fs::read_to_string(&file).unwrap();
    let lines: Vec<&str> = text.lines().collect();
    let cut = [&lines[..3], &lines[lines.len() - 1..]].concat().join("\n");
    let other = fs::read_to_string(keygen(home.path(), "other", "ed25519", "")).unwrap();
    // The line with the start of the public key from one file, or also that with the start of the private one.
    let spliced = |lines_of_one: usize| {
        let rest: Vec<&str> = other.lines().skip(lines_of_one).collect();
        [&lines[..lines_of_one], &rest].concat().join("\n") + "\n"
    };
    let half = text[..text.len() / 2].to_owned();
    for damaged in [String::new(), "\0".repeat(100), cut, spliced(3), spliced(4), "x".repeat(1 << 20), half] {
        fs::write(&file, damaged).unwrap();
        let refused = refused(&file, None);
        assert!(matches!(refused, KeyError::Foreign { .. } | KeyError::Damaged { .. }), "{refused}");
    }
}

/// The signature of `ssh-keygen -Y sign` is over another text (SSHSIG, with a namespace): it is none here.
#[test]
fn a_signature_of_openssh_is_none() {
    use base64::Engine as _;

    let home = TempDir::new().unwrap();
    let file = keygen(home.path(), "key", "ed25519", "");
    let payload = unpublish("1.0.0", "x").to_payload().unwrap();
    fs::write(home.path().join("payload"), &payload).unwrap();
    ssh_keygen(home.path(), &["-q", "-Y", "sign", "-n", "file", "-f", "key", "payload"]);
    let armoured = fs::read_to_string(home.path().join("payload.sig")).unwrap();
    let text: String = armoured.lines().filter(|line| !line.starts_with('-')).collect();
    let bytes = base64::engine::general_purpose::STANDARD.decode(text).unwrap();
    let raw: [u8; 64] = bytes[bytes.len() - 64..].try_into().unwrap();
    let signature = curator::model::Signature::from_bytes(raw).to_string();
    let authorization = curator::model::Authorization { payload, signature };
    assert!(verify(&authorization, &[public(&file)]).is_err());
}
