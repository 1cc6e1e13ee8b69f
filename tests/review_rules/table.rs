//! The rows of the authority table: who is enough, and who is not.

use std::collections::BTreeSet;

use curator::model::{ChangeKind, Code, Mergeable, NewPackagePolicy, PullStage, Severity, StatusKind, Word};
use curator::rules::review::{SetChange, Sources};

use super::scene::{AUTHOR, MAINTAINER, OTHER_TRUSTEE, STRANGER, Scene, TRUSTEE, at, change, head, name, version};

const WITHDRAWN: ChangeKind = ChangeKind::Status(Some(StatusKind::Unpublished));
const QUARANTINED: ChangeKind = ChangeKind::Status(Some(StatusKind::Quarantined));

fn one(kind: ChangeKind) -> Scene {
    Scene::of(&[kind])
}

fn assert_told(cases: Vec<(Scene, &str)>) {
    for (at, (scene, expected)) in cases.into_iter().enumerate() {
        assert_eq!(scene.told(), expected, "case {at}: {scene:#?}");
    }
}

#[test]
fn a_new_version() {
    let vouched = |it: &mut Scene| {
        it.vouched.insert((name("tally"), version("1.1.0")));
    };
    let other = |it: &mut Scene| {
        it.vouched.insert((name("tally"), version("1.1.1")));
    };
    let version = || one(ChangeKind::NewVersion);
    assert_told(vec![
        (version(), "1 Maintainer for NewVersion"),
        (version().by(MAINTAINER), "merge"),
        (version().by(TRUSTEE), "merge"),
        (version().with(vouched), "merge"),
        (version().with(other), "1 Maintainer for NewVersion"),
        (version().approved_by(MAINTAINER), "merge"),
        (version().approved_by(TRUSTEE), "merge"),
        (version().approved_by(STRANGER), "1 Maintainer for NewVersion"),
        // Of a package without maintainers a trustee decides.
        (version().with(|it| it.maintainers.clear()), "1 Trustee for NewVersion"),
        // Another package's maintainer is a stranger.
        (
            version().by(MAINTAINER).with(|it| {
                let people = it.maintainers.remove("tally").unwrap();
                it.maintainers.insert(name("abacus"), people);
            }),
            "1 Trustee for NewVersion",
        ),
        // A name that is close to another, of which nothing was published yet.
        (version().by(MAINTAINER).finds(Code::SimilarName, Severity::Warning), "1 Trustee for SimilarName"),
        (version().with(vouched).finds(Code::SimilarName, Severity::Warning), "1 Trustee for SimilarName"),
        (version().by(MAINTAINER).finds(Code::SimilarName, Severity::Warning).approved_by(TRUSTEE), "merge"),
        // Time.
        (version().by(MAINTAINER).waiting(101), "time until 201"),
        (version().by(MAINTAINER).waiting(100), "merge"),
        (version().waiting(101), "1 Maintainer for NewVersion, time until 201"),
        (version().waiting(101).approved_by(MAINTAINER), "time until 201"),
        (version().waiting(101).approved_by(TRUSTEE), "merge"),
        (version().waiting(101).by(TRUSTEE), "merge"),
    ]);
}

#[test]
fn a_new_package() {
    let package = || one(ChangeKind::NewPackage).with(|it| it.maintainers.clear());
    assert_told(vec![
        (package(), "1 Trustee for NewPackage"),
        (package().by(TRUSTEE), "merge"),
        (package().approved_by(TRUSTEE), "merge"),
        (package().approved_by(STRANGER).approved_by(MAINTAINER), "1 Trustee for NewPackage"),
        (package().finds(Code::SimilarName, Severity::Warning), "1 Trustee for SimilarName"),
        (package().waiting(101), "time until 201"),
        (package().waiting(100), "merge"),
        (package().waiting(101).approved_by(TRUSTEE), "merge"),
        (package().waiting(0).finds(Code::SimilarName, Severity::Warning), "1 Trustee for SimilarName"),
        (package().waiting(0).finds(Code::SimilarName, Severity::Warning).approved_by(TRUSTEE), "merge"),
        (package().waiting(0).finds(Code::ConfusableName, Severity::Error).approved_by(TRUSTEE), "1 errors"),
        // Nobody compared the name of a registration that comes alone.
        (package().waiting(0).with(|it| it.changes[0].files.truncate(1)), "1 Trustee for NewPackage"),
        // A wait that is longer than any time there is.
        (package().waiting(u64::MAX), "time until 253402207200"),
    ]);
}

#[test]
fn a_registration() {
    let registration = || one(ChangeKind::Registration);
    assert_told(vec![
        (registration(), "1 Maintainer for Registration"),
        (registration().by(MAINTAINER), "merge"),
        (registration().approved_by(MAINTAINER), "merge"),
        (registration().approved_by(TRUSTEE), "merge"),
        (registration().approved_by(STRANGER), "1 Maintainer for Registration"),
        (registration().with(|it| it.maintainers.clear()), "1 Trustee for Registration"),
    ]);
}

