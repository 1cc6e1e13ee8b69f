//! The life of a registry, from its first package on, with real repositories behind everything.

use std::fs;
use std::io::Read as _;

use flate2::read::GzDecoder;
use serde_json::{Value, json};

use crate::program::run;
use crate::registry::{Registry, definition, definition_file};
use crate::trees::{Tree, assert_same};

/// The bytes of a file in a published archive.
fn archived(registry: &Registry, name: &str, version: &str, file: &str) -> String {
    let mut tar = Vec::new();
    let archive = fs::File::open(registry.archive(name, version)).unwrap();
    GzDecoder::new(archive).read_to_end(&mut tar).unwrap();
    let mut archive = tar::Archive::new(tar.as_slice());
    let path = format!("{name}-{version}/{file}");
    let mut entries = archive.entries().unwrap().map(Result::unwrap);
    let mut entry = entries.find(|entry| entry.path().unwrap().to_str() == Some(&path)).unwrap();
    let mut text = String::new();
    entry.read_to_string(&mut text).unwrap();
    text
}

/// Replaces a text in a file, where it must be.
fn edit(file: &std::path::Path, from: &str, to: &str) {
    let text = fs::read_to_string(file).unwrap();
    assert!(text.contains(from), "no {from:?} in {text}");
    fs::write(file, text.replace(from, to)).unwrap();
}

#[test]
fn packages_and_versions_come_one_by_one() {
    let mut registry = Registry::new();
    registry.sync().ends(0).prints(&["Nothing to do: 0 versions published"]);
    registry.run(&["check"]).ends(0);

    let logs = registry.package("logs");
    registry.run(&["plan"]).ends(0).prints(&["Nothing to do"]);
    let first = registry.release(&logs, "1.0.0", &[]);
    registry.run(&["check"]).ends(0).prints(&["nothing to mend"]);
    registry.sync().ends(0).prints(&["published logs@1.0.0  sha256-", "1 published; 1 version published in all."]);
    let facts = registry.facts("logs", "1.0.0");
    assert_eq!(facts["commit"], first);
    assert_eq!(facts["publishedTime"], "2026-11-20T12:00:00.000Z");
    let archive = fs::read(registry.archive("logs", "1.0.0")).unwrap();

    // Later versions, not in their order: the lines ascend, and what was there stays as it was.
    registry.release(&logs, "1.10.0", &[]);
    registry.run(&["sync", "--published-time", "2027-01-01T00:00:00Z"]).ends(0).prints(&["1 published; 2 versions"]);
    let second = registry.release(&logs, "1.9.0", &[]);
    registry.run(&["sync", "--published-time", "2027-02-01T00:00:00Z"]).ends(0).prints(&["1 published; 3 versions"]);
    let versions: Vec<Value> = registry.lines("logs").iter().map(|line| line["version"].clone()).collect();
    assert_eq!(versions, ["1.0.0", "1.9.0", "1.10.0"]);
    assert_eq!(registry.facts("logs", "1.0.0"), facts);
    assert_eq!(registry.facts("logs", "1.9.0")["commit"], second);
    assert_eq!(registry.facts("logs", "1.9.0")["publishedTime"], "2027-02-01T00:00:00.000Z");
    assert_eq!(fs::read(registry.archive("logs", "1.0.0")).unwrap(), archive);
    assert_eq!(archived(&registry, "logs", "1.9.0", "src/Logs.purs"), "-- 1.9.0\nmodule Logs where\n");
    registry.run(&["rebuild", "--all"]).ends(0).prints(&["3 of 3 versions"]);
}

