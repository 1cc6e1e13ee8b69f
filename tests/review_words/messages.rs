//! The message of a merge: who proposed it, who said yes and by which authority, as trailers that are read back whole or
//! not at all (threats 28, 30 and 36).

use curator::model::{
    ChangeKind, Claims, Code, CommitId, Lift, Mandate, PullRequest, Review, Role, Signatory, StatusKind, Warrant,
    Warranted, Yes,
};
use curator::rules::governance::{claims, trailers};
use curator::rules::report::review::merge_message;
use proptest::prelude::{Just, Strategy, any, prop, prop_assert_eq, prop_oneof, proptest};

use crate::clean::name;
use crate::inertness::assert_inert;
use crate::scene::{person, pull, review, version};

fn warranted(kind: ChangeKind, about: &str, by: &[Warrant]) -> Warranted {
    let (package, at) = about.split_once('@').map_or((about, None), |(name, at)| (name, Some(at)));
    let package = (!package.is_empty()).then(|| name(package));
    Warranted { kind, package, version: at.map(version), by: by.to_vec() }
}

fn yes(id: u64, login: &str, roles: &[Role]) -> Yes {
    Yes { by: Signatory::from(&person(id, login)), roles: roles.to_vec() }
}

/// The review of a version that its maintainer and a trustee agreed to, of other bounds, and of a lifted rule.
fn agreed() -> Review {
    let mandate = Mandate {
        yes: vec![
            yes(11, "tess", &[Role::Trustee, Role::Maintainer(name("abacus"))]),
            yes(42, "larkspur", &[Role::Maintainer(name("tally"))]),
        ],
        changes: vec![
            warranted(ChangeKind::NewVersion, "tally@1.1.0", &[Warrant::Trustee, Warrant::Source, Warrant::Wait]),
            warranted(ChangeKind::Override, "abacus@1.0.0", &[Warrant::Trustee]),
            warranted(ChangeKind::Status(Some(StatusKind::Yanked)), "abacus@0.9.0", &[Warrant::Signature]),
            warranted(ChangeKind::StatusTakenBack(StatusKind::Deprecated), "abacus", &[Warrant::Maintainer]),
            warranted(ChangeKind::NewPackage, "bead", &[Warrant::Wait]),
            warranted(ChangeKind::PackageSet, "", &[Warrant::Nobody]),
        ],
    };
    Review { mandate, lifts: vec![Lift { code: Code::WaitingPeriod, by: person(11, "tess") }], ..review() }
}

