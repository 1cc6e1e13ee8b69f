//! By which authority each row of the authority table lets something in, and whose yes is written down for it.

use curator::model::{ChangeKind, Code, Mandate, Role, Severity, StatusKind};
use curator::rules::review::SetChange;

use super::scene::{AUTHOR, MAINTAINER, OTHER_TRUSTEE, STRANGER, Scene, TRUSTEE, change, name, version};

const WITHDRAWN: ChangeKind = ChangeKind::Status(Some(StatusKind::Unpublished));

fn one(kind: ChangeKind) -> Scene {
    Scene::of(&[kind])
}

/// What is written down of a pull request: what speaks for each change, then who said yes as whom.
fn written(mandate: &Mandate) -> String {
    let changes = mandate.changes.iter().map(|change| {
        let by: Vec<&str> = change.by.iter().map(|warrant| warrant.as_str()).collect();
        if by.is_empty() { "not allowed".to_owned() } else { by.join(" + ") }
    });
    let role = |role: &Role| match role {
        Role::Trustee => "trustee".to_owned(),
        Role::Maintainer(name) => format!("of {name}"),
    };
    let yes = mandate.yes.iter().map(|yes| {
        let roles: Vec<String> = yes.roles.iter().map(role).collect();
        format!("{} {}", yes.by.id, roles.join(" "))
    });
    format!("{}; {}", changes.collect::<Vec<_>>().join(", "), yes.collect::<Vec<_>>().join(", "))
}

#[track_caller]
fn assert_written(cases: Vec<(Scene, &str)>) {
    for (at, (scene, expected)) in cases.into_iter().enumerate() {
        assert_eq!(written(&scene.ruling().mandate), expected, "case {at}: {scene:#?}");
    }
}

#[test]
fn a_new_version_says_who_or_what_spoke_for_it() {
    let vouched = |it: &mut Scene| {
        it.vouched.insert((name("tally"), version("1.1.0")));
    };
    let version = || one(ChangeKind::NewVersion);
    assert_written(vec![
        (version(), "not allowed; "),
        (version().approved_by(STRANGER), "not allowed; "),
        (version().by(MAINTAINER), "maintainer; 21 of tally"),
        (version().approved_by(MAINTAINER), "maintainer; 21 of tally"),
        (version().approved_by(TRUSTEE), "trustee; 11 trustee"),
        (version().by(MAINTAINER).approved_by(TRUSTEE), "trustee + maintainer; 11 trustee, 21 of tally"),
        (version().with(vouched), "the source's own manifest; "),
        (version().with(vouched).by(MAINTAINER), "maintainer + the source's own manifest; 21 of tally"),
        (version().by(MAINTAINER).waiting(100), "maintainer + the waiting period; 21 of tally"),
        (version().by(MAINTAINER).waiting(101), "not allowed; 21 of tally"),
        (version().with(vouched).waiting(100), "the source's own manifest + the waiting period; "),
        // A trustee need not wait.
        (version().by(TRUSTEE).waiting(101), "trustee; 11 trustee"),
        // A yes to another head is none.
        (version().says_of(MAINTAINER, curator::model::Word::Approved, super::scene::old_head()), "not allowed; "),
    ]);
}

#[test]
fn a_wait_that_was_lifted_is_a_trustees_word() {
    let version = one(ChangeKind::NewVersion).by(MAINTAINER).waiting(1_000);
    let lifted = version.labelled(TRUSTEE, "lift-R045", 150);
    assert_written(vec![(lifted, "maintainer + trustee; 21 of tally")]);
    let package = one(ChangeKind::NewPackage).waiting(1_000).labelled(TRUSTEE, "lift-R045", 150);
    assert_written(vec![(package, "trustee; ")]);
}

#[test]
fn a_new_package_is_let_in_by_a_trustee_or_by_time() {
    let package = || one(ChangeKind::NewPackage).with(|it| it.maintainers.clear());
    assert_written(vec![
        (package(), "not allowed; "),
        (package().by(TRUSTEE), "trustee; 11 trustee"),
        (package().approved_by(TRUSTEE), "trustee; 11 trustee"),
        (package().waiting(100), "the waiting period; "),
        (package().waiting(101), "not allowed; "),
        (package().waiting(101).approved_by(TRUSTEE), "trustee; 11 trustee"),
        (package().waiting(0).finds(Code::SimilarName, Severity::Warning), "not allowed; "),
    ]);
}

