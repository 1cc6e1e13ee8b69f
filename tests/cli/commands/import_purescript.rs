//! `curator import purescript`: what is there keeps its bytes, nothing is fetched, and what comes out is a registry that
//! lives on.

use std::fs;
use std::path::Path;

use curator::adapters::Directory;
use curator::ops::{Both, read_purescript};
use curator::ports::Role;
use serde_json::{Value, json};

use crate::program::{Ran, curator, finish, run};
use crate::purescript::{PureScript, shard};
use crate::registry::{Package, definition};
use crate::repos::Repo;
use crate::trees::{Tree, assert_same};

const MISSED: &str = "warning[A004]: harmonia@0.1.0 is published, but the index has no manifest of it";

/// Imports into the folder `new`, without a program that could fetch anything.
fn import(from: &PureScript, more: &[&str]) -> Ran {
    let mut command = curator(from.home());
    let places = ["--registry", "registry", "--index", "registry-index", "--into", "new"];
    command.env("PATH", "").args(["import", "purescript"]).args(places).args(more);
    finish(command)
}

/// Runs the program in the registry that was imported, without a program that could fetch anything.
fn offline(from: &PureScript, args: &[&str]) -> Ran {
    let mut command = curator(&from.path("new/registry"));
    command.env("PATH", "").args(args);
    finish(command)
}

/// The paths at which the two differ, but for the lock files, which any writer signs.
fn changed(before: &Tree, after: &Tree) -> Vec<String> {
    before.differences(after).into_iter().filter(|path| path.strip_suffix(".lock").is_none()).collect()
}

fn json_of(path: &Path) -> Value {
    serde_json::from_slice(&fs::read(path).unwrap()).unwrap()
}

#[test]
fn a_registry_is_adopted_to_the_byte_and_nothing_is_to_do() {
    let from = PureScript::new();
    let before = Tree::read(from.home());
    let ran = import(&from, &[]).ends(0);
    ran.prints(&[
        MISSED,
        "6 packages registered, 1 of them without a version\n",
        "7 versions published, 6 of them with a definition\n",
        "1 version unpublished\n",
        "1 package set\n",
        "42 files written to new.\nNext: fill in new/registry/curator.toml",
    ]);
    let after = Tree::read(from.home());
    assert!(before.differences(&after).iter().all(|difference| difference.starts_with("+ new")));
    for name in ["ab", "harmonia", "prelude", "tally", "trivial-unfold"] {
        assert_eq!(
            from.read(&format!("new/index/{}", shard(name))),
            from.read(&format!("registry-index/{}", shard(name)))
        );
    }
    for name in ["ab", "harmonia", "historic", "prelude", "tally", "trivial-unfold"] {
        let metadata = from.read(&format!("new/index/metadata/{}.json", shard(name)));
        assert_eq!(metadata, from.read(&format!("registry/metadata/{name}.json")));
    }
    for file in ["package-sets/1.0.0.json", "package-sets/.gitkeep"] {
        assert_eq!(from.read(&format!("new/index/{file}")), from.read(&format!("registry/{file}")));
    }
    assert!(!from.path("new/index/README.md").exists());
    let stores = json!([{ "name": "local" },
        { "name": "purescript", "url": "https://packages.registry.purescript.org/{name}/{version}.tar.gz" }]);
    assert_eq!(json_of(&from.path("new/index/config.json")), json!({ "format": 1, "name": "new", "stores": stores }));

    let adopted = Tree::read(&from.path("new/index"));
    offline(&from, &["sync"]).ends(0).prints(&[MISSED, "Nothing to do: 7 versions published, and that is all"]);
    offline(&from, &["plan", "--preview"]).ends(0).prints(&[MISSED, "Nothing to do"]);
    offline(&from, &["check"]).ends(0).prints(&["0 errors, 1 warning"]);
    let report = offline(&from, &["audit", "--format", "json"]).ends(1).json();
    assert_eq!(report["counts"], json!({ "A004": 1, "A008": 1 }));
    assert_eq!(
        (&report["findings"][0]["severity"], &report["findings"][1]["severity"]),
        (&json!("error"), &json!("warning"))
    );
    let missing = &report["findings"][1]["message"];
    assert_eq!(missing, "the store 'local' does not hold the archives of 7 adopted versions");
    assert_same(&adopted, &Tree::read(&from.path("new/index")));
    assert!(!from.path("new/.curator").exists());
}