#[test]
fn what_only_a_trustee_decides() {
    let kinds = [
        (ChangeKind::Override, "Override", "merge"),
        (QUARANTINED, "Status", "merge"),
        (ChangeKind::Status(None), "Status", "merge"),
        (WITHDRAWN, "Status", "merge"),
        (ChangeKind::Advisory, "Advisory", "merge"),
        (ChangeKind::PackageSet, "PackageSet", "merge"),
    ];
    for (kind, reason, satisfied) in kinds {
        let needed = format!("1 Trustee for {reason}");
        assert_told(vec![
            (one(kind), &needed),
            (one(kind).by(MAINTAINER), &needed),
            (one(kind).approved_by(MAINTAINER).approved_by(STRANGER), &needed),
            (one(kind).by(TRUSTEE), satisfied),
            (one(kind).approved_by(TRUSTEE), satisfied),
        ]);
    }
}

#[test]
fn statuses_that_maintainers_set() {
    let fresh = |it: &mut Scene| {
        it.withdrawable.insert((name("tally"), version("1.1.0")));
    };
    for kind in [StatusKind::Yanked, StatusKind::Deprecated] {
        for change in [ChangeKind::Status(Some(kind)), ChangeKind::StatusTakenBack(kind)] {
            let status = || one(change);
            assert_told(vec![
                (status(), "1 Maintainer for Status"),
                (status().approved_by(STRANGER), "1 Maintainer for Status"),
                (status().by(MAINTAINER), "merge"),
                (status().approved_by(TRUSTEE), "merge"),
            ]);
        }
    }
    assert_told(vec![
        (one(WITHDRAWN).with(fresh), "1 Maintainer for Status"),
        (one(WITHDRAWN).with(fresh).by(MAINTAINER), "merge"),
        (one(WITHDRAWN).by(MAINTAINER), "1 Trustee for Status"),
        (one(QUARANTINED).with(fresh).by(MAINTAINER), "1 Trustee for Status"),
    ]);
}

#[test]
fn a_package_set_that_only_grows_is_nobodys_to_hold_up() {
    let grows = one(ChangeKind::PackageSet).with(|it| it.package_set = SetChange::Grows);
    assert_eq!(grows.told(), "merge");
    assert_eq!(grows.finds(Code::SetWish, Severity::Error).told(), "1 errors");
}

#[test]
fn the_registry_itself() {
    let rules = || one(ChangeKind::Configuration);
    let alone = |it: &mut Scene| {
        it.trustees.remove(&OTHER_TRUSTEE);
    };
    assert_told(vec![
        (rules(), "2 Trustee for Configuration"),
        (rules().approved_by(TRUSTEE), "1 Trustee for Configuration"),
        (rules().approved_by(TRUSTEE).approved_by(TRUSTEE), "1 Trustee for Configuration"),
        (rules().approved_by(TRUSTEE).approved_by(OTHER_TRUSTEE), "by hand"),
        (rules().by(TRUSTEE), "1 Trustee for Configuration"),
        (rules().by(TRUSTEE).approved_by(TRUSTEE), "1 Trustee for Configuration"),
        (rules().by(TRUSTEE).approved_by(OTHER_TRUSTEE), "by hand"),
        (rules().approved_by(MAINTAINER).approved_by(STRANGER), "2 Trustee for Configuration"),
        (rules().with(alone), "1 Trustee for Configuration"),
        (rules().with(alone).by(TRUSTEE), "by hand"),
        (rules().with(alone).approved_by(OTHER_TRUSTEE), "1 Trustee for Configuration"),
    ]);
}

#[test]
fn a_mixed_change_needs_what_each_part_needs() {
    let mixed = Scene::of(&[ChangeKind::NewVersion, ChangeKind::Override, ChangeKind::Configuration]);
    let (some, all) = ("1 Trustee for Override, 2 Trustee for Configuration", "1 Maintainer for NewVersion, ");
    assert_told(vec![
        (mixed.clone(), &format!("{all}{some}")),
        (mixed.clone().by(MAINTAINER), some),
        (mixed.clone().by(MAINTAINER).approved_by(TRUSTEE), "1 Trustee for Configuration"),
        (mixed.approved_by(TRUSTEE).approved_by(OTHER_TRUSTEE), "by hand"),
    ]);
    let two = Scene::of(&[ChangeKind::NewVersion]).with(|it| {
        let mut other = change(ChangeKind::NewVersion);
        other.package = Some(name("abacus"));
        it.changes.push(other);
    });
    assert_eq!(two.by(MAINTAINER).told(), "1 Trustee for NewVersion", "the maintainer of one of two packages");
    let again = Scene::of(&[ChangeKind::NewVersion, ChangeKind::NewVersion]);
    assert_eq!(again.told(), "1 Maintainer for NewVersion", "one yes is to all of it");
}

