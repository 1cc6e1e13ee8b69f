//! The labels of a pull request.

use std::collections::BTreeSet;

use curator::model::{ChangeKind, Code, Severity};

use super::scene::{MAINTAINER, Scene, TRUSTEE};

fn labels(scene: &Scene) -> Vec<String> {
    scene.ruling().labels.into_iter().collect()
}

#[test]
fn labels_are_there_where_they_are_true() {
    let version = || Scene::of(&[ChangeKind::NewVersion]);
    let package = || Scene::of(&[ChangeKind::NewPackage]).with(|it| it.maintainers.clear());
    for (scene, expected) in [
        (version(), vec!["new-version"]),
        (version().by(MAINTAINER), vec!["new-version", "ready"]),
        (version().by(MAINTAINER).finds(Code::Host, Severity::Error), vec!["new-version"]),
        (version().by(MAINTAINER).waiting(500), vec!["new-version", "waiting-period"]),
        (package(), vec!["needs-trustee", "new-package"]),
        (package().waiting(500), vec!["new-package", "waiting-period"]),
        (Scene::of(&[ChangeKind::Override]), vec!["needs-trustee", "override"]),
        (Scene::of(&[ChangeKind::Override]).by(TRUSTEE), vec!["override", "ready"]),
        (Scene::of(&[ChangeKind::Configuration]), vec!["needs-trustee"]),
        (Scene::of(&[]), vec![]),
    ] {
        assert_eq!(labels(&scene), expected, "{}", scene.told());
    }
}

#[test]
fn labels_of_others_stay_and_untrue_ones_go() {
    let scene = Scene::of(&[ChangeKind::NewVersion]).by(MAINTAINER).with(|it| {
        let present = ["bug", "lift-R009", "needs-trustee", "override", "READY", "New-Package", "new-version-soon"];
        it.pull.labels = present.map(str::to_owned).into();
    });
    // A forge takes no label twice in two cases: that which is there is the one.
    assert_eq!(labels(&scene), ["READY", "bug", "lift-R009", "new-version", "new-version-soon"]);
    let again = scene.clone().with(|it| it.pull.labels = scene.ruling().labels);
    assert_eq!(again.ruling().labels, scene.ruling().labels);
    assert_eq!(Scene::of(&[]).ruling().labels, BTreeSet::new());
}
