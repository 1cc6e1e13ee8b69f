//! What fails is written down with its reason, holds up nothing else, and is tried again when its time has come.

use crate::registry::definition;
use crate::remotes::Remotes;

/// A registry in which one package fails for good, one waits for it, and one is sound.
fn one_fails() -> (Remotes, crate::registry::Package) {
    let mut remotes = Remotes::new();
    let (logs, broken, waits) =
        (remotes.work.package("logs"), remotes.work.package("broken"), remotes.work.package("waits"));
    remotes.work.release(&logs, "1.0.0", &[]);
    remotes.work.release(&waits, "1.0.0", &[("broken", ">=1.0.0 <2.0.0")]);
    // A commit that the source does not have.
    broken.tag("0.1.0", &[("src/Broken.purs", "module Broken where\n")]);
    remotes.work.stand_in(&broken);
    remotes.work.define(&definition("broken", "1.0.0", &"1".repeat(40), &[]));
    remotes.merge("2026-02-01T00:00:00Z");
    (remotes, broken)
}

#[test]
fn a_failure_is_owed_and_holds_up_nobody_else() {
    let (mut remotes, broken) = one_fails();
    let ran = remotes.sync("2026-02-01T01:00:00Z").ends(1);
    ran.prints(&["published logs@1.0.0", "held back broken@1.0.0", "held back waits@1.0.0", "R039"]);
    let owed = remotes.owed();
    let told: Vec<(&str, bool)> =
        owed.iter().map(|it| (it["name"].as_str().unwrap(), it["why"].as_str().unwrap().contains("R039"))).collect();
    assert_eq!(told, [("broken", false), ("waits", true)]);
    assert_eq!(owed[0]["next"], "2026-02-01T01:05:00.000Z");
    remotes.run(&["status"]).ends(0).prints(&["broken@1.0.0  to publish", "tried once", "waits@1.0.0"]);

    // Before its time nothing is tried, and nothing is written.
    let before = remotes.messages().len();
    remotes.sync("2026-02-01T01:04:00Z").ends(0).prints(&["2 versions failed before", "not due broken@1.0.0"]);
    assert_eq!(remotes.messages().len(), before);
    // When it is due and fails again, the distance doubles.
    remotes.sync("2026-02-01T01:05:00Z").ends(1).prints(&["held back broken@1.0.0"]);
    let owed = remotes.owed();
    assert_eq!((&owed[0]["attempts"], &owed[0]["next"]), (&2.into(), &"2026-02-01T01:15:00.000Z".into()));
    assert_eq!(owed[0]["since"], "2026-02-01T01:00:00.000Z");

    // A mended definition is another one: it is tried at once, and what waited for it as well.
    let commit = remotes.work.release(&broken, "1.0.0", &[]);
    assert_ne!(commit, "1".repeat(40));
    remotes.merge("2026-02-02T00:00:00Z");
    let ran = remotes.sync("2026-02-01T01:06:00Z").ends(0);
    ran.prints(&["published broken@1.0.0", "published waits@1.0.0"]);
    assert_eq!(remotes.owed(), Vec::<serde_json::Value>::new());
    assert_eq!(remotes.facts("broken", "1.0.0")["publishedTime"], "2026-02-02T00:00:00.000Z");
    // What waited was merged long before.
    assert_eq!(remotes.facts("waits", "1.0.0")["publishedTime"], "2026-02-01T00:00:00.000Z");
    remotes.run(&["audit"]).ends(0);
}

#[test]
fn retry_tries_at_once_and_full_tries_everything() {
    let (remotes, _) = one_fails();
    remotes.sync("2026-02-01T01:00:00Z").ends(1);
    let sync = |more: &str| remotes.run(&["sync", "--published-time", "2026-02-01T01:01:00Z", more]);
    sync("--retry").ends(1).prints(&["held back broken@1.0.0"]);
    sync("--full").ends(1).prints(&["held back broken@1.0.0", "1 version published"]);
    // A try before its time, for the same reason, leaves the record as it was.
    assert_eq!(remotes.owed()[0]["attempts"], 1);
}

#[test]
fn what_is_withdrawn_is_owed_no_more() {
    let (remotes, _) = one_fails();
    remotes.sync("2026-02-01T01:00:00Z").ends(1);
    for name in ["broken", "waits"] {
        std::fs::remove_file(remotes.work.file(&crate::registry::definition_file(name, "1.0.0"))).unwrap();
    }
    remotes.merge("2026-02-02T00:00:00Z");
    remotes.sync("2026-02-02T00:00:00Z").ends(0);
    assert_eq!(remotes.owed(), Vec::<serde_json::Value>::new());
}

#[test]
fn more_failures_than_a_part_of_a_run_holds_end_the_run() {
    let mut remotes = Remotes::new();
    let (logs, broken) = (remotes.work.package("logs"), remotes.work.package("broken"));
    remotes.work.release(&logs, "1.0.0", &[]);
    broken.tag("0.1.0", &[("src/Broken.purs", "module Broken where\n")]);
    remotes.work.stand_in(&broken);
    for patch in 0..501 {
        remotes.work.define(&definition("broken", &format!("1.0.{patch}"), &"1".repeat(40), &[]));
    }
    remotes.merge("2026-02-01T00:00:00Z");
    remotes.sync("2026-02-01T01:00:00Z").ends(1).prints(&["published logs@1.0.0", "501 held back"]);
    assert_eq!(remotes.owed().len(), 501);
    // Nothing is left for a later part, so that the next run looks at the difference alone.
    let ran = remotes.sync("2026-02-01T01:01:00Z").ends(0);
    ran.prints(&["Nothing to do now: 501 versions failed before"]);
}