#[test]
fn what_nobody_may_merge() {
    let good = || one(ChangeKind::NewVersion).by(TRUSTEE).approved_by(OTHER_TRUSTEE);
    let conflict = |it: &mut Scene| it.conflict = Some(vec!["a".to_owned()]);
    assert_told(vec![
        (good(), "merge"),
        (good().finds(Code::Host, Severity::Error).finds(Code::Path, Severity::Error), "2 errors"),
        (good().finds(Code::UnknownKey, Severity::Warning), "merge"),
        (good().with(conflict), "conflict in [\"a\"]"),
        (good().with(|it| it.pull.mergeable = Mergeable::Conflicting), "conflict in []"),
        (good().with(|it| it.pull.mergeable = Mergeable::Unknown), "merge"),
        (good().with(|it| it.too_large = Some(3_000)), "more than 3000"),
        (good().with(|it| it.pull.base = "index".to_owned()), "other branch"),
        (good().with(|it| it.changes.clear()), "nothing"),
        (good().with(|it| it.pull.stage = PullStage::Merged { commit: head(), at: at(150) }), "nothing"),
        (good().with(|it| it.changes.push(change(ChangeKind::Forbidden))), "forbidden"),
        (one(ChangeKind::Forbidden), "forbidden"),
        (good().with(|it| it.pull.base.clear()).with(conflict), "other branch, conflict in [\"a\"]"),
    ]);
}

#[test]
fn what_waits_for_others() {
    let good = || one(ChangeKind::NewVersion).by(MAINTAINER);
    let unreached = |it: &mut Scene| it.sources = Sources::Unreached;
    assert_told(vec![
        (good().with(|it| it.pull.stage = PullStage::Draft), "ready"),
        (good().with(|it| it.pull.stage = PullStage::Closed), "ready"),
        (good().with(unreached), "source"),
        (good().with(|it| it.awaits_compilation = true), "compilation"),
        (good().with(unreached).finds(Code::SourceGone, Severity::Error), "source"),
        (good().finds(Code::SourceGone, Severity::Error), "1 errors"),
        (good().with(unreached).finds(Code::RefMoved, Severity::Error), "1 errors"),
        (good().with(|it| it.policy.merge = None), "by hand"),
    ]);
}

#[test]
fn whoever_has_a_say_can_object() {
    let good = || one(ChangeKind::NewVersion).by(MAINTAINER);
    let no = Word::ChangesRequested;
    assert_told(vec![
        (good().says(TRUSTEE, no), "consent of 11"),
        (good().says(STRANGER, no), "merge"),
        (one(ChangeKind::NewVersion).approved_by(TRUSTEE).says(MAINTAINER, no), "consent of 21"),
        (good().says(TRUSTEE, no).approved_by(TRUSTEE), "merge"),
        (good().says(TRUSTEE, no).says(TRUSTEE, Word::Dismissed), "merge"),
        (good().says(TRUSTEE, no).says(TRUSTEE, Word::Commented), "consent of 11"),
        (good().says(TRUSTEE, no).approved_by(OTHER_TRUSTEE), "consent of 11"),
        // What trustees decide about a package its maintainers do not stop.
        (one(ChangeKind::Override).by(TRUSTEE).says(MAINTAINER, no), "merge"),
        (one(ChangeKind::NewPackage).by(TRUSTEE).says(AUTHOR, no), "merge"),
    ]);
}

#[test]
fn without_trustees_nothing_that_needs_one_is_merged_and_that_is_said() {
    let nobody = |it: &mut Scene| it.trustees = BTreeSet::new();
    let said = |scene: &Scene| scene.ruling().findings.iter().map(|finding| finding.code).collect::<Vec<_>>();
    for kind in [ChangeKind::NewPackage, ChangeKind::Override, ChangeKind::Configuration] {
        let scene = one(kind).with(nobody).approved_by(TRUSTEE).approved_by(MAINTAINER);
        assert!(scene.told().starts_with("1 Trustee for "), "{}", scene.told());
        assert_eq!(said(&scene), [Code::Config]);
    }
    let by_time = one(ChangeKind::NewPackage).with(nobody).waiting(0);
    assert_eq!((by_time.told(), said(&by_time)), ("merge".to_owned(), vec![]));
    let theirs = one(ChangeKind::NewVersion).with(nobody);
    assert_eq!((theirs.told().as_str(), said(&theirs)), ("1 Maintainer for NewVersion", vec![]));
    assert_eq!(theirs.by(MAINTAINER).with(|it| it.policy.new_package = NewPackagePolicy::Trustee).told(), "merge");
}
