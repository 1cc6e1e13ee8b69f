//! What holds of every request: it says what was meant, and a bit more or less makes it worth nothing.

use std::collections::BTreeSet;

use curator::model::{Authorization, Location, Operation, OwnerStatus, Signature, SignedStatus};
use curator::ports::Signer as _;
use curator::rules::authorize::{differences, verify};
use proptest::option;
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop_assert, prop_assert_eq, prop_oneof, proptest};

use crate::person::{Person, parsed};

fn operations() -> impl Strategy<Value = Operation> {
    let name = || prop_oneof![Just("tally"), Just("seedbed"), Just("a")].prop_map(parsed);
    let version = || (0..3_u8).prop_map(|patch| parsed(&format!("1.0.{patch}")));
    let reason = || ".{0,40}".prop_map(|text: String| parsed(&text));
    let location = prop_oneof![Just("github:acme/tally"), Just("https://example.org/t.git")];
    let subdir = option::of(Just("a/b").prop_map(parsed));
    let location = (location, subdir).prop_map(|(url, subdir)| Location::parse_url(url, subdir).unwrap());
    let kind = prop_oneof![Just(OwnerStatus::Yanked), Just(OwnerStatus::Deprecated)];
    let status = (reason(), option::of(name()), kind).prop_map(|(reason, replacement, kind)| SignedStatus {
        reason,
        replacement,
        kind,
    });
    prop_oneof![
        (name(), reason(), version()).prop_map(|(name, reason, version)| Operation::Unpublish {
            name,
            reason,
            version
        }),
        (name(), location).prop_map(|(name, new_location)| Operation::Transfer { name, new_location }),
        (name(), status, option::of(version())).prop_map(|(name, status, version)| Operation::SetStatus {
            name,
            status,
            version
        }),
    ]
}

/// The keys of the payload, in order.
fn keys(payload: &str) -> Vec<String> {
    let value: serde_json::Map<String, serde_json::Value> = serde_json::from_str(payload).unwrap();
    let mut keys: Vec<String> = value.keys().cloned().collect();
    keys.sort_by_key(|key| payload.find(&format!("\"{key}\":")).unwrap());
    keys
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 96, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_signed_is_what_is_read(operation in operations()) {
        let payload = operation.to_payload().unwrap();
        prop_assert_eq!(Operation::parse(&payload), Ok(operation.clone()));
        let keys = keys(&payload);
        prop_assert!(keys.is_sorted(), "{}", payload);
        // The PureScript registry's readers pass over keys that they do not know: no status is a request to them.
        let lax: BTreeSet<&str> = keys.iter().map(String::as_str).collect();
        let is_unpublish = lax.is_superset(&BTreeSet::from(["name", "reason", "version"]));
        let is_transfer = lax.is_superset(&BTreeSet::from(["name", "newLocation"]));
        prop_assert_eq!(is_unpublish, matches!(operation, Operation::Unpublish { .. }));
        prop_assert_eq!(is_transfer, matches!(operation, Operation::Transfer { .. }));
    }

    #[test]
    fn an_owner_is_believed_and_others_are_not(operation in operations(), byte in 1..4_u8) {
        let authorization = Person::new(byte).asks(&operation);
        let people = [1, 2, 3].map(Person::new);
        for person in &people {
            let verified = verify(&authorization, std::slice::from_ref(person.owner()));
            let is_owner = person.owner() == Person::new(byte).owner();
            prop_assert_eq!(verified.is_ok(), is_owner);
            prop_assert!(verified.is_err() || verified.unwrap().operation == operation);
        }
    }

    #[test]
    fn only_the_same_operation_does_not_differ(one in operations(), other in operations()) {
        prop_assert_eq!(differences(&one, &other).is_empty(), one == other);
        prop_assert!(differences(&one, &one).is_empty());
    }

    #[test]
    fn a_flipped_bit_makes_it_worth_nothing(operation in operations(), place in any::<usize>(), in_signature: bool) {
        let person = Person::new(1);
        let Authorization { payload, signature } = person.asks(&operation);
        let spoiled = if in_signature {
            let mut bytes = *signature.parse::<Signature>().unwrap().as_bytes();
            bytes[place / 8 % 64] ^= 1 << (place % 8);
            Authorization { payload, signature: Signature::from_bytes(bytes).to_string() }
        } else {
            let mut bytes = payload.clone().into_bytes();
            let at = place / 8 % bytes.len();
            bytes[at] ^= 1 << (place % 8);
            // What is no text cannot be in a file: what a reader makes of it is another payload.
            Authorization { payload: String::from_utf8_lossy(&bytes).into_owned(), signature }
        };
        prop_assert!(verify(&spoiled, std::slice::from_ref(person.owner())).is_err(), "{:?}", spoiled);
    }

    #[test]
    fn a_flipped_bit_of_the_digits_makes_it_worth_nothing(place in 0..128 * 7_usize) {
        let person = Person::new(1);
        let authorization = person.signs(r#"{"name":"tally","reason":"x","version":"1.0.0"}"#);
        let mut digits = authorization.signature.clone().into_bytes();
        digits[place / 7] ^= 1 << (place % 7);
        let spoiled = Authorization { signature: String::from_utf8(digits).unwrap(), ..authorization };
        prop_assert!(verify(&spoiled, std::slice::from_ref(person.owner())).is_err(), "{:?}", spoiled);
    }
}
