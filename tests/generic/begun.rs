//! A new registry of any language: what `init` writes, and that authors can use it at once.

use std::fs;
use std::path::Path;

use serde_json::Value;
use tempfile::TempDir;

use crate::moonshelf::committed;
use crate::program::run;
use crate::trees::{Node, Tree};

/// The text between the fences of a page, language `json`.
fn examples(page: &str) -> Vec<String> {
    page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap().to_owned()).collect()
}

fn schema(home: &Path, kind: &str) -> Value {
    run(home, ["schema", kind, "--profile", "generic"]).ends(0).json()
}

#[test]
fn a_new_registry_takes_packages_at_once() {
    let home = TempDir::new().unwrap();
    run(home.path(), ["init", "moonshelf", "--profile", "generic"]).ends(0);
    let registry = home.path().join("moonshelf");
    run(&registry, ["check"]).ends(0).prints(&["nothing to mend"]);
    run(&registry, ["sync"]).ends(0).prints(&["Nothing to do"]);

    let Tree(files) = committed("registry");
    fs::create_dir(registry.join("sources")).unwrap();
    for (path, node) in files.iter().filter(|(path, _)| path.starts_with("sources")) {
        if let Node::File(bytes) = node {
            fs::write(registry.join(path), bytes).unwrap();
        }
    }
    let config = fs::read_to_string(registry.join("curator.toml")).unwrap();
    let config = config.replace("# manifest = \"curator.json\"", "manifest = \"rock.json\"");
    let replace: String = ["strings", "clock", "calendar"]
        .map(|name| format!("\"https://github.com/moonshelf/{name}.git\" = \"sources/{name}.bundle\"\n"))
        .concat();
    fs::write(registry.join("curator.toml"), format!("{config}\n[fetch.replace]\n{replace}")).unwrap();

    let new = |name: &str, tag: &str| {
        let ran = run(&registry, ["new", &format!("https://github.com/moonshelf/{name}"), "--ref", tag]);
        assert!(ran.code <= 1, "{ran:?}");
        ran
    };
    new("strings", "v1.0.0").ends(0).prints(&["packages/st/strings/1.0.0.json"]);
    new("strings", "v1.1.0-rc.1").ends(0).prints(&["packages/st/strings/1.1.0-rc.1.json"]);
    // Nothing that the calendar takes is anything that the clock takes, as long as the one version is a pre-release.
    new("clock", "v0.3.0").ends(0).prints(&["packages/@tide/cl/clock/0.3.0.json"]);
    new("calendar", "v2.0.0-beta.2").ends(1).prints(&["packages/@tide/ca/calendar/2.0.0-beta.2.json", "R030"]);
    new("strings", "v1.1.0").ends(0);
    // The same tag again is the same version.
    run(&registry, ["new", "github:moonshelf/clock", "--ref", "v0.3.0"]).ends(1).complains(&["@tide/clock"]);
    let written = fs::read_to_string(registry.join("packages/@tide/ca/calendar/2.0.0-beta.2.json")).unwrap();
    let written: Value = serde_json::from_str(&written).unwrap();
    assert_eq!(written["dependencies"]["strings"], ">=1.1.0-rc.1, <2");
    assert_eq!(written["compiler"], Value::Null);
    run(&registry, ["check"]).ends(0);
    run(&registry, ["plan", "--preview"]).ends(0).prints(&["publish @tide/clock@0.3.0"]);
    run(&registry, ["sync"]).ends(0).prints(&["5 published"]);
    run(&registry, ["audit"]).ends(0).prints(&["3 packages, 5 versions", "all agree"]);
    run(&registry, ["rebuild", "--all"]).ends(0).prints(&["5 of 5 versions"]);
}

/// Every example that the new registry teaches with is valid, by its schema and by the readers.
#[test]
fn the_examples_are_valid() {
    let home = TempDir::new().unwrap();
    run(home.path(), ["init", "larkspur", "--profile", "generic"]).ends(0);
    let registry = home.path().join("larkspur");
    let page = |at: &str| examples(&fs::read_to_string(registry.join(at)).unwrap());
    let packages = page("packages/README.md");
    let examples = [
        ("registration", "packages/te/text-wrap/registration.json", packages[0].clone()),
        ("definition", "packages/te/text-wrap/1.0.0.json", packages[1].clone()),
        ("override", "overrides/te/text-wrap/1.0.0.json", page("overrides/README.md")[0].clone()),
        ("status", "status/te/text-wrap/1.0.0.json", page("status/README.md")[0].clone()),
        ("advisory", "advisories/LARK-2026-0001.json", page("advisories/README.md")[0].clone()),
    ];
    for (kind, path, text) in &examples {
        let value: Value = serde_json::from_str(text).unwrap();
        let schema = schema(home.path(), kind);
        assert!(jsonschema::is_valid(&schema, &value), "{text}");
        let place = registry.join(path);
        fs::create_dir_all(place.parent().unwrap()).unwrap();
        fs::write(place, text).unwrap();
        let file = registry.join("schemas").join(format!("{kind}.schema.json"));
        assert_eq!(serde_json::from_str::<Value>(&fs::read_to_string(file).unwrap()).unwrap(), schema, "{kind}");
    }
    // Nothing of the grammar is wrong. What the example names is not there: no version is published, and the override is
    // of a dependency that the definition does not have.
    let ran = run(&registry, ["check", "--offline", "--format", "json"]);
    let found = ran.json();
    let codes: Vec<&str> =
        found["findings"].as_array().unwrap().iter().map(|it| it["code"].as_str().unwrap()).collect();
    assert!(codes.iter().all(|code| ["R004", "R028", "R049"].contains(code)), "{found:#}");
}