#[test]
fn registrations_and_definitions_say_what_the_registry_says() {
    let from = PureScript::new();
    import(&from, &["--name", "a \"name\""]).ends(0);
    let registration = from.read("new/registry/packages/pr/prelude/registration.json");
    let expected = "{\n  \"location\": {\n    \"githubOwner\": \"acme\",\n    \"githubRepo\": \"prelude\"\n  },\n  \
                    \"owners\": [\n    {\n      \"id\": \"a@example.org\",\n      \"keytype\": \"ssh-ed25519\",\n      \
                    \"public\": \"AAAAC3NzaC1lZDI1NTE5AAAAIA\"\n    }\n  ]\n}\n";
    assert_eq!(registration, expected);
    assert!(from.path("new/registry/packages/hi/historic/registration.json").exists());

    let line = from.read(&format!("registry-index/{}", shard("prelude")));
    let mut expected: Value = serde_json::from_str(line.lines().last().unwrap()).unwrap();
    expected["compiler"] = json!("0.15.10");
    let path = "new/registry/packages/pr/prelude/6.0.1.json";
    assert_eq!(json_of(&from.path(path)), expected);
    let text = from.read(path);
    let keys: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("  \"")?.split('"').next()).collect();
    let order = "name version license description location ref compiler owners includeFiles excludeFiles dependencies";
    assert_eq!(keys.join(" "), order);
    assert!(from.read("new/registry/packages/ab/ab/1.0.0.json").contains(r#""license": "GPL-3.0""#));
    assert!(from.read("new/registry/packages/tr/trivial-unfold/0.3.0.json").contains("git.gay"));
    assert!(!from.path("new/registry/packages/ha/harmonia/0.1.0.json").exists());
    assert_eq!(json_of(&from.path("new/index/config.json"))["name"], "a \"name\"");
    offline(&from, &["sync"]).ends(0);
}

#[test]
fn an_adopted_registry_lives_on() {
    let from = PureScript::new();
    import(&from, &[]).ends(0);
    // A new version of an adopted package, which depends on another one, and one of a package that is not whole.
    let tally = Package { name: "tally".to_owned(), repo: Repo::new() };
    let commit = tally.tag("1.1.0", &[("src/Tally.purs", "module Tally where\n")]);
    from.write("new/registry/sources/tally.bundle", fs::read(tally.repo.bundle()).unwrap());
    let config = from.read("new/registry/curator.toml");
    let replace = "\n[fetch.replace]\n\"https://github.com/acme/tally.git\" = \"sources/tally.bundle\"\n";
    from.write("new/registry/curator.toml", config + replace);
    let new = definition("tally", "1.1.0", &commit, &[("prelude", ">=6.0.0 <7.0.0")]);
    from.write("new/registry/packages/ta/tally/1.1.0.json", format!("{new:#}\n"));
    let held = definition("harmonia", "0.3.0", &commit, &[]);
    from.write("new/registry/packages/ha/harmonia/0.3.0.json", format!("{held:#}\n"));

    let registry = from.path("new/registry");
    run(&registry, ["sync"]).ends(1).prints(&[
        "error[A004]: harmonia@0.1.0 is published",
        "nothing more of harmonia is published before that is mended",
        "published tally@1.1.0",
        "held back harmonia@0.3.0",
        "1 published, 1 held back; 8 versions published in all.",
    ]);
    let (old, lines) = (from.read("registry-index/ta/ll/tally"), from.read("new/index/ta/ll/tally"));
    assert!(
        lines.strip_prefix(&old).is_some_and(|new| new.starts_with(r#"{"name":"tally","version":"1.1.0""#)),
        "{lines}"
    );
    let facts = &json_of(&from.path("new/index/metadata/ta/ll/tally.json"))["published"];
    assert_eq!(facts["1.0.0"], json_of(&from.path("registry/metadata/tally.json"))["published"]["1.0.0"]);

    // An adopted archive that somebody brings is taken only with the recorded hash.
    from.write("new/.curator/store/ab/ab-1.0.0.tar.gz", "other bytes");
    let refused = "ab@1.0.0 was adopted, so its archive cannot be packed again, and no store has it";
    run(&registry, ["sync"]).ends(1).prints(&[refused, "2 held back"]);
}

#[test]
fn an_adopted_archive_that_somebody_brings_gets_its_checksum() {
    let from = PureScript::new();
    // The recorded hash is that of these bytes.
    let bytes = b"an archive";
    let hash = curator::model::Sha256::of(bytes).to_string();
    let metadata = from.read("registry/metadata/ab.json");
    let metadata = metadata.replace("sha256-fN9RUAzN21ZY4Y0UwqUSxwUPVz1g7/pcqoDvbJZoT04=", &hash);
    from.write("registry/metadata/ab.json", metadata.replace("640", "10"));
    import(&from, &[]).ends(0);
    from.write("new/.curator/store/ab/ab-1.0.0.tar.gz", bytes);
    offline(&from, &["sync"]).ends(0).prints(&["restocked ab@1.0.0 in store 'local'"]);
    offline(&from, &["audit"]).ends(1).prints(&["archives of 6 adopted versions", "1 archive audited"]);
}

#[test]
fn what_cannot_be_read_is_told_where_it_stands_and_kept_and_the_rest_goes_on() {
    let from = PureScript::new();
    let prelude = from.read("registry-index/pr/el/prelude");
    from.write("registry-index/pr/el/prelude", prelude.replace("\"6.0.0\"", "\"six\""));
    from.write("registry/metadata/ab.json", "{\"location\":");
    from.write("registry/metadata/Odd Name.json", "{}");
    from.write("registry-index/ta/ll/stray", from.read("registry-index/ta/ll/tally"));
    std::os::unix::fs::symlink("/etc/passwd", from.path("registry/package-sets/2.0.0.json")).unwrap();
    let ran = import(&from, &["--format", "json"]).ends(1);
    let report = ran.json();
    let findings = report["findings"].as_array().unwrap().iter();
    let told: Vec<String> = findings
        .map(|it| {
            format!(
                "{} {} {}",
                it["code"].as_str().unwrap(),
                it["place"]["area"].as_str().unwrap(),
                it["place"]["file"].as_str().unwrap()
            )
        })
        .collect();
    let expected = [
        "A014 registry metadata/ab.json",
        "A002 registry metadata/Odd Name.json",
        "A014 registry package-sets/2.0.0.json",
        "A004 index ha/rm/harmonia",
        "A001 index pr/el/prelude",
        "A002 index ta/ll/stray",
    ];
    assert_eq!(told.iter().map(String::as_str).collect::<std::collections::BTreeSet<_>>(), expected.into());
    assert!(ran.out.contains("line 1 is not a manifest: "), "{}", ran.out);
    assert_eq!((&report["packages"], &report["definitions"]), (&json!(5), &json!(4)));
    // Nothing is lost: also what nobody can read has its bytes.
    assert_eq!(from.read("new/index/pr/el/prelude"), from.read("registry-index/pr/el/prelude"));
    assert_eq!(from.read("new/index/metadata/2/ab.json"), "{\"location\":");
    assert!(from.path("new/registry/packages/pr/prelude/6.0.1.json").exists());
    // And it is never taken for absent.
    offline(&from, &["sync"]).ends(3).complains(&["the index file metadata/2/ab.json cannot be read"]);
}

#[test]
fn repositories_give_what_folders_give() {
    let from = PureScript::new();
    from.to_git();
    import(&from, &["--name", "mine"]).ends(0);
    let places = ["--registry", "registry.git", "--index", "registry-index.git", "--into", "from-git"];
    let mut command = curator(from.home());
    command.env("PATH", "").args(["import", "purescript", "--name", "mine"]).args(places);
    finish(command).ends(0).prints(&["42 files written to from-git."]);
    assert_eq!(changed(&Tree::read(&from.path("new")), &Tree::read(&from.path("from-git"))), [""; 0]);
    let places = ["--registry", "registry.git", "--index", "registry-index.git", "--into", "x"];
    let elsewhere = ["import", "purescript", "--index-branch", "none"];
    run(from.home(), elsewhere.iter().chain(&places)).ends(3).complains(&["holds no manifests"]);
}

#[test]
fn an_import_that_was_cut_off_goes_on_and_one_that_is_done_is_left_alone() {
    let from = PureScript::new();
    import(&from, &[]).ends(0);
    let whole = Tree::read(&from.path("new"));
    import(&from, &[]).ends(0).prints(&["Nothing to write: all of it is in new already."]);
    assert_eq!(changed(&whole, &Tree::read(&from.path("new"))), [""; 0]);
    // Killed before the registry was switched to; the next state of it is left beside its place.
    fs::rename(from.path("new/registry"), from.path("new/.registry.next")).unwrap();
    import(&from, &[]).ends(0).prints(&["files written to new."]);
    fs::remove_file(from.path("new/index/pr/el/prelude")).unwrap();
    import(&from, &[]).ends(0).prints(&["1 file written to new."]);
    assert_eq!(changed(&whole, &Tree::read(&from.path("new"))), [""; 0]);
}

#[test]
fn the_index_is_there_before_the_registry_asks_for_anything() {
    let from = PureScript::new();
    let reading = |path: &str| Directory::reading(&from.path(path), Role::Index);
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let source = Both { registry: reading("registry"), index: reading("registry-index") };
    let prepared = runtime.block_on(read_purescript(&source, "new")).unwrap();
    // As if the run were killed in between: this registry cannot be written.
    let index = Directory::writing(&from.path("new/index"), Role::Index).unwrap();
    let target = Both { registry: reading("new/registry"), index };
    runtime.block_on(prepared.write(&target)).unwrap_err();
    assert!(from.path("new/index/config.json").exists() && !from.path("new/registry").exists());
    drop(target);
    import(&from, &[]).ends(0).prints(&["28 files written to new."]);
}

#[test]
fn what_is_no_purescript_registry_or_no_new_folder_is_refused_and_nothing_is_written() {
    let from = PureScript::new();
    import(&from, &[]).ends(0);
    from.write("occupied/notes.txt", "mine");
    from.write("other/registry/curator.toml", "[registry]\nname = \"other\"\n");
    let refused = |args: &[&str], why: &str| {
        let before = Tree::read(from.home());
        run(from.home(), ["import", "purescript"].iter().chain(args)).ends(3).complains(&[why]);
        assert_eq!(changed(&before, &Tree::read(from.home())), [""; 0], "{args:?}");
    };
    let (right, into) = (["--registry", "registry", "--index", "registry-index"], "--into");
    refused(&["--registry", "registry-index", "--index", "registry", into, "x"], "holds no metadata/NAME.json");
    refused(&["--registry", "registry", "--index", "new/index", into, "x"], "it is a curator's already");
    refused(&["--registry", "registry", "--index", "occupied", into, "x"], "holds no manifests");
    refused(&["--registry", "registry", "--index", "nowhere", into, "x"], "holds no manifests");
    refused(&["--registry", "registry", into, "x"], "name it with --index");
    refused(&["--index", "registry-index", into, "x"], "name it with --registry");
    refused(&[&right[..], &[into, "occupied"]].concat(), "occupied holds 'notes.txt' already");
    refused(&[&right[..], &[into, "."]].concat(), "registry holds ./registry");
    refused(&[&right[..], &[into, "registry/metadata"]].concat(), "registry holds registry/metadata");
    refused(&[&right[..], &[into, "other"]].concat(), "registry/curator.toml is there already and is not what");
    refused(&[&right[..], &[into, "new", "--name", "renamed"]].concat(), "registry/README.md is there already");
    refused(&[&right[..], &[into, "x", "--name", "a\nb"]].concat(), "a registry needs a name");
}
