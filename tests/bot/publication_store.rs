//! Releases of the registry's repository as its store, the whole way from a pull request to the bytes.

use curator::model::Sha256;
use serde_json::{Value, json};

use crate::acts::status_path;
use crate::program::finish;
use crate::scene::Scene;

const PER_PACKAGE: &str = "[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\n";
const PER_VERSION: &str = "[[store]]\nname = \"releases\"\ngithub = \"acme/registry\"\nlayout = \"per-version\"\n";

#[test]
fn a_merged_version_lies_in_a_release_as_the_index_says() {
    for (stores, tags) in
        [(PER_PACKAGE, ["pkg/lists/1", "pkg/lists/1"]), (PER_VERSION, ["pkg/lists/1.0.0", "pkg/lists/1.1.0"])]
    {
        let scene = Scene::new(stores);
        if stores == PER_VERSION {
            scene.repository.freeze_releases();
        }
        let run = |args: &[&str]| finish(scene.command_with_own_store(args)).ends(0);
        let first = scene.asks_for_package(&scene.tess, "lists");
        run(&["review", "--pull", &first.number.to_string()]);
        run(&["sync", "--announce"]);
        let second = scene.asks_for_version(&scene.tess, "lists", "1.1.0");
        run(&["review", "--pull", &second.number.to_string()]);
        scene.has_merged(&second);
        run(&["sync", "--announce"]);

        for (pull, version, tag) in [(&first, "1.0.0", tags[0]), (&second, "1.1.0", tags[1])] {
            assert!(scene.says(pull).contains("can be installed"), "{}", scene.says(pull));
            let facts = scene.facts("lists", version);
            assert_eq!(facts["release"], json!(tag));
            let config: Value =
                serde_json::from_slice(&scene.repository.file("index", "config.json").unwrap()).unwrap();
            let url = config["stores"][0]["url"].as_str().unwrap();
            let url = url.replace("{release}", tag).replace("{name}", "lists").replace("{version}", version);
            let path = url.strip_prefix("https://github.com/acme/registry/releases/download/").unwrap();
            let (release, file) = path.rsplit_once('/').unwrap();
            let bytes = scene.repository.asset(release, file).unwrap();
            assert_eq!(json!(Sha256::of(&bytes).to_string()), facts["hash"]);
            assert!(scene.says(pull).contains(facts["hash"].as_str().unwrap()));
            // Beside it lies its checksum.
            assert!(scene.repository.asset(release, &format!("{file}.sha256")).is_some());
        }
        assert!(!scene.place("store").exists());
        run(&["audit"]);

        // What is unpublished leaves its release, and an immutable release goes as a whole.
        let last = scene.asks(
            &scene.tess,
            &status_path("lists", "1.1.0"),
            &json!({ "status": "unpublished", "reason": "a key" }),
        );
        run(&["review", "--pull", &last.number.to_string()]);
        scene.has_merged(&last);
        run(&["sync"]);
        assert_eq!(scene.metadata("lists")["unpublished"]["1.1.0"]["reason"], "a key");
        for file in ["lists-1.1.0.tar.gz", "lists-1.1.0.tar.gz.sha256"] {
            assert!(scene.repository.asset(tags[1], file).is_none(), "{file}");
        }
        assert!(scene.repository.asset(tags[0], "lists-1.0.0.tar.gz").is_some());
        run(&["audit"]);
        run(&["sync", "--full"]);
        assert_eq!(scene.github.violations(), Vec::<String>::new());
    }
}
