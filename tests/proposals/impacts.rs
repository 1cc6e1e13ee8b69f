//! Pull requests with overrides and statuses, and what they make of resolutions over the whole index.

use curator::model::{BreachKind, Code, Impact, PinningPlace, StatusKind};
use curator::ops::Examined;
use serde_json::{Value, json};

use crate::examined::Village;

const OVERRIDE: &str = "overrides/ap/apps/1.0.0.json";

/// An override of `apps`, which takes `logs` below 1.1.0 by itself.
fn propose(village: &Village, range: &str) -> Examined {
    let bounds = json!({ "revision": 1, "dependencies": { "logs": range }, "reason": "It builds with more." });
    village.remotes.work.write(OVERRIDE, format!("{bounds:#}\n"));
    village.examine(&village.propose())
}

fn impact(examined: &Examined) -> &Impact {
    examined.impact.as_ref().unwrap_or_else(|| panic!("{:?}", examined.findings))
}

/// What is said of the impact, each with its file.
fn said(examined: &Examined) -> Vec<(&str, &str)> {
    let told = examined.findings.iter().filter(|finding| finding.code == Code::Impact);
    told.map(|finding| (finding.place.file.as_str(), finding.message.as_str())).collect()
}

fn lost(impact: &Impact) -> Vec<&str> {
    impact.became_unsolvable.iter().map(|it| it.root.name.as_str()).collect()
}

#[test]
fn wider_bounds_are_told_with_what_resolves_otherwise() {
    let village = Village::new();
    let examined = propose(&village, ">=1.0.0 <2.0.0");
    let found = impact(&examined);
    let [rerouted] = found.resolves_differently.as_slice() else { panic!("{found:?}") };
    assert_eq!(rerouted.root.name.as_str(), "apps");
    let moves: Vec<_> =
        rerouted.moves.iter().map(|it| (it.name.as_str(), it.after.as_ref().unwrap().to_string())).collect();
    assert_eq!(moves, [("logs", "1.1.0".to_owned())]);
    assert_eq!((found.roots_examined, found.roots_resolved), (2, 1));
    assert!(lost(found).is_empty() && said(&examined).is_empty());
    // The author sees the same before anybody else does.
    let check = ["check", "--base", "main", "--registry-branch", "topic"];
    let told = "resolutions: of 2 packages at the newest version, 1 resolves differently\n  \
                logs 1.0.0 -> 1.1.0 for 1 package: apps@1.0.0\n";
    village.remotes.run(&check).ends(0).prints(&[told]);
    let json = village.remotes.run(&[&check[..], &["--format", "json"]].concat()).json();
    assert_eq!(json["impact"]["resolvesDifferently"][0]["changes"][0]["after"], "1.1.0");
    assert_eq!(village.remotes.run(&["check", "--format", "json"]).json()["impact"], Value::Null);
}

#[test]
fn bounds_that_nothing_meets_are_a_warning_with_the_reason() {
    let village = Village::new();
    let examined = propose(&village, ">=5.0.0 <6.0.0");
    let found = impact(&examined);
    assert_eq!(lost(found), ["apps"]);
    let why = found.became_unsolvable[0].why.as_ref().unwrap();
    assert!(why.contains("apps 1.0.0 depends on logs >=5.0.0 <6.0.0, but logs only has"), "{why}");
    assert_eq!(said(&examined), [(OVERRIDE, "1 package cannot be resolved any more: apps@1.0.0")]);
    let told = ["apps@1.0.0 cannot be resolved any more:", "warning[R059]"];
    village.remotes.run(&["check", "--base", "main", "--registry-branch", "topic"]).ends(0).prints(&told);
    // An override that cannot be used changes nothing, and its own findings say why.
    let examined = propose(&village, "1.x");
    assert!(impact(&examined).is_none());
    assert!(examined.findings.iter().any(|finding| finding.code == Code::RangeGrammar), "{:?}", examined.findings);
}

#[test]
fn a_status_is_told_with_whom_it_leaves_alone() {
    let village = Village::new();
    let status = |version: &str, kind: &str| {
        let file = format!("status/lo/logs/{version}.json");
        let status = json!({ "status": kind, "reason": "It is broken." });
        village.remotes.work.write(&file, format!("{status:#}\n"));
    };
    status("1.1.0", "deprecated");
    assert!(impact(&village.examine(&village.propose())).is_none());
    status("1.1.0", "yanked");
    let examined = village.examine(&village.propose());
    let rerouted: Vec<_> = impact(&examined).resolves_differently.iter().map(|it| it.root.name.as_str()).collect();
    assert_eq!((rerouted, lost(impact(&examined)).len()), (vec!["logs"], 0));
    status("all", "quarantined");
    let examined = village.examine(&village.propose());
    assert_eq!(lost(impact(&examined)), ["apps", "logs"]);
    let message = "2 packages cannot be resolved any more: apps@1.0.0 and logs@1.1.0";
    assert_eq!(said(&examined), [("status/lo/logs/all.json", message)]);
    // What the branch says already is no news, and what it takes back is.
    status("all", "quarantined");
    village.remotes.merge("2026-02-02T00:00:00Z");
    std::fs::remove_file(village.remotes.work.file("status/lo/logs/all.json")).unwrap();
    let examined = village.examine(&village.propose());
    let gained: Vec<_> = impact(&examined).became_solvable.iter().map(|root| root.name.as_str()).collect();
    assert_eq!(gained, ["apps", "logs"]);
}