/// The schemas take what the readers take, and refuse what they refuse.
#[test]
fn schemas_and_readers_agree() {
    use curator::model::Profile;
    let home = TempDir::new().unwrap();
    let definition = schema(home.path(), "definition");
    let part = |name: &str| {
        let mut schema = definition["definitions"][name].clone();
        schema["$schema"] = definition["$schema"].clone();
        jsonschema::validator_for(&schema).unwrap()
    };
    let generic = Profile::Generic;
    for text in
        ["1.2.3", "1.2.3-rc.1", "1.0.0-0a", "1.0.0-01", "1.0.0-", "1.0.0+b", "1.0", "01.0.0", "1.0.0-a..b", "v1.0.0"]
    {
        assert_eq!(part("version").is_valid(&text.into()), generic.version(text).is_ok(), "{text}");
    }
    for text in ["a", "@a/b", "@a/b-c", "purescript-a", "@a", "a/b", "@A/b", "@a/b/c", "a--b", "", "@/a", "@a_b/c"] {
        assert_eq!(part("name").is_valid(&text.into()), generic.name(text).is_ok(), "{text}");
    }
    for text in
        ["^1.2", "~1", "1.2.3", "1.2.*", "*", ">=1, <2", "=1.0.0-rc.1", ">=1.0.0 <2.0.0", "^v1", "", "^1 || ^2", "1.x"]
    {
        assert_eq!(part("range").is_valid(&text.into()), generic.range(text).is_ok(), "{text}");
    }
}

/// Where a source may be: of a version, and of a package.
#[test]
fn schemas_know_archives() {
    let home = TempDir::new().unwrap();
    let part = |kind: &str| {
        let whole = schema(home.path(), kind);
        let location = serde_json::json!({ "$schema": whole["$schema"], "definitions": whole["definitions"],
            "allOf": [{ "$ref": "#/definitions/location" }] });
        jsonschema::validator_for(&location).unwrap()
    };
    let (definition, registration) = (part("definition"), part("registration"));
    let digest = curator::model::Sha256::of(b"").to_string();
    let github = serde_json::json!({ "githubOwner": "a", "githubRepo": "b", "subdir": "c" });
    assert!(definition.is_valid(&github) && registration.is_valid(&github));
    let archive = serde_json::json!({ "url": "https://a.example/b/c.tar.gz", "sha256": digest });
    assert!(definition.is_valid(&archive) && !registration.is_valid(&archive));
    let folder = serde_json::json!({ "url": "https://a.example/b" });
    assert!(!definition.is_valid(&folder) && registration.is_valid(&folder));
    for url in [
        "http://a.example/b.tar.gz",
        "https://a.example/../b.tar.gz",
        "https://a.example/b.tar.gz?x",
        "https://a.example",
    ] {
        let mut other = archive.clone();
        other["url"] = url.into();
        assert!(!definition.is_valid(&other), "{url}");
    }
    for (key, value) in [("gitUrl", "https://a.example/b.git"), ("subdir", "x"), ("githubOwner", "x")] {
        let mut other = archive.clone();
        other[key] = value.into();
        assert!(!definition.is_valid(&other), "{key}");
    }
}

#[test]
fn a_profile_is_one_of_two() {
    let home = TempDir::new().unwrap();
    run(home.path(), ["init", "mine", "--profile", "lua"]).ends(3).complains(&["purescript and generic"]);
}

/// On GitHub, too: the workflows are those of any registry.
#[test]
fn it_begins_on_github() {
    let home = TempDir::new().unwrap();
    let begin = |dir: &str, profile: &[&str]| {
        let args = ["--github", "acme/shelf", "init", dir, "--name", "shelf", "--trustee", "1=ada"];
        run(home.path(), [&args[..], profile].concat()).ends(0);
        Tree::read(&home.path().join(dir))
    };
    let (generic, plain) = (begin("generic", &["--profile", "generic"]), begin("plain", &[]));
    let text = |tree: &Tree, path: &str| String::from_utf8(tree.files()[Path::new(path)].to_vec()).unwrap();
    let config: toml::Value = toml::from_str(&text(&generic, "curator.toml")).unwrap();
    assert_eq!(config["registry"]["profile"].as_str(), Some("generic"));
    assert_eq!(config["store"][0]["github"].as_str(), Some("acme/shelf"));
    assert!(config["package"].is_table());
    let workflows: Vec<_> = plain.files().into_keys().filter(|path| path.starts_with(".github")).collect();
    assert!(workflows.len() > 3);
    for path in workflows {
        assert_eq!(text(&generic, path.to_str().unwrap()), text(&plain, path.to_str().unwrap()));
    }
}
