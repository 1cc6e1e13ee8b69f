//! What happens to a version after its publication: bounds, statuses, transfers. Each by a file that somebody merges, and
//! each dated by that merge.

use std::fs;

use serde_json::{Value, json};

use crate::registry::{Package, definition};
use crate::remotes::{Remotes, git};

/// Registry, index and store with `base` 1.0.0 and 2.0.0, and `apps` 1.0.0, which takes both.
fn published() -> (Remotes, Package) {
    let mut remotes = Remotes::new();
    let (base, apps) = (remotes.work.package("base"), remotes.work.package("apps"));
    for version in ["1.0.0", "2.0.0"] {
        remotes.work.release(&base, version, &[]);
    }
    remotes.work.release(&apps, "1.0.0", &[("base", ">=1.0.0 <3.0.0")]);
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T00:00:00Z").ends(0).prints(&["3 published"]);
    (remotes, base)
}

fn bounds(revision: u64, range: &str) -> String {
    json!({ "revision": revision, "dependencies": { "base": range }, "reason": format!("revision {revision}") })
        .to_string()
}

fn status(word: &str) -> String {
    json!({ "status": word, "reason": format!("it is {word}") }).to_string()
}

const OVERRIDE: &str = "overrides/ap/apps/1.0.0.json";
const STATUS: &str = "status/ba/base/2.0.0.json";

/// The line of `apps` in the index.
fn line(remotes: &Remotes) -> Value {
    serde_json::from_str(&remotes.file("ap/ps/apps").unwrap()).unwrap()
}

/// Asserts that an index made from scratch says the same of every package, and that everything agrees.
pub(crate) fn assert_made_again_alike(remotes: &Remotes) {
    let mut files = Vec::new();
    for folder in ["ba", "ap", "lo", "to", "metadata"] {
        let list = git(&remotes.index(), &["ls-tree", "-r", "--name-only", "main", "--", folder]);
        files.extend(list.lines().map(str::to_owned));
    }
    git(remotes.home(), &["init", "--quiet", "--bare", "--initial-branch=main", "anew.git"]);
    let mut sync = crate::program::curator(remotes.home());
    sync.args([
        "sync",
        "--registry",
        "registry.git",
        "--index",
        "anew.git",
        "--store",
        "anew",
        "--cache",
        "anew-cache",
    ]);
    sync.args(["--published-time", "2027-01-01T00:00:00Z"]);
    crate::program::finish(sync);
    let anew = remotes.home().join("anew.git");
    for file in &files {
        let shown = git(&anew, &["show", &format!("main:{file}")]);
        assert_eq!(shown, git(&remotes.index(), &["show", &format!("main:{file}")]), "{file}");
    }
    let list = git(&anew, &["ls-tree", "-r", "--name-only", "main", "--", "metadata"]);
    assert_eq!(list.lines().count(), files.iter().filter(|file| file.starts_with("metadata/")).count());
    for place in ["anew.git", "anew", "anew-cache"] {
        fs::remove_dir_all(remotes.home().join(place)).unwrap();
    }
    remotes.run(&["audit"]).ends(0);
}

