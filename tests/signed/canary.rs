//! Whatever `curator sign` prints, neither the passphrase nor the private key is in it: plain, as digits, as base64, or as
//! a part of a URL (threat 32).

use std::fs;

use base64::Engine as _;
use base64::engine::general_purpose::{STANDARD, URL_SAFE};
use curator::model::Signature;
use ssh_key::PrivateKey;
use ssh_key::private::KeypairData;
use tempfile::TempDir;

use crate::keys::keygen;
use crate::program_runs::{on_a_terminal, sign};

const CANARY: &str = "canary/0123456789+key/=~";

/// The bytes in each spelling, with base64 wherever their threes begin, without the end, which depends on what follows.
fn spellings(bytes: &[u8]) -> Vec<String> {
    let digits = |form: fn(&u8) -> String| bytes.iter().map(form).collect::<Vec<_>>();
    let mut spellings = vec![
        digits(|byte| format!("{byte:02x}")).concat()[..32].to_owned(),
        digits(|byte| format!("{byte:02X}")).concat()[..32].to_owned(),
        digits(u8::to_string)[..8].join(", "),
    ];
    for at in 0..3 {
        for text in [STANDARD.encode(&bytes[at..]), URL_SAFE.encode(&bytes[at..])] {
            spellings.push(text[..16].to_owned());
        }
    }
    spellings
}

#[test]
fn no_output_holds_the_passphrase_or_the_key() {
    let home = TempDir::new().unwrap();
    let file = keygen(home.path(), "id", "ed25519", CANARY);
    let key = PrivateKey::from_openssh(fs::read(&file).unwrap()).unwrap().decrypt(CANARY).unwrap();
    let KeypairData::Ed25519(pair) = key.key_data() else { panic!() };
    let encoded = CANARY.replace('/', "%2F").replace('+', "%2B").replace('=', "%3D");
    let mut secrets = vec![CANARY.to_owned(), "0123456789".to_owned(), encoded];
    secrets.extend(spellings(CANARY.as_bytes()));
    secrets.extend(spellings(&pair.private.to_bytes()));
    let lines = fs::read_to_string(&file).unwrap();
    secrets.extend(lines.lines().filter(|line| !line.starts_with('-')).map(str::to_owned));

    // Somebody could put the key where the passphrase belongs, or the passphrase into a file.
    fs::write(home.path().join("torn"), lines.replacen("-----END", "-----", 1)).unwrap();
    fs::write(home.path().join("noted"), CANARY).unwrap();
    keygen(home.path(), "rsa", "rsa", CANARY);
    let mut ended = Vec::new();
    for passphrase in [Some(CANARY), Some("another"), Some(&lines), None] {
        for key in ["id", "id.pub", "torn", "noted", "rsa", "nowhere"] {
            for format in ["human", "json"] {
                let args = ["yank", "tally", "--reason", "x", "--key", key, "--format", format];
                let ran = sign(home.path(), &args, passphrase);
                let said = format!("{}{}", ran.out, ran.err);
                let told = secrets.iter().find(|secret| said.contains(*secret));
                assert_eq!(told, None, "{key}, {passphrase:?}: {said}");
                ended.push(ran.code);
            }
        }
    }
    assert_eq!(ended.iter().filter(|code| **code == 0).count(), 2, "{ended:?}");
    for typed in [CANARY, "another"] {
        let shown = on_a_terminal(home.path(), typed);
        assert_eq!(secrets.iter().find(|secret| shown.contains(*secret)), None, "{shown}");
    }
}

#[test]
fn the_spellings_are_found_where_they_are() {
    let signature = Signature::from_bytes([7; 64]);
    let shown = format!("{signature} {:?} {}", [7_u8; 32], STANDARD.encode([7; 32]));
    assert!(spellings(&[7; 32]).iter().any(|spelling| shown.contains(spelling)));
}