#[test]
fn a_dependency_is_published_in_the_same_run() {
    let mut registry = Registry::new();
    // The dependant comes first in every order there is.
    let (apps, base) = (registry.package("apps"), registry.package("base"));
    registry.release(&apps, "1.0.0", &[("base", ">=2.0.0 <3.0.0")]);
    registry.run(&["check"]).ends(1).prints(&["error[R028]: there is no package base"]);
    registry.sync().ends(1).prints(&["held back apps@1.0.0"]);
    assert!(!registry.index().join("metadata").exists());
    registry.release(&base, "1.0.0", &[]);
    registry.run(&["check"]).ends(1).prints(&["error[R029]: no version of base is in >=2.0.0 <3.0.0"]);
    registry.release(&base, "2.0.0", &[]);
    registry.run(&["check"]).ends(0);
    registry.sync().ends(0).prints(&["3 published; 3 versions published in all."]);
    assert_eq!(registry.lines("apps")[0]["dependencies"], json!({ "base": ">=2.0.0 <3.0.0" }));
}

#[test]
fn a_broken_definition_holds_up_its_dependants_alone() {
    let mut registry = Registry::new();
    let packages = ["alone", "broken", "needy", "needier", "older"].map(|name| registry.package(name));
    let [alone, broken, needy, needier, older] = &packages;
    registry.release(alone, "1.0.0", &[]);
    registry.release(broken, "1.0.0", &[]);
    registry.release(needy, "1.0.0", &[("broken", ">=1.0.0 <2.0.0")]);
    registry.release(needier, "1.0.0", &[("needy", ">=1.0.0 <2.0.0")]);
    registry.release(older, "1.0.0", &[("alone", ">=1.0.0 <2.0.0")]);
    let sound = fs::read_to_string(registry.file(&definition_file("broken", "1.0.0"))).unwrap();
    let path = definition_file("broken", "1.0.0");
    for (from, to, code) in [
        ("\"commit\": \"", "\"commit\": \"0123456789012345678901234567890123456789\",\"x\":\"", "R021"),
        ("\"MIT\"", "\"Nonsense\"", "R023"),
        ("{", "[", "R001"),
        ("\"name\": \"broken\"", "\"name\": \"brokem\"", "R004"),
        ("\"0.15.15\"", "15", "R002"),
    ] {
        registry.write(&path, sound.replacen(from, to, 1));
        let copy = Registry::new();
        registry.everything().write(copy.home());
        let check = copy.run(&["check"]).ends(1);
        assert!(check.out.contains(&format!("error[{code}]")), "{}", check.out);
        let ran = copy.sync().ends(1).prints(&[
            &format!("error[{code}]"),
            "error[R039]: waits for broken >=1.0.0 <2.0.0, which could not be published",
            "error[R039]: waits for needy >=1.0.0 <2.0.0, which could not be published",
            "  published alone@1.0.0",
            "  published older@1.0.0",
            "  held back broken@1.0.0\n  held back needier@1.0.0\n  held back needy@1.0.0\n",
            "2 published, 3 held back; 2 versions published in all.\n",
        ]);
        assert_eq!(ran.out.matches("waits for broken").count(), 1, "said once: {}", ran.out);
        let index = Tree::read(&copy.index());
        let names: Vec<_> = index.files().into_keys().filter(|path| path.starts_with("metadata")).collect();
        assert_eq!(names.len(), 2, "{names:?}");
        assert!(!copy.archive("needy", "1.0.0").exists(), "nothing of what is held back is stored");

        // Mended, the rest follows by itself.
        copy.write(&path, &sound);
        copy.sync().ends(0).prints(&["3 published; 5 versions published in all."]);
    }
}