#[test]
fn bounds_are_revised_and_the_archive_stays() {
    let (remotes, _) = published();
    let before = remotes.facts("apps", "1.0.0");
    remotes.work.write(OVERRIDE, bounds(1, ">=1.0.0 <2.0.0"));
    let first = remotes.merge("2026-03-01T00:00:00Z");
    remotes.run(&["plan"]).ends(0).prints(&["1 to amend", "revise apps@1.0.0 to revision 1", "reason   revision 1"]);
    remotes.sync("2026-03-02T00:00:00Z").ends(0).prints(&["done: revise apps@1.0.0 to revision 1", "1 amended"]);
    assert_eq!(remotes.messages()[0], format!("Revise apps@1.0.0 to revision 1\n\nRegistry-Commit: {first}"));
    assert_eq!(line(&remotes)["dependencies"]["base"], ">=1.0.0 <2.0.0");
    assert_eq!(line(&remotes)["revision"], 1);

    // Two merges between two syncs: both are on record, and the last one counts.
    remotes.work.write(OVERRIDE, bounds(2, ">=2.0.0 <3.0.0"));
    let second = remotes.merge("2026-04-01T00:00:00Z");
    remotes.work.write(OVERRIDE, bounds(3, ">=1.0.0 <3.0.0"));
    let third = remotes.merge("2026-05-01T00:00:00Z");
    remotes.sync("2026-05-02T00:00:00Z").ends(0);
    let facts = remotes.facts("apps", "1.0.0");
    let revised = |number: u64, commit: &str, time: &str| {
        json!({
            "reason": format!("revision {number}"), "registryCommit": commit,
            "revisedTime": format!("2026-{time}-01T00:00:00.000Z"), "revision": number,
        })
    };
    let revisions = json!([revised(1, &first, "03"), revised(2, &second, "04"), revised(3, &third, "05")]);
    assert_eq!((&facts["revision"], &facts["revisions"]), (&json!(3), &revisions));
    // These are the ranges of the archive again.
    assert_eq!(facts["archiveDependencies"], Value::Null);
    for fixed in ["hash", "contentHash", "commit", "publishedTime", "bytes"] {
        assert_eq!(facts[fixed], before[fixed], "{fixed}");
    }
    remotes.sync("2026-05-03T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    remotes.run(&["rebuild", "--all"]).ends(0);
    assert_made_again_alike(&remotes);
    remotes.run(&["audit", "--history"]).ends(0);
}

#[test]
fn an_archive_is_made_again_with_its_own_ranges_after_a_revision() {
    let (remotes, _) = published();
    remotes.work.write(OVERRIDE, bounds(1, ">=1.0.0 <2.0.0"));
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-02T00:00:00Z").ends(0);
    assert_eq!(remotes.facts("apps", "1.0.0")["archiveDependencies"], json!({ "base": ">=1.0.0 <3.0.0" }));
    fs::remove_dir_all(remotes.home().join("store/apps")).unwrap();
    remotes.run(&["sync", "--full"]).ends(0).prints(&["restocked apps@1.0.0", "equals the index"]);
    remotes.run(&["rebuild", "apps@1.0.0"]).ends(0).prints(&["reproduced"]);
}

#[test]
fn an_override_that_goes_back_or_is_for_something_else_changes_nothing() {
    let (remotes, _) = published();
    remotes.work.write(OVERRIDE, bounds(5, ">=1.0.0 <2.0.0"));
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0);
    let index = git(&remotes.index(), &["rev-parse", "main^{tree}"]);
    for (bad, code) in [
        (bounds(5, ">=1.0.0 <1.5.0"), "R048"),
        (bounds(4, ">=1.0.0 <1.5.0"), "R048"),
        (r#"{"revision": 6, "dependencies": {"bass": ">=1.0.0 <2.0.0"}, "reason": "x"}"#.to_owned(), "R028"),
        ("{".to_owned(), "R001"),
    ] {
        remotes.work.write(OVERRIDE, bad);
        remotes.merge("2026-03-02T00:00:00Z");
        remotes.sync("2026-03-02T00:00:00Z").ends(1).prints(&[&format!("error[{code}]"), OVERRIDE]);
        assert_eq!(git(&remotes.index(), &["rev-parse", "main^{tree}"]), index, "{code}");
    }
    // What was mended counts.
    remotes.work.write(OVERRIDE, bounds(6, ">=2.0.0 <3.0.0"));
    remotes.merge("2026-03-03T00:00:00Z");
    remotes.sync("2026-03-03T00:00:00Z").ends(0);
    assert_eq!(line(&remotes)["dependencies"]["base"], ">=2.0.0 <3.0.0");
    assert_made_again_alike(&remotes);
}

#[test]
fn a_version_is_yanked_and_given_back() {
    let (remotes, _) = published();
    remotes.work.write(STATUS, status("yanked"));
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-02T00:00:00Z").ends(0).prints(&["done: yank base@2.0.0"]);
    let yanked = json!({ "reason": "it is yanked", "since": "2026-03-01T00:00:00.000Z" });
    assert_eq!(remotes.facts("base", "2.0.0")["yanked"], yanked);
    assert!(remotes.file("ba/se/base").unwrap().contains("2.0.0"), "its line stays for lock files");

    // The same again after something else: since the second time.
    for (word, time) in [(Some("deprecated"), "2026-03-03"), (Some("yanked"), "2026-03-04")] {
        remotes.work.write(STATUS, status(word.unwrap()));
        remotes.merge(&format!("{time}T00:00:00Z"));
    }
    remotes.sync("2026-03-05T00:00:00Z").ends(0);
    assert_eq!(remotes.facts("base", "2.0.0")["yanked"]["since"], "2026-03-04T00:00:00.000Z");
    assert_made_again_alike(&remotes);

    fs::remove_file(remotes.work.file(STATUS)).unwrap();
    remotes.merge("2026-03-06T00:00:00Z");
    remotes.sync("2026-03-06T00:00:00Z").ends(0).prints(&["done: take back that base@2.0.0 is yanked"]);
    assert_eq!(remotes.facts("base", "2.0.0")["yanked"], Value::Null);
    assert_made_again_alike(&remotes);
}

#[test]
fn nothing_new_is_let_in_that_needs_what_is_yanked_and_what_was_let_in_is_published() {
    let (mut remotes, _) = published();
    remotes.work.write("status/ba/base/all.json", status("quarantined"));
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["quarantine base@1.0.0", "quarantine base@2.0.0"]);
    let tools = remotes.work.package("tools");
    remotes.work.release(&tools, "1.0.0", &[("base", ">=1.0.0 <3.0.0")]);
    remotes.work.run(&["check", "--offline", "--index", "index.git"]).ends(1).prints(&["error[R029]"]);
    // It is in all the same: somebody merged it, and it was let in when base was still on offer, for all anybody knows.
    remotes.merge("2026-03-02T00:00:00Z");
    remotes.sync("2026-03-02T00:00:00Z").ends(0).prints(&["published tools@1.0.0"]);
    assert_made_again_alike(&remotes);
}

