//! Each kind of change: what is asked for, what is new about a package, and the title of the merge.

use std::collections::BTreeMap;

use curator::model::{
    BoundOverride, Category, ChangeKind, Code, Decision, Document, Finding, Lift, Mode, PackageBefore, Prepared,
    PreviousVersion, Profile, Review, StatusKind,
};
use curator::rules::report::pages::page;
use curator::rules::report::review::{comment, merge_title, review_json};

use crate::clean::{DEFINITION, PATH, name};
use crate::markdown::{assert_only_text, read};
use crate::scene::{
    before, change, dependant, finding, license, person, prepared, publication, registration, review, version, warning,
};

/// A review of this change, which publishes nothing.
fn of_kind(kind: ChangeKind, about: &str, file: &str) -> Review {
    Review {
        changes: vec![change(kind, about, file)],
        category: Category::One(kind),
        prepared: vec![],
        subjects: BTreeMap::new(),
        ..review()
    }
}

#[test]
fn each_kind_is_named() {
    let status = "status/ta/tally/1.0.0.json";
    let kinds = [
        (ChangeKind::NewPackage, "tally", "a new package: `tally`", "Register tally (#7)"),
        (ChangeKind::NewVersion, "tally@1.1.0", "a new version: `tally@1.1.0`", "Publish tally@1.1.0 (#7)"),
        (ChangeKind::Override, "tally@1.0.0", "other bounds: `tally@1.0.0`", "Revise the bounds of tally@1.0.0 (#7)"),
        (ChangeKind::Status(Some(StatusKind::Yanked)), "tally@1.0.0", "a yank: `tally@1.0.0`", "Yank tally@1.0.0 (#7)"),
        (ChangeKind::Status(Some(StatusKind::Deprecated)), "tally", "a deprecation: `tally`", "Deprecate tally (#7)"),
        (ChangeKind::Status(Some(StatusKind::Quarantined)), "tally", "a quarantine: `tally`", "Quarantine tally (#7)"),
        (
            ChangeKind::Status(Some(StatusKind::Unpublished)),
            "tally@1.0.0",
            "an unpublishing: `tally@1.0.0`",
            "Unpublish tally@1.0.0 (#7)",
        ),
        (
            ChangeKind::Status(None),
            "tally",
            "another status, or none any more: `tally`",
            "Change the status of tally (#7)",
        ),
        (ChangeKind::Registration, "tally", "another registration: `tally`", "Change the registration of tally (#7)"),
        (ChangeKind::Advisory, "", "an advisory: `status/ta/tally/1.0.0.json`", "Change an advisory (#7)"),
        (
            ChangeKind::PackageSet,
            "",
            "another package set: `status/ta/tally/1.0.0.json`",
            "Change the package set (#7)",
        ),
        (
            ChangeKind::Configuration,
            "",
            "a change of the registry itself: `status/ta/tally/1.0.0.json`",
            "Change the registry itself (#7)",
        ),
        (
            ChangeKind::Forbidden,
            "tally@1.0.0",
            "a change of what is published: `tally@1.0.0`",
            "Change what is published of tally@1.0.0 (#7)",
        ),
    ];
    for (kind, about, asked, title) in kinds {
        let review = of_kind(kind, about, status);
        let comment = comment(&review);
        assert_only_text(&comment);
        assert!(comment.contains(&format!("It asks for:\n\n- {asked}\n")), "{comment}");
        assert_eq!(merge_title(&review), title);
        assert_eq!(review_json(&review)["changes"][0]["files"][0], status);
    }
}

#[test]
fn a_title_counts_what_it_does_not_name() {
    let many = Review { prepared: vec![prepared(); 5], ..review() };
    assert_eq!(merge_title(&many), "Publish tally@1.1.0, tally@1.1.0, tally@1.1.0 and 2 more (#7)");
    let mixed = vec![
        change(ChangeKind::NewVersion, "tally@1.1.0", PATH),
        change(ChangeKind::Override, "abacus@1.0.0", "overrides/ab/abacus/1.0.0.json"),
    ];
    let both = Review { changes: mixed.clone(), category: Category::Mixed, ..review() };
    assert_eq!(merge_title(&both), "Publish tally@1.1.0 and 1 more (#7)");
    let neither = Review { prepared: vec![], changes: mixed.into_iter().rev().collect(), ..review() };
    assert_eq!(merge_title(&neither), "Revise the bounds of abacus@1.0.0 and 1 more (#7)");
    assert_eq!(merge_title(&Review { prepared: vec![], changes: vec![], ..review() }), "Change nothing (#7)");
}

#[test]
fn files_without_a_package_are_named_and_counted() {
    let mut config = of_kind(ChangeKind::Configuration, "", "curator.toml");
    config.changes[0].files.extend((0..12).map(|at| format!(".github/workflows/{at}.yml")));
    let comment = comment(&config);
    assert!(comment.contains("`curator.toml`, `.github/workflows/0.yml`"), "{comment}");
    assert!(comment.contains("`.github/workflows/8.yml` and 3 more files\n"), "{comment}");
}