#[test]
fn the_reviewed_commit_is_built_wherever_the_tag_goes() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    let reviewed = registry.release(&logs, "1.0.0", &[]);
    let forged = logs.tag("1.0.0", &[("src/Logs.purs", "module Logs where\nstolen = 1\n")]);
    // As upstream has it: the reviewed commit is part of some history still.
    logs.repo.git(["update-ref", "refs/heads/main", &reviewed]);
    for stand_in in [Registry::stand_in, Registry::stand_in_folder] {
        stand_in(&mut registry, &logs);
        let moved = format!("[R020]: the ref v1.0.0 resolves to {forged}, not to {reviewed}");
        registry.run(&["check"]).ends(1).prints(&[&format!("error{moved}")]);
        let copy = Registry::new();
        registry.everything().write(copy.home());
        copy.sync().ends(0).prints(&["published logs@1.0.0", &format!("warning{moved}")]);
        assert_eq!(copy.facts("logs", "1.0.0")["commit"], reviewed);
        assert_eq!(archived(&copy, "logs", "1.0.0", "src/Logs.purs"), "-- 1.0.0\nmodule Logs where\n");
        // Published, it is held to one rule only, and stays what it is.
        copy.run(&["check"]).ends(0);
        copy.run(&["rebuild", "--all"]).ends(0).prints(&["reproduced"]);
        fs::remove_dir_all(copy.store()).unwrap();
        copy.sync().ends(0).prints(&["restocked logs@1.0.0"]);
    }
    logs.repo.git(["update-ref", "-d", "refs/tags/v1.0.0"]);
    registry.stand_in(&logs);
    registry.run(&["check"]).ends(1).prints(&["error[R020]: the source has no tag v1.0.0"]);
    registry.sync().ends(0).prints(&["published logs@1.0.0", "warning[R020]"]);
}

#[test]
fn what_a_trustee_let_in_is_published_whatever_the_policy_says() {
    let mut registry = Registry::new();
    let [logs, maps] = ["logs", "maps"].map(|name| registry.package(name));
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    registry.release(&maps, "1.0.0", &[("logs", ">=1.0.0 <9.0.0")]);
    registry.release(&logs, "1.7.0", &[]);
    registry.configure("\n[policy]\nupper_bounds = true\nsequential_versions = true\n");
    registry.run(&["check"]).ends(1).prints(&["error[R043]", "end it at 2.0.0 or before", "error[R044]"]);
    let said = ["published logs@1.7.0", "published maps@1.0.0", "warning[R043]", "warning[R044]"];
    registry.sync().ends(0).prints(&said);
}

#[test]
fn a_published_definition_cannot_change_what_is_published() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.sync().ends(0);
    let (index, store) = (Tree::read(&registry.index()), Tree::read(&registry.store()));
    let assert_unmoved = |registry: &Registry| {
        assert_same(&index, &Tree::read(&registry.index()).without("pending"));
        assert_same(&store, &Tree::read(&registry.store()));
    };

    // Another commit under the published version.
    let other = logs.tag("1.0.0", &[("src/Logs.purs", "module Logs where\nother = 1\n")]);
    registry.stand_in(&logs);
    registry.define(&definition("logs", "1.0.0", &other, &[]));
    registry.run(&["check"]).ends(1).prints(&["error[R011]: logs@1.0.0 is published, and its definition differs"]);
    registry.sync();
    assert_unmoved(&registry);
    // Not even where its archive is gone: it must equal the index, and the source that is left cannot make it.
    fs::remove_file(registry.archive("logs", "1.0.0")).unwrap();
    registry.sync().ends(1).prints(&["error[A008]: the archive of logs@1.0.0 cannot be packed again", "held back"]);
    assert_same(&index, &Tree::read(&registry.index()).without("pending"));
    registry.run(&["status"]).ends(0).prints(&["logs@1.0.0", "to put into local", "tried once"]);
    assert!(!registry.archive("logs", "1.0.0").exists());
    store.write(&registry.store());

    // A byte that means nothing is a change, too; and no file at all.
    let file = registry.file(&definition_file("logs", "1.0.0"));
    registry.define(&definition("logs", "1.0.0", registry.facts("logs", "1.0.0")["commit"].as_str().unwrap(), &[]));
    registry.run(&["check"]).ends(0);
    edit(&file, "\"MIT\",", "\"MIT\" ,");
    registry.run(&["check"]).ends(1).prints(&["error[R011]"]);
    for path in [definition_file("logs", "1.0.0"), "packages".to_owned()] {
        let gone = registry.file(&path);
        fs::rename(&gone, registry.home().join("elsewhere")).unwrap();
        registry.sync();
        assert_unmoved(&registry);
        fs::rename(registry.home().join("elsewhere"), &gone).unwrap();
    }
}

