//! The real program on bare repositories and plain folders.

use std::fs;
use std::process::{Child, Stdio};

use serde_json::{Value, json};

use crate::registry::Registry;
use crate::remotes::{Remotes, git};

const FIRST: &str = "2026-02-01T00:00:00Z";

/// A registry in which `logs` and `apps`, which needs it, are published, and a first package set is wished for; gives the
/// commit of the registry.
fn village() -> (Remotes, String) {
    let mut remotes = Remotes::new();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.0.0", &[]);
    let apps = remotes.work.package("apps");
    remotes.work.release(&apps, "1.0.0", &[("logs", ">=1.0.0 <2.0.0")]);
    wish(&remotes, &json!({ "compiler": "0.15.15", "packages": {} }));
    let commit = remotes.merge(FIRST);
    remotes.sync(FIRST).ends(0);
    (remotes, commit)
}

fn wish(remotes: &Remotes, wishes: &Value) {
    remotes.work.write("package-set.json", format!("{wishes:#}\n"));
}

fn update(remotes: &Remotes, time: &str) -> crate::program::Ran {
    remotes.run(&["package-set", "update", "--published-time", time])
}

fn tip(remotes: &Remotes) -> String {
    git(&remotes.index(), &["rev-parse", "main"])
}

fn set(remotes: &Remotes, version: &str) -> Value {
    serde_json::from_str(&remotes.file(&format!("package-sets/{version}.json")).expect("there is such a set")).unwrap()
}

#[test]
fn a_set_is_proposed_released_and_then_there_is_nothing_to_do() {
    let (mut remotes, commit) = village();
    let before = tip(&remotes);
    let propose = ["package-set", "propose", "--published-time", "2026-02-02T00:00:00Z"];
    let proposed = remotes.run(&propose).ends(0);
    let proposed =
        proposed.prints(&["would be 0.0.1 (compiler 0.15.15, 2026-02-02): 2 packages", "add     apps 1.0.0"]);
    proposed.prints(&["Changelog:\n\nRelease 0.0.1 package set.\n\nNew packages:\n  - apps@1.0.0\n  - logs@1.0.0\n"]);
    assert_eq!(tip(&remotes), before, "nothing is written");
    let json = remotes.run(&[&propose[..], &["--format", "json"]].concat()).ends(0).json();
    assert_eq!((&json["released"], &json["next"]["packages"]["logs"]), (&json!(false), &json!("1.0.0")));
    assert_eq!(json["changes"][0], json!({ "name": "apps", "from": null, "to": "1.0.0" }));
    let markdown = remotes.run(&[&propose[..], &["--format", "markdown"]].concat()).ends(0);
    markdown.prints(&["**The next package set would be 0.0.1", "- add `apps` 1.0.0", "<summary>Changelog</summary>"]);

    update(&remotes, "2026-02-02T00:00:00Z").ends(0).prints(&["Released package set 0.0.1", "It was not compiled"]);
    let message = format!(
        "Release 0.0.1 package set.\n\nNew packages:\n  - apps@1.0.0\n  - logs@1.0.0\n\nRegistry-Commit: {commit}"
    );
    assert_eq!(remotes.messages()[0], message);
    let packages = json!({ "apps": "1.0.0", "logs": "1.0.0" });
    let expected =
        json!({ "version": "0.0.1", "compiler": "0.15.15", "published": "2026-02-02", "packages": packages });
    assert_eq!(set(&remotes, "0.0.1"), expected);
    remotes.run(&["package-set", "check"]).ends(0).prints(&["nothing to mend"]);

    let after = tip(&remotes);
    update(&remotes, "2026-02-03T00:00:00Z").ends(0).prints(&["Nothing to do: package set 0.0.1 has all"]);
    // What is published is still complete up to the same commit: a sync begins where the last one ended.
    remotes.run(&["status"]).ends(0).prints(&[&format!("It is complete up to {commit}")]);
    remotes.sync("2026-02-03T00:00:00Z").ends(0).prints(&["Nothing to do: all that is wanted is published."]);
    assert_eq!(tip(&remotes), after);

    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.1.0", &[]);
    remotes.work.release(&logs, "2.0.0", &[]);
    let second = remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["published logs@1.1.0"]);
    let said = update(&remotes, "2026-03-01T00:00:00Z").ends(0);
    said.prints(&["Nothing to do", "logs@2.0.0: apps@1.0.0 needs logs >=1.0.0 <2.0.0, and would get 2.0.0"]);
    wish(&remotes, &json!({ "packages": { "logs": "1.1.0" } }));
    let third = remotes.merge("2026-03-02T00:00:00Z");
    update(&remotes, "2026-03-02T00:00:00Z")
        .ends(0)
        .prints(&["Released package set 0.1.0", "update  logs 1.0.0 -> 1.1.0"]);
    assert_ne!(second, third);
    assert!(
        remotes.messages()[0].ends_with(&format!("  - logs@1.0.0 -> 1.1.0\n\nRegistry-Commit: {second}")),
        "not further than the sync came"
    );
    remotes.run(&["audit"]).ends(0);
}

