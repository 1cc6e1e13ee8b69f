//! The forms in which people and programs read findings, plans and outcomes: readable, and harmless whatever is in them
//! (threats 28 to 30).
#![allow(clippy::unwrap_used, clippy::panic, clippy::indexing_slicing, reason = "functions that tests share")]

#[path = "support/clean.rs"]
mod clean;
#[path = "support/inertness.rs"]
mod inertness;

use std::slice::from_ref;

use clean::{DEFINITION, PATH};
use curator::model::{
    Area, Artifact, Code, CommitId, Compared, Difference, EncoderName, File, Files, Finding, Fix, Limits, Place, Plan,
    Prepared, Profile, Publication, Rebuilt, RebuiltVersion, Restock, Severity, Sha256, Step, SyncReport, TreePath,
    Version,
};
use curator::rules::registry::Candidate;
use curator::rules::report::words;
use curator::rules::report::{
    Style, Texts, artifact_json, artifact_text, github, human, inert_json, plan_json, plan_markdown, plan_text,
    rebuild_json, rebuild_text, stop, summary, sync_json, sync_text, view,
};
use inertness::{HOSTILE, assert_inert, assert_one_command};

const FILE: &str = "packages/ta/tally/1.1.0.json";
const TEXT: &str = "{\r\n  \"name\": \"tally\",\r\n  \"version\": \"v1.1.0\"\r\n}\r\n";

fn texts() -> Texts {
    Texts::from([(FILE.to_owned(), TEXT.to_owned())])
}

fn finding(place: Place) -> Finding {
    Finding {
        code: Code::VersionGrammar,
        severity: Severity::Error,
        place,
        package: Some(clean::name("tally")),
        version: Some("1.1.0".parse().unwrap()),
        message: "the version cannot be read\n  - it starts with a letter\n  - and the path does not".to_owned(),
        hint: Some("write three numbers".to_owned()),
        fix: None,
    }
}

/// A finding on the value of "version", with a fix.
fn spelled() -> Finding {
    let at = TEXT.find("\"v1.1.0\"").unwrap();
    let span = at..at + "\"v1.1.0\"".len();
    let fix = Some(Fix { span: span.clone().into(), replacement: "\"1.1.0\"".to_owned() });
    Finding { fix, ..finding(Place::file(Area::Registry, FILE).at(span)) }
}

#[test]
fn markdown_tells_first_what_stands_against_the_plan() {
    let hostile = "`` </details> @everyone\n# heading | ![x](y)";
    let finding = words::file::invalid(Code::Shape, "x", hostile).at(Place::file(Area::Registry, "packages/a`b.json"));
    let markdown = plan_markdown(&Plan::default(), &[], &[finding], Some(2));
    let expected = "- **error R002** ``` packages/a`b.json ```: ``` \"x\": `` </details> @everyone\\u{a}# heading | ![x](y) ```\n\n\
                    **Nothing to do**: 2 versions published.\n";
    assert_eq!(markdown, expected);
}

