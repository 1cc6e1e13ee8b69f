//! What the log tells of what the curator merged: who proposed it, who agreed, and by which authority.

use serde_json::{Value, json};

use crate::acts::override_path;
use crate::github::bare::Method;
use crate::github::face::pull::Pull;
use crate::scene::{Scene, definition_path, registration_path};

/// What the log tells of a file that a pull request brought: the kind, and by which authority.
#[track_caller]
fn told(scene: &Scene, file: &str) -> (Value, String) {
    let log = scene.run(&["log", "--format", "json"]).ends(0).json();
    let entries = log["entries"].as_array().unwrap().clone();
    let entry = entries.into_iter().find(|it| it["file"] == file).unwrap();
    let by: Vec<&str> = entry["authority"].as_array().unwrap().iter().map(|it| it.as_str().unwrap()).collect();
    let by = by.join(" + ");
    (entry, by)
}

/// Asserts that the log names pull request, head, proposer and those who agreed.
#[track_caller]
fn assert_says(entry: &Value, pull: &Pull, proposer: &str, approvers: &[&str]) {
    assert_eq!(entry["by"]["record"], "merge", "{entry:#}");
    let says = &entry["by"]["says"];
    assert_eq!(says["pull"], pull.number, "{entry:#}");
    assert_eq!(says["head"], entry["by"]["merged"], "{entry:#}");
    assert_eq!(says["proposer"]["login"], proposer, "{entry:#}");
    let logins: Vec<&str> =
        says["approvers"].as_array().unwrap().iter().map(|it| it["login"].as_str().unwrap()).collect();
    assert_eq!(logins, approvers, "{entry:#}");
}

#[test]
fn a_version_by_its_maintainer_by_its_source_or_by_a_trustee() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let own = scene.asks_for_silent_version(&scene.ann, "lists", "1.1.0");
    let vouched = scene.asks_for_version(&bob, "lists", "1.2.0");
    let approved = scene.asks_for_silent_version(&bob, "lists", "1.3.0");
    approved.approve(&scene.tess);
    let agreed = scene.asks_for_silent_version(&bob, "lists", "1.4.0");
    agreed.approve(&scene.ann);
    scene.review_all();
    let cases = [
        (&own, "1.1.0", "maintainer", "ann", &["ann"][..]),
        (&vouched, "1.2.0", "the source's own manifest", "bob", &[]),
        (&approved, "1.3.0", "trustee", "bob", &["tess"]),
        (&agreed, "1.4.0", "maintainer", "bob", &["ann"]),
    ];
    for (pull, version, authority, proposer, approvers) in cases {
        scene.has_merged(pull);
        let (entry, by) = told(&scene, &definition_path("lists", version));
        assert_eq!((entry["kind"].as_str(), by.as_str()), (Some("defined"), authority), "{entry:#}");
        assert_says(&entry, pull, proposer, approvers);
    }
    let (first, by) = told(&scene, &definition_path("lists", "1.0.0"));
    assert_eq!((first["by"]["record"].as_str(), by.as_str()), (Some("none"), ""), "nobody's pull request");
    scene.sync().ends(0);
    let number = agreed.number.to_string();
    scene.run(&["log", "lists@1.4.0"]).ends(0).prints(&[
        "by authority of a maintainer\n",
        &format!("pull request {number} at "),
        "proposed by bob (",
        ", approved by ann (",
        ", maintainer of lists)",
        "git: made by curator, from the registry's commit ",
        "Why lists@1.4.0 looks the way it does:",
        &format!(", pull request {number}, by authority of a"),
    ]);
}

