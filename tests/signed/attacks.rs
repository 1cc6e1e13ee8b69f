//! Signed requests that prove nothing: other texts, other signatures, other keys, and payloads with two meanings.

use std::slice::from_ref;

use curator::model::{Authorization, FieldProblemKind, Operation, Owner, PayloadError, SyntaxKind};
use curator::ports::Signer as _;
use curator::rules::authorize::{AuthorizationError, KeyProblem, UnusableKey, verify};
use ed25519_dalek::{Verifier as _, VerifyingKey};

use crate::person::{Person, owner, unpublish};

const PAYLOAD: &str = r#"{"name":"tally","reason":"a key was in it","version":"1.0.0"}"#;

/// What becomes of a request that is made of these two texts.
fn refusal(payload: &str, signature: &str) -> AuthorizationError {
    let authorization = Authorization { payload: payload.to_owned(), signature: signature.to_owned() };
    let owners = [Person::new(1).owner().clone()];
    verify(&authorization, &owners).expect_err(&format!("{payload}: {signature}"))
}

#[test]
fn the_owner_is_believed() {
    let owner = Person::new(1);
    let signed = owner.signs(PAYLOAD);
    let verified = verify(&signed, &[Person::new(2).owner().clone(), owner.owner().clone()]).unwrap();
    assert_eq!(verified.operation, unpublish("1.0.0", "a key was in it"));
    assert_eq!(&verified.owner, owner.owner());
    assert_eq!(signed, owner.asks(&verified.operation), "the curator signs the text that the PureScript tools write");
}

#[test]
fn every_byte_of_the_text_counts() {
    let signature = Person::new(1).signs(PAYLOAD).signature;
    let others = [
        format!("{PAYLOAD} "),
        format!(" {PAYLOAD}"),
        format!("{PAYLOAD}\n"),
        PAYLOAD.replace(',', ", "),
        PAYLOAD.replace("1.0.0", "1.0.1"),
        PAYLOAD.replace("tally", "seedbed"),
        PAYLOAD.replace("tally", "tall\\u0079"),
        PAYLOAD.replace("key", "Key"),
        r#"{"name":"tally","version":"1.0.0","reason":"a key was in it"}"#.to_owned(),
        PAYLOAD[1..].to_owned(),
        "{}".to_owned(),
        String::new(),
    ];
    for payload in others {
        assert_eq!(refusal(&payload, &signature), AuthorizationError::NotAnOwner(vec![]), "{payload}");
    }
}

#[test]
fn a_signature_has_one_spelling() {
    let signature = Person::new(1).signs(PAYLOAD).signature;
    let others = [
        signature.to_uppercase(),
        signature.replacen(|c: char| c.is_ascii_lowercase(), "A", 1),
        signature[..127].to_owned(),
        signature[..126].to_owned(),
        format!("{signature}00"),
        format!("{signature}0"),
        format!("{signature}\n"),
        format!(" {signature}"),
        format!("0x{signature}"),
        "g".repeat(128),
        "é".repeat(64),
        "🍝".repeat(32),
        String::new(),
    ];
    for other in others {
        assert_eq!(refusal(PAYLOAD, &other), AuthorizationError::Form, "{other}");
    }
    let zeros = "0".repeat(128);
    assert_eq!(refusal(PAYLOAD, &zeros), AuthorizationError::NotAnOwner(vec![]));
}

#[test]
fn the_signature_of_somebody_else_is_none() {
    let signed = Person::new(2).signs(PAYLOAD);
    assert_eq!(refusal(PAYLOAD, &signed.signature), AuthorizationError::NotAnOwner(vec![]));
    assert_eq!(verify(&signed, &[]), Err(AuthorizationError::NoOwners));
}

/// The order of the group (RFC 8032 §5.1), least byte first.
const ORDER: [u8; 32] = [
    0xed, 0xd3, 0xf5, 0x5c, 0x1a, 0x63, 0x12, 0x58, 0xd6, 0x9c, 0xf7, 0xa2, 0xde, 0xf9, 0xde, 0x14, 0, 0, 0, 0, 0, 0,
    0, 0, 0, 0, 0, 0, 0, 0, 0, 0x10,
];