#[test]
fn another_licence_and_another_source_are_bold() {
    let old = publication(&DEFINITION.replace("larkspur-labs", "wren")).definition.manifest.location;
    let previous = Some(PreviousVersion { version: version("1.0.0"), license: license("BSD-3-Clause"), location: old });
    let subjects = BTreeMap::from([(name("tally"), PackageBefore { previous, ..before() })]);
    let comment = comment(&Review { subjects, ..review() });
    assert_only_text(&comment);
    for bold in [
        "- **the licence changes from `BSD-3-Clause` (in 1.0.0) to `MIT`**\n",
        "- **the source changes from `github.com/wren/purescript-tally` (in 1.0.0) to \
         `github.com/larkspur-labs/purescript-tally`**\n",
    ] {
        assert!(comment.contains(bold), "{comment}");
    }
}

#[test]
fn another_spelling_of_a_licence_is_no_other_licence() {
    let previous = before().previous.map(|it| PreviousVersion { license: license("(MIT)"), ..it });
    let subjects = BTreeMap::from([(name("tally"), PackageBefore { previous, ..before() })]);
    assert!(!comment(&Review { subjects, ..review() }).contains("licence changes"));
}

#[test]
fn a_program_in_an_archive_is_marked() {
    let mut program = prepared();
    let files = &mut program.artifact.as_mut().unwrap().files;
    for file in files.values_mut() {
        file.mode = Mode::Executable;
    }
    let comment = comment(&Review { prepared: vec![program], ..review() });
    assert!(comment.contains("\n       18* src/Tally.purs\n"), "{comment}");
}

const REGISTERED: &str = r#"{"location":{"githubOwner":"larkspur-labs","githubRepo":"purescript-tally"},"locationId":1,
    "owners":[{"keytype":"ssh-ed25519","public":"AAAA"}],"maintainers":[42,43]}"#;

#[test]
fn whoever_comes_to_speak_for_a_package_is_bold() {
    let registering = registration(
        r#"{"location":{"gitUrl":"https://git.example/tally.git","subdir":"lib"},"locationId":2,
            "owners":[{"keytype":"ssh-ed25519","public":"BBBB"}],"maintainers":[43,44]}"#,
    );
    let transfer =
        PackageBefore { registered: Some(registration(REGISTERED)), registering: Some(registering), ..before() };
    let review = Review {
        subjects: BTreeMap::from([(name("tally"), transfer)]),
        ..of_kind(ChangeKind::Registration, "tally", "packages/ta/tally/registration.json")
    };
    insta::assert_snapshot!(comment(&review), @"
    <!-- curator -->
    **Ready: the curator merges it now.**

    It asks for:

    - another registration: `tally`

    ### Who speaks for it

    - **`tally`: the source changes from `github.com/larkspur-labs/purescript-tally` to `https://git.example/tally.git (lib)`**
    - **`tally`: the number of its repository changes from 1 to 2**
    - **`tally`: maintainers come: account 44**
    - **`tally`: maintainers go: account 42**
    - **`tally`: keys come: `ssh-ed25519 BBBB`**
    - **`tally`: keys go: `ssh-ed25519 AAAA`**

    ### Who depends on it

    - 2 packages ask for `tally`
      - `abacus@2.0.0` with `>=1.0.0 <2.0.0`
      - `cons-list@1.0.0` with `>=1.0.0 <1.1.0`

    A comment with one of these on a line of its own is heard: `/curator recheck`, `/curator explain R001`, `/curator retry`, `/curator hold`, `/curator release`.
    ");
    assert_only_text(&comment(&review));
}

#[test]
fn a_new_package_says_what_it_is_registered_for() {
    let new = PackageBefore { registering: Some(registration(REGISTERED)), ..PackageBefore::default() };
    let alone = r#"{"location":{"githubOwner":"larkspur-labs","githubRepo":"purescript-tally"}}"#;
    let other = PackageBefore { registering: Some(registration(alone)), ..PackageBefore::default() };
    let subjects = BTreeMap::from([(name("tally"), new), (name("abacus"), other)]);
    let comment = comment(&Review { subjects, ..of_kind(ChangeKind::NewPackage, "tally", PATH) });
    let place = "`github.com/larkspur-labs/purescript-tally`";
    let expected = format!(
        "### Who speaks for it\n\n- `abacus` is registered for {place}; maintainers: none; keys: none\n- `tally` is \
         registered for {place}; maintainers: account 42 and account 43; keys: `ssh-ed25519 AAAA`\n"
    );
    assert!(comment.contains(&expected), "{comment}");
}

#[test]
fn dependants_of_what_is_not_published_here_are_only_named() {
    let subjects = BTreeMap::from([(name("tally"), before())]);
    let whole = Review { subjects: subjects.clone(), ..of_kind(ChangeKind::Registration, "tally", "x") };
    let whole = comment(&whole);
    assert!(whole.contains("- 2 packages ask for `tally`\n  - `abacus@2.0.0` with `>=1.0.0 <2.0.0`\n"), "{whole}");
    let one = vec![dependant("abacus", "2.0.0", ">=1.0.0 <2.0.0")];
    let subjects = BTreeMap::from([(name("tally"), PackageBefore { dependants: one, ..PackageBefore::default() })]);
    let yanked = of_kind(ChangeKind::Status(Some(StatusKind::Yanked)), "tally@1.0.0", "x");
    let yanked = comment(&Review { subjects, ..yanked });
    let line = "- 1 package asks for `tally`, 1 of them in a range that takes 1.0.0\n  - `abacus@2.0.0` with `>=1.0.0 \
                <2.0.0`: takes 1.0.0\n";
    assert!(yanked.contains(line), "{yanked}");
}