#[test]
fn a_person_sees_the_text_the_hint_and_the_fix() {
    insta::assert_snapshot!(human(&spelled(), &texts(), Style::Plain), @r#"
    error[R010]: the version cannot be read
                   - it starts with a letter
                   - and the path does not
     --> packages/ta/tally/1.1.0.json:3:14
      |
    3 |   "version": "v1.1.0"
      |              ^^^^^^^^
      |
      = help: write three numbers
    help: `curator check --fix` writes
      |
    3 -   "version": "v1.1.0"
    3 +   "version": "1.1.0"
      |
    "#);
}

#[test]
fn a_person_sees_a_finding_without_a_text() {
    let in_source = finding(Place::file(Area::Source, "src/A\n.purs"));
    insta::assert_snapshot!(human(&in_source, &texts(), Style::Plain), @r#"
    error[R010]: the version cannot be read
                   - it starts with a letter
                   - and the path does not
    --> source of tally@1.1.0: src/A\u{a}.purs
     = help: write three numbers
    "#);
    for (area, start) in [(Area::Index, "index: a"), (Area::Store, "store: a"), (Area::Registry, "a")] {
        let shown = human(&finding(Place::file(area, "a")), &Texts::new(), Style::Plain);
        assert!(shown.contains(&format!("--> {start}")), "{shown}");
    }
}

#[test]
fn a_long_span_is_shown_by_its_start() {
    let text = format!("[\n{}]\n", "  1,\n".repeat(1_000));
    let all = Place::file(Area::Registry, "a.json").at(0..text.len());
    let shown = human(&finding(all), &Texts::from([("a.json".to_owned(), text)]), Style::Plain);
    assert!(shown.lines().count() < 20, "{shown}");
    assert!(shown.contains("a.json:1:1"), "{shown}");
}

#[test]
fn a_span_beyond_the_text_or_within_a_character_is_harmless() {
    let texts = Texts::from([("a.json".to_owned(), "\"ü🍝\"\n".to_owned())]);
    for span in [0..1_000, 2..3, 4..6, 7..7, 8..9, 500..600] {
        let finding = finding(Place::file(Area::Registry, "a.json").at(span));
        assert!(human(&finding, &texts, Style::Plain).contains("a.json:"));
        assert_one_command(&github(&finding, &texts, ""));
    }
}

#[test]
fn colours_are_the_only_difference_of_the_coloured_style() {
    let coloured = human(&spelled(), &texts(), Style::Coloured);
    assert!(coloured.contains('\u{1b}'));
    let mut parts = coloured.split("\u{1b}[");
    let first = parts.next().unwrap().to_owned();
    let plain = parts.fold(first, |text, part| text + part.split_once('m').unwrap().1);
    assert_eq!(plain, human(&spelled(), &texts(), Style::Plain));
}

#[test]
fn github_shows_it_beside_the_line() {
    insta::assert_snapshot!(github(&spelled(), &texts(), "registry"), @"::error file=registry/packages/ta/tally/1.1.0.json,line=3,endLine=3,col=14,endColumn=22,title=R010%3A a version is three numbers::the version cannot be read%0A  - it starts with a letter%0A  - and the path does not%0Awrite three numbers");
    let warning = Finding { severity: Severity::Warning, ..finding(Place::file(Area::Source, "src/A,:\n.purs")) };
    insta::assert_snapshot!(github(&warning, &texts(), "registry"), @r"::warning file=registry/packages/ta/tally/1.1.0.json,title=R010%3A a version is three numbers::source of tally@1.1.0: src/A,:\u{a}.purs: the version cannot be read%0A  - it starts with a letter%0A  - and the path does not%0Awrite three numbers");
}

#[test]
fn a_program_reads_places_as_editors_count_them() {
    let value = serde_json::to_value(view(&spelled(), &texts())).unwrap();
    assert_eq!(value["start"], serde_json::json!({ "line": 3, "column": 14 }));
    assert_eq!(value["end"], serde_json::json!({ "line": 3, "column": 22 }));
    assert_eq!(value["code"], "R010");
    assert_eq!(value["place"]["file"], FILE);
    let whole = serde_json::to_value(view(&finding(Place::file(Area::Registry, FILE)), &texts())).unwrap();
    assert!(whole.get("start").is_none() && whole.get("fix").is_none());
}

#[test]
fn the_summary_counts() {
    let warning = Finding { severity: Severity::Warning, ..finding(Place::file(Area::Registry, FILE)) };
    assert_eq!(summary(&[], 1), "1 file checked: nothing to mend");
    assert_eq!(summary(&[], 0), "0 files checked: nothing to mend");
    assert_eq!(summary(from_ref(&warning), 2), "2 files checked: 0 errors, 1 warning");
    assert_eq!(
        summary(&[spelled(), spelled(), warning], 2),
        "2 files checked: 2 errors, 1 warning; `curator check --fix` mends 2"
    );
}

#[test]
fn a_stop_names_the_way_out() {
    assert_eq!(stop("no", None), "error: no");
    assert_eq!(stop("no\nand no", Some("try")), "error: no\nand no\n  help: try");
    for text in HOSTILE {
        assert_inert(&stop(text, Some(text)));
    }
}

#[test]
fn hostile_findings_are_shown_as_text() {
    for text in HOSTILE {
        let span = text.len() / 2..text.len();
        let places = [Area::Registry, Area::Index, Area::Store, Area::Source].map(|area| Place::file(area, text));
        for place in places.into_iter().flat_map(|place| [place.clone(), place.at(span.clone())]) {
            let fix = Fix { span: (1..2).into(), replacement: (*text).to_owned() };
            let finding = Finding {
                message: (*text).to_owned(),
                hint: Some((*text).to_owned()),
                fix: Some(fix),
                ..finding(place)
            };
            let texts = Texts::from([((*text).to_owned(), format!("{text}\n{text}"))]);
            assert_inert(&human(&finding, &texts, Style::Plain));
            assert_one_command(&github(&finding, &texts, text));
            assert_inert(&inert_json(&serde_json::to_value(view(&finding, &texts)).unwrap()));
        }
    }
}

fn version(text: &str) -> Version {
    text.parse().unwrap()
}

/// A publication of a definition, with an archive that holds these files.
fn prepared(definition: &str, files: Files, difference: Option<Difference>) -> (Publication, Prepared) {
    let candidate =
        Candidate::parse(&clean::path(PATH), definition.as_bytes(), Limits::default().terms(Profile::Purescript));
    let publication = candidate.publication(None, EncoderName::default()).unwrap();
    let artifact = Artifact {
        files,
        bytes: b"archive".to_vec(),
        hash: Sha256::of(b"archive"),
        content_hash: Sha256::of(b"tar"),
        encoder: EncoderName::default(),
        commit: Some(CommitId::from_bytes([7; 20])),
    };
    let prepared = Prepared {
        publication: publication.clone(),
        artifact: Some(artifact),
        findings: vec![],
        difference,
        resolution: std::collections::BTreeMap::new(),
    };
    (publication, prepared)
}

fn restock(publication: &Publication, store: &str) -> Step {
    Step::Restock(Box::new(Restock {
        recipe: publication.recipe(),
        hash: Sha256::of(b"archive"),
        store: store.to_owned(),
    }))
}

/// A plan in which a stranger wrote what strangers can write: names of files, the folder, the name of a store.
fn hostile_plan() -> (Plan, Vec<Prepared>) {
    let paths: Vec<TreePath> = HOSTILE.iter().filter_map(|text| format!("src/{text}").parse().ok()).collect();
    assert!(paths.len() >= 14, "{paths:?}");
    let files: Files = paths.iter().map(|path| (path.clone(), File::regular("x"))).collect();
    let difference =
        Difference { from: version("1.0.0"), added: paths.clone(), removed: paths.clone(), changed: paths.clone() };
    let subdir = serde_json::to_string(&format!("a\n::error::EVIL\u{1b}[31m | `{}", paths[0])).unwrap();
    let repo = "\"purescript-tally\"";
    let definition = DEFINITION.replace(repo, &format!("{repo}, \"subdir\": {subdir}"));
    let definition = definition.replace("\"v1.1.0\"", "\"v1\u{202e}EVIL|`@x`\"");
    let (publication, prepared) = prepared(&definition, files, Some(difference));
    let mut steps: Vec<Step> = HOSTILE.iter().map(|text| restock(&publication, text)).collect();
    steps.push(Step::Publish(Box::new(publication)));
    (Plan { steps }, vec![prepared])
}

/// What is left of a Markdown text without its fenced blocks and code spans (`CommonMark` 4.5 and 6.1).
fn outside_code(markdown: &str) -> String {
    let mut rest = String::new();
    let mut fence: Option<usize> = None;
    for line in markdown.lines() {
        let ticks = line.len() - line.trim_start_matches('`').len();
        match fence {
            Some(open) if ticks >= open && line.trim_start_matches('`').trim().is_empty() => fence = None,
            Some(_) => {}
            None if ticks >= 3 => fence = Some(ticks),
            None => rest.extend([without_spans(line).as_str(), "\n"]),
        }
    }
    assert_eq!(fence, None, "a fence is never closed:\n{markdown}");
    rest
}

fn without_spans(line: &str) -> String {
    line.split('`').step_by(2).collect()
}

#[test]
fn a_hostile_plan_is_shown_as_text() {
    let (plan, prepared) = hostile_plan();
    let text = plan_text(&plan, &prepared, Some(3), &[]);
    assert_inert(&text);
    assert!(text.contains("EVIL"));
    assert!(!text.lines().any(|line| line.trim_start().starts_with("error[R001]")), "{text}");
    assert_inert(&inert_json(&plan_json(&plan, &prepared, &[], Some(3))));

    let markdown = plan_markdown(&plan, &prepared, &[], Some(3));
    assert_inert(&markdown);
    assert!(markdown.contains("EVIL"));
    let outside = outside_code(&markdown);
    assert!(!outside.contains("EVIL") && !outside.contains('@') && !outside.contains("img"), "{outside}");
    // Every row has the same number of cells.
    let cells: Vec<usize> =
        markdown.lines().filter(|line| line.starts_with('|')).map(|line| line.matches('|').count()).collect();
    assert!(cells.iter().all(|cells| *cells == 7), "{cells:?}");
    assert_eq!(outside.matches("<details>").count(), outside.matches("</details>").count());
}

#[test]
fn hostile_outcomes_are_shown_as_text() {
    let (name, one) = (clean::name("tally"), version("1.0.0"));
    for text in HOSTILE {
        let hash = Sha256::of(b"");
        let synced =
            SyncReport { restocked: vec![(name.clone(), one.clone(), (*text).to_owned())], ..SyncReport::default() };
        assert_inert(&sync_text(&synced));
        assert_inert(&inert_json(&sync_json(&synced, &[])));
        let path: Vec<TreePath> = format!("src/{text}").parse().into_iter().collect();
        let difference = Difference { from: one.clone(), added: path.clone(), removed: vec![], changed: vec![] };
        let reason = (*text).to_owned();
        let outcomes = [
            Rebuilt::SourceGone { reason: reason.clone() },
            Rebuilt::Unpackable { reason },
            Rebuilt::Differs { compared: Compared::Archive, recorded: hash, found: hash, difference: Some(difference) },
        ];
        let host = || Some((*text).to_owned());
        let rebuilt =
            outcomes.map(|outcome| RebuiltVersion { name: name.clone(), version: one.clone(), host: host(), outcome });
        assert_inert(&rebuild_text(&rebuilt));
        assert_eq!(rebuild_text(&rebuilt).matches("\n  tally@1.0.0").count(), 2, "a line each");
        assert_inert(&inert_json(&rebuild_json(&rebuilt)));
        let files: Files = path.into_iter().map(|path| (path, File::regular("x"))).collect();
        let (_, prepared) = prepared(DEFINITION, files, None);
        let artifact = prepared.artifact.unwrap();
        assert_inert(&artifact_text(&artifact, text));
        assert_inert(&inert_json(&artifact_json(&artifact, text)));
    }
}

#[test]
fn a_plan_in_its_three_forms() {
    let files: Files = [("purs.json", "{}"), ("src/Tally.purs", "module Tally where")]
        .into_iter()
        .map(|(path, text)| (clean::path(path), File::regular(text)))
        .collect();
    let difference = Difference {
        from: version("1.0.0"),
        added: vec![clean::path("src/Tally.purs")],
        removed: vec![],
        changed: vec![],
    };
    let (publication, prepared) = prepared(DEFINITION, files, Some(difference));
    let plan = Plan { steps: vec![Step::Publish(Box::new(publication.clone())), restock(&publication, "local")] };
    insta::assert_snapshot!(plan_text(&plan, from_ref(&prepared), Some(3), &[]), @r#"
    1 to publish, 1 to restock:

      publish tally@1.1.0
        source   github.com/larkspur-labs/purescript-tally v1.1.0 (3ea3d2be28bb5b00c247cc84771ba10439afa16d)
        archive  tally-1.1.0.tar.gz, 7 bytes, libdeflate-1.26-6
        hash     sha256-DrPja/sk3Nm7HRvs4VMSFrWVOaj94X7oAiSvBlPJKqM=
        content  sha256-kK664xVnXL8EYS3k99WHSFD0jguN2CvsvqpHypP16/s=
        files    2
                2  purs.json
               18  src/Tally.purs
        compared with 1.0.0
          + src/Tally.purs

      restock tally@1.1.0 in store 'local'
        hash     sha256-DrPja/sk3Nm7HRvs4VMSFrWVOaj94X7oAiSvBlPJKqM= (the archive must have it)
    "#);
    insta::assert_snapshot!(plan_markdown(&plan, &[prepared], &[], Some(3)), @r#"
    **1 to publish, 1 to restock**

    | step | version | commit | encoder | bytes | hash |
    | --- | --- | --- | --- | --- | --- |
    | publish | `tally@1.1.0` | `3ea3d2be28bb5b00c247cc84771ba10439afa16d` | libdeflate-1.26-6 | 7 | `sha256-DrPja/sk3Nm7HRvs4VMSFrWVOaj94X7oAiSvBlPJKqM=` |
    | restock | `tally@1.1.0` | `3ea3d2be28bb5b00c247cc84771ba10439afa16d` |  |  |  |

    <details><summary>tally 1.1.0: 2 files</summary>

    ```text
            2  purs.json
           18  src/Tally.purs
        compared with 1.0.0
          + src/Tally.purs
    ```

    </details>
    "#);
    let nothing = Plan { steps: vec![] };
    assert_eq!(
        plan_text(&nothing, &[], Some(1), &[]),
        "Nothing to do: 1 version published, and that is all that is wanted.\n"
    );
    assert_eq!(
        plan_markdown(&nothing, &[], &[], Some(2)),
        "**Nothing to do**: 2 versions published, and that is all that is wanted.\n"
    );
}

#[test]
fn a_comment_is_never_longer_than_github_takes() {
    let path = |at: usize| clean::path(&format!("src/{at:04}{}.purs", "`".repeat(240)));
    let files: Files = (0..5_000).map(|at| (path(at), File::regular("x"))).collect();
    let (publication, prepared) = prepared(DEFINITION, files, None);
    let many = vec![prepared.clone(); 50];
    let plan = Plan { steps: vec![Step::Publish(Box::new(publication.clone())); 2_000] };
    for (plan, prepared) in [(&plan, many.as_slice()), (&plan, &[]), (&Plan { steps: plan.steps[..1].to_vec() }, &many)]
    {
        let markdown = plan_markdown(plan, prepared, &[], Some(0));
        assert!(markdown.chars().count() < 65_536, "{}", markdown.chars().count());
        let outside = outside_code(&markdown);
        assert_eq!(outside.matches("<details>").count(), outside.matches("</details>").count());
    }
    let markdown = plan_markdown(&plan, &many, &[], Some(0));
    assert!(markdown.contains("more steps") && markdown.contains("archives are not listed."), "{markdown}");
    assert!(plan_markdown(&plan, &[prepared], &[], Some(0)).contains("more steps"));
}
