//! The audit of the history and the log on the real PureScript registry: what is known to have happened to it is found,
//! in time.
//!
//! Reads `registry.git` and `registry-index.git` (bare clones, of 2026-08 or later) in the directory that
//! `CURATOR_REAL_HISTORY` names; ignored without it.
#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::disallowed_methods,
    clippy::disallowed_types,
    clippy::print_stderr,
    reason = "history that does not read is a failed test, and the time is what one runs this for"
)]

use std::path::PathBuf;
use std::process::Command;
use std::time::Instant;

use serde_json::Value;

/// The report of an audit, and whether something is damaged.
fn audit(more: &[&str]) -> (Value, bool) {
    run(&[&["audit", "--history"], more].concat())
}

/// The report of a run, and whether it found something.
fn run(args: &[&str]) -> (Value, bool) {
    let real =
        std::env::var_os("CURATOR_REAL_HISTORY").expect("CURATOR_REAL_HISTORY names the directory of the clones");
    let home = tempfile::tempdir().unwrap();
    let mut command = Command::new(env!("CARGO_BIN_EXE_curator"));
    command.current_dir(home.path()).args(args).args(["--format", "json"]);
    let place = |name: &str| PathBuf::from(&real).join(name);
    command.arg("--registry").arg(place("registry.git")).arg("--index").arg(place("registry-index.git"));
    command.arg("--cache").arg(home.path());
    let start = Instant::now();
    let output = command.output().unwrap();
    eprintln!("{args:?}: {:?}", start.elapsed());
    let report = serde_json::from_slice(&output.stdout).expect("a report");
    (report, output.status.code() == Some(1))
}

/// The subjects of the incidents whose commit begins with `id`, of one deed, fact and fate.
fn subjects(report: &Value, id: &str, deed: &str, fact: &str, fate: &str) -> Vec<String> {
    let incidents = report["incidents"].as_array().unwrap().iter();
    let of_commit = incidents.filter(|it| it["commit"]["id"].as_str().unwrap().starts_with(id) && it["deed"] == deed);
    let facts = of_commit.flat_map(|incident| incident["facts"].as_array().unwrap());
    let facts = facts.filter(|it| it["fact"] == fact && it["fate"] == fate);
    facts.flat_map(|it| it["subjects"].as_array().unwrap()).map(|it| it.as_str().unwrap().to_owned()).collect()
}

#[test]
#[ignore = "needs CURATOR_REAL_HISTORY"]
fn what_is_known_of_the_purescript_registry_is_found() {
    let (report, damaged) = audit(&[]);
    assert!(damaged);
    // Lost in the metadata, lost in the index, and one that was lost for two years.
    assert_eq!(subjects(&report, "9920057f9a", "vanished", "entry", "open"), ["yoga-heroui@2.0.1"]);
    assert_eq!(subjects(&report, "5a6e7f3f4b", "vanished", "line", "open"), ["harmonia@0.1.0"]);
    assert_eq!(subjects(&report, "be3587fc50", "vanished", "entry", "replaced"), ["debouncing@0.1.1"]);
    // Four lines that the next publication wrote again, without an address in their owners.
    for (id, version, fate) in [
        ("96b0371c37", "array-search@0.5.6", "open"),
        ("75c3df27bc", "env-names@0.3.4", "open"),
        ("0e196edb2d", "huffman@0.3.3", "open"),
        ("5f792a6be7", "roman@0.3.2", "gone"),
    ] {
        assert_eq!(subjects(&report, id, "rewritten", "line", fate), [version]);
    }
    // The regeneration: 4,885 hashes of entries that stayed, and four of versions that had been lost before.
    assert_eq!(subjects(&report, "a671816865", "rewritten", "hash", "open").len(), 4_889);
    let lost: Vec<_> = ["open", "replaced"]
        .into_iter()
        .flat_map(|fate| subjects(&report, "a671816865", "vanished", "entry", fate))
        .collect();
    assert_eq!(lost.len(), 6_532);
    assert_eq!(subjects(&report, "459e968a51", "unpublished", "unpublished", "open"), ["baskerville-core@0.1.2"]);
    assert_eq!(subjects(&report, "b70bdf2dda", "unpublished", "line", "open"), ["baskerville-core@0.1.2"]);
}

#[test]
#[ignore = "needs CURATOR_REAL_HISTORY"]
fn two_versions_are_lost_since_the_regeneration() {
    let (report, damaged) = audit(&["--since", "2026-02-01"]);
    assert!(damaged);
    let findings = report["findings"].as_array().unwrap().iter().filter(|it| it["severity"] == "error");
    let found: Vec<_> = findings.map(|it| format!("{} {}@{}", it["code"], it["package"], it["version"])).collect();
    for lost in ["\"A017\" \"yoga-heroui\"@\"2.0.1\"", "\"A017\" \"harmonia\"@\"0.1.0\""] {
        assert!(found.contains(&lost.to_owned()), "{found:?}");
    }
}

#[test]
#[ignore = "needs CURATOR_REAL_HISTORY"]
fn the_log_tells_of_a_version_and_of_everything() {
    let (log, _) = run(&["log", "baskerville-core@0.1.2", "--reverse"]);
    let entries = log["entries"].as_array().unwrap();
    let of_commit = |id: &str| entries.iter().find(|it| it["commit"].as_str().is_some_and(|it| it.starts_with(id)));
    assert_eq!(of_commit("459e968a51").unwrap()["kind"], "unpublished");
    assert_eq!(of_commit("b70bdf2dda").unwrap()["kind"], "unlisted");
    assert_eq!(log["why"]["unpublished"]["commit"].as_str().map(|it| &it[..10]), Some("459e968a51"));
    let (log, _) = run(&["log"]);
    assert!(log["entries"].as_array().unwrap().len() > 20_000);
}