#[test]
fn an_override_in_force_is_part_of_what_is_published() {
    let mut registry = Registry::new();
    let (apps, base) = (registry.package("apps"), registry.package("base"));
    registry.release(&base, "1.0.0", &[]);
    registry.release(&base, "2.0.0", &[]);
    let definition = registry.release(&apps, "1.0.0", &[("base", ">=1.0.0 <3.0.0")]);
    let bounds = |revision: u64, range: &str| json!({ "revision": revision, "dependencies": { "base": range }, "reason": "2.0.0 breaks it" });
    registry.write("overrides/ap/apps/1.0.0.json", bounds(1, ">=1.0.0 <2.0.0").to_string());
    registry.run(&["check"]).ends(0);
    registry.run(&["plan"]).ends(0).prints(&["    override revision 1\n"]);
    registry.sync().ends(0).prints(&["3 published"]);
    let manifest: Value = serde_json::from_str(&archived(&registry, "apps", "1.0.0", "purs.json")).unwrap();
    assert_eq!(manifest["dependencies"], json!({ "base": ">=1.0.0 <2.0.0" }));
    let line = &registry.lines("apps")[0];
    assert_eq!((&line["dependencies"], &line["revision"]), (&manifest["dependencies"], &json!(1)));
    let facts = registry.facts("apps", "1.0.0");
    assert_eq!((&facts["revision"], &facts["commit"]), (&1.into(), &definition.into()));
    registry.run(&["rebuild", "apps@1.0.0"]).ends(0).prints(&["reproduced"]);

    // Whatever comes later, the archive stays.
    let archive = fs::read(registry.archive("apps", "1.0.0")).unwrap();
    registry.write("overrides/ap/apps/1.0.0.json", bounds(2, ">=1.0.0 <1.5.0").to_string());
    registry.run(&["plan"]).ends(0).prints(&["revise apps@1.0.0 to revision 2", "range    base >=1.0.0 <1.5.0"]);
    registry.sync().ends(0).prints(&["done: revise apps@1.0.0 to revision 2"]);
    registry.sync().ends(0).prints(&["Nothing to do"]);
    let line = &registry.lines("apps")[0];
    assert_eq!((&line["dependencies"], &line["revision"]), (&json!({ "base": ">=1.0.0 <1.5.0" }), &json!(2)));
    registry.run(&["rebuild", "apps@1.0.0"]).ends(0).prints(&["reproduced"]);
    registry.run(&["audit"]).ends(0);
    assert!(fs::read(registry.archive("apps", "1.0.0")).unwrap() == archive);
    assert_eq!(registry.facts("apps", "1.0.0")["hash"], facts["hash"]);
}

#[test]
fn an_override_that_cannot_be_used_holds_its_version_back() {
    let mut registry = Registry::new();
    let (apps, base, tools) = (registry.package("apps"), registry.package("base"), registry.package("tools"));
    registry.release(&base, "1.0.0", &[]);
    registry.release(&apps, "1.0.0", &[("base", ">=1.0.0 <3.0.0")]);
    registry.release(&tools, "1.0.0", &[("apps", ">=1.0.0 <2.0.0")]);
    let path = "overrides/ap/apps/1.0.0.json";
    let foreign = r#"{"revision": 1, "dependencies": {"bass": ">=1.0.0 <2.0.0"}, "reason": "x"}"#;
    let unknown = r#"{"revision": 1, "dependencies": {"base": ">=1.0.0 <2.0.0"}, "reason": "x", "force": true}"#;
    for (text, code) in [("{\"revision\": 1,", "R001"), (foreign, "R028"), (unknown, "R003"), ("{}", "R002")] {
        registry.write(path, text);
        registry.run(&["check"]).ends(1).prints(&[&format!("error[{code}]"), path]);
        registry.run(&["check", path]).ends(1).prints(&[&format!("error[{code}]"), path]);
        let copy = Registry::new();
        registry.everything().write(copy.home());
        let ran = copy.sync().ends(1);
        ran.prints(&[&format!("error[{code}]"), path, "held back apps@1.0.0", "held back tools@1.0.0", "1 published"]);
        assert!(!copy.archive("apps", "1.0.0").exists());
    }
    fs::remove_dir_all(registry.file("overrides")).unwrap();
    registry.sync().ends(0).prints(&["3 published"]);
}

