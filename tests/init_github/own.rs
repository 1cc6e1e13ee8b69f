//! The workflow that reviews this repository's own `registry/` is the one that `init --github` writes for others.

use std::fs;
use std::path::Path;

use curator::rules::init::GitHubSetup;

use crate::{apart, texts};

/// Without these, nothing starts the job that this repository does without.
const STARTS_DECIDE: &str = "  issue_comment:\n";
/// The jobs that compile and merge.
const LEFT_OUT: &str = "\n  # Compiles what";
/// How others come by the program.
const INSTALL: &str = "      - uses: $/.github/actions/curator\n";
/// How this repository does, of whose default branch releases are made.
const BUILD: &str = "      # Not as `init` writes it: releases of the curator are made of this repository, so that here it is built. What is
      # checked out is the default branch, whatever the pull request does, and no secret is at hand.
      - uses: actions/checkout@3d3c42e5aac5ba805825da76410c181273ba90b1 # v7.0.1
        with:
          persist-credentials: false
      - name: build the curator
        run: .ci/built \"$RUNNER_TEMP/curator\"
";

/// What stands in a workflow behind its heading.
fn body(text: &str) -> &str {
    &text[text.find("name: review\n").unwrap()..]
}

#[test]
fn the_workflow_of_this_repository_is_the_one_that_others_get() {
    let setup = GitHubSetup { index: None, ..apart() };
    let written = texts(&setup).remove(".github/workflows/review.yml").unwrap();
    let written = body(&written);
    let (start, more) = written.split_once(STARTS_DECIDE).unwrap();
    let (_, jobs) = more.split_once("\npermissions: {}\n").unwrap();
    let (check, left_out) = jobs.split_once(LEFT_OUT).unwrap();
    assert_eq!(check.matches(INSTALL).count(), 1);
    assert!(left_out.contains("contents: write") && !check.contains(": write"), "what is left out is what writes");
    let wanted = format!("{start}\npermissions: {{}}\n{}", check.replace(INSTALL, BUILD));

    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let committed = fs::read_to_string(root.join(".github/workflows/review.yml")).unwrap();
    assert_eq!(body(&committed), wanted);
    let heading = committed.split_once("name: review\n").unwrap().0;
    for deviation in ["`compile` and `decide` are left out", "is built, from the default branch"] {
        assert!(heading.replace("\n# ", " ").contains(deviation), "{heading}");
    }
    // What is checked out is never a pull request's, and no secret is ever near.
    for never in ["ref:", "secrets.", "head.sha", "head.ref", "refs/pull"] {
        assert!(!committed.contains(never), "{never}");
    }
    assert!(root.join(".ci/built").exists());
}
