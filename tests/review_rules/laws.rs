//! Laws that hold whatever a pull request asks for and whoever says what of it.

use curator::model::{Area, ChangeKind, Code, Decision, Place, PullStage, Severity, StatusKind, Word};
use proptest::prelude::{Just, ProptestConfig, Strategy, any, prop, prop_assert, prop_assert_eq, prop_oneof, proptest};

use super::scene::{
    AUTHOR, MAINTAINER, OTHER_TRUSTEE, STRANGER, Scene, TRUSTEE, finding, head, name, old_head, version,
};

const PEOPLE: [u64; 5] = [TRUSTEE, OTHER_TRUSTEE, MAINTAINER, AUTHOR, STRANGER];
const VERBS: [&str; 4] = ["/curator hold", "/curator release", "/curator recheck", "> /curator release"];
const CODES: [Code; 4] = [Code::SimilarName, Code::UpperBound, Code::Host, Code::Needed];

fn kind() -> impl Strategy<Value = ChangeKind> {
    prop_oneof![
        Just(ChangeKind::NewPackage),
        Just(ChangeKind::NewVersion),
        Just(ChangeKind::Override),
        Just(ChangeKind::Registration),
        Just(ChangeKind::Status(None)),
        Just(ChangeKind::Status(Some(StatusKind::Yanked))),
        Just(ChangeKind::Status(Some(StatusKind::Quarantined))),
        Just(ChangeKind::StatusTakenBack(StatusKind::Deprecated)),
        Just(ChangeKind::Advisory),
        Just(ChangeKind::PackageSet),
        Just(ChangeKind::Configuration),
        Just(ChangeKind::Forbidden),
    ]
}

fn somebody() -> impl Strategy<Value = u64> {
    prop::sample::select(&PEOPLE[..])
}

fn word() -> impl Strategy<Value = Word> {
    prop_oneof![Just(Word::Approved), Just(Word::ChangesRequested), Just(Word::Dismissed), Just(Word::Commented)]
}