#[test]
fn an_unpublished_version_never_comes_back() {
    let mut registry = Registry::new();
    let (logs, maps) = (registry.package("logs"), registry.package("maps"));
    registry.release(&logs, "1.0.0", &[]);
    registry.release(&logs, "1.1.0", &[]);
    registry.sync().ends(0);
    let metadata_file = registry.index().join("metadata/lo/gs/logs.json");
    let mut metadata: Value = serde_json::from_str(&fs::read_to_string(&metadata_file).unwrap()).unwrap();
    let time = metadata["published"].as_object_mut().unwrap().remove("1.0.0").unwrap()["publishedTime"].clone();
    metadata["unpublished"]["1.0.0"] =
        json!({ "publishedTime": time, "reason": "a secret was in it", "unpublishedTime": time });
    fs::write(&metadata_file, format!("{metadata:#}\n")).unwrap();
    let shard = registry.index().join("lo/gs/logs");
    let text = fs::read_to_string(&shard).unwrap();
    let (_, rest) = text.split_once('\n').unwrap();
    fs::write(&shard, rest).unwrap();
    let index = Tree::read(&registry.index());

    let refusal = "error[R012]: logs@1.0.0 was unpublished and never comes back";
    registry.run(&["check"]).ends(1).prints(&[refusal]);
    registry.sync().ends(1).prints(&[refusal, "held back logs@1.0.0", "1 held back; 1 version published in all."]);
    assert_same(&index, &Tree::read(&registry.index()).without("pending"));

    // It stands in nobody else's way.
    registry.release(&maps, "1.0.0", &[("logs", ">=1.1.0 <2.0.0")]);
    registry.release(&logs, "1.2.0", &[]);
    registry.sync().ends(1).prints(&["published logs@1.2.0", "published maps@1.0.0", "held back logs@1.0.0"]);
    assert_eq!(registry.facts("logs", "1.0.0"), Value::Null);
}

#[test]
fn every_store_gets_every_archive() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    let stores = "[[store]]\nname = \"first\"\npath = \"../one\"\n[[store]]\nname = \"second\"\npath = \"two\"\n";
    registry.configure(stores);
    registry.sync().ends(0);
    // A path in the configuration starts at the registry, wherever one stands.
    let (one, two) = (registry.home().join("one"), registry.home().join("registry/two"));
    let filled = Tree::read(&one);
    assert_eq!(filled.files().len(), 2);
    assert_same(&filled, &Tree::read(&two));

    // A gap is filled from the other store, even where the source is gone.
    fs::remove_dir_all(&one).unwrap();
    registry.write("sources/logs.bundle", "no bundle");
    registry
        .run(&["sync"])
        .ends(0)
        .prints(&["restocked logs@1.0.0 in store 'first': equals the index", "1 restocked;"]);
    assert_same(&filled, &Tree::read(&one));

    // A store that is named on the command line stands instead of all of them.
    let three = registry.home().join("three");
    let elsewhere = ["--registry", "..", "--index", "../../index", "--store", "../../one", "--store", "../../three"];
    run(&two, ["plan"].iter().chain(&elsewhere)).ends(0).prints(&["1 to restock:", "in store '../../three'"]);
    run(&two, ["sync"].iter().chain(&elsewhere)).ends(0).prints(&["restocked logs@1.0.0 in store '../../three'"]);
    assert_same(&filled, &Tree::read(&three));
}