#[test]
fn a_version_is_unpublished_for_good() {
    let (remotes, _) = published();
    let archive = remotes.home().join("store/base/base-2.0.0.tar.gz");
    assert!(archive.exists());
    remotes.work.write(STATUS, status("unpublished"));
    let merge = remotes.merge("2026-02-02T12:00:00Z");
    remotes.run(&["plan"]).ends(0).prints(&["unpublish base@2.0.0"]);
    remotes
        .sync("2026-02-03T00:00:00Z")
        .ends(0)
        .prints(&["done: unpublish base@2.0.0", "removed base@2.0.0 from store"]);
    let metadata: Value = serde_json::from_str(&remotes.file("metadata/ba/se/base.json").unwrap()).unwrap();
    let record = json!({
        "publishedTime": "2026-02-01T00:00:00.000Z", "reason": "it is unpublished",
        "unpublishedTime": "2026-02-02T12:00:00.000Z",
    });
    assert_eq!((&metadata["unpublished"]["2.0.0"], &metadata["published"]["2.0.0"]), (&record, &Value::Null));
    assert!(!remotes.file("ba/se/base").unwrap().contains("2.0.0"));
    assert!(!archive.exists() && remotes.home().join("store/base/base-1.0.0.tar.gz").exists());
    assert!(remotes.owed().is_empty());
    assert!(remotes.messages().iter().any(|it| *it == format!("Unpublish base@2.0.0\n\nRegistry-Commit: {merge}")));
    remotes.sync("2026-02-04T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    remotes.run(&["sync", "--full"]).ends(0).prints(&["Nothing to do"]);
    remotes.run(&["audit", "--history"]).ends(0);
    assert_made_again_alike(&remotes);

    // It never comes back: not by taking the file away, and not by another definition.
    fs::remove_file(remotes.work.file(STATUS)).unwrap();
    remotes.merge("2026-02-05T00:00:00Z");
    remotes.sync("2026-02-05T00:00:00Z").ends(1).prints(&["error[R012]", "base@2.0.0 was unpublished"]);
    remotes.work.define(&definition("base", "2.0.0", &"a".repeat(40), &[]));
    remotes.merge("2026-02-06T00:00:00Z");
    remotes.sync("2026-02-06T00:00:00Z").ends(1).prints(&["error[R012]"]);
    let metadata: Value = serde_json::from_str(&remotes.file("metadata/ba/se/base.json").unwrap()).unwrap();
    assert_eq!((&metadata["unpublished"]["2.0.0"], &metadata["published"]["2.0.0"]), (&record, &Value::Null));
}

#[test]
fn what_is_unpublished_before_it_was_published_never_is() {
    let (mut remotes, base) = published();
    remotes.work.release(&base, "3.0.0", &[]);
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.work.write("status/ba/base/3.0.0.json", status("unpublished"));
    remotes.merge("2026-03-02T00:00:00Z");
    remotes
        .sync("2026-03-03T00:00:00Z")
        .ends(0)
        .prints(&["done: unpublish base@3.0.0"])
        .prints_no(&["published base@3"]);
    assert!(!remotes.home().join("store/base/base-3.0.0.tar.gz").exists());
    let metadata: Value = serde_json::from_str(&remotes.file("metadata/ba/se/base.json").unwrap()).unwrap();
    assert_eq!(metadata["unpublished"]["3.0.0"]["publishedTime"], "2026-03-01T00:00:00.000Z");
    assert_made_again_alike(&remotes);
}

#[test]
fn bytes_that_a_store_does_not_let_go_are_owed() {
    let (remotes, _) = published();
    // A folder in the place of the file: nobody can remove it as one.
    let archive = remotes.home().join("store/base/base-2.0.0.tar.gz");
    fs::remove_file(&archive).unwrap();
    fs::create_dir(&archive).unwrap();
    fs::write(archive.join("x"), "x").unwrap();
    remotes.work.write(STATUS, status("unpublished"));
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-02T00:00:00Z").prints(&["done: unpublish base@2.0.0", "warning[A010]"]);
    let owed = remotes.owed();
    assert_eq!((&owed[0]["kind"], &owed[0]["version"]), (&json!("remove"), &json!("2.0.0")));
    remotes.run(&["status"]).ends(0).prints(&["to take out of"]);
    fs::remove_dir_all(&archive).unwrap();
    fs::write(&archive, "bytes").unwrap();
    remotes.sync("2026-02-03T00:00:00Z").ends(0).prints(&["removed base@2.0.0 from store"]);
    assert!(!archive.exists() && remotes.owed().is_empty());
}

#[test]
fn a_package_moves_and_its_versions_are_made_again_from_there() {
    let (mut remotes, base) = published();
    let elsewhere = json!({ "location": { "gitUrl": "https://git.example.org/base-two.git" } });
    remotes.work.write("packages/ba/base/registration.json", elsewhere.to_string());
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["done: register base at"]);
    let metadata: Value = serde_json::from_str(&remotes.file("metadata/ba/se/base.json").unwrap()).unwrap();
    assert_eq!(metadata["location"], elsewhere["location"]);
    // History is not rewritten: the lines of old versions say where they came from.
    assert!(!remotes.file("ba/se/base").unwrap().contains("base-two"));
    assert_made_again_alike(&remotes);
    let _ = (&mut remotes, base);
}

