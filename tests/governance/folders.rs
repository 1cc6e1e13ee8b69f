//! Where there is no history: what stands there, and when, as far as it says so.

use serde_json::{Value, json};

use crate::registry::Registry;
use crate::scene::bounds;

#[test]
fn plain_folders_tell_what_stands_there_and_that_they_have_no_history() {
    let mut registry = Registry::new();
    let maybe = registry.package("maybe");
    registry.release(&maybe, "1.0.0", &[]);
    registry.sync().ends(0);
    registry.write("status/ma/maybe/1.0.0.json", "{ \"status\": \"yanked\", \"reason\": \"Loses data.\" }\n");
    let ran = registry.run(&["log", "maybe@1.0.0"]).ends(0);
    let ran = ran.prints(&[
        "registry, which has no history",
        "at a time that nothing tells",
        "maybe@1.0.0: yanked, because: Loses data.",
        "maybe@1.0.0: published: archive sha256-",
        "Why maybe@1.0.0 looks the way it does:",
        "bounds: those of its definition; no override is known",
        "read: the registry as it stands (it has no history), the index as",
    ]);
    assert!(!ran.out.contains("by hand"), "{}", ran.out);
    let log = registry.run(&["log", "--format", "json"]).ends(0).json();
    let published = log["entries"].as_array().unwrap().iter().find(|it| it["kind"] == "published").unwrap();
    assert_eq!(published["when"], published["what"]["publishedTime"]);
    assert_eq!((&published["commit"], &published["by"]), (&Value::Null, &Value::Null));
    let undated = log["entries"].as_array().unwrap().iter().find(|it| it["kind"] == "yanked").unwrap();
    assert_eq!(undated["when"], Value::Null);
    // What nothing dates did not happen since a day.
    let since = registry.run(&["log", "--since", "1999-01-01", "--format", "json"]).ends(0).json();
    assert_eq!(since["entries"].as_array().unwrap().len(), 1);
}

#[test]
fn unknown_keys_of_newer_curators_do_no_harm() {
    let mut registry = Registry::new();
    let maybe = registry.package("maybe");
    registry.release(&maybe, "1.0.0", &[]);
    registry.sync().ends(0);
    let path = registry.index().join("metadata/ma/yb/maybe.json");
    let mut metadata: Value = serde_json::from_slice(&std::fs::read(&path).unwrap()).unwrap();
    metadata["published"]["1.0.0"]["revisions"] = json!([{ "revision": 1, "registryCommit": "x", "more": {} }]);
    metadata["published"]["1.0.0"]["status"] = json!("yanked");
    metadata["advisories"] = json!(["A-1"]);
    std::fs::write(&path, metadata.to_string()).unwrap();
    registry.write("overrides/ma/maybe/1.0.0.json", bounds(1, "prelude", ">=1.0.0 <2.0.0", "Why not.").to_string());
    registry.run(&["log", "maybe"]).ends(0).prints(&["maybe@1.0.0: published: archive", "bound override, revision 1"]);
}

#[test]
fn what_names_no_package_is_refused_with_an_example() {
    let registry = Registry::new();
    for text in ["../x", "maybe@x", "Maybe", "@1.0.0", ""] {
        registry.run(&["log", text]).ends(3).complains(&["name@version, like prelude or prelude@6.0.1"]);
    }
    registry.run(&["log"]).ends(0).prints(&["Nothing is recorded; read: "]);
}