#[test]
fn what_maintainers_decide_says_which_of_them_did() {
    let fresh = |it: &mut Scene| {
        it.withdrawable.insert((name("tally"), version("1.1.0")));
    };
    let kinds = [
        one(ChangeKind::Registration),
        one(ChangeKind::Status(Some(StatusKind::Yanked))),
        one(ChangeKind::Status(Some(StatusKind::Deprecated))),
        one(ChangeKind::StatusTakenBack(StatusKind::Yanked)),
        one(WITHDRAWN).with(fresh),
    ];
    for scene in kinds {
        let signed = scene.clone().with(|it| {
            it.signed.extend([(name("tally"), None), (name("tally"), Some(version("1.1.0")))]);
        });
        assert_written(vec![
            (signed.clone(), "owner's signature; "),
            (signed.by(MAINTAINER), "maintainer + owner's signature; 21 of tally"),
        ]);
        assert_written(vec![
            (scene.clone(), "not allowed; "),
            (scene.clone().by(MAINTAINER), "maintainer; 21 of tally"),
            (scene.clone().approved_by(MAINTAINER), "maintainer; 21 of tally"),
            (scene.clone().approved_by(TRUSTEE), "trustee; 11 trustee"),
            (scene.by(MAINTAINER).approved_by(TRUSTEE), "trustee + maintainer; 11 trustee, 21 of tally"),
        ]);
    }
}

#[test]
fn what_trustees_decide_is_never_a_maintainers() {
    let kinds = [
        ChangeKind::Override,
        ChangeKind::Status(None),
        ChangeKind::Status(Some(StatusKind::Quarantined)),
        WITHDRAWN,
        ChangeKind::Advisory,
        ChangeKind::PackageSet,
    ];
    for kind in kinds {
        assert_written(vec![
            (one(kind).by(MAINTAINER).approved_by(STRANGER), "not allowed; "),
            (one(kind).approved_by(TRUSTEE), "trustee; 11 trustee"),
            (one(kind).by(TRUSTEE), "trustee; 11 trustee"),
        ]);
    }
}

#[test]
fn a_package_set_that_only_grows_needs_nobody() {
    let grows = |it: &mut Scene| it.package_set = SetChange::Grows;
    assert_written(vec![(one(ChangeKind::PackageSet).with(grows), "nobody; ")]);
}

#[test]
fn the_registry_itself_needs_two_trustees_and_both_are_named() {
    let rules = || one(ChangeKind::Configuration);
    assert_written(vec![
        (rules().approved_by(TRUSTEE), "not allowed; 11 trustee"),
        (rules().by(TRUSTEE).approved_by(OTHER_TRUSTEE), "trustee; 11 trustee, 12 trustee"),
        (one(ChangeKind::Forbidden).by(TRUSTEE).approved_by(OTHER_TRUSTEE), "not allowed; 11 trustee, 12 trustee"),
    ]);
}

#[test]
fn each_change_has_its_own_authority() {
    let mixed = Scene::of(&[ChangeKind::NewVersion, ChangeKind::Override]);
    assert_written(vec![
        (mixed.clone().by(MAINTAINER), "maintainer, not allowed; 21 of tally"),
        (mixed.by(MAINTAINER).approved_by(TRUSTEE), "trustee + maintainer, trustee; 11 trustee, 21 of tally"),
    ]);
    let two = Scene::of(&[ChangeKind::NewVersion]).with(|it| {
        let mut other = change(ChangeKind::NewVersion);
        other.package = Some(name("abacus"));
        it.changes.push(other);
        it.maintainers.insert(name("abacus"), [AUTHOR].into());
    });
    assert_written(vec![
        (two.clone(), "not allowed, maintainer; 31 of abacus"),
        (two.approved_by(MAINTAINER), "maintainer, maintainer; 21 of tally, 31 of abacus"),
    ]);
}
