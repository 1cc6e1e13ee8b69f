//! R053: each way in which a signed request does not speak for a change, and the nearest way in which it does.

use std::collections::BTreeSet;

use curator::model::{
    Area, Authorization, Code, Finding, Location, Operation, Owner, OwnerStatus, Place, Registration, Sha256,
    SignedStatus, Status, StatusKind,
};
use curator::ports::Signer as _;
use curator::rules::authorize::{
    Claim, Verified, check_authorization, check_status_authorization, check_transfer_authorization, verify,
};

use crate::person::{Person, parsed, transfer, unpublish};

/// A request, and what it is held against.
struct Case {
    authorization: Authorization,
    owners: Vec<Owner>,
    accepted: BTreeSet<Sha256>,
}

impl Case {
    /// What the first person, who owns the package, signed.
    fn of(operation: &Operation) -> Self {
        let person = Person::new(1);
        let (authorization, owners) = (person.asks(operation), vec![person.owner().clone()]);
        Self { authorization, owners, accepted: BTreeSet::from([Sha256::of(b"another")]) }
    }

    fn owned_by(self, owners: Vec<Owner>) -> Self {
        Self { owners, ..self }
    }

    fn accepted(mut self) -> Self {
        self.accepted.insert(verify(&self.authorization, &self.owners).unwrap().digest);
        self
    }

