//! Other bounds are told with what they make of resolutions, before a trustee says yes.

use serde_json::{Value, json};

use crate::acts::override_path;
use crate::scene::{Scene, definition_path, registration_path};

/// A registry in which `arrays` takes the older one of two versions of `lists`.
fn scene() -> Scene {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("lists", "1.1.0", &[&scene.ann]);
    let definition = scene.tag("arrays", "1.0.0", &json!({ "lists": ">=1.0.0 <1.1.0" }));
    let files = [
        (definition_path("arrays", "1.0.0"), definition),
        (registration_path("arrays"), scene.registration("arrays", &[&scene.ann])),
    ];
    let pull = scene.opens(&scene.tess, &files);
    scene.merges(&pull);
    scene.sync().ends(0);
    scene
}

fn bounds(range: &str) -> Value {
    json!({ "revision": 1, "dependencies": { "lists": range }, "reason": "It builds with more." })
}

#[test]
fn a_trustee_sees_what_an_override_changes() {
    let scene = scene();
    let at = override_path("arrays", "1.0.0");
    let wider = scene.asks(&scene.ann, &at, &bounds(">=1.0.0 <2.0.0"));
    let empty = scene.asks(&scene.ann, &at, &bounds(">=3.0.0 <4.0.0"));
    let same = scene.asks(&scene.ann, &at, &bounds(">=1.0.0 <1.1.0"));
    scene.review_all();
    let told = [
        "Needs approval by a trustee",
        "### What resolves otherwise\n\nOf 2 packages at the newest version, 1 resolves differently.\n",
        "- `lists` 1.0.0 -> 1.1.0 for 1 package: `arrays@1.0.0`\n",
    ];
    scene.keeps(&wider, &told);
    assert!(!scene.says(&wider).contains("R059"), "{}", scene.says(&wider));
    let told = [
        "Of 2 packages at the newest version, **1 becomes unsolvable**.\n",
        "arrays 1.0.0 depends on lists >=3.0.0 <4.0.0, but lists only has",
        "**warning R059** `overrides/ar/arrays/1.0.0.json`: `1 package cannot be resolved any more: arrays@1.0.0`",
    ];
    scene.keeps(&empty, &told);
    scene.keeps(&same, &["Nothing changes for any of 2 packages at the newest version.\n"]);
    // The check beside the commit says it, too.
    let summary = wider.checks().pop().unwrap().summary.unwrap_or_default();
    assert!(summary.contains("What resolves otherwise"), "{summary}");
    let json = scene.run(&["review", "--pull", &empty.number.to_string(), "--read-only", "--format", "json"]).json();
    assert_eq!(json[0]["impact"]["becameUnsolvable"][0]["name"], "arrays");
}
