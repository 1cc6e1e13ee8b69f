//! The life of a pull request, from its opening to a version that can be installed.

use serde_json::json;

use crate::scene::{Scene, definition_path, registration_path};

#[test]
fn a_version_of_its_maintainer_is_merged_and_published_with_no_hand_on_it() {
    let scene = Scene::new("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let definition = scene.tag("lists", "1.1.0", &json!({}));
    let pull = scene.opens(&scene.ann, &[(definition_path("lists", "1.1.0"), definition)]);

    let ran = scene.review(&pull).ends(0);
    assert!(ran.out.contains("Publish") || ran.out.contains("pull request 1"), "{}", ran.out);
    assert!(pull.is_merged(), "{}", scene.says(&pull));
    assert_eq!(scene.repository.dispatches().len(), 1);
    assert_eq!(pull.checks().iter().filter(|check| check.name == "curator").count(), 1);
    assert!(pull.labels().contains(&"new-version".to_owned()));

    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.1.0"), json!(null));
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
    assert!(pull.labels().contains(&"published".to_owned()));
    assert_eq!(pull.comments().len(), 1);
}

#[test]
fn a_new_package_waits_for_a_trustee() {
    let scene = Scene::new("");
    let definition = scene.tag("lists", "1.0.0", &json!({}));
    let registration = scene.registration("lists", &[&scene.ann]);
    let files = [(definition_path("lists", "1.0.0"), definition), (registration_path("lists"), registration)];
    let pull = scene.opens(&scene.ann, &files);

    scene.review(&pull).ends(0);
    assert!(!pull.is_merged());
    assert!(scene.says(&pull).contains("Needs approval by a trustee"), "{}", scene.says(&pull));
    assert!(pull.labels().contains(&"needs-trustee".to_owned()));

    pull.approve(&scene.tess);
    scene.review(&pull).ends(0);
    assert!(pull.is_merged(), "{}", scene.says(&pull));
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.0.0"), json!(null));
    assert_eq!(pull.comments().len(), 1);
}
