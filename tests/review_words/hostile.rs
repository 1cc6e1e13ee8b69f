//! Whatever strangers write stays text: in the comment, in edits, in titles, in logs.

use std::collections::BTreeMap;

use curator::model::{
    Area, Breach, BreachKind, Category, ChangeKind, Code, Decision, Difference, EncoderName, File, Files, Finding, Fix,
    Impact, Lift, Limits, Need, Owner, PackageBefore, Pinning, PinningPlace, Place, Prepared, PreviousVersion, Profile,
    PullRequest, Refusal, Registration, Review, Severity, TreePath,
};
use curator::rules::registry::Candidate;
use curator::rules::report::review::{
    comment, job_summary, merge_message, merge_title, review_json, review_line, suggestions, verdict,
};
use curator::rules::report::{github, inert_json};
use proptest::prelude::{prop, proptest};

use crate::clean::{DEFINITION, PATH, name, path};
use crate::inertness::{HOSTILE, assert_inert, assert_one_command};
use crate::markdown::{assert_only_text, read};
use crate::scene::{artifact, before, change, decided, person, publication, pull, review, some, version};

/// Texts that try to be more than text in Markdown on GitHub. Each holds the word EVIL.
pub(crate) const MARKDOWN: [&str; 30] = [
    "@EVIL/team @EVIL",
    "fixes #1 EVIL",
    "GH-1 EVIL/repo#1 EVIL@3ea3d2be28bb5b00c247cc84771ba10439afa16d",
    "3ea3d2be28bb5b00c247cc84771ba10439afa16d EVIL",
    "https://EVIL.example www.EVIL.example EVIL@evil.example",
    "<https://EVIL.example>",
    "[EVIL]: https://evil.example\n\n[EVIL]",
    "[^EVIL]: a footnote[^EVIL]",
    "</summary></details><h1>EVIL</h1>",
    "<details open><summary>EVIL",
    "<!-- EVIL -->",
    "<!-- curator --> EVIL",
    "--> EVIL <script>EVIL</script>",
    "```\n\n# EVIL",
    "````suggestion\nEVIL\n````",
    "~~~\nEVIL\n~~~",
    "`````` EVIL ``",
    "` EVIL",
    "\\` EVIL \\`",
    ":x: :EVIL: :+1:",
    "$EVIL$ $$EVIL$$ $`EVIL`$",
    "| EVIL | b |\n| --- | --- |",
    "- [ ] EVIL\n- [x] EVIL",
    "/curator release EVIL",
    "x\n/curator release\nEVIL",
    "> [!WARNING]\n> EVIL",
    "EVIL\n===\n\n***\n",
    "\"]; click a \"javascript:EVIL\" %%{init: {\"EVIL\":1}}%%",
    "a\"] --> EVIL[\"<img src=x>\"]",
    "&#64;EVIL &lt;EVIL&gt; <EVIL@evil.example>",
];

/// What has a meaning in Markdown, in HTML, on GitHub, in a log or in a picture.
const MARKS: [&str; 40] = [
    "`",
    "``",
    "```",
    "````",
    "~~~",
    "\\",
    "\n",
    "\n\n",
    "\r",
    "\t",
    " ",
    "    ",
    "@",
    "#1",
    "|",
    "<",
    ">",
    "<!--",
    "-->",
    "</details>",
    "<b>",
    "[",
    "](",
    ")",
    "![",
    "[^1]",
    "*",
    "**",
    "_",
    "$",
    "&",
    ";",
    ":x:",
    "::",
    "##[",
    "\"]",
    "%%{",
    "https://",
    "/curator hold",
    "\u{202e}",
];

/// Every text.
fn all() -> impl Iterator<Item = &'static str> {
    HOSTILE.into_iter().chain(MARKDOWN)
}

/// Findings that say this, of everything that they can be of.
fn findings(text: &str) -> Vec<Finding> {
    let areas = [Area::Registry, Area::Index, Area::Store, Area::Source];
    let places = areas.map(|area| Place::file(area, text).at(1..3)).into_iter();
    let finding = |place: Place| Finding {
        code: Code::Shape,
        severity: Severity::Error,
        place,
        package: Some(name("tally")),
        version: None,
        message: text.to_owned(),
        hint: Some(text.to_owned()),
        fix: Some(Fix { span: (1..3).into(), replacement: text.to_owned() }),
    };
    places.chain([Place::file(Area::Registry, PATH).at(1..3)]).map(finding).collect()
}

