//! Ways around the table that lead nowhere: threats 33 to 36.

use curator::model::{ChangeKind, Code, LabelDeed, Labelling, Person, Severity, Word};

use super::scene::{AUTHOR, MAINTAINER, OTHER_TRUSTEE, STRANGER, Scene, TRUSTEE, at, change, name, old_head, person};

const NEEDED: &str = "1 Trustee for Override";

fn wanted() -> Scene {
    Scene::of(&[ChangeKind::Override])
}

#[test]
fn a_login_is_nobody() {
    // The very login of a trustee, taken over after it was given up.
    let mallory = Person { id: STRANGER, login: person(TRUSTEE).login };
    let scene = wanted().with(|it| it.pull.author = mallory).approved_by(STRANGER);
    assert_eq!(scene.told(), NEEDED);
}

#[test]
fn who_once_was_a_trustee_is_none() {
    let former = |it: &mut Scene| {
        it.trustees.remove(&TRUSTEE);
    };
    assert_eq!(wanted().approved_by(TRUSTEE).with(former).told(), NEEDED);
    assert_eq!(wanted().by(TRUSTEE).with(former).told(), NEEDED);
}

#[test]
fn an_approval_of_another_head_is_void() {
    let stale = wanted().says_of(TRUSTEE, Word::Approved, old_head());
    assert_eq!(stale.told(), NEEDED);
    assert_eq!(stale.clone().approved_by(TRUSTEE).told(), "merge");
    // An objection outlives the head it was made to: else a push would be a way around it.
    let objected = wanted().says_of(TRUSTEE, Word::ChangesRequested, old_head()).approved_by(OTHER_TRUSTEE);
    assert_eq!(objected.told(), "consent of 11");
    // The last word of each is the one that counts, also where it is of an old head.
    let undone = wanted().approved_by(TRUSTEE).says_of(TRUSTEE, Word::Approved, old_head());
    assert_eq!(undone.told(), NEEDED);
    for word in [Word::Dismissed, Word::ChangesRequested] {
        assert_ne!(wanted().approved_by(TRUSTEE).says(TRUSTEE, word).told(), "merge");
    }
    assert_eq!(wanted().approved_by(TRUSTEE).says(TRUSTEE, Word::Commented).told(), "merge");
}

#[test]
fn nobody_approves_twice() {
    let rules = Scene::of(&[ChangeKind::Configuration]);
    let left = "1 Trustee for Configuration";
    assert_eq!(rules.clone().approved_by(TRUSTEE).approved_by(TRUSTEE).told(), left);
    assert_eq!(rules.by(TRUSTEE).approved_by(TRUSTEE).told(), left);
}

#[test]
fn who_adds_themselves_is_judged_by_the_base() {
    // The change of curator.toml or registration.json that would make the author one is what is judged.
    let trustee = Scene::of(&[ChangeKind::Configuration, ChangeKind::Override]);
    assert_eq!(trustee.told(), "2 Trustee for Configuration, 1 Trustee for Override");
    let maintainer = Scene::of(&[ChangeKind::Registration, ChangeKind::NewVersion]);
    assert_eq!(maintainer.told(), "1 Maintainer for Registration, 1 Maintainer for NewVersion");
}

#[test]
fn a_package_of_ones_own_opens_no_other() {
    // Nobody maintains abacus but its maintainer, whatever else the pull request brings.
    let scene = Scene::of(&[ChangeKind::NewVersion, ChangeKind::Registration]).by(AUTHOR).with(|it| {
        it.maintainers.insert(name("abacus"), [AUTHOR].into());
        it.changes[0].package = Some(name("abacus"));
    });
    assert_eq!(scene.told(), "1 Maintainer for Registration");
    let hidden = scene.with(|it| it.changes.push(change(ChangeKind::Configuration)));
    assert_eq!(hidden.told(), "1 Maintainer for Registration, 2 Trustee for Configuration");
}

#[test]
fn a_label_lifts_nothing_unless_a_trustee_put_it_on_this_head() {
    let close = || {
        let scene = Scene::of(&[ChangeKind::NewPackage]).with(|it| it.maintainers.clear());
        scene.waiting(0).finds(Code::SimilarName, Severity::Warning)
    };
    let held = "1 Trustee for SimilarName";
    assert_eq!(close().labelled(TRUSTEE, "lift-R009", 101).told(), "merge");
    assert_eq!(close().labelled(TRUSTEE, "lift-R043", 101).told(), held, "another rule was lifted");
    for (scene, why) in [
        (close().labelled(STRANGER, "lift-R009", 101), "a stranger's"),
        (close().labelled(AUTHOR, "lift-R009", 101), "the author's"),
        (close().labelled(TRUSTEE, "lift-R009", 99), "put on before this head"),
        (close().labelled(TRUSTEE, "lift-R009", 100), "in the very second in which this head came"),
        (close().labelled(TRUSTEE, "lift-R009", 101).labelled(STRANGER, "lift-R009", 102), "put on anew by a stranger"),
        (close().labelled(TRUSTEE, "lift-R009", 101).with(|it| it.pull.labels.clear()), "gone"),
        (close().labelled(TRUSTEE, "lift-R0091", 101), "of no rule"),
        (close().with(|it| it.pull.labels.extend(["lift-R009".to_owned()])), "of nobody knows whom"),
        (
            close().labelled(TRUSTEE, "lift-R009", 101).with(|it| {
                let (label, by) = ("lift-R009".to_owned(), person(STRANGER));
                it.labellings.push(Labelling { label, by, at: at(102), deed: LabelDeed::Taken });
            }),
            "taken off",
        ),
    ] {
        assert_eq!(scene.told(), held, "{why}");
        assert_eq!(scene.ruling().lifts, [], "{why}");
    }
}

#[test]
fn what_clients_rely_on_nobody_lifts() {
    for &code in Code::ALL {
        let scene = Scene::of(&[ChangeKind::NewVersion]).by(TRUSTEE).finds(code, Severity::Error);
        let lifted = scene.labelled(OTHER_TRUSTEE, &format!("lift-{code}"), 101);
        let expected = if code.is_liftable() { "merge" } else { "1 errors" };
        assert_eq!(lifted.told(), expected, "{code}");
        let weight = if code.is_liftable() { Severity::Warning } else { Severity::Error };
        assert_eq!(lifted.ruling().findings[0].severity, weight, "{code}");
    }
    let liftable: Vec<&str> = Code::ALL.iter().filter(|code| code.is_liftable()).map(|code| code.as_str()).collect();
    assert_eq!(liftable, ["R009", "R043", "R044", "R045", "R051", "R052"]);
}

#[test]
fn a_maintainer_holds_up_no_quarantine_for_good() {
    let wanted = || Scene::of(&[ChangeKind::Override]).by(TRUSTEE);
    let held = wanted().comments(MAINTAINER, "/curator hold");
    assert_eq!(held.told(), "release by 21");
    let settled = held.comments(TRUSTEE, "/curator release").comments(MAINTAINER, "/curator hold");
    assert_eq!(settled.told(), "merge");
    assert_eq!(settled.comments(OTHER_TRUSTEE, "/curator hold").told(), "release by 12");
}
