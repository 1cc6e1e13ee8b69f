//! Who decides about the registry's own rules and programs, about several things at once, and what nobody may do.

use serde_json::json;

use crate::acts::override_path;
use crate::github::bare::Method;
use crate::scene::{Scene, definition_path};

const BY_HAND: &str = "Ready: a trustee merges it by hand";

#[test]
fn rules_and_programs_need_two_trustees_and_a_hand() {
    let scene = Scene::nearby("");
    let rules = format!("[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}]\n", scene.ann.id);
    let rules = scene.asks_for_text(&scene.ann, "curator.toml", Some(&rules));
    let program = scene.asks_for_text(&scene.tess, ".github/workflows/review.yml", Some("on: push\n"));
    let words = scene.asks_for_text(&scene.ann, "README.md", Some("# Packages\n"));
    scene.review_all();
    let reason = "it changes the registry's own rules or programs";
    scene.keeps(&rules, &["Needs approval by 2 trustees", reason]);
    scene.keeps(&program, &["Needs approval by a trustee", reason]);
    scene.keeps(&words, &["Needs approval by 2 trustees"]);

    // Who merely would be a trustee afterwards is none, and one person has one word.
    rules.approve(&scene.somebody("bob"));
    rules.approve(&scene.tess);
    rules.approve(&scene.tess);
    program.approve(&scene.theo);
    words.approve(&scene.tess);
    words.approve(&scene.theo);
    scene.review_all();
    scene.keeps(&rules, &["Needs approval by a trustee"]);
    for settled in [&program, &words] {
        scene.keeps(settled, &[BY_HAND, "a trustee presses the button"]);
        assert!(settled.labels().contains(&"ready".to_owned()));
        assert_eq!(settled.checks().last().unwrap().conclusion.as_deref(), Some("success"));
    }

    program.merge_by(&scene.theo, Method::Merge);
    scene.review(&program).ends(0).prints(&["nothing is left to review"]);
    scene.sync().ends(0);
}

#[test]
fn where_there_is_one_trustee_one_is_enough() {
    let scene = Scene::nearby("");
    let config = format!("[registry]\nname = \"acme\"\n\n[trustees]\npeople = [{}]\n", scene.tess.id);
    scene.repository.commit("main", &[("curator.toml", Some(config.as_bytes()))]);
    let pull = scene.asks_for_text(&scene.ann, "README.md", Some("# Packages\n"));
    pull.approve(&scene.theo);
    scene.holds_back(&pull, &["Needs approval by a trustee"]);
    pull.approve(&scene.tess);
    scene.holds_back(&pull, &[BY_HAND]);
}

#[test]
fn of_several_things_at_once_each_needs_its_own() {
    let scene = Scene::nearby("");
    let bob = scene.somebody("bob");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    scene.published("arrays", "1.0.0", &[&bob]);
    let two = [("lists", "1.1.0"), ("arrays", "1.1.0")].map(|(name, version)| {
        (definition_path(name, version), scene.tag_files(name, version, &[("README.md", version)]))
    });
    let two = scene.opens(&scene.ann, &two);
    let files = [
        (definition_path("lists", "1.2.0"), scene.tag("lists", "1.2.0", &json!({}))),
        (override_path("lists", "1.2.0"), json!({ "revision": 1, "dependencies": {}, "reason": "None." })),
    ];
    let both = scene.opens(&scene.ann, &files);
    scene.review_all();
    scene.keeps(&two, &["approval by **a maintainer of `arrays` or a trustee**"]);
    assert!(!scene.says(&two).contains("a maintainer of `lists`"), "{}", scene.says(&two));
    scene.keeps(&both, &["Needs approval by a trustee", "it changes the bounds of `lists`"]);
    let labels = both.labels();
    assert!(["new-version", "override"].iter().all(|label| labels.contains(&(*label).to_owned())), "{labels:?}");

    two.approve(&bob);
    both.approve(&scene.theo);
    scene.review_all();
    scene.has_merged(&two);
    scene.has_merged(&both);
    scene.sync().ends(0);
    assert_ne!(scene.facts("arrays", "1.1.0"), json!(null));
    assert_ne!(scene.facts("lists", "1.2.0"), json!(null));
}

#[test]
fn a_version_beside_a_change_of_the_rules_is_merged_by_hand_and_published() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let definition = format!("{:#}\n", scene.tag("lists", "1.1.0", &json!({})));
    let path = definition_path("lists", "1.1.0");
    let files: [(&str, Option<&[u8]>); 2] =
        [(&path, Some(definition.as_bytes())), (".github/CODEOWNERS", Some(b"* @tess\n"))];
    let pull = scene.repository.pull(&scene.tess, "main", &files);
    scene.holds_back(&pull, &["Needs approval by a trustee"]);
    pull.approve(&scene.theo);
    scene.holds_back(&pull, &[BY_HAND]);
    pull.merge_by(&scene.tess, Method::Squash);
    scene.sync().ends(0);
    assert!(scene.says(&pull).contains("can be installed"), "{}", scene.says(&pull));
}

#[test]
fn what_is_published_is_changed_and_deleted_by_nobody() {
    let scene = Scene::nearby("");
    scene.published("lists", "1.0.0", &[&scene.ann]);
    let path = definition_path("lists", "1.0.0");
    let mut other = scene.tag("lists", "1.0.1", &json!({}));
    other["version"] = json!("1.0.0");
    let changed = scene.asks(&scene.ann, &path, &other);
    let deleted = scene.asks_for_text(&scene.tess, &path, None);
    let said = ["Refused: what is published stays as it is", "never changed or deleted: publish the next version"];
    for pull in [&changed, &deleted] {
        pull.approve(&scene.theo);
        scene.holds_back(pull, &said);
        assert_eq!(pull.checks().last().unwrap().conclusion.as_deref(), Some("failure"));
        assert!(!pull.labels().contains(&"ready".to_owned()));
    }
}
