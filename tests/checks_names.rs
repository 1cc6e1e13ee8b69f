//! The checks of new names, R007 to R009, beside one another: what nobody may take, what looks like something that is
//! there, and what only a person can judge.
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions that tests share")]

#[path = "support/clean.rs"]
mod clean;

use clean::{DEFINITION, Surroundings};
use curator::model::{Code, PackageName, Severity};

/// The codes and weights of what is found of the first definition of a package called `name`, beside `others`.
fn found(name: &str, others: &[&str]) -> Vec<(Code, Severity)> {
    let mut surroundings = Surroundings::clean();
    surroundings.names.extend(others.iter().map(|other| clean::name(other)));
    surroundings.names.sort();
    surroundings.names.dedup();
    let abacus = surroundings.world.packages.remove("abacus").unwrap();
    surroundings.world.packages.insert(clean::name(name), abacus);
    let text = DEFINITION.replace("\"tally\"", &format!("\"{name}\"")).replace("purescript-tally", "purescript-abacus");
    let folder = name.get(..2).unwrap_or(name);
    let findings = surroundings.findings(&format!("packages/{folder}/{name}/1.1.0.json"), text.as_bytes());
    findings.iter().map(|finding| (finding.code, finding.severity)).collect()
}

#[test]
fn names_that_some_system_cannot_hold_are_reserved() {
    for name in ["con", "nul", "aux", "prn", "com1", "lpt9"] {
        assert_eq!(found(name, &[]), [(Code::ReservedName, Severity::Error)], "{name}");
    }
    for name in ["console", "null", "com", "auxiliary"] {
        assert_eq!(found(name, &[]), [], "{name}");
    }
}

#[test]
fn names_that_look_alike_are_confusable() {
    for (name, existing) in [("ta11y", "tally"), ("ta1ly", "tally"), ("rnetrics", "metrics"), ("c1ock", "clock")] {
        assert_eq!(found(name, &[existing]), [(Code::ConfusableName, Severity::Error)], "{name}");
    }
    for name in ["ledger", "abacus-rows"] {
        assert_eq!(found(name, &[]), [], "{name}");
    }
}

#[test]
fn names_that_are_close_wait_for_a_trustee() {
    for (name, existing) in [("taly", "tally"), ("list-zipper", "zipper-list"), ("metricss", "metrics")] {
        assert_eq!(found(name, &[existing]), [(Code::SimilarName, Severity::Warning)], "{name}");
    }
    assert_eq!(found("ledger", &["metrics"]), []);
}

#[test]
fn only_new_names_are_compared() {
    let mut surroundings = Surroundings::clean();
    surroundings.names.extend(["ta11y", "taly"].map(|name| name.parse::<PackageName>().unwrap()));
    assert_eq!(surroundings.findings(clean::PATH, DEFINITION.as_bytes()), []);
}