/// To the number S in the second half of a signature everybody can add the order of the group. It means the same; a
/// registry that took it would take one request several times.
#[test]
fn a_signature_has_one_number() {
    let owner = Person::new(1);
    let signature = owner.sign(PAYLOAD);
    let mut bytes = *signature.as_bytes();
    for times in 1..16 {
        let mut carry = 0_u16;
        for (byte, add) in bytes[32..].iter_mut().zip(ORDER) {
            carry += u16::from(*byte) + u16::from(add);
            *byte = carry.to_le_bytes()[0];
            carry >>= 8;
        }
        assert_eq!(carry, 0);
        let other = curator::model::Signature::from_bytes(bytes).to_string();
        assert_eq!(refusal(PAYLOAD, &other), AuthorizationError::NotAnOwner(vec![]), "{times}: {other}");
    }
}

/// Every encoding of a point whose order divides 8.
const SMALL: [&str; 7] = [
    "0000000000000000000000000000000000000000000000000000000000000000",
    "0100000000000000000000000000000000000000000000000000000000000000",
    "26e8958fc2b227b045c3f489f2ef98f0d5dfac05d3c63339b13802886d53fc05",
    "c7176a703d4dd84fba3c0b760d10670f2a2053fa2c39ccc64ec7fd7792ac037a",
    "ecffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "edffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
    "eeffffffffffffffffffffffffffffffffffffffffffffffffffffffffffff7f",
];

/// For a key of small order everybody makes signatures: the neutral element and the number 0.
#[test]
fn a_key_of_small_order_signs_nothing() {
    let mut forged = [0; 64];
    forged[0] = 1;
    let mut believed = 0;
    for text in SMALL {
        for sign in [0, 0x80] {
            let mut point: [u8; 32] =
                std::array::from_fn(|at| u8::from_str_radix(&text[2 * at..2 * at + 2], 16).unwrap());
            point[31] |= sign;
            let lax = VerifyingKey::from_bytes(&point)
                .and_then(|key| key.verify(PAYLOAD.as_bytes(), &ed25519_dalek::Signature::from_bytes(&forged)));
            believed += usize::from(lax.is_ok());
            let signature = curator::model::Signature::from_bytes(forged).to_string();
            let authorization = Authorization { payload: PAYLOAD.to_owned(), signature };
            let weak = owner(&point);
            let Err(AuthorizationError::NoKey(unusable)) = verify(&authorization, from_ref(&weak)) else {
                panic!("{text}")
            };
            assert_eq!(unusable[0].owner, weak);
            assert!(matches!(unusable[0].problem, KeyProblem::Weak | KeyProblem::Unreadable), "{text}");
        }
    }
    assert!(believed > 0, "the attack is one: a verifier that is not strict believes it");
}

#[test]
fn a_point_of_small_order_in_the_signature_signs_nothing() {
    for text in SMALL {
        let zero = "0".repeat(64);
        assert_eq!(refusal(PAYLOAD, &format!("{text}{zero}")), AuthorizationError::NotAnOwner(vec![]));
    }
}

#[test]
fn keys_of_other_types_are_told() {
    let types = ["ssh-rsa", "ecdsa-sha2-nistp256", "ssh-dss", "sk-ssh-ed25519@openssh.com", "SSH-ED25519", "ed25519"];
    let person = Person::new(1);
    let owners = types.map(|it| Owner::new(None, it.to_owned(), person.owner().public().to_owned()).unwrap());
    let unusable = owners.iter().map(|it| UnusableKey { owner: it.clone(), problem: KeyProblem::OtherType });
    let refused = verify(&person.signs(PAYLOAD), &owners);
    assert_eq!(refused, Err(AuthorizationError::NoKey(unusable.collect())));
    // The key says itself what it is, whatever stands in front of it.
    let rsa = "AAAAB3NzaC1yc2EAAAADAQABAAAAQQDOHWfcD2vlrcaEngneZ2TlHjnjLKoQCuy9R95F1qrfRIE0N6xH7eHMuJGFIvqeuKivSXWLUKQslf2XIA7n0PEX";
    let posing = Owner::new(None, "ssh-ed25519".to_owned(), rsa.to_owned()).unwrap();
    let refused = verify(&person.signs(PAYLOAD), from_ref(&posing));
    assert_eq!(
        refused,
        Err(AuthorizationError::NoKey(vec![UnusableKey { owner: posing, problem: KeyProblem::Unreadable }]))
    );
}

