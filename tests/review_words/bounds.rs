//! However much there is to say, GitHub takes it, and what is left out is counted.

use std::collections::BTreeMap;

use curator::model::{
    Authority, ChangeKind, Code, Decision, Difference, File, Files, Finding, Need, NeedReason, PackageBefore, Prepared,
    ProposedChange, PullRequest, Refusal, Review, TreePath,
};
use curator::rules::report::review::{comment, job_summary, review_line, suggestions, verdict};

use crate::clean::{name, path};
use crate::impacts::far_too_much;
use crate::markdown::assert_only_text;
use crate::scene::{
    artifact, before, change, decided, dependant, finding, person, prepared, pull, review, some, version, warning,
};

/// The most characters of a comment.
const LONGEST: usize = 60_000;

fn assert_fits(review: &Review) -> String {
    let comment = comment(review);
    assert!(comment.chars().count() <= LONGEST, "{}", comment.chars().count());
    assert_only_text(&comment);
    let summary = verdict(review).summary;
    assert!(summary.chars().count() <= LONGEST && summary == job_summary(review));
    comment
}

/// An archive of many files with long names.
fn large(files: usize, letter: &str) -> Prepared {
    let paths: Vec<TreePath> = (0..files).map(|at| path(&format!("src/{at:04}{}.purs", letter.repeat(110)))).collect();
    let packed: Files = paths.iter().map(|path| (path.clone(), File::regular("x"))).collect();
    let difference =
        Difference { from: version("1.0.0"), added: paths.clone(), removed: paths.clone(), changed: paths };
    Prepared { artifact: Some(artifact(packed)), difference: Some(difference), ..prepared() }
}

#[test]
fn ten_thousand_findings_are_counted() {
    let findings: Vec<Finding> = (0..10_000)
        .map(|at| Finding {
            message: format!("{at} {}", "``` EVIL ".repeat(200)),
            ..finding("\"MIT\"", Some("\"ISC\""))
        })
        .collect();
    let review = Review { findings, ..review() };
    let comment = assert_fits(&review);
    assert!(comment.contains("### Found: 10000 errors\n") && comment.contains(" more findings\n"), "{comment}");
    assert_eq!(verdict(&review).annotations.len(), 200);
    assert!(suggestions(&review).len() <= 20);
    assert!(review_line(&review).len() < 300);
}

#[test]
fn five_thousand_files_are_counted() {
    for letter in ["x", "`", "ü"] {
        let comment = assert_fits(&Review { prepared: vec![large(5_000, letter)], ..review() });
        let is_counted = comment.contains("and 4800 more files") || comment.contains("The files of 1 archive are not");
        assert!(is_counted && comment.contains(", 5000 files, encoder"), "{comment}");
    }
    let comment = assert_fits(&Review { prepared: vec![large(50, "x"); 30], ..review() });
    assert!(comment.contains("archives are not listed.") && comment.contains("versions are not drawn."), "{comment}");
}

#[test]
fn errors_come_before_warnings() {
    let many = (0..60).map(|_| warning(finding("\"MIT\"", None)));
    let findings = many.chain([Finding { message: "the error".to_owned(), ..finding("\"MIT\"", None) }]).collect();
    let review = Review { findings, ..review() };
    let comment = assert_fits(&review);
    assert!(comment.contains("### Found: 1 error, 60 warnings\n\n- **error R024**"), "{comment}");
    assert!(comment.contains("\n- and 11 more findings\n"), "{comment}");
    assert!(verdict(&review).annotations[0].message.starts_with("the error"));
}

/// A review in which every part has more to say than it may.
fn everything(decision: Decision) -> Review {
    let long = "`<b>@x".repeat(1_000);
    let many = |at: usize| dependant(&format!("package-{at}"), "1.0.0", ">=1.0.0 <1.0.5");
    let about = |at: usize| PackageBefore { dependants: (0..100).map(many).collect(), ..large_subject(at) };
    let findings: Vec<Finding> =
        vec![
            Finding { message: format!("{long}\n{}", format!("{long}\n").repeat(50)), ..finding("\"MIT\"", None) };
            100
        ];
    let files = vec![long.clone(); 100];
    let changes = vec![ProposedChange { files, ..change(ChangeKind::Configuration, "", "") }; 100];
    Review {
        pull: PullRequest { title: long.clone(), ..pull() },
        findings,
        changes,
        prepared: vec![large(500, "`"); 60],
        subjects: (0..60)
            .map(|at| (name(&format!("tally-{at}")), about(at)))
            .chain([(name("tally"), about(0))])
            .collect(),
        impact: Some(far_too_much()),
        explained: Code::ALL.to_vec(),
        lifts: vec![curator::model::Lift { code: Code::Shape, by: person(1, &long) }; 100],
        ..decided(decision)
    }
}

fn large_subject(at: usize) -> PackageBefore {
    let registration = |from: u64| {
        let ids: Vec<String> = (from..from + 200).map(|id| id.to_string()).collect();
        let text = format!(
            r#"{{"location":{{"gitUrl":"https://git{at}.example/{}.git"}},"maintainers":[{}]}}"#,
            "x".repeat(900),
            ids.join(",")
        );
        crate::scene::registration(&text)
    };
    PackageBefore { registered: Some(registration(1_000)), registering: Some(registration(5_000)), ..before() }
}

#[test]
fn everything_at_once_fits() {
    let long = "`<b>@x".repeat(1_000);
    let consent = vec![Need::Consent { of: person(1, &long) }; 100];
    let approvals: Vec<Need> = (0..100)
        .map(|at| Need::Approval { of: Authority::Trustee, more: at, why: NeedReason::NewPackage(name("tally")) })
        .collect();
    let conflict = vec![Refusal::Conflict { files: vec![long; 100] }; 10];
    let decisions = [
        Decision::Merge,
        Decision::Needs(some(consent)),
        Decision::Needs(some(approvals)),
        Decision::Reject(some(conflict)),
    ];
    for decision in decisions {
        let review = everything(decision);
        let comment = assert_fits(&review);
        assert!(verdict(&review).annotations.iter().all(|it| it.message.len() < 60_000));
        assert!(comment.contains("more changes\n") && comment.contains("more pages\n"), "{comment}");
        assert!(
            comment.contains("more packages\n") && comment.trim_end().ends_with("`/curator release`."),
            "{comment}"
        );
    }
}

#[test]
fn a_review_of_nothing_says_so() {
    let nothing = Review {
        changes: vec![],
        prepared: vec![],
        subjects: BTreeMap::new(),
        ..decided(Decision::Reject(some(vec![Refusal::Nothing])))
    };
    let comment = assert_fits(&nothing);
    assert!(comment.contains("**Refused: it changes nothing.**\n\nWhat stands against it:\n\n- it changes no file\n"));
}
