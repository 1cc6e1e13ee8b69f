//! Who decides about new versions, new packages, and what packages stand for.

use serde_json::json;

use crate::acts::override_path;
use crate::scene::{Scene, definition_path, registration_path};

const NEEDS_MAINTAINER: &str = "Needs approval by a maintainer or a trustee";

#[test]
fn a_version_needs_nobody_whose_source_says_so_at_its_tag() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    // Nobody has ever heard of Bob.
    let bob = scene.somebody("bob");
    let vouched = scene.asks_for_version(&bob, "lists", "1.1.0");
    let manifest = r#"{ "name": "lists", "version": "1.2.0", "license": "MIT", "dependencies": {},
        "location": { "githubOwner": "acme", "githubRepo": "lists" }, "ref": "1.2.0" }"#;
    let plain = scene.tag_as("1.2.0", "lists", "1.2.0", &[("purs.json", manifest)]);
    let plain = scene.asks(&bob, &definition_path("lists", "1.2.0"), &plain);

    scene.review_all();
    scene.has_merged(&vouched);
    scene.has_merged(&plain);
    scene.sync().ends(0);
    assert_ne!(scene.facts("lists", "1.2.0"), json!(null));
}

#[test]
fn a_version_of_a_stranger_that_its_source_does_not_vouch_for_needs_a_maintainer_or_a_trustee() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (bob, carol) = (scene.somebody("bob"), scene.somebody("carol"));
    let silent = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    let manifest = r#"{ "name": "lists", "version": "1.2.0", "license": "MIT", "dependencies": {},
        "location": { "githubOwner": "acme", "githubRepo": "lists" }, "ref": "nightly" }"#;
    let nightly = scene.tag_as("nightly", "lists", "1.2.0", &[("purs.json", manifest)]);
    let nightly = scene.asks(&bob, &definition_path("lists", "1.2.0"), &nightly);

    silent.approve(&carol);
    scene.review_all();
    let expected = [
        NEEDS_MAINTAINER,
        "approval by **a maintainer of `lists` or a trustee**",
        "no maintainer of `lists` speaks for this commit, and its source does not vouch for this version",
    ];
    scene.keeps(&silent, &expected);
    scene.keeps(&nightly, &expected);
    assert!(!silent.labels().contains(&"needs-trustee".to_owned()), "{:?}", silent.labels());

    silent.approve(&scene.ann);
    nightly.approve(&scene.theo);
    scene.review_all();
    scene.has_merged(&silent);
    scene.has_merged(&nightly);
}

#[test]
fn a_version_of_a_package_without_maintainers_needs_a_trustee() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[]);
    let bob = scene.somebody("bob");
    let silent = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    let own = scene.asks_for_silent_version(&scene.theo, "lists", "1.2.0");
    scene.review_all();
    scene.keeps(&silent, &["Needs approval by a trustee"]);
    assert!(silent.labels().contains(&"needs-trustee".to_owned()));
    // What a trustee asks for, a trustee has approved.
    scene.has_merged(&own);
}

#[test]
fn a_new_package_of_a_trustee_has_the_yes_of_one() {
    let scene = Scene::nearby("");
    let pull = scene.asks_for_package(&scene.tess, "lists");
    scene.merges(&pull);
    assert!(pull.labels().contains(&"new-package".to_owned()));
}