type Said = (Vec<(u64, Word, bool)>, Vec<(u64, &'static str)>, Vec<(u64, Code, i64)>);

fn said() -> impl Strategy<Value = Said> {
    let judgements = prop::collection::vec((somebody(), word(), any::<bool>()), 0..6);
    let remarks = prop::collection::vec((somebody(), prop::sample::select(&VERBS[..])), 0..4);
    let labels = prop::collection::vec((somebody(), prop::sample::select(&CODES[..]), 98_i64..103), 0..3);
    (judgements, remarks, labels)
}

/// A pull request of anybody, with any changes and findings, of which people said all kinds of things.
fn scene() -> impl Strategy<Value = Scene> {
    let kinds = prop::collection::vec(kind(), 0..4);
    let findings = prop::collection::vec((prop::sample::select(&CODES[..]), any::<bool>()), 0..2);
    let facts = (any::<bool>(), any::<bool>(), any::<bool>(), 90_u64..110);
    (kinds, findings, somebody(), said(), facts).prop_map(|(kinds, findings, author, said, facts)| {
        let (is_vouched, waits, is_draft, wait) = facts;
        let mut scene = Scene::of(&kinds).by(author);
        if waits {
            scene = scene.waiting(wait);
        }
        if is_vouched {
            scene.vouched.insert((name("tally"), version("1.1.0")));
        }
        if is_draft {
            scene.pull.stage = PullStage::Draft;
        }
        for (code, is_error) in findings {
            let severity = if is_error { Severity::Error } else { Severity::Warning };
            scene.findings.push(finding(code, severity, Some("tally")));
        }
        speaking(scene, &said)
    })
}

fn speaking(mut scene: Scene, (judgements, remarks, labels): &Said) -> Scene {
    for (by, word, is_of_head) in judgements {
        scene = scene.says_of(*by, *word, if *is_of_head { head() } else { old_head() });
    }
    for (by, text) in remarks {
        scene = scene.comments(*by, text);
    }
    for (by, code, second) in labels {
        scene = scene.labelled(*by, &format!("lift-{code}"), *second);
    }
    scene
}

/// How far a decision is from a merge: by its kind, and then by what it lacks. That a change has no effect yet is said
/// where nothing else is in its way.
fn distance(decision: &Decision) -> (u8, usize) {
    match decision {
        Decision::Merge | Decision::ByHand => (0, 0),
        Decision::Needs(needs) => (1, needs.as_slice().len()),
        Decision::Reject(refusals) => (2, refusals.as_slice().len()),
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, cases: 512, ..ProptestConfig::default() })]

    #[test]
    fn an_approval_never_makes_a_decision_worse(scene in scene(), by in somebody()) {
        let before = distance(&scene.decision());
        let after = distance(&scene.clone().approved_by(by).decision());
        prop_assert!(after <= before, "{before:?} became {after:?}: {scene:#?}");
    }

    #[test]
    fn whatever_is_merged_says_by_which_authority(scene in scene()) {
        let ruling = scene.ruling();
        let is_allowed = ruling.mandate.changes.iter().all(|change| !change.by.is_empty());
        if matches!(ruling.decision, Decision::Merge | Decision::ByHand) {
            prop_assert!(is_allowed, "{:?} of {scene:#?}", ruling.mandate);
        }
        prop_assert_eq!(ruling.mandate.changes.len(), scene.changes.len());
        let yes = ruling.mandate.yes.iter().map(|yes| yes.by.id);
        prop_assert!(!yes.clone().any(|id| id == STRANGER), "{:?}", ruling.mandate);
        // Nobody's yes is written down who said none.
        let approves = |id: u64| id == scene.pull.author.id || scene.judgements.iter().any(|it| it.by.id == id);
        prop_assert!(yes.clone().all(approves), "{:?} of {scene:#?}", ruling.mandate);
    }

    #[test]
    fn who_has_no_say_changes_nothing(scene in scene(), said in said()) {
        let (judgements, remarks, labels) = said;
        let strangers = (
            judgements.into_iter().map(|(_, word, is_of_head)| (STRANGER, word, is_of_head)).collect(),
            remarks.into_iter().map(|(_, text)| (STRANGER, text)).collect(),
            Vec::new(),
        );
        let is_theirs = scene.pull.author.id == STRANGER;
        let scene = if is_theirs { scene.by(AUTHOR) } else { scene };
        let after = speaking(scene.clone(), &strangers);
        prop_assert_eq!(scene.decision(), after.decision());
        // Whoever may label can take a trustee's label away, and never put one there.
        let labels = labels.into_iter().map(|(_, code, second)| (STRANGER, code, second)).collect();
        let labelled = speaking(scene.clone(), &(Vec::new(), Vec::new(), labels));
        prop_assert!(distance(&labelled.decision()) >= distance(&scene.decision()));
    }

    #[test]
    fn what_trustees_decide_is_not_merged_without_one(scene in scene()) {
        let nobody = scene.with(|it| {
            it.judgements.retain(|judgement| ![TRUSTEE, OTHER_TRUSTEE].contains(&judgement.by.id));
            if [TRUSTEE, OTHER_TRUSTEE].contains(&it.pull.author.id) {
                it.pull.author.id = AUTHOR;
            }
        });
        let for_trustees = nobody.changes.iter().any(|change| {
            use ChangeKind::{Advisory, Configuration, Forbidden, NewPackage, NewVersion, Override, PackageSet};
            use ChangeKind::{Registration, Status, StatusTakenBack};
            match change.kind {
                Override | Advisory | PackageSet | Configuration | Forbidden => true,
                Status(kind) => kind != Some(StatusKind::Yanked),
                NewPackage | NewVersion | Registration | StatusTakenBack(_) => false,
            }
        });
        prop_assert!(!for_trustees || distance(&nobody.decision()) > (0, 0), "{nobody:#?}");
    }

    #[test]
    fn an_error_that_nobody_lifts_is_never_merged(scene in scene(), by in somebody()) {
        let place = Place::file(Area::Registry, "curator.toml");
        let mut scene = scene.approved_by(by);
        scene.findings.push(curator::model::Finding { place, ..finding(Code::Host, Severity::Error, None) });
        prop_assert!(matches!(scene.decision(), Decision::Reject(_)));
    }

    #[test]
    fn labels_that_were_put_on_stay_as_they_are(scene in scene()) {
        let labels = scene.ruling().labels;
        let again = scene.clone().with(|it| it.pull.labels.clone_from(&labels));
        prop_assert_eq!(again.ruling().labels, labels);
    }
}