    fn held_against(&self, judge: impl FnOnce(&Claim<'_>) -> (Option<Verified>, Vec<Finding>)) -> Vec<String> {
        let place = Place::file(Area::Registry, "status/ta/tally/1.0.0.json").at(10..90);
        let Self { authorization, owners, accepted } = self;
        let (verified, findings) = judge(&Claim { authorization, owners, accepted, place: &place });
        assert_eq!(verified.is_some(), findings.is_empty());
        for finding in &findings {
            assert_eq!((finding.code, &finding.place, finding.is_error()), (Code::Authorization, &place, true));
            assert_eq!(finding.package.as_ref().unwrap().as_str(), "tally");
            let hint = finding.hint.as_ref().unwrap();
            assert!(!hint.is_empty() && !hint.ends_with('.') && !finding.message.ends_with('.'), "{finding:?}");
        }
        findings.into_iter().map(|finding| finding.message).collect()
    }

    fn speaks_for(&self, wanted: &Operation) -> Vec<String> {
        self.held_against(|claim| check_authorization(claim, wanted))
    }
}

fn status(kind: OwnerStatus, version: Option<&str>, reason: &str, replacement: Option<&str>) -> Operation {
    let status = SignedStatus { reason: parsed(reason), replacement: replacement.map(parsed), kind };
    Operation::SetStatus { name: parsed("tally"), status, version: version.map(parsed) }
}

const NOT_AN_OWNER: &str = "the signature is none of an owner's over this text";

#[test]
fn a_request_speaks_for_what_was_signed_and_for_nothing_else() {
    let yank = |version, reason, replacement| status(OwnerStatus::Yanked, version, reason, replacement);
    let seedbed = Operation::Unpublish { name: parsed("seedbed"), reason: parsed("x"), version: parsed("1.0.0") };
    let wanted = [
        (unpublish("1.0.0", "x"), unpublish("1.0.1", "x"), "the owner signed for 1.0.1, and this is 1.0.0"),
        (unpublish("1.0.0", "x"), unpublish("1.0.0", "X"), "the owner signed the reason 'X', and here it is 'x'"),
        (unpublish("1.0.0", "x"), unpublish("1.0.0", "x "), "the owner signed the reason 'x ', and here it is 'x'"),
        (unpublish("1.0.0", "x"), seedbed, "the owner signed for seedbed, and this is tally"),
        (
            unpublish("1.0.0", "x"),
            yank(Some("1.0.0"), "x", None),
            "the owner signed a yank, and this is that a version is unpublished",
        ),
        (
            yank(Some("1.0.0"), "x", None),
            unpublish("1.0.0", "x"),
            "the owner signed that a version is unpublished, and this is a yank",
        ),
        (
            yank(Some("1.0.0"), "x", None),
            yank(None, "x", None),
            "the owner signed for every version, and this is 1.0.0",
        ),
        (
            yank(None, "x", None),
            yank(Some("1.0.0"), "x", None),
            "the owner signed for 1.0.0, and this is every version",
        ),
        (
            yank(None, "x", Some("malt")),
            yank(None, "x", None),
            "the owner signed no replacement as the replacement, and here it is malt",
        ),
        (
            status(OwnerStatus::Deprecated, None, "x", None),
            yank(None, "x", None),
            "the owner signed 'yanked', and this is 'deprecated'",
        ),
        (
            transfer("tally"),
            transfer("Tally"),
            "the owner signed for github.com/acme/Tally, and this is github.com/acme/tally",
        ),
        (
            transfer("tally"),
            unpublish("1.0.0", "x"),
            "the owner signed that a version is unpublished, and this is a transfer",
        ),
    ];
    for (wanted, signed, message) in wanted {
        assert_eq!(Case::of(&signed).speaks_for(&wanted), [message]);
        assert_eq!(Case::of(&wanted).speaks_for(&wanted), [""; 0]);
    }
    let other = status(OwnerStatus::Deprecated, Some("2.0.0"), "y", Some("malt"));
    assert_eq!(Case::of(&other).speaks_for(&yank(Some("1.0.0"), "x", None)).len(), 4, "each difference is told");
}

#[test]
fn a_request_needs_an_owner_of_the_base() {
    let wanted = unpublish("1.0.0", "x");
    let (first, second) = (Person::new(1).owner().clone(), Person::new(2).owner().clone());
    // A pull request that brings the key that signs for it: the base lists another one, or none.
    assert_eq!(Case::of(&wanted).owned_by(vec![second.clone()]).speaks_for(&wanted), [NOT_AN_OWNER]);
    let nobody = "nobody can sign for this package: its registration lists no owners";
    assert_eq!(Case::of(&wanted).owned_by(vec![]).speaks_for(&wanted), [nobody]);
    assert_eq!(Case::of(&wanted).owned_by(vec![second, first]).speaks_for(&wanted), [""; 0]);
}

#[test]
fn a_key_that_cannot_sign_is_told_with_the_way_out() {
    let wanted = unpublish("1.0.0", "x");
    let rsa = Owner::new(Some("kim@example.org".to_owned()), "ssh-rsa".to_owned(), "AAAA".to_owned()).unwrap();
    let alone = Case::of(&wanted).owned_by(vec![rsa.clone()]);
    let message = "no key among the owners can sign: the key of kim@example.org is of the type ssh-rsa";
    assert_eq!(alone.speaks_for(&wanted), [message]);
    let place = Place::file(Area::Registry, "x");
    let claim =
        Claim { authorization: &alone.authorization, owners: &alone.owners, accepted: &alone.accepted, place: &place };
    let hint = check_authorization(&claim, &wanted).1[0].hint.clone().unwrap();
    assert!(hint.contains("ssh-keygen -t ed25519") && hint.contains("SHA-1"), "{hint}");
    let beside = Case::of(&wanted).owned_by(vec![rsa.clone(), Person::new(2).owner().clone()]);
    let message = format!("{NOT_AN_OWNER}; not tried: the key of kim@example.org is of the type ssh-rsa");
    assert_eq!(beside.speaks_for(&wanted), [message]);
    let known = Case::of(&wanted).owned_by(vec![rsa, Person::new(1).owner().clone()]);
    assert_eq!(known.speaks_for(&wanted), [""; 0]);
}

#[test]
fn a_request_counts_once() {
    let wanted = unpublish("1.0.0", "x");
    let again = Case::of(&wanted).accepted();
    assert_eq!(again.speaks_for(&wanted), ["this signed request was accepted before, and each counts once"]);
    // Told with everything else that is wrong.
    assert_eq!(again.speaks_for(&unpublish("1.0.1", "x")).len(), 2);
    let anew = Case { accepted: again.accepted, ..Case::of(&unpublish("1.0.0", "it came back")) };
    assert_eq!(anew.speaks_for(&unpublish("1.0.0", "it came back")), [""; 0]);
}

#[test]
fn a_request_that_is_signed_and_means_nothing_is_told() {
    let person = Person::new(1);
    let (wanted, owners) = (unpublish("1.0.0", "x"), vec![person.owner().clone()]);
    for (payload, told) in [
        (r#"{"name":"tally","reason":"x"}"#, "\"version\" is missing"),
        (r#"{"name":"tally","reason":"x","version":"1.0.0","a":1}"#, "nobody knows \"a\""),
        (r#"{"name":"tally","reason":1,"version":"1.0.0"}"#, "\"reason\" is a number, not a string"),
        (r#"{"name":"tally","reason":"x","version":"1"}"#, "\"version\": "),
        (r#"{"name":"tally","name":"tally","reason":"x"}"#, "the key \"name\" stands twice in this object"),
        ("[]", "it is an array, not an object"),
    ] {
        let authorization = person.signs(payload);
        let case = Case { authorization, owners: owners.clone(), accepted: BTreeSet::new() };
        let found = case.speaks_for(&wanted);
        assert!(found.len() == 1 && found[0].contains(told), "{found:?}");
    }
    let authorization = Authorization { signature: "A".repeat(128), ..person.asks(&wanted) };
    let case = Case { authorization, owners, accepted: BTreeSet::new() };
    assert_eq!(case.speaks_for(&wanted), ["the signature is not 128 hexadecimal digits in lower case"]);
}

/// What stands in a request or a registration is a stranger's.
#[test]
fn what_is_repeated_is_inert() {
    let odd = "\u{1b}[31m::error::\n##[x]\u{202e}@acme/all";
    let person = Person::new(1);
    let (wanted, owners) = (unpublish("1.0.0", "x"), vec![person.owner().clone()]);
    let noted = Owner::new(Some("a\u{202e}##[b".to_owned()), "ssh-rsa\u{202e}".to_owned(), "AAAA".to_owned()).unwrap();
    let payload = serde_json::json!({ "name": "tally", "reason": "x", "version": "1.0.0", odd: 1 }).to_string();
    let signed = |authorization, owners| Case { authorization, owners, accepted: BTreeSet::new() };
    for case in [
        signed(person.asks(&unpublish("1.0.0", odd)), owners.clone()),
        signed(person.signs(&payload), owners.clone()),
        signed(person.signs(odd), owners),
        signed(person.asks(&wanted), vec![noted]),
    ] {
        for message in case.speaks_for(&wanted) {
            assert!(!message.contains(|c: char| c.is_control() || c == '\u{202e}'), "{message:?}");
            assert!(!message.contains("##["), "{message:?}");
        }
    }
}

fn file(kind: StatusKind, replacement: Option<&str>) -> Status {
    Status { kind, reason: parsed("x"), replacement: replacement.map(parsed), authorization: None }
}

#[test]
fn a_status_file_says_all_that_was_signed_and_nothing_else() {
    let held = |signed: &Operation, version: Option<&str>, file: &Status| {
        let version = version.map(parsed);
        Case::of(signed)
            .held_against(|claim| check_status_authorization(claim, &parsed("tally"), version.as_ref(), file))
    };
    let gone = unpublish("1.0.0", "x");
    assert_eq!(held(&gone, Some("1.0.0"), &file(StatusKind::Unpublished, None)), [""; 0]);
    assert_eq!(held(&gone, Some("1.0.1"), &file(StatusKind::Unpublished, None)).len(), 1);
    for (signed, kind) in [(OwnerStatus::Yanked, StatusKind::Yanked), (OwnerStatus::Deprecated, StatusKind::Deprecated)]
    {
        let all = status(signed, None, "x", Some("seedbed"));
        assert_eq!(held(&all, None, &file(kind, Some("seedbed"))), [""; 0]);
        assert_eq!(held(&all, Some("1.0.0"), &file(kind, Some("seedbed"))).len(), 1);
        assert_eq!(held(&all, None, &file(kind, None)).len(), 1);
        assert_eq!(held(&all, None, &file(StatusKind::Quarantined, Some("seedbed"))).len(), 1);
    }
    // A replacement that nobody signed for, a version that the payload does not name, and what is not an owner's.
    let replaced = held(&gone, Some("1.0.0"), &file(StatusKind::Unpublished, Some("malt")));
    assert_eq!(replaced, ["the replacement of an unpublished version is not covered by a signature"]);
    let whole = held(&gone, None, &file(StatusKind::Unpublished, None));
    assert_eq!(whole, ["an owner signs for one version that is unpublished, not for all of them"]);
    let quarantine = held(&gone, Some("1.0.0"), &file(StatusKind::Quarantined, None));
    assert_eq!(quarantine, ["a quarantine is a trustee's, whoever signs"]);
}

/// A registration at a repository of GitHub, where the owner with this key and this maintainer may speak.
fn registration(repository: &str, id: u64, owner: u8, maintainer: u64) -> Registration {
    Registration {
        location: Location::parse_url(&format!("github:acme/{repository}"), None).unwrap(),
        location_id: Some(id),
        owners: vec![Person::new(owner).owner().clone()].try_into().ok(),
        maintainers: vec![maintainer],
        authorization: None,
    }
}

/// Who copies the signature of a transfer, which everybody can read, must not bring in a key of their own by it.
#[test]
fn a_transfer_changes_nobodys_rights() {
    let before = registration("tally", 1, 1, 7);
    let held = |after: &Registration| {
        let signed = Case::of(&transfer("abacus"));
        signed.held_against(|claim| check_transfer_authorization(claim, &parsed("tally"), &before, after))
    };
    assert_eq!(held(&registration("abacus", 2, 1, 7)), [""; 0]);
    let people = ["a signed transfer does not cover owners and maintainers, and these change"];
    assert_eq!(held(&registration("abacus", 2, 2, 7)), people);
    assert_eq!(held(&registration("abacus", 2, 1, 8)), people);
    assert_eq!(held(&Registration { owners: None, ..registration("abacus", 2, 1, 7) }), people);
    assert_eq!(held(&registration("Abacus", 2, 1, 7)).len(), 1);
    let same = ["a signed transfer leads to another location, and this is the one that is registered"];
    assert_eq!(held(&registration("tally", 2, 1, 7)), same);
}