/// What is wrong with a payload that an owner signed.
fn unread(payload: &str) -> PayloadError {
    let refused = refusal(payload, &Person::new(1).signs(payload).signature);
    let AuthorizationError::Payload(error) = refused else { panic!("{payload}: {refused:?}") };
    assert_eq!(Operation::parse(payload), Err(error.clone()));
    error
}

#[test]
fn a_payload_with_a_key_twice_is_refused() {
    for payload in [
        r#"{"name":"tally","name":"seedbed","reason":"x","version":"1.0.0"}"#,
        r#"{"name":"tally","na\u006de":"seedbed","reason":"x","version":"1.0.0"}"#,
        r#"{"name":"tally","newLocation":{"githubOwner":"a","githubOwner":"b","githubRepo":"c"}}"#,
    ] {
        let PayloadError::Syntax(errors) = unread(payload) else { panic!("{payload}") };
        assert!(matches!(errors[0].kind, SyntaxKind::DuplicateKey(_)), "{errors:?}");
    }
    for payload in ["", "null x", "\u{feff}{}", r#"{"name":"tally"}{}"#, "{'name':'tally'}", "{}//", "[1e999]"] {
        assert!(matches!(unread(payload), PayloadError::Syntax(_)), "{payload}");
    }
    let long = format!(r#"{{"name":"tally","reason":"{}","version":"1.0.0"}}"#, "x".repeat(1 << 20));
    assert!(matches!(unread(&long), PayloadError::Syntax(_)));
}

#[test]
fn a_payload_is_one_operation_and_nothing_else() {
    for (payload, key) in [
        // A transfer to one reader, an unpublish to another.
        (
            r#"{"name":"tally","newLocation":{"gitUrl":"https://example.org/t.git"},"reason":"x","version":"1.0.0"}"#,
            "reason",
        ),
        (r#"{"name":"tally","reason":"x","version":"1.0.0","also":1}"#, "also"),
        (r#"{"name":"tally","reason":"x","status":{"reason":"x","status":"yanked"},"version":"1.0.0"}"#, "reason"),
        (r#"{"name":"tally","reason":"x","version":"1.0.0","replacement":"seedbed"}"#, "replacement"),
    ] {
        let PayloadError::Fields(problems) = unread(payload) else { panic!("{payload}") };
        assert!(problems.iter().any(|it| it.key == key && it.kind == FieldProblemKind::Unknown), "{problems:?}");
    }
    for payload in [
        "{}",
        "[]",
        r#""tally""#,
        r#"{"name":"tally","version":"1.0.0"}"#,
        r#"{"name":"tally","reason":null,"version":"1.0.0"}"#,
        r#"{"name":"Tally","reason":"x","version":"1.0.0"}"#,
        r#"{"name":"tally","reason":"x","version":"v1.0.0"}"#,
        r#"{"name":"tally","reason":["x"],"version":"1.0.0"}"#,
        r#"{"name":"tally","newLocation":{"githubOwner":"a","githubRepo":"b","also":"c"}}"#,
        r#"{"name":"tally","newLocation":{"githubOwner":"a","githubRepo":"b","gitUrl":"https://c.example/d.git"}}"#,
        r#"{"name":"tally","newLocation":{"gitUrl":"--upload-pack=touch x"}}"#,
        r#"{"name":"tally","status":{"reason":"x","status":"quarantined"},"version":"1.0.0"}"#,
        r#"{"name":"tally","status":{"reason":"x","status":"unpublished"},"version":"1.0.0"}"#,
        r#"{"name":"tally","status":{"reason":"x","status":"yanked","also":1}}"#,
        r#"{"name":"tally","status":{"reason":"x","status":"yanked"},"version":null}"#,
        r#"{"name":"tally","status":"yanked","version":"1.0.0"}"#,
    ] {
        assert!(matches!(unread(payload), PayloadError::Fields(_)), "{payload}");
    }
    let reason = |length: usize| format!(r#"{{"name":"tally","reason":"{}","version":"1.0.0"}}"#, "🍝".repeat(length));
    assert!(matches!(unread(&reason(301)), PayloadError::Fields(_)));
    assert!(Operation::parse(&reason(300)).is_ok());
}
