//! The verdict beside a commit: where its remarks stand, and what tells it from others.

use std::collections::{BTreeMap, BTreeSet};

use curator::model::{
    Annotation, AnnotationLevel, Area, ChangeKind, Code, CommitId, Decision, Finding, Fix, Lift, Need, Person, Place,
    PullRequest, PullStage, Refusal, Review,
};
use curator::rules::report::review::{comment, verdict};

use crate::clean::{DEFINITION, PATH, name};
use crate::scene::{
    before, change, dependant, finding, in_folder, person, prepared, pull, review, some, time, warning,
};

fn remarks(findings: Vec<Finding>) -> Vec<Annotation> {
    verdict(&Review { findings, ..review() }).annotations
}

#[test]
fn a_remark_stands_at_its_line_and_column() {
    let found = Review { findings: vec![finding("\"MIT\"", None)], ..review() };
    let annotations = verdict(&in_folder(found)).annotations;
    let expected = Annotation {
        file: format!("registry/{PATH}"),
        first_line: 4,
        last_line: 4,
        columns: Some((14, 18)),
        level: AnnotationLevel::Failure,
        title: "R024: a licence is spelled canonically".to_owned(),
        message: "\"MIT\" is written otherwise\nwrite it otherwise".to_owned(),
    };
    assert_eq!(annotations, [expected]);
}

#[test]
fn a_remark_on_several_lines_or_on_none_has_no_columns() {
    let several = finding("\"MIT\",\n  \"description\"", None);
    let none = Finding { place: Place::file(Area::Registry, PATH), ..several.clone() };
    let annotations = remarks(vec![several, none]);
    let places: Vec<_> = annotations.iter().map(|it| (it.first_line, it.last_line, it.columns)).collect();
    assert_eq!(places, [(4, 5, None), (1, 1, None)]);
    assert_eq!(annotations[0].file, PATH);
    let empty = Finding { place: Place::file(Area::Registry, PATH).at(0..0), ..finding("\"MIT\"", None) };
    assert_eq!(remarks(vec![empty])[0].columns, Some((1, 1)));
}

#[test]
fn what_is_wrong_with_a_source_stands_at_its_definition() {
    let source = Finding { place: Place::file(Area::Source, "src/A\n.purs"), ..warning(finding("\"MIT\"", None)) };
    let annotations = remarks(vec![source.clone()]);
    assert_eq!(annotations[0].file, PATH);
    assert_eq!(annotations[0].level, AnnotationLevel::Warning);
    assert!(annotations[0].message.starts_with("source of tally@1.1.0: src/A\\u{a}.purs: \"MIT\" is"));
    let index = Finding { place: Place::file(Area::Index, "ta/ll/tally"), ..source };
    assert_eq!(remarks(vec![index]), []);
}

/// Reviews of one pull request, each of which shows something else.
fn variants() -> Vec<Review> {
    let lift = |by: Person| vec![Lift { code: Code::SimilarName, by }];
    let found = |finding: Finding| Review { findings: vec![finding], ..review() };
    let decided = |decision: Decision| Review { decision, ..review() };
    let until = |text: &str| {
        let why = curator::model::NeedReason::NewPackage(name("tally"));
        decided(Decision::Needs(some(vec![Need::Time { until: time(text), why }])))
    };
    let mut depended = before();
    depended.dependants.push(dependant("zoo", "1.0.0", ">=1.0.0 <2.0.0"));
    let mut archive = prepared();
    archive.artifact.as_mut().unwrap().bytes.push(0);
    let mut executable = prepared();
    executable.artifact.as_mut().unwrap().files.pop_last();
    let mended = |text: &str| {
        let fix = Some(Fix { span: (2..3).into(), replacement: text.to_owned() });
        found(Finding { fix, ..finding("\"MIT\"", None) })
    };
    let merged = PullStage::Merged { commit: CommitId::from_bytes([9; 20]), at: time("2026-11-20T12:05:00Z") };
    vec![
        review(),
        decided(Decision::ByHand),
        decided(Decision::Needs(some(vec![Need::Source]))),
        decided(Decision::Needs(some(vec![Need::Release { by: person(1, "wren") }]))),
        decided(Decision::Needs(some(vec![Need::Release { by: person(1, "finch") }]))),
        until("2026-11-20T12:05:00Z"),
        until("2026-11-20T12:06:00Z"),
        decided(Decision::Reject(some(vec![Refusal::Findings { errors: 1 }]))),
        decided(Decision::Reject(some(vec![Refusal::Findings { errors: 2 }]))),
        found(finding("\"MIT\"", None)),
        found(warning(finding("\"MIT\"", None))),
        found(finding("\"name\"", None)),
        found(Finding { message: "another".to_owned(), ..finding("\"MIT\"", None) }),
        found(Finding { hint: None, ..finding("\"MIT\"", None) }),
        found(Finding { code: Code::Shape, ..finding("\"MIT\"", None) }),
        mended("x"),
        mended("y"),
        in_folder(found(finding("\"MIT\"", None))),
        Review { lifts: lift(person(1, "wren")), ..review() },
        Review { lifts: lift(person(1, "finch")), ..review() },
        Review { explained: vec![Code::Json], ..review() },
        Review { obstacle: Some("a rule".to_owned()), ..review() },
        Review { obstacle: Some("another rule".to_owned()), ..review() },
        Review { subjects: BTreeMap::from([(name("tally"), depended)]), ..review() },
        Review { subjects: BTreeMap::new(), ..review() },
        Review { prepared: vec![], ..review() },
        Review { prepared: vec![archive], ..review() },
        Review { prepared: vec![executable], ..review() },
        Review { changes: vec![change(ChangeKind::Override, "tally@1.0.0", "a")], ..review() },
        Review { changes: vec![change(ChangeKind::Configuration, "", "b")], ..review() },
        Review { pull: PullRequest { stage: merged, ..pull() }, ..review() },
        Review { pull: PullRequest { stage: PullStage::Closed, ..pull() }, ..review() },
    ]
}

#[test]
fn a_fingerprint_tells_verdicts_from_each_other() {
    let prints: Vec<String> = variants().iter().map(|review| verdict(review).fingerprint).collect();
    assert_eq!(prints.iter().collect::<BTreeSet<_>>().len(), prints.len());
    assert_eq!(prints, variants().iter().map(|review| verdict(review).fingerprint).collect::<Vec<_>>());
    assert!(prints.iter().all(|print| print.len() == 64), "{prints:?}");
}

#[test]
fn a_fingerprint_is_that_of_what_is_shown() {
    // What nobody sees of a pull request changes nothing.
    let updated = PullRequest { updated: time("2027-01-01T00:00:00Z"), title: "other".to_owned(), ..pull() };
    let later = Review { pull: updated, ..review() };
    assert_eq!(comment(&later), comment(&review()));
    assert_eq!(verdict(&later), verdict(&review()));
    assert!(DEFINITION.contains("MIT"));
}