/// Versions whose files, tag, folder and licence are called so.
fn prepared(text: &str) -> Prepared {
    let paths: Vec<TreePath> = [text, &text.replace('/', "_")].iter().filter_map(|it| it.parse().ok()).collect();
    let files: Files = paths.iter().map(|path| (path.clone(), File::regular("x"))).collect();
    let quoted = serde_json::to_string(text).unwrap();
    let reference = DEFINITION.replace("\"v1.1.0\"", &quoted);
    let subdir = DEFINITION.replace("\"purescript-tally\"", &format!("\"purescript-tally\", \"subdir\": {quoted}"));
    let is_sound = |definition: &&String| {
        let path = path(PATH);
        let candidate = Candidate::parse(&path, definition.as_bytes(), Limits::default().terms(Profile::Purescript));
        candidate.publication(None, EncoderName::default()).is_some()
    };
    let definition = [reference, subdir].iter().find(is_sound).map_or(DEFINITION.to_owned(), Clone::clone);
    let difference =
        Difference { from: version("1.0.0"), added: paths.clone(), removed: paths.clone(), changed: paths };
    Prepared {
        publication: publication(&definition),
        artifact: Some(artifact(files)),
        findings: vec![],
        difference: Some(difference),
        resolution: BTreeMap::from([("prelude".parse().unwrap(), "6.0.1".parse().unwrap())]),
    }
}

fn subject(text: &str) -> PackageBefore {
    let word: String = text.chars().filter(|c| !c.is_whitespace() && !c.is_control()).collect();
    let owner = Owner::new(Some("x".to_owned()), word.clone(), word.clone()).ok();
    let location = publication(DEFINITION).definition.manifest.location;
    let (owners, maintainers) = (owner.map(|it| some(vec![it])), vec![]);
    let registration = Registration { location, location_id: None, owners, maintainers, authorization: None };
    let old = Registration { owners: None, ..registration.clone() };
    let license = format!("LicenseRef-{}", word.replace(|c: char| !c.is_ascii_alphanumeric(), "-")).parse();
    let location = prepared(text).publication.definition.manifest.location;
    let previous = license.ok().map(|license| PreviousVersion { version: version("1.0.0"), license, location });
    PackageBefore { previous, registered: Some(old), registering: Some(registration), ..before() }
}

/// What is made of a lock file that is called so.
fn impact(text: &str) -> Impact {
    let broken = |kind| Breach { name: name("tally"), version: version("1.0.0"), kind };
    let place = |path: TreePath| PinningPlace::LockFile(path);
    let flat = text.replace('/', "_");
    let places = [text, &flat].into_iter().filter_map(|it| it.parse().ok()).map(place);
    let pinnings = places.flat_map(|place| {
        [vec![], vec![broken(BreachKind::Absent)]].map(|broken| Pinning {
            place: place.clone(),
            packages: 1,
            broken,
            mended: vec![],
            unchanged: 1,
        })
    });
    Impact { pinnings: pinnings.collect(), ..Impact::default() }
}

/// A review in which a stranger wrote all that a stranger can write.
fn written_by(text: &str, decision: Decision) -> Review {
    let mut touched = change(ChangeKind::Configuration, "", text);
    touched.files.push(text.to_owned());
    Review {
        pull: PullRequest { title: text.to_owned(), author: person(42, text), base: text.to_owned(), ..pull() },
        changes: vec![touched, change(ChangeKind::NewVersion, "tally@1.1.0", PATH)],
        category: Category::Mixed,
        findings: findings(text),
        texts: BTreeMap::from([(text.to_owned(), format!("{text}\n{text}")), (PATH.to_owned(), text.to_owned())]),
        prepared: vec![prepared(text)],
        subjects: BTreeMap::from([(name("tally"), subject(text))]),
        impact: Some(impact(text)),
        folder: text.to_owned(),
        obstacle: Some(text.to_owned()),
        lifts: vec![Lift { code: Code::Shape, by: person(1, text) }],
        ..decided(decision)
    }
}

