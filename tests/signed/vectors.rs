//! The two examples that the PureScript registry publishes with its tests: keys, payloads and signatures.

use std::fs;

use curator::adapters::SshKey;
use curator::model::{Authorization, FieldProblemKind, Operation, Owner, PayloadError};
use curator::ports::Signer as _;
use curator::rules::authorize::{AuthorizationError, signer, verify};
use tempfile::TempDir;

/// An example: a private key, its public half, and a payload that it signed.
struct Vector {
    private: &'static [&'static str],
    public: &'static str,
    payload: &'static str,
    signature: &'static str,
}

/// lib/test/Registry/SSH.purs
const SSH: Vector = Vector {
    private: &[
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
        "QyNTUxOQAAACDdKoRtqQVRN+v7q4GpWn2oeJ3c6uKVhuMWenLEX3YFcAAAAKAMzocpDM6H",
        "KQAAAAtzc2gtZWQyNTUxOQAAACDdKoRtqQVRN+v7q4GpWn2oeJ3c6uKVhuMWenLEX3YFcA",
        "AAAEBx28Ox8iudqyeko/fOF47/79/HnNKyHsEIk3jPtr0CzN0qhG2pBVE36/urgalafah4",
        "ndzq4pWG4xZ6csRfdgVwAAAAFnlvdXJfZW1haWxAZXhhbXBsZS5jb20BAgMEBQYH",
    ],
    public: "AAAAC3NzaC1lZDI1NTE5AAAAIN0qhG2pBVE36/urgalafah4ndzq4pWG4xZ6csRfdgVw",
    payload: r#"{ "name": "node-os", "newLocation": { "githubOwner": "purescript-node", "githubRepo": "purescript-node-os" } }"#,
    signature: "1f4967eaa5de1076bb2185b818ea4fb7c18cfe83af951ab32c3bcb4a300dfe9b3795daaae1e7a6d5fb9f72c4cec8003f79a452f2dc9da9ec8cfa63b243c80503",
};

/// app/test/App/Auth.purs
const AUTH: Vector = Vector {
    private: &[
        "b3BlbnNzaC1rZXktdjEAAAAABG5vbmUAAAAEbm9uZQAAAAAAAAABAAAAMwAAAAtzc2gtZW",
        "QyNTUxOQAAACBegekfcqfMhTN8GHDoRjtBMmQHnylpL7ExE/inmnoGPwAAAJBFbMLrRWzC",
        "6wAAAAtzc2gtZWQyNTUxOQAAACBegekfcqfMhTN8GHDoRjtBMmQHnylpL7ExE/inmnoGPw",
        "AAAEByKyrnWOpHm54P8vEjlePyM+NKnEJGx74p3YTVd1V10l6B6R9yp8yFM3wYcOhGO0Ey",
        "ZAefKWkvsTET+KeaegY/AAAACW93bmVyQGZvbwECAwQ=",
    ],
    public: "AAAAC3NzaC1lZDI1NTE5AAAAIF6B6R9yp8yFM3wYcOhGO0EyZAefKWkvsTET+KeaegY/",
    payload: r#"{ "packageName": "foo", "unpublishVersion": "1.2.3", "unpublishReason": "Committed bad credentials" }"#,
    signature: "353588b6b6fe475c2be4afd72e4420acdfa66226234a0a09948cffa451e6554c5bced1e2f3e3aac668cb382317a939dde6348d33491ce31eca537011f6ab9e04",
};

impl Vector {
    fn owner(&self) -> Owner {
        Owner::new(None, "ssh-ed25519".to_owned(), self.public.to_owned()).unwrap()
    }

    fn authorization(&self) -> Authorization {
        Authorization { payload: self.payload.to_owned(), signature: self.signature.to_owned() }
    }

    fn key(&self) -> SshKey {
        let home = TempDir::new().unwrap();
        let file = home.path().join("id_ed25519");
        let (begin, end) = ("-----BEGIN OPENSSH PRIVATE KEY-----", "-----END OPENSSH PRIVATE KEY-----");
        fs::write(&file, format!("{begin}\n{}\n{end}\n", self.private.join("\n"))).unwrap();
        SshKey::open(&file, None, "").unwrap_or_else(|error| panic!("{error}"))
    }
}