#[test]
fn a_kill_between_any_two_steps_is_healed_by_the_next_run() {
    let (mut remotes, base) = published();
    for round in 0_u64..16 {
        let version = format!("{}.0.0", round + 3);
        remotes.work.release(&base, &version, &[]);
        remotes.work.write(OVERRIDE, bounds(round + 1, &format!(">=1.0.0 <{}.0.0", round + 2)));
        remotes.work.write("status/ba/base/1.0.0.json", status(if round % 2 == 0 { "yanked" } else { "deprecated" }));
        if round % 3 == 2 {
            // What was published a round before goes.
            remotes.work.write(&format!("status/ba/base/{}.0.0.json", round + 2), status("unpublished"));
        }
        remotes.merge(&format!("2026-03-{:02}T00:00:00Z", round + 1));
        let mut sync = remotes.command("cache", &["sync", "--published-time", "2026-04-01T00:00:00Z"]);
        let mut sync = sync
            .args(["--store", "store"])
            .stdout(std::process::Stdio::null())
            .stderr(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(round * 13));
        let _ = sync.kill();
        sync.wait().unwrap();
    }
    remotes.sync("2026-04-02T00:00:00Z").ends(0);
    remotes.run(&["sync", "--full", "--retry"]).ends(0);
    remotes.sync("2026-04-03T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    assert!(remotes.owed().is_empty());
    assert_eq!(line(&remotes)["revision"], 16);
    let metadata: Value = serde_json::from_str(&remotes.file("metadata/ba/se/base.json").unwrap()).unwrap();
    for version in metadata["unpublished"].as_object().unwrap().keys() {
        let archive = remotes.home().join(format!("store/base/base-{version}.tar.gz"));
        assert!(!archive.exists(), "{version}");
    }
    assert_made_again_alike(&remotes);
}

#[test]
fn an_advisory_is_in_the_index_and_beside_every_version_that_it_is_about() {
    let (mut remotes, base) = published();
    let advisory = |fixed: &str, more: Value| {
        let mut advisory = json!({
            "schema_version": "1.6.0", "id": "ACME-2026-0001", "modified": "2026-03-01T00:00:00Z",
            "summary": "it rounds wrongly",
            "affected": [{
                "package": { "ecosystem": "acme", "name": "base" },
                "ranges": [{ "type": "SEMVER", "events": [{ "introduced": "1.0.0" }, { "fixed": fixed }] }],
            }],
        });
        advisory.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
        advisory.to_string()
    };
    let path = "advisories/ACME-2026-0001.json";
    let ids = |remotes: &Remotes, version: &str| remotes.facts("base", version)["advisories"].clone();
    remotes.work.write(path, advisory("2.0.0", json!({})));
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["warn of base@1.0.0: ACME-2026-0001"]);
    assert_eq!((ids(&remotes, "1.0.0"), ids(&remotes, "2.0.0")), (json!(["ACME-2026-0001"]), Value::Null));
    let all: Value = serde_json::from_str(&remotes.file("advisories/all.json").unwrap()).unwrap();
    assert_eq!((all.as_array().unwrap().len(), &all[0]["summary"]), (1, &json!("it rounds wrongly")));

    // A version that comes later and is affected says so from the start.
    remotes.work.write(path, advisory("4.0.0", json!({})));
    remotes.merge("2026-03-02T00:00:00Z");
    remotes.sync("2026-03-02T00:00:00Z").ends(0);
    remotes.work.release(&base, "3.0.0", &[]);
    remotes.merge("2026-03-03T00:00:00Z");
    remotes.sync("2026-03-03T00:00:00Z").ends(0).prints(&["published base@3.0.0"]);
    assert_eq!(ids(&remotes, "3.0.0"), json!(["ACME-2026-0001"]));
    assert_made_again_alike(&remotes);
    remotes.run(&["audit"]).ends(0).prints(&["warning[A022]"]);

    // What cannot be read takes no warning back.
    remotes.work.write(path, "{");
    remotes.merge("2026-03-04T00:00:00Z");
    remotes.sync("2026-03-04T00:00:00Z").ends(1).prints(&["error[R001]", path]);
    assert_eq!(ids(&remotes, "3.0.0"), json!(["ACME-2026-0001"]));
    assert!(remotes.file("advisories/all.json").is_some());

    remotes.work.write(path, advisory("4.0.0", json!({ "withdrawn": "2026-03-05T00:00:00Z" })));
    remotes.merge("2026-03-05T00:00:00Z");
    remotes.sync("2026-03-05T00:00:00Z").ends(0).prints(&["take back every warning of base@3.0.0"]);
    fs::remove_file(remotes.work.file(path)).unwrap();
    remotes.merge("2026-03-06T00:00:00Z");
    remotes.sync("2026-03-06T00:00:00Z").ends(0);
    assert_eq!((ids(&remotes, "1.0.0"), remotes.file("advisories/all.json")), (Value::Null, None));
    assert_made_again_alike(&remotes);
}