const LOCK: &str = "\
format = 1

[packages]
apps = { version = \"1.0.0\", hash = \"sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\" }
logs = { version = \"1.0.0\", hash = \"sha256-LPJNul+wow4m6DsqxbninhsWHlwfp0JecwQzYpOLmCQ=\" }
";

#[test]
fn the_newest_package_set_and_the_lock_files_of_the_branch_are_looked_at() {
    let village = Village::new();
    let set = |version: &str, logs: &str| {
        let packages = json!({ "apps": "1.0.0", "logs": logs });
        json!({ "version": version, "compiler": "0.15.15", "published": "2026-02-02", "packages": packages })
    };
    village.publish_set(&set("9.0.0", "1.0.0"));
    village.publish_set(&set("10.0.0", "1.1.0"));
    village
        .remotes
        .work
        .configure("[review]\nlock_files = [\"locks/app.lock\", \"locks/no.lock\", \"locks/odd.lock\"]\n");
    village.remotes.work.write("locks/app.lock", LOCK);
    village.remotes.work.write("locks/odd.lock", LOCK.replace("1.0.0", "1.0"));
    village.remotes.merge("2026-02-02T00:00:00Z");
    // Nobody hides behind another lock file that comes along.
    village
        .remotes
        .work
        .write("locks/app.lock", LOCK.replace("logs = { version = \"1.0.0\"", "logs = { version = \"1.1.0\""));
    let examined = propose(&village, ">=1.1.0 <2.0.0");
    let [set, lock] = impact(&examined).pinnings.as_slice() else { panic!("{:?}", examined.impact) };
    // The newest set is that of the highest version; in it, `apps` did not fit before.
    assert_eq!(set.place, PinningPlace::PackageSet("10.0.0".parse().unwrap()));
    assert_eq!((set.packages, set.broken.len(), set.mended.len()), (2, 0, 1));
    assert_eq!(lock.place, PinningPlace::LockFile("locks/app.lock".parse().unwrap()));
    let [breach] = lock.broken.as_slice() else { panic!("{lock:?}") };
    assert!(
        matches!(&breach.kind, BreachKind::OutOfRange { chosen, .. } if chosen.to_string() == "1.0.0"),
        "{breach:?}"
    );
    let said = said(&examined);
    let expected = [
        ("curator.toml", "the lock file locks/no.lock is not there, and was not looked at"),
        ("locks/odd.lock", "the lock file locks/odd.lock was not looked at: line 4: "),
        (OVERRIDE, "in locks/app.lock, 1 version would not be there or not fit any more"),
    ];
    assert_eq!(said.len(), expected.len(), "{said:?}");
    for ((file, message), (at, start)) in said.iter().zip(expected) {
        assert!(*file == at && message.starts_with(start), "{file}: {message}");
    }
    // A yanked version stays for who has it, which is told as what it is.
    let yanked = json!({ "status": "yanked", "reason": "It is broken." });
    village.remotes.work.write("status/lo/logs/1.0.0.json", format!("{yanked:#}\n"));
    let examined = village.examine(&village.propose());
    let pinnings = &impact(&examined).pinnings;
    assert!(pinnings[0].is_as_before() && pinnings[1].broken[0].kind == BreachKind::Withdrawn(StatusKind::Yanked));
}

#[test]
fn versions_that_come_along_are_on_offer_and_without_an_override_nobody_looks() {
    let mut village = Village::new();
    let commit = village.tag("1.0.1", &[]);
    let definition = crate::registry::definition("logs", "1.0.1", &commit, &[]);
    village.remotes.work.define(&definition);
    assert_eq!(village.examine(&village.propose()).impact, None);
    village.remotes.work.define(&definition);
    let examined = propose(&village, ">=1.0.1 <1.1.0");
    let [rerouted] = impact(&examined).resolves_differently.as_slice() else { panic!("{:?}", examined.impact) };
    assert_eq!(rerouted.moves[0].after.as_ref().unwrap().to_string(), "1.0.1");
    // What is in conflict with the branch is not looked at: nobody knows what would come of it.
    village.remotes.work.write(OVERRIDE, "{}\n");
    let pull = village.propose();
    village.remotes.work.write(OVERRIDE, "{ }\n");
    village.remotes.merge("2026-02-05T00:00:00Z");
    let examined = village.examine(&pull);
    assert!(examined.conflict.is_some() && examined.impact.is_none());
}