#[test]
fn both_signatures_hold_for_their_keys_alone() {
    for (vector, other) in [(SSH, AUTH), (AUTH, SSH)] {
        let (authorization, owner) = (vector.authorization(), vector.owner());
        assert_eq!(signer(&authorization, &[other.owner(), owner.clone()]).unwrap().0, &owner);
        let none = Err(AuthorizationError::NotAnOwner(vec![]));
        assert_eq!(signer(&authorization, &[other.owner()]), none);
        let swapped = Authorization { payload: other.payload.to_owned(), ..authorization.clone() };
        assert_eq!(signer(&swapped, std::slice::from_ref(&owner)), none);
        let swapped = Authorization { signature: other.signature.to_owned(), ..authorization };
        assert_eq!(signer(&swapped, &[owner]), none);
    }
}

#[test]
fn both_keys_make_their_signatures() {
    for vector in [SSH, AUTH] {
        let key = vector.key();
        assert_eq!(key.sign(vector.payload).to_string(), vector.signature);
        assert_eq!(key.owner(), &vector.owner());
    }
}

#[test]
fn the_transfer_is_read_as_a_transfer() {
    let verified = verify(&SSH.authorization(), &[SSH.owner()]).unwrap();
    let Operation::Transfer { name, new_location } = &verified.operation else { panic!("{verified:?}") };
    assert_eq!(name.to_string(), "node-os");
    assert_eq!(new_location.to_string(), "github.com/purescript-node/purescript-node-os");
    assert_eq!(verified.owner, SSH.owner());
    // What `printf '%s' PAYLOAD; printf '%s' SIGNATURE | xxd -r -p`, one behind the other, give to sha256sum.
    assert_eq!(verified.digest.to_hex(), DIGEST);
    // As the registry writes it itself, it has no blanks, and needs another signature.
    let payload =
        r#"{"name":"node-os","newLocation":{"githubOwner":"purescript-node","githubRepo":"purescript-node-os"}}"#;
    assert_eq!(verified.operation.to_payload().unwrap(), payload);
    let respelled = Authorization { payload: payload.to_owned(), ..SSH.authorization() };
    assert_eq!(verify(&respelled, &[SSH.owner()]), Err(AuthorizationError::NotAnOwner(vec![])));
}

const DIGEST: &str = "4527c165ceffc426a159b5ca133926b930250baae12a26d3ee45d7cc097bcf7d";

/// The second example was signed when the fields had other names: an owner signed it, and it asks for nothing.
#[test]
fn the_old_unpublish_is_signed_and_not_understood() {
    let refused = verify(&AUTH.authorization(), &[AUTH.owner()]);
    let Err(AuthorizationError::Payload(PayloadError::Fields(problems))) = refused else { panic!("{refused:?}") };
    let missing = |key: &str| problems.iter().any(|it| it.key == key && it.kind == FieldProblemKind::Missing);
    assert!(["name", "reason", "version"].iter().all(|key| missing(key)), "{problems:?}");
}

/// The PureScript registry stops at the first owner's key that it cannot read, and takes no signature of the others.
#[test]
fn a_key_that_cannot_be_read_does_not_stand_in_the_way() {
    let owner = |keytype: &str, public: &str| Owner::new(None, keytype.to_owned(), public.to_owned()).unwrap();
    let broken = [
        owner("ssh-ed25519", "AAAAC3NzaC1lZDI1NTE5AAAAIN0qhG2pBVE36"),
        owner("ssh-ed25519", "none"),
        owner("ssh-rsa", SSH.public),
        owner("ssh-ed25519", "AAAAB3NzaC1yc2EAAAADAQABAAAAgQC7"),
    ];
    let owners = [&broken[..], &[SSH.owner()]].concat();
    assert_eq!(verify(&SSH.authorization(), &owners).unwrap().owner, SSH.owner());
    let Err(AuthorizationError::NoKey(unusable)) = verify(&SSH.authorization(), &broken) else { panic!() };
    assert_eq!(unusable.len(), 4);
    // The note of an owner is free text.
    let noted = Owner::new(Some("nobody@example.org".to_owned()), "ssh-ed25519".to_owned(), SSH.public.to_owned());
    assert!(verify(&SSH.authorization(), &[noted.unwrap()]).is_ok());
}
