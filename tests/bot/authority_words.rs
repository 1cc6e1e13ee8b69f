//! Who decides about statuses, advisories and package sets; what this curator does not act on yet is never merged.

use serde_json::{Value, json};

use crate::acts::status_path;
use crate::scene::{Scene, definition_path};

const NOT_YET: &str = "Refused for now: this curator cannot do yet what it asks for";
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
    for settled in [&yanked, &deprecated, &approved, &withheld] {
        scene.keeps(settled, &[NOT_YET]);
    }
    scene.keeps(&strange, &[NEEDS_MAINTAINER, "it sets a status of `lists`"]);
    scene.keeps(&quarantined, &[NEEDS_TRUSTEE]);
    // A maintainer's word is not enough there, a trustee's is; and still it is not merged.
    quarantined.approve(&scene.tess);
    scene.holds_back(&quarantined, &[NOT_YET]);
}

#[test]
fn a_maintainer_unpublishes_what_is_young_and_that_nobody_needs() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let young = scene.asks(&scene.ann, &status_path("lists", "1.0.0"), &status("unpublished"));
    scene.holds_back(&young, &[NOT_YET]);

    let definition = scene.tag("arrays", "1.0.0", &json!({ "lists": ">=1.0.0 <2.0.0" }));
    let files = [
        (definition_path("arrays", "1.0.0"), definition),
        (crate::scene::registration_path("arrays"), scene.registration("arrays", &[&scene.ann])),
    ];
    let arrays = scene.opens(&scene.tess, &files);
    scene.merges(&arrays);
    scene.sync().ends(0);
    scene.holds_back(&young, &[NEEDS_TRUSTEE]);

    let last = scene.asks(&scene.ann, &status_path("arrays", "1.0.0"), &status("unpublished"));
    scene.passes(48 * 3600);
    scene.holds_back(&last, &[NOT_YET]);
    scene.passes(1);
    scene.holds_back(&last, &[NEEDS_TRUSTEE]);
    last.approve(&scene.theo);
    scene.holds_back(&last, &[NOT_YET]);
}

#[test]
fn an_advisory_is_a_trustees() {
    let scene = Scene::nearby("");
    let advisory = json!({ "schema_version": "1.6.0", "id": "ACME-2026-1", "modified": "2026-05-01T12:00:00Z" });
    let pull = scene.asks(&scene.ann, "advisories/ACME-2026-1.json", &advisory);
    scene.holds_back(&pull, &[NEEDS_TRUSTEE, "it is about an advisory"]);
    pull.approve(&scene.tess);
    scene.holds_back(&pull, &[NOT_YET]);
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