#[test]
fn a_new_package_waits_where_the_policy_says_so_and_for_a_trustee_where_its_name_is_close() {
    let scene = Scene::nearby("[policy]\nnew_package = \"wait\"\nnew_package_wait = \"72h\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let (bob, carol) = (scene.somebody("bob"), scene.somebody("carol"));
    let waits = scene.asks_for_package(&bob, "arrays");
    let close = scene.asks_for_package(&carol, "listz");
    let alone = scene.asks(&bob, &registration_path("records"), &scene.registration("records", &[&bob]));
    scene.review_all();
    scene.keeps(&waits, &["Needs time until 2026-05-04 12:00 UTC", "`arrays` is a new package"]);
    assert!(waits.labels().contains(&"waiting-period".to_owned()));
    scene.keeps(&close, &["Needs approval by a trustee", "whose name is close to another's", "R009"]);
    scene.keeps(&alone, &["Needs approval by a trustee"]);

    scene.passes(72 * 3600 - 1);
    scene.review_all();
    scene.keeps(&waits, &["Needs time until"]);
    scene.passes(1);
    scene.review_all();
    scene.has_merged(&waits);
    assert!(!waits.labels().contains(&"waiting-period".to_owned()), "{:?}", waits.labels());
    scene.keeps(&close, &["Needs approval by a trustee"]);
    // A trustee may say no more than that the name is not too close: then time decides here, too.
    scene.passes(60);
    close.label(&scene.theo, "lift-R009");
    scene.merges(&close);
}

#[test]
fn maintainers_are_named_by_a_maintainer_or_a_trustee_and_never_by_themselves() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let both = scene.registration("lists", &[&scene.ann, &bob]);
    let own = scene.asks(&bob, &registration_path("lists"), &both);
    scene.holds_back(&own, &[NEEDS_MAINTAINER, "it changes what `lists` stands for, or who speaks for it"]);
    own.approve(&scene.ann);
    scene.merges(&own);

    // From now on Bob is one.
    let next = scene.asks_for_silent_version(&bob, "lists", "1.1.0");
    scene.merges(&next);
    let only = scene.asks(&scene.theo, &registration_path("lists"), &scene.registration("lists", &[&bob]));
    scene.merges(&only);
}

#[test]
fn a_transfer_is_a_maintainers_and_the_index_follows() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let elsewhere = json!({
        "location": { "githubOwner": "acme", "githubRepo": "more-lists" },
        "locationId": scene.source("more-lists").id,
        "maintainers": [scene.ann.id],
    });
    let bob = scene.somebody("bob");
    let taken = scene.asks(&bob, &registration_path("lists"), &elsewhere);
    let given = scene.asks(&scene.ann, &registration_path("lists"), &elsewhere);
    scene.review_all();
    // Nobody finds lists 1.0.0 there: a trustee lifts that by name, or it is pushed there first.
    scene.keeps(&taken, &["R051", "lists@1.0.0 is not found at"]);
    scene.keeps(&given, &["R051"]);
    scene.passes(60);
    given.label(&scene.tess, "lift-R051");
    scene.merges(&given);
    scene.sync().ends(0);
    assert_eq!(scene.metadata("lists")["location"]["githubRepo"], "more-lists");
}

#[test]
fn owners_are_a_maintainers_and_the_index_follows() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let with_key = |name: &str| {
        let mut registration = scene.registration(name, &[&scene.ann]);
        registration["owners"] = json!([{ "keytype": "ssh-ed25519", "public": "AAAAC3NzaC1lZDI1NTE5AAAAIHd0" }]);
        registration
    };
    let taken = scene.asks(&scene.somebody("bob"), &registration_path("lists"), &with_key("lists"));
    let own = scene.asks(&scene.ann, &registration_path("lists"), &with_key("lists"));
    let fresh = scene.asks(&scene.tess, &registration_path("arrays"), &with_key("arrays"));
    scene.review_all();
    scene.keeps(&taken, &[NEEDS_MAINTAINER]);
    scene.has_merged(&own);
    scene.has_merged(&fresh);
    scene.sync().ends(0);
    assert_eq!(scene.metadata("lists")["owners"][0]["keytype"], "ssh-ed25519");
}

#[test]
fn an_override_is_a_trustees() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let wider = json!({ "revision": 1, "dependencies": {}, "reason": "It builds with more." });
    let pull = scene.asks(&scene.ann, &override_path("lists", "1.0.0"), &wider);
    let says = ["Needs approval by a trustee", "it changes the bounds of `lists`"];
    scene.holds_back(&pull, &says);
    assert!(pull.labels().contains(&"override".to_owned()));
    pull.approve(&scene.tess);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["revisions"][0]["reason"], "It builds with more.");

    // Of what is not published yet an override is a part.
    let definition = scene.tag("arrays", "1.0.0", &json!({ "lists": ">=1.0.0 <2.0.0" }));
    let wider =
        json!({ "revision": 1, "dependencies": { "lists": ">=1.0.0 <3.0.0" }, "reason": "It builds with more." });
    let files = [
        (definition_path("arrays", "1.0.0"), definition),
        (registration_path("arrays"), scene.registration("arrays", &[&scene.ann])),
        (override_path("arrays", "1.0.0"), wider),
    ];
    let pull = scene.opens(&scene.ann, &files);
    scene.holds_back(&pull, &["Needs approval by a trustee"]);
    pull.approve(&scene.tess);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_ne!(scene.facts("arrays", "1.0.0"), json!(null));
}