#[test]
fn what_is_yanked_or_deprecated_or_in_quarantine_comes_into_no_set_whoever_wishes_for_it() {
    let (mut remotes, _) = village();
    update(&remotes, "2026-02-02T00:00:00Z").ends(0);
    let logs = remotes.work.package("logs");
    for (version, word) in [("1.1.0", "yanked"), ("1.2.0", "deprecated"), ("1.3.0", "quarantined")] {
        remotes.work.release(&logs, version, &[]);
        let status = json!({ "status": word, "reason": "see elsewhere" });
        remotes.work.write(&format!("status/lo/logs/{version}.json"), status.to_string());
    }
    remotes.merge("2026-03-01T00:00:00Z");
    remotes.sync("2026-03-01T00:00:00Z").ends(0).prints(&["published logs@1.3.0", "quarantine logs@1.3.0"]);
    update(&remotes, "2026-03-01T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    wish(&remotes, &json!({ "packages": { "logs": "1.3.0" } }));
    remotes.merge("2026-03-02T00:00:00Z");
    update(&remotes, "2026-03-02T00:00:00Z")
        .ends(0)
        .prints(&["Held back:", "logs@1.3.0: it is yanked, deprecated or q"]);
    wish(&remotes, &json!({ "packages": { "logs": "1.2.0" } }));
    remotes.merge("2026-03-03T00:00:00Z");
    update(&remotes, "2026-03-03T00:00:00Z")
        .ends(0)
        .prints(&["Nothing to do", "logs@1.2.0: it is yanked, deprecated or q"]);
}

#[test]
fn many_updaters_make_one_set() {
    let (remotes, _) = village();
    let start = |number: usize| -> Child {
        let time = ["--published-time", "2026-02-02T00:00:00Z"];
        let mut command =
            remotes.command(&format!("cache-{number}"), &[&["package-set", "update"][..], &time].concat());
        command.args(["--store", "store"]).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().unwrap()
    };
    let updaters: Vec<Child> = (0..4).map(start).collect();
    let mut said = Vec::new();
    for updater in updaters {
        let output = updater.wait_with_output().unwrap();
        let text = String::from_utf8(output.stdout).unwrap();
        assert_eq!(output.status.code(), Some(0), "{text}{}", String::from_utf8_lossy(&output.stderr));
        said.push(text);
    }
    assert_eq!(said.iter().filter(|text| text.starts_with("Released package set 0.0.1")).count(), 1, "{said:#?}");
    assert_eq!(said.iter().filter(|text| text.starts_with("Nothing to do")).count(), 3, "{said:#?}");
    assert_eq!(git(&remotes.index(), &["ls-tree", "--name-only", "main", "package-sets/"]), "package-sets/0.0.1.json");
    let releases = remotes.messages().into_iter().filter(|message| message.starts_with("Release ")).count();
    assert_eq!(releases, 1);
}

#[test]
fn a_set_is_made_beside_a_sync_and_neither_is_lost() {
    let (mut remotes, _) = village();
    let maps = remotes.work.package("maps");
    remotes.work.release(&maps, "1.0.0", &[]);
    let commit = remotes.merge("2026-02-02T00:00:00Z");
    let start = |cache: &str, args: &[&str]| {
        let mut command = remotes.command(cache, args);
        command.args(["--store", "store"]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
        command.spawn().unwrap()
    };
    let both = [start("one", &["sync"]), start("two", &["package-set", "update"])];
    for mut child in both {
        assert!(child.wait().unwrap().success());
    }
    assert!(remotes.file("package-sets/0.0.1.json").is_some());
    assert_eq!(remotes.facts("maps", "1.0.0")["compilers"], json!(["0.15.15"]));
    remotes.sync("2026-02-03T00:00:00Z").ends(0).prints(&["Nothing to do"]);
    remotes.run(&["status"]).ends(0).prints(&[&format!("It is complete up to {commit}")]);
}

#[test]
fn a_removal_and_a_lower_version_are_told_and_made() {
    let (mut remotes, _) = village();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "1.1.0", &[]);
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-02T00:00:00Z").ends(0);
    update(&remotes, "2026-02-02T00:00:00Z").ends(0);
    assert_eq!(set(&remotes, "0.0.1")["packages"]["logs"], "1.1.0");
    wish(&remotes, &json!({ "packages": { "apps": null, "logs": "1.0.0" } }));
    remotes.merge("2026-02-03T00:00:00Z");
    let said = update(&remotes, "2026-02-03T00:00:00Z").ends(0);
    said.prints(&["package set 1.0.0", "remove  apps 1.0.0\n", "lower   logs 1.1.0 -> 1.0.0\n"]);
    assert_eq!(set(&remotes, "1.0.0")["packages"], json!({ "logs": "1.0.0" }));
    update(&remotes, "2026-02-04T00:00:00Z")
        .ends(0)
        .prints(&["Nothing to do", "logs@1.1.0: package-set.json asks for 1.0.0"]);
}

#[test]
fn wishes_that_cannot_be_read_stop_everything_and_are_findings() {
    let (remotes, _) = village();
    let before = tip(&remotes);
    for (text, code) in [
        ("{\"packages\": {}", "R001"),
        ("{}", "R002"),
        ("{\"packages\": {}, \"compilers\": []}", "R003"),
        ("{\"packages\": {\"Logs\": null}}", "R006"),
        ("{\"packages\": {\"logs\": \"1.0\"}}", "R010"),
        ("{\"packages\": {\"logs\": 1}}", "R002"),
        ("{\"packages\": {}, \"compiler\": \"0.15\"}", "R022"),
    ] {
        remotes.work.write("package-set.json", text);
        remotes.merge("2026-02-02T00:00:00Z");
        let heading = format!("error[{code}]");
        for command in ["propose", "update"] {
            let said = remotes.run(&["package-set", command]).ends(1).prints(&[&heading]);
            said.prints_no(&["Released", "would be", "Nothing to do"]);
        }
        remotes.run(&["check", "--offline"]).ends(1).prints(&[&heading, "package-set.json"]);
    }
    assert_eq!(tip(&remotes), before);
}

#[test]
fn a_check_tells_what_cannot_be_had_and_what_only_waits() {
    let (mut remotes, _) = village();
    let logs = remotes.work.package("logs");
    remotes.work.release(&logs, "2.0.0", &[]);
    update(&remotes, FIRST).ends(0);
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-02T00:00:00Z").ends(0);
    for (wishes, code, says) in [
        (
            json!({ "packages": { "maps": "1.0.0" } }),
            1,
            "maps@1.0.0 cannot come into the next package set: there is no such package",
        ),
        (
            json!({ "packages": { "logs": "7.0.0" } }),
            1,
            "logs@7.0.0 cannot come into the next package set: there is no such version",
        ),
        (json!({ "packages": { "logs": null } }), 1, "logs cannot leave the package set: apps@1.0.0 needs logs"),
        (json!({ "compiler": "0.15.14", "packages": {} }), 1, "a compiler never goes down"),
        (json!({ "packages": { "logs": "2.0.0" } }), 0, "warning[R058]: logs@2.0.0 cannot come"),
        (json!({ "packages": { "logs": "1.0.0" } }), 0, "keeps the package at 1.0.0: 2.0.0 stays out"),
        (json!({ "packages": { "apps": null, "logs": "2.0.0" } }), 0, "nothing to mend"),
        (json!({ "packages": { "none": null } }), 0, "nothing to mend"),
    ] {
        wish(&remotes, &wishes);
        remotes.merge("2026-02-03T00:00:00Z");
        let said = remotes.run(&["check", "--offline"]).ends(code).prints(&[says]);
        if says != "nothing to mend" {
            said.prints(&["R058", "package-set.json:"]);
        }
    }
}

#[test]
fn what_is_damaged_stops_the_work_and_is_named() {
    let (remotes, _) = village();
    update(&remotes, FIRST).ends(0);
    let put = |path: &str, text: &str| {
        let work = remotes.home().join("index-work");
        if !work.exists() {
            git(remotes.home(), &["clone", "--quiet", "index.git", "index-work"]);
        }
        fs::create_dir_all(work.join(path).parent().unwrap()).unwrap();
        fs::write(work.join(path), text).unwrap();
        git(&work, &["add", "--all"]);
        git(&work, &["commit", "--quiet", "-m", "Damage"]);
        git(&work, &["push", "--quiet", "origin", "HEAD:main"]);
    };
    let good = remotes.file("package-sets/0.0.1.json").unwrap();
    put("package-sets/0.0.1.json", &good.replace("\"logs\": \"1.0.0\"", "\"logs\": \"9.0.0\""));
    remotes.run(&["package-set", "check"]).ends(1).prints(&["error[A013]", "logs@9.0.0", "package-sets/0.0.1.json"]);
    remotes.run(&["package-set", "check", "0.0.1"]).ends(1);
    remotes.run(&["package-set", "check", "0.0.2"]).ends(3).complains(&["there is no package set 0.0.2"]);
    fs::write(remotes.home().join("mine.json"), &good).unwrap();
    remotes.run(&["package-set", "check", "mine.json"]).ends(0);
    let json = remotes.run(&["package-set", "check", "--format", "json"]).ends(1).json();
    assert_eq!(json["findings"][0]["code"], "A013");
    put("package-sets/0.0.1.json", "{");
    remotes.run(&["package-set", "check"]).ends(1).prints(&["error[A013]"]);
    remotes.run(&["package-set", "update"]).ends(3).complains(&["package-sets/0.0.1.json"]);
    put("package-sets/0.0.1.json", &good);
    put("ap/ps/apps", "not a manifest\n");
    for command in ["propose", "update", "check"] {
        remotes.run(&["package-set", command]).ends(3).complains(&["ap/ps/apps"]);
    }
}

#[test]
fn plain_folders_do_as_well() {
    let mut registry = Registry::new();
    let logs = registry.package("logs");
    registry.release(&logs, "1.0.0", &[]);
    registry.write("package-set.json", "{ \"compiler\": \"0.15.15\", \"packages\": {} }\n");
    registry.run(&["package-set", "check"]).ends(3).complains(&["there is no package set yet"]);
    registry.run(&["package-set", "update"]).ends(0).prints(&["Nothing to do: there is no package set, and nothing"]);
    registry.sync().ends(0);
    registry.run(&["package-set", "update"]).ends(0).prints(&["Released package set 0.0.1"]);
    registry.run(&["package-set", "update"]).ends(0).prints(&["Nothing to do"]);
    registry.run(&["package-set", "check"]).ends(0);
    registry.run(&["audit"]).ends(0);
    registry.sync().ends(0).prints(&["Nothing to do"]);
}