#[test]
fn a_package_by_a_trustee_or_by_time_and_a_rule_by_whoever_lifted_it() {
    let scene =
        Scene::nearby("[policy]\nnew_package = \"wait\"\nnew_package_wait = \"72h\"\nnew_version_wait = \"1h\"");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let waits = scene.asks_for_package(&bob, "arrays");
    let approved = scene.asks_for_package(&bob, "records");
    approved.approve(&scene.theo);
    let close = scene.asks_for_package(&bob, "listz");
    let version = scene.asks_for_silent_version(&scene.ann, "lists", "1.1.0");
    scene.review_all();
    scene.passes(60);
    close.label(&scene.theo, "lift-R009");
    scene.passes(72 * 3600);
    scene.review_all();
    let cases = [
        (&waits, registration_path("arrays"), "the waiting period", "bob", &[][..]),
        (&approved, registration_path("records"), "trustee", "bob", &["theo"]),
        (&approved, definition_path("records", "1.0.0"), "trustee", "bob", &["theo"]),
        (&close, registration_path("listz"), "the waiting period", "bob", &[]),
        (&version, definition_path("lists", "1.1.0"), "maintainer + the waiting period", "ann", &["ann"]),
    ];
    for (pull, file, authority, proposer, approvers) in cases {
        scene.has_merged(pull);
        let (entry, by) = told(&scene, &file);
        assert_eq!(by, authority, "{entry:#}");
        assert_says(&entry, pull, proposer, approvers);
    }
    let (entry, _) = told(&scene, &registration_path("listz"));
    assert_eq!(entry["by"]["says"]["lifted"][0]["code"], "R009");
    assert_eq!(entry["by"]["says"]["lifted"][0]["by"]["login"], "theo");
    scene.run(&["log", "listz"]).ends(0).prints(&["R009 lifted by theo ("]);
}

#[test]
fn an_override_by_a_trustee_maintainers_by_one_and_rules_by_hand() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let definition = scene.tag("arrays", "1.0.0", &json!({ "lists": ">=1.0.0 <2.0.0" }));
    let wider = json!({ "revision": 1, "dependencies": { "lists": ">=1.0.0 <3.0.0" }, "reason": "It builds." });
    let files = [
        (definition_path("arrays", "1.0.0"), definition),
        (registration_path("arrays"), scene.registration("arrays", &[&scene.ann])),
        (override_path("arrays", "1.0.0"), wider),
    ];
    let with_override = scene.opens(&scene.ann, &files);
    with_override.approve(&scene.tess);
    let both = scene.registration("lists", &[&scene.ann, &bob]);
    let people = scene.asks(&bob, &registration_path("lists"), &both);
    people.approve(&scene.ann);
    let rules = scene.asks_for_text(&scene.tess, "README.md", Some("# Packages\n"));
    rules.approve(&scene.theo);
    scene.review_all();

    let (entry, by) = told(&scene, &override_path("arrays", "1.0.0"));
    assert_eq!((entry["kind"].as_str(), by.as_str()), (Some("overridden"), "trustee"));
    assert_says(&entry, &with_override, "ann", &["tess"]);
    let ranges = json!([{ "name": "lists", "before": ">=1.0.0 <2.0.0", "after": ">=1.0.0 <3.0.0" }]);
    assert_eq!((&entry["what"]["ranges"], &entry["what"]["reason"]), (&ranges, &json!("It builds.")));

    let (entry, by) = told(&scene, &registration_path("lists"));
    assert_eq!((entry["kind"].as_str(), by.as_str()), (Some("maintainers"), "maintainer"));
    assert_eq!(entry["what"], json!({ "added": [bob.id], "removed": [] }));
    assert_says(&entry, &people, "bob", &["ann"]);

    rules.merge_by(&scene.theo, Method::Merge);
    let (entry, by) = told(&scene, "README.md");
    assert_eq!((entry["by"]["record"].as_str(), by.as_str()), (Some("none"), ""));
    scene.run(&["log"]).ends(0).prints(&["git: merged by hand by theo"]);
}

#[test]
fn where_pull_requests_are_squashed_the_message_alone_says_it_and_where_they_are_rebased_nothing_does() {
    for (method, record, authority) in [("squash", "squash", "maintainer"), ("rebase", "none", "")] {
        let scene = Scene::nearby(&format!("[policy]\nmerge = \"{method}\""));
        scene.published("lists", "1.0.0", &[&scene.ann]);
        let pull = scene.asks_for_silent_version(&scene.ann, "lists", "1.1.0");
        scene.merges(&pull);
        let (entry, by) = told(&scene, &definition_path("lists", "1.1.0"));
        assert_eq!((entry["by"]["record"].as_str(), by.as_str()), (Some(record), authority), "{entry:#}");
    }
}
