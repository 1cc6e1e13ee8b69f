//! Who decides about statuses, advisories and package sets.

use serde_json::{Value, json};

use crate::acts::status_path;
use crate::scene::{Scene, definition_path};

const NEEDS_MAINTAINER: &str = "Needs approval by a maintainer or a trustee";
const NEEDS_TRUSTEE: &str = "Needs approval by a trustee";

fn status(word: &str) -> Value {
    json!({ "status": word, "reason": "It is broken." })
}

#[test]
fn a_maintainer_yanks_and_deprecates_and_a_trustee_quarantines() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let path = status_path("lists", "1.0.0");
    let asked = |author, word: &str| scene.asks(author, &path, &status(word));
    let yanked = asked(&scene.ann, "yanked");
    let deprecated = asked(&scene.ann, "deprecated");
    let quarantined = asked(&scene.ann, "quarantined");
    let strange = asked(&bob, "yanked");
    let approved = asked(&bob, "deprecated");
    approved.approve(&scene.ann);
    let withheld = asked(&scene.theo, "quarantined");
    scene.review_all();
    scene.has_merged(&yanked);
    scene.keeps(&strange, &["it changes no file"]);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["yanked"]["reason"], "It is broken.");
    for late in [&deprecated, &quarantined, &approved, &withheld] {
        scene.keeps(late, &["Conflict:"]);
    }
}

#[test]
fn a_stranger_yanks_nothing_and_a_maintainer_quarantines_nothing() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let path = status_path("lists", "1.0.0");
    let bob = scene.somebody("bob");
    let strange = scene.asks(&bob, &path, &status("yanked"));
    let quarantined = scene.asks(&scene.ann, &path, &status("quarantined"));
    scene.holds_back(&strange, &[NEEDS_MAINTAINER, "it sets a status of `lists`"]);
    scene.holds_back(&quarantined, &[NEEDS_TRUSTEE]);
    quarantined.approve(&scene.tess);
    scene.merges(&quarantined);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["quarantined"]["reason"], "It is broken.");
    // A maintainer cannot write something milder over it, nor take it away; a trustee can.
    let milder = scene.asks(&scene.ann, &path, &status("deprecated"));
    scene.holds_back(&milder, &[NEEDS_TRUSTEE]);
    let lifted = scene.takes_back(&scene.ann, &path);
    scene.holds_back(&lifted, &[NEEDS_TRUSTEE]);
    lifted.approve(&scene.theo);
    scene.merges(&lifted);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["quarantined"], Value::Null);
    // What a maintainer may set, a maintainer may take back.
    let yanked = scene.asks(&scene.ann, &path, &status("yanked"));
    scene.merges(&yanked);
    scene.sync().ends(0);
    let restored = scene.takes_back(&scene.ann, &path);
    scene.merges(&restored);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["yanked"], Value::Null);
}

#[test]
fn a_maintainer_unpublishes_what_is_young_and_that_nobody_needs() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let definition = scene.tag("arrays", "1.0.0", &json!({ "lists": ">=1.0.0 <2.0.0" }));
    let files = [
        (definition_path("arrays", "1.0.0"), definition),
        (crate::scene::registration_path("arrays"), scene.registration("arrays", &[&scene.ann])),
    ];
    let arrays = scene.opens(&scene.tess, &files);
    scene.merges(&arrays);
    scene.sync().ends(0);
    let needed = scene.asks(&scene.ann, &status_path("lists", "1.0.0"), &status("unpublished"));
    scene.holds_back(&needed, &[NEEDS_TRUSTEE, "R050", "nothing satisfies arrays@1.0.0"]);

    let last = scene.asks(&scene.ann, &status_path("arrays", "1.0.0"), &status("unpublished"));
    scene.passes(48 * 3600);
    scene.merges(&last);
    scene.sync().ends(0);
    assert_eq!(scene.metadata("arrays")["unpublished"]["1.0.0"]["reason"], "It is broken.");
    scene.passes(1);
    // Nobody needs it any more, and it is too old for its maintainer alone.
    scene.holds_back(&needed, &[NEEDS_TRUSTEE]);
    needed.approve(&scene.theo);
    scene.merges(&needed);
    scene.sync().ends(0);
    assert_eq!(scene.metadata("lists")["published"], json!({}));
    // What is gone stays gone.
    let back = scene.takes_back(&scene.tess, &status_path("lists", "1.0.0"));
    scene.holds_back(&back, &["R049", "stays unpublished"]);
}

#[test]
fn an_advisory_is_a_trustees() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let advisory = json!({
        "schema_version": "1.6.0",
        "id": "ACME-2026-1",
        "modified": "2026-05-01T12:00:00Z",
        "affected": [{ "package": { "ecosystem": "PureScript", "name": "lists" }, "versions": ["1.0.0"] }],
    });
    let pull = scene.asks(&scene.ann, "advisories/ACME-2026-1.json", &advisory);
    scene.holds_back(&pull, &[NEEDS_TRUSTEE, "it is about an advisory"]);
    pull.approve(&scene.tess);
    scene.merges(&pull);
    scene.sync().ends(0);
    assert_eq!(scene.facts("lists", "1.0.0")["advisories"], json!(["ACME-2026-1"]));
}

#[test]
fn a_package_set_grows_by_anybody_and_shrinks_by_trustees() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let bob = scene.somebody("bob");
    let asked = |value: Value| scene.asks(&bob, "package-set.json", &value);
    let first = asked(json!({ "compiler": "0.15.15", "packages": {} }));
    scene.holds_back(&first, &[NEEDS_TRUSTEE, "or gets another compiler"]);
    first.approve(&scene.tess);
    scene.merges(&first);
    scene.run(&["package-set", "update"]).ends(0).prints(&["Released package set 0.0.1"]);
    scene.published("lists", "1.1.0", &[&scene.ann]);

    let grows = asked(json!({ "packages": { "lists": "1.1.0" } }));
    let loses = asked(json!({ "packages": { "lists": null } }));
    let compiler = asked(json!({ "compiler": "0.15.16", "packages": {} }));
    let unknown = asked(json!({ "packages": { "arrays": "1.0.0" } }));
    scene.holds_back(&loses, &[NEEDS_TRUSTEE]);
    scene.holds_back(&compiler, &[NEEDS_TRUSTEE, "or gets another compiler"]);
    scene.holds_back(&unknown, &["R058", "there is no such package"]);
    scene.merges(&grows);
    scene.run(&["package-set", "update"]).ends(0).prints(&["package set 0.1.0", "update  lists 1.0.0 -> 1.1.0"]);

    let loses = asked(json!({ "packages": { "lists": null } }));
    scene.holds_back(&loses, &[NEEDS_TRUSTEE]);
    loses.approve(&scene.tess);
    scene.merges(&loses);
    scene.run(&["package-set", "update"]).ends(0).prints(&["package set 1.0.0", "remove  lists 1.1.0"]);
}