#[test]
fn an_override_and_what_stops_a_version_are_told() {
    let text = br#"{"revision": 2, "dependencies": {"seedbed": ">=1.0.0 <3.0.0"}, "reason": "it works"}"#;
    let bound_override = BoundOverride::read(&Document::parse(text, 1_000).unwrap(), Profile::Purescript).value;
    let mut stopped = prepared();
    stopped.publication.bound_override = bound_override;
    stopped.publication.definition.commit = None;
    stopped.findings = vec![finding("\"MIT\"", None)];
    stopped.difference.as_mut().unwrap().added.clear();
    stopped.difference.as_mut().unwrap().changed.clear();
    let comment = comment(&Review { prepared: vec![stopped.clone()], ..review() });
    for line in [
        ", commit no commit\n",
        "- bounds: those of the override's revision 2\n",
        "- the same files as 1.0.0\n",
        "- **not published as it is: 1 error**\n",
    ] {
        assert!(comment.contains(line), "{comment}");
    }
    assert!(read(&comment).pictures.is_empty(), "what is not published has no picture");
    let without = Prepared { artifact: None, difference: None, ..stopped };
    let comment = crate::kinds::comment(&Review { prepared: vec![without], ..review() });
    assert!(!comment.contains("archive") && !comment.contains("<details>"), "{comment}");
}

#[test]
fn a_source_elsewhere_has_no_link() {
    let elsewhere = DEFINITION.replace(
        "\"githubOwner\": \"larkspur-labs\",\n    \"githubRepo\": \"purescript-tally\"",
        "\"gitUrl\": \"https://git.example/tally.git\"",
    );
    let prepared = Prepared { publication: publication(&elsewhere), ..prepared() };
    let comment = comment(&Review { prepared: vec![prepared], ..review() });
    assert!(comment.contains("at `v1.1.0`, commit `3ea3d2be28bb`\n"), "{comment}");
    assert!(read(&comment).links.is_empty());
}

#[test]
fn lifted_rules_and_pages_stand_in_it() {
    let lifts = vec![Lift { code: Code::SimilarName, by: person(1, "wren") }];
    let explained = vec![Code::Unpublished];
    let comment = comment(&Review { lifts, explained, ..review() });
    assert!(comment.contains("Lifted for this pull request:\n\n- **R009** `"), "{comment}");
    assert!(comment.contains("`, by the trustee `wren`\n"), "{comment}");
    assert!(comment.contains("<details><summary>R012: "), "{comment}");
    assert!(comment.contains("\n## Why\n") && comment.contains("\"version\": \"1.0.2\""), "{comment}");
    assert_only_text(&comment);
}

#[test]
fn a_rule_that_can_be_lifted_says_how() {
    let lifted = |code: Code| {
        let finding = Finding { code, ..finding("\"MIT\"", None) };
        comment(&Review { findings: vec![finding], ..review() })
    };
    let how = "  - or a trustee lifts this rule for this pull request: label `lift-R009`\n";
    assert!(lifted(Code::SimilarName).contains(how));
    assert!(!lifted(Code::Changed).contains("lift-"));
    let noted = vec![Finding { code: Code::SimilarName, ..warning(finding("\"MIT\"", None)) }];
    assert!(!comment(&Review { findings: noted, ..review() }).contains("lift-"), "nothing is to be lifted");
}

#[test]
fn every_page_is_folded_up_whole() {
    for &code in Code::ALL {
        let comment = comment(&Review { explained: vec![code], ..review() });
        let read = read(&comment);
        let folds: Vec<&String> = read.html.iter().filter(|html| html.starts_with("<details>")).collect();
        assert_eq!(folds.len(), 2, "{code}: {:?}", read.html);
        assert_eq!(read.html.len(), 5, "{code}: {:?}", read.html);
        let (_, body) = page(code).split_once("\n\n").unwrap();
        assert!(read.strange.is_empty() && read.code.contains(body), "{code}: {comment}");
    }
}

#[test]
fn a_program_reads_the_same() {
    let review = Review { decision: Decision::ByHand, explained: vec![Code::Json], ..review() };
    let value = review_json(&review);
    assert_eq!(value["pull"]["number"], 7);
    assert_eq!(value["pull"]["author"]["id"], 42);
    assert_eq!(value["decision"], serde_json::json!({ "decision": "by-hand" }));
    assert_eq!(value["category"], "new-version");
    assert_eq!(value["prepared"][0]["archive"]["files"].as_array().unwrap().len(), 3);
    assert_eq!(value["packages"][0]["dependants"][1]["range"], ">=1.0.0 <1.1.0");
    assert_eq!(value["explained"][0], "R001");
}