/// The decisions in which something of a stranger's is told.
fn decisions(text: &str) -> [Decision; 3] {
    let waits = vec![Need::Release { by: person(1, text) }, Need::Consent { of: person(2, text) }];
    let conflict = vec![Refusal::Conflict { files: vec![text.to_owned(), text.to_owned()] }];
    [Decision::Merge, Decision::Needs(some(waits)), Decision::Reject(some(conflict))]
}

#[test]
fn a_hostile_pull_request_is_told_as_text() {
    for text in all() {
        for decision in decisions(text) {
            let review = written_by(text, decision);
            let comment = comment(&review);
            assert_inert(&comment);
            let read = assert_only_text(&comment);
            assert!(read.code.to_lowercase().contains("evil") || read.code.contains("E\\u{200b}VIL"), "{comment}");
            assert_only_text(&job_summary(&review));
            assert_inert(&job_summary(&review));
        }
    }
}

#[test]
fn a_hostile_pull_request_is_one_line_of_a_log() {
    for text in all() {
        let review = written_by(text, Decision::Merge);
        for line in [review_line(&review), merge_title(&review), verdict(&review).title] {
            assert!(!line.contains('\n'), "{line}");
            assert_inert(&line);
        }
        assert!(!merge_title(&review).to_lowercase().contains("evil"));
        assert!(!merge_message(&review).to_lowercase().contains("evil"), "{}", merge_message(&review));
        assert!(!verdict(&review).title.to_lowercase().contains("evil"));
        assert_inert(&inert_json(&review_json(&review)));
    }
}

#[test]
fn hostile_remarks_beside_lines_are_inert() {
    for text in all() {
        for annotation in verdict(&written_by(text, Decision::Merge)).annotations {
            assert_inert(&annotation.title);
            assert_inert(&annotation.message);
        }
    }
}

#[test]
fn hostile_findings_are_one_command_of_a_log_each() {
    for text in all() {
        let Review { findings, texts, folder, .. } = written_by(text, Decision::Merge);
        for finding in &findings {
            assert_one_command(&github(finding, &texts, &folder));
        }
    }
}

proptest! {
    #[test]
    fn no_mixture_of_marks_is_more_than_text(
        marks in prop::collection::vec(prop::sample::select(MARKS.as_slice()), 0..12)
    ) {
        let text = format!("{}EVIL{}", marks.concat(), marks.iter().rev().copied().collect::<String>());
        for decision in decisions(&text) {
            let review = written_by(&text, decision);
            assert_inert(&comment(&review));
            assert_only_text(&comment(&review));
        }
    }
}

#[test]
fn a_hostile_edit_is_one_block_or_none() {
    let mut offered = 0;
    for text in all() {
        for suggestion in suggestions(&written_by(text, Decision::Merge)) {
            assert_inert(&suggestion.text);
            let read = read(&suggestion.text);
            assert!(read.strange.is_empty() && read.html.is_empty() && read.links.is_empty(), "{}", suggestion.text);
            assert!(!read.prose.to_lowercase().contains("evil"), "{}", suggestion.text);
            assert_eq!(read.languages, ["suggestion"], "{}", suggestion.text);
            offered += 1;
        }
    }
    assert!(offered > 20, "{offered}");
}

#[test]
fn the_corpus_is_dangerous_where_it_is_not_made_inert() {
    let dangerous = |text: &&&str| {
        let read = read(&format!("\n{text}\n\n{text}"));
        let more = !read.html.is_empty() || !read.links.is_empty() || !read.strange.is_empty();
        more || !read.languages.is_empty() || read.prose.contains("EVIL")
    };
    let ends = |text: &&&str| std::panic::catch_unwind(|| dangerous(text)).unwrap_or(true);
    let harmless: Vec<&&str> = MARKDOWN.iter().filter(|text| !ends(text)).collect();
    assert!(harmless.is_empty(), "{harmless:?}");
}

#[test]
fn a_long_explanation_stays_in_its_block() {
    let text = format!("the dependencies cannot be resolved\n  because\n{}", "  ``` </details> @EVIL\n".repeat(50));
    let findings = vec![Finding { message: text, ..findings("x").remove(4) }];
    let comment = comment(&Review { findings, ..review() });
    let read = assert_only_text(&comment);
    assert!(read.code.contains("  because\n") && read.code.contains("and 31 more lines\n"), "{comment}");
}