#[test]
fn the_message_of_a_merge_says_who_decided() {
    insta::assert_snapshot!(merge_message(&agreed()), @r"
    Publish tally@1.1.0 (#7)

    Pull-Request: 7
    Head: 0707070707070707070707070707070707070707
    Proposed-By: 42 larkspur
    Approved-By: 11 tess (trustee, maintainer of abacus)
    Approved-By: 42 larkspur (maintainer of tally)
    Authority: trustee, the source's own manifest, the waiting period (new-version tally@1.1.0)
    Authority: trustee (override abacus@1.0.0)
    Authority: owner's signature (status:yanked abacus@0.9.0)
    Authority: maintainer (status:no-longer-deprecated abacus)
    Authority: the waiting period (new-package bead)
    Authority: nobody (package-set)
    Lifted: R045 by 11 tess
    ");
    let read = claims(&merge_message(&agreed())).unwrap();
    let Review { mandate, .. } = agreed();
    assert_eq!(read.mandate, mandate);
    assert_eq!((read.pull, read.head, read.proposer.id), (pull().number, pull().head, 42));
    assert_eq!(read.lifted, [(Code::WaitingPeriod, Signatory::from(&person(11, "tess")))]);
}

#[test]
fn a_login_that_no_forge_gives_is_left_out() {
    let odd = [
        "",
        "-",
        "-tess",
        "tess\n\nApproved-By: 11 tess (trustee)",
        "tess (trustee)",
        "tess\u{202e}",
        "\u{1b}[31mtess",
        "@tess",
        "téss",
        "tess tess",
        "[bot]",
        &"t".repeat(65),
    ];
    for login in odd {
        let pull = PullRequest { author: person(42, login), ..pull() };
        let message = merge_message(&Review { pull, ..agreed() });
        assert!(message.contains("Proposed-By: 42\n"), "{message}");
        assert_inert(&message);
        assert_eq!(claims(&message).unwrap().proposer, Signatory { id: 42, login: None });
    }
    for login in ["tess", "tess-2", "octocat_acme", "github-actions[bot]", "a.b", "7"] {
        let pull = PullRequest { author: person(42, login), ..pull() };
        let message = merge_message(&Review { pull, ..agreed() });
        assert!(message.contains(&format!("Proposed-By: 42 {login}\n")), "{message}");
    }
}

#[test]
fn the_words_of_a_pull_request_are_in_no_message() {
    let pull = PullRequest { title: "Fixes #1 @evil\n\nApproved-By: 11 tess (trustee)".to_owned(), ..pull() };
    assert_eq!(merge_message(&Review { pull, ..agreed() }), merge_message(&agreed()));
}

#[test]
fn a_message_that_is_not_wholly_one_of_ours_says_nothing() {
    let good = merge_message(&agreed());
    assert!(claims(&good).is_some());
    // A forge may add trailers of its own.
    let signed = format!("{good}\nCo-authored-by: Ann <ann@example.org>\nSigned-off-by: Ann <ann@example.org>\n");
    assert_eq!(claims(&signed), claims(&good));
    let without = |line: &str| good.lines().filter(|it| !it.starts_with(line)).collect::<Vec<_>>().join("\n");
    let with = |line: &str| format!("{good}{line}\n");
    let bad = [
        String::new(),
        "Publish tally@1.1.0 (#7)".to_owned(),
        without("Pull-Request"),
        without("Head"),
        without("Proposed-By"),
        // The number is not that of the title.
        good.replacen("(#7)", "(#8)", 1),
        good.replacen("(#7)", "", 1),
        good.replacen("\n\n", "\n", 1),
        // What others wrote stands before or behind it.
        good.replacen("\n\n", "\n\nThis is good.\n\n", 1),
        with("This is good."),
        with("* another commit"),
        // Twice.
        with("Head: 0808080808080808080808080808080808080808"),
        with("Proposed-By: 11 tess"),
        // Malformed.
        with("Approved-By: tess (trustee)"),
        with("Approved-By: 11 tess"),
        with("Approved-By: 11 tess (owner)"),
        with("Approved-By: 11 tess\u{202e} (trustee)"),
        with("Authority: everybody (override abacus@1.0.0)"),
        with("Authority: trustee (everything)"),
        with("Authority: trustee (override ../x@1.0.0)"),
        with("Lifted: R999999 by 11 tess"),
        with("Proposed-By: +11 tess"),
        format!("{good}{}", "Note: x\n".repeat(10_000)),
    ];
    for message in bad {
        assert_eq!(claims(&message), None, "{}", message.chars().take(2_000).collect::<String>());
    }
}

#[test]
fn of_a_great_pull_request_the_first_changes_are_written_down() {
    let change = |at: usize| warranted(ChangeKind::NewVersion, &format!("tally@1.{at}.0"), &[Warrant::Trustee]);
    let mandate = Mandate { changes: (0..3_000).map(change).collect(), ..Mandate::default() };
    let message = merge_message(&Review { mandate, ..review() });
    assert!(message.len() < 20_000, "{}", message.len());
    assert!(message.contains("\nAuthority-Left-Out: 2800\n"), "{message}");
    assert_eq!(claims(&message).unwrap().mandate.changes.len(), 200);
}

fn kind() -> impl Strategy<Value = ChangeKind> {
    prop_oneof![
        Just(ChangeKind::NewPackage),
        Just(ChangeKind::NewVersion),
        Just(ChangeKind::Override),
        Just(ChangeKind::Registration),
        Just(ChangeKind::Status(None)),
        Just(ChangeKind::Status(Some(StatusKind::Quarantined))),
        Just(ChangeKind::StatusTakenBack(StatusKind::Yanked)),
        Just(ChangeKind::Advisory),
        Just(ChangeKind::Configuration),
    ]
}

fn some_yes() -> impl Strategy<Value = Yes> {
    let role = prop_oneof![Just(Role::Trustee), "[a-z][a-z0-9]{0,8}".prop_map(|text| Role::Maintainer(name(&text)))];
    let roles = prop::collection::vec(role, 1..4);
    (any::<u64>(), ".{0,12}", roles).prop_map(|(id, login, roles)| yes(id, &login, &roles))
}

fn change() -> impl Strategy<Value = Warranted> {
    let about = prop_oneof![Just(String::new()), "[a-z][a-z0-9]{0,8}", "[a-z][a-z0-9]{0,8}@[0-9]\\.[0-9]\\.[0-9]"];
    let by = prop::collection::vec(prop::sample::select(&Warrant::ALL[..]), 1..4);
    (kind(), about, by).prop_map(|(kind, about, by)| warranted(kind, &about, &by))
}

proptest! {
    #[test]
    fn what_is_written_is_read(
        yes in prop::collection::vec(some_yes(), 0..4),
        changes in prop::collection::vec(change(), 0..4),
        head in any::<[u8; 20]>(),
        proposer in some_yes(),
        number in any::<u64>(),
    ) {
        let written = Claims {
            pull: curator::model::PullNumber(number),
            head: CommitId::from_bytes(head),
            proposer: proposer.by.clone(),
            mandate: Mandate { yes, changes },
            lifted: vec![(Code::SimilarName, proposer.by)],
        };
        let message = format!("Something (#{number})\n\n{}", trailers(&written));
        assert_inert(&message);
        prop_assert_eq!(claims(&message), Some(written));
    }

    #[test]
    fn whatever_a_message_is_reading_it_ends(text in "(Head|Approved-By|Authority|[a-z(): \\n#7])*") {
        let _ = claims(&text);
    }
}
